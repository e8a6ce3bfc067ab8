// What a team has learnt as Lua: the hook `policy` of IQL, VDN, QMIX and QPD.
#ifndef COHORT_AGENTS_MULTI_POLICY_H
#define COHORT_AGENTS_MULTI_POLICY_H

#include "agents.h"

bool co_agents_policy(const CoAgents *team, CoWriter *lua, CoError *error);

#endif

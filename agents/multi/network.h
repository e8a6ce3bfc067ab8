// The layers of a team's agents, shared by acting (one step) and learning (whole episodes).
#ifndef COHORT_AGENTS_MULTI_NETWORK_H
#define COHORT_AGENTS_MULTI_NETWORK_H

#include "agents.h"

CoVar *co_agents_before(const CoAgents *team, CoTape *tape, CoVar *const *bound, CoVar *x); // what the cell is fed with
CoVar *co_agents_unroll(const CoAgents *team, CoTape *tape, CoVar *const *bound, const CoPacked *packed, CoVar *x);
CoVar *co_agents_after(const CoAgents *team, CoTape *tape, CoVar *const *bound, CoVar *h); // values of the actions

// The shape of `rows` windows of equal length, one below the other tick by tick.
CoPacked co_agents_windows(CoTape *tape, int length, int rows);

#endif

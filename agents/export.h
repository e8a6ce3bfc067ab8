// Networks as Lua text: what the `policy` hooks of the folders share.
#ifndef COHORT_AGENTS_EXPORT_H
#define COHORT_AGENTS_EXPORT_H

#include "cohort/agent.h"
#include "cohort/body.h"

void co_export_text(const char *text, CoWriter *lua);
// NAME = numbers[[ ... ]]; false when one of x[count] is not finite.
bool co_export_list(const char *name, const CoReal *x, int count, CoWriter *lua, CoError *error);
// NAME = {}, NAME.weight and NAME.bias, for dense(NAME, x).
bool co_export_dense(const char *name, const CoParams *params, CoDense layer, CoWriter *lua, CoError *error);
// The function body(network, x), with all that it needs.
void co_export_arithmetic(const CoBody *body, CoWriter *lua);
// A local NAME, for body(NAME, x).
bool co_export_body(const char *name, const CoParams *params, const CoBody *body, CoWriter *lua, CoError *error);
// The function look(memory, agent, obs): the observation as a list of its own, checked.
void co_export_look(int obs_size, CoWriter *lua);
// Lines within policy.act, where `x` is what look returned: the agent's number joins it.
extern const char co_export_number[];

#endif

// What a policy has learnt as Lua: its network, greedy, for programs without Cohort.
#include "export.h"
#include "network.h"

static const char head[] = //
    "function policy.act(memory, agent, obs, mask)\n"
    "  local x = look(memory, agent, obs)\n";
static const char scale[] = //
    "  for i = 1, #x do\n"
    "    x[i] = (x[i] - policy.mean[i]) * policy.scale[i]\n"
    "    x[i] = x[i] < -policy.clip and -policy.clip or x[i] > policy.clip and policy.clip or x[i]\n"
    "  end\n";
static const char discrete[] = //
    "  local action, sum = best(x, mask), 0\n"
    "  local most = x[action]\n"
    "  for i = 1, #x do\n"
    "    local legal = not mask or (mask[i] and mask[i] ~= 0)\n"
    "    x[i] = legal and math.exp(x[i] - most) or 0\n"
    "    sum = sum + x[i]\n"
    "  end\n"
    "  for i = 1, #x do x[i] = x[i] / sum end\n"
    "  return action, x\n"
    "end\n";
static const char continuous[] = //
    "  local action = {}\n"
    "  for i = 1, #x do action[i] = math.max(policy.low[i], math.min(policy.high[i], x[i])) end\n"
    "  return action, x\n"
    "end\n";

// Statistics of observations as two lists: what is subtracted, and what the rest is multiplied with.
static bool statistics(const CoActor *actor, CoWriter *lua, CoError *error) {
  size_t size = (size_t)actor->obs_size;
  CoTapeMark mark = co_tape_mark(actor->tape);
  CoReal *mean = co_tape_memory(actor->tape, size), *by = co_tape_memory(actor->tape, size);
  co_normaliser_numbers(actor->scale, mean, by);
  co_write_format(lua, "policy.clip = %d\n", CO_ACTOR_OBS_CLIP);
  bool fine = co_export_list("policy.mean", mean, actor->obs_size, lua, error) &&
              co_export_list("policy.scale", by, actor->obs_size, lua, error);
  co_tape_rewind(actor->tape, mark);
  return fine;
}

static bool bounds(const CoActor *actor, CoWriter *lua, CoError *error) {
  co_export_text(
      "-- The actions are continuous: `action` is a list of numbers within the bounds, `values` the means.\n", lua);
  return co_export_list("policy.low", actor->spec->low, actor->action_size, lua, error) &&
         co_export_list("policy.high", actor->spec->high, actor->action_size, lua, error);
}

bool co_actor_policy(const void *self, CoWriter *lua, CoError *error) {
  const CoActor *actor = self;
  co_export_look(actor->obs_size, lua);
  co_export_arithmetic(&actor->policy.body, lua);
  if (!co_export_body("hidden", &actor->params, &actor->policy.body, lua, error)) return false;
  if (!co_export_dense("hidden.head", &actor->params, actor->policy.head, lua, error)) return false;
  if (actor->scale && !statistics(actor, lua, error)) return false;
  if (actor->actions)
    co_export_text("-- `values` are the probabilities of the actions.\n\n", lua);
  else if (!bounds(actor, lua, error))
    return false;
  co_export_text(head, lua);
  if (actor->scale) co_export_text(scale, lua);
  if (actor->inputs > actor->obs_size) co_export_text(co_export_number, lua);
  co_export_text("  x = dense(hidden.head, body(hidden, x))\n", lua);
  co_export_text(actor->actions ? discrete : continuous, lua);
  return true;
}

// What a policy has learnt as Lua: its network, greedy, for programs without Cohort.
#include "network.h"

static const char hyperbolic[] = //
    "local bend = tanh\n\n";

static const char rectified[] = //
    "local function bend(x) return x > 0 and x or 0 end\n\n";

static const char head[] = //
    "function policy.act(memory, agent, obs, mask)\n"
    "  if not memory[agent] then error(\"agent is \" .. tostring(agent) .. \", must be 1 to \" .. policy.agents, 2) "
    "end\n"
    "  if #obs ~= policy.obs_size then\n"
    "    error(\"obs has \" .. #obs .. \" numbers, must have \" .. policy.obs_size, 2)\n"
    "  end\n"
    "  local x = {}\n"
    "  for i = 1, #obs do x[i] = obs[i] end\n";
static const char scale[] = //
    "  for i = 1, #x do\n"
    "    x[i] = (x[i] - policy.mean[i]) * policy.scale[i]\n"
    "    x[i] = x[i] < -policy.clip and -policy.clip or x[i] > policy.clip and policy.clip or x[i]\n"
    "  end\n";
static const char number[] = //
    "  for i = 1, policy.agents do x[#x + 1] = agent == i and 1 or 0 end\n";
static const char body[] = //
    "  for i = 1, #layers do\n"
    "    x = dense(layers[i], x)\n"
    "    if i < #layers then\n"
    "      for j = 1, #x do x[j] = bend(x[j]) end\n"
    "    end\n"
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

static void say(const char *text, CoWriter *lua) {
  co_write_format(lua, "%s", text);
}

static bool list(const char *name, const float *x, int count, int columns, CoWriter *lua, CoError *error) {
  co_write_format(lua, "%s = ", name);
  if (!co_policy_numbers(x, count, columns, lua, error)) return false;
  say("\n\n", lua);
  return true;
}

static bool layers(const CoActor *actor, CoWriter *lua, CoError *error) {
  const CoParams *p = &actor->params;
  say("local layers = {}\n", lua);
  for (int i = 0; i <= actor->config.layers; i++) {
    const CoParam *w = &p->items[actor->policy[i].weight], *b = &p->items[actor->policy[i].bias];
    co_write_format(lua, "layers[%d] = {}\n", i + 1);
    co_write_format(lua, "layers[%d].", i + 1);
    if (!list("weight", p->values + w->offset, w->rows * w->cols, 10, lua, error)) return false;
    co_write_format(lua, "layers[%d].", i + 1);
    if (!list("bias", p->values + b->offset, b->cols, 10, lua, error)) return false;
  }
  return true;
}

// Statistics of observations as two lists: what is subtracted, and what the rest is multiplied with.
static bool statistics(const CoActor *actor, CoWriter *lua, CoError *error) {
  size_t size = (size_t)actor->obs_size;
  CoTapeMark mark = co_tape_mark(actor->tape);
  CoReal *mean = co_tape_memory(actor->tape, size), *by = co_tape_memory(actor->tape, size);
  co_normaliser_numbers(actor->scale, mean, by);
  co_write_format(lua, "policy.clip = %d\n", CO_ACTOR_OBS_CLIP);
  bool fine = list("policy.mean", mean, actor->obs_size, 10, lua, error) &&
              list("policy.scale", by, actor->obs_size, 10, lua, error);
  co_tape_rewind(actor->tape, mark);
  return fine;
}

static bool bounds(const CoActor *actor, CoWriter *lua, CoError *error) {
  say("-- The actions are continuous: `action` is a list of numbers within the bounds, `values` the means.\n", lua);
  return list("policy.low", actor->spec->low, actor->action_size, 10, lua, error) &&
         list("policy.high", actor->spec->high, actor->action_size, 10, lua, error);
}

bool co_actor_policy(const void *self, CoWriter *lua, CoError *error) {
  const CoActor *actor = self;
  co_write_format(lua, "policy.obs_size = %d\n\n", actor->obs_size);
  say(co_policy_arithmetic, lua);
  say(actor->config.activation == CO_ACTOR_TANH ? hyperbolic : rectified, lua);
  if (!layers(actor, lua, error)) return false;
  if (actor->scale && !statistics(actor, lua, error)) return false;
  if (actor->actions)
    say("-- `values` are the probabilities of the actions.\n\n", lua);
  else if (!bounds(actor, lua, error))
    return false;
  say(head, lua);
  if (actor->scale) say(scale, lua);
  if (actor->inputs > actor->obs_size) say(number, lua);
  say(body, lua);
  say(actor->actions ? discrete : continuous, lua);
  return true;
}

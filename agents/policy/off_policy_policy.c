// What an off-policy actor has learnt as Lua: its network, greedy, for programs without Cohort.
#include "export.h"
#include "off_policy.h"

static const char about[] = //
    "-- The actions are continuous: `action` is a list of numbers within the bounds, `values` the same in units of "
    "half\n"
    "-- their range, from -1 to 1.\n";
static const char head[] = //
    "function policy.act(memory, agent, obs, mask)\n"
    "  local x = look(memory, agent, obs)\n";
static const char output[] = //
    "  x = dense(hidden.head, body(hidden, x))\n";
static const char choose[] = //
    "  return best(x, mask), x\n"
    "end\n";
static const char steer[] = //
    "  local action, values = {}, {}\n"
    "  for i = 1, #policy.middle do\n"
    "    values[i] = tanh(x[i])\n"
    "    action[i] = policy.middle[i] + policy.half[i] * values[i]\n"
    "  end\n"
    "  return action, values\n"
    "end\n";

bool co_off_policy_policy(const void *user, CoWriter *lua, CoError *error) {
  const CoOffPolicy *self = user;
  const CoActorNetwork *net = self->actor_net;
  bool discrete = self->spec->actions > 0;
  if (self->sets > 1) return co_fail(error, "agents with weights of their own (share_weights false) are not exported");
  co_export_look(self->obs_size, lua);
  co_export_arithmetic(&net->body, lua);
  if (!co_export_body("hidden", &self->actor, &net->body, lua, error)) return false;
  if (!co_export_dense("hidden.head", &self->actor, net->head, lua, error)) return false;
  if (!discrete) co_export_text(about, lua);
  if (!discrete && !co_export_list("policy.middle", self->middle, self->action_size, lua, error)) return false;
  if (!discrete && !co_export_list("policy.half", self->half, self->action_size, lua, error)) return false;
  co_export_text(head, lua);
  if (self->inputs > self->obs_size) co_export_text(co_export_number, lua);
  co_export_text(output, lua);
  co_export_text(discrete ? choose : steer, lua);
  return true;
}

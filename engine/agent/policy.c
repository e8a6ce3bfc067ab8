// Trained policies as Lua files: the frame around what an algorithm writes of itself.
#include <math.h>

#include "cohort/agent.h"

static const char usage[] = //
    "--\n"
    "--   local policy = require \"policy\"\n"
    "--   local memory = policy.new()                                  -- when an episode begins\n"
    "--   local action, values = policy.act(memory, agent, obs, mask)  -- every step, for every agent of the team\n"
    "--\n"
    "-- agent   1 to policy.agents\n"
    "-- obs     what the agent sees, as the environment shows it: a list of policy.obs_size numbers; where a table "
    "was\n"
    "--         learnt, the number of its state, 1 to policy.states\n"
    "-- mask    mask[action] tells whether an action is legal: true or 1, false or 0. Without a mask all are\n"
    "-- action  1 to policy.actions: the best legal one, the first where several are. policy.names[action] names it\n"
    "-- values  a list: what the agent expects of each action\n"
    "--\n"
    "-- The memory is what the agents have seen so far: call act once a step, in the order of the steps. Each episode\n"
    "-- that is played needs a memory of its own. Plain Lua: 5.1 to 5.4 and LuaJIT.\n\n";

static const char frame[] = //
    "function policy.new()\n"
    "  local memory = {}\n"
    "  for agent = 1, policy.agents do memory[agent] = {} end\n"
    "  return memory\n"
    "end\n\n"
    "local function best(values, mask)\n"
    "  local found\n"
    "  for i = 1, policy.actions do\n"
    "    local legal = not mask or (mask[i] and mask[i] ~= 0)\n"
    "    if legal and (not found or values[i] > values[found]) then found = i end\n"
    "  end\n"
    "  return found or 1\n"
    "end\n\n"
    "local function numbers(text)\n"
    "  local list = {}\n"
    "  for word in text:gmatch(\"%S+\") do list[#list + 1] = tonumber(word) end\n"
    "  return list\n"
    "end\n\n";

static void quote(const char *text, CoWriter *lua) {
  co_write(lua, "\"", 1);
  for (; *text; text++) {
    if ((unsigned char)*text < ' ')
      co_write_format(lua, "\\%03d", *text);
    else
      co_write_format(lua, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
  }
  co_write(lua, "\"", 1);
}

static void describe(const CoSpec *spec, CoWriter *lua) {
  co_write_format(lua, "local policy = { agents = %d, actions = %d }\n", spec->agents, spec->actions);
  co_write_format(lua, "policy.names = {");
  for (int i = 0; spec->action_names && i < spec->actions; i++) {
    co_write_format(lua, i ? ", " : " ");
    quote(spec->action_names[i], lua);
  }
  co_write_format(lua, "%s}\n", spec->action_names ? " " : "");
}

// A network's arithmetic.
const char co_policy_arithmetic[] = //
    "local abs, exp = math.abs, math.exp\n\n"
    "-- A dense layer: y = x W + b, W in rows of outputs.\n"
    "local function dense(layer, x)\n"
    "  local weight, bias, y = layer.weight, layer.bias, {}\n"
    "  local n = #bias\n"
    "  for j = 1, n do y[j] = bias[j] end\n"
    "  for i = 1, #x do\n"
    "    local xi, at = x[i], (i - 1) * n\n"
    "    if xi ~= 0 then\n"
    "      for j = 1, n do y[j] = y[j] + xi * weight[at + j] end\n"
    "    end\n"
    "  end\n"
    "  return y\n"
    "end\n\n"
    "local function tanh(x)\n"
    "  local e = exp(-2 * abs(x))\n"
    "  local y = (1 - e) / (1 + e)\n"
    "  return x < 0 and -y or y\n"
    "end\n\n";

bool co_policy_write(const CoAlgoType *type, const void *self, const CoSpec *spec, const char *about, CoWriter *lua,
                     CoError *error) {
  if (!type->policy) return co_fail(error, "%s has no policy to write as Lua", type->name);
  co_write_format(lua, "-- %s\n%s", about, usage);
  describe(spec, lua);
  co_write_format(lua, "\n%s", frame);
  if (!type->policy(self, lua, error)) return false;
  co_write_format(lua, "\nreturn policy\n");
  return !lua->failed || co_fail(error, "no memory for the policy");
}

// A string, because Lua 5.1 and LuaJIT limit how many numbers a chunk may hold.
bool co_policy_numbers(const float *x, int count, int columns, CoWriter *lua, CoError *error) {
  co_write_format(lua, "numbers[[");
  for (int i = 0; i < count; i++) {
    if (!isfinite(x[i])) return co_fail(error, "its weights are not finite");
    co_write_format(lua, "%s%.9g", i % columns ? " " : "\n", (double)x[i]);
  }
  co_write_format(lua, "\n]]");
  return true;
}

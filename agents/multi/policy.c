// What a team has learnt as Lua: weights and forward pass of its agents' network, greedy, for programs without Cohort.
#include "policy.h"

#include "export.h"

static const char rectifier[] = //
    "local function relu(x)\n"
    "  for i = 1, #x do\n"
    "    if x[i] < 0 then x[i] = 0 end\n"
    "  end\n"
    "  return x\n"
    "end\n\n";

static const char soft_gate[] = //
    "local function gate(x) return 1 / (1 + exp(-x)) end\n\n";

static const char hard_gate[] = //
    "local function gate(x)\n"
    "  local y = 0.2 * x + 0.5\n"
    "  return y < 0 and 0 or y > 1 and 1 or y\n"
    "end\n\n";

static const char gru[] = //
    "-- GRU: gates r, z, n.\n"
    "local function cell(own, x)\n"
    "  local a, b, h, n = dense(rnn_in, x), dense(rnn_back, own.h), {}, policy.hidden\n"
    "  for j = 1, n do\n"
    "    local r, z = gate(a[j] + b[j]), gate(a[n + j] + b[n + j])\n"
    "    local new = tanh(a[2 * n + j] + r * b[2 * n + j])\n"
    "    h[j] = new + z * (own.h[j] - new)\n"
    "  end\n"
    "  own.h = h\n"
    "  return h\n"
    "end\n\n";

static const char lstm[] = //
    "-- LSTM: gates i, f, g, o.\n"
    "local function cell(own, x)\n"
    "  local a, b, h, c, n = dense(rnn_in, x), dense(rnn_back, own.h), {}, own.c, policy.hidden\n"
    "  for j = 1, n do\n"
    "    local i, f = gate(a[j] + b[j]), gate(a[n + j] + b[n + j])\n"
    "    local g, o = tanh(a[2 * n + j] + b[2 * n + j]), gate(a[3 * n + j] + b[3 * n + j])\n"
    "    c[j] = f * c[j] + i * g\n"
    "    h[j] = o * tanh(c[j])\n"
    "  end\n"
    "  own.h = h\n"
    "  return h\n"
    "end\n\n";

static const char pymarl_order[] = //
    "local function before(x) return relu(dense(fc1, x)) end\n"
    "local function after(h) return dense(fc2, h) end\n\n";

static const char qpd_order[] = //
    "local function before(x) return x end\n"
    "local function after(h) return dense(fc2, relu(dense(fc1, h))) end\n\n";

static const char state[] = //
    "local function forget(own)\n"
    "  own.h, own.c = {}, {}\n"
    "  for j = 1, policy.hidden do own.h[j], own.c[j] = 0, 0 end\n"
    "end\n\n";

static const char carried[] = //
    "local function unroll(own, x)\n"
    "  if not own.h then forget(own) end\n"
    "  return cell(own, x)\n"
    "end\n\n";

static const char windowed[] = //
    "-- The last inputs anew at every step; at the beginning the first one stands for those before it.\n"
    "local function unroll(own, x)\n"
    "  local seen = own.seen or { x }\n"
    "  own.seen = seen\n"
    "  while #seen <= policy.window do seen[#seen + 1] = x end\n"
    "  table.remove(seen, 1)\n"
    "  forget(own)\n"
    "  for i = 1, policy.window do cell(own, seen[i]) end\n"
    "  return own.h\n"
    "end\n\n";

static const char look_first[] = //
    "local function look(own, agent, obs)\n"
    "  local x = {}\n"
    "  for i = 1, policy.obs_size do x[i] = obs[i] end\n";
static const char look_back[] = //
    "  for i = 1, policy.actions do x[#x + 1] = own.last == i and 1 or 0 end\n";
static const char look_within[] = //
    "  for i = 1, policy.agents do x[#x + 1] = agent == i and 1 or 0 end\n";
static const char look_last[] = //
    "  return x\n"
    "end\n\n";

static const char interface[] = //
    "function policy.act(memory, agent, obs, mask)\n"
    "  local own = memory[agent]\n"
    "  if not own then error(\"agent is \" .. tostring(agent) .. \", must be 1 to \" .. policy.agents, 2) end\n"
    "  if #obs ~= policy.obs_size then\n"
    "    error(\"obs has \" .. #obs .. \" numbers, must have \" .. policy.obs_size, 2)\n"
    "  end\n"
    "  local values = after(unroll(own, before(look(own, agent, obs))))\n"
    "  own.last = best(values, mask)\n"
    "  return own.last, values\n"
    "end\n";

static bool layer(const CoParams *params, const char *name, int weight, int bias, CoWriter *lua, CoError *error) {
  co_write_format(lua, "local ");
  return co_export_dense(name, params, (CoDense){weight, bias}, lua, error);
}

static bool weights(const CoAgents *team, CoWriter *lua, CoError *error) {
  const CoParams *p = &team->params;
  return layer(p, "fc1", team->fc1.weight, team->fc1.bias, lua, error) &&
         layer(p, "rnn_in", team->rnn.w_ih, team->rnn.b_ih, lua, error) &&
         layer(p, "rnn_back", team->rnn.w_hh, team->rnn.b_hh, lua, error) &&
         layer(p, "fc2", team->fc2.weight, team->fc2.bias, lua, error);
}

static void network(const CoAgents *team, CoWriter *lua) {
  co_export_text(team->rnn.lstm && team->rnn.hard ? hard_gate : soft_gate, lua);
  co_export_text(team->rnn.lstm ? lstm : gru, lua);
  co_export_text(team->config.network == CO_AGENTS_NETWORK_QPD ? qpd_order : pymarl_order, lua);
  co_export_text(state, lua);
  co_export_text(team->config.window ? windowed : carried, lua);
  co_export_text(look_first, lua);
  if (team->config.obs_last_action) co_export_text(look_back, lua);
  if (team->config.obs_agent_id) co_export_text(look_within, lua);
  co_export_text(look_last, lua);
}

bool co_agents_policy(const CoAgents *team, CoWriter *lua, CoError *error) {
  co_write_format(lua, "policy.obs_size, policy.hidden, policy.window = %d, %d, %d\n\n", team->obs_size,
                  team->config.hidden, team->config.window);
  co_export_text(co_policy_arithmetic, lua);
  co_export_text(rectifier, lua);
  if (!weights(team, lua, error)) return false;
  network(team, lua);
  co_export_text(interface, lua);
  return true;
}

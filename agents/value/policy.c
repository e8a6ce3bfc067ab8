// What a deep Q-network has learnt as Lua: its network, without noise, for programs without Cohort.
#include "dqn.h"
#include <stdio.h>

#include "export.h"

static const char stream[] = //
    "local function stream(layers, h) return dense(layers[2], bend(dense(layers[1], h))) end\n\n";

static const char duel[] = //
    "-- A value for all actions and an advantage for each, less the mean over the legal ones.\n"
    "local function duel(v, a, mask)\n"
    "  local n, legal = policy.atoms, 0\n"
    "  for i = 1, policy.actions do\n"
    "    if not mask or (mask[i] and mask[i] ~= 0) then legal = legal + 1 end\n"
    "  end\n"
    "  for j = 1, n do\n"
    "    local sum = 0\n"
    "    for i = 1, policy.actions do\n"
    "      if not mask or (mask[i] and mask[i] ~= 0) then sum = sum + a[(i - 1) * n + j] end\n"
    "    end\n"
    "    for i = 1, policy.actions do a[(i - 1) * n + j] = a[(i - 1) * n + j] + v[j] - sum / legal end\n"
    "  end\n"
    "  return a\n"
    "end\n\n";

static const char c51[] = //
    "-- The expected return of each action: logits of the probabilities of returns from v_min to v_max.\n"
    "local function expect(x)\n"
    "  local q, n = {}, policy.atoms\n"
    "  local step = (policy.v_max - policy.v_min) / (n - 1)\n"
    "  for i = 1, policy.actions do\n"
    "    local first, most, sum, mean = (i - 1) * n, x[(i - 1) * n + 1], 0, 0\n"
    "    for j = 1, n do most = math.max(most, x[first + j]) end\n"
    "    for j = 1, n do\n"
    "      local p = exp(x[first + j] - most)\n"
    "      sum, mean = sum + p, mean + p * (policy.v_min + (j - 1) * step)\n"
    "    end\n"
    "    q[i] = mean / sum\n"
    "  end\n"
    "  return q\n"
    "end\n\n";

static const char quantiles[] = //
    "-- The expected return of each action: the mean of its quantiles.\n"
    "local function expect(x)\n"
    "  local q, n = {}, policy.atoms\n"
    "  for i = 1, policy.actions do\n"
    "    q[i] = 0\n"
    "    for j = 1, n do q[i] = q[i] + x[(i - 1) * n + j] / n end\n"
    "  end\n"
    "  return q\n"
    "end\n\n";

static const char begin[] = //
    "function policy.act(memory, agent, obs, mask)\n"
    "  local x = look(memory, agent, obs)\n";
static const char end[] = //
    "  return best(x, mask), x\n"
    "end\n";

static bool layers(const char *name, const CoDqn *dqn, const CoNoisy stream_of[2], CoWriter *lua, CoError *error) {
  co_write_format(lua, "local %s = {}\n", name);
  for (int i = 0; i < 2; i++) {
    char whole[64];
    snprintf(whole, sizeof whole, "%s[%d]", name, i + 1);
    if (!co_export_dense(whole, dqn->played, stream_of[i].mean, lua, error)) return false;
  }
  return true;
}

static bool numbers(const CoDqn *dqn, CoWriter *lua, CoError *error) {
  const CoDqnNetwork *network = &dqn->network;
  return co_export_body("hidden", dqn->played, &network->body, lua, error) &&
         (!network->duels || layers("value", dqn, network->value, lua, error)) &&
         layers("advantage", dqn, network->advantage, lua, error);
}

bool co_dqn_policy(const void *self, CoWriter *lua, CoError *error) {
  const CoDqn *dqn = self;
  const CoDqnNetwork *network = &dqn->network;
  const int distribution = dqn->config.distribution;
  co_export_look(dqn->obs_size, lua);
  co_write_format(lua, "policy.atoms = %d\n", network->atoms);
  if (distribution == CO_DQN_C51)
    co_write_format(lua, "policy.v_min, policy.v_max = %.17g, %.17g\n", network->support.low, network->support.high);
  co_export_arithmetic(&network->body, lua);
  co_export_text(stream, lua);
  if (network->duels) co_export_text(duel, lua);
  if (distribution != CO_DQN_EXPECTED) co_export_text(distribution == CO_DQN_C51 ? c51 : quantiles, lua);
  if (!numbers(dqn, lua, error)) return false;
  co_export_text(begin, lua);
  if (dqn->inputs > dqn->obs_size) co_export_text(co_export_number, lua);
  co_export_text("  local h = body(hidden, x)\n  x = stream(advantage, h)\n", lua);
  if (network->duels) co_export_text("  x = duel(stream(value, h), x, mask)\n", lua);
  if (distribution != CO_DQN_EXPECTED) co_export_text("  x = expect(x)\n", lua);
  co_export_text(end, lua);
  return true;
}

// The agents' values over batches of whole episodes: inputs and network as in PyMARL's basic controller and RNN agent.
#include <string.h>

#include "network.h"

CoVar *co_agents_before(const CoAgents *team, CoTape *tape, CoVar *const *bound, CoVar *x) {
  if (team->config.network == CO_AGENTS_NETWORK_QPD) return x;
  return co_relu(tape, co_dense(tape, bound, team->fc1, x));
}

CoVar *co_agents_unroll(const CoAgents *team, CoTape *tape, CoVar *const *bound, const CoPacked *packed, CoVar *x) {
  CoCell cell = co_recurrent_cell(bound, team->rnn);
  return team->rnn.lstm ? co_lstm(tape, &cell, packed, x, NULL) : co_gru(tape, &cell, packed, x, NULL);
}

CoVar *co_agents_after(const CoAgents *team, CoTape *tape, CoVar *const *bound, CoVar *h) {
  if (team->config.network == CO_AGENTS_NETWORK_QPD) h = co_relu(tape, co_dense(tape, bound, team->fc1, h));
  return co_dense(tape, bound, team->fc2, h);
}

CoPacked co_agents_windows(CoTape *tape, int length, int rows) {
  int *count = co_tape_bytes(tape, (size_t)length * sizeof *count);
  int *start = co_tape_bytes(tape, (size_t)(length + 1) * sizeof *start);
  for (int i = 0; i < length; i++) count[i] = rows;
  for (int i = 0; i <= length; i++) start[i] = i * rows;
  return (CoPacked){length, count, start};
}

// The rows that every row's window looks at, [length][rows]; before an episode's beginning stands its first entry.
static int *glimpses(CoTape *tape, const CoPacked *packed, int length) {
  int rows = packed->start[packed->steps];
  int *at = co_tape_bytes(tape, (size_t)length * (size_t)rows * sizeof *at);
  for (int i = 0; i < length; i++)
    for (int tick = 0; tick < packed->steps; tick++) {
      int from = tick - (length - 1) + i;
      int *out = at + (size_t)i * (size_t)rows + packed->start[tick];
      for (int j = 0; j < packed->count[tick]; j++) out[j] = packed->start[from < 0 ? 0 : from] + j;
    }
  return at;
}

// Instead of carrying the state over the episode: at every entry the last `window` ones anew (QPD's released code).
static CoVar *unroll_windows(const CoAgents *team, CoTape *tape, CoVar *const *bound, const CoPacked *packed,
                             CoVar *x) {
  int length = team->config.window, rows = x->rows;
  CoPacked windows = co_agents_windows(tape, length, rows);
  CoVar *seen = co_gather(tape, x, glimpses(tape, packed, length), length * rows);
  return co_rows(tape, co_agents_unroll(team, tape, bound, &windows, seen), (length - 1) * rows, rows);
}

CoVar *co_agents_values(const CoAgents *team, CoTape *tape, CoVar *const *bound, const CoPacked *packed,
                        CoVar *inputs) {
  CoVar *x = co_agents_before(team, tape, bound, inputs);
  CoVar *h = team->config.window ? unroll_windows(team, tape, bound, packed, x)
                                 : co_agents_unroll(team, tape, bound, packed, x);
  return co_agents_after(team, tape, bound, h);
}

int co_agents_input_size(const CoAgentsConfig *config, const CoSpec *spec) {
  return spec->obs_size + (config->obs_last_action ? spec->actions : 0) + (config->obs_agent_id ? spec->agents : 0);
}

void co_agents_input(const CoAgents *team, const float *obs, int last_action, int agent, CoReal *out) {
  memcpy(out, obs, (size_t)team->obs_size * sizeof *out);
  memset(out + team->obs_size, 0, (size_t)(team->inputs - team->obs_size) * sizeof *out);
  if (team->config.obs_last_action && last_action >= 0) out[team->obs_size + last_action] = 1;
  if (team->config.obs_agent_id) out[team->inputs - team->agents + agent] = 1;
}

CoVar *co_agents_inputs(const CoAgents *team, CoTape *tape, const CoBatch *batch) {
  int count = batch->rows * team->agents;
  if (team->inputs == team->obs_size) return co_constant(tape, count, team->inputs, batch->obs);
  CoReal *x = co_tape_memory(tape, (size_t)count * (size_t)team->inputs);
  const CoPacked *packed = &batch->agent_entries;
  for (int tick = 0; tick < packed->steps; tick++)
    for (int i = 0; i < packed->count[tick]; i++) {
      int row = packed->start[tick] + i;
      int last = tick ? batch->action[packed->start[tick - 1] + i] : -1;
      co_agents_input(team, batch->obs + (size_t)row * (size_t)team->obs_size, last, i % team->agents,
                      x + (size_t)row * (size_t)team->inputs);
    }
  return co_constant(tape, count, team->inputs, x);
}

int co_agents_steps(const CoBatch *batch) {
  return batch->rows - batch->episodes;
}

const int *co_agents_rows(CoTape *tape, const CoBatch *batch) {
  int *rows = co_tape_bytes(tape, (size_t)batch->rows * sizeof *rows);
  int count = 0;
  for (int row = 0; row < batch->rows; row++)
    if (batch->next[row] >= 0) rows[count++] = row;
  return rows;
}

CoVar *co_agents_taken(const CoAgents *team, CoTape *tape, const CoBatch *batch, CoVar *values) {
  CoVar *taken = co_reshape(tape, co_pick(tape, values, batch->action), batch->rows, team->agents);
  return co_gather(tape, taken, co_agents_rows(tape, batch), co_agents_steps(batch));
}

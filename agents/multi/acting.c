// Acting for a team: one step of the recurrent agents in every running copy, epsilon-greedy over the legal actions.
#include "network.h"

#include <assert.h>
#include <string.h>

#include "cohort/distributions.h"

// What an agent keeps between steps. The engine zeroes it when an episode begins.
typedef struct Memory {
  int32_t last_action; // 1 + its number; 0: none yet
  int32_t begun;
  float state[]; // recurrent state, or the last `window` inputs
} Memory;

static int state_size(const CoAgentsConfig *config, int inputs) {
  if (config->window) return config->window * inputs;
  return config->lstm ? 2 * config->hidden : config->hidden;
}

static int memory_bytes(const CoAgentsConfig *config, int inputs) {
  return (int)(sizeof(Memory) + (size_t)state_size(config, inputs) * sizeof(float));
}

void co_agents_wants(const CoAgentsConfig *config, const CoSpec *spec, CoWants *wants) {
  *wants = (CoWants){.experience = CO_EXPERIENCE_EPISODES,
                     .capacity = config->buffer_size,
                     .gamma = config->gamma,
                     .views = CO_VIEW_OBS,
                     .memory = memory_bytes(config, co_agents_input_size(config, spec))};
}

double co_agents_epsilon(const CoAgents *team, int64_t steps) {
  const CoAgentsConfig *c = &team->config;
  int64_t clock = c->epsilon_clock == CO_AGENTS_CLOCK_STEPS ? steps : team->episodes;
  if (clock >= c->epsilon_anneal_time) return c->epsilon_finish;
  return c->epsilon_start + (c->epsilon_finish - c->epsilon_start) * (double)clock / c->epsilon_anneal_time;
}

// The rows of this step: agents of the running copies.
typedef struct Step {
  const CoFrame *frame;
  const CoActing *how;
  size_t memory; // bytes of an agent
  const int *at; // [rows] env * agents + agent
  int rows;
} Step;

static Memory *recall(const Step *step, int row) {
  return (Memory *)((char *)step->how->memory + (size_t)step->at[row] * step->memory);
}

static int running(const CoAgents *team, const CoFrame *frame, int *at) {
  int rows = 0;
  for (int env = 0; env < frame->num_envs; env++)
    for (int i = 0; frame->running[env] && i < team->agents; i++) at[rows++] = env * team->agents + i;
  return rows;
}

static CoVar *look(CoAgents *team, const Step *step) {
  CoReal *x = co_tape_memory(team->tape, (size_t)step->rows * (size_t)team->inputs);
  for (int row = 0; row < step->rows; row++)
    co_agents_input(team, step->frame->obs + (size_t)step->at[row] * (size_t)team->obs_size,
                    recall(step, row)->last_action - 1, step->at[row] % team->agents,
                    x + (size_t)row * (size_t)team->inputs);
  return co_constant(team->tape, step->rows, team->inputs, x);
}

// Carried state: read, moved on by one step, written back.
static CoVar *carry(CoAgents *team, const Step *step, CoVar *x) {
  int size = state_size(&team->config, team->inputs);
  CoReal *before = co_tape_memory(team->tape, (size_t)step->rows * (size_t)size);
  for (int row = 0; row < step->rows; row++)
    memcpy(before + (size_t)row * (size_t)size, recall(step, row)->state, (size_t)size * sizeof *before);
  CoVar *state = co_constant(team->tape, step->rows, size, before);
  CoCell cell = co_recurrent_cell(team->bound, team->rnn);
  CoVar *fed = co_agents_before(team, team->tape, team->bound, x);
  state = team->rnn.lstm ? co_lstm_cell(team->tape, &cell, fed, state) : co_gru_cell(team->tape, &cell, fed, state);
  for (int row = 0; row < step->rows; row++)
    memcpy(recall(step, row)->state, state->data + (size_t)row * (size_t)size, (size_t)size * sizeof *before);
  return team->rnn.lstm ? co_slice(team->tape, state, 0, team->rnn.hidden) : state;
}

// The window of one agent moves on; at the beginning it is full of the first input.
static void slide(Memory *memory, const float *x, int window, int inputs) {
  size_t size = (size_t)inputs, length = (size_t)window;
  memmove(memory->state, memory->state + size, (length - 1) * size * sizeof *x);
  for (size_t i = memory->begun ? length - 1 : 0; i < length; i++)
    memcpy(memory->state + i * size, x, size * sizeof *x);
}

static CoVar *unroll_window(CoAgents *team, const Step *step, CoVar *x) {
  int window = team->config.window, inputs = team->inputs;
  CoReal *all = co_tape_memory(team->tape, (size_t)window * (size_t)step->rows * (size_t)inputs);
  for (int row = 0; row < step->rows; row++) {
    Memory *memory = recall(step, row);
    slide(memory, x->data + (size_t)row * (size_t)inputs, window, inputs);
    for (int i = 0; i < window; i++)
      memcpy(all + ((size_t)i * (size_t)step->rows + (size_t)row) * (size_t)inputs,
             memory->state + (size_t)i * (size_t)inputs, (size_t)inputs * sizeof *all);
  }
  CoPacked windows = co_agents_windows(team->tape, window, step->rows);
  CoVar *seen = co_constant(team->tape, window * step->rows, inputs, all);
  CoVar *fed = co_agents_before(team, team->tape, team->bound, seen);
  CoVar *h = co_agents_unroll(team, team->tape, team->bound, &windows, fed);
  return co_rows(team->tape, h, (window - 1) * step->rows, step->rows);
}

static int choose(const CoAgents *team, const float *q, const uint8_t *mask, CoRng *rng) {
  bool random = team->epsilon > 0 && co_rng_unit(rng) < team->epsilon;
  int action = random ? co_rng_choose(rng, mask, team->actions) : co_argmax(team->actions, q, mask);
  return action < 0 ? 0 : action;
}

void co_agents_act(CoAgents *team, const CoFrame *frame, const CoActing *how, int *actions) {
  assert(frame->num_envs <= team->num_envs);
  size_t width = (size_t)team->actions, most = (size_t)frame->num_envs * (size_t)team->agents;
  co_tape_rewind(team->tape, team->mark);
  team->epsilon = how->explore ? (float)co_agents_epsilon(team, how->steps) : 0;
  int *at = co_tape_bytes(team->tape, most * sizeof *at);
  Step step = {frame, how, (size_t)memory_bytes(&team->config, team->inputs), at, running(team, frame, at)};
  if (!step.rows) return;
  CoVar *x = look(team, &step);
  CoVar *h = team->config.window ? unroll_window(team, &step, x) : carry(team, &step, x);
  CoVar *q = co_agents_after(team, team->tape, team->bound, h);
  for (int row = 0; row < step.rows; row++) {
    size_t agent = (size_t)at[row];
    float *seen = team->seen + agent * width;
    memcpy(seen, q->data + (size_t)row * width, width * sizeof *seen);
    actions[agent] = choose(team, seen, frame->mask + agent * width, &how->rngs[at[row] / team->agents]);
    *recall(&step, row) = (Memory){1 + actions[agent], 1};
  }
}

bool co_agents_inspect(CoAgents *team, int i, CoInspection *out) {
  CoInspection all[] = {{"q", team->seen, team->num_envs * team->agents, team->actions},
                        {"epsilon", &team->epsilon, 1, 1}};
  if (i < 0 || i >= (int)(sizeof all / sizeof all[0])) return false;
  *out = all[i];
  return true;
}

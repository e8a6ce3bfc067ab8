// Acting by action values: epsilon-greedy, or by values that are themselves noisy; and what viewers see of it.
#include <assert.h>
#include <math.h>
#include <string.h>

#include "cohort/distributions.h"
#include "dqn.h"

double co_dqn_epsilon(const void *self, int64_t steps) {
  const CoDqnConfig *config = &((const CoDqn *)self)->config;
  if (config->noisy) return 0; // the noise explores
  double left = fmax(0, 1 - (double)steps / config->epsilon_anneal_time);
  return config->epsilon_finish + left * (config->epsilon_start - config->epsilon_finish);
}

// Those that move now, ascending: rows at[] of the frame, their agents, masks and random streams. Returns how many.
typedef struct Movers {
  int *at, *agent;
  uint8_t *mask;
  CoRng **rngs;
  int count;
} Movers;

static Movers find(const CoDqn *dqn, const CoFrame *frame, const CoActing *how) {
  const size_t most = (size_t)frame->num_envs * (size_t)frame->agents, actions = (size_t)dqn->network.actions;
  Movers m = {.at = co_tape_bytes(dqn->tape, most * sizeof *m.at),
              .agent = co_tape_bytes(dqn->tape, most * sizeof *m.agent),
              .mask = co_tape_bytes(dqn->tape, most * actions),
              .rngs = co_tape_bytes(dqn->tape, most * sizeof *m.rngs)};
  for (int row = 0; row < (int)most; row++) {
    const int env = row / frame->agents;
    if (!frame->running[env] || !frame->acting[row]) continue;
    memcpy(m.mask + (size_t)m.count * actions, frame->mask + (size_t)row * actions, actions);
    m.at[m.count] = row, m.agent[m.count] = row % frame->agents, m.rngs[m.count++] = &how->rngs[env];
  }
  return m;
}

static int choose(const CoDqn *dqn, const float *q, const uint8_t *mask, CoRng *rng) {
  const int actions = dqn->network.actions;
  const bool random = dqn->epsilon > 0 && co_rng_unit(rng) < (double)dqn->epsilon;
  const int action = random ? co_rng_choose(rng, mask, actions) : co_argmax(actions, q, mask);
  return action < 0 ? 0 : action;
}

bool co_dqn_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  CoDqn *dqn = self;
  CoTape *tape = dqn->tape;
  const size_t actions = (size_t)dqn->network.actions;
  assert(frame->num_envs <= dqn->num_envs);
  co_tape_rewind(tape, dqn->mark);
  dqn->epsilon = how->explore ? (float)co_dqn_epsilon(dqn, how->steps) : 0;
  const Movers m = find(dqn, frame, how);
  if (!m.count) return true;
  CoVar *const *bound = how->explore ? dqn->bound : dqn->played_bound;
  const CoNoise noise = how->explore ? co_dqn_noise(&dqn->network, tape, m.rngs, m.count) : (CoNoise){0};
  CoVar *x = co_dqn_inputs(dqn, tape, frame->obs, m.at, m.agent, m.count);
  const CoVar *q = co_dqn_values(dqn, tape, co_dqn_outputs(&dqn->network, tape, bound, x, m.mask, noise));
  for (int i = 0; i < m.count; i++) {
    float *shown = dqn->q + (size_t)m.at[i] * actions;
    memcpy(shown, q->data + (size_t)i * actions, actions * sizeof *shown);
    discrete[m.at[i]] = choose(dqn, shown, m.mask + (size_t)i * actions, m.rngs[i]);
  }
  return true;
}

bool co_dqn_inspect(void *self, int i, CoInspection *out) {
  CoDqn *dqn = self;
  const CoInspection all[] = {{"q", dqn->q, dqn->num_envs * dqn->agents, dqn->network.actions},
                              {"epsilon", &dqn->epsilon, 1, 1}};
  if (i < 0 || i >= (int)(sizeof all / sizeof all[0])) return false;
  *out = all[i];
  return true;
}

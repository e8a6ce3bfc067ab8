// Bit flipping: turn n bits into the goal, of which the reward says nothing until it is there (Andrychowicz et al.,
// Hindsight Experience Replay, NeurIPS 2017).
#include <stdlib.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_bit_flip;

enum { MOST = 30 };

typedef struct Config {
  int bits;
} Config;

static const CoField fields[] = {
    CO_INT(Config, bits, "15", 1, MOST, "how many; an episode lasts as many steps"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t bits, goal;
} State;

static const CoStateField state_fields[] = {
    {"bits", CO_STATE_I32, offsetof(State, bits), 1, sizeof(int32_t)},
    {"goal", CO_STATE_I32, offsetof(State, goal), 1, sizeof(int32_t)},
    {0},
};

static int bits_of(const void *self) {
  return ((const Config *)self)->bits;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const infos[] = {"success", NULL};
  int bits = bits_of(self);
  *spec = (CoSpec){.agents = 1,
                   .teams = 1,
                   .obs_size = 2 * bits,
                   .obs_high = 1,
                   .actions = bits,
                   .goal_size = bits,
                   .unmasked = true,
                   .episode_limit = bits,
                   .infos = infos};
  *state_bytes = sizeof(State);
  *described = state_fields;
}

// The goal is never there already.
static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  State *s = state;
  int last = (1 << bits_of(self)) - 1;
  s->bits = co_rng_int(rng, 0, last);
  s->goal = s->bits ^ co_rng_int(rng, 1, last);
  return true;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  State *s = state;
  s->bits ^= 1 << actions->discrete[0];
  outcome->terminated = s->bits == s->goal;
  outcome->rewards[0] = outcome->terminated ? 0 : -1;
  outcome->info[0] = outcome->terminated;
  return true;
}

static void spread(int count, int bits, float *out) {
  for (int i = 0; i < count; i++) out[i] = (float)(bits >> i & 1);
}

static inline void look(const Config *c, const State *s, float *obs) {
  spread(c->bits, s->bits, obs);
  spread(c->bits, s->goal, obs + c->bits);
}

CO_SOLO_OBSERVE(observe, look, 2 * ((const Config *)self)->bits)

static bool achieved(const void *self, void *worker, const void *state, int agent, float *goal, CoError *error) {
  (void)worker, (void)agent, (void)error;
  spread(bits_of(self), ((const State *)state)->bits, goal);
  return true;
}

static float goal_reward(const void *self, const float *reached, const float *desired, bool *terminated) {
  *terminated = true;
  for (int i = 0; i < bits_of(self); i++) *terminated = *terminated && reached[i] == desired[i];
  return *terminated ? 0 : -1;
}

static void draw_row(CoCanvas *canvas, int count, int row, int bits, CoColor on) {
  for (int i = 0; i < count; i++)
    co_grid_tile(canvas, count, row * count + i, bits >> i & 1 ? on : (CoColor){66, 72, 82, 255});
}

// The goal lies above the bits.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const State *s = state;
  co_grid_begin(canvas, 2, bits_of(self));
  draw_row(canvas, bits_of(self), 0, s->goal, (CoColor){214, 178, 72, 255});
  draw_row(canvas, bits_of(self), 1, s->bits, (CoColor){86, 172, 240, 255});
  return true;
}

const CoEnvType co_bit_flip = {
    .name = "bit_flip",
    .summary = "turn n bits into the goal, with no reward before it is there",
    .source = "Andrychowicz et al., Hindsight Experience Replay, NeurIPS 2017",
    .settings = {"bit_flip", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .achieved = achieved,
    .goal_reward = goal_reward,
    .draw = draw,
    .observe_many = observe_many,
};

// Random walk: step left or right by chance until either end; what is asked for is a prediction (Sutton and Barto,
// Reinforcement Learning, examples 6.2 and 7.1).
#include <stdlib.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_random_walk;

typedef struct Config {
  int states;
} Config;

static const CoField fields[] = {
    CO_CHOICE(Config, states, "5", "5 19", "5: the right end pays 1; 19: and the left end -1"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t place; // 0 and the last are the ends
} State;

static const CoStateField state_fields[] = {
    {"place", CO_STATE_I32, offsetof(State, place), 1, sizeof(int32_t)},
    {0},
};

static int last(const Config *walk) {
  return walk->states ? 20 : 6;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const names[] = {"walk"};
  int places = last(self) + 1;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = places, .obs_high = 1, .actions = 1, .states = places};
  spec->action_names = names;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)rng, (void)error;
  ((State *)state)->place = last(self) / 2;
  return true;
}

static bool over(const Config *walk, int place) {
  return place == 0 || place == last(walk);
}

static float pay(const Config *walk, int place) {
  return place == last(walk) ? 1 : place == 0 && walk->states ? -1 : 0;
}

static inline bool stagger(const Config *walk, State *s, int action, CoRng *rng, float *reward) {
  (void)action;
  s->place += co_rng_int(rng, 0, 1) ? 1 : -1;
  *reward = pay(walk, s->place);
  return over(walk, s->place);
}

CO_SOLO_STEP(step, stagger, discrete)

static inline void look(const Config *walk, const State *s, float *obs) {
  (void)walk;
  obs[s->place] = 1;
}

CO_SOLO_OBSERVE(observe, look, last(self) + 1)

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->place;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)actions, (void)error;
  int count = state ? 2 : 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    int place = state ? ((const State *)state)->place + 2 * i - 1 : last(self) / 2;
    out[i].probability = 1.0 / count;
    ((State *)out[i].state)->place = place;
    out[i].rewards[0] = pay(self, place);
    out[i].terminated = over(self, place);
  }
  return count;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Config *walk = self;
  int places = last(walk) + 1;
  co_grid_begin(canvas, 1, places);
  for (int i = 0; i < places; i++) {
    float worth = pay(walk, i);
    CoColor end = worth > 0   ? (CoColor){92, 160, 96, 255}
                  : worth < 0 ? (CoColor){190, 80, 72, 255}
                              : (CoColor){43, 48, 56, 255};
    co_grid_tile(canvas, places, i, over(walk, i) ? end : (CoColor){86, 100, 124, 255});
    if (!over(walk, i)) co_grid_label(canvas, places, i, (const char[]){(char)('A' + i - 1), '\0'});
  }
  co_grid_disc(canvas, places, ((const State *)state)->place, .2f, (CoColor){240, 140, 58, 255});
  return true;
}

const CoEnvType co_random_walk = {
    .name = "random_walk",
    .summary = "step left or right by chance until either end",
    .source = "Sutton and Barto, Reinforcement Learning, examples 6.2 and 7.1",
    .variant = "states",
    .settings = {"random_walk", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
};

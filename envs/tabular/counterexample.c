// Baird's counterexample: seven states, features that overlap, no reward at all; off-policy learning with
// bootstrapping and linear functions diverges on it (Sutton and Barto, Reinforcement Learning, chapter 11).
#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_counterexample;

enum { DASHED, SOLID, ACTIONS };                     // to one of the first six by chance; to the seventh
enum { UPPER = 6, LOWER = UPPER, STATES, FEATURES }; // one feature more than states
enum { LIMIT = 1000 };                               // the book's task goes on for ever

typedef struct State {
  int32_t place;
} State;

static const CoStateField state_fields[] = {
    {"place", CO_STATE_I32, offsetof(State, place), 1, sizeof(int32_t)},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const char *const names[ACTIONS] = {"dashed", "solid"};
  static const CoKey keys[] = {{"up", DASHED, NULL}, {"down", SOLID, NULL}, {0}};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = FEATURES, .obs_high = 2, .actions = ACTIONS, .states = STATES};
  spec->episode_limit = LIMIT;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  ((State *)state)->place = co_rng_int(rng, 0, STATES - 1);
  return true;
}

static inline bool leap(const void *self, State *s, int action, CoRng *rng, float *reward) {
  (void)self, (void)reward;
  s->place = action == SOLID ? LOWER : co_rng_int(rng, 0, UPPER - 1);
  return false;
}

CO_SOLO_STEP(step, leap, discrete)

// Upper state i: 2 w[i] + w[7]; the lower one: w[6] + 2 w[7].
static inline void look(const void *self, const State *s, float *obs) {
  (void)self;
  obs[s->place] = s->place == LOWER ? 1 : 2;
  obs[FEATURES - 1] = s->place == LOWER ? 2 : 1;
}

CO_SOLO_OBSERVE(observe, look, FEATURES)

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->place;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)self, (void)worker, (void)error;
  bool solid = state && actions->discrete[0] == SOLID;
  int count = solid ? 1 : state ? UPPER : STATES;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    out[i].probability = 1.0 / count;
    ((State *)out[i].state)->place = solid ? LOWER : i;
    out[i].terminated = false;
  }
  return count;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  int place = ((const State *)state)->place;
  co_grid_begin(canvas, 3, UPPER);
  co_canvas_width(canvas, .04f);
  for (int i = 0; i < STATES; i++) {
    float x = i == LOWER ? UPPER / 2.f : (float)i + .5f, y = i == LOWER ? 2.4f : .5f;
    co_canvas_color(canvas, (CoColor){110, 120, 138, 255});
    if (i != LOWER) co_canvas_line(canvas, x, y, UPPER / 2.f, 2.4f);
    co_canvas_color(canvas, i == place ? (CoColor){240, 140, 58, 255} : (CoColor){66, 78, 100, 255});
    co_canvas_disc(canvas, x, y, .36f);
  }
  return true;
}

const CoEnvType co_counterexample = {
    .name = "counterexample",
    .summary = "seven states without reward on which the deadly triad diverges",
    .source = "Baird, Residual Algorithms (1995); Sutton and Barto, Reinforcement Learning, chapter 11",
    .aliases = "baird deadly_triad",
    .settings = {"counterexample", 0, fields, NULL},
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

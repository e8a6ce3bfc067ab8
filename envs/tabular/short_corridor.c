// Short corridor: four places that look alike, the second turns moves round; the best policy is a random one (Sutton
// and Barto, Reinforcement Learning, example 13.1).
#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_short_corridor;

enum { LEFT, RIGHT, MOVES };
enum { TURNED = 1, GOAL = 3, PLACES };
enum { LIMIT = 1000 }; // the book has none; who always goes left never arrives

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
  static const char *const names[MOVES] = {"left", "right"};
  static const CoKey keys[] = {{"left", LEFT, NULL}, {"right", RIGHT, NULL}, {0}};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 1, .obs_high = 1, .actions = MOVES, .states = PLACES};
  spec->episode_limit = LIMIT;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  ((State *)state)->place = 0;
  return true;
}

static int moved(int place, int move) {
  bool right = (move == RIGHT) != (place == TURNED);
  return right ? place + 1 : place > 0 ? place - 1 : 0;
}

static inline bool walk(const void *self, State *s, int action, CoRng *rng, float *reward) {
  (void)self, (void)rng;
  s->place = moved(s->place, action);
  *reward = -1;
  return s->place == GOAL;
}

CO_SOLO_STEP(step, walk, discrete)

// Every place looks the same; the number of a state tells them apart, for the exact model.
static inline void look(const void *self, const State *s, float *obs) {
  (void)self, (void)s;
  obs[0] = 1;
}

CO_SOLO_OBSERVE(observe, look, 1)

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->place;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)self, (void)worker, (void)error;
  if (capacity < 1) return -1;
  int place = state ? moved(((const State *)state)->place, actions->discrete[0]) : 0;
  out->probability = 1;
  ((State *)out->state)->place = place;
  out->rewards[0] = state ? -1 : 0;
  out->terminated = place == GOAL;
  return 1;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  co_grid_begin(canvas, 1, PLACES);
  for (int i = 0; i < PLACES; i++) co_grid_tile(canvas, PLACES, i, (CoColor){86, 100, 124, 255});
  co_grid_tile(canvas, PLACES, GOAL, (CoColor){214, 178, 72, 255});
  co_grid_label(canvas, PLACES, TURNED, "⇄");
  co_grid_label(canvas, PLACES, GOAL, "G");
  co_grid_disc(canvas, PLACES, ((const State *)state)->place, .2f, (CoColor){240, 140, 58, 255});
  return true;
}

const CoEnvType co_short_corridor = {
    .name = "short_corridor",
    .summary = "places that look alike, where the best policy is a random one",
    .source = "Sutton and Barto, Reinforcement Learning, example 13.1",
    .settings = {"short_corridor", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
    .observes_whole = true,
};

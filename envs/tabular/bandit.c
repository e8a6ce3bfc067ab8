// Bandit: arms that pay by chance, their values drawn anew for each episode (Sutton and Barto, Reinforcement Learning,
// chapter 2: the testbed of ten arms).
#include <stdlib.h>

#include "cohort/solo.h"

extern const CoEnvType co_bandit;

enum { MOST = 64, GAUSSIAN = 0, BERNOULLI, FARTHEST = 1000000000 };

typedef struct Config {
  int kind, arms, pulls;
  double level, spread, drift;
  bool recall;
} Config;

static const CoField fields[] = {
    CO_CHOICE(Config, kind, "gaussian", "gaussian bernoulli",
              "an arm pays its value give or take 1; or 1, with its value as the probability"),
    CO_INT(Config, arms, "10", 1, MOST, "how many there are to choose from"),
    CO_INT(Config, pulls, "1000", 1, 1000000000, "an episode's length"),
    CO_NUMBER(Config, level, "0", -1e6, 1e6, "gaussian: mean of the arms' values"),
    CO_NUMBER(Config, spread, "1", 0, 1e6, "gaussian: standard deviation of the arms' values"),
    CO_NUMBER(Config, drift, "0", 0, 1e6, "gaussian: standard deviation of what every value moves by after a pull"),
    CO_BOOL(Config, recall, "false",
            "observed is what was pulled last, an arm each, what it paid, and whether an episode begins"),
    CO_FIELDS_END,
};

typedef struct State {
  double reward;      // of the last pull
  int64_t arm;        // the last pulled, plus 1; 0: none yet
  double value[MOST]; // bernoulli: the probability of 1
} State;

static const CoStateField state_fields[] = {
    {"value", CO_STATE_F64, offsetof(State, value), MOST, sizeof(double)},
    {"reward", CO_STATE_F64, offsetof(State, reward), 1, sizeof(double)},
    {"arm", CO_STATE_I64, offsetof(State, arm), 1, sizeof(int64_t)},
    {0},
};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const infos[] = {"optimal", "regret",
                                      NULL}; // was it the best arm; how much less it pays on average
  static const CoKey keys[] = {{"1", 0, NULL},
                               {"2", 1, NULL},
                               {"3", 2, NULL},
                               {"4", 3, NULL},
                               {"5", 4, NULL},
                               {"6", 5, NULL},
                               {"7", 6, NULL},
                               {"8", 7, NULL},
                               {"9", 8, NULL},
                               {"0", 9, NULL},
                               {0}};
  const Config *c = self;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 1, .obs_high = 1, .actions = c->arms};
  spec->states = !c->recall;
  if (c->recall) spec->obs_size = c->arms + 2;
  if (c->recall && c->kind == GAUSSIAN) spec->obs_low = -(float)FARTHEST, spec->obs_high = (float)FARTHEST;
  spec->episode_limit = c->pulls;
  spec->infos = infos;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

// What the arms are worth is the task, nothing else is random when an episode begins.
static bool task(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  const Config *c = self;
  State *s = state;
  for (int i = 0; i < c->arms; i++)
    s->value[i] = c->kind == BERNOULLI ? co_rng_unit(rng) : c->level + c->spread * co_rng_normal(rng);
  return true;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true;
}

static double best(const Config *c, const State *s) {
  double most = s->value[0];
  for (int i = 1; i < c->arms; i++) most = s->value[i] > most ? s->value[i] : most;
  return most;
}

// `luck`: a normal draw, or one from [0, 1).
static inline void pull(const Config *c, State *s, int arm, double luck, CoRng *rng, float *reward, float *info) {
  double value = s->value[arm], missed = best(c, s) - value;
  s->arm = arm + 1;
  s->reward = c->kind == BERNOULLI ? luck < value : value + luck;
  *reward = (float)s->reward;
  info[0] = missed == 0;
  info[1] = (float)missed;
  for (int i = 0; c->kind == GAUSSIAN && c->drift > 0 && i < c->arms; i++) s->value[i] += c->drift * co_rng_normal(rng);
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)error;
  const Config *c = self;
  double luck = c->kind == BERNOULLI ? co_rng_unit(rng) : co_rng_normal(rng);
  pull(c, state, actions->discrete[0], luck, rng, outcome->rewards, outcome->info);
  return true;
}

// Normal draws cost more than all else: many at once cost a third.
enum { LANES = 64 };
static bool step_many(const void *self, void *worker, const CoMany *many, CoError *error) {
  (void)worker, (void)error;
  const Config *c = self;
  for (int first = 0; first < many->runners; first += LANES) {
    uint64_t bits[LANES];
    double luck[LANES];
    const int *runner = many->runner + first;
    int count = many->runners - first < LANES ? many->runners - first : LANES;
    for (int i = 0; i < count; i++) bits[i] = co_rng_next(&co_many_moment(many, runner[i])->rng);
    if (c->kind == GAUSSIAN)
      co_rng_normals(count, bits, luck);
    else
      for (int i = 0; i < count; i++) luck[i] = co_rng_unit_of(bits[i]);
    for (int i = 0; i < count; i++) {
      int copy = runner[i];
      pull(c, co_many_state(many, copy), many->actions.discrete[copy], luck[i], &co_many_moment(many, copy)->rng,
           &many->rewards[copy], &many->info[2 * copy]);
    }
  }
  return true;
}

// There is nothing to see; or the last pull, which who shall learn within an episode must see (Duan et al., 2016).
static inline void look(const Config *c, const State *s, float *obs) {
  obs[c->recall ? c->arms + 1 : 0] = !c->recall || !s->arm;
  if (!c->recall || !s->arm) return;
  obs[s->arm - 1] = 1;
  obs[c->arms] = (float)s->reward;
}

CO_SOLO_OBSERVE(observe, look, ((const Config *)self)->recall ? ((const Config *)self)->arms + 2 : 1)

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)state, (void)agent;
  return 0;
}

// Every arm's value as a line with a disc, four units up and down; the last pull's reward as a ring.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Config *c = self;
  const State *s = state;
  float zero = c->kind == BERNOULLI ? .5f : (float)c->level, scale = c->kind == BERNOULLI ? 7 : 1;
  float width = (float)c->arms;
  co_canvas_camera(canvas, -.2f, -4.2f, width + .2f, 4.2f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -width - 20, -width - 20, 3 * width + 40, 3 * width + 40);
  for (int i = 0; i < c->arms; i++) {
    float x = (float)i + .5f, y = scale * ((float)s->value[i] - zero);
    bool last = s->arm == i + 1;
    co_canvas_color(canvas, last ? (CoColor){240, 140, 58, 255} : (CoColor){86, 134, 190, 255});
    co_canvas_width(canvas, .12f);
    co_canvas_line(canvas, x, -4.2f, x, y);
    co_canvas_disc(canvas, x, y, .28f);
    co_canvas_width(canvas, .08f);
    if (last) co_canvas_ring(canvas, x, scale * ((float)s->reward - zero), .2f);
  }
  return true;
}

const CoEnvType co_bandit = {
    .name = "bandit",
    .summary = "arms that pay by chance: which is the best?",
    .source = "Sutton and Barto, Reinforcement Learning, chapter 2",
    .variant = "kind",
    .settings = {"bandit", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .task = task,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
};

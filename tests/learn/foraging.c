// Level-based foraging against its exact solution: on a small field the value of every state is known, and each method
// has to play as well as that and to believe it.
#include "cohort/distributions.h"
#include "multi/q_learner.h"
#include "planning.h"
#include "score.h"

extern const CoEnvType co_lbf;

enum { SIDE = 5, CELLS = SIDE * SIDE, STATES = CELLS * CELLS * CELLS, MOST = 8, ACTIONS = 6, COPIES = 4, ROUNDS = 50 };
static const double decay = 0.95;
static const char field[] = "size=5 foods=1 coop=true level=1"; // both have to load, side by side with the one food

typedef struct State { // as the table of fields says
  int8_t agent[MOST][3], food[MOST][3];
  int32_t worth;
} State;

static int cell(const int8_t *thing) {
  return thing[0] * SIDE + thing[1];
}

static int number(const State *s) {
  return (cell(s->agent[0]) * CELLS + cell(s->agent[1])) * CELLS + cell(s->food[0]);
}

static void place(int8_t *thing, int at, int level) {
  thing[0] = (int8_t)(at / SIDE), thing[1] = (int8_t)(at % SIDE), thing[2] = (int8_t)level;
}

// False where two things share a cell.
static bool make(int i, State *s) {
  memset(s, 0, sizeof *s);
  place(s->agent[0], i / CELLS / CELLS, 1);
  place(s->agent[1], i / CELLS % CELLS, 1);
  place(s->food[0], i % CELLS, 2);
  s->worth = 2;
  int a = cell(s->agent[0]), b = cell(s->agent[1]), food = cell(s->food[0]);
  return a != b && a != food && b != food;
}

// max over joint actions of r + gamma V(s').
static double backup(const CoWorld *world, const double *value, const State *from) {
  double best = 0;
  CoRng rng = co_rng(1, "unused", 0);
  for (int joint = 0; joint < ACTIONS * ACTIONS; joint++) {
    const int actions[2] = {joint / ACTIONS, joint % ACTIONS};
    float rewards[2] = {0}, loaded = 0;
    CoOutcome outcome = {rewards, &loaded, false};
    const CoActions chosen = {actions, NULL};
    State s = *from;
    co_world_type(world)->step(co_world_self(world), NULL, &s, &chosen, &rng, &outcome, NULL);
    best = fmax(best, (double)rewards[0] + (outcome.terminated ? 0 : decay * value[number(&s)]));
  }
  return best;
}

static void solve(const CoWorld *world, double *value) {
  for (bool moved = true; moved;) {
    moved = false;
    for (int i = 0; i < STATES; i++) {
      State s;
      if (!make(i, &s)) continue;
      double better = backup(world, value, &s);
      moved |= better != value[i];
      value[i] = better;
    }
  }
}

typedef struct Verdict {
  double optimal, earned, believed; // means over beginnings: V*, gamma^T r_T, the learner's V
} Verdict;

// What the learner makes of its best actions: one value for the team, or the mean of the agents'.
static double belief(const void *self, const CoFrame *frame, int env) {
  const CoAgents *team = self;
  CoTapeMark mark = co_tape_mark(team->tape);
  CoReal best[2];
  for (int i = 0; i < 2; i++) {
    const float *q = team->seen + (2 * env + i) * ACTIONS;
    best[i] = q[co_argmax(ACTIONS, q, frame->mask + (2 * env + i) * ACTIONS)];
  }
  int size = 3 * 3;
  CoVar *q = co_constant(team->tape, 1, 2, best);
  CoVar *global = co_constant(team->tape, 1, size, frame->global + (size_t)env * (size_t)size);
  CoVar *value = co_q_learner_mix(self, team->tape, team->bound, q, global);
  double mean = 0;
  for (int i = 0; i < value->cols; i++) mean += (double)value->data[i] / value->cols;
  co_tape_rewind(team->tape, mark);
  return mean;
}

static void play(const CoAlgoType *algo, void *self, CoVecEnv *vec, unsigned char *memory, const double *value,
                 Verdict *sum) {
  CoError error = {{0}};
  CoRng rngs[COPIES] = {{0, 0}};
  CoActing how = {.memory = memory, .rngs = rngs};
  int joint[2 * COPIES];
  double discount = 1;
  check(co_vecenv_restart(vec, &error), &error);
  for (bool first = true; co_vecenv_running(vec); first = false, discount *= decay) {
    const CoFrame *frame = co_vecenv_frame(vec, 0);
    bool ran[COPIES];
    check(algo->act(self, frame, &how, joint, NULL, &error), &error);
    for (int i = 0; i < COPIES; i++) {
      ran[i] = frame->running[i];
      if (first) sum->optimal += value[number(co_frame_state(frame, i))];
      if (first) sum->believed += belief(self, frame, i);
    }
    check(co_vecenv_step(vec, &(CoActions){joint, NULL}, &error), &error);
    for (int i = 0; i < COPIES; i++) sum->earned += ran[i] ? discount * (double)co_vecenv_rewards(vec)[2 * i] : 0;
  }
}

static Verdict judge(const CoWorld *world, const char *name, void *self, const double *value) {
  CoRegistry registry;
  CoError error = {{0}};
  CoWants wants;
  unsigned char config[CONFIG];
  co_registry_init(&registry);
  const CoAlgoType *algo = co_find_algo(&registry, name, &error);
  co_settings_defaults(&algo->settings, config);
  algo->wants(config, co_world_team(world, 0), &wants);
  CoVecEnv *vec = co_vecenv_create(world, COPIES, CO_VIEW_OBS | CO_VIEW_GLOBAL, NULL, 1, "judge", &error);
  check(vec, &error);
  size_t bytes = 2 * COPIES * (size_t)wants.memory;
  unsigned char *memory = malloc(bytes);
  Verdict sum = {0};
  for (int i = 0; i < ROUNDS; i++) {
    memset(memory, 0, bytes);
    play(algo, self, vec, memory, value, &sum);
  }
  free(memory);
  co_vecenv_destroy(vec);
  int games = COPIES * ROUNDS;
  return (Verdict){sum.optimal / games, sum.earned / games, sum.believed / games};
}

static void forages(const char *name, int seeds, int steps) {
  // RMSprop's first steps are of 10 lr: after them QMIX's values begin so high that they hardly come down.
  static const char *const settings[][2] = {{"gamma", "0.95"},
                                            {"optimizer", "adam"},
                                            {"lr", "0.001"},
                                            {"hidden", "32"},
                                            {"batch_size", "16"},
                                            {"updates_per_episode", "2"},
                                            {"target_update_interval", "20"},
                                            {"epsilon_anneal_time", "10000"},
                                            {NULL, NULL}};
  CoError error;
  CoWorld *world = plan_world(&co_lbf, field, NULL, &error);
  double *value = calloc(STATES, sizeof *value);
  solve(world, value);
  for (uint64_t seed = 1; seed <= (uint64_t)seeds_of(seeds); seed++) {
    CoScore score;
    CoTrain *run = trained(world, name, seed, COPIES, steps, &settings[0][0], NULL, &score);
    Verdict got = judge(world, name, co_train_algo(run, 0), value);
    fprintf(stderr, "foraging, %s, seed %d: earns %.3f, believes %.3f, the best is %.3f\n", name, (int)seed, got.earned,
            got.believed, got.optimal);
    ck_assert_msg(got.earned >= 0.95 * got.optimal, "%s, seed %d: earns %g, the best is %g", name, (int)seed,
                  got.earned, got.optimal);
    ck_assert_msg(fabs(got.believed - got.optimal) <= 0.1, "%s, seed %d: believes %g, the truth is %g", name, (int)seed,
                  got.believed, got.optimal);
    co_train_destroy(run);
  }
  free(value);
  co_world_close(world);
}

START_TEST(qmix_forages) {
  forages("qmix", 3, 24000);
}
END_TEST

START_TEST(vdn_forages) {
  forages("vdn", 1, 20000);
}
END_TEST

START_TEST(iql_forages) {
  forages("iql", 1, 20000);
}
END_TEST

CO_TESTS(qmix_forages, vdn_forages, iql_forages)

// Evolution by hand: whose weights act in which copy, whom a return is counted for, a generation of the cross-entropy
// method and one of CMA-ES.
#include <math.h>
#include <string.h>

#include "cohort/cma_es.h"
#include "cohort/metrics.h"
#include "policy/evolution.h"
#include "suite.h"
#include "toy.h"

extern const CoAlgoType co_cem, co_cma_es;

enum { MEMBERS = 4, COPIES = 6 };

typedef struct Lab {
  const CoAlgoType *algo;
  unsigned char config[512];
  CoSpec spec;
  CoEvolution *evolution; // the learner
  CoMetrics *metrics;
} Lab;

static void check(bool fine, const CoError *error) {
  ck_assert_msg(fine, "%s", error->text);
}

static void prepare(Lab *lab, const CoAlgoType *algo, CoSpec spec, const char *const *pairs) {
  static const char *const plain[] = {"hidden", "1", "population", "4", "sigma", "2", NULL};
  CoError error = {{0}};
  *lab = (Lab){.algo = algo, .spec = spec, .metrics = co_metrics_create("", &error)};
  ck_assert(algo->settings.bytes <= sizeof lab->config);
  co_settings_defaults(&algo->settings, lab->config);
  for (int i = 0; plain[i]; i += 2)
    check(co_settings_set(&algo->settings, lab->config, plain[i], plain[i + 1], &error), &error);
  for (; pairs && pairs[0]; pairs += 2)
    check(co_settings_set(&algo->settings, lab->config, pairs[0], pairs[1], &error), &error);
  for (int i = 0; algo->metrics[i]; i++) check(co_metrics_declare(lab->metrics, algo->metrics[i], &error), &error);
  const CoAlgoSetup setup = {.spec = &lab->spec, .num_envs = COPIES, .seed = 1};
  lab->evolution = algo->create(lab->config, &setup, &error);
  check(lab->evolution, &error);
}

static void destroy(Lab *lab) {
  lab->algo->destroy(lab->evolution);
  co_metrics_destroy(lab->metrics);
}

static double *point(const Lab *lab, int member) {
  return lab->evolution->points + (size_t)member * (size_t)lab->evolution->size;
}

// One input, one hidden number, three outputs: the last three numbers are the scores' biases.
static const CoSpec three = {.agents = 1, .teams = 1, .obs_size = 1, .actions = 3};

static void act(Lab *lab, bool explore, const uint8_t *mask, int *actions, float *notes) {
  static const uint8_t one[] = {1, 1, 1, 1, 1, 1};
  const float obs[COPIES] = {0};
  CoRng rngs[COPIES] = {{0, 0}};
  const CoFrame frame = {
      .num_envs = COPIES, .agents = 1, .obs = obs, .mask = mask, .alive = one, .acting = one, .running = one};
  const CoActing how = {.explore = explore, .notes = notes, .rngs = rngs};
  ck_assert(lab->algo->act(lab->evolution, &frame, &how, actions, NULL, NULL));
}

START_TEST(every_copy_has_a_member_of_its_own) {
  Lab lab;
  uint8_t mask[COPIES * 3];
  float notes[COPIES];
  int actions[COPIES];
  prepare(&lab, &co_cem, three, NULL);
  ck_assert_int_eq(lab.evolution->size, 8);
  memset(lab.evolution->mean, 0, (MEMBERS + 1) * sizeof(double[8])); // the points too
  memset(mask, 1, sizeof mask);
  for (int i = 0; i < MEMBERS; i++) point(&lab, i)[5 + i % 3] = 1; // of actions 0, 1, 2, 0
  lab.evolution->mean[6] = 1;
  lab.evolution->played = 1; // member 1 is next
  co_evolution_settle(lab.evolution);
  act(&lab, true, mask, actions, notes);
  for (int i = 0; i < COPIES; i++) {
    ck_assert_float_eq(notes[i], (float)((i + 1) % MEMBERS));
    ck_assert_int_eq(actions[i], (i + 1) % MEMBERS % 3);
  }
  mask[3 * 5 + 2] = 0; // not what the sixth would choose: the first of equals is left
  act(&lab, true, mask, actions, notes);
  ck_assert_int_eq(actions[5], 0);
  act(&lab, false, mask, actions, NULL);
  for (int i = 0; i < COPIES; i++) ck_assert_int_eq(actions[i], 1);
  destroy(&lab);
}
END_TEST

START_TEST(continuous_actions_keep_to_their_bounds) {
  static const float low[] = {-1, -1}, high[] = {1, 1}, obs[] = {0};
  static const uint8_t one[] = {1};
  const CoSpec spec = {.agents = 1, .teams = 1, .obs_size = 1, .action_size = 2, .low = low, .high = high};
  const CoFrame frame = {.num_envs = 1, .agents = 1, .obs = obs, .alive = one, .acting = one, .running = one};
  CoRng rng = {0, 0};
  float control[2];
  Lab lab;
  prepare(&lab, &co_cem, spec, NULL);
  ck_assert_int_eq(lab.evolution->size, 6);
  lab.evolution->mean[4] = 3, lab.evolution->mean[5] = -0.25;
  co_evolution_settle(lab.evolution);
  ck_assert(co_cem.act(lab.evolution, &frame, &(CoActing){.rngs = &rng}, NULL, control, NULL));
  ck_assert_float_eq(control[0], 1);
  ck_assert_float_eq(control[1], -0.25f);
  destroy(&lab);
}
END_TEST

// One episode of the lone agent of team 1, which is paid -1, -2 ... in `length` steps.
static void play(Lab *lab, int length) {
  CoWorld *world = toy_world((ToyConfig){.length = length});
  const CoEpisodesConfig config = {.capacity = 1, .views = CO_VIEW_OBS, .num_envs = 1, .notes = 1};
  CoEpisodes *store = co_episodes_create(world, 1, &config, NULL);
  CoVecEnv *vec = co_vecenv_create(world, 1, CO_VIEW_OBS, NULL, 1, "env", NULL);
  CoRng rng = co_rng(1, "act", 0);
  CoError error = {{0}};
  float notes[1];
  ck_assert(co_vecenv_restart(vec, NULL));
  while (co_vecenv_running(vec)) {
    int actions[3] = {0};
    const CoActing how = {.explore = true, .notes = notes, .rngs = &rng};
    ck_assert(lab->algo->act(lab->evolution, co_vecenv_frame(vec, 1), &how, actions + 2, NULL, NULL));
    ck_assert(co_episodes_before(store, vec, &(CoActions){actions, NULL}, notes, NULL));
    ck_assert(co_vecenv_step(vec, &(CoActions){actions, NULL}, NULL));
    ck_assert(co_episodes_after(store, vec, NULL));
  }
  CoLearning learning = {.new_episodes = 1, .store = store, .metrics = lab->metrics};
  check(lab->algo->learn(lab->evolution, &learning, &error), &error);
  co_vecenv_destroy(vec);
  co_episodes_destroy(store);
  co_world_close(world);
}

static CoSpec toy_spec(void) {
  CoWorld *world = toy_world((ToyConfig){.length = 1});
  CoSpec spec = *co_world_team(world, 1);
  co_world_close(world);
  return spec;
}

static double metric(const Lab *lab, const char *name) {
  double value;
  ck_assert_msg(co_metrics_find(lab->metrics, name, &value), "no %s", name);
  return value;
}

// Two episodes a member: returns -1 - 3, -6 - 10, -3 - 1 and -10 - 1 of lengths 1, 3, 2, 4 and 2, 4, 1, 1. Members 0
// and 2 earned most: the mean is between them, the deviation half their distance, and variance 9 joins for the time
// being.
START_TEST(a_generation_of_the_cross_entropy_method) {
  static const int length[] = {1, 3, 2, 4, 2, 4, 1, 1};
  Lab lab;
  double points[MEMBERS][512], expected = 0;
  prepare(&lab, &co_cem, toy_spec(),
          (const char *const[]){"episodes", "2", "elite_frac", "0.5", "noise", "18", "noise_generations", "2", NULL});
  int size = lab.evolution->size;
  ck_assert_int_le(size, 512);
  for (int i = 0; i < MEMBERS; i++) memcpy(points[i], point(&lab, i), (size_t)size * sizeof(double));
  for (int i = 0; i < 8; i++) {
    ck_assert(!memcmp(points[3], point(&lab, 3), (size_t)size * sizeof(double)));
    play(&lab, length[i]);
  }
  ck_assert_double_eq_tol(metric(&lab, "population_return"), -(4 + 16 + 4 + 11) / 8.0, 1e-12);
  ck_assert_double_eq_tol(metric(&lab, "best_return"), -2, 1e-12);
  for (int i = 0; i < size; i++) {
    double apart = points[0][i] - points[2][i];
    ck_assert_double_eq_tol(lab.evolution->mean[i], (points[0][i] + points[2][i]) / 2, 1e-12);
    expected += sqrt(apart * apart / 4 + 9) / size;
  }
  ck_assert_double_eq_tol(metric(&lab, "deviation"), expected, 1e-12);
  ck_assert_int_eq((int)lab.evolution->played, 0);
  ck_assert(memcmp(points[3], point(&lab, 3), (size_t)size * sizeof(double)) != 0);
  destroy(&lab);
}
END_TEST

// The optimiser, told the same by hand, has the same mean.
START_TEST(a_generation_of_cma_es) {
  static const int length[] = {3, 1, 4, 2};
  static const double cost[] = {6, 1, 10, 3};
  Lab lab;
  prepare(&lab, &co_cma_es, toy_spec(), NULL);
  int size = lab.evolution->size;
  const CoCmaEsConfig config = {size, MEMBERS, 2};
  CoCmaEs *cma = co_cma_es_create(&config, lab.evolution->mean, NULL);
  co_cma_es_tell(cma, lab.evolution->points, cost);
  for (int i = 0; i < MEMBERS; i++) play(&lab, length[i]);
  ck_assert(!memcmp(lab.evolution->mean, co_cma_es_mean(cma), (size_t)size * sizeof(double)));
  ck_assert_double_eq(metric(&lab, "sigma"), co_cma_es_sigma(cma));
  co_cma_es_destroy(cma);
  destroy(&lab);
}
END_TEST

START_TEST(a_covariance_too_large_is_refused) {
  unsigned char config[512];
  CoError error = {{0}};
  const CoAlgoSetup setup = {.spec = &three, .num_envs = 1, .seed = 1};
  co_settings_defaults(&co_cma_es.settings, config);
  ck_assert(co_settings_set(&co_cma_es.settings, config, "hidden", "1000", &error));
  ck_assert(!co_cma_es.create(config, &setup, &error));
  ck_assert_str_eq(error.text,
                   "a policy has 5003 weights, of which the most are 5000: fewer hidden layers, or narrower ones");
  ck_assert(co_settings_set(&co_cma_es.settings, config, "hidden", "8", &error));
  ck_assert(co_settings_set(&co_cma_es.settings, config, "population", "3", &error));
  ck_assert(!co_cma_es.create(config, &setup, &error));
  ck_assert_str_eq(error.text, "population is 3, must be 4 or more (0: by the number of weights)");
}
END_TEST

CO_TESTS(every_copy_has_a_member_of_its_own, continuous_actions_keep_to_their_bounds,
         a_generation_of_the_cross_entropy_method, a_generation_of_cma_es, a_covariance_too_large_is_refused)

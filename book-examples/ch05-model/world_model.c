// Planning from pixels: pictures of a pendulum become a few numbers, in which a learned model imagines what torques
// would lead to. Plaat, chapter 5; Hafner et al. (PlaNet, 2019). The method is agents/model/world_model.c.
#include <math.h>
#include <string.h>

#include "cohort/cohort.h"

enum { BLIND = 20 }; // steps with eyes shut: a second

typedef struct Settings {
  int steps, episodes, trials, pixels;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "5000", 1, 1e9, "environment steps to learn from; a quarter of them are random"),
    CO_INT(Settings, episodes, "50", 1, 1e9, "that play is judged by"),
    CO_INT(Settings, trials, "200", 1, 1e9, "plans that are carried out with eyes shut"),
    CO_INT(Settings, pixels, "16", 4, 64, "side of a picture"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {
    {"quick", "steps", "200"}, {"quick", "episodes", "1"}, {"quick", "trials", "5"}, {NULL, NULL, NULL}};

// Uniformly random torques: the mean return.
static double guess(CoEnv *env, int episodes, CoRng *rng) {
  double sum = 0;
  for (int i = 0; i < episodes; i++)
    for (co_env_reset(env, NULL); co_env_ending(env) == CO_PLAYING; sum += (double)co_env_rewards(env)[0]) {
      float torque = (float)co_rng_uniform(rng, -2, 2);
      co_env_step(env, &(CoActions){.continuous = &torque}, NULL);
    }
  return sum / episodes;
}

// Where the light of a picture lies, seen from its middle: the rod's angle from upright, in degrees.
static double read_angle(const float *picture, int side) {
  double x = 0, y = 0;
  for (int i = 0; i < side * side; i++) {
    x += (double)picture[i] * (2 * (i % side) + 1 - side);
    y += (double)picture[i] * (side - 1 - 2 * (i / side));
  }
  return atan2(-x, y) * 180 / 3.141592653589793;
}

static CoInspection inspect(const CoLearner *learner, const char *name) {
  CoInspection said = {0};
  for (int i = 0; learner->seat.algo->inspect(learner->seat.self, i, &said) && strcmp(said.name, name); i++) continue;
  return said;
}

// Plans at an episode's beginning, then carries the plan out without looking: by how many degrees the rod that it
// imagined is off in the end, of half of all plans at most. still: by how many if nothing had moved.
static double shut_eyes(CoExample *example, const CoLearner *learner, CoEnv *env, int trials, double *still) {
  const CoSeat *seat = &learner->seat;
  const CoSpec *spec = co_world_team(learner->world, 0);
  CoWants wants;
  seat->algo->wants(seat->config, spec, &wants);
  double *off = co_example_memory(example, (size_t)trials * 3, sizeof *off);
  float *obs = co_example_memory(example, (size_t)spec->obs_size, sizeof *obs), torque;
  void *memory = co_example_memory(example, (size_t)wants.memory, 1);
  CoRng rng = co_rng(1, "plans", 0);
  const CoFrame frame = {.num_envs = 1, .agents = 1, .obs = obs, .running = &(uint8_t){1}, .acting = &(uint8_t){1}};
  const CoActing how = {.rngs = &rng, .memory = memory};
  for (int i = 0, side = spec->obs_shape[1]; i < trials; i++) {
    co_env_reset(env, NULL);
    co_env_observe(env, 0, obs, NULL);
    memset(memory, 0, (size_t)wants.memory);
    seat->algo->act(seat->self, &frame, &how, NULL, &torque, NULL);
    const CoInspection plan = inspect(learner, "plan"), seen = inspect(learner, "imagined");
    const int steps = plan.rows < BLIND ? plan.rows : BLIND;
    double first = read_angle(obs, side), expected = read_angle(seen.data + (steps - 1) * seen.cols, side);
    for (int t = 0; t < steps; t++) co_env_step(env, &(CoActions){.continuous = plan.data + t}, NULL);
    co_env_observe(env, 0, obs, NULL);
    off[i] = fabs(remainder(expected - read_angle(obs, side), 360));
    off[trials + i] = fabs(remainder(first - read_angle(obs, side), 360));
  }
  *still = co_quantile(off + trials, trials, 0.5, off + 2 * trials);
  return co_quantile(off, trials, 0.5, off + 2 * trials);
}

static void claim(CoExample *example, const char *what, double expected, double low, double high, double got) {
  co_example_claim(example, (CoClaim){.what = what, .expected = expected, .low = low, .high = high, .full = true}, got);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const CoWorld *world = co_example_open(example, "pendulum", "pixels %d", set->pixels);
  CoEnv *env = co_example_env(example, world);
  CoRng rng = co_rng(seed, "torques", 0);
  co_example_claim(example, (CoClaim){.what = "random torques", .expected = -1200, .low = -1500, .high = -900},
                   guess(env, 50, &rng));
  CoLearner *truth = co_example_begin(example, world, "mpc", "num_envs 1 steps 200");
  double most = co_example_evaluate(example, truth, set->episodes).return_mean, still;
  claim(example, "planned in the true model", -140, -200, 0, most);
  CoLearner *learner =
      co_example_train(example, world, "world_model", "planned from pixels",
                       "num_envs 1 steps %d learning_starts %d log_interval 200", set->steps, set->steps / 4);
  claim(example, "planned from pixels", most, -200, 0,
        co_example_evaluate(example, learner, set->episodes).return_mean);
  claim(example, "degrees off, eyes shut", 0, 0, 10, shut_eyes(example, learner, env, set->trials, &still));
  claim(example, "had nothing moved", NAN, 45, 180, still);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "world_model",
    .chapter = 5,
    .idea = "Who has only pixels can still plan: in a few numbers that stand for them, which it learned to foresee.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"world_model", sizeof(Settings), fields, profiles},
    .algos = "world_model",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

// Critics that see all agents against critics that see their own: Plaat, chapter 7; Lowe et al. (NIPS 2017),
// cooperative navigation, with the paper's weights of each agent's own and its memory of a million steps. The update
// rule is agents/multi/maddpg.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, buffer_size;
  bool share_weights;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "300000", 1, 1e9, "environment steps of each of the two"),
    CO_INT(Settings, buffer_size, "40000", 16, 1e7, "episodes of 25 steps that are remembered"),
    CO_BOOL(Settings, share_weights, "false", "all agents have the same weights"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "10000"}, {NULL, NULL, NULL}};

enum { DISTANCE, TOUCHING, OCCUPIED }; // the environment's infos, summed over the 25 steps
enum { EPISODES = 1000, LIMIT = 25, AGENTS = 3, OBS = 18, LANDMARKS = 4 }; // in what is seen, from the fifth number on
enum { NONE, LEFT, RIGHT, DOWN, UP };

// A push against where one would come to rest: the velocity shrinks to .75 of it in a step of .1, which takes .3 of it.
static int steer(const float *obs, int landmark) {
  double x = (double)obs[LANDMARKS + 2 * landmark] - 0.3 * (double)obs[0];
  double y = (double)obs[LANDMARKS + 2 * landmark + 1] - 0.3 * (double)obs[1];
  if (fmax(fabs(x), fabs(y)) < 0.1) return NONE;
  if (fabs(x) > fabs(y)) return x < 0 ? LEFT : RIGHT;
  return y < 0 ? DOWN : UP;
}

// How much there is to learn: what a planner earns that shares the landmarks out by the least sum of distances.
static double by_hand(CoExample *example, const CoWorld *world) {
  static const int orders[][AGENTS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  CoEnv *env = co_example_env(example, world);
  float obs[AGENTS][OBS];
  double earned = 0;
  for (int step = 0; step < EPISODES * LIMIT; step++) {
    double least = INFINITY;
    int actions[AGENTS];
    if (step % LIMIT == 0) co_env_reset(env, NULL);
    for (int i = 0; i < AGENTS; i++) co_env_observe(env, i, obs[i], NULL);
    for (size_t k = 0; k < sizeof orders / sizeof orders[0]; k++) {
      double sum = 0;
      for (int i = 0; i < AGENTS; i++) {
        const float *to = obs[i] + LANDMARKS + 2 * orders[k][i];
        sum += hypot((double)to[0], (double)to[1]);
      }
      for (int i = 0; i < AGENTS && sum < least; i++) actions[i] = steer(obs[i], orders[k][i]);
      least = fmin(least, sum);
    }
    co_env_step(env, &(CoActions){actions, NULL}, NULL);
    earned += (double)co_env_rewards(env)[0];
  }
  return earned / EPISODES;
}

// The same method in all else: `central` is whether its critics see everyone.
static CoScore learn(CoExample *example, const CoWorld *world, const Settings *set, const char *name,
                     const char *central) {
  const char *lr = co_example_quick(example) ? "0.005" : "0.002"; // hasty
  CoLearner *learner =
      co_example_train(example, world, "maddpg", name,
                       "num_envs 1 steps %d buffer_size %d share_weights %s central_critic %s lr %s actor_lr %s",
                       set->steps, set->buffer_size, set->share_weights ? "true" : "false", central, lr, lr);
  CoScore score = co_example_evaluate(example, learner, EPISODES);
  const double *info = score.info_mean;
  co_example_say(example,
                 "%-12s return %.2f; a step: %.2f from the landmarks, %.3f pairs touch, %.2f landmarks occupied\n",
                 name, score.return_mean, info[DISTANCE] / LIMIT, info[TOUCHING] / LIMIT, info[OCCUPIED] / LIMIT);
  co_example_show(example, learner);
  return score;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed; // the trainer has it
  const CoWorld *world = co_example_open(example, "simple_spread", " ");
  co_example_claim(example, (CoClaim){.what = "by hand", .expected = NAN, .low = -17, .high = -15},
                   by_hand(example, world));
  CoScore own = learn(example, world, set, "independent", "false");
  CoScore all = learn(example, world, set, "MADDPG", "true");
  co_example_claim(example,
                   (CoClaim){.what = "the better of the two, chance is -52", .expected = NAN, .low = -50, .high = 0},
                   fmax(all.return_mean, own.return_mean));
  const CoClaim claims[] = {
      {.what = "independent DDPG", .expected = NAN, .low = -40, .high = 0, .full = true},
      {.what = "MADDPG", .expected = NAN, .low = -35, .high = 0, .full = true},
      {.what = "MADDPG's lead", .expected = NAN, .low = 1, .high = INFINITY, .mean = true, .full = true},
  };
  co_example_claim(example, claims[0], own.return_mean);
  co_example_claim(example, claims[1], all.return_mean);
  co_example_claim(example, claims[2], all.return_mean - own.return_mean);
}

static const CoExampleType type = {
    .name = "maddpg_spread",
    .chapter = 7,
    .idea = "Actors see what their agent sees; do critics that see all, and know what all do, teach them better?",
    .cost = CO_COST_MINUTES,
    .seeds = 5,
    .settings = {"maddpg_spread", sizeof(Settings), fields, profiles},
    .envs = "simple_spread",
    .algos = "maddpg",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

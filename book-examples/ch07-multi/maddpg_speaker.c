// One knows the goal and cannot move, the other moves and does not know it: Plaat, chapter 7; Lowe et al. (NIPS 2017),
// cooperative communication. The update rule is agents/multi/maddpg.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "250000", 1, 1e9, "environment steps of each of the two"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "5000"}, {NULL, NULL, NULL}};

enum { SPEAKER, LISTENER, AGENTS };
enum { LANDMARKS = 3, OBS = 2 + 3 * LANDMARKS, VELOCITY = 0, PLACES = 2 };
enum { NONE, LEFT, RIGHT, DOWN, UP, WORDS };
enum { DISTANCE, ARRIVED }; // the environment's infos, summed over the 25 steps
enum { EPISODES = 1000, LIMIT = 25 };

// A push against where one would come to rest: the velocity shrinks to .75 of it in a step of .1, which takes .3 of it.
static int steer(const float *obs, double x, double y) {
  double dx = x - 0.3 * (double)obs[VELOCITY], dy = y - 0.3 * (double)obs[VELOCITY + 1];
  if (fmax(fabs(dx), fabs(dy)) < 0.1) return NONE;
  if (fabs(dx) > fabs(dy)) return dx < 0 ? LEFT : RIGHT;
  return dy < 0 ? DOWN : UP;
}

// What the listener's best would earn that knew the goal; and one that knew nothing and waited between all three.
static double by_hand(CoExample *example, const CoWorld *world, bool told) {
  CoEnv *env = co_example_env(example, world);
  float obs[AGENTS][OBS];
  double sum = 0;
  for (int episode = 0; episode < EPISODES; episode++) {
    co_env_reset(env, NULL);
    while (co_env_ending(env) == CO_PLAYING) {
      double x = 0, y = 0, weight = 0;
      for (int i = 0; i < AGENTS; i++) co_env_observe(env, i, obs[i], NULL);
      for (int i = 0; i < LANDMARKS; i++) {
        double wanted = told ? (double)obs[SPEAKER][i] : 1;
        x += wanted * (double)obs[LISTENER][PLACES + 2 * i], y += wanted * (double)obs[LISTENER][PLACES + 2 * i + 1];
        weight += wanted;
      }
      co_env_step(env, &(CoActions){(const int[]){WORDS, steer(obs[LISTENER], x / weight, y / weight)}, NULL}, NULL);
      sum += (double)co_env_rewards(env)[LISTENER];
    }
  }
  return sum / EPISODES;
}

// The same method in all else: `central` is whether its critics see everyone.
static double learn(CoExample *example, const CoWorld *world, int steps, const char *name, const char *central) {
  CoLearner *learner =
      co_example_train(example, world, "maddpg", name, "num_envs 1 steps %d central_critic %s", steps, central);
  CoScore score = co_example_evaluate(example, learner, EPISODES);
  co_example_say(example, "%-12s return %.2f; %.2f from the goal, arrived %.0f %% of the time\n", name,
                 score.return_mean, score.info_mean[DISTANCE] / LIMIT, 100 * score.info_mean[ARRIVED] / LIMIT);
  co_example_show(example, learner);
  return score.return_mean;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed; // the trainer and the environment have it
  const CoWorld *world = co_example_open(example, "simple_speaker_listener", " ");
  double told = by_hand(example, world, true), untold = by_hand(example, world, false);
  co_example_claim(example, (CoClaim){.what = "by hand, knowing the goal", .expected = NAN, .low = -7, .high = -5},
                   told);
  co_example_claim(example, (CoClaim){.what = "by hand, knowing nothing", .expected = NAN, .low = -16, .high = -13},
                   untold);
  double own = learn(example, world, set->steps, "independent", "false");
  double all = learn(example, world, set->steps, "MADDPG", "true");
  co_example_claim(example, (CoClaim){.what = "independent DDPG", .expected = NAN, .low = -30, .high = 0, .full = true},
                   own);
  co_example_claim(example, (CoClaim){.what = "MADDPG", .expected = NAN, .low = -12, .high = 0, .full = true}, all);
  co_example_claim(example,
                   (CoClaim){.what = "MADDPG's lead", .expected = NAN, .low = 2, .high = INFINITY, .full = true},
                   all - own);
}

static const CoExampleType type = {
    .name = "maddpg_speaker",
    .chapter = 7,
    .idea = "Who speaks learns what a word is worth only from a critic that sees what the other makes of it.",
    .cost = CO_COST_MINUTES,
    .seeds = 5,
    .settings = {"maddpg_speaker", sizeof(Settings), fields, profiles},
    .envs = "simple_speaker_listener",
    .algos = "maddpg",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

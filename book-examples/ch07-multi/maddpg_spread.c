// Critics that see all agents against critics that see their own: Plaat, chapter 7; Lowe et al. (NIPS 2017),
// cooperative navigation. The update rule is agents/multi/maddpg.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "300000", 1, 1e9, "environment steps of each of the two"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "10000"}, {NULL, NULL, NULL}};

enum { DISTANCE, TOUCHING, OCCUPIED }; // the environment's infos, summed over the 25 steps
enum { EPISODES = 1000, LIMIT = 25 };

// The same method in all else: `central` is whether its critics see everyone.
static CoScore learn(CoExample *example, const CoWorld *world, int steps, const char *name, const char *central) {
  const char *lr = co_example_quick(example) ? "0.005" : "0.002"; // hasty
  CoLearner *learner =
      co_example_train(example, world, "maddpg", name, "num_envs 1 steps %d central_critic %s lr %s actor_lr %s", steps,
                       central, lr, lr);
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
  CoScore own = learn(example, world, set->steps, "independent", "false");
  CoScore all = learn(example, world, set->steps, "MADDPG", "true");
  co_example_claim(example,
                   (CoClaim){.what = "the better of the two, chance is -52", .expected = NAN, .low = -50, .high = 0},
                   fmax(all.return_mean, own.return_mean));
  co_example_claim(example, (CoClaim){.what = "MADDPG", .expected = NAN, .low = -35, .high = 0, .full = true},
                   all.return_mean);
  co_example_claim(example, (CoClaim){.what = "independent DDPG", .expected = NAN, .low = -40, .high = 0, .full = true},
                   own.return_mean);
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

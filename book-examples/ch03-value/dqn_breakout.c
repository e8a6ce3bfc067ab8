// From the picture to the action: Plaat, chapter 3; Mnih et al. (2015), on Young and Tian's small Breakout (MinAtar,
// 2019). The method is agents/value/dqn.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "300000", 100, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "1500"}, {NULL, NULL, NULL}};

static int guess(void *user, const float *obs, const uint8_t *mask, CoRng *rng) {
  (void)obs;
  return co_rng_choose(rng, mask, *(const int *)user);
}

// One convolution of 16 kernels, 3 x 3, sees four planes (paddle, ball, where the ball was, bricks); one hidden layer
// of 128 follows. The score is one a brick.
static CoLearner *player(CoExample *example, const Settings *set, const CoWorld *world) {
  return co_example_train(example, world, "dqn", "score while learning",
                          "steps %d lr_anneal_time %d lr 0.0005 double_q false n_step 3 layers 1 batch_size 32 "
                          "target_update_interval 1000 epsilon_anneal_time %d epsilon_finish 0.02",
                          set->steps, set->steps, set->steps / 6 + 1);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  const CoWorld *world = co_example_open(example, "breakout", "all_actions true"); // MinAtar's six, of which three idle
  int actions = co_world_spec(world)->actions;
  const CoLearner *guesser = co_example_player(example, world, guess, &actions);
  const double random = co_example_evaluate(example, guesser, 4000).return_mean;
  const CoLearner *learner = player(example, settings, world);
  const CoScore score = co_example_evaluate(example, learner, 100);
  co_example_say(example, "%.2f bricks in %.0f steps; by chance %.2f\n", score.return_mean, score.length_mean, random);
  co_example_claim(example, (CoClaim){.what = "by chance", .expected = 0.5, .low = 0.45, .high = 0.55}, random);
  co_example_claim(example, (CoClaim){.what = "mean score", .expected = NAN, .low = 10, .high = INFINITY, .full = true},
                   score.return_mean);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "dqn_breakout",
    .chapter = 3,
    .idea = "A convolution sees paddle, ball and bricks, and a deep Q-network learns from the picture what to do.",
    .cost = CO_COST_LONGER,
    .seeds = 3,
    .settings = {"dqn_breakout", sizeof(Settings), fields, profiles},
    .envs = "breakout",
    .algos = "dqn",
    .chart_x = "environment steps",
    .chart_y = "score of an episode while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

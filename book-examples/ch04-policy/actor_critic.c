// Actor and critic: the advantage of an action after one step, and after five: Plaat, chapter 4; Sutton and Barto,
// section 13.5. The update rule is agents/policy/a2c.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "300000", 1, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "100000"}, {NULL, NULL, NULL}};

static void learn(CoExample *example, const Settings *set, const char *name, const char *chance, const char *words) {
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  CoLearner *learner =
      co_example_train(example, world, "a2c", name, "%s num_envs 8 lr_anneal_time 300000 steps %d", words, set->steps);
  double got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(example, (CoClaim){.what = name, .expected = 500, .low = 475, .high = 500, .full = true}, got);
  co_example_claim(example, (CoClaim){.what = chance, .expected = NAN, .low = 40, .high = 500}, got);
  co_example_show(example, learner);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  learn(example, settings, "one step", "one step, above chance", "gae_lambda 0 optimizer adam lr 0.001");
  learn(example, settings, "five steps", "five steps, above chance", "gae_lambda 1 num_steps 5");
}

static const CoExampleType type = {
    .name = "actor_critic",
    .chapter = 4,
    .idea = "A learnt value stands for the rest of the episode: after one step (little variance, bias) or after five.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"actor_critic", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "a2c",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

// An entropy bonus keeps a policy random for longer, and too much of it for ever: Plaat, chapter 4; Williams and Peng
// (1991). The loss is agents/policy/a2c.c's.
#include <math.h>

#include "cohort/cohort.h"

#define LOG2 0.69314718055994531 // nats: what the toss of a coin has

enum { COEFS = 3 };
static const char *const coefs[COEFS] = {"0", "0.01", "10"};

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "100000", 1000, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "20000"}, {NULL, NULL, NULL}};

// Of the policy in the end, in nats.
static double entropy(CoExample *example, const Settings *set, const char *coef) {
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  CoLearner *learner =
      co_example_begin(example, world, "a2c", "num_envs 8 ent_coef %s log_interval 1000 steps %d", coef, set->steps);
  for (int64_t steps = 0; steps < set->steps; steps = co_train_view(learner->train).steps) {
    co_example_advance(example, learner, steps + 1000, NULL);
    co_example_point(example, coef, (double)steps, co_example_metric(example, learner, "entropy"));
  }
  double score = co_example_evaluate(example, learner, 100).return_mean,
         nats = co_example_metric(example, learner, "entropy");
  co_example_say(example, "weight %-5s entropy %.3f, greedy return %.1f\n", coef, nats, score);
  co_example_show(example, learner);
  return nats;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  double got[COEFS];
  for (int i = 0; i < COEFS; i++) got[i] = entropy(example, settings, coefs[i]);
  co_example_claim(example, (CoClaim){.what = "10 above 0", .expected = NAN, .low = 0, .high = LOG2}, got[2] - got[0]);
  co_example_claim(
      example, (CoClaim){.what = "0.01 above 0", .expected = NAN, .low = 0, .high = LOG2, .mean = true, .full = true},
      got[1] - got[0]);
}

static const CoExampleType type = {
    .name = "entropy_bonus",
    .chapter = 4,
    .idea = "A reward for being random keeps a policy exploring; paid too well it never stops.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"entropy_bonus", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "a2c",
    .chart_x = "environment steps",
    .chart_y = "entropy of the policy (nats)",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

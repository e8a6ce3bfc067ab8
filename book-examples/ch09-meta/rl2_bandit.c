// Learning to learn which arm pays: RL^2 on bandits against the exact optimum. Plaat, chapter 9; Duan et al. (2016).
#include <math.h>

#include "cohort/cohort.h"

enum { MOST = 16 }; // pulls and successes and failures of all arms, at most

typedef struct Settings {
  int arms, pulls, steps, episodes;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, arms, "5", 1, 5, "each pays 1 with a probability that is drawn anew for every trial"),
    CO_INT(Settings, pulls, "10", 1, 10, "of a trial"),
    CO_INT(Settings, steps, "3000000", 1000, 1e9, "pulls to learn to learn from"),
    CO_INT(Settings, episodes, "20000", 1, 1e9, "trials to be judged by"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "10000"}, {"quick", "episodes", "1000"}, {NULL, NULL, NULL}};

// What the best player can still earn, knowing how often each arm has paid and has not: counts[2 arms]. Every state
// once: those whose counts sum to at most `pulls` are numbered without gaps by sums of binomials.
typedef struct Optimum {
  int arms, pulls;
  double *worth; // [states], -1: not known yet
  double choose[32][32];
} Optimum;

static int number_of(const Optimum *o, const int *counts) {
  double number = 0;
  for (int i = 0, sum = 0; i < 2 * o->arms; i++) sum += counts[i], number += o->choose[sum + i][i + 1];
  return (int)number;
}

// V(h) = max over arms of p (1 + V(h, paid)) + (1 - p) V(h, did not), p = (paid + 1) / (pulled + 2)
static double worth(Optimum *o, int *counts, int left) {
  double *known = &o->worth[number_of(o, counts)], best = 0;
  if (!left) return 0;
  if (*known >= 0) return *known;
  for (int arm = 0; arm < o->arms; arm++) {
    int *paid = counts + 2 * arm, *failed = paid + 1;
    const double p = (*paid + 1.0) / (*paid + *failed + 2.0);
    ++*paid;
    const double well = 1 + worth(o, counts, left - 1);
    --*paid, ++*failed;
    const double badly = worth(o, counts, left - 1);
    --*failed;
    best = fmax(best, p * well + (1 - p) * badly);
  }
  return *known = best;
}

static double optimum(CoExample *example, int arms, int pulls) {
  Optimum o = {.arms = arms, .pulls = pulls};
  int counts[MOST] = {0};
  for (int n = 0; n < 32; n++)
    for (int k = 0; k <= n; k++) o.choose[n][k] = k && k < n ? o.choose[n - 1][k - 1] + o.choose[n - 1][k] : 1;
  const int states = (int)o.choose[pulls + 2 * arms][2 * arms];
  o.worth = co_example_memory(example, (size_t)states, sizeof *o.worth);
  for (int i = 0; i < states; i++) o.worth[i] = -1;
  return worth(&o, counts, pulls);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  const Settings *set = settings;
  const double best = optimum(example, set->arms, set->pulls);
  CoWorld *world =
      co_example_open(example, "bandit", "kind bernoulli recall true arms %d pulls %d", set->arms, set->pulls);
  CoLearner *learner =
      co_example_train(example, world, "rl2", "RL^2, while it explores",
                       "steps %d lr_anneal_time %d num_envs 256 timeout_terminal true gamma 1 lr 0.003 ent_coef 0.05 "
                       "update_epochs 8",
                       set->steps, set->steps);
  const CoScore score = co_example_evaluate(example, learner, set->episodes);
  co_example_say(example, "by chance %.3f, RL^2 %.3f, the best there is %.3f\n", set->pulls / 2.0, score.return_mean,
                 best);
  co_example_claim(example, (CoClaim){.what = "the best, exactly", .expected = 6.66, .low = 6.6595, .high = 6.6605},
                   best);
  co_example_claim(example, (CoClaim){.what = "RL^2", .expected = best, .low = 6.5, .high = best + 0.1, .full = true},
                   score.return_mean);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "rl2_bandit",
    .chapter = 9,
    .idea =
        "A recurrent policy that sees what it did and got becomes an algorithm for bandits, nearly the best there is.",
    .cost = CO_COST_MINUTES,
    .seeds = 5,
    .settings = {"rl2_bandit", sizeof(Settings), fields, profiles},
    .envs = "bandit",
    .algos = "rl2",
    .chart_x = "pulls",
    .chart_y = "payments in ten pulls",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

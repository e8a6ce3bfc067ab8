// Ten arms, seven ways to choose: Plaat, chapter 2; Sutton and Barto, chapter 2, their testbed of 2,000 bandits.
#include <math.h>

#include "cohort/cohort.h"

enum { ARMS = 10, GREEDY = 0, UCB, GRADIENT, THOMPSON };

typedef struct Settings {
  double epsilon, alpha, initial, c;
  int runs, pulls;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "epsilon-greedy: share of random pulls"),
    CO_NUMBER(Settings, alpha, "0.1", 0, 1, "optimistic and gradient: step size"),
    CO_NUMBER(Settings, initial, "5", -100, 100, "optimistic: what every arm is worth at first"),
    CO_NUMBER(Settings, c, "2", 0, 100, "UCB: weight of what is not known yet"),
    CO_INT(Settings, runs, "2000", 1, 1e6, "bandits"),
    CO_INT(Settings, pulls, "1000", 10, 1000, "of each"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "runs", "100"}, {NULL, NULL, NULL}};

// share: of the best arm in 1,000 pulls, by another program's simulation of 20,000 bandits.
typedef struct Method {
  const char *name;
  int kind;
  double epsilon, alpha, initial, c, share;
} Method;

typedef struct Arms {
  double Q[ARMS], N[ARMS], paid[ARMS], pi[ARMS], baseline; // Q: the values, or the gradient's preferences H
  float scores[ARMS];
} Arms;

static const uint8_t all[ARMS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static int choose(const Method *m, Arms *arms, int t, CoRng *rng) {
  double sum = 0;
  if (m->epsilon > 0 && co_rng_unit(rng) < m->epsilon) return co_rng_int(rng, 0, ARMS - 1);
  for (int a = 0; a < ARMS; a++) {
    double Q = arms->Q[a], N = arms->N[a];
    if (m->kind == UCB) Q = N > 0 ? Q + m->c * sqrt(co_log(t) / N) : INFINITY; // Q(a) + c sqrt(ln t / N(a))
    if (m->kind == THOMPSON)
      Q = arms->paid[a] / (N + 1) + co_rng_normal(rng) / sqrt(N + 1); // a draw of what is believed
    arms->scores[a] = (float)Q;
    if (m->kind == GRADIENT) sum += arms->pi[a] = co_exp(Q);
  }
  if (m->kind != GRADIENT) return co_argmax_random(ARMS, arms->scores, all, rng);
  for (int a = 0; a < ARMS; a++) arms->pi[a] /= sum; // pi(a) = exp H(a) / sum_b exp H(b)
  return co_rng_weighted(rng, arms->pi, ARMS);
}

static void learn(const Method *m, Arms *arms, int t, int a, double r) {
  double average = t > 1 ? arms->baseline : r;
  arms->N[a]++, arms->paid[a] += r, arms->baseline += (r - arms->baseline) / t;
  if (m->kind != GRADIENT) { // Q(a) <- Q(a) + alpha (r - Q(a)), or 1 / N(a) for alpha
    arms->Q[a] += (m->alpha > 0 ? m->alpha : 1 / arms->N[a]) * (r - arms->Q[a]);
    return;
  }
  // H(b) <- H(b) + alpha (r - average) ([b = a] - pi(b))
  for (int b = 0; b < ARMS; b++) arms->Q[b] += m->alpha * (r - average) * ((b == a) - arms->pi[b]);
}

// The share of the best arm over all pulls; best[pulls] of each.
static double play(const Method *m, const Settings *set, CoEnv *env, CoRng *rng, double *best) {
  double all_best = 0;
  for (int i = 0; i < set->runs; i++) {
    Arms arms = {.baseline = 0};
    float before = 0;
    for (int a = 0; a < ARMS; a++) arms.Q[a] = m->initial;
    co_env_reset(env, NULL); // another bandit
    for (int t = 1; t <= set->pulls; t++) {
      int a = choose(m, &arms, t, rng);
      co_env_step(env, &(CoActions){.discrete = &a}, NULL);
      learn(m, &arms, t, a, (double)co_env_rewards(env)[0]);
      best[t - 1] += (double)(co_env_info(env)[0] - before) / set->runs;
      before = co_env_info(env)[0];
    }
    all_best += (double)before / set->pulls / set->runs;
  }
  return all_best;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const Method methods[] = {{"greedy", GREEDY, 0, 0, 0, 0, .3555},
                            {"epsilon .01", GREEDY, .01, 0, 0, 0, .4959},
                            {"epsilon-greedy", GREEDY, set->epsilon, 0, 0, 0, .7110},
                            {"optimistic", GREEDY, 0, set->alpha, set->initial, 0, .7130},
                            {"UCB", UCB, 0, 0, 0, set->c, .7554},
                            {"gradient", GRADIENT, 0, set->alpha, 0, 0, .7419},
                            {"Thompson", THOMPSON, 0, 0, 0, 0, .8466}};
  CoEnv *env = co_example_env(example, co_example_open(example, "bandit", "arms %d", ARMS));
  for (int i = 0; i < 7; i++) {
    const Method *m = &methods[i];
    CoRng rng = co_rng(seed, m->name, 0);
    double *best = co_example_memory(example, (size_t)set->pulls, sizeof *best), sum = 0;
    double within = .02 * sqrt(2000. / set->runs);
    CoClaim claim = {.what = m->name, .expected = m->share, .low = m->share - within, .high = m->share + within};
    co_example_claim(example, claim, play(m, set, env, &rng, best));
    for (int t = 0; t < set->pulls; sum = ++t % 10 ? sum : 0)
      if (sum += best[t], t % 10 == 9) co_example_point(example, m->name, t + 1, sum / 10);
  }
}

static const CoExampleType type = {
    .name = "bandits",
    .chapter = 2,
    .idea = "Exploring costs pulls and pays later: who pulls the best of ten arms most often.",
    .seeds = 1,
    .settings = {"bandits", sizeof(Settings), fields, profiles},
    .chart_x = "pulls",
    .chart_y = "share of the best arm",
    .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

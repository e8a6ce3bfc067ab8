// CartPole in bins, and value iteration on a model sampled from them: Plaat, chapter 2.
#include <math.h>
#include <string.h>

#include "cohort/cohort.h"

enum { NUMBERS = 4, ACTIONS = 2 };

typedef struct Settings {
  double gamma;
  int samples, bins;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, gamma, "0.99", 0, 1, "discount of a step"),
    CO_INT(Settings, samples, "200", 1, 1000, "steps from each bin that its model is made of"),
    CO_INT(Settings, bins, "12", 3, 36, "fine bins of angle and turning; of place a third, of speed a half"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "samples", "20"}, {NULL, NULL, NULL}};

// Bins of equal width between -high and high; the outer ones reach further.
static const double high[NUMBERS] = {2.4, 2.5, 0.2095, 2.5};
typedef struct Player {
  int count[NUMBERS], states;
  float *Q; // [states][ACTIONS]
} Player;

static int bin_of(const Player *player, const float *obs) {
  int s = 0;
  for (int i = 0; i < NUMBERS; i++) {
    int n = player->count[i], at = (int)floor(((double)obs[i] / high[i] + 1) / 2 * n);
    s = s * n + (at < 0 ? 0 : at < n ? at : n - 1);
  }
  return s;
}

static int choose(void *user, const float *obs, const uint8_t *mask, CoRng *rng) {
  const Player *player = user;
  return co_argmax_random(ACTIONS, player->Q + bin_of(player, obs) * ACTIONS, mask, rng);
}

static double best_of(const Player *player, int s) {
  return (double)fmaxf(player->Q[s * ACTIONS], player->Q[s * ACTIONS + 1]);
}

// A step: the next bin, or -1 at a true end.
static int step(const Player *player, CoEnv *env, int a) {
  float obs[NUMBERS];
  co_env_step(env, &(CoActions){.discrete = &a}, NULL);
  co_env_observe(env, 0, obs, NULL);
  return co_env_ending(env) == CO_TERMINATED ? -1 : bin_of(player, obs);
}

// A state drawn within the bin, stepped once.
static int sample(const Player *player, CoEnv *env, unsigned char *bytes, int s, int a, CoRng *rng) {
  const CoStateField *field = co_world_fields(co_env_world(env));
  for (int i = NUMBERS - 1; i >= 0; s /= player->count[i--]) {
    double value = ((s % player->count[i] + co_rng_unit(rng)) * 2 / player->count[i] - 1) * high[i];
    memcpy(bytes + sizeof(CoMoment) + field[i].offset, &value, sizeof value);
  }
  co_env_restore(env, bytes);
  return step(player, env, a);
}

// Q(s, a) = the mean of 1 + gamma max_a' Q(s', a') over the samples, in sweeps until nothing changes.
static void solve(CoExample *example, const Settings *set, const Player *player, CoEnv *env, CoRng *rng) {
  int pairs = player->states * ACTIONS, n = set->samples;
  int *next = co_example_memory(example, (size_t)(pairs * n), sizeof *next);
  unsigned char *bytes = co_example_memory(example, co_env_size(co_env_world(env)), 1);
  double change = 1;
  co_env_reset(env, NULL);
  memcpy(bytes, co_env_bytes(env), co_env_size(co_env_world(env)));
  for (int i = 0; i < pairs * n; i++) next[i] = sample(player, env, bytes, i / n / ACTIONS, i / n % ACTIONS, rng);
  for (int sweep = 0; sweep < 1000 && change > 1e-4; sweep++) {
    change = 0;
    for (int pair = 0; pair < pairs; pair++) {
      double sum = n;
      for (const int *to = next + pair * n; to < next + (pair + 1) * n; to++)
        sum += *to < 0 ? 0 : set->gamma * best_of(player, *to);
      change = fmax(change, fabs(sum / n - (double)player->Q[pair]));
      player->Q[pair] = (float)(sum / n);
    }
  }
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoWorld *world = co_example_open(example, "cartpole", " ");
  CoEnv *env = co_example_env(example, world);
  CoRng rng = co_rng(seed, "cartpole_model", 0);
  for (int fine = 0; fine < 2; fine++) {
    int n = set->bins, states = fine ? n / 3 * (n / 2) * n * n : 2;
    Player *player = co_example_memory(example, 1, sizeof *player);
    *player = fine ? (Player){{n / 3, n / 2, n, n}, states, NULL} : (Player){{1, 1, 2, 1}, states, NULL};
    player->Q = co_example_memory(example, (size_t)(states * ACTIONS), sizeof *player->Q);
    solve(example, set, player, env, &rng);
    CoLearner *learner = co_example_player(example, world, choose, player);
    CoClaim few = {.what = "2 bins", .expected = 50, .low = 0, .high = 100};
    CoClaim many = {.what = "fine bins", .expected = 195, .low = 195, .high = 500, .full = true};
    co_example_claim(example, fine ? many : few, co_example_evaluate(example, learner, 100).return_mean);
    co_example_show(example, learner);
  }
}

static const CoExampleType type = {
    .name = "cartpole_model",
    .chapter = 2,
    .idea = "A model sampled from bins is a model: value iteration balances the pole without an episode.",
    .seeds = 5,
    .settings = {"cartpole_model", sizeof(Settings), fields, profiles},
    .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

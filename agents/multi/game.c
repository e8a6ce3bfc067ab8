// Solvers of two-player games: the tree, the average strategy that acts, and how much a best response wins against it.
#include "game.h"

#include <stdlib.h>
#include <string.h>

const char *const co_game_metrics[] = {"exploitability", "value", NULL};

bool co_game_accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  if (!spec->perfect_recall) return co_fail(error, "needs information sets, this environment has none");
  if (spec->payoff != CO_PAYOFF_ZERO_SUM) return co_fail(error, "needs a zero-sum game, this environment is none");
  return spec->modelled || co_fail(error, "needs an exact model, this environment has no outcomes");
}

void co_game_wants(const void *config, const CoSpec *spec, CoWants *wants) {
  (void)config, (void)spec;
  *wants = (CoWants){.experience = CO_EXPERIENCE_NONE};
}

double *co_game_numbers(const CoGame *game, CoError *error) {
  double *numbers = calloc((size_t)game->tree->sequences, sizeof *numbers);
  if (!numbers) co_fail(error, "no memory for %d sequences", game->tree->sequences);
  return numbers;
}

// Of the shares in game->average.
static void average(CoGame *game) {
  for (int agent = 0; agent < 2; agent++) {
    co_tree_policy(game->tree, agent, game->average, game->policy);
    co_tree_plan(game->tree, agent, game->policy, game->plan);
  }
}

void *co_game_create(size_t bytes, const CoAlgoSetup *setup, CoError *error) {
  CoGame *game = calloc(1, bytes);
  if (!game) {
    co_fail(error, "no memory for a solver");
    return NULL;
  }
  game->actions = setup->spec->actions;
  game->tree = co_tree_create(setup->world, error);
  if (game->tree && (game->average = co_game_numbers(game, error)) && (game->policy = co_game_numbers(game, error)) &&
      (game->plan = co_game_numbers(game, error)) && (game->value = co_game_numbers(game, error)) &&
      ((game->seen = calloc((size_t)game->actions, sizeof *game->seen)) || co_fail(error, "no memory for a solver"))) {
    average(game);
    return game;
  }
  co_game_destroy(game);
  return NULL;
}

void co_game_destroy(void *user) {
  CoGame *game = user;
  if (!game) return;
  co_tree_destroy(game->tree);
  free(game->average);
  free(game->policy);
  free(game->plan);
  free(game->value);
  free(game->seen);
  free(game);
}

void co_game_match(const CoTreeSet *set, const double *regret, double *policy) {
  double sum = 0;
  for (int s = set->first; s < set->first + set->moves; s++) sum += regret[s] > 0 ? regret[s] : 0;
  for (int s = set->first; s < set->first + set->moves; s++)
    policy[s] = sum <= 0 ? 1.0 / set->moves : regret[s] > 0 ? regret[s] / sum : 0;
}

static void show(CoGame *game, const CoTreeSet *set) {
  double sum = 0;
  memset(game->seen, 0, (size_t)game->actions * sizeof *game->seen);
  for (int s = set->first; s < set->first + set->moves; s++) sum += game->average[s];
  for (int s = set->first; s < set->first + set->moves; s++)
    game->seen[game->tree->action[s]] = (float)(sum > 0 ? game->average[s] / sum : 1.0 / set->moves);
}

// A draw from the average strategy, in tests too: an equilibrium is mixed.
static int draw(const CoGame *game, const CoTreeSet *set, CoRng *rng) {
  const double *weights = game->average + set->first;
  double sum = 0;
  for (int k = 0; k < set->moves; k++) sum += weights[k];
  int move = sum > 0 ? co_rng_weighted(rng, weights, set->moves) : co_rng_int(rng, 0, set->moves - 1);
  return game->tree->action[set->first + move];
}

bool co_game_act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                 CoError *error) {
  (void)continuous;
  CoGame *game = user;
  for (int env = 0; env < frame->num_envs; env++) {
    if (!frame->acting[env]) continue;
    int number = co_tree_find(game->tree, how->team, frame->index[env]);
    if (number < 0) return co_fail(error, "information set %d is none of the game's", frame->index[env]);
    const CoTreeSet *set = &game->tree->set[number];
    discrete[env] = draw(game, set, &how->rngs[env]);
    if (!env) show(game, set);
  }
  return true;
}

double co_game_evaluate(void *user, CoMetrics *metrics, CoError *error) {
  (void)error;
  CoGame *game = user;
  average(game);
  double exploitability = co_tree_exploitability(game->tree, game->plan, game->value);
  co_metric(metrics, "exploitability", exploitability);
  co_metric(metrics, "value", co_tree_value(game->tree, 0, game->plan));
  return exploitability;
}

void co_game_write(const CoGame *game, const double *numbers, CoWriter *writer) {
  co_write(writer, numbers, (size_t)game->tree->sequences * sizeof *numbers);
}

bool co_game_read(const CoGame *game, double *numbers, CoReader *reader) {
  return co_read(reader, numbers, (size_t)game->tree->sequences * sizeof *numbers, "numbers of the sequences");
}

void co_game_save(const void *from, CoWriter *writer) {
  const CoGame *game = from;
  co_write_u64(writer, (uint64_t)game->iteration);
  co_game_write(game, game->average, writer);
}

bool co_game_load(void *user, CoReader *reader) {
  CoGame *game = user;
  game->iteration = (int64_t)co_read_u64(reader, "the number of iterations");
  return co_game_read(game, game->average, reader);
}

bool co_game_inspect(void *user, int i, CoInspection *out) {
  CoGame *game = user;
  *out = (CoInspection){"policy", game->seen, 1, game->actions};
  return i == 0;
}

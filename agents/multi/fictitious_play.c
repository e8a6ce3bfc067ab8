// Fictitious play (Brown, 1951), over whole games as Heinrich, Lanctot and Silver do (Fictitious self-play in
// extensive-form games, ICML 2015): both answer best to the other's average so far. A round is one iteration, one step.
#include "game.h"

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  (void)config;
  return co_game_create(sizeof(CoGame), setup, error);
}

// beta = best response to the others' average, x += plan of beta: the average of plans is that of whole games. In the
// first iteration the average is uniform.
static bool advance(void *user, CoRound *round, CoError *error) {
  (void)error;
  CoGame *game = user;
  const CoTree *tree = game->tree;
  for (int agent = 0; agent < 2; agent++) {
    co_tree_policy(tree, agent, game->average, game->policy);
    co_tree_plan(tree, agent, game->policy, game->plan);
  }
  for (int agent = 0; agent < 2; agent++) co_tree_best_response(tree, agent, game->plan, game->value, game->policy);
  for (int agent = 0; agent < 2; agent++) co_tree_plan(tree, agent, game->policy, game->plan);
  for (int s = 0; s < tree->sequences; s++) game->average[s] += game->plan[s];
  game->iteration++;
  round->steps = round->iterations = 1;
  return true;
}

static const CoField fields[] = {CO_FIELDS_END};

const CoAlgoType co_fictitious_play = {.name = "fictitious_play",
                                       .summary = "best responses to the other's average strategy",
                                       .source = "Brown 1951; Heinrich, Lanctot and Silver, ICML 2015",
                                       .settings = {"fictitious_play", 0, fields, NULL},
                                       .metrics = co_game_metrics,
                                       .all_teams = true,
                                       .accepts = co_game_accepts,
                                       .wants = co_game_wants,
                                       .create = create,
                                       .destroy = co_game_destroy,
                                       .act = co_game_act,
                                       .advance = advance,
                                       .evaluate = co_game_evaluate,
                                       .save = co_game_save,
                                       .load = co_game_load,
                                       .inspect = co_game_inspect};

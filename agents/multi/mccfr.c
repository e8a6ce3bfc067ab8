// Monte Carlo counterfactual regret minimisation (Lanctot et al., NIPS 2009), by external or outcome sampling. A round
// is one iteration: a walk through the tree for each agent. It is one step.
#include <stdlib.h>

#include "game.h"

enum { EXTERNAL, OUTCOME };

typedef struct Config {
  int sampling;
  double epsilon;
} Config;

typedef struct Learner {
  CoGame game; // its policy and value are a walk's: a path meets every information set once
  Config config;
  CoRng rng;
  double *regret; // [sequences]
} Learner;

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  free(self->regret);
  co_game_destroy(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_game_create(sizeof *self, setup, error);
  if (!self) return NULL;
  self->config = *(const Config *)config;
  self->rng = co_rng(setup->seed, "mccfr", 0);
  if ((self->regret = co_game_numbers(&self->game, error))) return self;
  destroy(self);
  return NULL;
}

static const CoTreeSet *match(Learner *self, const CoTreeNode *node) {
  const CoTreeSet *set = &self->game.tree->set[node->number];
  co_game_match(set, self->regret, self->game.policy);
  return set;
}

static int draw_chance(Learner *self, const CoTreeNode *node) {
  return node->first + co_rng_weighted(&self->rng, self->game.tree->probability + node->first, node->count);
}

// External sampling: nature's and the other's moves are drawn, the agent's own all tried; what they were worth.
static double external(Learner *self, int at, int agent) {
  const CoTree *tree = self->game.tree;
  const CoTreeNode *node = &tree->node[at];
  double *policy = self->game.policy, *value = self->game.value, mean = 0;
  if (node->mover == CO_TREE_END) return tree->payoff[node->number][agent];
  if (node->mover == CO_CHANCE) return external(self, draw_chance(self, node), agent);
  const CoTreeSet *set = match(self, node);
  if (node->mover != agent) {
    for (int k = 0; k < set->moves; k++) self->game.average[set->first + k] += policy[set->first + k];
    int move = co_rng_weighted(&self->rng, policy + set->first, set->moves);
    return external(self, node->first + move, agent);
  }
  for (int k = 0; k < set->moves; k++) {
    value[set->first + k] = external(self, node->first + k, agent);
    mean += policy[set->first + k] * value[set->first + k];
  }
  for (int k = 0; k < set->moves; k++) self->regret[set->first + k] += value[set->first + k] - mean;
  return mean;
}

// How likely a walk came here: by each agent's policy, and as it was drawn. Nature's part is the same in both.
typedef struct Reach {
  double own, other, drawn;
} Reach;

// What a walk found: u(z) / q(z), and the probability that policies go on from here to z.
typedef struct Found {
  double worth, tail;
} Found;

static Found outcome(Learner *self, int at, int agent, Reach reach);

// r(a) = W pi_other (tail(a) - tail), where tail = sigma(a) tail(a) is 0 behind the moves that were not drawn.
static Found outcome_own(Learner *self, const CoTreeNode *node, int agent, Reach reach) {
  const CoTreeSet *set = match(self, node);
  double *policy = self->game.policy + set->first, *regret = self->regret + set->first;
  double *average = self->game.average + set->first, epsilon = self->config.epsilon;
  bool explore = co_rng_unit(&self->rng) < epsilon;
  int drawn = explore ? co_rng_int(&self->rng, 0, set->moves - 1) : co_rng_weighted(&self->rng, policy, set->moves);
  double share = epsilon / set->moves + (1 - epsilon) * policy[drawn];
  for (int k = 0; k < set->moves; k++) average[k] += reach.own / reach.drawn * policy[k];
  const Reach next = {reach.own * policy[drawn], reach.other, reach.drawn * share};
  Found found = outcome(self, node->first + drawn, agent, next);
  double weight = found.worth * reach.other, tail = policy[drawn] * found.tail;
  for (int k = 0; k < set->moves; k++) regret[k] += weight * ((k == drawn ? found.tail : 0) - tail);
  return (Found){found.worth, tail};
}

// Outcome sampling: one game is drawn, the agent exploring.
static Found outcome(Learner *self, int at, int agent, Reach reach) {
  const CoTree *tree = self->game.tree;
  const CoTreeNode *node = &tree->node[at];
  if (node->mover == CO_TREE_END) return (Found){tree->payoff[node->number][agent] / reach.drawn, 1};
  if (node->mover == CO_CHANCE) return outcome(self, draw_chance(self, node), agent, reach);
  if (node->mover == agent) return outcome_own(self, node, agent, reach);
  const CoTreeSet *set = match(self, node);
  const double *policy = self->game.policy + set->first;
  int drawn = co_rng_weighted(&self->rng, policy, set->moves);
  double share = policy[drawn];
  Found found = outcome(self, node->first + drawn, agent, (Reach){reach.own, reach.other * share, reach.drawn * share});
  return (Found){found.worth, share * found.tail};
}

static bool advance(void *user, CoRound *round, CoError *error) {
  (void)error;
  Learner *self = user;
  for (int agent = 0; agent < 2; agent++) {
    if (self->config.sampling == EXTERNAL)
      external(self, 0, agent);
    else
      outcome(self, 0, agent, (Reach){1, 1, 1});
  }
  self->game.iteration++;
  round->steps = round->iterations = 1;
  return true;
}

static void save(const void *from, CoWriter *writer) {
  const Learner *self = from;
  co_game_save(from, writer);
  co_game_write(&self->game, self->regret, writer);
  co_write_u64(writer, self->rng.state);
  co_write_u64(writer, self->rng.gamma);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  if (!co_game_load(user, reader) || !co_game_read(&self->game, self->regret, reader)) return false;
  self->rng.state = co_read_u64(reader, "the walks' stream");
  self->rng.gamma = co_read_u64(reader, "the walks' stream");
  return !reader->failed;
}

static const CoField fields[] = {
    CO_CHOICE(Config, sampling, "external", "external outcome", "what is drawn: the others' moves, or whole games"),
    CO_NUMBER(Config, epsilon, "0.6", 0.001, 1, "outcome: share of the agent's moves that are drawn uniformly"),
    CO_FIELDS_END,
};

const CoAlgoType co_mccfr = {.name = "mccfr",
                             .summary = "counterfactual regrets from sampled parts of a two-player game's tree",
                             .source = "Lanctot et al., NIPS 2009",
                             .settings = {"mccfr", sizeof(Config), fields, NULL},
                             .metrics = co_game_metrics,
                             .all_teams = true,
                             .accepts = co_game_accepts,
                             .wants = co_game_wants,
                             .create = create,
                             .destroy = destroy,
                             .act = co_game_act,
                             .advance = advance,
                             .evaluate = co_game_evaluate,
                             .save = save,
                             .load = load,
                             .inspect = co_game_inspect};

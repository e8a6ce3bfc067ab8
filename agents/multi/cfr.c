// Counterfactual regret minimisation (Zinkevich et al., NIPS 2007), CFR+ (Tammelin, 2014), linear and discounted CFR
// (Brown and Sandholm, AAAI 2019), on plans in sequence form. A round is one iteration, which is one step.
#include <math.h>
#include <stdlib.h>

#include "game.h"

enum { PLAIN, PLUS, LINEAR, DISCOUNTED };

typedef struct Config {
  int variant;
  bool alternating;
  double discount_positive, discount_negative, discount_average;
} Config;

typedef struct Learner {
  CoGame game;
  Config config;
  double *regret; // [sequences] R(I, a)
  double *policy; // [sequences] sigma, of this iteration
  double *plan;   // [sequences] its plans
} Learner;

// By what the past is multiplied before iteration t adds to it.
typedef struct Fade {
  double positive, negative, average;
} Fade;

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  free(self->regret);
  free(self->policy);
  free(self->plan);
  co_game_destroy(self);
}

// The policies that the regrets ask for.
static void resume(Learner *self) {
  const CoTree *tree = self->game.tree;
  for (int i = 0; i < tree->sets; i++) co_game_match(&tree->set[i], self->regret, self->policy);
  for (int agent = 0; agent < 2; agent++) co_tree_plan(tree, agent, self->policy, self->plan);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_game_create(sizeof *self, setup, error);
  if (!self) return NULL;
  self->config = *(const Config *)config;
  if ((self->regret = co_game_numbers(&self->game, error)) && (self->policy = co_game_numbers(&self->game, error)) &&
      (self->plan = co_game_numbers(&self->game, error))) {
    resume(self);
    return self;
  }
  destroy(self);
  return NULL;
}

// Discounted CFR: t^a / (t^a + 1) for regrets above 0, t^b / (t^b + 1) below, (t / (t + 1))^c for the average; linear
// CFR is a = b = c = 1. CFR+ keeps no regret below 0 and weighs plans by t.
static Fade fade(const Config *c, double t) {
  double line = t / (t + 1);
  if (c->variant == PLAIN) return (Fade){1, 1, 1};
  if (c->variant == PLUS) return (Fade){1, 0, line};
  if (c->variant == LINEAR) return (Fade){line, line, line};
  double positive = pow(t, c->discount_positive), negative = pow(t, c->discount_negative);
  return (Fade){positive / (positive + 1), negative / (negative + 1), pow(line, c->discount_average)};
}

// v(I) = sum_a sigma(a) v(I, a), the values weighed by the other's plan and by chance: R(I, a) += v(I, a) - v(I).
static void regret(Learner *self, int agent, const Fade *past) {
  const CoTree *tree = self->game.tree;
  double *value = self->game.value;
  co_tree_worth(tree, agent, self->plan, value);
  for (int i = tree->set_first[agent + 1] - 1; i >= tree->set_first[agent]; i--) {
    const CoTreeSet *set = &tree->set[i];
    double mean = 0;
    for (int s = set->first; s < set->first + set->moves; s++) mean += self->policy[s] * value[s];
    value[set->before] += mean;
    for (int s = set->first; s < set->first + set->moves; s++) {
      double *r = &self->regret[s];
      *r = *r * (*r > 0 ? past->positive : past->negative) + value[s] - mean;
    }
    co_game_match(set, self->regret, self->policy);
  }
}

// The average takes in this iteration's plan; the next one is the matched policy's.
static void replan(Learner *self, int agent, const Fade *past) {
  const CoTree *tree = self->game.tree;
  for (int s = tree->sequence_first[agent]; s < tree->sequence_first[agent + 1]; s++)
    self->game.average[s] = self->game.average[s] * past->average + self->plan[s];
  co_tree_plan(tree, agent, self->policy, self->plan);
}

// Alternating, the second agent already answers to the first one's new policy.
static bool advance(void *user, CoRound *round, CoError *error) {
  (void)error;
  Learner *self = user;
  const Fade past = fade(&self->config, (double)self->game.iteration++);
  regret(self, 0, &past);
  if (self->config.alternating) replan(self, 0, &past);
  regret(self, 1, &past);
  if (!self->config.alternating) replan(self, 0, &past);
  replan(self, 1, &past);
  round->steps = round->iterations = 1;
  return true;
}

static void save(const void *from, CoWriter *writer) {
  const Learner *self = from;
  co_game_save(from, writer);
  co_game_write(&self->game, self->regret, writer);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  if (!co_game_load(user, reader) || !co_game_read(&self->game, self->regret, reader)) return false;
  resume(self);
  return true;
}

static const CoField fields[] = {
    CO_CHOICE(Config, variant, "plus", "plain plus linear discounted", "how the past counts"),
    CO_BOOL(Config, alternating, "true", "the second agent answers to the first one's new policy"),
    CO_NUMBER(Config, discount_positive, "1.5", 0, 100, "discounted: exponent of regrets above 0"),
    CO_NUMBER(Config, discount_negative, "0", -100, 100, "discounted: exponent of regrets below 0"),
    CO_NUMBER(Config, discount_average, "2", 0, 100, "discounted: exponent of the average strategy"),
    CO_FIELDS_END,
};

const CoAlgoType co_cfr = {.name = "cfr",
                           .summary = "counterfactual regrets over the whole tree of a two-player game",
                           .source = "Zinkevich et al., NIPS 2007; Tammelin 2014; Brown and Sandholm, AAAI 2019",
                           .settings = {"cfr", sizeof(Config), fields, NULL},
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

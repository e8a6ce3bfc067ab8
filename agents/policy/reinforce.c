// REINFORCE (Williams, 1992; Sutton and Barto, sections 13.3 and 13.4): Monte Carlo policy gradient on whole episodes,
// with or without a learnt value as baseline.
#include "actor.h"
#include "cohort/metrics.h"

extern const CoAlgoType co_reinforce;

typedef struct Config {
  CoActorConfig actor; // first
  bool baseline, norm_adv;
} Config;

typedef struct Learner {
  CoActor actor; // first
  Config config;
  CoMoves moves; // of the update under way
} Learner;

enum { POLICY, VALUE, ENTROPY, STATS }; // stats

// One shard's part of the mean of -log pi(a|s) (G - b(s)), with the baseline's own (b - G)^2 / 2, and the entropy.
static CoVar *loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Learner *self = user;
  const CoMoves *moves = &self->moves;
  int first, count = co_actor_part(&self->actor, shard, moves->count, &first);
  const int *row = moves->decision + first;
  if (!count) return NULL;
  CoJudged now = co_actor_judge(&self->actor, tape, bound, moves, row, count);
  CoVar *advantage = co_actor_column(tape, moves->advantage, row, count);
  CoVar *target = co_actor_column(tape, moves->target, row, count);
  CoVar *gain = co_sum_all(tape, co_mul(tape, now.log_prob, advantage));
  CoVar *error = self->config.baseline ? co_sum_all(tape, co_squared(tape, now.value, target)) : NULL;
  CoVar *entropy = co_sum_all(tape, now.entropy);
  stats[POLICY] -= (double)co_item(gain);
  stats[VALUE] += error ? 0.5 * (double)co_item(error) : 0;
  stats[ENTROPY] += (double)co_item(entropy);
  return co_actor_loss(&self->actor, tape, gain, error, entropy, moves->count);
}

static const char *const metrics[] = {"policy_loss", "value_loss", "entropy", "grad_norm", "learning_rate", NULL};

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  CoMoves *moves = &self->moves;
  const CoBatch *batch;
  int64_t steps;
  CoDescent descent;
  if (!co_episodes_newest(learning->store, learning->new_episodes, 1, co_sharded_pool(self->actor.sharded), &batch,
                          &steps, error))
    return false;
  *moves = co_actor_episodes(&self->actor, batch, self->config.baseline);
  if (!moves->count) return true;
  if (self->config.norm_adv) co_actor_standardise(moves->advantage, moves->decision, moves->count, moves->advantage);
  if (!co_actor_descend(&self->actor, loss, self, learning, &descent, error)) return false;
  co_actor_report(descent.stats, metrics, STATS, moves->count, learning->metrics);
  co_actor_observed(&self->actor, moves);
  return true;
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  Learner *self = co_actor_create(sizeof *self, &config->actor, setup, error);
  if (self) self->config = *config;
  return self;
}

static const CoField fields[] = {
    CO_ACTOR_FIELDS,
    CO_ACTOR_DESCENT_FIELDS("0.001", "1e9", "adam", "0"),
    CO_BOOL(Config, baseline, "true", "a learnt value is subtracted from the return"),
    CO_BOOL(Config, norm_adv, "true", "a round's advantages have mean 0 and deviation 1"),
    CO_FIELDS_END,
};

const CoAlgoType co_reinforce = {.name = "reinforce",
                                 .summary = "Monte Carlo policy gradient, with or without a baseline",
                                 .source = "Williams, 1992; Sutton and Barto, sections 13.3 and 13.4",
                                 .settings = {"reinforce", sizeof(Config), fields, NULL},
                                 .metrics = metrics,
                                 .accepts = co_actor_accepts,
                                 .wants = co_actor_wants_episodes,
                                 .create = create,
                                 .destroy = co_actor_destroy,
                                 .learn = learn,
                                 CO_ACTOR_HOOKS};

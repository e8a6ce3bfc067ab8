// Advantage actor-critic in step with its copies (A2C; Mnih et al., 2016, without the threads): one gradient of every
// short rollout. gae_lambda 0 is the book's one-step actor-critic, 1 the n-step form.
#include "actor.h"
#include "cohort/metrics.h"

extern const CoAlgoType co_a2c;

typedef struct Learner {
  CoActor actor; // first
  CoMoves moves; // of the update under way
} Learner;

enum { POLICY, VALUE, ENTROPY, STATS }; // stats

// One shard's part of the mean of -log pi(a|s) A + vf_coef (V - target)^2 / 2 - ent_coef entropy.
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
  CoVar *error = co_sum_all(tape, co_squared(tape, now.value, target));
  CoVar *entropy = co_sum_all(tape, now.entropy);
  stats[POLICY] -= (double)co_item(gain);
  stats[VALUE] += 0.5 * (double)co_item(error);
  stats[ENTROPY] += (double)co_item(entropy);
  return co_actor_loss(&self->actor, tape, gain, error, entropy, moves->count);
}

static const char *const metrics[] = {"policy_loss",   "value_loss",         "entropy", "grad_norm",
                                      "learning_rate", "explained_variance", NULL};

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  CoDescent descent;
  self->moves = co_actor_rollout(&self->actor, learning->rollout);
  if (!self->moves.count) return true;
  if (!co_actor_descend(&self->actor, loss, self, learning, &descent, error)) return false;
  co_actor_report(descent.stats, metrics, STATS, self->moves.count, learning->metrics);
  co_metric(learning->metrics, "explained_variance", co_actor_explained(&self->moves));
  co_actor_observed(&self->actor, &self->moves);
  return true;
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_actor_create(sizeof(Learner), config, setup, error);
}

static const CoField fields[] = {
    CO_ACTOR_FIELDS,
    CO_ACTOR_ROLLOUT_FIELDS("5", "1"),
    CO_ACTOR_DESCENT_FIELDS("0.0007", "0.5", "rmsprop", "0.01"),
    CO_FIELDS_END,
};

const CoAlgoType co_a2c = {.name = "a2c",
                           .summary = "advantage actor-critic, many copies in step; one-step or n-step",
                           .source = "Mnih et al., 2016; Sutton and Barto, section 13.5",
                           .settings = {"a2c", sizeof(CoActorConfig), fields, NULL},
                           .metrics = metrics,
                           .accepts = co_actor_accepts,
                           .wants = co_actor_wants_rollout,
                           .create = create,
                           .destroy = co_actor_destroy,
                           .learn = learn,
                           CO_ACTOR_HOOKS};

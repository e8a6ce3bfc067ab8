// The divergence of a policy from what it was, and products with its second derivative, the Fisher matrix (Kakade,
// 2001; Schulman et al., 2015, appendix C), exact, by differentiating twice.
#include "fisher.h"

#include <assert.h>
#include <string.h>

#include "cohort/kernels.h"

CoReference co_reference(CoActor *actor, const CoMoves *moves) {
  CoTape *tape = actor->tape;
  CoJudged now = co_actor_judge_policy(actor, tape, actor->bound, moves, moves->decision, moves->count);
  CoReference out = {.actor = actor, .moves = *moves, .policy = now.policy->data, .width = now.policy->cols};
  if (actor->actions) return out;
  CoReal *log_std = co_tape_memory(tape, (size_t)out.width);
  memcpy(log_std, co_params_at(&actor->params, actor->log_std), (size_t)out.width * sizeof *log_std);
  out.log_std = log_std;
  return out;
}

// sum of p (log p - log q); of what is masked p is 0.
static CoVar *discrete(CoTape *tape, CoVar *old, CoVar *now) {
  return co_sum_all(tape, co_mul(tape, co_exp_of(tape, old), co_sub(tape, old, now)));
}

// sum of log(s / s0) + (s0^2 + (m - m0)^2) / (2 s^2) - 1/2, where s0 and m0 are the reference's.
static CoVar *gaussian(const CoReference *reference, CoTape *tape, CoVar *old, CoVar *mean, CoVar *log_std) {
  CoVar *log_old = co_constant(tape, 1, reference->width, reference->log_std);
  CoVar *variance = co_exp_of(tape, co_affine(tape, log_old, 2, 0));
  CoVar *half_precision = co_affine(tape, co_exp_of(tape, co_affine(tape, log_std, -2, 0)), (CoReal)0.5, 0);
  CoVar *spread = co_add_row(tape, co_squared(tape, mean, old), variance);
  CoVar *apart = co_sum_all(tape, co_mul_row(tape, spread, half_precision));
  CoReal rows = (CoReal)mean->rows, constant = (CoReal)0.5 * (CoReal)reference->width;
  return co_add(tape, apart, co_affine(tape, co_sum_all(tape, co_sub(tape, log_std, log_old)), rows, -rows * constant));
}

CoVar *co_reference_divergence(const CoReference *reference, CoTape *tape, CoVar *const *bound, const CoJudged *now,
                               int first, int count) {
  const CoActor *actor = reference->actor;
  const CoReal *policy = reference->policy + (size_t)first * (size_t)reference->width;
  CoVar *old = co_constant(tape, count, reference->width, policy);
  return actor->actions ? discrete(tape, old, now->policy)
                        : gaussian(reference, tape, old, now->policy, bound[actor->log_std]);
}

// One shard's part of v' (dD/dw), where D is the mean divergence: its gradient is its part of F v.
static CoVar *slope(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  (void)stats;
  const CoReference *reference = user;
  const CoActor *actor = reference->actor;
  const CoMoves *moves = &reference->moves;
  const CoParams *params = &actor->params;
  int first, count = co_actor_part(actor, shard, moves->count, &first);
  if (!count) return NULL;
  CoJudged now = co_actor_judge_policy(actor, tape, bound, moves, moves->decision + first, count);
  CoVar *sum = co_reference_divergence(reference, tape, bound, &now, first, count);
  CoVar **grads = co_tape_bytes(tape, (size_t)params->count * sizeof *grads);
  bool twice = co_grad(tape, sum, bound, params->count, true, grads, NULL);
  assert(twice), (void)twice; // as are all operations that a policy is made of
  CoVar *along = co_fill(tape, 1, 1, 0);
  for (int i = 0; i < params->count; i++) {
    CoVar *v = co_constant(tape, bound[i]->rows, bound[i]->cols, reference->direction + params->items[i].offset);
    along = co_add(tape, along, co_sum_all(tape, co_mul(tape, grads[i], v)));
  }
  return co_affine(tape, along, 1 / (CoReal)moves->count, 0);
}

bool co_fisher_product(CoReference *reference, const CoReal *v, CoReal *product, CoError *error) {
  const CoActor *actor = reference->actor;
  CoReal *gradient;
  double value, stats[CO_SHARD_STATS];
  reference->direction = v;
  if (!co_sharded_gradient(actor->sharded, &actor->params, slope, reference, &gradient, &value, stats, error))
    return false;
  memcpy(product, gradient, actor->params.size * sizeof *product);
  return true;
}

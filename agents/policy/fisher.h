// How far a policy has gone from where it was, and the curvature of that distance: the Fisher matrix, by its products.
#ifndef COHORT_AGENTS_POLICY_FISHER_H
#define COHORT_AGENTS_POLICY_FISHER_H

#include "actor.h"

// A policy as it was, at the decisions of an experience. Its arrays lie on the actor's tape, until it acts again.
typedef struct CoReference {
  const CoActor *actor;
  CoMoves moves;
  const CoReal *policy;    // [moves.count][width] log pi(.|s), or means
  const CoReal *log_std;   // [width], NULL when discrete
  int width;               // actions or action_size
  const CoReal *direction; // [params.size] of the product under way
} CoReference;
CoReference co_reference(CoActor *actor, const CoMoves *moves);

// The sum over `count` decisions from number `first` on of KL(reference || now), [1][1]; `now` is what is said of them.
CoVar *co_reference_divergence(const CoReference *reference, CoTape *tape, CoVar *const *bound, const CoJudged *now,
                               int first, int count);

// product = F v, both [params.size], where F is the Fisher matrix averaged over the decisions: the second derivative of
// their mean divergence, as long as the policy has not moved from the reference.
bool co_fisher_product(CoReference *reference, const CoReal *v, CoReal *product, CoError *error);

#endif

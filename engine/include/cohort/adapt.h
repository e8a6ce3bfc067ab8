// Adaptation, the mathematics of meta-learning: every task of a batch makes weights of its own out of shared ones, by
// steps down its own loss (Finn, Abbeel and Levine, 2017).
#ifndef COHORT_ADAPT_H
#define COHORT_ADAPT_H

#include "cohort/body.h"

// Where the adapted weights' gradient goes on to.
typedef enum CoAdaptOrder {
  CO_ADAPT_FIRST,  // a step counts as a constant: first-order MAML, and evaluation
  CO_ADAPT_SECOND, // through the steps, exactly: MAML
} CoAdaptOrder;

// Rows of data are in groups of equal size, task by task; so a batch of tasks is one graph, and what one gradient of
// the sum of their losses holds is the gradient of each with respect to its own weights.
typedef struct CoAdapted {
  int tasks, count;
  CoVar **weights; // [count] [tasks * rows][cols], where the parameter is [rows][cols]
} CoAdapted;

// The shared weights (bound: as co_params_bind gave them), one copy a task, before the first step.
CoAdapted co_adapt_begin(CoTape *tape, const CoParams *params, CoVar *const *bound, int tasks);
// weights - lr times the gradient of `loss`, the sum of the tasks' losses [1][1]. To second order whatever lies between
// must be differentiable twice (an assert).
CoAdapted co_adapt_step(CoTape *tape, const CoAdapted *from, CoVar *loss, double lr, CoAdaptOrder order);

// Layers with adapted weights; x [tasks * n][in].
CoVar *co_adapt_dense(CoTape *tape, const CoAdapted *adapted, CoDense layer, CoVar *x);
CoVar *co_adapt_outputs(CoTape *tape, const CoAdapted *adapted, const CoBody *body, CoDense head,
                        CoVar *x);                                             // no images
CoVar *co_adapt_row(CoTape *tape, const CoAdapted *adapted, int param, int n); // a row parameter, [tasks * n][cols]

// Reptile (Nichol, Achiam and Schulman, 2018): half the squared distance between the shared weights and what the tasks
// made of them, its mean over the tasks; its gradient is the shared ones less the mean of the adapted.
CoVar *co_adapt_distance(CoTape *tape, const CoAdapted *shared, const CoAdapted *adapted); // [1][1]

#endif

// Adapted weights: copies of the shared ones, steps down the tasks' losses, layers that use them.
#include "cohort/adapt.h"

#include "op.h"

CoAdapted co_adapt_begin(CoTape *tape, const CoParams *params, CoVar *const *bound, int tasks) {
  CoAdapted out = {tasks, params->count, co_tape_bytes(tape, (size_t)params->count * sizeof(CoVar *))};
  for (int i = 0; i < params->count; i++) {
    const int rows = bound[i]->rows, cols = bound[i]->cols;
    CoVar *all = co_broadcast(tape, co_reshape(tape, bound[i], 1, rows * cols), tasks, rows * cols);
    out.weights[i] = co_reshape(tape, all, tasks * rows, cols);
  }
  return out;
}

// w'_i = w_i - lr dL_i/dw_i, for all tasks i at once
CoAdapted co_adapt_step(CoTape *tape, const CoAdapted *from, CoVar *loss, double lr, CoAdaptOrder order) {
  CoAdapted out = {from->tasks, from->count, co_tape_bytes(tape, (size_t)from->count * sizeof(CoVar *))};
  CoVar **grads = co_tape_bytes(tape, (size_t)from->count * sizeof *grads);
  CoError error;
  const bool fine = co_grad(tape, loss, from->weights, from->count, order == CO_ADAPT_SECOND, grads, &error);
  assert(fine);
  (void)fine;
  for (int i = 0; i < from->count; i++)
    out.weights[i] = co_sub(tape, from->weights[i], co_affine(tape, grads[i], (CoReal)lr, 0));
  return out;
}

CoVar *co_adapt_row(CoTape *tape, const CoAdapted *adapted, int param, int n) {
  const int rows = adapted->tasks * n;
  int *task = co_tape_bytes(tape, (size_t)rows * sizeof *task);
  assert(adapted->weights[param]->rows == adapted->tasks);
  for (int i = 0; i < rows; i++) task[i] = i / n;
  return co_gather(tape, adapted->weights[param], task, rows);
}

CoVar *co_adapt_dense(CoTape *tape, const CoAdapted *adapted, CoDense layer, CoVar *x) {
  CoVar *product = co_batch_matmul(tape, x, adapted->weights[layer.weight], adapted->tasks);
  return co_add(tape, product, co_adapt_row(tape, adapted, layer.bias, x->rows / adapted->tasks));
}

CoVar *co_adapt_outputs(CoTape *tape, const CoAdapted *adapted, const CoBody *body, CoDense head, CoVar *x) {
  assert(!body->config.conv_layers);
  for (int i = 0; i < body->config.layers; i++)
    x = co_activation(tape, body->config.activation, co_adapt_dense(tape, adapted, body->dense[i], x));
  return co_adapt_dense(tape, adapted, head, x);
}

CoVar *co_adapt_distance(CoTape *tape, const CoAdapted *shared, const CoAdapted *adapted) {
  CoVar *sum = NULL;
  for (int i = 0; i < shared->count; i++) {
    CoVar *squares = co_squared(tape, shared->weights[i], co_stop(tape, adapted->weights[i]));
    CoVar *part = co_affine(tape, co_sum_all(tape, squares), (CoReal)(0.5 / shared->tasks), 0);
    sum = sum ? co_add(tape, sum, part) : part;
  }
  return sum;
}

// An ensemble of probabilistic networks, each with weights and rows of its own.
#include "ensemble.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cohort/ops.h"

#define TAPE_BYTES ((size_t)4 << 30) // of address space
#define LEAST (-10.0)                // bounds of the variances' logarithms
#define MOST 1.0

static void declare(CoEnsemble *ensemble, CoRng *rng) {
  static const int numbers[3] = {0};
  char name[32];
  for (int i = 0; i < ensemble->config.members; i++) {
    snprintf(name, sizeof name, "model%d", i);
    ensemble->body[i] = co_body_add(&ensemble->params, name, &ensemble->config.body, numbers, ensemble->inputs);
    ensemble->head[i] = co_body_head_add(&ensemble->params, name, &ensemble->body[i], 2 * ensemble->outputs);
  }
  if (!co_params_allocate(&ensemble->params, NULL)) return;
  for (int i = 0; i < ensemble->config.members; i++) {
    co_body_init(&ensemble->params, &ensemble->body[i], CO_INIT_TORCH, 1, rng);
    co_dense_init(&ensemble->params, ensemble->head[i], CO_INIT_TORCH, 1, rng);
  }
}

static bool allocate(CoEnsemble *ensemble) {
  size_t in = (size_t)ensemble->inputs, out = (size_t)ensemble->outputs;
  size_t rows = (size_t)ensemble->config.members * (size_t)ensemble->config.batch_size;
  ensemble->moments = calloc(2 * (in + out), sizeof *ensemble->moments);
  ensemble->x = calloc(rows * in, sizeof *ensemble->x);
  ensemble->y = calloc(rows * out, sizeof *ensemble->y);
  if (!ensemble->params.values || !ensemble->moments || !ensemble->x || !ensemble->y) return false;
  double *at = ensemble->moments;
  ensemble->seen_x = (CoRunning){0, at, at + in, (int)in};
  ensemble->seen_y = (CoRunning){0, at + 2 * in, at + 2 * in + out, (int)out};
  return true;
}

bool co_ensemble_init(CoEnsemble *ensemble, const CoEnsembleConfig *config, int inputs, int outputs, uint64_t seed,
                      CoPool *pool, CoError *error) {
  CoRng rng = co_rng(seed, "weights", 0);
  CoOptimConfig adam = co_optim_defaults(CO_ADAM);
  adam.lr = config->lr;
  *ensemble = (CoEnsemble){.config = *config, .inputs = inputs, .outputs = outputs};
  declare(ensemble, &rng);
  if (!allocate(ensemble)) return co_fail(error, "no memory for %d networks", config->members);
  if (!(ensemble->step = co_sharded_create(&ensemble->params, config->members, pool, error)) ||
      !(ensemble->optim = co_optim_create(&adam, ensemble->params.size, error)) ||
      !(ensemble->tape = co_tape_create(TAPE_BYTES, error)))
    return false;
  co_tape_record(ensemble->tape, false);
  ensemble->bound = co_params_bind(ensemble->tape, &ensemble->params);
  ensemble->mark = co_tape_mark(ensemble->tape);
  return true;
}

void co_ensemble_free(CoEnsemble *ensemble) {
  co_tape_destroy(ensemble->tape);
  co_sharded_destroy(ensemble->step);
  co_optim_destroy(ensemble->optim);
  co_params_free(&ensemble->params);
  free(ensemble->moments);
  free(ensemble->x);
  free(ensemble->y);
}

void co_ensemble_see(CoEnsemble *ensemble, const float *x, const float *y) {
  co_running_add(&ensemble->seen_x, x);
  co_running_add(&ensemble->seen_y, y);
}

// What never changes has no deviation, and keeps its unit.
static CoReal unit(const CoRunning *seen, int i) {
  double deviation = co_running_deviation(seen, i);
  return deviation > 1e-8 ? (CoReal)deviation : 1;
}

// (x - mean) / deviation
static CoVar *scaled(CoTape *tape, const CoRunning *seen, const float *x, int rows) {
  int size = seen->size;
  CoReal *to = co_tape_memory(tape, (size_t)rows * (size_t)size);
  for (int i = 0; i < size; i++) {
    CoReal mean = (CoReal)seen->mean[i], scale = 1 / unit(seen, i);
    for (int k = 0; k < rows; k++) to[k * size + i] = (x[k * size + i] - mean) * scale;
  }
  return co_constant(tape, rows, size, to);
}

// Means, and logarithms s of variances, held between bounds softly, so that their gradient never ends.
static void outputs(const CoEnsemble *ensemble, CoTape *tape, CoVar *const *bound, int member, CoVar *x, CoVar **mean,
                    CoVar **s) {
  CoVar *out = co_dense(tape, bound, ensemble->head[member], co_body(tape, bound, &ensemble->body[member], x));
  *mean = co_slice(tape, out, 0, ensemble->outputs);
  CoVar *below =
      co_softplus(tape, co_affine(tape, co_slice(tape, out, ensemble->outputs, ensemble->outputs), -1, MOST));
  *s = co_affine(tape, co_softplus(tape, co_affine(tape, below, -1, MOST - LEAST)), 1, LEAST);
}

// -log N(y; mean, e^s) = ((y - mean)^2 e^-s + s) / 2 + a constant: summed over y's numbers, the mean over rows.
static CoVar *loss_of(void *user, int member, CoTape *tape, CoVar *const *bound, double *stats) {
  (void)stats;
  const CoEnsemble *ensemble = user;
  int rows = ensemble->config.batch_size;
  CoVar *x = scaled(tape, &ensemble->seen_x, ensemble->x + (size_t)member * (size_t)(rows * ensemble->inputs), rows);
  CoVar *y = scaled(tape, &ensemble->seen_y, ensemble->y + (size_t)member * (size_t)(rows * ensemble->outputs), rows);
  CoVar *mean, *s;
  outputs(ensemble, tape, bound, member, x, &mean, &s);
  CoVar *wrong = co_mul(tape, co_squared(tape, y, mean), co_exp_of(tape, co_affine(tape, s, -1, 0)));
  return co_affine(tape, co_sum_all(tape, co_add(tape, wrong, s)), (CoReal)(0.5 / rows), 0);
}

bool co_ensemble_update(CoEnsemble *ensemble, double *loss, CoError *error) {
  CoDescent out;
  if (!co_sharded_descend(ensemble->step, &ensemble->params, ensemble->optim, INFINITY, loss_of, ensemble, &out, error))
    return false;
  *loss = out.loss / ensemble->config.members;
  return true;
}

void co_ensemble_predict(CoEnsemble *ensemble, int member, const float *x, int rows, const float **mean,
                         const float **deviation) {
  CoTape *tape = ensemble->tape;
  CoVar *means, *s;
  outputs(ensemble, tape, ensemble->bound, member, scaled(tape, &ensemble->seen_x, x, rows), &means, &s);
  CoVar *deviations = co_exp_of(tape, co_affine(tape, s, 0.5f, 0));
  int size = ensemble->outputs;
  CoReal *m = co_tape_memory(tape, (size_t)(rows * size)), *d = co_tape_memory(tape, (size_t)(rows * size));
  for (int i = 0; i < size; i++) {
    CoReal middle = (CoReal)ensemble->seen_y.mean[i], scale = unit(&ensemble->seen_y, i);
    for (int k = i; k < rows * size; k += size) {
      m[k] = middle + scale * means->data[k];
      d[k] = scale * deviations->data[k];
    }
  }
  *mean = m, *deviation = d;
}

void co_ensemble_save(const CoEnsemble *ensemble, CoWriter *writer) {
  co_params_save(&ensemble->params, writer);
  co_optim_save(ensemble->optim, writer);
  co_write(writer, &ensemble->seen_x.count, sizeof ensemble->seen_x.count);
  co_write(writer, ensemble->moments, 2 * (size_t)(ensemble->inputs + ensemble->outputs) * sizeof *ensemble->moments);
}

bool co_ensemble_load(CoEnsemble *ensemble, CoReader *reader) {
  size_t moments = 2 * (size_t)(ensemble->inputs + ensemble->outputs) * sizeof *ensemble->moments;
  bool fine = co_params_load(&ensemble->params, reader) && co_optim_load(ensemble->optim, reader) &&
              co_read(reader, &ensemble->seen_x.count, sizeof ensemble->seen_x.count, "how many rows were seen") &&
              co_read(reader, ensemble->moments, moments, "the means and deviations of what was seen");
  ensemble->seen_y.count = ensemble->seen_x.count;
  return fine;
}

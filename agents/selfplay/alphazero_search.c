// The search of many games side by side: every game walks to a position that it wants valued, one call of the network
// values them all. The network's bits depend on the rows of a call, so those never depend on the threads.
#include <math.h>
#include <string.h>

#include "alphazero.h"
#include "cohort/distributions.h"
#include "cohort/kernels.h"

void co_zero_declare(CoZero *zero, const CoSpec *spec) {
  zero->body = co_body_add(&zero->params, "body", &zero->config.body, spec->obs_shape, spec->obs_size);
  zero->policy = co_dense_add(&zero->params, "policy", zero->body.width, spec->actions);
  zero->value = co_dense_add(&zero->params, "value", zero->body.width, 1);
}

// The first policy is nearly uniform, the first values nearly 0.
void co_zero_init(CoZero *zero, CoRng *rng) {
  co_body_init(&zero->params, &zero->body, CO_INIT_KAIMING, 1, rng);
  co_dense_init(&zero->params, zero->policy, CO_INIT_ORTHOGONAL, 0.01, rng);
  co_dense_init(&zero->params, zero->value, CO_INIT_ORTHOGONAL, 0.01, rng);
}

CoVar *co_zero_logits(const CoZero *zero, CoTape *tape, CoVar *const *bound, CoVar *hidden) {
  return co_dense(tape, bound, zero->policy, hidden);
}

CoVar *co_zero_value(const CoZero *zero, CoTape *tape, CoVar *const *bound, CoVar *hidden) {
  return co_tanh_of(tape, co_dense(tape, bound, zero->value, hidden));
}

// Gamma(a), 1: Marsaglia and Tsang (2000), with their power of a uniform number where a is below 1.
static double gamma_draw(double a, CoRng *rng) {
  double power = a < 1 ? co_exp(co_log(1 - co_rng_unit(rng)) / a) : 1, d = (a < 1 ? a + 1 : a) - 1.0 / 3;
  for (;;) {
    double x = co_rng_normal(rng), v = 1 + x / sqrt(9 * d);
    if (v <= 0) continue;
    v = v * v * v;
    if (co_log(1 - co_rng_unit(rng)) < 0.5 * x * x + d - d * v + d * co_log(v)) return d * v * power;
  }
}

// P(a) <- (1 - epsilon) P(a) + epsilon eta(a), eta from Dirichlet(alpha) over the root's moves.
static void disturb(const CoZeroConfig *config, CoZeroGame *game, float *eta) {
  CoNode *root = game->search.nodes, *child = root + root->first;
  double sum = 0;
  for (int i = 0; i < root->count; i++)
    sum += (double)(eta[i] = (float)gamma_draw(config->dirichlet_alpha, &game->rng));
  for (int i = 0; i < root->count; i++) {
    float share = sum > 0 ? (float)((double)eta[i] / sum) : 1.0f / (float)root->count;
    child[i].prior += (float)config->dirichlet_epsilon * (share - child[i].prior);
    child[i].spread = child[i].prior; // none was tried yet
  }
}

// Simulations until one needs a value. False: the search is done, or failed.
static bool wants_value(CoSearch *search, int simulations, bool *ok, CoError *error) {
  while (*ok && search->nodes->visits <= simulations) {
    co_search_start(search);
    if (!(*ok = co_search_descend(search, error))) return false;
    if (!search->ended) return true;
    co_search_backup(search, 0); // the rewards on the way are all
  }
  return false;
}

// What the network's row says of the leaf: its moves' priors, its value to the mover.
static bool take(CoZero *zero, CoZeroGame *game, const CoReal *logits, CoReal value, bool noise, float *prior,
                 CoError *error) {
  CoSearch *search = &game->search;
  int mover;
  bool root = search->depth == 0;
  if (!co_search_look(search, search->state, &mover, error)) return false;
  co_softmax(zero->actions, logits, (const uint8_t *)search->mask, 1, prior);
  if (!co_search_expand(search, prior, error)) return false;
  if (root && noise) disturb(&zero->config, game, prior);
  co_search_backup(search, mover ? -(float)value : (float)value);
  return true;
}

// One position of every game that still searches, side by side: rows[n] are their numbers, n is how many there are.
static int gather(CoZero *zero, const CoZeroTask *task, int *rows, float *obs, bool *ok, CoError *error) {
  size_t size = (size_t)zero->obs_size;
  int n = 0;
  for (int i = 0; i < task->count; i++) {
    CoSearch *search = &zero->games[task->games[i]].search;
    if (!wants_value(search, task->simulations, ok, error)) continue;
    int mover = co_world_mover(zero->world, search->state);
    if (mover < 0) return *ok = co_fail(error, "nature moves in this game: the search knows no chance"), 0;
    *ok = co_world_observe(zero->world, search->worker, search->state, mover, obs + (size_t)n * size, error);
    rows[n++] = task->games[i];
  }
  return *ok ? n : 0;
}

bool co_zero_search(CoZero *zero, const CoZeroTask *task, CoTape *tape, CoError *error) {
  const size_t actions = (size_t)zero->actions, count = (size_t)task->count;
  CoTapeMark begin = co_tape_mark(tape);
  bool recorded = co_tape_record(tape, false), ok = true;
  CoVar **bound = co_params_bind(tape, task->params);
  int *rows = co_tape_bytes(tape, count * sizeof *rows);
  float *obs = co_tape_memory(tape, count * (size_t)zero->obs_size), *prior = co_tape_memory(tape, actions);
  CoTapeMark mark = co_tape_mark(tape);
  for (size_t i = 0; i < count; i++)
    co_search_begin(&zero->games[task->games[i]].search, zero->games[task->games[i]].state);
  for (int n; (n = gather(zero, task, rows, obs, &ok, error)) > 0;) {
    CoVar *hidden = co_body(tape, bound, &zero->body, co_constant(tape, n, zero->obs_size, obs));
    CoVar *logits = co_zero_logits(zero, tape, bound, hidden), *value = co_zero_value(zero, tape, bound, hidden);
    for (int i = 0; ok && i < n; i++)
      ok = take(zero, &zero->games[rows[i]], logits->data + (size_t)i * actions, value->data[i], task->noise, prior,
                error);
    co_tape_rewind(tape, mark);
  }
  co_tape_record(tape, recorded);
  co_tape_rewind(tape, begin);
  return ok;
}

// Two networks, as CleanRL has them for vectors: orthogonal weights, a policy that begins near uniform, the parameters'
// names.
#include "network.h"

#include <math.h>
#include <string.h>

#define HALF_LOG_2PI 0.91893853320467274

CoActorNetwork co_actor_network(CoActor *actor, const char *name, int outputs) {
  CoActorNetwork network;
  const int *shape = actor->spec->obs_shape;
  network.body = co_body_add(&actor->params, name, &actor->config.body, shape, actor->inputs);
  network.head = co_body_head_add(&actor->params, name, &network.body, outputs);
  return network;
}

void co_actor_declare(CoActor *actor) {
  bool discrete = actor->actions > 0;
  actor->policy =
      co_actor_network(actor, discrete ? "actor" : "actor_mean", discrete ? actor->actions : actor->action_size);
  actor->value = co_actor_network(actor, "critic", 1);
  actor->log_std = discrete ? -1 : co_params_add(&actor->params, "actor_logstd", 1, actor->action_size, CO_LAYOUT_SAME);
}

static void init(CoActor *actor, const CoActorNetwork *network, double gain, CoRng *rng) {
  co_body_init(&actor->params, &network->body, CO_INIT_ORTHOGONAL, sqrt(2), rng);
  co_dense_init(&actor->params, network->head, CO_INIT_ORTHOGONAL, gain, rng);
}

void co_actor_init(CoActor *actor, CoRng *rng) {
  init(actor, &actor->policy, 0.01, rng);
  init(actor, &actor->value, 1, rng);
  if (actor->log_std < 0) return;
  CoReal *log_std = co_params_at(&actor->params, actor->log_std);
  for (int i = 0; i < actor->action_size; i++) log_std[i] = (CoReal)actor->config.log_std;
}

CoVar *co_actor_inputs(const CoActor *actor, CoTape *tape, const float *obs, const int *at, int n) {
  size_t size = (size_t)actor->obs_size, inputs = (size_t)actor->inputs;
  if (!at && !actor->scale && size == inputs) return co_constant(tape, n, actor->inputs, obs);
  CoReal *x = co_tape_memory(tape, (size_t)n * inputs);
  for (int i = 0; i < n; i++) {
    int row = at ? at[i] : i;
    CoReal *out = x + (size_t)i * inputs;
    memcpy(out, obs + (size_t)row * size, size * sizeof *out);
    if (size == inputs) continue;
    if (actor->scale) co_normaliser_apply(actor->scale, out, 1, out);
    memset(out + size, 0, (inputs - size) * sizeof *out);
    out[size + (size_t)(row % actor->agents)] = 1;
  }
  if (actor->scale && size == inputs) co_normaliser_apply(actor->scale, x, n, x);
  return co_constant(tape, n, actor->inputs, x);
}

uint8_t *co_actor_masks(const CoActor *actor, CoTape *tape, const uint8_t *mask, const int *at, int n) {
  size_t actions = (size_t)actor->actions;
  uint8_t *out = co_tape_bytes(tape, (size_t)n * actions);
  for (int i = 0; i < n; i++) memcpy(out + (size_t)i * actions, mask + (size_t)at[i] * actions, actions);
  return out;
}

CoVar *co_actor_policy_of(const CoActor *actor, CoTape *tape, CoVar *const *bound, CoVar *x) {
  return co_dense(tape, bound, actor->policy.head, co_body(tape, bound, &actor->policy.body, x));
}

CoVar *co_actor_value_of(const CoActor *actor, CoTape *tape, CoVar *const *bound, CoVar *x) {
  return co_dense(tape, bound, actor->value.head, co_body(tape, bound, &actor->value.body, x));
}

// log pi(a|s) of the legal actions, and the entropy -sum pi log pi: an illegal one's probability is 0.
static void judge_discrete(CoJudged *out, const CoActor *actor, CoTape *tape, CoVar *logits, const CoMoves *moves,
                           const int *row) {
  int count = logits->rows;
  const uint8_t *mask = co_actor_masks(actor, tape, moves->mask, row, count);
  int *action = co_tape_bytes(tape, (size_t)count * sizeof *action);
  for (int i = 0; i < count; i++) action[i] = moves->action[row[i]];
  CoVar *all = out->policy = co_log_softmax_rows(tape, logits, mask);
  out->log_prob = co_pick(tape, all, action);
  out->entropy = co_affine(tape, co_sum_rows(tape, co_mul(tape, co_exp_of(tape, all), all)), -1, 0);
}

// The diagonal Gaussian: log N(a; m, s) = sum of -((a - m) / s)^2 / 2 - log s - log(2 pi) / 2.
static void judge_continuous(CoJudged *out, const CoActor *actor, CoTape *tape, CoVar *log_std, CoVar *mean,
                             const CoMoves *moves, const int *row) {
  int count = mean->rows;
  size_t size = (size_t)actor->action_size;
  CoReal *drawn = co_tape_memory(tape, (size_t)count * size);
  for (int i = 0; i < count; i++)
    memcpy(drawn + (size_t)i * size, moves->notes + (size_t)row[i] * (size_t)actor->notes + CO_ACTOR_CONTROL,
           size * sizeof *drawn);
  double constant = HALF_LOG_2PI * actor->action_size;
  out->policy = mean;
  CoVar *sum = co_sum_rows(tape, log_std), *apart = co_sub(tape, co_constant(tape, count, (int)size, drawn), mean);
  CoVar *z = co_mul_row(tape, apart, co_exp_of(tape, co_affine(tape, log_std, -1, 0)));
  CoVar *squares = co_affine(tape, co_sum_rows(tape, co_square(tape, z)), (CoReal)-0.5, 0);
  out->log_prob = co_add_row(tape, squares, co_affine(tape, sum, -1, (CoReal)-constant));
  CoVar *entropy = co_affine(tape, sum, 1, (CoReal)(constant + 0.5 * actor->action_size));
  out->entropy = co_mul_row(tape, co_fill(tape, count, 1, 1), entropy);
}

static void judge(CoJudged *out, const CoActor *actor, CoTape *tape, CoVar *const *bound, const CoMoves *moves,
                  const int *row, CoVar *x) {
  CoVar *outputs = co_actor_policy_of(actor, tape, bound, x);
  if (actor->actions)
    judge_discrete(out, actor, tape, outputs, moves, row);
  else
    judge_continuous(out, actor, tape, bound[actor->log_std], outputs, moves, row);
}

CoJudged co_actor_judge(const CoActor *actor, CoTape *tape, CoVar *const *bound, const CoMoves *moves, const int *row,
                        int count) {
  CoVar *x = co_actor_inputs(actor, tape, moves->obs, row, count);
  CoJudged out = {.value = co_actor_value_of(actor, tape, bound, x)};
  judge(&out, actor, tape, bound, moves, row, x);
  return out;
}

CoJudged co_actor_judge_policy(const CoActor *actor, CoTape *tape, CoVar *const *bound, const CoMoves *moves,
                               const int *row, int count) {
  CoJudged out = {0};
  judge(&out, actor, tape, bound, moves, row, co_actor_inputs(actor, tape, moves->obs, row, count));
  return out;
}

CoVar *co_actor_judge_value(const CoActor *actor, CoTape *tape, CoVar *const *bound, const CoMoves *moves,
                            const int *row, int count) {
  return co_actor_value_of(actor, tape, bound, co_actor_inputs(actor, tape, moves->obs, row, count));
}

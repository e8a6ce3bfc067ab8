// The actor and the critics, and what they are given.
#include <string.h>

#include "off_policy.h"

static CoVar *forward(const CoActorNetwork *net, CoTape *tape, CoVar *const *bound, CoVar *x) {
  return co_dense(tape, bound, net->head, co_body(tape, bound, &net->body, x));
}

// Each row through the network of its agent, which its inputs name: agent by agent, then in their order again.
static CoVar *answer(const CoOffPolicy *self, const CoActorNetwork *nets, CoTape *tape, CoVar *const *bound, CoVar *x) {
  if (self->sets == 1) return forward(nets, tape, bound, x);
  const size_t bytes = (size_t)x->rows * sizeof(int);
  int *row = co_tape_bytes(tape, bytes), *place = co_tape_bytes(tape, bytes);
  CoVar **parts = co_tape_bytes(tape, (size_t)self->sets * sizeof(CoVar *));
  int count = 0, full = 0;
  for (int k = 0; k < self->sets; k++) {
    const CoReal *named = x->data + self->obs_size + k;
    int first = count;
    for (int i = 0; i < x->rows; i++)
      if (named[(size_t)i * (size_t)x->cols] > 0) row[count] = i, place[i] = count++;
    if (count > first) parts[full++] = forward(&nets[k], tape, bound, co_gather(tape, x, row + first, count - first));
  }
  return co_gather(tape, co_stack(tape, parts, full), place, x->rows);
}

CoVar *co_off_policy_actor(const CoOffPolicy *self, CoTape *tape, CoVar *const *actor, CoVar *obs) {
  return answer(self, self->actor_net, tape, actor, obs);
}

CoVar *co_off_policy_q(const CoOffPolicy *self, CoTape *tape, CoVar *const *critic, int which, CoVar *pair) {
  return answer(self, self->critic_net[which], tape, critic, pair);
}

CoVar *co_off_policy_pair(CoTape *tape, CoVar *obs, CoVar *action) {
  return co_concat(tape, (CoVar *[]){obs, action}, 2);
}

CoVar *co_off_policy_least_q(const CoOffPolicy *self, CoTape *tape, CoVar *const *critic, CoVar *obs, CoVar *action) {
  CoVar *pair = co_off_policy_pair(tape, obs, action), *least = co_off_policy_q(self, tape, critic, 0, pair);
  for (int j = 1; j < self->form.critics; j++)
    least = co_minimum(tape, least, co_off_policy_q(self, tape, critic, j, pair));
  return least;
}

CoVar *co_off_policy_actor_loss(const CoOffPolicy *self, CoTape *tape, CoVar *q, CoVar *out) {
  CoVar *sum = co_affine(tape, co_sum_all(tape, q), -1, 0);
  if (self->config.output_penalty <= 0) return sum;
  CoReal weight = (CoReal)(self->config.output_penalty / self->action_size);
  return co_add(tape, sum, co_affine(tape, co_sum_all(tape, co_square(tape, out)), weight, 0));
}

CoVar *co_off_policy_inputs(const CoOffPolicy *self, CoTape *tape, const float *obs, const int *agent, int count) {
  size_t size = (size_t)self->obs_size, inputs = (size_t)self->inputs;
  if (size == inputs) return co_constant(tape, count, self->inputs, obs);
  CoReal *x = co_tape_memory(tape, (size_t)count * inputs);
  for (int i = 0; i < count; i++) {
    CoReal *out = x + (size_t)i * inputs;
    memcpy(out, obs + (size_t)i * size, size * sizeof *out);
    memset(out + size, 0, (inputs - size) * sizeof *out);
    out[self->obs_size + agent[i]] = 1;
  }
  return co_constant(tape, count, self->inputs, x);
}

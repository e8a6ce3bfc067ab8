// Acting: one step of all agents that move, in every running copy, and what viewers see of it.
#include <assert.h>
#include <string.h>

#include "cohort/distributions.h"
#include "cohort/kernels.h"
#include "network.h"

int co_movers(const CoFrame *frame, int *at) {
  int count = 0;
  for (int env = 0; env < frame->num_envs; env++)
    for (int row = env * frame->agents; row < (env + 1) * frame->agents; row++)
      if (frame->running[env] && frame->acting[row]) at[count++] = row;
  return count;
}

// pi of the legal actions goes where viewers see it; the drawn action's logarithm is noted.
static int choose(const CoActor *actor, const float *log_pi, const uint8_t *mask, const CoActing *how, CoRng *rng,
                  float *pi, float *note) {
  co_exp_many((size_t)actor->actions, log_pi, pi);
  int action = how->explore ? co_categorical_sample(actor->actions, pi, rng) : co_argmax(actor->actions, log_pi, mask);
  if (note) note[CO_ACTOR_LOG_PROB] = log_pi[action];
  return action;
}

static const float *log_std(const CoActor *actor) {
  return actor->params.values + actor->params.items[actor->log_std].offset;
}

// The action is noted as it was drawn, and carried out within the bounds.
static void steer(const CoActor *actor, const float *mean, const CoActing *how, CoRng *rng, float *note,
                  float *control) {
  int size = actor->action_size;
  if (how->explore)
    co_gaussian_sample(size, mean, log_std(actor), rng, control);
  else
    memcpy(control, mean, (size_t)size * sizeof *control);
  if (note) {
    note[CO_ACTOR_LOG_PROB] = co_gaussian_log_density(size, control, mean, log_std(actor));
    memcpy(note + CO_ACTOR_CONTROL, control, (size_t)size * sizeof *control);
  }
  for (int i = 0; i < size; i++) {
    float low = actor->spec->low[i], high = actor->spec->high[i];
    control[i] = control[i] < low ? low : control[i] > high ? high : control[i];
  }
}

// For viewers alone: learning asks the critic for a whole round at once.
static void show_values(CoActor *actor, CoVar *x, const int *at) {
  const CoVar *values = co_actor_value_of(actor, actor->tape, actor->bound, x);
  for (int i = 0; i < values->rows; i++) actor->values[at[i]] = values->data[i];
}

bool co_actor_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                  CoError *error) {
  (void)error;
  CoActor *actor = self;
  CoTape *tape = actor->tape;
  assert(frame->num_envs <= actor->num_envs);
  co_tape_rewind(tape, actor->mark);
  int *at = co_tape_bytes(tape, (size_t)frame->num_envs * (size_t)frame->agents * sizeof *at);
  int count = co_movers(frame, at);
  if (!count) return true;
  CoVar *x = co_actor_inputs(actor, tape, frame->obs, at, count);
  CoVar *out = co_actor_policy_of(actor, tape, actor->bound, x);
  const uint8_t *mask = actor->actions ? co_actor_masks(actor, tape, frame->mask, at, count) : NULL;
  if (mask) out = co_log_softmax_rows(tape, out, mask);
  if (!how->explore) show_values(actor, x, at);
  size_t width = (size_t)out->cols;
  for (int i = 0; i < count; i++) {
    size_t row = (size_t)at[i], from = (size_t)i * width;
    float *note = how->notes ? how->notes + row * (size_t)actor->notes : NULL, *shown = actor->shown + row * width;
    CoRng *rng = &how->rngs[at[i] / actor->agents];
    if (mask) {
      discrete[row] = choose(actor, out->data + from, mask + from, how, rng, shown, note);
    } else {
      memcpy(shown, out->data + from, width * sizeof *shown);
      steer(actor, shown, how, rng, note, continuous + row * width);
    }
  }
  return true;
}

bool co_actor_inspect(void *self, int i, CoInspection *out) {
  CoActor *actor = self;
  int rows = actor->num_envs * actor->agents;
  const CoInspection value = {"value", actor->values, rows, 1};
  const CoInspection discrete[] = {{"pi", actor->shown, rows, actor->actions}, value};
  const CoInspection continuous[] = {
      {"mean", actor->shown, rows, actor->action_size}, {"std", actor->deviation, 1, actor->action_size}, value};
  if (i < 0 || i >= (actor->actions ? 2 : 3)) return false;
  *out = actor->actions ? discrete[i] : continuous[i];
  if (!actor->actions) co_exp_many((size_t)actor->action_size, log_std(actor), actor->deviation);
  return true;
}

// Acting of off-policy learners: warm-up, noise, and what viewers see of it.
#include <math.h>
#include <string.h>

#include "actor.h"
#include "cohort/kernels.h"
#include "off_policy.h"

static float within(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;
}

// A standard normal draw where there is no process; or the Ornstein-Uhlenbeck process x' = k x + sqrt(1 - k^2) z, k = 1
// - theta, whose deviation approaches 1 as well (Uhlenbeck and Ornstein, 1930). It begins at 0 with the episode.
static float draw(const CoOffPolicyConfig *config, float *process, CoRng *rng) {
  double z = co_rng_normal(rng), keep = 1 - config->noise_theta;
  if (!process) return (float)z;
  return *process = (float)(keep * (double)*process + sqrt(1 - keep * keep) * z);
}

// tanh(m + s z) of a Gaussian actor, tanh(x) + sigma z otherwise. `out` is the actor's output for the agent.
static void steer(const CoOffPolicy *self, const float *out, float *process, CoRng *rng, float *a, float *deviation) {
  int size = self->action_size;
  for (int i = 0; i < size; i++) {
    float z = rng ? draw(&self->config, process ? process + i : NULL, rng) : 0;
    if (self->form.gaussian) {
      deviation[i] = co_expf(within(out[size + i], (float)CO_LOG_STD_LEAST, (float)CO_LOG_STD_MOST));
      a[i] = co_tanhf(out[i] + deviation[i] * z);
    } else {
      a[i] = within(co_tanhf(out[i]) + (float)self->config.exploration_noise * z, -1, 1);
    }
  }
}

static void guess(CoRng *rng, int size, float *a) {
  for (int i = 0; i < size; i++) a[i] = (float)co_rng_uniform(rng, -1, 1);
}

// The rows' observations one below the other, and which agents they are of.
CoVar *co_off_policy_seen(CoOffPolicy *self, const float *obs, const int *at, int count) {
  size_t size = (size_t)self->obs_size;
  float *x = co_tape_memory(self->tape, (size_t)count * size);
  int *agent = co_tape_bytes(self->tape, (size_t)count * sizeof *agent);
  for (int i = 0; i < count; i++) {
    memcpy(x + (size_t)i * size, obs + (size_t)at[i] * size, size * sizeof *x);
    agent[i] = at[i] % self->agents;
  }
  return co_off_policy_inputs(self, self->tape, x, agent, count);
}

// For viewers alone.
static void judge(CoOffPolicy *self, CoVar *obs, const int *at) {
  size_t size = (size_t)self->action_size;
  CoReal *done = co_tape_memory(self->tape, (size_t)obs->rows * size);
  for (int i = 0; i < obs->rows; i++)
    memcpy(done + (size_t)i * size, self->shown + (size_t)at[i] * size, size * sizeof *done);
  CoVar *action = co_constant(self->tape, obs->rows, self->action_size, done);
  const CoVar *q = co_off_policy_least_q(self, self->tape, self->judge, obs, action);
  for (int i = 0; i < obs->rows; i++) self->values[at[i]] = q->data[i];
}

bool co_off_policy_act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                       CoError *error) {
  (void)discrete, (void)error;
  CoOffPolicy *self = user;
  size_t size = (size_t)self->action_size;
  co_tape_rewind(self->tape, self->mark);
  int *at = co_tape_bytes(self->tape, (size_t)frame->num_envs * (size_t)frame->agents * sizeof *at);
  int count = co_movers(frame, at);
  bool warm = !how->explore || how->steps >= self->config.learning_starts;
  if (!count) return true;
  CoVar *obs = warm ? co_off_policy_seen(self, frame->obs, at, count) : NULL;
  CoVar *out = warm ? co_off_policy_actor(self, self->tape, self->bound, obs) : NULL;
  for (int i = 0; i < count; i++) {
    size_t row = (size_t)at[i], from = row * size;
    float *process = self->config.noise == CO_NOISE_OU ? (float *)how->memory + from : NULL;
    CoRng *rng = how->explore ? &how->rngs[at[i] / self->agents] : NULL;
    if (warm)
      steer(self, out->data + (size_t)i * (size_t)out->cols, process, rng, self->shown + from, self->deviation + from);
    else
      guess(rng, self->action_size, self->shown + from);
    for (size_t j = 0; j < size; j++)
      continuous[from + j] =
          within(self->middle[j] + self->half[j] * self->shown[from + j], self->spec->low[j], self->spec->high[j]);
  }
  if (!how->explore && !self->form.beside) judge(self, obs, at);
  return true;
}

bool co_off_policy_inspect(void *user, int i, CoInspection *out) {
  CoOffPolicy *self = user;
  int rows = self->num_envs * self->agents;
  const CoInspection arrays[] = {{"action", self->shown, rows, self->action_size},
                                 {"value", self->values, rows, 1},
                                 {"std", self->deviation, rows, self->action_size}};
  if (i < 0 || i >= (self->form.gaussian ? 3 : 2)) return false;
  *out = arrays[i];
  return true;
}

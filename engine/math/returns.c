// Returns and advantages, each a sweep from the last step to the first (the equations stand in the header).
#include "cohort/returns.h"

#include <assert.h>
#include <stdbool.h>

static inline bool goes_on(const CoTrajectory *trajectory, int t) {
  return t + 1 < trajectory->length && (!trajectory->keep || trajectory->keep[t] > 0);
}

void co_returns(int length, const float *reward, const float *discount, float tail, float *out) {
  for (int t = length - 1; t >= 0; t--) out[t] = tail = reward[t] + discount[t] * tail;
}

void co_returns_n_step(const CoTrajectory *trajectory, int steps, float *out) {
  assert(steps >= 1);
  for (int t = 0; t < trajectory->length; t++) {
    int last = t;
    while (last - t + 1 < steps && goes_on(trajectory, last)) last++;
    float sum = trajectory->next_value[last];
    for (int i = last; i >= t; i--) sum = trajectory->reward[i] + trajectory->discount[i] * sum;
    out[t] = sum;
  }
}

void co_returns_lambda(const CoTrajectory *trajectory, float lambda, float *out) {
  for (int t = trajectory->length - 1; t >= 0; t--) {
    float next = trajectory->next_value[t];
    if (goes_on(trajectory, t)) next = (1 - lambda) * next + lambda * out[t + 1];
    out[t] = trajectory->reward[t] + trajectory->discount[t] * next;
  }
}

void co_gae(const CoTrajectory *trajectory, float lambda, float *out) {
  for (int t = trajectory->length - 1; t >= 0; t--) {
    float discount = trajectory->discount[t];
    out[t] = trajectory->reward[t] + discount * trajectory->next_value[t] - trajectory->value[t];
    if (goes_on(trajectory, t)) out[t] += discount * lambda * out[t + 1];
  }
}

void co_vtrace(const CoTrajectory *trajectory, float rho_bar, float c_bar, const float *ratio, float *target,
               float *advantage) {
  const float *reward = trajectory->reward, *value = trajectory->value, *next_value = trajectory->next_value;
  for (int t = trajectory->length - 1; t >= 0; t--) {
    float discount = trajectory->discount[t];
    float rho = ratio[t] < rho_bar ? ratio[t] : rho_bar, c = ratio[t] < c_bar ? ratio[t] : c_bar;
    bool on = goes_on(trajectory, t);
    target[t] = value[t] + rho * (reward[t] + discount * next_value[t] - value[t]);
    if (on) target[t] += discount * c * (target[t + 1] - value[t + 1]);
    advantage[t] = rho * (reward[t] + discount * (on ? target[t + 1] : next_value[t]) - value[t]);
  }
}

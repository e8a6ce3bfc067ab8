// Returns and advantages as pure functions of rewards and values (Sutton and Barto; Schulman et al.; Espeholt et al.).
#ifndef COHORT_RETURNS_H
#define COHORT_RETURNS_H

// Steps in the order of time: one episode, a part of one, or several behind each other. What may follow a step:
//   play goes on:            discount gamma, keep 1, next_value[t] = value[t + 1]
//   a true end:              discount 0,     keep 0, next_value[t] any finite number
//   a cut (truncation):      discount gamma, keep 0, next_value[t] = value of the real successor, which is not step t +
//   1
// The last step is cut whatever its keep says. Where no step is cut within, next_value is value + 1 of value[length +
// 1].
typedef struct CoTrajectory {
  int length;
  const float *reward, *discount; // [length]
  const float *keep;              // [length], 0 or 1; NULL: 1 throughout
  const float *value;             // [length]; co_gae and co_vtrace read it
  const float *next_value;        // [length]
} CoTrajectory;

// The results are [length] and may not overlap what is read.

// Discounted sums of one episode: out[t] = reward[t] + discount[t] out[t + 1], out[length] = tail.
void co_returns(int length, const float *reward, const float *discount, float tail, float *out);

// n-step: `steps` rewards, discounted, or fewer where a cut comes first, and the next_value of the last step taken.
void co_returns_n_step(const CoTrajectory *trajectory, int steps, float *out);

// TD(lambda): out[t] = reward[t] + discount[t] ((1 - lambda) next_value[t] + lambda out[t + 1]);
// at a cut next_value[t] takes the place of out[t + 1].
void co_returns_lambda(const CoTrajectory *trajectory, float lambda, float *out);

// GAE(gamma, lambda): out[t] = delta[t] + discount[t] lambda keep[t] out[t + 1],
// delta[t] = reward[t] + discount[t] next_value[t] - value[t].
void co_gae(const CoTrajectory *trajectory, float lambda, float *out);

// V-trace (IMPALA, section 4.1), ratio[t] = pi(a|x) / mu(a|x) of the step's action:
//   rho = min(rho_bar, ratio[t]), c = min(c_bar, ratio[t]), delta = rho (reward[t] + discount[t] next_value[t] -
//   value[t]) target[t]    = value[t] + delta + discount[t] c (target[t + 1] - value[t + 1]) advantage[t] = rho
//   (reward[t] + discount[t] target[t + 1] - value[t])
// At a cut the last term of target[t] is 0, and next_value[t] takes the place of target[t + 1] in advantage[t].
void co_vtrace(const CoTrajectory *trajectory, float rho_bar, float c_bar, const float *ratio, float *target,
               float *advantage);

#endif

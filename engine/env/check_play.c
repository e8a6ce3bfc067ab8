// Rules of play: what learners are shown is finite, in range and legal, rewards keep to the payoff, episodes end once.
#include <math.h>

#include "rules.h"

#define PLAY_COPIES 4

bool co_check_spec(const CoWorld *world, CoError *error) {
  const CoSpec *spec = &world->spec;
  const int *shape = spec->obs_shape;
  if (!world->type->summary) return co_fail(error, "it has no summary");
  if (!world->type->source) return co_fail(error, "it has no source");
  if (spec->obs_size < 1) return co_fail(error, "agents observe nothing");
  if (!(spec->obs_low < spec->obs_high)) return co_fail(error, "the observations' range is empty");
  for (int k = 0; spec->obs_lows && k < spec->obs_size; k++)
    if (!(spec->obs_lows[k] < spec->obs_highs[k]))
      return co_fail(error, "the range of the observation's number %d is empty", k);
  if (shape[0] && shape[0] * shape[1] * shape[2] != spec->obs_size)
    return co_fail(error, "the observation's shape is %d x %d x %d, its size %d", shape[0], shape[1], shape[2],
                   spec->obs_size);
  for (int k = 0; k < spec->action_size; k++)
    if (!(spec->low[k] < spec->high[k])) return co_fail(error, "the range of the action's number %d is empty", k);
  if (spec->perfect_recall && (!spec->states || !spec->actions))
    return co_fail(error, "information sets need numbered states and actions");
  return true;
}

static bool check_obs(const CoSpec *spec, const CoFrame *frame, int row, CoError *error) {
  const float *obs = frame->obs + row * spec->obs_size;
  for (int k = 0; k < spec->obs_size; k++) {
    float low = spec->obs_lows ? spec->obs_lows[k] : spec->obs_low;
    float high = spec->obs_highs ? spec->obs_highs[k] : spec->obs_high;
    if (!(obs[k] >= low && obs[k] <= high))
      return co_fail(error, "number %d of the observation is %g, must lie in [%g, %g]", k, (double)obs[k], (double)low,
                     (double)high);
    if (!isfinite(obs[k])) return co_fail(error, "number %d of the observation is %g", k, (double)obs[k]);
    if (!frame->alive[row] && obs[k] != 0) return co_fail(error, "the dead observe something");
  }
  for (int k = 0; frame->privileged && k < spec->privileged_size; k++) {
    float number = frame->privileged[row * spec->privileged_size + k];
    if (!isfinite(number)) return co_fail(error, "number %d of the privileged view is %g", k, (double)number);
    if (!frame->alive[row] && number != 0) return co_fail(error, "the dead have a privileged view");
  }
  return true;
}

static bool check_mask(const CoSpec *spec, const CoFrame *frame, int row, CoError *error) {
  int legal = 0;
  for (int k = 0; k < spec->actions; k++) {
    uint8_t bit = frame->mask[row * spec->actions + k];
    if (bit > 1) return co_fail(error, "the mask of action %d is %d, must be 0 or 1", k, bit);
    legal += bit;
  }
  if (spec->actions && !legal) return co_fail(error, "no action is available");
  if (spec->actions && !frame->alive[row] && legal != 1) return co_fail(error, "the dead have %d actions", legal);
  if (frame->index && (frame->index[row] < 0 || frame->index[row] >= spec->states))
    return co_fail(error, "index is %d, must lie in [0, %d]", frame->index[row], spec->states - 1);
  return true;
}

// What goals say of a step that has been taken is what it brought.
static bool check_goal(const CoVecEnv *vec, const CoFrame *frame, int row, CoError *error) {
  const CoWorld *world = co_vecenv_world(vec);
  const CoSpec *spec = &world->spec;
  int env = row / frame->agents;
  const float *desired = frame->obs + (row + 1) * spec->obs_size - spec->goal_size;
  bool terminated = false, ended = co_vecenv_ending(vec)[env] == CO_TERMINATED;
  float got = co_vecenv_rewards(vec)[env * spec->agents + row % frame->agents];
  float reward = world->type->goal_reward(world->self, frame->achieved + row * spec->goal_size, desired, &terminated);
  if (!co_vecenv_clock(vec)[env] || !frame->alive[row]) return true;
  if (reward != got) return co_fail(error, "goal_reward says %g, the step earned %g", (double)reward, (double)got);
  return terminated == ended || co_fail(error, "goal_reward says that play %s, but it %s",
                                        terminated ? "ends" : "goes on", ended ? "ended" : "goes on");
}

static bool check_frame(const CoVecEnv *vec, int team, CoError *error) {
  const CoWorld *world = co_vecenv_world(vec);
  const CoSpec *spec = &world->spec;
  const CoFrame *frame = co_vecenv_frame(vec, team);
  for (int row = 0; row < frame->num_envs * frame->agents; row++) {
    int env = row / frame->agents, agent = world->first[team] + row % frame->agents;
    bool acts = frame->acting[row];
    if (!check_obs(spec, frame, row, error) || !check_mask(spec, frame, row, error) ||
        (frame->achieved && !check_goal(vec, frame, row, error)) ||
        (acts && !frame->alive[row] && !co_fail(error, "the dead move")) ||
        (acts && !frame->running[env] && !co_fail(error, "somebody moves after the end")))
      return co_fail_within(error, "agent %d of %d (counted from 0), step %lld", agent, spec->agents,
                            (long long)co_vecenv_clock(vec)[env]);
  }
  for (int k = 0; frame->global && k < frame->num_envs * spec->global_size; k++)
    if (!isfinite(frame->global[k]))
      return co_fail(error, "number %d of the global state is %g", k % spec->global_size, (double)frame->global[k]);
  return true;
}

static bool check_rewards(const CoVecEnv *vec, int env, CoError *error) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(vec));
  const float *rewards = co_vecenv_rewards(vec) + env * spec->agents;
  double sum = 0, size = 0;
  for (int a = 0; a < spec->agents; a++) {
    if (!isfinite(rewards[a])) return co_fail(error, "the reward of agent %d is %g", a, (double)rewards[a]);
    sum += (double)rewards[a];
    size += fabs((double)rewards[a]);
    bool mates = a && (!spec->team || spec->team[a] == spec->team[a - 1]);
    if (spec->payoff == CO_PAYOFF_SHARED && mates && rewards[a] != rewards[a - 1])
      return co_fail(error, "rewards are shared, but agents %d and %d of one team get %g and %g", a - 1, a,
                     (double)rewards[a - 1], (double)rewards[a]);
  }
  return spec->payoff != CO_PAYOFF_ZERO_SUM || fabs(sum) <= 1e-6 * size ||
         co_fail(error, "rewards sum to 0, but to %g here", sum);
}

// Ends come no later than the limit, and running out of time comes no earlier.
static bool check_end(const CoVecEnv *vec, int env, CoError *error) {
  int limit = co_world_spec(co_vecenv_world(vec))->episode_limit, infos = co_world_infos(co_vecenv_world(vec));
  int ending = co_vecenv_ending(vec)[env];
  long long clock = (long long)co_vecenv_clock(vec)[env];
  if (ending != CO_PLAYING && ending != CO_TERMINATED && ending != CO_TRUNCATED)
    return co_fail(error, "the episode's end is %d", ending);
  if (limit && (clock > limit || (clock == limit && ending == CO_PLAYING)))
    return co_fail(error, "the episode goes on after its limit of %d steps", limit);
  if (ending == CO_TRUNCATED && clock != limit) return co_fail(error, "truncated at step %lld of %d", clock, limit);
  for (int i = 0; i < infos; i++)
    if (!isfinite(co_vecenv_info(vec)[env * infos + i])) return co_fail(error, "info %d is not finite", i);
  return true;
}

static bool check_step(const CoVecEnv *vec, CoError *error) {
  for (int team = 0; team < co_world_spec(co_vecenv_world(vec))->teams; team++)
    if (!check_frame(vec, team, error)) return false;
  for (int i = 0; i < co_vecenv_num_envs(vec); i++)
    if (!check_rewards(vec, i, error) || !check_end(vec, i, error))
      return co_fail_within(error, "step %lld", (long long)co_vecenv_clock(vec)[i]);
  return true;
}

bool co_check_play(const CoWorld *world, CoError *error) {
  CoRandomPlay play;
  int limit = world->spec.episode_limit, steps = limit > CHECK_STEPS ? limit + 5 : CHECK_STEPS;
  bool ok = co_random_begin(&play, world, PLAY_COPIES, NULL, 1, error);
  ok = ok && co_vecenv_restart(play.vec, error) && check_step(play.vec, error);
  for (int t = 0; ok && t < steps; t++) ok = co_random_step(&play, error) && check_step(play.vec, error);
  co_random_end(&play);
  return ok;
}

// An action inside the environment's own is a legal one.
static bool legal(const CoRandomPlay *play, CoError *error) {
  const CoWorld *world = co_vecenv_world(play->vec);
  const CoSpec *spec = &world->spec;
  for (int a = 0; a < spec->agents; a++) {
    int team = spec->team ? spec->team[a] : 0, action = play->discrete[a];
    const uint8_t *mask = co_vecenv_frame(play->vec, team)->mask + (a - world->first[team]) * spec->actions;
    if (action >= 0 && action < spec->actions && !mask[action])
      return co_fail(error, "agent %d does %d, which is not legal", a, action);
  }
  return true;
}

static bool play_script(CoRandomPlay *play, const CoScriptType *script, CoError *error) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(play->vec));
  for (int t = 0; t < 2 * CHECK_STEPS; t++) {
    if (!co_vecenv_restart(play->vec, error)) return false;
    for (int team = 0; team < spec->teams; team++)
      if (!co_vecenv_script(play->vec, script, team, play->rngs, play->discrete, error)) return false;
    const CoActions actions = {play->discrete, NULL};
    if (!legal(play, error) || !co_vecenv_step(play->vec, &actions, error)) return false;
  }
  return true;
}

bool co_check_scripts(const CoWorld *world, CoError *error) {
  for (const CoScriptType *script = world->type->scripts; script && script->name; script++) {
    CoRandomPlay play;
    bool ok = (co_random_begin(&play, world, 1, NULL, 1, error) && play_script(&play, script, error)) ||
              co_fail_within(error, "%s", script->name);
    co_random_end(&play);
    if (!ok) return false;
  }
  return true;
}

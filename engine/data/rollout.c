// Rollouts: joint steps written as they happen, with the successor kept wherever a stream is cut.
#include "cohort/rollout.h"

#include <assert.h>
#include <string.h>

#include "cohort/block.h"

// What a copy shows: kept of every step, and of every cut's successor.
typedef enum Seen { OBS, PRIVILEGED, GLOBAL, MASK, ALIVE, INDEX, SEEN } Seen;

#define RAN (-2) // cut, between before and after: this copy takes part in the step

typedef struct Rollout {
  CoRollout shown; // first: a pointer to one is a pointer to the other
  CoBlock block;
  bool timeout_terminal;
  int team, first, seats;                 // the team's number and first agent; agents of all teams
  size_t actions, control, notes, reward; // ints or floats of a copy; 0: not kept
  size_t width[SEEN];                     // bytes of a copy; 0: not kept
  unsigned char *step[SEEN];              // [steps][num_envs][width]
  unsigned char *last[SEEN];              // [steps * num_envs][width], the first `cuts`
} Rollout;

static void measure(Rollout *rollout, const CoSpec *spec, const CoRolloutConfig *config) {
  size_t agents = (size_t)spec->agents;
  size_t *width = rollout->width;
  if (config->views & CO_VIEW_OBS) width[OBS] = agents * (size_t)spec->obs_size * sizeof(float);
  if (config->views & CO_VIEW_PRIVILEGED) width[PRIVILEGED] = agents * (size_t)spec->privileged_size * sizeof(float);
  if (config->views & CO_VIEW_GLOBAL) width[GLOBAL] = (size_t)spec->global_size * sizeof(float);
  width[MASK] = agents * (size_t)spec->actions;
  width[ALIVE] = agents;
  if (spec->states) width[INDEX] = agents * sizeof(int);
  rollout->actions = spec->actions ? agents : 0;
  rollout->control = agents * (size_t)spec->action_size;
  rollout->notes = agents * (size_t)config->notes;
  rollout->reward = spec->payoff == CO_PAYOFF_SHARED ? 1 : agents;
}

static void *kept(CoBlock *block, size_t count, size_t size) {
  return count && size ? co_block_take(block, count, size) : NULL;
}

static void layout(Rollout *rollout, CoBlock *block) {
  CoRollout *shown = &rollout->shown;
  size_t rows = (size_t)shown->steps * (size_t)shown->num_envs;
  shown->acting = co_block_take(block, rows, (size_t)shown->agents);
  shown->action = kept(block, rows * rollout->actions, sizeof(int));
  shown->control = kept(block, rows * rollout->control, sizeof(float));
  shown->notes = kept(block, rows * rollout->notes, sizeof(float));
  shown->reward = co_block_take(block, rows * rollout->reward, sizeof(float));
  shown->discount = co_block_take(block, rows, sizeof(float));
  shown->cut = co_block_take(block, rows, sizeof(int));
  for (int c = 0; c < SEEN; c++) {
    rollout->step[c] = kept(block, rows, rollout->width[c]);
    rollout->last[c] = kept(block, rows, rollout->width[c]);
  }
}

static void show(Rollout *rollout) {
  CoRollout *shown = &rollout->shown;
  unsigned char **step = rollout->step, **last = rollout->last;
  shown->obs = (float *)(void *)step[OBS], shown->last_obs = (float *)(void *)last[OBS];
  shown->privileged = (float *)(void *)step[PRIVILEGED], shown->last_privileged = (float *)(void *)last[PRIVILEGED];
  shown->global = (float *)(void *)step[GLOBAL], shown->last_global = (float *)(void *)last[GLOBAL];
  shown->mask = step[MASK], shown->last_mask = last[MASK];
  shown->alive = step[ALIVE], shown->last_alive = last[ALIVE];
  shown->index = (int *)(void *)step[INDEX], shown->last_index = (int *)(void *)last[INDEX];
}

CoRollout *co_rollout_create(const CoWorld *world, int team, const CoRolloutConfig *config, CoError *error) {
  assert(config->steps >= 1 && config->num_envs >= 1 && config->notes >= 0);
  const CoSpec *spec = co_world_team(world, team);
  Rollout form = {.team = team, .first = co_world_first(world, team), .seats = co_world_spec(world)->agents};
  form.timeout_terminal = config->timeout_terminal;
  measure(&form, spec, config);
  form.shown = (CoRollout){.steps = config->steps, .num_envs = config->num_envs, .agents = spec->agents};
  form.shown.rewards = (int)form.reward;
  co_block_take(&form.block, 1, sizeof form);
  layout(&form, &form.block);
  if (!co_block_begin(&form.block, error)) return NULL;
  Rollout *rollout = co_block_take(&form.block, 1, sizeof form);
  layout(&form, &form.block);
  show(&form);
  *rollout = form;
  return &rollout->shown;
}

void co_rollout_destroy(CoRollout *shown) {
  if (!shown) return;
  CoBlock block = ((Rollout *)shown)->block;
  co_block_free(&block);
}

void co_rollout_clear(CoRollout *shown) {
  shown->filled = 0;
  shown->cuts = 0;
}

bool co_rollout_full(const CoRollout *shown) {
  return shown->filled == shown->steps;
}

static void list(const CoFrame *frame, const void *from[SEEN]) {
  from[OBS] = frame->obs, from[PRIVILEGED] = frame->privileged, from[GLOBAL] = frame->global;
  from[MASK] = frame->mask, from[ALIVE] = frame->alive, from[INDEX] = frame->index;
}

// The team's columns of [num_envs][seats][size] into [num_envs][agents][size].
static void gather(const Rollout *rollout, void *to, const void *from, size_t size) {
  size_t bytes = (size_t)rollout->shown.agents * size, stride = (size_t)rollout->seats * size;
  const unsigned char *source = (const unsigned char *)from + (size_t)rollout->first * size;
  for (size_t i = 0; i < (size_t)rollout->shown.num_envs; i++)
    memcpy((unsigned char *)to + i * bytes, source + i * stride, bytes);
}

void co_rollout_before(CoRollout *shown, const CoVecEnv *vec, const CoActions *actions, const float *notes) {
  assert(shown->filled < shown->steps);
  Rollout *rollout = (Rollout *)shown;
  const CoFrame *frame = co_vecenv_frame(vec, rollout->team);
  const void *from[SEEN];
  list(frame, from);
  size_t copies = (size_t)shown->num_envs, row = (size_t)shown->filled * copies, agents = (size_t)shown->agents;
  for (int c = 0; c < SEEN; c++) {
    size_t bytes = copies * rollout->width[c];
    if (bytes) memcpy(rollout->step[c] + row * rollout->width[c], from[c], bytes);
  }
  memcpy(shown->acting + row * agents, frame->acting, copies * agents);
  size_t control = rollout->control / agents * sizeof(float);
  if (shown->action) gather(rollout, shown->action + row * agents, actions->discrete, sizeof(int));
  if (shown->control) gather(rollout, shown->control + row * rollout->control, actions->continuous, control);
  if (shown->notes) memcpy(shown->notes + row * rollout->notes, notes, copies * rollout->notes * sizeof(float));
  for (size_t i = 0; i < copies; i++) shown->cut[row + i] = frame->running[i] ? RAN : -1;
}

static void cut(Rollout *rollout, const CoFrame *frame, size_t row, size_t env) {
  const void *from[SEEN];
  list(frame, from);
  for (int c = 0; c < SEEN; c++) {
    size_t width = rollout->width[c];
    if (width)
      memcpy(rollout->last[c] + (size_t)rollout->shown.cuts * width, (const unsigned char *)from[c] + env * width,
             width);
  }
  rollout->shown.cut[row] = rollout->shown.cuts++;
}

void co_rollout_after(CoRollout *shown, const CoVecEnv *vec) {
  Rollout *rollout = (Rollout *)shown;
  const CoFrame *frame = co_vecenv_frame(vec, rollout->team);
  const float *rewards = co_vecenv_rewards(vec) + rollout->first;
  const int32_t *ending = co_vecenv_ending(vec);
  size_t copies = (size_t)shown->num_envs, width = rollout->reward;
  bool last = shown->filled + 1 == shown->steps;
  for (size_t i = 0; i < copies; i++, rewards += rollout->seats) {
    size_t row = (size_t)shown->filled * copies + i;
    bool ran = shown->cut[row] == RAN;
    shown->cut[row] = -1;
    bool ends = ending[i] == CO_TERMINATED || (ending[i] == CO_TRUNCATED && rollout->timeout_terminal);
    shown->discount[row] = ran && !ends;
    for (size_t k = 0; k < width; k++) shown->reward[row * width + k] = ran ? rewards[k] : 0;
    if (ran && (last || ending[i] != CO_PLAYING)) cut(rollout, frame, row, i);
  }
  shown->filled++;
}

// The stream of one agent, backwards: delta = R + D V - value[t], where R are the discounted rewards up to the agent's
// next move or the cut, D the discount there and V the value there.
static void sweep(const CoRollout *r, double gamma, double lambda, size_t env, size_t agent, const float *value,
                  const float *last_value, float *advantage) {
  double rewards = 0, discount = 0, next_value = 0, next_advantage = 0;
  size_t copies = (size_t)r->num_envs, agents = (size_t)r->agents;
  for (int t = r->filled - 1; t >= 0; t--) {
    size_t row = (size_t)t * copies + env, at = row * agents + agent;
    double reward = (double)r->reward[row * (size_t)r->rewards + (r->rewards == 1 ? 0 : agent)];
    advantage[at] = 0;
    if (r->cut[row] >= 0) {
      rewards = next_advantage = 0;
      discount = (double)r->discount[row];
      next_value = (double)last_value[(size_t)r->cut[row] * agents + agent];
    }
    rewards = reward + gamma * rewards;
    discount *= gamma;
    if (!r->acting[at]) continue;
    double delta = rewards + discount * next_value - (double)value[at];
    next_advantage = delta + lambda * discount * next_advantage;
    advantage[at] = (float)next_advantage;
    next_value = (double)value[at];
    rewards = 0;
    discount = 1;
  }
}

void co_rollout_advantages(const CoRollout *shown, double gamma, double lambda, const float *value,
                           const float *last_value, float *advantage) {
  for (int i = 0; i < shown->num_envs; i++)
    for (int a = 0; a < shown->agents; a++)
      sweep(shown, gamma, lambda, (size_t)i, (size_t)a, value, last_value, advantage);
}

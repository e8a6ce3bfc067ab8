// Decision rows: what each agent saw and did stays pending until it moves again or the episode ends.
#include "cohort/decisions.h"

#include <assert.h>
#include <string.h>

#include "cohort/block.h"

// A decision under way.
typedef struct Pending {
  int32_t waiting; // 0: none
  int32_t action, index, ticks;
  double reward, discount; // so far: sum of gamma^k r, gamma^ticks
} Pending;

struct CoDecisions {
  CoBlock block;
  const CoSpec *spec;     // the team's
  int team, first, seats; // its number and first agent; agents of all teams
  int num_envs;
  double gamma;
  bool timeout_terminal;
  Pending *pending; // [num_envs][agents]
  float *obs;       // [num_envs][agents][obs_size]
  uint8_t *mask;    // [num_envs][agents][actions]
  float *control;   // [num_envs][agents][action_size]
  CoDecision *rows; // [num_envs * agents], the first `count`
  int count;
};

static void layout(CoDecisions *decisions, CoBlock *block) {
  const CoSpec *spec = decisions->spec;
  size_t rows = (size_t)decisions->num_envs * (size_t)spec->agents;
  decisions->pending = co_block_take(block, rows, sizeof(Pending));
  decisions->obs = co_block_take(block, rows * (size_t)spec->obs_size, sizeof(float));
  decisions->mask = co_block_take(block, rows, (size_t)spec->actions);
  decisions->control = co_block_take(block, rows * (size_t)spec->action_size, sizeof(float));
  decisions->rows = co_block_take(block, rows, sizeof(CoDecision));
}

CoDecisions *co_decisions_create(const CoWorld *world, int team, int num_envs, double gamma, bool timeout_terminal,
                                 CoError *error) {
  assert(num_envs >= 1 && gamma >= 0 && gamma <= 1);
  CoDecisions form = {.spec = co_world_team(world, team),
                      .team = team,
                      .num_envs = num_envs,
                      .gamma = gamma,
                      .timeout_terminal = timeout_terminal};
  form.first = co_world_first(world, team);
  form.seats = co_world_spec(world)->agents;
  co_block_take(&form.block, 1, sizeof form);
  layout(&form, &form.block);
  if (!co_block_begin(&form.block, error)) return NULL;
  CoDecisions *decisions = co_block_take(&form.block, 1, sizeof form);
  layout(&form, &form.block);
  *decisions = form;
  return decisions;
}

void co_decisions_destroy(CoDecisions *decisions) {
  if (!decisions) return;
  CoBlock block = decisions->block;
  co_block_free(&block);
}

static void begin(CoDecisions *decisions, const CoFrame *frame, const CoActions *actions, int env, int agent) {
  const CoSpec *spec = decisions->spec;
  size_t row = (size_t)(env * spec->agents + agent), seat = (size_t)(env * decisions->seats + decisions->first + agent);
  size_t obs = (size_t)spec->obs_size, mask = (size_t)spec->actions, control = (size_t)spec->action_size;
  Pending *pending = &decisions->pending[row];
  assert(!pending->waiting);
  *pending = (Pending){.waiting = 1, .discount = 1};
  pending->index = frame->index ? frame->index[row] : 0;
  if (frame->obs) memcpy(decisions->obs + row * obs, frame->obs + row * obs, obs * sizeof(float));
  if (mask) {
    pending->action = actions->discrete[seat];
    memcpy(decisions->mask + row * mask, frame->mask + row * mask, mask);
  } else {
    memcpy(decisions->control + row * control, actions->continuous + seat * control, control * sizeof(float));
  }
}

void co_decisions_before(CoDecisions *decisions, const CoVecEnv *vec, const CoActions *actions) {
  const CoFrame *frame = co_vecenv_frame(vec, decisions->team);
  decisions->count = 0;
  for (int i = 0; i < decisions->num_envs; i++)
    for (int a = 0; a < frame->agents; a++)
      if (frame->acting[i * frame->agents + a]) begin(decisions, frame, actions, i, a);
}

static CoDecision complete(const CoDecisions *decisions, const CoFrame *frame, int env, int agent, int ending) {
  const CoSpec *spec = decisions->spec;
  size_t row = (size_t)(env * spec->agents + agent);
  size_t obs = row * (size_t)spec->obs_size, mask = row * (size_t)spec->actions;
  const Pending *pending = &decisions->pending[row];
  return (CoDecision){
      .env = env,
      .agent = agent,
      .kind = spec->kind ? spec->kind[agent] : 0,
      .ticks = pending->ticks,
      .ending = ending,
      .action = pending->action,
      .index = pending->index,
      .next_index = frame->index ? frame->index[row] : 0,
      .reward = (float)pending->reward,
      .discount = ending == CO_TERMINATED ? 0 : (float)pending->discount,
      .obs = frame->obs ? decisions->obs + obs : NULL,
      .next_obs = frame->obs ? frame->obs + obs : NULL,
      .mask = frame->mask ? decisions->mask + mask : NULL,
      .next_mask = frame->mask ? frame->mask + mask : NULL,
      .control = spec->action_size ? decisions->control + row * (size_t)spec->action_size : NULL,
  };
}

void co_decisions_after(CoDecisions *decisions, const CoVecEnv *vec) {
  const CoFrame *frame = co_vecenv_frame(vec, decisions->team);
  const float *rewards = co_vecenv_rewards(vec) + decisions->first;
  const int32_t *ending = co_vecenv_ending(vec);
  for (int i = 0; i < decisions->num_envs; i++, rewards += decisions->seats) {
    int how = ending[i] == CO_TRUNCATED && decisions->timeout_terminal ? CO_TERMINATED : ending[i];
    for (int a = 0; a < frame->agents; a++) {
      int row = i * frame->agents + a;
      Pending *pending = &decisions->pending[row];
      if (!pending->waiting) continue;
      pending->reward += pending->discount * (double)rewards[a];
      pending->discount *= decisions->gamma;
      pending->ticks++;
      if (!frame->acting[row] && how == CO_PLAYING) continue;
      decisions->rows[decisions->count++] = complete(decisions, frame, i, a, how);
      pending->waiting = 0;
    }
  }
}

const CoDecision *co_decisions_rows(const CoDecisions *decisions, int *count) {
  *count = decisions->count;
  return decisions->rows;
}

typedef struct Part {
  void *data;
  size_t bytes;
} Part;

static void list_parts(const CoDecisions *decisions, Part parts[4]) {
  const CoSpec *spec = decisions->spec;
  size_t rows = (size_t)(decisions->num_envs * spec->agents);
  parts[0] = (Part){decisions->pending, rows * sizeof(Pending)};
  parts[1] = (Part){decisions->obs, rows * (size_t)spec->obs_size * sizeof(float)};
  parts[2] = (Part){decisions->mask, rows * (size_t)spec->actions};
  parts[3] = (Part){decisions->control, rows * (size_t)spec->action_size * sizeof(float)};
}

void co_decisions_save(const CoDecisions *decisions, CoWriter *writer) {
  Part parts[4];
  list_parts(decisions, parts);
  for (int i = 0; i < 4; i++) {
    co_write_u64(writer, parts[i].bytes);
    co_write(writer, parts[i].data, parts[i].bytes);
  }
}

bool co_decisions_load(CoDecisions *decisions, CoReader *reader) {
  Part parts[4];
  list_parts(decisions, parts);
  decisions->count = 0;
  for (int i = 0; i < 4; i++) {
    uint64_t bytes = co_read_u64(reader, "pending decisions");
    if (!reader->failed && bytes != parts[i].bytes)
      return co_fail(reader->error, "saved: pending decisions of another size");
    co_read(reader, parts[i].data, parts[i].bytes, "pending decisions");
  }
  return !reader->failed;
}

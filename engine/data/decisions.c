// Decision rows: what each agent saw and did stays pending until it has moved n times more or the episode ends.
#include "cohort/decisions.h"

#include <assert.h>
#include <string.h>

#include "cohort/block.h"

// A decision under way.
typedef struct Pending {
  int32_t waiting; // for so many moves of the agent; 0: none
  int32_t action, index, ticks;
  double reward, discount; // so far: sum of gamma^k r, gamma^ticks
} Pending;

struct CoDecisions {
  CoBlock block;
  const CoSpec *spec;     // the team's
  int team, first, seats; // its number and first agent; agents of all teams
  CoDecisionsConfig config;
  Pending *pending; // [num_envs][agents][n_step], in any order
  float *obs;       // [num_envs][agents][n_step][obs_size]
  uint8_t *mask;    // [num_envs][agents][n_step][actions]
  float *control;   // [num_envs][agents][n_step][action_size]
  float *notes;     // [num_envs][agents][n_step][notes]
  CoDecision *rows; // [num_envs * agents * n_step], the first `count`
  int count;
};

static size_t places(const CoDecisions *decisions) {
  const CoDecisionsConfig *config = &decisions->config;
  return (size_t)config->num_envs * (size_t)decisions->spec->agents * (size_t)config->n_step;
}

static void layout(CoDecisions *decisions, CoBlock *block) {
  const CoSpec *spec = decisions->spec;
  size_t rows = places(decisions);
  decisions->pending = co_block_take(block, rows, sizeof(Pending));
  decisions->obs = co_block_take(block, rows * (size_t)spec->obs_size, sizeof(float));
  decisions->mask = co_block_take(block, rows, (size_t)spec->actions);
  decisions->control = co_block_take(block, rows * (size_t)spec->action_size, sizeof(float));
  decisions->notes = co_block_take(block, rows * (size_t)decisions->config.notes, sizeof(float));
  decisions->rows = co_block_take(block, rows, sizeof(CoDecision));
}

CoDecisions *co_decisions_create(const CoWorld *world, int team, const CoDecisionsConfig *config, CoError *error) {
  assert(config->num_envs >= 1 && config->n_step >= 1 && config->gamma >= 0 && config->gamma <= 1);
  CoDecisions form = {.spec = co_world_team(world, team), .team = team, .config = *config};
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

// The first place of an agent.
static int place(const CoDecisions *decisions, int env, int agent) {
  return (env * decisions->spec->agents + agent) * decisions->config.n_step;
}

// The one of an agent's places whose decision waits for so many moves; 0: a free one. -1: there is none.
static int find(const CoDecisions *decisions, int first, int waiting) {
  for (int i = 0; i < decisions->config.n_step; i++)
    if (decisions->pending[first + i].waiting == waiting) return first + i;
  return -1;
}

static void begin(CoDecisions *decisions, const CoFrame *frame, const CoActions *actions, const float *notes, int env,
                  int agent) {
  const CoSpec *spec = decisions->spec;
  size_t row = (size_t)(env * spec->agents + agent), seat = (size_t)(env * decisions->seats + decisions->first + agent);
  size_t obs = (size_t)spec->obs_size, mask = (size_t)spec->actions, control = (size_t)spec->action_size;
  size_t noted = (size_t)decisions->config.notes;
  int found = find(decisions, place(decisions, env, agent), 0);
  assert(found >= 0);
  size_t at = (size_t)found;
  Pending *pending = &decisions->pending[at];
  *pending = (Pending){.waiting = decisions->config.n_step, .discount = 1};
  pending->index = frame->index ? frame->index[row] : 0;
  if (frame->obs) memcpy(decisions->obs + at * obs, frame->obs + row * obs, obs * sizeof(float));
  if (noted) memcpy(decisions->notes + at * noted, notes + row * noted, noted * sizeof(float));
  if (mask) {
    pending->action = actions->discrete[seat];
    memcpy(decisions->mask + at * mask, frame->mask + row * mask, mask);
  } else {
    memcpy(decisions->control + at * control, actions->continuous + seat * control, control * sizeof(float));
  }
}

void co_decisions_before(CoDecisions *decisions, const CoVecEnv *vec, const CoActions *actions, const float *notes) {
  const CoFrame *frame = co_vecenv_frame(vec, decisions->team);
  decisions->count = 0;
  for (int i = 0; i < decisions->config.num_envs; i++)
    for (int a = 0; a < frame->agents; a++)
      if (frame->acting[i * frame->agents + a]) begin(decisions, frame, actions, notes, i, a);
}

// The decision pending at a place, as the row that it has become.
static CoDecision complete(const CoDecisions *decisions, const CoFrame *frame, int env, int agent, int at, int ending) {
  const CoSpec *spec = decisions->spec;
  size_t row = (size_t)(env * spec->agents + agent), obs = (size_t)spec->obs_size, mask = (size_t)spec->actions;
  const Pending *pending = &decisions->pending[at];
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
      .obs = frame->obs ? decisions->obs + (size_t)at * obs : NULL,
      .next_obs = frame->obs ? frame->obs + row * obs : NULL,
      .mask = frame->mask ? decisions->mask + (size_t)at * mask : NULL,
      .next_mask = frame->mask ? frame->mask + row * mask : NULL,
      .control = spec->action_size ? decisions->control + (size_t)at * (size_t)spec->action_size : NULL,
      .achieved = frame->achieved ? frame->achieved + row * (size_t)spec->goal_size : NULL,
      .notes = decisions->config.notes ? decisions->notes + (size_t)at * (size_t)decisions->config.notes : NULL,
  };
}

static void accrue(CoDecisions *decisions, int first, double reward) {
  for (int at = first; at < first + decisions->config.n_step; at++) {
    Pending *pending = &decisions->pending[at];
    if (!pending->waiting) continue;
    pending->reward += pending->discount * reward;
    pending->discount *= decisions->config.gamma;
    pending->ticks++;
  }
}

// The agent moves on, or the episode is over: the earliest decision is complete, or all are.
static void advance(CoDecisions *decisions, const CoFrame *frame, int env, int agent, int ending) {
  int first = place(decisions, env, agent);
  for (int waiting = 1; waiting <= decisions->config.n_step; waiting++) {
    int at = find(decisions, first, waiting);
    if (at < 0) continue;
    if (waiting == 1 || ending != CO_PLAYING) {
      decisions->rows[decisions->count++] = complete(decisions, frame, env, agent, at, ending);
      decisions->pending[at].waiting = 0;
    } else {
      decisions->pending[at].waiting--;
    }
  }
}

void co_decisions_after(CoDecisions *decisions, const CoVecEnv *vec) {
  const CoFrame *frame = co_vecenv_frame(vec, decisions->team);
  const float *rewards = co_vecenv_rewards(vec) + decisions->first;
  const int32_t *ending = co_vecenv_ending(vec);
  for (int i = 0; i < decisions->config.num_envs; i++, rewards += decisions->seats) {
    int how = ending[i] == CO_TRUNCATED && decisions->config.timeout_terminal ? CO_TERMINATED : ending[i];
    for (int a = 0; a < frame->agents; a++) {
      accrue(decisions, place(decisions, i, a), (double)rewards[a]);
      if (frame->acting[i * frame->agents + a] || how != CO_PLAYING) advance(decisions, frame, i, a, how);
    }
  }
}

const CoDecision *co_decisions_rows(const CoDecisions *decisions, int *count) {
  *count = decisions->count;
  return decisions->rows;
}

enum { PARTS = 5 };
typedef struct Part {
  void *data;
  size_t bytes;
} Part;

static void list_parts(const CoDecisions *decisions, Part parts[PARTS]) {
  const CoSpec *spec = decisions->spec;
  size_t rows = places(decisions);
  parts[0] = (Part){decisions->pending, rows * sizeof(Pending)};
  parts[1] = (Part){decisions->obs, rows * (size_t)spec->obs_size * sizeof(float)};
  parts[2] = (Part){decisions->mask, rows * (size_t)spec->actions};
  parts[3] = (Part){decisions->control, rows * (size_t)spec->action_size * sizeof(float)};
  parts[4] = (Part){decisions->notes, rows * (size_t)decisions->config.notes * sizeof(float)};
}

void co_decisions_save(const CoDecisions *decisions, CoWriter *writer) {
  Part parts[PARTS];
  list_parts(decisions, parts);
  for (int i = 0; i < PARTS; i++) {
    co_write_u64(writer, parts[i].bytes);
    co_write(writer, parts[i].data, parts[i].bytes);
  }
}

bool co_decisions_load(CoDecisions *decisions, CoReader *reader) {
  Part parts[PARTS];
  list_parts(decisions, parts);
  decisions->count = 0;
  for (int i = 0; i < PARTS; i++) {
    uint64_t bytes = co_read_u64(reader, "pending decisions");
    if (!reader->failed && bytes != parts[i].bytes)
      return co_fail(reader->error, "saved: pending decisions of another size");
    co_read(reader, parts[i].data, parts[i].bytes, "pending decisions");
  }
  return !reader->failed;
}

// Errands: episodes under way, and the rows of both levels that they become.
#include "errands.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/metrics.h"

// By steps: the state before it (the observation without its goal), what was done, what was achieved then, the walker's
// goal, and whether it was a test.
typedef struct Episode {
  int count;
  float *state, *control, *achieved, *asked, *test; // [limit + 1][states], [limit][...]
} Episode;

struct CoErrands {
  CoErrandsConfig config;
  const CoWorld *world;
  int states, controls, goals, limit; // numbers of a state, of an action, of a goal; steps of an episode
  Episode *episodes;                  // [num_envs]
  float *numbers;                     // their arrays
  float *from, *to;                   // [states + goals] of a row
  CoRng rng;
};

static size_t episode_size(const CoErrands *e) {
  size_t step = (size_t)(e->states + e->controls + 2 * e->goals + 1);
  return step * (size_t)e->limit + (size_t)e->states;
}

static size_t size_of(const CoErrands *e) {
  return (size_t)e->config.num_envs * episode_size(e);
}

static void lay_out(const CoErrands *e, float *numbers, Episode *episode) {
  size_t limit = (size_t)e->limit;
  episode->state = numbers;
  episode->control = episode->state + (limit + 1) * (size_t)e->states;
  episode->achieved = episode->control + limit * (size_t)e->controls;
  episode->asked = episode->achieved + limit * (size_t)e->goals;
  episode->test = episode->asked + limit * (size_t)e->goals;
}

CoErrands *co_errands_create(const CoWorld *world, int team, const CoErrandsConfig *config, CoError *error) {
  CoErrands *e = calloc(1, sizeof *e);
  const CoSpec *spec = co_world_team(world, team);
  if (e) {
    e->config = *config, e->world = world, e->controls = spec->action_size;
    e->goals = spec->goal_size, e->states = spec->obs_size - spec->goal_size, e->limit = spec->episode_limit;
    e->rng = co_rng(config->seed, "hindsight", (uint64_t)team);
    e->episodes = calloc((size_t)config->num_envs, sizeof *e->episodes);
    e->numbers = calloc(size_of(e) + 2 * (size_t)spec->obs_size, sizeof *e->numbers);
  }
  if (!e || !e->episodes || !e->numbers) {
    co_fail(error, "no memory for episodes of %d steps in %d copies", spec->episode_limit, config->num_envs);
    co_errands_destroy(e);
    return NULL;
  }
  e->from = e->numbers + size_of(e);
  e->to = e->from + spec->obs_size;
  for (int i = 0; i < config->num_envs; i++) lay_out(e, e->numbers + (size_t)i * episode_size(e), &e->episodes[i]);
  return e;
}

void co_errands_destroy(CoErrands *e) {
  if (!e) return;
  free(e->episodes);
  free(e->numbers);
  free(e);
}

bool co_errands_there(const CoErrands *e, const float *achieved, const float *goal, float *reward) {
  bool there = false;
  *reward = co_world_type(e->world)->goal_reward(co_world_self(e->world), achieved, goal, &there);
  return there;
}

void co_errands_aim(const CoErrands *e, const float *state, const float *goal, float *obs) {
  memcpy(obs, state, (size_t)e->states * sizeof *obs);
  memcpy(obs + e->states, goal, (size_t)e->goals * sizeof *obs);
}

static const float *at(const float *array, int row, int size) {
  return array + (size_t)row * (size_t)size;
}

static void add(CoErrands *e, const Episode *episode, int first, int end, const float *goal, CoDecision row,
                CoReplay *memory) {
  co_errands_aim(e, at(episode->state, first, e->states), goal, e->from);
  co_errands_aim(e, at(episode->state, end, e->states), goal, e->to);
  row.obs = e->from, row.next_obs = e->to;
  co_replay_add(memory, &row, 1);
}

// From one step to another by an action, on the way to a goal.
static void add_towards(CoErrands *e, const Episode *episode, int first, int end, const float *action,
                        const float *goal, CoReplay *memory) {
  CoDecision row = {.control = action};
  bool there = co_errands_there(e, at(episode->achieved, end - 1, e->goals), goal, &row.reward);
  row.discount = there ? 0 : (float)e->config.gamma;
  add(e, episode, first, end, goal, row, memory);
}

// What was achieved at a step drawn from first to last.
static const float *later(CoErrands *e, const Episode *episode, int first, int last) {
  return at(episode->achieved, co_rng_int(&e->rng, first, last), e->goals);
}

static void teach_walker(CoErrands *e, const Episode *episode, int first, int end, CoReplay *memory) {
  for (int i = first; i < end; i++) {
    const float *control = at(episode->control, i, e->controls);
    add_towards(e, episode, i, i + 1, control, at(episode->asked, first, e->goals), memory);
    for (int k = 0; k < e->config.goals; k++)
      add_towards(e, episode, i, i + 1, control, later(e, episode, i, end - 1), memory);
  }
}

static void teach_planner(CoErrands *e, const Episode *episode, int first, int end, const float *goal, bool done,
                          CoReplay *memory) {
  const float *achieved = at(episode->achieved, end - 1, e->goals), *asked = at(episode->asked, first, e->goals);
  add_towards(e, episode, first, end, achieved, goal, memory);
  for (int k = 0; k < e->config.goals; k++)
    add_towards(e, episode, first, end, achieved, later(e, episode, end - 1, episode->count - 1), memory);
  if (episode->test[first] > 0 && !done)
    add(e, episode, first, end, goal, (CoDecision){.control = asked, .reward = -(float)e->config.steps}, memory);
}

// The episode's errands, one after the other.
static void teach(CoErrands *e, const Episode *episode, const float *goal, CoReplay *const memories[CO_RANKS],
                  struct CoMetrics *metrics) {
  for (int first = 0, end; first < episode->count; first = end) {
    bool done = false;
    float reward;
    for (end = first; end < episode->count && !done && end - first < e->config.steps; end++)
      done = co_errands_there(e, at(episode->achieved, end, e->goals), at(episode->asked, first, e->goals), &reward);
    teach_walker(e, episode, first, end, memories[CO_WALKER]);
    teach_planner(e, episode, first, end, goal, done, memories[CO_PLANNER]);
    co_metric(metrics, "subgoals_reached", done);
  }
}

static void put(float *array, int row, const float *values, int size) {
  memcpy(array + (size_t)row * (size_t)size, values, (size_t)size * sizeof *array);
}

void co_errands_add(CoErrands *e, const CoDecision *row, CoReplay *const memories[CO_RANKS],
                    struct CoMetrics *metrics) {
  Episode *episode = &e->episodes[row->env];
  int i = episode->count++;
  assert(i < e->limit);
  put(episode->state, i, row->obs, e->states);
  put(episode->state, i + 1, row->next_obs, e->states);
  put(episode->control, i, row->control, e->controls);
  put(episode->achieved, i, row->achieved, e->goals);
  put(episode->asked, i, row->notes, e->goals);
  episode->test[i] = row->notes[e->goals];
  if (row->ending == CO_PLAYING) return;
  teach(e, episode, row->obs + e->states, memories, metrics);
  episode->count = 0;
}

void co_errands_save(const CoErrands *e, CoWriter *writer) {
  co_write(writer, &e->rng, sizeof e->rng);
  for (int i = 0; i < e->config.num_envs; i++) co_write_u32(writer, (uint32_t)e->episodes[i].count);
  co_write(writer, e->numbers, size_of(e) * sizeof *e->numbers);
}

bool co_errands_load(CoErrands *e, CoReader *reader) {
  co_read(reader, &e->rng, sizeof e->rng, "the stream of goals");
  for (int i = 0; !reader->failed && i < e->config.num_envs; i++) {
    uint32_t count = co_read_u32(reader, "the steps of an episode");
    if (!reader->failed && count >= (uint32_t)e->limit)
      return co_fail(reader->error, "saved: an episode of %u steps, the limit is %d", count, e->limit);
    e->episodes[i].count = (int)count;
  }
  return co_read(reader, e->numbers, size_of(e) * sizeof *e->numbers, "the episodes under way");
}

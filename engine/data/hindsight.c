// Hindsight: whole episodes of decision rows, replayed with goals that they achieved.
#include "cohort/hindsight.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 }; // rows that there is room for at first

// What a decision consists of beyond its arrays.
typedef struct Head {
  int32_t action, index, next_index, ending;
  float reward, discount;
} Head;

typedef enum Part { OBS, NEXT_OBS, ACHIEVED, CONTROL, MASK, NEXT_MASK, PARTS } Part; // floats first

// An episode under way.
typedef struct Episode {
  unsigned char *rows; // [room][stride]: a head, then the parts
  int count, room;
} Episode;

struct CoHindsight {
  CoHindsightConfig config;
  const CoWorld *world;
  const CoSpec *spec;    // the team's
  size_t at[PARTS + 1];  // where a part lies in a row; the last is the stride
  Episode *episodes;     // [num_envs]
  float *obs, *next_obs; // [obs_size] of a row with another goal
  CoRng rng;
};

bool co_hindsight_fits(int goals, int n_step, const CoSpec *team, CoError *error) {
  if (!goals) return true;
  if (!team->goal_size) return co_fail(error, "hindsight is %d, but this environment has no goals", goals);
  if (team->agents != 1) return co_fail(error, "hindsight is for one agent, this environment has %d", team->agents);
  return n_step <= 1 || co_fail(error, "hindsight needs rows of one step, n_step is %d", n_step);
}

static void measure(CoHindsight *h) {
  const CoSpec *spec = h->spec;
  const size_t floats[PARTS] = {[OBS] = (size_t)spec->obs_size,
                                [NEXT_OBS] = (size_t)spec->obs_size,
                                [ACHIEVED] = (size_t)spec->goal_size,
                                [CONTROL] = (size_t)spec->action_size};
  h->at[0] = sizeof(Head);
  for (Part p = 0; p < PARTS; p++)
    h->at[p + 1] = h->at[p] + (p < MASK ? floats[p] * sizeof(float) : (size_t)spec->actions);
  h->at[PARTS] = (h->at[PARTS] + sizeof(float) - 1) / sizeof(float) * sizeof(float);
}

static bool make_room(CoHindsight *h, Episode *episode, int room, CoError *error) {
  if (room <= episode->room) return true;
  unsigned char *rows = realloc(episode->rows, (size_t)room * h->at[PARTS]);
  if (!rows) return co_fail(error, "no memory for %d steps of an episode", room);
  episode->rows = rows;
  episode->room = room;
  return true;
}

CoHindsight *co_hindsight_create(const CoWorld *world, int team, const CoHindsightConfig *config, CoError *error) {
  CoHindsight *h = calloc(1, sizeof *h);
  if (h) {
    h->config = *config, h->world = world, h->spec = co_world_team(world, team);
    assert(h->spec->goal_size && h->spec->agents == 1);
    h->rng = co_rng(config->seed, "hindsight", (uint64_t)team);
    measure(h);
    h->episodes = calloc((size_t)config->num_envs, sizeof *h->episodes);
    h->obs = calloc(2 * (size_t)h->spec->obs_size, sizeof *h->obs);
  }
  bool made = h && h->episodes && h->obs;
  for (int i = 0; made && i < config->num_envs; i++) made = make_room(h, &h->episodes[i], FIRST, NULL);
  if (made) {
    h->next_obs = h->obs + h->spec->obs_size;
    return h;
  }
  co_fail(error, "no memory for the episodes of %d copies", config->num_envs);
  co_hindsight_destroy(h);
  return NULL;
}

void co_hindsight_destroy(CoHindsight *h) {
  if (!h) return;
  for (int i = 0; h->episodes && i < h->config.num_envs; i++) free(h->episodes[i].rows);
  free(h->episodes);
  free(h->obs);
  free(h);
}

static const void *part(const CoHindsight *h, const Episode *episode, int row, Part p) {
  return episode->rows + (size_t)row * h->at[PARTS] + h->at[p];
}

static bool keep(CoHindsight *h, Episode *episode, const CoDecision *d, CoError *error) {
  const Head head = {d->action, d->index, d->next_index, d->ending, d->reward, d->discount};
  const void *from[PARTS] = {d->obs, d->next_obs, d->achieved, d->control, d->mask, d->next_mask};
  if (episode->count == episode->room && !make_room(h, episode, 2 * episode->room, error)) return false;
  unsigned char *row = episode->rows + (size_t)episode->count++ * h->at[PARTS];
  memset(row, 0, h->at[PARTS]);
  memcpy(row, &head, sizeof head);
  for (Part p = 0; p < PARTS; p++) {
    size_t bytes = p < NEXT_MASK ? h->at[p + 1] - h->at[p] : (size_t)h->spec->actions;
    if (from[p]) memcpy(row + h->at[p], from[p], bytes);
  }
  return true;
}

// The row as it was.
static CoDecision recall(const CoHindsight *h, const Episode *episode, int row) {
  Head head;
  memcpy(&head, episode->rows + (size_t)row * h->at[PARTS], sizeof head);
  bool discrete = h->spec->actions > 0;
  return (CoDecision){.ticks = 1,
                      .kind = h->spec->kind ? h->spec->kind[0] : 0,
                      .ending = head.ending,
                      .action = head.action,
                      .index = head.index,
                      .next_index = head.next_index,
                      .reward = head.reward,
                      .discount = head.discount,
                      .obs = part(h, episode, row, OBS),
                      .next_obs = part(h, episode, row, NEXT_OBS),
                      .achieved = part(h, episode, row, ACHIEVED),
                      .control = discrete ? NULL : part(h, episode, row, CONTROL),
                      .mask = discrete ? part(h, episode, row, MASK) : NULL,
                      .next_mask = discrete ? part(h, episode, row, NEXT_MASK) : NULL};
}

static void aim(const CoHindsight *h, const float *obs, const float *goal, float *out) {
  size_t size = (size_t)h->spec->obs_size, tail = (size_t)h->spec->goal_size;
  memcpy(out, obs, (size - tail) * sizeof *out);
  memcpy(out + size - tail, goal, tail * sizeof *out);
}

// The row as if `goal` had been the goal all along.
static CoDecision relabel(const CoHindsight *h, CoDecision row, const float *goal) {
  bool terminated = false;
  aim(h, row.obs, goal, h->obs);
  aim(h, row.next_obs, goal, h->next_obs);
  row.obs = h->obs, row.next_obs = h->next_obs;
  row.reward = co_world_type(h->world)->goal_reward(co_world_self(h->world), row.achieved, goal, &terminated);
  row.discount = terminated ? 0 : (float)h->config.gamma;
  return row;
}

static void replay_all(CoHindsight *h, const Episode *episode, CoReplay *replay) {
  int last = episode->count - 1;
  for (int i = 0; i <= last; i++) {
    const CoDecision row = recall(h, episode, i);
    co_replay_add(replay, &row, 1);
    for (int k = 0; k < h->config.goals; k++) {
      int later = h->config.final ? last : co_rng_int(&h->rng, i, last);
      const CoDecision other = relabel(h, row, part(h, episode, later, ACHIEVED));
      co_replay_add(replay, &other, 1);
    }
  }
}

bool co_hindsight_add(CoHindsight *h, const CoDecision *rows, int count, CoReplay *replay, CoError *error) {
  for (int i = 0; i < count; i++) {
    Episode *episode = &h->episodes[rows[i].env];
    if (!keep(h, episode, &rows[i], error)) return false;
    if (rows[i].ending == CO_PLAYING) continue;
    replay_all(h, episode, replay);
    episode->count = 0;
  }
  return true;
}

void co_hindsight_save(const CoHindsight *h, CoWriter *writer) {
  co_write(writer, &h->rng, sizeof h->rng);
  co_write_u64(writer, h->at[PARTS]);
  for (int i = 0; i < h->config.num_envs; i++) {
    const Episode *episode = &h->episodes[i];
    co_write_u32(writer, (uint32_t)episode->count);
    co_write(writer, episode->rows, (size_t)episode->count * h->at[PARTS]);
  }
}

bool co_hindsight_load(CoHindsight *h, CoReader *reader) {
  co_read(reader, &h->rng, sizeof h->rng, "the stream of goals");
  uint64_t stride = co_read_u64(reader, "the size of a row");
  if (!reader->failed && stride != h->at[PARTS]) return co_fail(reader->error, "saved: rows of another size");
  for (int i = 0; !reader->failed && i < h->config.num_envs; i++) {
    uint32_t count = co_read_u32(reader, "an episode's rows");
    if (count > (reader->size - reader->at) / stride) return co_fail(reader->error, "saved: an episode is cut off");
    if (!make_room(h, &h->episodes[i], (int)count, reader->error)) return false;
    h->episodes[i].count = (int)count;
    co_read(reader, h->episodes[i].rows, (size_t)count * stride, "an episode's rows");
  }
  return !reader->failed;
}

// The latest decisions of every agent in every copy.
#include "trail.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(CoTrail *trail, int room, CoError *error) {
  CoTrailStep *steps = realloc(trail->steps, (size_t)room * sizeof *steps);
  if (!steps) return co_fail(error, "no memory for %d steps of an episode", room);
  trail->steps = steps;
  trail->room = room;
  return true;
}

static int trail_count(const CoTrails *trails) {
  return trails->copies * trails->table.agents;
}

void co_trails_destroy(void *user) {
  CoTrails *trails = user;
  if (!trails) return;
  for (int i = 0; trails->all && i < trail_count(trails); i++) free(trails->all[i].steps);
  free(trails->all);
  co_table_destroy(trails);
}

static bool begin(CoTrails *trails, int room, CoError *error) {
  trails->all = calloc((size_t)trail_count(trails), sizeof *trails->all);
  if (!trails->all) return co_fail(error, "no memory for the steps of %d environments", trails->copies);
  for (int i = 0; i < trail_count(trails); i++)
    if (!make_room(&trails->all[i], room, error)) return false;
  return true;
}

void *co_trails_create(size_t bytes, bool actions, int room, const void *config, const CoAlgoSetup *setup,
                       CoError *error) {
  CoTrails *trails = co_table_create(bytes, actions, config, setup, error);
  if (!trails) return NULL;
  trails->copies = setup->num_envs;
  if (begin(trails, room, error)) return trails;
  co_trails_destroy(trails);
  return NULL;
}

bool co_trail_push(CoTrail *trail, const CoDecision *d, CoError *error) {
  if (trail->count == trail->room && !make_room(trail, 2 * trail->room, error)) return false;
  trail->steps[trail->count++] = (CoTrailStep){d->index, d->action, d->reward, d->discount};
  return true;
}

void co_trail_drop(CoTrail *trail, int count) {
  assert(count <= trail->count);
  trail->count -= count;
  memmove(trail->steps, trail->steps + count, (size_t)trail->count * sizeof *trail->steps);
}

float co_trail_return(const CoTrailStep *steps, int count, float value) {
  for (int i = count - 1; i >= 0; i--) value = steps[i].reward + steps[i].discount * value;
  return value;
}

void co_trail_learn(CoTable *table, int agent, const CoTrailStep *step, float target, CoLearning *learning) {
  float *value = &co_table_row(table, agent, step->index)[table->columns > 1 ? step->action : 0];
  const CoUpdate update = {agent, step->index, step->action, (double)step->reward, (double)target, 0, 0};
  float td_error = co_table_move(value, table->config.lr, update, learning->observer);
  co_metric(learning->metrics, "td_error_abs", fabs((double)td_error));
  learning->updates++;
}

void co_trails_save(const void *from, CoWriter *writer) {
  const CoTrails *trails = from;
  co_table_save(trails, writer);
  co_write_u32(writer, (uint32_t)trail_count(trails));
  for (int i = 0; i < trail_count(trails); i++) {
    const CoTrail *trail = &trails->all[i];
    co_write_u32(writer, (uint32_t)trail->count);
    co_write(writer, trail->steps, (size_t)trail->count * sizeof *trail->steps);
  }
}

static bool load(CoTrail *trail, CoReader *reader) {
  uint32_t count = co_read_u32(reader, "an episode's steps");
  if (reader->failed) return false;
  if (count > (reader->size - reader->at) / sizeof(CoTrailStep)) {
    reader->failed = true;
    return co_fail(reader->error, "saved: an episode's steps are cut off");
  }
  if ((int)count > trail->room && !make_room(trail, (int)count, reader->error)) return false;
  trail->count = (int)count;
  return co_read(reader, trail->steps, (size_t)count * sizeof(CoTrailStep), "an episode's steps");
}

bool co_trails_load(void *user, CoReader *reader) {
  CoTrails *trails = user;
  CoTrail other = {0};
  bool ok = co_table_load(trails, reader);
  uint32_t here = (uint32_t)trail_count(trails), saved = co_read_u32(reader, "the number of copies");
  for (uint32_t i = 0; i < here; i++) trails->all[i].count = 0;
  for (uint32_t i = 0; ok && i < saved; i++) ok = load(i < here ? &trails->all[i] : &other, reader);
  free(other.steps);
  return ok && !reader->failed;
}

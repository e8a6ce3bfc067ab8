// The exact model by enumeration: breadth-first from the starts, then every (state, action) in order of number.
#include "cohort/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/block.h"
#include "successors.h"

typedef struct Entry {
  double probability, reward;
  int next;
  bool terminated;
} Entry;

// The model and the work on it; CoModel comes first, so that a pointer to one is a pointer to the other.
typedef struct Survey {
  CoModel model;
  CoBlock block;
  const CoWorld *world;
  CoSuccessors next;
  // [states ...] parts of the block
  int64_t *first;
  double *start;
  uint8_t *legal, *reached, *open; // open: play goes on there
  unsigned char *bytes;
  int *queue; // reached states where play goes on, as they were found
  int queued;
  Entry *entries; // [count], growing; [room]
  int64_t count, room;
  CoBlock columns; // the same at last, by columns
} Survey;

static void layout(Survey *survey, CoBlock *block) {
  size_t states = (size_t)survey->model.states, pairs = states * (size_t)survey->model.actions;
  survey->first = co_block_take(block, pairs + 1, sizeof(int64_t));
  survey->start = co_block_take(block, states, sizeof(double));
  survey->legal = co_block_take(block, pairs, 1);
  survey->reached = co_block_take(block, states, 1);
  survey->open = co_block_take(block, states, 1);
  survey->bytes = co_block_take(block, states, survey->model.stride);
  survey->queue = co_block_take(block, states, sizeof(int));
}

// Successors of a state's action, or with state negative the starts.
static bool find(Survey *survey, int state, int action, CoError *error) {
  const CoActions actions = {&action, NULL};
  const void *from = state < 0 ? NULL : survey->bytes + (size_t)state * survey->model.stride;
  return co_successors_find(&survey->next, from, &actions, error);
}

static int number(const Survey *survey, const CoTransition *transition) {
  int state = survey->world->type->index(survey->world->self, transition->state, 0);
  assert(state >= 0 && state < survey->model.states);
  return state;
}

static void reach(Survey *survey, const CoTransition *transition) {
  int state = number(survey, transition);
  size_t stride = survey->model.stride;
  bool better = !transition->terminated && !survey->open[state]; // ends need not be states to go on from
  if (!survey->reached[state] || better) memcpy(survey->bytes + (size_t)state * stride, transition->state, stride);
  survey->reached[state] = 1;
  if (!better) return;
  survey->open[state] = 1;
  survey->queue[survey->queued++] = state;
}

static bool expand(Survey *survey, int state, CoError *error) {
  int actions = survey->model.actions;
  uint8_t *legal = survey->legal + (size_t)state * (size_t)actions;
  const void *bytes = survey->bytes + (size_t)state * survey->model.stride;
  if (!co_world_available(survey->world, survey->next.worker, bytes, 0, legal, error)) return false;
  for (int a = 0; a < actions; a++) {
    if (!legal[a]) continue;
    if (!find(survey, state, a, error)) return false;
    for (int i = 0; i < survey->next.count; i++) reach(survey, &survey->next.out[i]);
  }
  return true;
}

static bool explore(Survey *survey, CoError *error) {
  if (!find(survey, -1, 0, error)) return false;
  for (int i = 0; i < survey->next.count; i++) {
    reach(survey, &survey->next.out[i]);
    survey->start[number(survey, &survey->next.out[i])] += survey->next.out[i].probability;
  }
  for (int i = 0; i < survey->queued; i++)
    if (!expand(survey, survey->queue[i], error)) return false;
  return true;
}

static bool grow(Survey *survey, CoError *error) {
  int64_t room = survey->room ? 2 * survey->room : 1024;
  Entry *entries = realloc(survey->entries, (size_t)room * sizeof *entries);
  if (!entries) return co_fail(error, "%s: out of memory for the exact model", survey->world->type->name);
  survey->entries = entries;
  survey->room = room;
  return true;
}

// Adds to an equal entry of the same pair (they begin at `begin`), or makes a new one.
static bool enter(Survey *survey, int64_t begin, const CoTransition *transition, CoError *error) {
  Entry made = {transition->probability, (double)transition->rewards[0], number(survey, transition),
                transition->terminated};
  for (int64_t i = begin; i < survey->count; i++) {
    Entry *entry = &survey->entries[i];
    if (entry->next != made.next || entry->reward != made.reward || entry->terminated != made.terminated) continue;
    entry->probability += made.probability;
    return true;
  }
  if (survey->count == survey->room && !grow(survey, error)) return false;
  survey->entries[survey->count++] = made;
  return true;
}

static bool tabulate(Survey *survey, CoError *error) {
  int actions = survey->model.actions;
  for (int s = 0; s < survey->model.states; s++) {
    for (int a = 0; a < actions; a++) {
      size_t pair = (size_t)s * (size_t)actions + (size_t)a;
      int64_t begin = survey->first[pair] = survey->count;
      if (survey->legal[pair] && !find(survey, s, a, error)) return false;
      for (int i = 0; survey->legal[pair] && i < survey->next.count; i++)
        if (!enter(survey, begin, &survey->next.out[i], error)) return false;
      survey->first[pair + 1] = survey->count;
    }
  }
  return true;
}

typedef struct Columns {
  double *probability, *reward;
  int *next;
  uint8_t *terminated;
} Columns;

static Columns split(Survey *survey) {
  size_t count = (size_t)survey->count;
  Columns columns;
  columns.probability = co_block_take(&survey->columns, count, sizeof(double));
  columns.reward = co_block_take(&survey->columns, count, sizeof(double));
  columns.next = co_block_take(&survey->columns, count, sizeof(int));
  columns.terminated = co_block_take(&survey->columns, count, 1);
  return columns;
}

static bool show(Survey *survey, CoError *error) {
  CoModel *model = &survey->model;
  split(survey);
  if (!co_block_begin(&survey->columns, error)) return false;
  Columns columns = split(survey);
  for (int64_t i = 0; i < survey->count; i++) {
    columns.probability[i] = survey->entries[i].probability;
    columns.reward[i] = survey->entries[i].reward;
    columns.next[i] = survey->entries[i].next;
    columns.terminated[i] = survey->entries[i].terminated;
  }
  model->first = survey->first;
  model->probability = columns.probability;
  model->next = columns.next;
  model->reward = columns.reward;
  model->terminated = columns.terminated;
  model->start = survey->start;
  model->legal = survey->legal;
  model->reached = survey->reached;
  model->bytes = survey->bytes;
  return true;
}

static bool fits(const CoWorld *world, CoError *error) {
  const CoSpec *spec = &world->spec;
  const char *name = world->type->name;
  if (spec->agents != 1) return co_fail(error, "%s has %d agents, the exact model needs one", name, spec->agents);
  if (!spec->states || !spec->actions) return co_fail(error, "%s has no numbered states and actions", name);
  return world->type->outcomes || co_fail(error, "%s does not know its exact model", name);
}

CoModel *co_model_create(const CoWorld *world, CoError *error) {
  if (!fits(world, error)) return NULL;
  Survey form = {.world = world};
  form.model = (CoModel){.states = world->spec.states, .actions = world->spec.actions};
  form.model.stride = (world->state_bytes + 15) / 16 * 16;
  co_block_take(&form.block, 1, sizeof form);
  layout(&form, &form.block);
  if (!co_block_begin(&form.block, error)) return NULL;
  Survey *survey = co_block_take(&form.block, 1, sizeof form);
  layout(&form, &form.block);
  *survey = form;
  bool done = co_successors_begin(&survey->next, world, error) && explore(survey, error) && tabulate(survey, error) &&
              show(survey, error);
  co_successors_end(&survey->next);
  free(survey->entries);
  if (done) return &survey->model;
  co_model_destroy(&survey->model);
  return NULL;
}

void co_model_destroy(CoModel *model) {
  if (!model) return;
  Survey *survey = (Survey *)model;
  co_block_free(&survey->columns);
  CoBlock block = survey->block;
  co_block_free(&block);
}

const void *co_model_state(const CoModel *model, int state) {
  assert(state >= 0 && state < model->states);
  return model->reached[state] ? model->bytes + (size_t)state * model->stride : NULL;
}

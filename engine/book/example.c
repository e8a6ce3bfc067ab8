// What an example's run has at hand: memory, environments, models.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "cohort/script.h"

void book_check(const CoExample *example, bool fine, const CoError *error) {
  if (!fine) book_stop(example->type, error);
}

void *book_grow(CoExample *example, void *items, int count, int *room, size_t bytes) {
  CoError error;
  if (count < *room) return items;
  int more = *room ? 2 * *room : 16;
  void *grown = realloc(items, (size_t)more * bytes);
  book_check(example, grown || co_fail(&error, "no memory for %d entries", more), &error);
  *room = more;
  return grown;
}

void book_own(CoExample *example, void *object, void (*destroy)(void *object)) {
  example->owned =
      book_grow(example, example->owned, example->owned_count, &example->owned_room, sizeof *example->owned);
  example->owned[example->owned_count++] = (Owned){object, destroy};
}

void *co_example_memory(CoExample *example, size_t count, size_t bytes) {
  CoError error;
  void *memory = calloc(count ? count : 1, bytes);
  book_check(example, memory || co_fail(&error, "no memory for %zu numbers", count), &error);
  book_own(example, memory, free);
  return memory;
}

bool co_example_quick(const CoExample *example) {
  return example->line->options.quick;
}

void co_example_say(CoExample *example, const char *format, ...) {
  va_list arguments;
  if (!example->first) return;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
}

// --- settings ---

bool book_set(char *words, const CoSettings *settings, void *config, const CoSettings *other, void *other_config,
              CoError *error) {
  char *rest = NULL;
  for (char *name = strtok_r(words, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
    char *value = strtok_r(NULL, " ", &rest);
    bool others = other && !co_settings_find(settings, name);
    if (!value) return co_fail(error, "setting %s has no value", name);
    if (!co_settings_set(others ? other : settings, others ? other_config : config, name, value, error)) return false;
  }
  return true;
}

static void destroy_value(void *value) {
  co_value_destroy(value);
}

// Data files go by their path.
static bool load_sources(CoExample *example, const CoSettings *settings, void *config, CoError *error) {
  for (const CoField *field = settings->fields; field->name; field++) {
    CoSource *source = (CoSource *)(void *)((char *)config + field->offset);
    if (field->type != CO_FIELD_SOURCE || !source->name[0]) continue;
    CoValue *value = co_script_load(source->name, error);
    if (!value) return false;
    book_own(example, value, destroy_value);
    source->value = value;
  }
  return true;
}

// --- environments ---

static void close_world(void *world) {
  co_world_close(world);
}

static void destroy_env(void *env) {
  co_env_destroy(env);
}

static void destroy_model(void *model) {
  co_model_destroy(model);
}

CoWorld *co_example_open(CoExample *example, const char *env, const char *format, ...) {
  CoError error;
  const char *variant;
  char words[BOOK_WORDS];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(words, sizeof words, format, arguments);
  va_end(arguments);
  const CoEnvType *type = co_find_env(&example->line->registry, env, &variant, &error);
  book_check(example, type, &error);
  void *config = co_example_memory(example, 1, type->settings.bytes + 1);
  co_settings_defaults(&type->settings, config);
  book_check(example,
             book_set(words, &type->settings, config, NULL, NULL, &error) &&
                 line_apply(example->line, &type->settings, config, &error) &&
                 load_sources(example, &type->settings, config, &error),
             &error);
  CoWorld *world = co_world_open(type, config, &error);
  book_check(example, world, &error);
  book_own(example, world, close_world);
  return world;
}

CoEnv *co_example_env(CoExample *example, const CoWorld *world) {
  CoError error;
  CoEnv *env = co_env_create(world, example->seed, &error);
  book_check(example, env, &error);
  book_own(example, env, destroy_env);
  return env;
}

CoModel *co_example_model(CoExample *example, const CoWorld *world) {
  CoError error;
  CoModel *model = co_model_create(world, &error);
  book_check(example, model, &error);
  book_own(example, model, destroy_model);
  return model;
}

static void destroy_tree(void *tree) {
  co_tree_destroy(tree);
}

CoTree *co_example_tree(CoExample *example, const CoWorld *world) {
  CoError error;
  CoTree *tree = co_tree_create(world, &error);
  book_check(example, tree, &error);
  book_own(example, tree, destroy_tree);
  return tree;
}

static void destroy_minimax(void *minimax) {
  co_minimax_destroy(minimax);
}

CoMinimax *co_example_minimax(CoExample *example, const CoWorld *world, CoMinimaxConfig config) {
  CoError error;
  CoMinimax *minimax = co_minimax_create(world, &config, &error);
  book_check(example, minimax, &error);
  book_own(example, minimax, destroy_minimax);
  return minimax;
}

CoModelScore co_example_exact(CoExample *example, const CoModel *model, const float *q, double epsilon, int limit) {
  CoError error;
  size_t states = (size_t)model->states, actions = (size_t)model->actions;
  double *policy = malloc((states * actions + 2 * states) * sizeof *policy);
  book_check(example, policy || co_fail(&error, "no memory for a policy of %zu states", states), &error);
  co_model_greedy(model, q, epsilon, policy);
  CoModelScore score = co_model_play(model, policy, limit, policy + states * actions);
  free(policy);
  return score;
}

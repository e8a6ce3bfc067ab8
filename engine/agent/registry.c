// What can be named: environments and algorithms, the project's own and an outside program's.
#include <string.h>

#include "cohort/agent.h"

#define NAME_SIZE 128

void co_registry_init(CoRegistry *registry) {
  memset(registry, 0, sizeof *registry);
  for (int i = 0; i < CO_REGISTRY_MOST && co_env_list[i]; i++) registry->envs[i] = co_env_list[i];
  for (int i = 0; i < CO_REGISTRY_MOST && co_algo_list[i]; i++) registry->algos[i] = co_algo_list[i];
}

// Is `name` (of `length` bytes) one of the words in `words`?
static bool listed(const char *words, const char *name, size_t length) {
  while (words && *words) {
    size_t word = strcspn(words, " ");
    if (word == length && memcmp(words, name, length) == 0) return true;
    words += word + (words[word] == ' ');
  }
  return false;
}

static const CoEnvType *find_env(const CoRegistry *registry, const char *name, size_t length) {
  for (int i = 0; registry->envs[i]; i++) {
    const CoEnvType *type = registry->envs[i];
    if (listed(type->name, name, length) || listed(type->aliases, name, length)) return type;
  }
  return NULL;
}

static const CoAlgoType *find_algo(const CoRegistry *registry, const char *name) {
  for (int i = 0; registry->algos[i]; i++)
    if (strcmp(registry->algos[i]->name, name) == 0) return registry->algos[i];
  return NULL;
}

bool co_register_env(CoRegistry *registry, const CoEnvType *type, CoError *error) {
  int count = 0;
  while (registry->envs[count]) count++;
  if (find_env(registry, type->name, strlen(type->name)))
    return co_fail(error, "there is an environment named %s already", type->name);
  if (count == CO_REGISTRY_MOST) return co_fail(error, "no room for more than %d environments", CO_REGISTRY_MOST);
  registry->envs[count] = type;
  return true;
}

bool co_register_algo(CoRegistry *registry, const CoAlgoType *type, CoError *error) {
  int count = 0;
  while (registry->algos[count]) count++;
  if (find_algo(registry, type->name)) return co_fail(error, "there is an algorithm named %s already", type->name);
  if (count == CO_REGISTRY_MOST) return co_fail(error, "no room for more than %d algorithms", CO_REGISTRY_MOST);
  registry->algos[count] = type;
  return true;
}

static bool unknown(const char *what, const char *name, const char *const *known, CoError *error) {
  const char *nearest = co_nearest(name, known);
  if (nearest) return co_fail(error, "there is no %s named %s; did you mean %s?", what, name, nearest);
  return co_fail(error, "there is no %s named %s", what, name);
}

const CoEnvType *co_find_env(const CoRegistry *registry, const char *name, const char **variant, CoError *error) {
  size_t length = strcspn(name, "/");
  const CoEnvType *type = find_env(registry, name, length);
  *variant = name[length] == '/' ? name + length + 1 : "";
  if (type && (type->variant || !**variant)) return type;
  if (type) {
    co_fail(error, "%s has no variants, so that %s means nothing", type->name, name);
    return NULL;
  }
  char bare[NAME_SIZE];
  const char *known[CO_REGISTRY_MOST + 1] = {0};
  if (length >= sizeof bare) length = sizeof bare - 1;
  memcpy(bare, name, length);
  bare[length] = '\0';
  for (int i = 0; registry->envs[i]; i++) known[i] = registry->envs[i]->name;
  unknown("environment", bare, known, error);
  return NULL;
}

const CoAlgoType *co_find_algo(const CoRegistry *registry, const char *name, CoError *error) {
  const CoAlgoType *type = find_algo(registry, name);
  if (type) return type;
  const char *known[CO_REGISTRY_MOST + 1] = {0};
  for (int i = 0; registry->algos[i]; i++) known[i] = registry->algos[i]->name;
  unknown("algorithm", name, known, error);
  return NULL;
}

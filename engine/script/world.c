// A script opened with its params: the spec and the state's fields, as its table declares them.
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "env.h"

static bool flag(lua_State *lua, int table, const char *name) {
  lua_getfield(lua, table, name);
  bool found = lua_toboolean(lua, -1);
  lua_pop(lua, 1);
  return found;
}

static double number(lua_State *lua, int table, const char *name) {
  lua_getfield(lua, table, name);
  double found = lua_tonumber(lua, -1);
  lua_pop(lua, 1);
  return found;
}

static int whole(lua_State *lua, int table, const char *name) {
  return (int)number(lua, table, name);
}

static char *text(CoScriptWorld *world, lua_State *lua, int table, const char *name) {
  lua_getfield(lua, table, name);
  char *copy = co_keep_text(&world->keep, lua_isstring(lua, -1) ? lua_tostring(lua, -1) : "");
  lua_pop(lua, 1);
  return copy;
}

// The items of the list on top of the stack.
static int length(lua_State *lua) {
  for (int count = 0;; count++) {
    lua_rawgeti(lua, -1, count + 1);
    bool end = lua_isnil(lua, -1);
    lua_pop(lua, 1);
    if (end) return count;
  }
}

static float bounded(double x) {
  return x > FLT_MAX ? FLT_MAX : x < -FLT_MAX ? -FLT_MAX : (float)x;
}

// table[name], a list of numbers.
static float *floats(CoScriptWorld *world, lua_State *lua, int table, const char *name) {
  lua_getfield(lua, table, name);
  int count = lua_istable(lua, -1) ? length(lua) : 0;
  float *list = co_keep(&world->keep, (size_t)count + 1, sizeof *list);
  for (int i = 0; list && i < count; i++) {
    lua_rawgeti(lua, -1, i + 1);
    list[i] = bounded(lua_tonumber(lua, -1));
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  return list;
}

// table[name], a list of strings, with NULL behind them; *count may be NULL.
static const char **texts(CoScriptWorld *world, lua_State *lua, int table, const char *name, int *count) {
  lua_getfield(lua, table, name);
  int items = length(lua);
  const char **list = co_keep(&world->keep, (size_t)items + 1, sizeof *list);
  for (int i = 0; list && i < items; i++) {
    lua_rawgeti(lua, -1, i + 1);
    list[i] = co_keep_text(&world->keep, lua_tostring(lua, -1));
    lua_pop(lua, 1);
    if (!list[i]) list = NULL;
  }
  lua_pop(lua, 1);
  if (count) *count = items;
  return list;
}

static bool read_seats(CoScriptWorld *world, lua_State *lua, int d) {
  CoSpec *spec = &world->spec;
  spec->agents = whole(lua, d, "agents");
  spec->team_names = texts(world, lua, d, "team_names", &spec->teams);
  int *team = co_keep(&world->keep, (size_t)spec->agents, sizeof *team);
  int *kind = co_keep(&world->keep, (size_t)spec->agents, sizeof *kind);
  if (!spec->team_names || !team || !kind) return false;
  spec->team = team;
  spec->kind = kind;
  lua_getfield(lua, d, "teams");
  for (int t = 0, agent = 0; t < spec->teams; t++) {
    lua_rawgeti(lua, -1, t + 1);
    for (int last = whole(lua, lua_gettop(lua), "last"); agent < last; agent++) team[agent] = t;
    lua_pop(lua, 1);
  }
  lua_getfield(lua, d, "kinds");
  for (int i = 0; i < spec->agents; i++) {
    lua_rawgeti(lua, -1, i + 1);
    kind[i] = (int)lua_tonumber(lua, -1) - 1;
    lua_pop(lua, 1);
  }
  lua_getfield(lua, d, "payoff");
  char payoff = lua_tostring(lua, -1)[0]; // own, shared, zero_sum
  spec->payoff = payoff == 'z' ? CO_PAYOFF_ZERO_SUM : payoff == 's' ? CO_PAYOFF_SHARED : CO_PAYOFF_PRIVATE;
  lua_pop(lua, 3);
  return true;
}

static bool read_sizes(CoScriptWorld *world, lua_State *lua, int d) {
  CoSpec *spec = &world->spec;
  spec->actions = whole(lua, d, "actions");
  spec->action_size = whole(lua, d, "action_size");
  spec->obs_size = whole(lua, d, "observation");
  spec->obs_low = bounded(number(lua, d, "obs_low"));
  spec->obs_high = bounded(number(lua, d, "obs_high"));
  spec->global_size = whole(lua, d, "global_size");
  spec->privileged_size = whole(lua, d, "privileged_size");
  spec->states = whole(lua, d, "states");
  spec->episode_limit = whole(lua, d, "episode_limit");
  lua_getfield(lua, d, "perfect_recall");
  spec->perfect_recall = lua_toboolean(lua, -1);
  lua_pop(lua, 1);
  float *shape = floats(world, lua, d, "shape");
  for (int i = 0; shape && i < 3; i++) spec->obs_shape[i] = (int)shape[i];
  spec->low = floats(world, lua, d, "low");
  spec->high = floats(world, lua, d, "high");
  return shape && spec->low && spec->high;
}

static bool read_keys(CoScriptWorld *world, lua_State *lua, int d) {
  lua_getfield(lua, d, "keys");
  int count = length(lua);
  CoKey *keys = co_keep(&world->keep, (size_t)count + 1, sizeof *keys);
  for (int i = 0; keys && i < count; i++) {
    lua_rawgeti(lua, -1, i + 1);
    int row = lua_gettop(lua);
    const char *key = text(world, lua, row, "key");
    const float *values = world->spec.actions ? NULL : floats(world, lua, row, "values");
    keys[i] = (CoKey){key, world->spec.actions ? whole(lua, row, "action") - 1 : 0, values};
    lua_pop(lua, 1);
    if (!key) keys = NULL;
  }
  lua_pop(lua, 1);
  if (count > 0) world->spec.keys = keys;
  return keys != NULL;
}

static bool read_names(CoScriptWorld *world, lua_State *lua, int d) {
  CoSpec *spec = &world->spec;
  spec->infos = texts(world, lua, d, "infos", &world->infos);
  if (!spec->infos) return false;
  if (world->infos == 0) spec->infos = NULL;
  if (!flag(lua, d, "named")) return true;
  spec->action_names = texts(world, lua, d, "names", NULL);
  return spec->action_names != NULL;
}

static void read_block(CoScriptWorld *world, lua_State *lua, int d) {
  lua_getfield(lua, d, "block");
  int table = lua_gettop(lua);
  CoScriptBlock *block = &world->block;
  block->mover = whole(lua, table, "mover");
  block->index = whole(lua, table, "index");
  block->flags = whole(lua, table, "flags");
  block->alive = whole(lua, table, "alive");
  block->over = whole(lua, table, "over");
  block->bytes = whole(lua, table, "bytes");
  block->fused = whole(lua, table, "fused");
  block->told = whole(lua, table, "told");
  lua_pop(lua, 1);
}

// The declared leaves, then the engine's own fields.
static bool read_fields(CoScriptWorld *world, lua_State *lua, int d) {
  const CoScriptBlock *block = &world->block;
  lua_getfield(lua, d, "layout");
  lua_getfield(lua, -1, "leaves");
  int count = length(lua), made = 0;
  CoStateField *fields = world->fields = co_keep(&world->keep, (size_t)count + 5, sizeof *fields);
  for (int i = 0; fields && i < count; i++) {
    lua_rawgeti(lua, -1, i + 1);
    int leaf = lua_gettop(lua);
    size_t at = (size_t)whole(lua, leaf, "at");
    lua_getfield(lua, leaf, "kind");
    bool real = lua_tostring(lua, -1)[0] == 'n'; // number, boolean
    const char *name = text(world, lua, leaf, "name");
    if (!name) return false;
    fields[made++] =
        (CoStateField){name, real ? CO_STATE_F64 : CO_STATE_U8, real ? sizeof(double) * at : (size_t)block->flags + at,
                       whole(lua, leaf, "count"), real ? sizeof(double) : 1};
    lua_pop(lua, 2);
  }
  lua_pop(lua, 2);
  if (!fields) return false;
  int agents = world->spec.agents;
  if (block->index > block->mover)
    fields[made++] = (CoStateField){"cohort.mover", CO_STATE_I32, (size_t)block->mover, 1, sizeof(int32_t)};
  if (block->flags > block->index)
    fields[made++] = (CoStateField){"cohort.index", CO_STATE_I32, (size_t)block->index, agents, sizeof(int32_t)};
  if (block->over > block->alive)
    fields[made++] = (CoStateField){"cohort.alive", CO_STATE_U8, (size_t)block->alive, agents, 1};
  fields[made++] = (CoStateField){"cohort.over", CO_STATE_U8, (size_t)block->over, 1, 1};
  return true;
}

// The description on top of the stack.
static bool read_world(lua_State *lua, void *user, CoError *error) {
  CoScriptWorld *world = user;
  int d = lua_gettop(lua);
  read_block(world, lua, d);
  bool done = read_seats(world, lua, d) && read_sizes(world, lua, d) && read_keys(world, lua, d) &&
              read_names(world, lua, d) && read_fields(world, lua, d);
  return done || co_fail(error, "%s: out of memory", world->env->files[0].name);
}

static bool read_defaults(CoScriptWorld *world, CoError *error) {
  CoWorker *worker = co_worker_open(world->env, world, world->config, error);
  world->defaults = co_keep(&world->keep, (size_t)world->block.bytes, 1);
  bool done = worker && world->defaults && co_worker_store(worker, world->defaults, error);
  co_worker_close(worker);
  return done;
}

static bool open_world(CoScriptWorld *world, const void *config, CoError *error) {
  const CoScriptEnv *env = world->env;
  size_t bytes = env->type.settings.bytes;
  world->config = co_keep(&world->keep, bytes, 1);
  if (!world->config) return co_fail(error, "%s: out of memory", env->files[0].name);
  memcpy(world->config, config, bytes);
  CoWorker *worker = co_worker_open(env, NULL, NULL, error);
  bool done = worker && co_worker_declare(worker, world->config, false, error) &&
              co_worker_read(worker, read_world, world, error);
  co_worker_close(worker);
  return done && read_defaults(world, error);
}

void *co_script_open(const CoEnvType *type, const void *config, CoError *error) {
  CoScriptWorld *world = calloc(1, sizeof *world);
  if (!world) {
    co_fail(error, "%s: out of memory", type->name);
    return NULL;
  }
  world->env = type->data;
  if (open_world(world, config, error)) return world;
  co_script_close(world);
  return NULL;
}

void co_script_close(void *self) {
  CoScriptWorld *world = self;
  co_keep_free(&world->keep);
  free(world);
}

void co_script_describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  const CoScriptWorld *world = self;
  *spec = world->spec;
  *state_bytes = (size_t)world->block.bytes;
  *fields = world->fields;
}

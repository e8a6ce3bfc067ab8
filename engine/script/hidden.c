// State outside the declared one: locals that play changes, hooks that may only look, one Lua state against four.
#include <assert.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "env.h"
#include "lexer.h"

enum { STATES = 4 };

// (function, place) to name and value; nothing behind the last.
static int upvalue(lua_State *lua) {
  const char *name = lua_iscfunction(lua, 1) ? NULL : lua_getupvalue(lua, 1, (int)lua_tointeger(lua, 2));
  if (!name) return 0;
  lua_pushstring(lua, name);
  lua_insert(lua, -2);
  return 2;
}

// The last line up to `last` on which the text says `local name` or `local function name`; 0 without any.
static int declaration(const CoScriptFile *file, const char *name, int last) {
  CoLexer lexer = co_lexer(file->text, file->bytes);
  int found = 0;
  bool local = false;
  for (co_lexer_next(&lexer); lexer.token.kind != CO_TOKEN_END && lexer.token.line <= last; co_lexer_next(&lexer)) {
    const CoToken *token = &lexer.token;
    if (local && co_token_is(token, CO_TOKEN_NAME, name)) found = token->line;
    bool listed = token->kind == CO_TOKEN_NAME || co_lexer_symbol(&lexer, ",");
    local = co_token_is(token, CO_TOKEN_NAME, "local") || (local && listed);
  }
  return found;
}

// (function, name of a local that it uses) to "my_env.lua:3: "; nil for functions that are not the script's.
static int declared(lua_State *lua) {
  const CoScriptEnv *env = co_worker_of(lua)->env;
  lua_Debug at;
  lua_pushvalue(lua, 1);
  lua_getinfo(lua, ">S", &at);
  for (int i = 0; i < env->count; i++) {
    if (strcmp(env->files[i].name, at.short_src) != 0) continue;
    int line = declaration(&env->files[i], lua_tostring(lua, 2), at.linedefined);
    lua_pushfstring(lua, "%s:%d: ", at.short_src, line ? line : at.linedefined);
    return 1;
  }
  return 0;
}

void co_host_equip_hidden(lua_State *lua) {
  static const CoHostFunction functions[] = {{"upvalue", upvalue}, {"declared", declared}, {NULL, NULL}};
  co_host_add(lua, functions);
}

// Random play of the same copies by Lua states of their own and by one that has them all in turn.
typedef struct Search {
  const CoWorld *world;
  CoEnv *alone[STATES];
  CoWorker *shared;
  unsigned char *block, *mask; // [state_bytes], [actions]
  unsigned char *moments;      // [STATES][co_env_size] the copies of `shared`
  CoRng rng;                   // of the players
  int *discrete;               // [agents]
  float *continuous;           // [agents][action_size]
  float *rewards, *info;       // [agents], [infos]
  float *obs;                  // the largest of obs_size, privileged_size, global_size
  bool told_looking, told_states;
  void (*report)(void *user, const char *sentence);
  void *user;
} Search;

static void tell(const Search *search, bool *told, const char *problem) {
  char sentence[256];
  snprintf(sentence, sizeof sentence, "%s: %s", search->shared->env->files[0].name, problem);
  if (!*told) search->report(search->user, sentence);
  *told = true;
}

static CoMoment *moment_of(const Search *search, int copy) {
  return (CoMoment *)(void *)(search->moments + (size_t)copy * co_env_size(search->world));
}

static bool choose(Search *search, const void *state, CoError *error) {
  const CoSpec *spec = co_world_spec(search->world);
  for (int agent = 0; agent < spec->agents; agent++) {
    if (spec->actions) {
      if (!co_world_available(search->world, search->shared, state, agent, search->mask, error)) return false;
      search->discrete[agent] = co_rng_choose(&search->rng, search->mask, spec->actions);
    }
    for (int i = 0; i < spec->action_size; i++)
      search->continuous[agent * spec->action_size + i] =
          (float)co_rng_uniform(&search->rng, (double)spec->low[i], (double)spec->high[i]);
  }
  return true;
}

// Whether self still holds the state after the hooks that may only look at it.
static bool look(Search *search, const void *state, CoError *error) {
  const CoWorld *world = search->world;
  const CoSpec *spec = co_world_spec(world);
  for (int agent = 0; agent < spec->agents; agent++) {
    if (!co_world_observe(world, search->shared, state, agent, search->obs, error)) return false;
    if (spec->privileged_size && !co_world_privileged(world, search->shared, state, agent, search->obs, error))
      return false;
  }
  for (int team = 0; spec->global_size && team < spec->teams; team++)
    if (!co_world_global(world, search->shared, state, team, search->obs, error)) return false;
  if (!co_worker_load(search->shared, state, error) || !co_worker_store(search->shared, search->block, error))
    return false;
  if (memcmp(search->block, state, co_world_state_bytes(world)) != 0)
    tell(search, &search->told_looking, "a hook that may only look changes the state: only reset and step may");
  return true;
}

static bool compare(Search *search, int copy) {
  size_t bytes = co_world_state_bytes(search->world);
  if (memcmp(moment_of(search, copy) + 1, co_env_state(search->alone[copy]), bytes) == 0) return true;
  tell(search, &search->told_states,
       "plays differently in one Lua state than in four: something outside the declared "
       "state decides");
  memcpy(moment_of(search, copy), co_env_bytes(search->alone[copy]), co_env_size(search->world));
  return false;
}

static bool begin(Search *search, int copy, CoError *error) {
  const CoWorld *world = search->world;
  CoMoment *moment = moment_of(search, copy);
  memcpy(moment, co_env_bytes(search->alone[copy]), co_env_size(world)); // the stream as it is
  if (!co_env_reset(search->alone[copy], error)) return false;
  if (!co_world_type(world)->reset(co_world_self(world), search->shared, moment + 1, &moment->rng, error)) return false;
  compare(search, copy);
  return true;
}

static bool step(Search *search, int copy, CoError *error) {
  const CoWorld *world = search->world;
  const CoSpec *spec = co_world_spec(world);
  CoMoment *moment = moment_of(search, copy);
  if (!choose(search, moment + 1, error) || !look(search, moment + 1, error)) return false;
  const CoActions actions = {spec->actions ? search->discrete : NULL, spec->actions ? NULL : search->continuous};
  CoOutcome outcome = {search->rewards, search->info, false};
  memset(search->rewards, 0, (size_t)spec->agents * sizeof(float));
  if (!co_world_type(world)->step(co_world_self(world), search->shared, moment + 1, &actions, &moment->rng, &outcome,
                                  error) ||
      !co_env_step(search->alone[copy], &actions, error))
    return false;
  compare(search, copy);
  return co_env_ending(search->alone[copy]) == CO_PLAYING || begin(search, copy, error);
}

static bool remember(Search *search, CoError *error) {
  lua_pushvalue(search->shared->sandbox.lua, CO_SLOT_HIDDEN);
  return co_worker_call(search->shared, NULL, 0, 0, error);
}

static bool tell_changes(Search *search, CoError *error) {
  lua_State *lua = search->shared->sandbox.lua;
  for (int place = 1;; place++) {
    lua_pushvalue(lua, CO_SLOT_HIDDEN);
    lua_pushinteger(lua, place);
    if (!co_worker_call(search->shared, NULL, 1, 1, error)) return false;
    bool found = lua_isstring(lua, -1);
    if (found) search->report(search->user, lua_tostring(lua, -1));
    lua_pop(lua, 1);
    if (!found) return true;
  }
}

static bool prepare(Search *search, const CoScriptEnv *env, uint64_t seed, CoKeep *keep, CoError *error) {
  const CoSpec *spec = co_world_spec(search->world);
  const CoScriptWorld *self = co_world_self(search->world);
  size_t agents = (size_t)spec->agents, wide = (size_t)(spec->obs_size + spec->global_size + spec->privileged_size);
  search->rng = co_rng(seed, "hidden", 0);
  search->block = co_keep(keep, co_world_state_bytes(search->world), 1);
  search->mask = co_keep(keep, (size_t)spec->actions + 1, 1);
  search->moments = co_keep(keep, STATES, co_env_size(search->world));
  search->discrete = co_keep(keep, agents, sizeof(int));
  search->continuous = co_keep(keep, agents * (size_t)spec->action_size + 1, sizeof(float));
  search->rewards = co_keep(keep, agents, sizeof(float));
  search->info = co_keep(keep, (size_t)self->infos + 1, sizeof(float));
  search->obs = co_keep(keep, wide, sizeof(float));
  if (!search->block || !search->mask || !search->moments || !search->discrete || !search->continuous ||
      !search->rewards || !search->info || !search->obs)
    return co_fail(error, "%s: out of memory", env->files[0].name);
  for (int i = 0; i < STATES; i++)
    if (!(search->alone[i] = co_env_create(search->world, seed + (uint64_t)i, error))) return false;
  search->shared = co_worker_open(env, self, self->config, error);
  return search->shared != NULL;
}

static bool play(Search *search, int steps, CoError *error) {
  if (!remember(search, error)) return false;
  for (int i = 0; i < STATES; i++)
    if (!begin(search, i, error)) return false;
  for (int i = 0; i < steps; i++)
    if (!step(search, i % STATES, error)) return false;
  return tell_changes(search, error);
}

bool co_script_env_hidden(const CoScriptEnv *env, const CoWorld *world, uint64_t seed, int steps,
                          void (*report)(void *user, const char *sentence), void *user, CoError *error) {
  assert(((const CoScriptWorld *)co_world_self(world))->env == env);
  Search search = {.world = world, .report = report, .user = user};
  CoKeep keep = {0};
  bool done = prepare(&search, env, seed, &keep, error) && play(&search, steps, error);
  for (int i = 0; i < STATES; i++) co_env_destroy(search.alone[i]);
  co_worker_close(search.shared);
  co_keep_free(&keep);
  return done;
}

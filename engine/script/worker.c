// A Lua state with an environment's script in it: its libraries, the room's own Lua, the script, its hooks.
#include <assert.h>
#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "env.h"
#include "texts.h"
#if LUA_VERSION_NUM == 501
#include <luajit.h>
#endif

// In strict mode a call into the script may take this many steps, of which a large string makes each more.
#define STRICT_STEPS 60000000
#define STRICT_UNIT 256
#define STRICT_BLOCK ((size_t)1 << 20)
#define STRICT_MEMORY ((size_t)64 << 20) // little enough to be searched for garbage within a moment

#define LOAD_STEPS 200000000 // until a script has returned its table, in every mode

enum { ROOM = 1, HOST = 2 }; // places on the stack while the libraries are opened

static void run_text(lua_State *lua, const char *text) {
  if (luaL_loadbuffer(lua, text, strlen(text), "=[cohort]") != 0) lua_error(lua);
  lua_pushvalue(lua, ROOM);
  lua_pushvalue(lua, HOST);
  lua_call(lua, 2, 0);
}

// Steps are counted and the compiler, which would not count, rests; or as the mode has it.
static void count_all(CoWorker *worker, bool all) {
  if (worker->env->limits.strict) {
    co_sandbox_count(&worker->sandbox, STRICT_STEPS, STRICT_UNIT, "takes too many steps for strict mode");
    return;
  }
#if LUA_VERSION_NUM == 501
  luaJIT_setmode(worker->sandbox.lua, 0, LUAJIT_MODE_ENGINE | (all ? LUAJIT_MODE_OFF : LUAJIT_MODE_ON));
#endif
  if (all)
    co_sandbox_count(&worker->sandbox, LOAD_STEPS, CO_SCRIPT_MEMORY, "takes too many steps to return its table");
  else
    co_sandbox_count(&worker->sandbox, 0, 1, "");
}

#if LUA_VERSION_NUM == 501
// The compiler works once its library is opened.
static void open_pointers(lua_State *lua, CoWorker *worker) {
  lua_pushcfunction(lua, luaopen_jit);
  lua_call(lua, 0, 0);
  lua_pushcfunction(lua, luaopen_ffi);
  lua_call(lua, 0, 1);
  lua_setfield(lua, HOST, "ffi");
  lua_pushlightuserdata(lua, &worker->call);
  lua_setfield(lua, HOST, "call");
  lua_getglobal(lua, LUA_JITLIBNAME);
  lua_getfield(lua, -1, "opt");
  lua_getfield(lua, -1, "start");
  lua_setfield(lua, HOST, "optimise");
  lua_pop(lua, 2);
  run_text(lua, co_text_pointers);
}

static void set_globals(lua_State *lua) {
  lua_replace(lua, LUA_GLOBALSINDEX);
}
#else
static void open_pointers(lua_State *lua, CoWorker *worker) {
  (void)lua;
  (void)worker;
}

static void set_globals(lua_State *lua) {
  lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}
#endif

static void open_libraries(lua_State *lua) {
  co_sandbox_library(lua, "", luaopen_base);
  co_sandbox_library(lua, LUA_MATHLIBNAME, luaopen_math);
  co_sandbox_library(lua, LUA_STRLIBNAME, luaopen_string);
  co_sandbox_library(lua, LUA_TABLIBNAME, luaopen_table);
#if LUA_VERSION_NUM == 501
  co_sandbox_library(lua, LUA_BITLIBNAME, luaopen_bit);
#endif
}

static void set_facts(lua_State *lua, const CoWorker *worker) {
  lua_pushstring(lua, worker->env->files[0].name);
  lua_setfield(lua, ROOM, "file");
  lua_pushboolean(lua, worker->fast);
  lua_setfield(lua, ROOM, "fast");
}

// Lua's entry: leaves the table R behind, and Lua's globals are the script's.
static int boot(lua_State *lua) {
  static const char *const texts[] = {co_text_language,
                                      co_text_random,
                                      co_text_geometry,
                                      co_text_declare,
                                      co_text_layout,
                                      co_text_state,
                                      co_text_sync,
                                      co_text_play,
                                      co_text_trial,
                                      co_text_hidden,
                                      NULL};
  CoWorker *worker = lua_touserdata(lua, 1);
  lua_settop(lua, 0);
  lua_newtable(lua);
  lua_newtable(lua);
  open_libraries(lua);
  set_facts(lua, worker);
  lua_pushvalue(lua, HOST);
  co_host_equip(lua);
  co_host_equip_random(lua);
  co_host_equip_play(lua);
  co_host_equip_canvas(lua);
  co_host_equip_error(lua);
  co_host_equip_trial(lua);
  co_host_equip_hidden(lua);
  lua_pop(lua, 1);
  if (worker->fast) open_pointers(lua, worker);
  for (int i = 0; texts[i]; i++) run_text(lua, texts[i]);
  lua_getfield(lua, ROOM, "globals");
  lua_call(lua, 0, 1);
  set_globals(lua);
  lua_settop(lua, ROOM);
  return 1;
}

// Lua's entry: (R, config or NULL, brief) to the description.
static int declare(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  const unsigned char *config = lua_touserdata(lua, 2);
  lua_getfield(lua, 1, "open");
  lua_pushstring(lua, worker->env->stem);
  lua_newtable(lua);
  const CoSettings *settings = &worker->env->type.settings;
  for (const CoField *field = config ? settings->fields : NULL; field && field->name; field++) {
    int choice = 0;
    if (field->type == CO_FIELD_BOOL) {
      lua_pushboolean(lua, *(const bool *)(config + field->offset));
    } else if (field->type == CO_FIELD_NUMBER) {
      lua_pushnumber(lua, *(const double *)(const void *)(config + field->offset));
    } else {
      memcpy(&choice, config + field->offset, sizeof choice);
      lua_pushinteger(lua, choice);
    }
    lua_setfield(lua, -2, field->name);
  }
  lua_pushvalue(lua, 3);
  lua_call(lua, 3, 1);
  return 1;
}

bool co_worker_declare(CoWorker *worker, const void *config, bool brief, CoError *error) {
  lua_State *lua = worker->sandbox.lua;
  lua_pushcfunction(lua, declare);
  lua_pushvalue(lua, CO_SLOT_HANDLER + 1); // R, while the slots are empty
  lua_pushlightuserdata(lua, (void *)(uintptr_t)config);
  lua_pushboolean(lua, brief);
  count_all(worker, true);
  bool done = co_worker_call(worker, NULL, 3, 1, error);
  count_all(worker, false);
  return done;
}

static void begin(CoWorker *worker, const char *hook) {
  worker->hook = hook;
  worker->sandbox.steps = 0;
  worker->sandbox.lifted = false;
  if (worker->beat < 0) return;
  CoBeat *beat = &worker->env->beats[worker->beat];
  uint64_t calls = atomic_load_explicit(&beat->calls, memory_order_relaxed); // nobody else writes it
  atomic_store_explicit(&beat->calls, calls + 1, memory_order_relaxed);
  atomic_store_explicit(&beat->hook, hook ? hook : "tests", memory_order_relaxed);
}

static void finish(CoWorker *worker) {
  worker->hook = NULL;
  worker->sandbox.lifted = true;
  if (worker->beat < 0) return;
  CoBeat *beat = &worker->env->beats[worker->beat];
  atomic_store_explicit(&beat->taken, worker->sandbox.taken, memory_order_relaxed);
  atomic_store_explicit(&beat->hook, NULL, memory_order_relaxed);
}

static bool names_file(const CoScriptEnv *env, const char *text) {
  for (int i = 0; i < env->count; i++)
    if (strncmp(text, env->files[i].name, strlen(env->files[i].name)) == 0) return true;
  return false;
}

static bool fail(CoWorker *worker, const char *hook, CoError *error) {
  lua_State *lua = worker->sandbox.lua;
  const char *text = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "stopped with an error of no text";
  const char *file = worker->env->files[0].name;
  if (worker->sandbox.full && strstr(text, "not enough memory"))
    co_fail(error, "%s: %s%sneeds too much memory (a script may have %zu MiB, one string or list %zu MiB)", file,
            hook ? hook : "", hook ? ": " : "", worker->sandbox.memory >> 20, worker->sandbox.block >> 20);
  else if (co_sandbox_is_spent(&worker->sandbox) && strstr(text, "not enough memory")) // refused for want of steps
    co_fail(error, "%s: %s%sstopped: %s", file, hook ? hook : "", hook ? ": " : "", worker->sandbox.verdict);
  else if (!names_file(worker->env, text)) // no handler ran
    co_fail(error, "%s: %s%s%s", file, hook ? hook : "", hook ? ": " : "", text);
  else
    co_fail(error, "%s", text);
  worker->sandbox.full = false;
  worker->sandbox.steps = 0;
  worker->fresh = worker->ended = false;
  worker->obs_at = worker->obs_limit = 0;
  worker->untidy = worker->ready;
  lua_pop(lua, 1);
  return false;
}

// What a call that failed has left behind is forgotten.
static void tidy(CoWorker *worker) {
  worker->untidy = false;
  lua_pushvalue(worker->sandbox.lua, CO_SLOT_CLEAR);
  if (lua_pcall(worker->sandbox.lua, 0, 0, 0) != 0) lua_pop(worker->sandbox.lua, 1);
}

bool co_worker_call(CoWorker *worker, const char *hook, int arguments, int results, CoError *error) {
  if (worker->untidy) tidy(worker);
  begin(worker, hook);
  bool done = lua_pcall(worker->sandbox.lua, arguments, results, CO_SLOT_HANDLER) == 0;
  finish(worker);
  return done || fail(worker, hook, error);
}

typedef struct Reading {
  bool (*read)(lua_State *lua, void *user, CoError *error);
  void *user;
  CoError *error;
  bool done;
} Reading;

static int read_protected(lua_State *lua) {
  Reading *reading = lua_touserdata(lua, 2);
  lua_pushvalue(lua, 1);
  reading->done = reading->read(lua, reading->user, reading->error);
  return 0;
}

bool co_worker_read(CoWorker *worker, bool (*read)(lua_State *lua, void *user, CoError *error), void *user,
                    CoError *error) {
  Reading reading = {read, user, error, false};
  lua_State *lua = worker->sandbox.lua;
  lua_pushcfunction(lua, read_protected);
  lua_insert(lua, -2);
  lua_pushlightuserdata(lua, &reading);
  return co_worker_call(worker, NULL, 2, 0, error) && reading.done;
}

// Lua's entry: (R, description) to the functions of the slots, in their order.
static int take(lua_State *lua) {
  static const char *const names[] = {"step",       "observe", "look",     "load",  "reset",   "available", "global",
                                      "privileged", "draw",    "defaults", "clear", "outcome", "trial",     "hidden"};
  lua_getfield(lua, 1, "play");
  lua_pushvalue(lua, 2);
  lua_call(lua, 1, 1);
  int play = lua_gettop(lua);
  for (int i = CO_SLOT_STEP; i <= CO_SLOT_LAST; i++) lua_getfield(lua, play, names[i - CO_SLOT_STEP]);
  return CO_SLOT_LAST - CO_SLOT_STEP + 1;
}

static bool open_script(CoWorker *worker, const void *config, CoError *error) {
  lua_State *lua = worker->sandbox.lua;
  if (!co_worker_declare(worker, config, false, error)) return false;
  lua_pushcfunction(lua, take);
  lua_pushvalue(lua, CO_SLOT_HANDLER + 1);
  lua_pushvalue(lua, -3);
  size_t largest = worker->sandbox.largest; // of the script's; the room's own texts do not count
  if (!co_worker_call(worker, NULL, 2, CO_SLOT_LAST - CO_SLOT_STEP + 1, error)) return false;
  worker->sandbox.largest = largest;
  lua_remove(lua, CO_SLOT_HANDLER + 1); // R
  lua_remove(lua, CO_SLOT_HANDLER + 1); // the description
  worker->ready = true;
  return true;
}

// Takes a pulse that nobody has.
static void enlist(CoWorker *worker) {
  const CoScriptEnv *env = worker->env;
  for (int i = 0; i < CO_SCRIPT_WATCHED && worker->beat < 0; i++)
    if (!atomic_exchange(&env->beats[i].used, true)) worker->beat = i;
  int most = atomic_load(env->workers);
  while (most <= worker->beat && !atomic_compare_exchange_weak(env->workers, &most, worker->beat + 1)) continue;
}

static bool start(CoWorker *worker, CoError *error) {
  const CoScriptEnv *env = worker->env;
  bool strict = env->limits.strict;
  const char *name = env->files[0].name;
  if (!co_sandbox_start(&worker->sandbox, strict ? STRICT_MEMORY : CO_SCRIPT_MEMORY,
                        strict ? STRICT_BLOCK : CO_SCRIPT_MEMORY))
    return co_fail(error, "%s: no memory for Lua", name);
  lua_State *lua = worker->sandbox.lua;
#if LUA_VERSION_NUM > 501
  *(CoWorker **)lua_getextraspace(lua) = worker;
#endif
  worker->fast = LUA_VERSION_NUM == 501 && !strict;
  lua_pushcfunction(lua, co_worker_explain);
  lua_pushcfunction(lua, boot);
  lua_pushlightuserdata(lua, worker);
  bool done = co_worker_call(worker, NULL, 1, 1, error);
  worker->sandbox.largest = 0;
  return done;
}

CoWorker *co_worker_open(const CoScriptEnv *env, const CoScriptWorld *world, const void *config, CoError *error) {
  CoWorker *worker = calloc(1, sizeof *worker);
  if (!worker) {
    co_fail(error, "%s: no memory for Lua", env->files[0].name);
    return NULL;
  }
  *worker = (CoWorker){.env = env, .world = world, .beat = -1};
  bool done = start(worker, error);
  if (done && world) {
    size_t bytes = sizeof(CoMoment) + (size_t)world->block.bytes;
    worker->shadow = calloc(1, bytes);
    worker->earned = calloc((size_t)world->spec.agents, sizeof(double));
    worker->informed = calloc((size_t)world->infos + 1, sizeof(double));
    worker->info = calloc((size_t)world->infos + 1, sizeof(float));
    done = worker->shadow && worker->earned && worker->informed && worker->info && open_script(worker, config, error);
    enlist(worker);
  }
  if (done) return worker;
  co_worker_close(worker);
  return NULL;
}

void co_worker_close(CoWorker *worker) {
  if (!worker) return;
  if (worker->sandbox.lua) co_sandbox_close(&worker->sandbox);
  if (worker->beat >= 0) atomic_store(&worker->env->beats[worker->beat].used, false);
  free(worker->shadow);
  free(worker->earned);
  free(worker->informed);
  free(worker->info);
  free(worker);
}

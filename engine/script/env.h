// Private to the room: a script, the worlds opened of it, and the Lua states ("workers") in which it runs.
#ifndef COHORT_SCRIPT_ENV_PRIVATE_H
#define COHORT_SCRIPT_ENV_PRIVATE_H

#include <lua.h>
#include <stdatomic.h>

#include "cohort/script_env.h"
#include "keep.h"
#include "lines.h"
#include "sandbox.h"

#define CO_SCRIPT_MEMORY ((size_t)256 << 20) // bytes of one Lua state
// The sentence of an error when self cannot be stored: the handler finds out which field, and why.
#define CO_UNSTORABLE "the state cannot be stored"
#define CO_SCRIPT_WATCHED 256 // workers whose pulse is kept

typedef struct CoBeat {
  atomic_bool used;
  _Atomic uint64_t calls, taken; // taken: bytes of memory
  const char *_Atomic hook;
} CoBeat;

struct CoScriptEnv {
  CoKeep keep;
  CoScriptFile *files; // [count]
  int count;
  char *stem;   // the first file's name without ".lua"
  char **infos; // [infos] names that calls of out:info spell out
  int infos_count;
  CoLines lines; // of the first file's table
  CoScriptLimits limits;
  CoEnvType type;
  CoBeat *beats; // [CO_SCRIPT_WATCHED]
  atomic_int *workers;
};

// Where the engine's own fields lie in a state, in bytes.
typedef struct CoScriptBlock {
  int numbers, booleans;
  int mover, index, flags, alive, over, bytes;
  int fused; // numbers, from the first, that go with the call that begins or ends a step (plain dialect)
  int told;  // actions that go with the one that begins it
} CoScriptBlock;

typedef struct CoScriptWorld {
  CoKeep keep;
  const CoScriptEnv *env;
  CoSpec spec;
  CoStateField *fields;
  CoScriptBlock block;
  int infos; // names in spec.infos
  unsigned char *config;
  unsigned char *defaults; // [block.bytes] the declared values
} CoScriptWorld;

// What Lua sees of a call; lua/pointers.lua repeats it.
typedef struct CoCall {
  CoRng rng;
  unsigned char *moments;
  const uint8_t *running;
  const int *discrete;
  const float *continuous;
  float *rewards, *info;
  uint8_t *terminated;
  float *obs;
  int32_t count, stride, first; // first: agent, from 1
} CoCall;

// A Lua state with the script in it, for one thread.
typedef struct CoWorker {
  CoSandbox sandbox;
  const CoScriptEnv *env;
  const CoScriptWorld *world; // NULL while the script is being read
  CoCall call;
  const char *hook;      // what runs
  int beat;              // place among env->beats, -1 for none
  bool fast;             // through pointers, with LuaJIT's compiler
  bool ready, untidy;    // the slots are filled; a call has failed half-way
  bool fresh;            // self holds what shadow holds
  unsigned char *shadow; // [CoMoment, state] of one copy, for the hooks of one state
  // The plain dialect's: the current copy's block, and where obs:put writes.
  unsigned char *at;
  int copy, obs_at, obs_start, obs_limit;
  uint8_t *mask;
  CoCanvas *canvas;
  double *earned, *informed; // [agents], [infos] of the step that runs
  bool ended, drawing;       // out:terminate was called; rng draws from the stream
  bool stepping;             // out is open
  float *info;               // [infos] that nobody asks for
} CoWorker;

// The functions that a worker keeps at these places of its Lua stack.
enum {
  CO_SLOT_HANDLER = 1,
  CO_SLOT_STEP,
  CO_SLOT_OBSERVE,
  CO_SLOT_LOOK,
  CO_SLOT_LOAD,
  CO_SLOT_RESET,
  CO_SLOT_AVAILABLE,
  CO_SLOT_GLOBAL,
  CO_SLOT_PRIVILEGED,
  CO_SLOT_DRAW,
  CO_SLOT_DEFAULTS,
  CO_SLOT_CLEAR,
  CO_SLOT_OUTCOME,
  CO_SLOT_TRIAL,
  CO_SLOT_HIDDEN,
  CO_SLOT_LAST = CO_SLOT_HIDDEN
};

// worker.c
CoWorker *co_worker_open(const CoScriptEnv *env, const CoScriptWorld *world, const void *config, CoError *error);
void co_worker_close(CoWorker *worker);
// Calls what lies above `arguments` values on the stack; results are left there. False with a sentence.
bool co_worker_call(CoWorker *worker, const char *hook, int arguments, int results, CoError *error);
// The description that the script's table gives (declare.lua), left on the stack.
bool co_worker_declare(CoWorker *worker, const void *config, bool brief, CoError *error);
// Runs `read` with the value on top of the stack where errors of Lua are caught; pops the value.
bool co_worker_read(CoWorker *worker, bool (*read)(lua_State *lua, void *user, CoError *error), void *user,
                    CoError *error);
// Inside a function of the host.
static inline CoWorker *co_worker_of(lua_State *lua) {
#if LUA_VERSION_NUM > 501
  return *(CoWorker **)lua_getextraspace(lua);
#else
  void *worker;
  lua_getallocf(lua, &worker); // the sandbox, which comes first
  return worker;
#endif
}

// worker_error.c
int co_worker_explain(lua_State *lua); // the message handler
void co_host_equip_error(lua_State *lua);
// worker_host.c, worker_random.c, worker_play.c, worker_canvas.c, trial.c, hidden.c: functions for Lua, put into the
// table on top of the stack
void co_host_equip(lua_State *lua);
void co_host_equip_random(lua_State *lua);
void co_host_equip_play(lua_State *lua);
void co_host_equip_canvas(lua_State *lua);
void co_host_equip_trial(lua_State *lua);
void co_host_equip_hidden(lua_State *lua);
typedef struct CoHostFunction {
  const char *name;
  lua_CFunction function;
} CoHostFunction;
void co_host_add(lua_State *lua, const CoHostFunction *functions);

// files.c
bool co_script_files_load(CoScriptEnv *env, const char *path, CoError *error);
bool co_script_files_copy(CoScriptEnv *env, const CoScriptFile *files, int count, CoError *error);
bool co_script_files_scan(CoScriptEnv *env, CoError *error); // language, and the names that calls of out:info spell out
const CoScriptFile *co_script_file(const CoScriptEnv *env, const char *module); // by the name that require gives
// dialect.c
bool co_script_dialect(const CoScriptFile *file, CoError *error);
// type.c
bool co_script_type_build(CoScriptEnv *env, lua_State *lua, CoError *error); // from the description on the stack
// world.c
void *co_script_open(const CoEnvType *type, const void *config, CoError *error);
void co_script_close(void *self);
void co_script_describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields);
// hooks.c
extern const CoEnvType co_script_hooks;                                       // all of them
void co_worker_aim(CoWorker *worker);                                         // calls are about the shadow alone
bool co_worker_load(CoWorker *worker, const void *state, CoError *error);     // into self
bool co_worker_store(CoWorker *worker, unsigned char *block, CoError *error); // what self holds; at first, the declared

#endif

// The sandbox: Lua's allocator wrapped in a limit, a hook that counts, and libraries pruned to what data needs.
#include "sandbox.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#define HOOK_STEPS 1000 // instructions between two looks at the count
#define STEP_BYTES 16   // of memory asked for
#define LACK_BYTES 8    // of memory in use, which Lua 5.4 searches for what it can free before it gives up

#if LUA_VERSION_NUM == 501
#define lua_rawlen lua_objlen
#endif

// Only growth is refused: Lua relies on being able to shrink and free.
static void *allocate(void *user, void *block, size_t old_bytes, size_t bytes) {
  CoSandbox *sandbox = user;
  size_t held = block ? old_bytes : 0; // without a block Lua 5.4 passes a type there
  bool lack = bytes > sandbox->block || bytes - held + sandbox->used > sandbox->memory;
  bool late = sandbox->steps / 2 > sandbox->most && sandbox->most > 0; // the hook, which can say where, would have come
  if (bytes > held && !sandbox->lifted && (lack || late)) {
    sandbox->full |= lack;
    sandbox->steps += (long long)(sandbox->used / LACK_BYTES);
    return NULL;
  }
  void *result = sandbox->alloc(sandbox->user, block, old_bytes, bytes);
  if (!result && bytes > 0) return NULL;
  sandbox->used = sandbox->used + bytes - held;
  if (bytes > held) sandbox->taken += bytes - held, sandbox->steps += (long long)((bytes - held) / STEP_BYTES);
  if (bytes > sandbox->largest) sandbox->largest = bytes;
  return result;
}

static CoSandbox *sandbox_of(lua_State *lua) {
  void *user;
  lua_getallocf(lua, &user);
  return user;
}

static void count_steps(lua_State *lua, lua_Debug *where) {
  CoSandbox *sandbox = sandbox_of(lua);
  sandbox->steps += HOOK_STEPS * (long long)(1 + sandbox->largest / sandbox->unit);
  if (!co_sandbox_is_spent(sandbox)) return;
  sandbox->lifted = true;        // for the sentence
  lua_getinfo(lua, "Sl", where); // luaL_error would name the caller of the function that runs
  lua_pushfstring(lua, "%s:%d: stopped: %s", where->short_src, where->currentline, sandbox->verdict);
  lua_error(lua);
}

void co_sandbox_charge(lua_State *lua, double steps) {
  CoSandbox *sandbox = sandbox_of(lua);
  double left = (double)(sandbox->most - sandbox->steps);
  if (sandbox->most > 0) sandbox->steps += (long long)(steps < left ? steps : left);
  if (!co_sandbox_is_spent(sandbox)) return;
  sandbox->lifted = true;
  luaL_error(lua, "stopped: %s", sandbox->verdict);
}

// Lua's own takes time in proportion to the list when it inserts elsewhere: too slow a step for a counter of steps.
static int insert(lua_State *lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  luaL_argcheck(lua, lua_gettop(lua) == 2, 2, "only insert(list, value) is available");
  lua_rawseti(lua, 1, (int)lua_rawlen(lua, 1) + 1);
  return 0;
}

int co_sandbox_repeat(lua_State *lua) {
  size_t bytes;
  const char *text = luaL_checklstring(lua, 1, &bytes);
  double count = luaL_checknumber(lua, 2);
  luaL_argcheck(lua, lua_gettop(lua) == 2, 3, "only rep(text, count) is available");
  if (bytes == 0 || !(count >= 1)) count = 0;
  if (count * (double)bytes > (double)CO_SANDBOX_BLOCK) return luaL_error(lua, "string.rep makes more than 1 MiB");
  size_t size = (size_t)count * bytes, filled = size < bytes ? size : bytes;
  char *copies = lua_newuserdata(lua, size);
  memcpy(copies, text, filled);
  for (size_t step; filled < size; filled += step) {
    step = filled < size - filled ? filled : size - filled;
    memcpy(copies + filled, copies, step);
  }
  lua_pushlstring(lua, copies, size);
  return 1;
}

static bool listed(const char *name, const char *const *names) {
  for (; *names; names++)
    if (strcmp(*names, name) == 0) return true;
  return false;
}

// Keeps the named members of the table on top of the stack, and pops it.
static void prune(lua_State *lua, const char *const *names) {
  lua_pushnil(lua);
  while (lua_next(lua, -2)) {
    lua_pop(lua, 1);
    if (lua_type(lua, -1) == LUA_TSTRING && listed(lua_tostring(lua, -1), names)) continue;
    lua_pushvalue(lua, -1);
    lua_pushnil(lua);
    lua_rawset(lua, -4);
  }
  lua_pop(lua, 1);
}

void co_sandbox_library(lua_State *lua, const char *name, lua_CFunction open) {
  lua_pushcfunction(lua, open);
  lua_pushstring(lua, name);
  lua_call(lua, 1, 1);
  if (*name)
    lua_setglobal(lua, name); // Lua 5.1 has done so, 5.4 has not
  else
    lua_pop(lua, 1);
}

// No way to catch an error (pcall), which could catch the hook's; no pattern functions, which can take exponential time
// in one step; no coroutines, which have hooks of their own. LuaJIT's compiler stays off unless its library is opened.
static int equip(lua_State *lua) {
  static const char *const math[] = {"abs", "ceil", "floor", "fmod", "huge", "max", "min", "modf", "pi", "sqrt", NULL};
  static const char *const string[] = {"format", "len", "rep", "sub", NULL};
  static const char *const table[] = {"concat", "insert", NULL};
  static const char *const globals[] = {"assert",   "error", "ipairs", "pairs",  "select", "tonumber",
                                        "tostring", "type",  "math",   "string", "table",  NULL};
  co_sandbox_library(lua, "", luaopen_base);
  co_sandbox_library(lua, "math", luaopen_math);
  co_sandbox_library(lua, "string", luaopen_string);
  co_sandbox_library(lua, "table", luaopen_table);
  lua_getglobal(lua, "math");
  prune(lua, math);
  lua_getglobal(lua, "string");
  lua_pushcfunction(lua, co_sandbox_repeat);
  lua_setfield(lua, -2, "rep");
  prune(lua, string);
  lua_getglobal(lua, "table");
  lua_pushcfunction(lua, insert);
  lua_setfield(lua, -2, "insert");
  prune(lua, table);
  lua_getglobal(lua, "_G");
  prune(lua, globals);
  return 0;
}

bool co_sandbox_start(CoSandbox *sandbox, size_t memory, size_t block) {
  *sandbox = (CoSandbox){.lua = luaL_newstate(), .memory = memory, .block = block};
  lua_State *lua = sandbox->lua;
  if (!lua) return false;
  // Changed afterwards: LuaJIT on some machines takes no other allocator than its own at creation.
  sandbox->alloc = lua_getallocf(lua, &sandbox->user);
  sandbox->used = (size_t)lua_gc(lua, LUA_GCCOUNT, 0) * 1024 + (size_t)lua_gc(lua, LUA_GCCOUNTB, 0);
  lua_setallocf(lua, allocate, sandbox);
  return true;
}

void co_sandbox_count(CoSandbox *sandbox, long long most, size_t unit, const char *verdict) {
  sandbox->most = most;
  sandbox->unit = unit;
  sandbox->verdict = verdict;
  lua_sethook(sandbox->lua, most > 0 ? count_steps : NULL, most > 0 ? LUA_MASKCOUNT : 0, HOOK_STEPS);
}

bool co_sandbox_open(CoSandbox *sandbox) {
  if (!co_sandbox_start(sandbox, CO_SANDBOX_MEMORY, CO_SANDBOX_BLOCK)) return false;
  lua_pushcfunction(sandbox->lua, equip);
  if (lua_pcall(sandbox->lua, 0, 0, 0) != 0) {
    co_sandbox_close(sandbox);
    return false;
  }
  co_sandbox_count(sandbox, CO_SANDBOX_STEPS, 1024, "takes too many steps for a data file");
  return true;
}

void co_sandbox_close(CoSandbox *sandbox) {
  lua_setallocf(sandbox->lua, sandbox->alloc, sandbox->user); // LuaJIT frees its heap when it finds its own allocator
  lua_close(sandbox->lua);
}

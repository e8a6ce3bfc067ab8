// A Lua state that can compute and nothing else, within limits of memory and time. Works with LuaJIT and Lua 5.4.
#ifndef COHORT_SCRIPT_SANDBOX_H
#define COHORT_SCRIPT_SANDBOX_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CO_SANDBOX_MEMORY ((size_t)64 << 20) // bytes at a time
#define CO_SANDBOX_BLOCK ((size_t)1 << 20)   // bytes of one string or one half of a table
#define CO_SANDBOX_STEPS 10000000            // Lua instructions, while no block is large

// One instruction can copy or compare a whole string. So each counts as 1 + largest / unit steps, as do memory that is
// asked for and the collections that a lack of it brings, and the limit of steps is a limit of time (a second or a few)
// without a clock, the same on every machine.
typedef struct CoSandbox {
  lua_State *lua;
  lua_Alloc alloc; // Lua's own, which `lua` calls through the sandbox
  void *user;
  size_t memory, block;  // limits in bytes
  size_t used, largest;  // bytes; the largest block so far
  uint64_t taken;        // bytes asked for so far, given back or not
  long long steps, most; // taken, and how many may be
  size_t unit;
  const char *verdict; // on what takes more
  bool full;           // an allocation was refused for want of memory
  bool lifted;         // the host's own doings between two calls: memory is theirs
} CoSandbox;

bool co_sandbox_start(CoSandbox *sandbox, size_t memory, size_t block); // a bare state; false when memory runs out
void co_sandbox_count(CoSandbox *sandbox, long long most, size_t unit, const char *verdict); // steps; 0: no longer
bool co_sandbox_open(CoSandbox *sandbox); // for data files; false when memory runs out; stays where it is until closed
void co_sandbox_charge(lua_State *lua, double steps); // for what one instruction does; an error of Lua beyond `most`
static inline bool co_sandbox_is_spent(const CoSandbox *sandbox) {
  return sandbox->most > 0 && sandbox->steps >= sandbox->most;
}
void co_sandbox_close(CoSandbox *sandbox);
void co_sandbox_library(lua_State *lua, const char *name, lua_CFunction open); // a global; "": the basic functions

// string.rep(text, count) in large steps (Lua 5.4's copies letter by letter), at most 1 MiB.
int co_sandbox_repeat(lua_State *lua);

#endif

// A Lua state that can compute and nothing else, within limits of memory and time. Works with LuaJIT and Lua 5.4.
#ifndef COHORT_SCRIPT_SANDBOX_H
#define COHORT_SCRIPT_SANDBOX_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#define CO_SANDBOX_MEMORY ((size_t)64 << 20) // bytes at a time
#define CO_SANDBOX_BLOCK ((size_t)1 << 20)   // bytes of one string or one half of a table
#define CO_SANDBOX_STEPS 10000000            // Lua instructions, while no block is large

// One instruction can copy or compare a whole string. So each counts as 1 + largest / 1024 steps, and the limit of
// steps is a limit of time (a second or a few) without a clock, the same on every machine.
typedef struct CoSandbox {
  lua_State *lua;
  lua_Alloc alloc; // Lua's own, which `lua` calls through the sandbox
  void *user;
  size_t used, largest; // bytes; the largest block so far
  long long steps;      // taken
  bool full;            // an allocation was refused
} CoSandbox;

bool co_sandbox_open(CoSandbox *sandbox); // false when memory runs out; stays where it is until closed
void co_sandbox_close(CoSandbox *sandbox);

#endif

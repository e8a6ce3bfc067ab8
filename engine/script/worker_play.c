// Functions for the room's own Lua: the plain dialect's access to blocks, actions, rewards, observations and masks.
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "env.h"

#define LARGE 1e30              // bounds observations and rewards, as in play.lua
#define ROOM (LUA_MINSTACK - 4) // values that a function may push unasked

// Places count in elements: numbers from the block's start, flags from where they begin.
static double *number_at(const CoWorker *worker, int at) {
  return (double *)(void *)worker->at + at;
}

static unsigned char *flag_at(const CoWorker *worker, int at) {
  return worker->at + worker->world->block.flags + at;
}

// Whole numbers as Lua 5.4's integers, so that both Luas write them alike; but for large ones, whose products as
// integers would wrap around.
static void push(lua_State *lua, double number) {
#if LUA_VERSION_NUM > 501
  if (number >= INT32_MIN && number <= INT32_MAX && (double)(int32_t)number == number) {
    lua_pushinteger(lua, (int32_t)number);
    return;
  }
#endif
  lua_pushnumber(lua, number);
}

// (at, stride, count): so many numbers.
static int get(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  int at = (int)lua_tointeger(lua, 1), stride = (int)lua_tointeger(lua, 2), count = (int)lua_tointeger(lua, 3);
  luaL_checkstack(lua, count, NULL);
  const double *from = number_at(worker, at);
  for (int i = 0; i < count; i++) push(lua, from[(ptrdiff_t)i * stride]);
  return count;
}

static int get_flags(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  int at = (int)lua_tointeger(lua, 1), stride = (int)lua_tointeger(lua, 2), count = (int)lua_tointeger(lua, 3);
  luaL_checkstack(lua, count, NULL);
  const unsigned char *from = flag_at(worker, at);
  for (int i = 0; i < count; i++) lua_pushboolean(lua, from[(ptrdiff_t)i * stride]);
  return count;
}

static double stored(lua_State *lua, int place) {
#if LUA_VERSION_NUM > 501
  int fine;
  double number = lua_tonumberx(lua, place, &fine);
#else
  double number = lua_tonumber(lua, place);
  bool fine = number != 0 || lua_isnumber(lua, place);
#endif
  if (!fine || isnan(number)) luaL_error(lua, CO_UNSTORABLE);
  return number + 0; // -0 is stored as 0
}

static unsigned char stored_flag(lua_State *lua, int place) {
  if (!lua_isboolean(lua, place)) luaL_error(lua, CO_UNSTORABLE);
  return (unsigned char)lua_toboolean(lua, place);
}

// (at, stride, ...)
static int put(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  int stride = (int)lua_tointeger(lua, 2), last = lua_gettop(lua);
  double *to = number_at(worker, (int)lua_tointeger(lua, 1));
  for (int i = 3; i <= last; i++, to += stride) *to = stored(lua, i);
  return 0;
}

static int put_flags(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  int stride = (int)lua_tointeger(lua, 2), last = lua_gettop(lua);
  unsigned char *to = flag_at(worker, (int)lua_tointeger(lua, 1));
  for (int i = 3; i <= last; i++, to += stride) *to = stored_flag(lua, i);
  return 0;
}

// (list, at, count): a whole list.
static int fill(lua_State *lua) {
  const double *from = number_at(co_worker_of(lua), (int)lua_tointeger(lua, 2));
  int count = (int)lua_tointeger(lua, 3);
  for (int i = 0; i < count; i++) {
    push(lua, from[i]);
    lua_rawseti(lua, 1, i + 1);
  }
  return 0;
}

static int fill_flags(lua_State *lua) {
  const unsigned char *from = flag_at(co_worker_of(lua), (int)lua_tointeger(lua, 2));
  int count = (int)lua_tointeger(lua, 3);
  for (int i = 0; i < count; i++) {
    lua_pushboolean(lua, from[i]);
    lua_rawseti(lua, 1, i + 1);
  }
  return 0;
}

static int dump(lua_State *lua) {
  double *to = number_at(co_worker_of(lua), (int)lua_tointeger(lua, 2));
  int count = (int)lua_tointeger(lua, 3);
  for (int i = 0; i < count; i++) {
    lua_rawgeti(lua, 1, i + 1);
    to[i] = stored(lua, -1);
    lua_pop(lua, 1);
  }
  return 0;
}

static int dump_flags(lua_State *lua) {
  unsigned char *to = flag_at(co_worker_of(lua), (int)lua_tointeger(lua, 2));
  int count = (int)lua_tointeger(lua, 3);
  for (int i = 0; i < count; i++) {
    lua_rawgeti(lua, 1, i + 1);
    to[i] = stored_flag(lua, -1);
    lua_pop(lua, 1);
  }
  return 0;
}

static bool go_to(CoWorker *worker, int copy) {
  CoCall *call = &worker->call;
  unsigned char *moment = call->moments + (ptrdiff_t)copy * call->stride;
  worker->copy = copy;
  worker->at = moment + sizeof(CoMoment);
  call->rng = ((const CoMoment *)(void *)moment)->rng;
  return call->running[copy];
}

// (copy): from here on all is about this copy; false where it is at rest.
static int enter(lua_State *lua) {
  lua_pushboolean(lua, go_to(co_worker_of(lua), (int)lua_tointeger(lua, 1)));
  return 1;
}

static void push_fused(lua_State *lua, const CoWorker *worker) {
  const double *from = number_at(worker, 0);
  for (int i = 0; i < worker->world->block.fused; i++) push(lua, from[i]);
}

// The loops over the copies are Lua's own `for`, to which these two give, with what comes along, the next one that
// runs.
static bool go_on(lua_State *lua, CoWorker *worker) {
  const CoCall *call = &worker->call;
  int copy = (int)lua_tointeger(lua, 2) + 1; // behind the previous one
  while (copy < call->count && !call->running[copy]) copy++;
  if (copy >= call->count) return false;
  go_to(worker, copy);
  worker->sandbox.steps = 0; // each copy has the whole budget
  return true;
}

// (nothing, copy) to the next copy, its actions from 1 (of few agents), its first numbers.
static int next_step(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  const CoScriptBlock *block = &worker->world->block;
  if (!go_on(lua, worker)) return 0;
  if (block->told + block->fused > ROOM) luaL_checkstack(lua, 1 + block->told + block->fused, NULL);
  lua_pushinteger(lua, worker->copy);
  const int *told = block->told ? worker->call.discrete + (ptrdiff_t)worker->copy * block->told : NULL;
  for (int i = 0; i < block->told; i++) lua_pushinteger(lua, told[i] + 1);
  push_fused(lua, worker);
  return 1 + block->told + block->fused;
}

// obs:put writes from `at` on, `size` numbers at most. What was begun before must be whole.
static void begin(lua_State *lua, CoWorker *worker, int at, int size) {
  if (worker->obs_at != worker->obs_limit)
    luaL_error(lua, "has put %d number%s, must put %d", worker->obs_at - worker->obs_start,
               worker->obs_at - worker->obs_start == 1 ? "" : "s", worker->obs_limit - worker->obs_start);
  worker->obs_start = worker->obs_at = at;
  worker->obs_limit = at + size;
}

// (whether the team is of one, which then begins to observe; copy) to the next copy, its first numbers.
static int next_look(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  const CoScriptBlock *block = &worker->world->block;
  int size = worker->world->spec.obs_size;
  if (!go_on(lua, worker)) return 0;
  if (lua_toboolean(lua, 1)) begin(lua, worker, worker->copy * size, size);
  if (block->fused > ROOM) luaL_checkstack(lua, 1 + block->fused, NULL);
  lua_pushinteger(lua, worker->copy);
  push_fused(lua, worker);
  return 1 + block->fused;
}

static void take(double *from, float *to, int count) {
  for (int i = 0; i < count; i++) {
    to[i] = (float)from[i];
    from[i] = 0;
  }
}

// (its first numbers): the copy's step is over.
static int leave(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  const CoScriptWorld *world = worker->world;
  const CoCall *call = &worker->call;
  double *to = number_at(worker, 0);
  for (int i = 0; i < world->block.fused; i++) to[i] = stored(lua, i + 1);
  ((CoMoment *)(void *)(worker->at - sizeof(CoMoment)))->rng = call->rng;
  take(worker->earned, call->rewards + (ptrdiff_t)worker->copy * world->spec.agents, world->spec.agents);
  take(worker->informed, call->info + (ptrdiff_t)worker->copy * world->infos, world->infos);
  if (!worker->ended) return 0;
  worker->ended = false;
  call->terminated[worker->copy] = 1;
  worker->at[world->block.over] = 1;
  return 0;
}

// The worker, while a step runs.
static CoWorker *stepping_of(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  if (!worker->stepping) luaL_error(lua, "out is for step alone, while it runs");
  return worker;
}

// (whether)
static int stepping(lua_State *lua) {
  co_worker_of(lua)->stepping = lua_toboolean(lua, 1);
  return 0;
}

// (first, last, r): what these agents earn.
static int earn(lua_State *lua) {
  CoWorker *worker = stepping_of(lua);
  int first = (int)lua_tointeger(lua, 1), last = (int)lua_tointeger(lua, 2);
  double r = lua_tonumber(lua, 3);
  for (int agent = first; agent <= last; agent++) worker->earned[agent - 1] += r;
  return 0;
}

// The agent at place 2 if it has rewards of its own, 0 otherwise.
static int earner(lua_State *lua, const CoSpec *spec) {
  bool own = spec->payoff == CO_PAYOFF_PRIVATE || spec->teams == spec->agents;
  double agent = own && lua_type(lua, 2) == LUA_TNUMBER ? lua_tonumber(lua, 2) : 0;
  return agent >= 1 && agent <= spec->agents && agent == (int)agent ? (int)agent : 0;
}

// out:reward(r) and out:reward(agent, r) without ado; everything unusual goes to the Lua function.
static int reward(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  const CoSpec *spec = &worker->world->spec;
  int last = lua_gettop(lua), end = last == 2 ? spec->agents : last == 3 ? earner(lua, spec) : 0;
  if (end > 0 && worker->stepping && lua_type(lua, last) == LUA_TNUMBER) {
    double r = lua_tonumber(lua, last);
    if (fabs(r) <= LARGE) {
      for (int agent = last == 2 ? 0 : end - 1; agent < end; agent++) worker->earned[agent] += r;
      return 0;
    }
  }
  lua_settop(lua, 3);
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, 3, 0);
  return 0;
}

// (function) to out.reward.
static int quick_reward(lua_State *lua) {
  lua_pushcclosure(lua, reward, 1);
  return 1;
}

static int terminate(lua_State *lua) {
  stepping_of(lua)->ended = true;
  return 0;
}

static int ended(lua_State *lua) {
  lua_pushboolean(lua, co_worker_of(lua)->ended);
  return 1;
}

// (place, x)
static int inform(lua_State *lua) {
  stepping_of(lua)->informed[lua_tointeger(lua, 1) - 1] += lua_tonumber(lua, 2);
  return 0;
}

static void push_list(lua_State *lua, double *from, int count) {
  lua_createtable(lua, count, 0);
  for (int i = 0; i < count; i++) {
    push(lua, from[i]);
    lua_rawseti(lua, -2, i + 1);
    from[i] = 0;
  }
}

// Rewards, infos and whether the episode has ended; forgotten then.
static int read_ledger(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  push_list(lua, worker->earned, worker->world->spec.agents);
  push_list(lua, worker->informed, worker->world->infos);
  lua_pushboolean(lua, worker->ended);
  worker->ended = false;
  return 3;
}

// (agent) to its action, from 1.
static int act(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  ptrdiff_t first = (ptrdiff_t)worker->copy * worker->world->spec.agents;
  lua_pushinteger(lua, worker->call.discrete[first + lua_tointeger(lua, 1) - 1] + 1);
  return 1;
}

// (agent, list): its numbers.
static int act_values(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  const CoSpec *spec = &worker->world->spec;
  ptrdiff_t agent = (ptrdiff_t)worker->copy * spec->agents + lua_tointeger(lua, 1) - 1;
  for (int i = 0; i < spec->action_size; i++) {
    lua_pushnumber(lua, (double)worker->call.continuous[agent * spec->action_size + i]);
    lua_rawseti(lua, 2, i + 1);
  }
  return 0;
}

static int set_byte(lua_State *lua) {
  co_worker_of(lua)->at[lua_tointeger(lua, 1)] = (unsigned char)lua_tointeger(lua, 2);
  return 0;
}

static int byte(lua_State *lua) {
  lua_pushinteger(lua, co_worker_of(lua)->at[lua_tointeger(lua, 1)]);
  return 1;
}

static int set_int(lua_State *lua) {
  ((int32_t *)(void *)co_worker_of(lua)->at)[lua_tointeger(lua, 1)] = (int32_t)lua_tointeger(lua, 2);
  return 0;
}

// (at, row): whether it is a row of the table, from 1, which then is put there.
static int put_row(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  double row = lua_type(lua, 2) == LUA_TNUMBER ? lua_tonumber(lua, 2) : 0;
  bool fits = row >= 1 && row <= worker->world->spec.states && row == (int)row;
  if (fits) ((int32_t *)(void *)worker->at)[lua_tointeger(lua, 1)] = (int32_t)row - 1;
  lua_pushboolean(lua, fits);
  return 1;
}

static int count(lua_State *lua) {
  lua_pushinteger(lua, co_worker_of(lua)->call.count);
  return 1;
}

static int first(lua_State *lua) {
  lua_pushinteger(lua, co_worker_of(lua)->call.first);
  return 1;
}

// (at, size)
static int obs_begin(lua_State *lua) {
  begin(lua, co_worker_of(lua), (int)lua_tointeger(lua, 1), (int)lua_tointeger(lua, 2));
  return 0;
}

static int obs_end(lua_State *lua) {
  begin(lua, co_worker_of(lua), 0, 0);
  return 0;
}

static int full(lua_State *lua, const CoWorker *worker) {
  return luaL_error(lua, "puts more than %d numbers", worker->obs_limit - worker->obs_start);
}

static int obs_put(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  int last = lua_gettop(lua);
  for (int i = 2; i <= last; i++) {
    if (worker->obs_at >= worker->obs_limit) return full(lua, worker);
    int type = lua_type(lua, i);
    if (type != LUA_TNUMBER && type != LUA_TBOOLEAN)
      return luaL_error(lua, "obs:put: number %d is %s%s, must be a number, true or false",
                        worker->obs_at - worker->obs_start + 1, type == LUA_TNIL ? "" : "a ", luaL_typename(lua, i));
    double number = type == LUA_TNUMBER ? lua_tonumber(lua, i) : lua_toboolean(lua, i);
    if (!(fabs(number) <= LARGE))
      return luaL_error(lua, "obs:put: number %d is %f, must be a number within 1e30",
                        worker->obs_at - worker->obs_start + 1, number);
    worker->call.obs[worker->obs_at++] = (float)number;
  }
  return 0;
}

static int obs_one_hot(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  double place = luaL_checknumber(lua, 2), size = luaL_checknumber(lua, 3);
  if (!(size >= 1) || size != floor(size))
    return luaL_error(lua, "obs:one_hot: the count must be a whole number from 1");
  if (size > worker->obs_limit - worker->obs_at) return full(lua, worker);
  if (!(place >= 0) || place > size || place != floor(place))
    return luaL_error(lua, "obs:one_hot: the place lies outside 0 to %d", (int)size);
  float *to = worker->call.obs + worker->obs_at;
  memset(to, 0, (size_t)size * sizeof *to);
  if (place > 0) to[(int)place - 1] = 1;
  worker->obs_at += (int)size;
  return 0;
}

// (mask, names): what the hook `available` has left.
static int take_mask(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  for (int i = 0; i < worker->world->spec.actions; i++) {
    lua_rawgeti(lua, 2, i + 1);
    lua_rawget(lua, 1);
    worker->mask[i] = (uint8_t)lua_toboolean(lua, -1);
    lua_pop(lua, 1);
  }
  return 0;
}

void co_host_equip_play(lua_State *lua) {
  static const CoHostFunction functions[] = {{"get", get},
                                             {"flags", get_flags},
                                             {"put", put},
                                             {"mark", put_flags},
                                             {"fill", fill},
                                             {"fill_flags", fill_flags},
                                             {"dump", dump},
                                             {"dump_flags", dump_flags},
                                             {"enter", enter},
                                             {"next_step", next_step},
                                             {"next_look", next_look},
                                             {"stepping", stepping},
                                             {"earn", earn},
                                             {"quick_reward", quick_reward},
                                             {"terminate", terminate},
                                             {"ended", ended},
                                             {"inform", inform},
                                             {"read_ledger", read_ledger},
                                             {"leave", leave},
                                             {"act", act},
                                             {"act_values", act_values},
                                             {"byte", byte},
                                             {"set_byte", set_byte},
                                             {"set_int", set_int},
                                             {"put_row", put_row},
                                             {"count", count},
                                             {"first", first},
                                             {"obs_begin", obs_begin},
                                             {"obs_end", obs_end},
                                             {"obs_put", obs_put},
                                             {"obs_one_hot", obs_one_hot},
                                             {"take_mask", take_mask},
                                             {NULL, NULL}};
  co_host_add(lua, functions);
}

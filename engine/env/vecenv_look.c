// The batched runtime: what every team sees of the copies that have just moved. What an environment has no hook for is
// written once.
#include <string.h>

#include "vecenv.h"

// A team's part of one pass.
typedef struct Look {
  CoVecEnv *vec;
  Hand *hand;
  const Sight *sight;
  const Group *group;
  int agent, agents; // the team's first, and how many
  CoError *error;
} Look;

// The number of the group's k-th copy.
static inline int copy_of(const Look *look, int k) {
  return look->group->first + look->group->member[k];
}

static const void *state_of(const Look *look, int env) {
  return co_play_state(co_vecenv_moment(look->vec, env));
}

static void turns_of(const Look *look, int env) {
  const CoWorld *world = look->vec->world;
  const CoEnvType *type = world->type;
  uint8_t *alive = look->sight->alive + env * look->agents, *acting = look->sight->acting + env * look->agents;
  bool running = look->vec->running[env];
  int mover = type->mover && running ? type->mover(world->self, state_of(look, env)) : CO_EVERYONE;
  for (int a = 0; a < look->agents; a++) {
    if (type->alive) alive[a] = type->alive(world->self, state_of(look, env), look->agent + a);
    acting[a] = running && alive[a] && (mover == CO_EVERYONE || mover == look->agent + a);
  }
}

// Who is alive and whose turn it is. Nobody acts in a copy that has ended.
static void turns(const Look *look) {
  const CoEnvType *type = look->vec->world->type;
  const uint8_t *running = look->vec->running;
  int count = look->group->count;
  if (!type->alive && !type->mover && look->agents == 1)
    memcpy(look->sight->acting + look->group->first, running + look->group->first,
           (size_t)(look->group->end - look->group->first));
  else if (!type->alive && !type->mover)
    for (int k = 0; k < count; k++)
      memset(look->sight->acting + copy_of(look, k) * look->agents, running[copy_of(look, k)], (size_t)look->agents);
  else
    for (int k = 0; k < count; k++) turns_of(look, copy_of(look, k));
}

// Zeros in the rows of the group: `row` bytes each, from `start` on.
static void clear(const Look *look, void *start, size_t row) {
  unsigned char *bytes = start;
  if (co_group_whole(look->group)) {
    memset(bytes + (size_t)look->group->first * row, 0, (size_t)look->group->count * row);
    return;
  }
  for (int k = 0; k < look->group->count; k++) memset(bytes + (size_t)copy_of(look, k) * row, 0, row);
}

// observe, privileged or achieved, of the living.
typedef bool See(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error);
static bool see(const Look *look, See *hook, float *to, int width) {
  const void *self = look->vec->world->self;
  clear(look, to, (size_t)(look->agents * width) * sizeof *to);
  for (int k = 0; k < look->group->count; k++) {
    int env = copy_of(look, k);
    const uint8_t *alive = look->sight->alive + env * look->agents;
    float *row = to + (size_t)(env * look->agents) * (size_t)width;
    for (int a = 0; a < look->agents; a++, row += width)
      if (alive[a] && !hook(self, look->hand->worker, state_of(look, env), look->agent + a, row, look->error))
        return false;
  }
  return true;
}

static bool see_together(const Look *look, int team) {
  const CoWorld *world = look->vec->world;
  size_t row = (size_t)(look->agents * world->spec.obs_size);
  const CoMany many = co_vecenv_many(look->vec, look->group);
  if (!world->type->observes_whole) clear(look, look->sight->obs, row * sizeof(float));
  return world->type->observe_many(world->self, look->hand->worker, &many, team,
                                   look->sight->obs + (size_t)look->group->first * row, look->error);
}

// Where there is no hook the living may do anything, the dead nothing.
static bool allow(const Look *look) {
  const CoWorld *world = look->vec->world;
  size_t actions = (size_t)world->spec.actions;
  clear(look, look->sight->mask, (size_t)look->agents * actions);
  for (int k = 0; k < look->group->count; k++) {
    int env = copy_of(look, k);
    for (int a = 0; a < look->agents; a++) {
      size_t row = (size_t)(env * look->agents + a);
      uint8_t *mask = look->sight->mask + row * actions;
      if (!world->type->available)
        memset(mask, 1, look->sight->alive[row] ? actions : 1);
      else if (!world->type->available(world->self, look->hand->worker, state_of(look, env), look->agent + a, mask,
                                       look->error))
        return false;
    }
  }
  return true;
}

static void number(const Look *look, int team) {
  const CoWorld *world = look->vec->world;
  int *index = look->sight->index + look->group->first * look->agents;
  if (world->type->index_many) {
    const CoMany many = co_vecenv_many(look->vec, look->group);
    world->type->index_many(world->self, &many, team, index);
    return;
  }
  for (int k = 0; k < look->group->count; k++)
    for (int a = 0; a < look->agents; a++)
      index[look->group->member[k] * look->agents + a] =
          world->type->index(world->self, state_of(look, copy_of(look, k)), look->agent + a);
}

static bool survey(const Look *look, int team) {
  const CoWorld *world = look->vec->world;
  size_t size = (size_t)world->spec.global_size;
  clear(look, look->sight->global, size * sizeof(float));
  for (int k = 0; k < look->group->count; k++)
    if (!world->type->global(world->self, look->hand->worker, state_of(look, copy_of(look, k)), team,
                             look->sight->global + (size_t)copy_of(look, k) * size, look->error))
      return false;
  return true;
}

static bool look_as(const Look *look, int team) {
  const CoWorld *world = look->vec->world;
  const CoEnvType *type = world->type;
  const Sight *sight = look->sight;
  turns(look);
  if (sight->index) number(look, team);
  if (sight->obs &&
      !(type->observe_many ? see_together(look, team) : see(look, type->observe, sight->obs, world->spec.obs_size)))
    return false;
  if (sight->privileged && !see(look, type->privileged, sight->privileged, world->spec.privileged_size)) return false;
  if (sight->achieved && !see(look, type->achieved, sight->achieved, world->spec.goal_size)) return false;
  if (sight->mask && !world->spec.unmasked && !allow(look)) return false;
  return !sight->global || survey(look, team);
}

bool co_vecenv_look(CoVecEnv *vec, Hand *hand, const Group *group, CoError *error) {
  const CoWorld *world = vec->world;
  for (int t = 0; t < world->spec.teams; t++) {
    const Look look = {.vec = vec,
                       .hand = hand,
                       .sight = &vec->sights[t],
                       .group = group,
                       .agent = world->first[t],
                       .agents = world->teams[t].agents,
                       .error = error};
    if (!look_as(&look, t)) return false;
  }
  return true;
}

void co_vecenv_look_constants(CoVecEnv *vec) {
  const CoEnvType *type = vec->world->type;
  for (int t = 0; t < vec->world->spec.teams; t++) {
    const CoSpec *spec = &vec->world->teams[t];
    size_t rows = (size_t)vec->num_envs * (size_t)spec->agents;
    if (!type->alive) memset(vec->sights[t].alive, 1, rows);
    if (spec->unmasked) memset(vec->sights[t].mask, 1, rows * (size_t)spec->actions);
  }
}

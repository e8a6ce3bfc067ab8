// Rules of symmetries: a game and its image, side by side, show and bring the same.
#include <stdlib.h>
#include <string.h>

#include "rules.h"

typedef struct Pair {
  const CoWorld *world;
  CoEnv *env, *image;
  CoRng rng;
  int *obs_from, *action_from;  // [obs_size], [actions]
  float *obs, *image_obs;       // [obs_size]
  uint8_t *mask, *image_mask;   // [actions]
  int *actions, *image_actions; // [agents]
} Pair;

static void end(Pair *pair) {
  co_env_destroy(pair->env);
  co_env_destroy(pair->image);
  free(pair->obs_from);
  free(pair->obs);
  free(pair->mask);
}

static bool begin(Pair *pair, const CoWorld *world, CoError *error) {
  size_t size = (size_t)world->spec.obs_size, actions = (size_t)world->spec.actions;
  size_t agents = (size_t)world->spec.agents;
  *pair = (Pair){.world = world, .rng = co_rng(1, "actions", 0)};
  if (!(pair->env = co_env_create(world, 1, error)) || !(pair->image = co_env_create(world, 1, error))) return false;
  pair->obs_from = calloc(size + actions + 2 * agents, sizeof *pair->obs_from);
  pair->obs = calloc(2 * size, sizeof *pair->obs);
  pair->mask = calloc(2 * actions, 1);
  if (!pair->obs_from || !pair->obs || !pair->mask) return co_fail(error, "no memory for two games");
  pair->action_from = pair->obs_from + size;
  pair->actions = pair->action_from + actions, pair->image_actions = pair->actions + agents;
  pair->image_obs = pair->obs + size, pair->image_mask = pair->mask + actions;
  return true;
}

// Each number from 0 on once.
static bool permutes(const int *from, int count, uint8_t *met) {
  memset(met, 0, (size_t)count);
  for (int i = 0; i < count; i++)
    if (from[i] < 0 || from[i] >= count || met[from[i]]++) return false;
  return true;
}

// What an agent sees and may do; draws its action.
static bool look(Pair *pair, int agent, CoError *error) {
  const CoSpec *spec = &pair->world->spec;
  if (!co_env_observe(pair->env, agent, pair->obs, error) ||
      !co_env_observe(pair->image, agent, pair->image_obs, error) ||
      !co_env_available(pair->env, agent, pair->mask, error) ||
      !co_env_available(pair->image, agent, pair->image_mask, error))
    return false;
  for (int k = 0; k < spec->obs_size; k++)
    if (pair->image_obs[k] != pair->obs[pair->obs_from[k]])
      return co_fail(error, "the image's observation has %g at %d, the game's %g at %d", (double)pair->image_obs[k], k,
                     (double)pair->obs[pair->obs_from[k]], pair->obs_from[k]);
  for (int a = 0; a < spec->actions; a++)
    if (pair->image_mask[a] != pair->mask[pair->action_from[a]])
      return co_fail(error, "the image's action %d is legal where the game's %d is not, or the other way round", a,
                     pair->action_from[a]);
  pair->actions[agent] = co_rng_choose(&pair->rng, pair->mask, spec->actions);
  for (int a = 0; a < spec->actions; a++)
    if (pair->action_from[a] == pair->actions[agent]) pair->image_actions[agent] = a;
  return true;
}

static bool step(Pair *pair, CoError *error) {
  const CoSpec *spec = &pair->world->spec;
  for (int agent = 0; agent < spec->agents; agent++)
    if (!look(pair, agent, error)) return false;
  if (!co_env_step(pair->env, &(CoActions){pair->actions, NULL}, error) ||
      !co_env_step(pair->image, &(CoActions){pair->image_actions, NULL}, error))
    return false;
  if (co_env_ending(pair->env) != co_env_ending(pair->image)) return co_fail(error, "a game ends before its image");
  for (int agent = 0; agent < spec->agents; agent++)
    if (co_env_rewards(pair->env)[agent] != co_env_rewards(pair->image)[agent])
      return co_fail(error, "a move brings agent %d %g, in the image %g", agent,
                     (double)co_env_rewards(pair->env)[agent], (double)co_env_rewards(pair->image)[agent]);
  return true;
}

static bool keeps(Pair *pair, int number, CoError *error) {
  const CoSpec *spec = &pair->world->spec;
  uint8_t *met = calloc((size_t)(spec->obs_size + spec->actions), 1);
  if (!met) return co_fail(error, "no memory for two games");
  bool ok = permutes(pair->obs_from, spec->obs_size, met) && permutes(pair->action_from, spec->actions, met);
  free(met);
  if (!ok) return co_fail(error, "symmetry %d does not keep apart what is apart", number);
  for (int t = 0, over = 1; t < CHECK_STEPS; t++) {
    if (over && !(co_env_reset(pair->env, error) && co_env_reset(pair->image, error))) return false;
    if (!step(pair, error)) return false;
    over = co_env_ending(pair->env) != CO_PLAYING;
  }
  return true;
}

bool co_check_symmetry(const CoWorld *world, CoError *error) {
  Pair pair;
  if (!world->type->symmetry) return true;
  bool ok = begin(&pair, world, error);
  for (int n = 0; ok && world->type->symmetry(world->self, n, pair.obs_from, pair.action_from); n++)
    ok = keeps(&pair, n, error);
  end(&pair);
  return ok;
}

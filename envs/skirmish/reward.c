// The end of a step: who died, who won, and what it pays (SMAC's reward, and one that health cannot be farmed from).
#include "skirmish/skirmish.h"

#include <math.h>

typedef struct Toll {
  int deaths;
  float lost;  // hp + shield: decreases less recoveries
  float fresh; // what it sank below its least before
} Toll;

static Toll count(const World *world, const State *state, const Unit *after, int side) {
  Toll toll = {0};
  int first = skirmish_first(world, side);
  for (int i = first; i < first + world->size[side]; i++) {
    const Unit *before = &state->unit[i];
    if (before->hp <= 0) continue;
    float left = after[i].hp + after[i].shield;
    toll.lost += before->hp + before->shield - left;
    if (left < before->least) toll.fresh += before->least - left;
    toll.deaths += after[i].hp <= 0;
  }
  return toll;
}

// A side can go on while a unit that is no healer lives.
static bool stands(const World *world, const Unit *after, int side) {
  int first = skirmish_first(world, side);
  for (int i = first; i < first + world->size[side]; i++)
    if (after[i].hp > 0 && !skirmish_type(world, &after[i])->heals) return true;
  return false;
}

static float shaped(const Config *config, const Toll *own, const Toll *foes) {
  float death = (float)config->reward_death, loss = (float)config->reward_loss;
  if (config->reward == REWARD_FIXED) return foes->fresh + death * (float)foes->deaths;
  float gain = foes->lost + death * (float)foes->deaths;
  if (config->reward == REWARD_SMAC) return fabsf(gain);
  return gain - loss * (own->lost + death * (float)own->deaths);
}

// outcome: 1 for a win, -1 for a defeat, 0 for neither.
static float pay(const World *world, const State *state, const Toll tolls[2], int side, int outcome) {
  const Config *config = &world->config;
  if (config->reward == REWARD_SPARSE) return (float)outcome;
  float reward = shaped(config, &tolls[side], &tolls[!side]);
  if (outcome > 0) reward += (float)config->reward_win;
  if (outcome < 0) reward += (float)config->reward_defeat;
  return config->reward_scale > 0 ? reward * (float)config->reward_scale / state->worth[side] : reward;
}

bool skirmish_judge(const World *world, const State *state, const Unit *after, CoOutcome *outcome) {
  Toll tolls[2] = {count(world, state, after, 0), count(world, state, after, 1)};
  bool first = stands(world, after, 0), second = stands(world, after, 1);
  int result = (first && !second) - (second && !first);
  float rewards[2] = {pay(world, state, tolls, 0, result), pay(world, state, tolls, 1, -result)};
  for (int i = 0; i < world->agents; i++) outcome->rewards[i] = rewards[skirmish_side(world, i)];
  outcome->info[WON] += (float)(result > 0);
  outcome->info[DRAWN] += (float)(!first && !second);
  outcome->info[DEAD_ALLIES] += (float)tolls[0].deaths;
  outcome->info[DEAD_ENEMIES] += (float)tolls[1].deaths;
  outcome->info[DAMAGE_TAKEN] += tolls[0].lost;
  outcome->info[DAMAGE_DEALT] += tolls[1].lost;
  return !first || !second;
}

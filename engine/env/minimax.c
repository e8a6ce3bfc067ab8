// Minimax with alpha-beta and a table of positions, in fail-soft form (Fishburn, 1983), over an environment's hooks.
#include "cohort/minimax.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/block.h"

#define LONGEST 1024 // moves of a game without an episode limit

typedef enum Bound { EXACT, AT_LEAST, AT_MOST } Bound;

typedef struct Entry {
  uint64_t key;
  float value;
  int32_t action;
  uint32_t age; // of another age: empty
  uint32_t bound;
} Entry;

// What one depth of the recursion keeps.
typedef struct Level {
  unsigned char *state; // [state_bytes]
  uint8_t *mask;        // [actions]
} Level;

struct CoMinimax {
  CoBlock block;
  const CoWorld *world;
  const CoEnvType *type;
  const void *self;
  void *worker;
  CoMinimaxConfig config;
  size_t state_bytes;
  int actions, levels;
  Level *level;   // [levels]
  float *rewards; // [agents]
  float *info;    // [infos]
  int *chosen;    // [agents]
  CoRng rng;      // for hooks that ask: without chance they draw nothing
  Entry *table;   // [2^table_bits], NULL: none
  uint32_t age;
  int64_t nodes;
};

bool co_minimax_accepts(const CoSpec *spec, CoError *error) {
  if (!spec->turns) return co_fail(error, "needs players who move in turns, in this environment all move at once");
  if (spec->payoff != CO_PAYOFF_ZERO_SUM) return co_fail(error, "needs a zero-sum game, this environment is none");
  if (spec->perfect_recall) return co_fail(error, "needs open positions, this environment hides something");
  return spec->actions > 0 || co_fail(error, "needs discrete actions, this environment has none");
}

static void layout(CoMinimax *minimax, CoBlock *block) {
  const CoSpec *spec = co_world_spec(minimax->world);
  minimax->level = co_block_take(block, (size_t)minimax->levels, sizeof(Level));
  for (int i = 0; i < minimax->levels; i++) {
    unsigned char *state = co_block_take(block, 1, minimax->state_bytes);
    uint8_t *mask = co_block_take(block, (size_t)minimax->actions, 1);
    if (block->memory) minimax->level[i] = (Level){state, mask};
  }
  minimax->rewards = co_block_take(block, (size_t)spec->agents, sizeof(float));
  minimax->info = co_block_take(block, (size_t)co_world_infos(minimax->world), sizeof(float));
  minimax->chosen = co_block_take(block, (size_t)spec->agents, sizeof(int));
  if (minimax->config.table_bits)
    minimax->table = co_block_take(block, (size_t)1 << minimax->config.table_bits, sizeof(Entry));
}

CoMinimax *co_minimax_create(const CoWorld *world, const CoMinimaxConfig *config, CoError *error) {
  const CoSpec *spec = co_world_spec(world);
  if (!co_minimax_accepts(spec, error)) return NULL;
  if (spec->agents != 2) {
    co_fail(error, "needs two players, this environment has %d", spec->agents);
    return NULL;
  }
  CoMinimax form = {.world = world, .type = co_world_type(world), .self = co_world_self(world), .config = *config};
  form.state_bytes = co_world_state_bytes(world);
  form.actions = spec->actions;
  form.levels = (spec->episode_limit ? spec->episode_limit : LONGEST) + 2;
  CoBlock block = {0};
  co_block_take(&block, 1, sizeof form);
  layout(&form, &block);
  if (!co_block_begin(&block, error)) return NULL;
  CoMinimax *minimax = co_block_take(&block, 1, sizeof *minimax);
  *minimax = form;
  layout(minimax, &block);
  minimax->block = block;
  minimax->age = 1;
  if (co_world_worker_open(world, &minimax->worker, error)) return minimax;
  co_minimax_destroy(minimax);
  return NULL;
}

void co_minimax_destroy(CoMinimax *minimax) {
  if (!minimax) return;
  co_world_worker_close(minimax->world, minimax->worker);
  CoBlock block = minimax->block;
  co_block_free(&block);
}

void co_minimax_forget(CoMinimax *minimax) {
  minimax->age++;
}

int64_t co_minimax_nodes(const CoMinimax *minimax) {
  return minimax->nodes;
}

// The position at `level` and how many moves are still looked at.
static Entry *find(const CoMinimax *minimax, int level, int left, uint64_t *key) {
  if (!minimax->table) return NULL;
  *key = co_hash((uint64_t)left, minimax->level[level].state, minimax->state_bytes);
  return &minimax->table[*key >> (64 - minimax->config.table_bits)];
}

// Whether what is known of a position decides it within the window.
static bool decides(const Entry *entry, uint64_t key, uint32_t age, float low, float high) {
  if (entry->key != key || entry->age != age) return false;
  return entry->bound == EXACT || (entry->bound == AT_LEAST && entry->value >= high) ||
         (entry->bound == AT_MOST && entry->value <= low);
}

// Makes a move at `level`, into the level below. reward: to the first agent.
static bool move(CoMinimax *minimax, int level, int action, float *reward, bool *ended, CoError *error) {
  unsigned char *state = minimax->level[level + 1].state;
  memcpy(state, minimax->level[level].state, minimax->state_bytes);
  minimax->rewards[0] = minimax->rewards[1] = 0;
  minimax->chosen[0] = minimax->chosen[1] = action; // whoever's turn it is
  CoOutcome outcome = {minimax->rewards, minimax->info, false};
  if (!minimax->type->step(minimax->self, minimax->worker, state, &(CoActions){minimax->chosen, NULL}, &minimax->rng,
                           &outcome, error))
    return false;
  *reward = minimax->rewards[0];
  *ended = outcome.terminated;
  return true;
}

static bool look(CoMinimax *minimax, int level, int *mover, CoError *error) {
  const unsigned char *state = minimax->level[level].state;
  *mover = minimax->type->mover(minimax->self, state);
  if (*mover < 0)
    return co_fail(error, "%s moves in this position: it cannot be searched",
                   *mover == CO_CHANCE ? "nature" : "everyone");
  if (level + 2 > minimax->levels) return co_fail(error, "a game of more than %d moves cannot be searched", level);
  return co_world_available(minimax->world, minimax->worker, state, *mover, minimax->level[level].mask, error);
}

static bool search(CoMinimax *minimax, int level, int left, float low, float high, float *value, int *best,
                   CoError *error);

// What an action is worth: r + V(s'), V within the window.
static bool try(CoMinimax *minimax, int level, int left, int action, float low, float high, float *value,
                CoError *error) {
  float reward, follows = 0;
  bool ended;
  if (!move(minimax, level, action, &reward, &ended, error)) return false;
  if (ended || left == 1)
    minimax->nodes++;
  else if (!search(minimax, level + 1, left ? left - 1 : 0, low - reward, high - reward, &follows, NULL, error))
    return false;
  *value = reward + follows;
  return true;
}

// V(s) = max over actions of r + V(s') where the first agent moves, min where the second does; where V is not between
// low and high, a bound of it on that side.
static bool search(CoMinimax *minimax, int level, int left, float low, float high, float *value, int *best,
                   CoError *error) {
  uint64_t key = 0;
  Entry *entry = find(minimax, level, left, &key);
  const float floor = low, ceiling = high;
  int mover, action = -1, first = -1;
  minimax->nodes++;
  if (entry && entry->key == key && entry->age == minimax->age) {
    if (best) *best = entry->action;
    if (decides(entry, key, minimax->age, low, high)) return *value = entry->value, true;
    first = entry->action;
  }
  if (!look(minimax, level, &mover, error)) return false;
  const uint8_t *mask = minimax->level[level].mask;
  float most = mover ? INFINITY : -INFINITY, worth;
  for (int i = -1; i < minimax->actions && low < high; i++) {
    int a = i < 0 ? first : i; // what was best before comes first
    if (a < 0 || !mask[a] || (i >= 0 && i == first)) continue;
    if (!try(minimax, level, left, a, low, high, &worth, error)) return false;
    if (mover ? worth >= most : worth <= most) continue;
    most = worth, action = a;
    if (minimax->config.alpha_beta && mover) high = fminf(high, most);
    if (minimax->config.alpha_beta && !mover) low = fmaxf(low, most);
  }
  if (entry)
    *entry = (Entry){key, most, action, minimax->age, most <= floor ? AT_MOST : most >= ceiling ? AT_LEAST : EXACT};
  if (best) *best = action;
  *value = most;
  return true;
}

bool co_minimax_value(CoMinimax *minimax, const void *state, float *value, int *action, CoError *error) {
  memcpy(minimax->level[0].state, state, minimax->state_bytes);
  return search(minimax, 0, minimax->config.depth, -INFINITY, INFINITY, value, action, error);
}

bool co_minimax_values(CoMinimax *minimax, const void *state, float *values, CoError *error) {
  int mover;
  memcpy(minimax->level[0].state, state, minimax->state_bytes);
  if (!look(minimax, 0, &mover, error)) return false;
  for (int a = 0; a < minimax->actions; a++) {
    values[a] = NAN;
    if (minimax->level[0].mask[a] && !try(minimax, 0, minimax->config.depth, a, -INFINITY, INFINITY, &values[a], error))
      return false;
  }
  return true;
}

// AlphaZero's games: against itself, remembered with the visits of the search and the result; and between two networks.
#include <math.h>
#include <string.h>

#include "alphazero.h"
#include "cohort/distributions.h"
#include "cohort/kernels.h"

#define OPENING 2 // moves of a measured game that are drawn from the visits, so that games differ

// A game from its start, with a stream of its own: (seed, purpose, number).
static bool begin(CoZero *zero, CoZeroGame *game, const char *purpose, uint64_t number, CoError *error) {
  game->rng = co_rng(zero->seed, purpose, number);
  memset(game->state, 0, zero->rules.state_bytes);
  game->live = true, game->moves = 0, game->result = 0;
  if (!zero->rules.type->reset(zero->rules.self, game->search.worker, game->state, &game->rng, error)) return false;
  game->mover = co_world_mover(zero->world, game->state);
  return true;
}

// Up to random_opening moves at random: the network shall know positions that good play does not lead to.
static bool wander(CoZero *zero, CoZeroGame *game, CoError *error) {
  const CoSearchRules *rules = &zero->rules;
  float reward;
  bool ended = false;
  int mover;
  for (int moves = co_rng_int(&game->rng, 0, zero->config.random_opening); moves > 0 && !ended; moves--) {
    if (!co_search_look(&game->search, game->state, &mover, error)) return false;
    int action = co_rng_choose(&game->rng, (const uint8_t *)game->search.mask, rules->actions);
    if (!co_search_step(&game->search, game->state, action, &reward, &ended, error)) return false;
  }
  game->live = !ended; // a game that ends so soon teaches nothing
  if (!ended) game->mover = co_world_mover(zero->world, game->state);
  return true;
}

// N(a)^(1 / T), of shares of visits.
static double weight(const CoZero *zero, float share) {
  return share > 0 ? co_exp(co_log((double)share) / zero->config.temperature) : 0;
}

// A draw from pi(a) in proportion to N(a)^(1 / T).
static int draw(const CoZero *zero, CoZeroGame *game, const float *share) {
  double sum = 0;
  int last = co_search_most(&game->search);
  for (int a = 0; a < zero->actions; a++) sum += weight(zero, share[a]);
  double left = co_rng_unit(&game->rng) * sum;
  for (int a = 0; a < zero->actions; a++) {
    if (share[a] <= 0) continue;
    if ((left -= weight(zero, share[a])) < 0) return a;
    last = a;
  }
  return last; // rounding
}

// Makes a move; the game may end with it.
static bool move(CoZero *zero, CoZeroGame *game, int action, CoError *error) {
  float reward;
  bool ended;
  if (!co_search_step(&game->search, game->state, action, &reward, &ended, error)) return false;
  game->reward[game->moves++] = reward;
  game->result += reward;
  game->live = !ended && game->moves < zero->longest;
  if (game->live) game->mover = co_world_mover(zero->world, game->state);
  return true;
}

// The position and what its search found.
static bool note(CoZero *zero, CoZeroGame *game, CoError *error) {
  size_t at = (size_t)game->moves, actions = (size_t)zero->actions;
  int mover;
  if (!co_search_look(&game->search, game->state, &mover, error)) return false;
  memcpy(game->mask + at * actions, game->search.mask, actions);
  co_search_visits(&game->search, game->policy + at * actions);
  game->value[at] = game->search.nodes->mean;
  game->movers[at] = (int8_t)mover;
  return co_world_observe(zero->world, game->search.worker, game->state, mover, game->obs + at * (size_t)zero->obs_size,
                          error);
}

// What one shard of games does, on one thread.
typedef struct Work {
  CoZero *zero;
  const CoParams *params[2]; // of the players; self-play: one
  int count;                 // of the games
  bool failed[CO_ZERO_SHARDS];
  CoError errors[CO_ZERO_SHARDS];
} Work;

static void span(const Work *work, int shard, int *first, int *end) {
  int shards = work->zero->config.shards;
  *first = work->count * shard / shards, *end = work->count * (shard + 1) / shards;
}

// One move of all of a shard's games that go on; 0: all have ended, -1: failed.
static int turn(CoZero *zero, const CoParams *params, int shard, int first, int end, CoTape *tape, CoError *error) {
  int *live = zero->live[shard], count = 0;
  for (int i = first; i < end; i++)
    if (zero->games[i].live) live[count++] = i;
  const CoZeroTask task = {params, live, count, zero->config.simulations, true};
  if (count && !co_zero_search(zero, &task, tape, error)) return -1;
  for (int i = 0; i < count; i++) {
    CoZeroGame *game = &zero->games[live[i]];
    if (!note(zero, game, error)) return -1;
    bool warm = game->moves < zero->config.temperature_moves;
    const float *share = game->policy + (size_t)game->moves * (size_t)zero->actions;
    if (!move(zero, game, warm ? draw(zero, game, share) : co_search_most(&game->search), error)) return -1;
  }
  return count;
}

static void play(void *user, int shard, int thread) {
  Work *work = user;
  CoZero *zero = work->zero;
  CoTape *tape = co_sharded_tape(zero->sharded, thread);
  CoError *error = &work->errors[shard];
  int first, end, count = 1;
  span(work, shard, &first, &end);
  for (int i = first; i < end; i++) {
    CoZeroGame *game = &zero->games[i];
    if (!begin(zero, game, "games", (uint64_t)(zero->rounds * work->count + i), error) || !wander(zero, game, error))
      count = -1;
  }
  while (count > 0) count = turn(zero, work->params[0], shard, first, end, tape, error);
  work->failed[shard] = count < 0;
}

static bool run(Work *work, void (*job)(void *user, int shard, int thread), CoError *error) {
  CoZero *zero = work->zero;
  co_pool_run(co_sharded_pool(zero->sharded), zero->config.shards, job, work);
  for (int i = 0; i < zero->config.shards; i++)
    if (work->failed[i]) return co_fail(error, "%s", work->errors[i].text);
  return true;
}

// z of each position: what came from there on, to its mover.
static void remember(CoZero *zero, const CoZeroGame *game) {
  CoZeroMemory *memory = &zero->memory;
  size_t actions = (size_t)zero->actions, size = (size_t)zero->obs_size;
  float z = game->result, share = (float)zero->config.search_share;
  for (int i = 0; i < game->moves; i++) {
    size_t from = (size_t)i, to = (size_t)memory->next;
    memcpy(memory->obs + to * size, game->obs + from * size, size * sizeof *memory->obs);
    memcpy(memory->policy + to * actions, game->policy + from * actions, actions * sizeof *memory->policy);
    memcpy(memory->mask + to * actions, game->mask + from * actions, actions);
    float target = z + share * (game->value[i] - z);
    memory->value[to] = game->movers[i] ? -target : target;
    z -= game->reward[i];
    memory->next = (memory->next + 1) % memory->capacity;
    if (memory->count < memory->capacity) memory->count++;
  }
}

bool co_zero_play(CoZero *zero, CoRound *round, CoError *error) {
  Work work = {
      .zero = zero, .params = {zero->config.gating ? &zero->best : &zero->params}, .count = zero->config.games};
  if (!run(&work, play, error)) return false;
  double sum = 0;
  for (int i = 0; i < work.count; i++) {
    remember(zero, &zero->games[i]);
    round->steps += zero->games[i].moves;
    sum += (double)zero->games[i].result;
  }
  round->episodes = work.count;
  co_metric(round->metrics, "return", sum / work.count); // of the first agent
  co_metric(round->metrics, "length", (double)round->steps / work.count);
  co_metric(round->metrics, "simulations", (double)round->steps * zero->config.simulations);
  return true;
}

// In even games the newest network moves first. Those where it is the other's turn are searched by the other.
static void compete(void *user, int shard, int thread) {
  Work *work = user;
  CoZero *zero = work->zero;
  CoError *error = &work->errors[shard];
  CoTape *tape = co_sharded_tape(zero->sharded, thread);
  int first, end, *live = zero->live[shard], any = 1;
  bool ok = true;
  span(work, shard, &first, &end);
  for (int i = first; i < end; i++)
    ok = ok && begin(zero, &zero->games[i], "match", (uint64_t)(zero->rounds * work->count + i), error);
  while (ok && any) {
    any = 0;
    for (int player = 0; ok && player < 2; player++) {
      int count = 0;
      for (int i = first; i < end; i++)
        if (zero->games[i].live && (zero->games[i].mover + i) % 2 == player) live[count++] = i;
      const CoZeroTask task = {work->params[player], live, count, zero->config.simulations, false};
      ok = !count || co_zero_search(zero, &task, tape, error);
      for (int i = 0; ok && i < count; i++) {
        CoZeroGame *game = &zero->games[live[i]];
        co_search_visits(&game->search, game->policy);
        ok = move(zero, game, game->moves < OPENING ? draw(zero, game, game->policy) : co_search_most(&game->search),
                  error);
      }
      any += count;
    }
  }
  work->failed[shard] = !ok;
}

bool co_zero_match(CoZero *zero, double *score, CoError *error) {
  Work work = {.zero = zero, .params = {&zero->params, &zero->best}, .count = zero->config.gate_games};
  if (!run(&work, compete, error)) return false;
  double sum = 0;
  for (int i = 0; i < work.count; i++) sum += (double)(i % 2 ? -zero->games[i].result : zero->games[i].result);
  *score = 0.5 + 0.5 * sum / work.count;
  return true;
}

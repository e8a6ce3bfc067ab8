// Monte Carlo tree search: selection by UCT (Kocsis and Szepesvari, 2006) or P-UCT (Silver et al., 2017), expansion,
// backup. What a visit changes in the formula is computed at the backup, so that selecting is one multiplication a
// move.
#include "search.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"
#include "cohort/minimax.h"

bool co_search_accepts(const CoSpec *spec, CoError *error) {
  return co_minimax_accepts(spec, error);
}

bool co_search_rules(CoSearchRules *rules, const CoWorld *world, int simulations, double c, bool prior,
                     CoError *error) {
  const CoSpec *spec = co_world_spec(world);
  size_t visits = (size_t)simulations + 2;
  *rules = (CoSearchRules){.world = world,
                           .type = co_world_type(world),
                           .self = co_world_self(world),
                           .state_bytes = co_world_state_bytes(world),
                           .actions = spec->actions,
                           .words = (spec->actions + 7) / 8,
                           .simulations = simulations,
                           .prior = prior};
  if (spec->agents != 2) return co_fail(error, "needs two players, this environment has %d", spec->agents);
  if ((int64_t)visits * spec->actions > INT_MAX)
    return co_fail(error, "simulations is %d, times %d actions it must stay below 2^31", simulations, spec->actions);
  rules->reach = calloc(2 * visits, sizeof *rules->reach);
  if (!rules->reach) return co_fail(error, "no memory for a search");
  rules->spread = rules->reach + visits;
  for (size_t n = 1; n < visits; n++) {
    rules->reach[n] = (float)(c * sqrt(prior ? (double)n : co_log((double)n)));
    rules->spread[n] = (float)(prior ? 1.0 / (1.0 + (double)n) : 1.0 / sqrt((double)n));
  }
  return true;
}

void co_search_rules_free(CoSearchRules *rules) {
  free(rules->reach);
}

bool co_search_create(CoSearch *search, const CoSearchRules *rules, CoError *error) {
  size_t levels = (size_t)rules->simulations + 3, nodes = 1 + (levels - 1) * (size_t)rules->actions;
  *search = (CoSearch){.rules = rules};
  search->nodes = malloc(nodes * sizeof *search->nodes); // touched as they are used
  search->path = calloc(levels, sizeof *search->path);
  search->rewards = calloc(levels, sizeof *search->rewards);
  search->root = calloc(2, rules->state_bytes + 16);
  search->mask = calloc((size_t)rules->words, sizeof *search->mask);
  search->info = calloc((size_t)co_world_infos(rules->world) + 1, sizeof *search->info);
  if (search->nodes && search->path && search->rewards && search->root && search->mask && search->info) {
    search->state = search->root + (rules->state_bytes + 15) / 16 * 16;
    return co_world_worker_open(rules->world, &search->worker, error);
  }
  return co_fail(error, "no memory for a search of %d simulations", rules->simulations);
}

void co_search_free(CoSearch *search) {
  if (search->rules) co_world_worker_close(search->rules->world, search->worker);
  free(search->nodes);
  free(search->path);
  free(search->rewards);
  free(search->root);
  free(search->mask);
  free(search->info);
}

void co_search_begin(CoSearch *search, const void *state) {
  memcpy(search->root, state, search->rules->state_bytes);
  search->nodes[0] = (CoNode){.prior = 1};
  search->used = 1;
}

void co_search_start(CoSearch *search) {
  memcpy(search->state, search->root, search->rules->state_bytes);
  search->path[0] = 0;
  search->depth = 0;
  search->ended = false;
}

bool co_search_look(CoSearch *search, const void *state, int *mover, CoError *error) {
  const CoSearchRules *rules = search->rules;
  *mover = rules->type->mover(rules->self, state);
  if (*mover < 0) return co_fail(error, "nature moves in this game: the search knows no chance");
  memset(search->mask, 0, (size_t)rules->words * sizeof *search->mask);
  if (rules->type->available)
    return rules->type->available(rules->self, search->worker, state, *mover, (uint8_t *)search->mask, error);
  memset(search->mask, 1, (size_t)rules->actions);
  return true;
}

bool co_search_step(CoSearch *search, void *state, int action, float *reward, bool *ended, CoError *error) {
  const CoSearchRules *rules = search->rules;
  const int chosen[2] = {action, action}; // whoever's turn it is
  float rewards[2] = {0};
  CoRng none = {0, 1};
  CoOutcome outcome = {rewards, search->info, false};
  if (!rules->type->step(rules->self, search->worker, state, &(CoActions){chosen, NULL}, &none, &outcome, error))
    return false;
  *reward = rewards[0];
  *ended = outcome.terminated;
  return true;
}

bool co_search_expand(CoSearch *search, const float *prior, CoError *error) {
  CoNode *node = co_search_leaf(search);
  int mover;
  if (!co_search_look(search, search->state, &mover, error)) return false;
  const uint8_t *legal = (const uint8_t *)search->mask;
  node->mover = (int8_t)mover;
  node->first = search->used;
  for (int a = 0; a < search->rules->actions; a++)
    if (legal[a]) search->nodes[search->used++] = (CoNode){.prior = prior ? prior[a] : 1, .action = (uint16_t)a};
  node->count = (uint16_t)(search->used - node->first);
  if (!search->rules->prior) return true;
  for (int i = 0; i < node->count; i++) { // spread of moves that were never tried: P / (1 + 0)
    CoNode *child = &search->nodes[node->first + i];
    if (!prior) child->prior = 1.0f / (float)node->count;
    child->spread = child->prior;
  }
  return true;
}

// The child with the highest upper bound. UCT tries each once before: they are visited in their order.
static int32_t choose(const CoSearch *search, const CoNode *node) {
  const CoSearchRules *rules = search->rules;
  if (!rules->prior && node->visits <= node->count) return node->first + node->visits - 1;
  const CoNode *child = &search->nodes[node->first];
  float reach = rules->reach[node->visits], best = -INFINITY;
  int pick = 0;
  for (int i = 0; i < node->count; i++) {
    float bound = child[i].mean + reach * child[i].spread;
    pick = bound > best ? i : pick;
    best = bound > best ? bound : best;
  }
  return node->first + pick;
}

bool co_search_descend(CoSearch *search, CoError *error) {
  for (const CoNode *node = co_search_leaf(search); node->first && !search->ended; node = co_search_leaf(search)) {
    int32_t child = choose(search, node);
    search->path[++search->depth] = child;
    if (!co_search_step(search, search->state, search->nodes[child].action, &search->rewards[search->depth],
                        &search->ended, error))
      return false;
  }
  return true;
}

// N <- N + 1, W <- W + G, Q = W / N along the path; G to the first agent, its opposite to the second.
void co_search_backup(CoSearch *search, float value) {
  const CoSearchRules *rules = search->rules;
  for (int i = search->depth; i >= 0; i--) {
    CoNode *node = &search->nodes[search->path[i]];
    if (i) value += search->rewards[i];
    bool second = i && search->nodes[search->path[i - 1]].mover;
    node->visits++;
    node->total += second ? -value : value;
    node->mean = node->total / (float)node->visits;
    node->spread = node->prior * rules->spread[node->visits];
  }
}

void co_search_visits(const CoSearch *search, float *share) {
  const CoNode *root = search->nodes, *child = root + root->first;
  int sum = 0;
  memset(share, 0, (size_t)search->rules->actions * sizeof *share);
  for (int i = 0; i < root->count; i++) sum += child[i].visits;
  for (int i = 0; i < root->count; i++) share[child[i].action] = (float)child[i].visits / (float)(sum ? sum : 1);
}

void co_search_values(const CoSearch *search, float *values) {
  const CoNode *root = search->nodes, *child = root + root->first;
  memset(values, 0, (size_t)search->rules->actions * sizeof *values);
  for (int i = 0; i < root->count; i++) values[child[i].action] = child[i].mean;
}

int co_search_most(const CoSearch *search) {
  const CoNode *root = search->nodes, *child = root + root->first, *best = child;
  for (int i = 1; i < root->count; i++)
    if (child[i].visits > best->visits || (child[i].visits == best->visits && child[i].mean > best->mean))
      best = &child[i];
  return best->action;
}

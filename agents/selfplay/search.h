// Monte Carlo tree search (Coulom, 2006): a tree over a game's hooks, in one block; it allocates nothing.
#ifndef COHORT_AGENTS_SELFPLAY_SEARCH_H
#define COHORT_AGENTS_SELFPLAY_SEARCH_H

#include "cohort/agent.h"

// What is the same for all searches in a world.
typedef struct CoSearchRules {
  const CoWorld *world;
  const CoEnvType *type;
  const void *self;
  size_t state_bytes;
  int actions, words; // words: of 8 bytes that a mask of actions fills
  int simulations;
  bool prior;    // P-UCT: Q + c P sqrt(N) / (1 + n); otherwise UCT: Q + c sqrt(ln N) / sqrt(n)
  float *reach;  // [simulations + 2] by a position's visits N: c sqrt(N), or c sqrt(ln N)
  float *spread; // [simulations + 2] by a move's visits n: 1 / (1 + n), or 1 / sqrt(n)
} CoSearchRules;

// A position, and the move that leads there.
typedef struct CoNode {
  float total, mean; // of what that move brought to whoever made it (at the root: to the first agent)
  float spread;      // rules.spread times prior
  float prior;
  int32_t visits;
  int32_t first; // of its children, which lie side by side; 0: none yet
  uint16_t action, count;
  int8_t mover;
} CoNode;

// One search. The path is that of the simulation under way.
typedef struct CoSearch {
  const CoSearchRules *rules;
  void *worker; // of the thread that searches
  CoNode *nodes;
  int32_t used, depth;
  int32_t *path;               // [simulations + 3]
  float *rewards;              // [simulations + 3] to the first agent, of the move into path[i]
  unsigned char *root, *state; // [state_bytes] where the search and the path stand
  uint64_t *mask;              // [words] scratch: bytes, 1 legal
  float *info;                 // [infos] what games tell besides, which nobody reads
  bool ended;                  // the game does, where the path stands
} CoSearch;

// Zero-sum games of two, with open positions and discrete actions.
bool co_search_accepts(const CoSpec *spec, CoError *error);
bool co_search_rules(CoSearchRules *rules, const CoWorld *world, int simulations, double c, bool prior, CoError *error);
void co_search_rules_free(CoSearchRules *rules);
bool co_search_create(CoSearch *search, const CoSearchRules *rules, CoError *error);
void co_search_free(CoSearch *search);

// Forgets the tree; the root is a position [state_bytes] where somebody is to move.
void co_search_begin(CoSearch *search, const void *state);
// A simulation: to the root; down to a node without children or to the game's end (goes on from where the path
// stands); back up with what follows there is worth to the first agent.
void co_search_start(CoSearch *search);
bool co_search_descend(CoSearch *search, CoError *error);
void co_search_backup(CoSearch *search, float value);
// Gives the node where the path stands its children. prior[actions] of legal actions; NULL: all alike.
bool co_search_expand(CoSearch *search, const float *prior, CoError *error);
// The mover of a position and its legal actions, into search->mask. False at nature's turn, with a sentence.
bool co_search_look(CoSearch *search, const void *state, int *mover, CoError *error);
// A move: reward to the first agent, true at the end in *ended. Draws nothing: there is no chance.
bool co_search_step(CoSearch *search, void *state, int action, float *reward, bool *ended, CoError *error);

static inline CoNode *co_search_leaf(const CoSearch *search) {
  return &search->nodes[search->path[search->depth]];
}
void co_search_visits(const CoSearch *search, float *share);  // [actions] of the root's visits
void co_search_values(const CoSearch *search, float *values); // [actions] Q to the mover; 0 where never tried
int co_search_most(const CoSearch *search);                   // the action tried most often; of equals the better

#endif

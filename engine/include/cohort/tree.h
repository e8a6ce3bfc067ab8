// The tree of a game of two agents, with nature's moves and information sets: what solvers of games work on.
#ifndef COHORT_TREE_H
#define COHORT_TREE_H

#include "cohort/env.h"

#define CO_TREE_END (-3) // a node's mover: nobody, the game is over

// A sequence is what an agent has done on the way to some point, named by its latest move there (von Stengel, Efficient
// computation of behavior strategies, 1996). All sequences of both agents are numbered together, agent 0's first; the
// first of each agent is the empty one. A sequence's number is larger than that of any part of it.

// An information set: positions that its agent cannot tell apart, and its legal moves there.
typedef struct CoTreeSet {
  int agent, index; // what the `index` hook says
  int before;       // the agent's sequence that leads here
  int first, moves; // its k-th move makes sequence first + k
} CoTreeSet;

// A position. Agents that move at once take turns in the tree, the later one not knowing what the earlier one did.
typedef struct CoTreeNode {
  int mover;        // an agent, CO_CHANCE or CO_TREE_END
  int number;       // an agent's: the information set; at an end: the leaf
  int first, count; // children first .. first + count - 1, by the set's k-th move or nature's k-th
} CoTreeNode;

typedef struct CoTreeLeaf {
  int last[2];     // each agent's sequence that leads here
  double worth[2]; // what each is paid on the way, times the probability of nature's moves
} CoTreeLeaf;

// Everything that can happen. Nodes in order of depth: 0 is the root, children come after their parents.
typedef struct CoTree {
  int nodes, leaves, sets, sequences;
  int set_first[3];          // agent a's sets are set_first[a] .. set_first[a + 1] - 1, each after those before it
  int sequence_first[3];     // likewise; the first is the empty sequence
  const CoTreeNode *node;    // [nodes]
  const double *probability; // [nodes] of nature's move that led here; 1 where an agent's did
  const double (*payoff)[2]; // [leaves] what each is paid on the way
  const CoTreeLeaf *leaf;    // [leaves]
  const CoTreeSet *set;      // [sets]
  const int *action;         // [sequences] the environment's number of the latest move; -1 for the empty ones
} CoTree;

// From a world of two agents with `outcomes` and information sets (spec.perfect_recall). Running out of time is an end
// of the game. NULL with a sentence: it is not of this kind, its information sets recall less than they should, it is
// too large, or memory runs out.
CoTree *co_tree_create(const CoWorld *world, CoError *error);
void co_tree_destroy(CoTree *tree);                         // NULL is fine
int co_tree_find(const CoTree *tree, int agent, int index); // the information set of that index; -1: never reached

// Plans: plan[sequences], the probability that an agent makes the moves of a sequence where the others let it; a
// policy is policy[sequences], the probability of a sequence's latest move in its set.

// plan of an agent's policy.
void co_tree_plan(const CoTree *tree, int agent, const double *policy, double *plan);
// policy of an agent's plan, or of a sum of plans: its shares; all moves alike in sets that it never reaches.
void co_tree_policy(const CoTree *tree, int agent, const double *plan, double *policy);
// value[sequences]: what the leaves right behind each of the agent's sequences are worth to it against the other's
// plan.
void co_tree_worth(const CoTree *tree, int agent, const double *plan, double *value);
// The value of the agent's best response to the other's plan. value [sequences] is the work's: of the agent's, what the
// best response gains after each. response, where not NULL: its pure policy, ties to the first move.
double co_tree_best_response(const CoTree *tree, int agent, const double *plan, double *value, double *response);
double co_tree_value(const CoTree *tree, int agent, const double *plan); // when both keep to the plan
// (BR0 + BR1) / 2 of a zero-sum game: what a perfect opponent wins on average of both seats; 0 at an equilibrium.
double co_tree_exploitability(const CoTree *tree, const double *plan, double *value);

#endif

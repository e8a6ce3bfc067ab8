// Private to the room: a sum tree, for drawing in proportion to priorities (Schaul et al. 2016, appendix B.2.1).
#ifndef COHORT_DATA_TREE_H
#define COHORT_DATA_TREE_H

// Node 1 is the root, the children of n are 2 n and 2 n + 1, leaf i is node leaves + i. Each parent is the sum of its
// children as last computed, never an accumulated difference: it does not drift.
typedef struct Tree {
  double *nodes; // [2 leaves]
  int leaves;    // a power of two
} Tree;

static inline int tree_leaves(int capacity) {
  int leaves = 1;
  while (leaves < capacity) leaves *= 2;
  return leaves;
}

static inline double tree_total(const Tree *tree) {
  return tree->nodes[1];
}

static inline double tree_at(const Tree *tree, int leaf) {
  return tree->nodes[tree->leaves + leaf];
}

static inline void tree_set(Tree *tree, int leaf, double priority) {
  int node = tree->leaves + leaf;
  tree->nodes[node] = priority;
  while (node > 1) {
    node /= 2;
    tree->nodes[node] = tree->nodes[2 * node] + tree->nodes[2 * node + 1];
  }
}

// The leaf in which `mass`, in [0, total), lies; never one of priority 0 while any other is left.
static inline int tree_find(const Tree *tree, double mass) {
  int node = 1;
  while (node < tree->leaves) {
    node *= 2;
    if (mass < tree->nodes[node] || tree->nodes[node + 1] <= 0) continue;
    mass -= tree->nodes[node];
    node++;
  }
  return node - tree->leaves;
}

#endif

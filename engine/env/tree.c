// Game trees: breadth-first from the starts, every agent's information sets by number as they are found.
#include "cohort/tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "successors.h"

#define MOST_NODES (1 << 22)
#define BEGINNING (-1) // decided: nobody has chosen yet

// On the way to a node.
typedef struct Visit {
  double probability, paid[2];
  int last[2];   // each agent's sequence, by its own numbers
  int action[2]; // chosen, not done yet
  int decided;   // the agent who chose last
  int clock;     // moves of agents
  bool begun, over;
} Visit;

// What an agent has: numbers are its own, its empty sequence is 0.
typedef struct Side {
  CoTreeSet *set; // [sets]
  int *action;    // [sequences]
  int *found;     // [states] the set of an index, or -1
  int sets, sequences, set_room, sequence_room;
} Side;

// The tree and the work on it; CoTree comes first, so that a pointer to one is a pointer to the other.
typedef struct Growth {
  CoTree tree;
  const CoWorld *world;
  CoSuccessors next;
  Side side[2];
  size_t stride;
  uint8_t *mask; // [actions]
  // [nodes], growing
  CoTreeNode *node;
  double *probability;
  Visit *visit;
  unsigned char *state; // [nodes][stride]
  int node_room, leaf_room;
  // [leaves], growing
  CoTreeLeaf *leaf;
  double (*payoff)[2];
} Growth;

static bool more(void *array, size_t count, size_t bytes, CoError *error) {
  void **at = array;
  void *larger = realloc(*at, count * bytes);
  if (!larger) return co_fail(error, "out of memory for the tree of the game");
  *at = larger;
  return true;
}

static bool make_nodes(Growth *g, int count, CoError *error) {
  if (g->tree.nodes + count > MOST_NODES)
    return co_fail(error, "%s has more than %d positions, too many to lay out", g->world->type->name, MOST_NODES);
  if (g->tree.nodes + count > g->node_room) {
    size_t room = 2 * (size_t)(g->tree.nodes + count);
    if (!more(&g->node, room, sizeof *g->node, error) || !more(&g->probability, room, sizeof *g->probability, error) ||
        !more(&g->visit, room, sizeof *g->visit, error) || !more(&g->state, room, g->stride, error))
      return false;
    g->node_room = (int)room;
  }
  g->tree.nodes += count;
  return true;
}

static void *state_of(const Growth *g, int node) {
  return g->state + (size_t)node * g->stride;
}

// `count` children that begin as their parent stands.
static bool have_children(Growth *g, int parent, int mover, int number, int count, CoError *error) {
  int first = g->tree.nodes;
  if (!make_nodes(g, count, error)) return false;
  g->node[parent] = (CoTreeNode){mover, number, first, count};
  for (int i = first; i < first + count; i++) {
    g->visit[i] = g->visit[parent];
    g->probability[i] = 1;
    memcpy(state_of(g, i), state_of(g, parent), g->stride);
  }
  return true;
}

static bool make_leaf(Growth *g, int node, CoError *error) {
  const Visit *v = &g->visit[node];
  int number = g->tree.leaves;
  if (number == g->leaf_room) {
    size_t room = 2 * (size_t)number + 16;
    if (!more(&g->leaf, room, sizeof *g->leaf, error) || !more(&g->payoff, room, sizeof *g->payoff, error))
      return false;
    g->leaf_room = (int)room;
  }
  g->tree.leaves++;
  g->node[node] = (CoTreeNode){.mover = CO_TREE_END, .number = number};
  g->leaf[number] = (CoTreeLeaf){.last = {v->last[0], v->last[1]},
                                 .worth = {v->probability * v->paid[0], v->probability * v->paid[1]}};
  memcpy(g->payoff[number], v->paid, sizeof v->paid);
  return true;
}

// A node takes on what followed.
static void arrive(Growth *g, int node, const CoTransition *next) {
  Visit *v = &g->visit[node];
  const CoWorld *world = g->world;
  bool agents = v->begun && co_world_mover(world, state_of(g, node)) != CO_CHANCE;
  memcpy(state_of(g, node), next->state, world->state_bytes);
  for (int a = 0; v->begun && a < 2; a++) v->paid[a] += (double)next->rewards[a];
  v->clock += agents;
  v->over = next->terminated;
  if (world->spec.episode_limit && v->clock >= world->spec.episode_limit && !v->over)
    v->over = co_world_mover(world, state_of(g, node)) != CO_CHANCE;
  v->begun = true;
  v->decided = BEGINNING;
}

// What follows is one thing, or nature draws.
static bool resolve(Growth *g, int node, CoError *error) {
  Visit *v = &g->visit[node];
  const CoActions actions = {v->action, NULL};
  if (!co_successors_find(&g->next, v->begun ? state_of(g, node) : NULL, &actions, error)) return false;
  const CoTransition *out = g->next.out;
  if (g->next.count == 1) {
    arrive(g, node, out);
    return true;
  }
  if (!have_children(g, node, CO_CHANCE, 0, g->next.count, error)) return false;
  for (int i = 0; i < g->next.count; i++) {
    int child = g->node[node].first + i;
    arrive(g, child, &out[i]);
    g->probability[child] = out[i].probability;
    g->visit[child].probability *= out[i].probability;
  }
  return true;
}

static bool make_set(Growth *g, Side *side, CoTreeSet set, CoError *error) {
  if (side->sets == side->set_room) {
    int room = 2 * side->sets + 16;
    if (!more(&side->set, (size_t)room, sizeof *side->set, error)) return false;
    side->set_room = room;
  }
  if (side->sequences + set.moves > side->sequence_room) {
    int room = 2 * (side->sequences + set.moves);
    if (!more(&side->action, (size_t)room, sizeof *side->action, error)) return false;
    side->sequence_room = room;
  }
  side->found[set.index] = side->sets;
  side->set[side->sets++] = set;
  for (int a = 0; a < g->world->spec.actions; a++)
    if (g->mask[a]) side->action[side->sequences++] = a;
  return true;
}

// That this position belongs to the set of its index.
static bool belongs(const Growth *g, const Side *side, const CoTreeSet *set, int last, CoError *error) {
  const char *name = g->world->type->name;
  int moves = 0;
  if (set->before != last)
    return co_fail(error, "%s: agent %d comes to information set %d by different moves of its own: no perfect recall",
                   name, set->agent, set->index);
  for (int a = 0; a < g->world->spec.actions; a++) {
    if (!g->mask[a]) continue;
    if (moves < set->moves && side->action[set->first + moves] == a)
      moves++;
    else
      moves = -g->world->spec.actions;
  }
  return moves == set->moves ||
         co_fail(error, "%s: in information set %d agent %d has different legal actions", name, set->index, set->agent);
}

// The agent's information set of this node, by the agent's own numbers; -1 with a sentence.
static int number(Growth *g, int node, int agent, CoError *error) {
  Side *side = &g->side[agent];
  const CoWorld *world = g->world;
  const void *state = state_of(g, node);
  int index = world->type->index(world->self, state, agent), last = g->visit[node].last[agent], moves = 0;
  assert(index >= 0 && index < world->spec.states);
  if (!co_world_available(world, g->next.worker, state, agent, g->mask, error)) return -1;
  if (side->found[index] >= 0)
    return belongs(g, side, &side->set[side->found[index]], last, error) ? side->found[index] : -1;
  for (int a = 0; a < world->spec.actions; a++) moves += g->mask[a];
  const CoTreeSet set = {agent, index, last, side->sequences, moves};
  return make_set(g, side, set, error) ? side->found[index] : -1;
}

static bool branch(Growth *g, int node, int agent, CoError *error) {
  int set = number(g, node, agent, error);
  if (set < 0) return false;
  const CoTreeSet *s = &g->side[agent].set[set];
  if (!have_children(g, node, agent, set, s->moves, error)) return false;
  for (int k = 0; k < s->moves; k++) {
    Visit *v = &g->visit[g->node[node].first + k];
    v->last[agent] = s->first + k;
    v->action[agent] = g->side[agent].action[s->first + k];
    v->decided = agent;
  }
  return true;
}

// The next agent who chooses before anything happens; 2 when none is left, or nature moves.
static int chooser(const Growth *g, int node) {
  const void *state = state_of(g, node);
  int mover = co_world_mover(g->world, state), agent = g->visit[node].decided + 1;
  if (mover == CO_CHANCE) return 2;
  while (agent < 2 && !((mover == CO_EVERYONE || mover == agent) && co_world_alive(g->world, state, agent))) agent++;
  return agent;
}

static bool expand(Growth *g, int node, CoError *error) {
  g->node[node].count = 0;
  g->node[node].mover = CO_TREE_END;
  while (!g->visit[node].over) {
    int agent = g->visit[node].begun ? chooser(g, node) : 2;
    if (agent < 2) return branch(g, node, agent, error);
    if (!resolve(g, node, error)) return false;
    if (g->node[node].count) return true;
  }
  return make_leaf(g, node, error);
}

static bool grow(Growth *g, CoError *error) {
  for (int a = 0; a < 2; a++) {
    Side *side = &g->side[a];
    side->found = malloc((size_t)g->world->spec.states * sizeof *side->found);
    if (!side->found || !more(&side->action, 1, sizeof *side->action, error))
      return co_fail(error, "out of memory for the tree of the game");
    for (int i = 0; i < g->world->spec.states; i++) side->found[i] = -1;
    side->action[0] = -1;
    side->sequences = side->sequence_room = 1;
  }
  if (!(g->mask = malloc((size_t)g->world->spec.actions)))
    return co_fail(error, "out of memory for the tree of the game");
  if (!make_nodes(g, 1, error)) return false;
  g->visit[0] = (Visit){.probability = 1, .decided = BEGINNING};
  g->probability[0] = 1;
  for (int node = 0; node < g->tree.nodes; node++)
    if (!expand(g, node, error)) return false;
  return true;
}

// Agent 1's sets and sequences come behind agent 0's.
static bool join(Growth *g, CoError *error) {
  Side *first = &g->side[0], *second = &g->side[1];
  CoTree *tree = &g->tree;
  int sets = first->sets, sequences = first->sequences;
  tree->sets = sets + second->sets;
  tree->sequences = sequences + second->sequences;
  if (!more(&first->set, (size_t)tree->sets + 1, sizeof *first->set, error) ||
      !more(&first->action, (size_t)tree->sequences, sizeof *first->action, error))
    return false;
  for (int i = 0; i < second->sets; i++) {
    CoTreeSet set = second->set[i];
    set.before += sequences, set.first += sequences;
    first->set[sets + i] = set;
  }
  memcpy(first->action + sequences, second->action, (size_t)second->sequences * sizeof *first->action);
  for (int i = 0; i < g->world->spec.states; i++)
    if (second->found[i] >= 0) second->found[i] += sets;
  for (int i = 0; i < tree->leaves; i++) g->leaf[i].last[1] += sequences;
  for (int i = 0; i < tree->nodes; i++)
    if (g->node[i].mover == 1) g->node[i].number += sets;
  memcpy(tree->set_first, ((int[]){0, sets, tree->sets}), sizeof tree->set_first);
  memcpy(tree->sequence_first, ((int[]){0, sequences, tree->sequences}), sizeof tree->sequence_first);
  tree->node = g->node, tree->probability = g->probability;
  tree->leaf = g->leaf, tree->payoff = (const double(*)[2])g->payoff;
  tree->set = first->set, tree->action = first->action;
  return true;
}

static bool fits(const CoWorld *world, CoError *error) {
  const CoSpec *spec = &world->spec;
  const char *name = world->type->name;
  if (spec->agents != 2) return co_fail(error, "%s has %d agents, game trees are of two", name, spec->agents);
  if (!spec->states || !spec->actions || !spec->perfect_recall)
    return co_fail(error, "%s has no information sets of perfect recall", name);
  return world->type->outcomes || co_fail(error, "%s does not know its exact model", name);
}

CoTree *co_tree_create(const CoWorld *world, CoError *error) {
  if (!fits(world, error)) return NULL;
  Growth *g = calloc(1, sizeof *g);
  if (!g) {
    co_fail(error, "out of memory for the tree of the game");
    return NULL;
  }
  g->world = world;
  g->stride = (world->state_bytes + 15) / 16 * 16;
  bool done = co_successors_begin(&g->next, world, error) && grow(g, error) && join(g, error);
  co_successors_end(&g->next);
  free(g->visit);
  free(g->state);
  free(g->mask);
  if (done) return &g->tree;
  co_tree_destroy(&g->tree);
  return NULL;
}

void co_tree_destroy(CoTree *tree) {
  if (!tree) return;
  Growth *g = (Growth *)tree;
  for (int a = 0; a < 2; a++) {
    free(g->side[a].set);
    free(g->side[a].action);
    free(g->side[a].found);
  }
  free(g->node);
  free(g->probability);
  free(g->leaf);
  free(g->payoff);
  free(g);
}

int co_tree_find(const CoTree *tree, int agent, int index) {
  const Growth *g = (const Growth *)tree;
  assert(agent >= 0 && agent < 2 && index >= 0 && index < g->world->spec.states);
  return g->side[agent].found[index];
}

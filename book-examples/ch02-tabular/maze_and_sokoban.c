// Breadth-first search and value iteration on mazes and Sokoban: Plaat, chapter 2. Both find the fewest pushes.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double gamma;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, gamma, "0.95", 0.5, 0.999, "mazes: discount of a step"),
    CO_FIELDS_END,
};

enum { SOLVED = 1000 }; // what the last box pays; a push costs 1, a step a thousandth, so that ways do not wander

// V(s) = max(0, max_a (r + gamma V(s'))), in sweeps until nothing changes.
static void iterate(const CoModel *model, double *V, float *Q, double gamma) {
  for (double change = 1; change > 1e-9;) {
    change = 0;
    for (int s = 0; s < model->states; s++) {
      double best = 0; // one may give up: boards that cannot be solved any more are worth nothing
      for (int a = 0; a < model->actions; a++) {
        int pair = s * model->actions + a;
        int64_t i = model->first[pair];
        if (!model->legal[pair]) continue; // ends, and what nobody reaches
        Q[pair] = (float)(model->reward[i] + (model->terminated[i] ? 0 : gamma * V[model->next[i]]));
        best = fmax(best, model->reward[i] + (model->terminated[i] ? 0 : gamma * V[model->next[i]]));
      }
      change = fmax(change, fabs(best - V[s]));
      V[s] = best;
    }
  }
}

// Breadth-first search from the start: the least cost of an end. Steps of cost 0 come to the queue's front (a ring that
// grows both ways), those of cost 1 to its back. A step costs 1, or a push where only they count; -1: there is no way.
static int search(CoExample *example, const CoModel *model, bool pushes) {
  size_t states = (size_t)model->states, pairs = states * (size_t)model->actions;
  int *cost = co_example_memory(example, states, sizeof *cost);
  int *queue = co_example_memory(example, 2 * pairs + 2, sizeof *queue), head = (int)pairs, tail = head, best = -1;
  for (int s = 0; s < model->states; s++) {
    cost[s] = model->start[s] > 0 ? 0 : -1;
    if (!cost[s]) queue[tail++] = s;
  }
  while (head < tail) {
    int s = queue[head++];
    for (int a = 0; a < model->actions; a++) {
      int64_t i = model->first[s * model->actions + a];
      if (!model->legal[s * model->actions + a]) continue;
      int next = model->next[i], dearer = pushes ? model->reward[i] < -.5 || model->terminated[i] : 1,
          reached = cost[s] + dearer;
      if (model->terminated[i] && (best < 0 || reached < best)) best = reached;
      if (model->terminated[i] || (cost[next] >= 0 && cost[next] <= reached)) continue;
      cost[next] = reached;
      if (dearer)
        queue[tail++] = next;
      else
        queue[--head] = next;
    }
  }
  return best;
}

static void claim(CoExample *example, const char *board, const char *what, double expected, double got) {
  char name[64];
  snprintf(name, sizeof name, "%s: %s", board, what);
  CoClaim claim = {.what = name, .expected = expected, .low = expected - 1e-6, .high = expected + 1e-6};
  co_example_claim(example, claim, got);
}

// A maze pays 1 at the goal: V(start) = gamma^(steps - 1).
static void solve(CoExample *example, const CoWorld *world, const char *board, bool pushes, double gamma, int known) {
  CoModel *model = co_example_model(example, world);
  double *V = co_example_memory(example, (size_t)model->states, sizeof *V), value = 0;
  float *Q = co_example_memory(example, (size_t)(model->states * model->actions), sizeof *Q);
  int found = search(example, model, pushes);
  iterate(model, V, Q, gamma);
  for (int s = 0; s < model->states; s++) value += model->start[s] * V[s];
  CoModelScore played = co_example_exact(example, model, Q, 0, 1000);
  co_example_say(example, "%s: %d states\n", board, model->states);
  claim(example, board, pushes ? "pushes, search" : "steps, search", known, found);
  claim(example, board, pushes ? "pushes, by values" : "steps, by values", found,
        pushes ? floor(SOLVED - value) : 1 + log(value) / log(gamma));
  claim(example, board, "played", found, pushes ? floor(SOLVED - played.return_mean) : played.length_mean);
  co_example_show(example, co_example_greedy(example, world, Q));
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  static const char *const levels[] = {"one", "two", "three"};
  static const int known[] = {3, 3, 7};
  char name[32];
  (void)seed;
  double gamma = ((const Settings *)settings)->gamma;
  solve(example, co_example_open(example, "maze", "map dyna"), "Dyna maze", false, gamma, 14);
  solve(example, co_example_open(example, "maze", "map open side 20"), "open 20 x 20", false, gamma, 38);
  for (int i = 0; i < 3; i++) {
    CoWorld *world =
        co_example_open(example, "sokoban", "level %s step_reward -.001 push_reward -1 box_reward 0 solved_reward %d",
                        levels[i], SOLVED);
    snprintf(name, sizeof name, "Sokoban, %s", levels[i]);
    solve(example, world, name, true, 1, known[i]);
  }
}

static const CoExampleType type = {
    .name = "maze_and_sokoban",
    .chapter = 2,
    .idea = "Search and value iteration are two ways through the same graph: both find the fewest steps, or pushes.",
    .seeds = 1,
    .settings = {"maze_and_sokoban", sizeof(Settings), fields, NULL},
    .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

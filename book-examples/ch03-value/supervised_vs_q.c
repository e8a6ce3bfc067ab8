// Fitting targets that stay and targets that move: Plaat, chapter 3, from supervised learning to deep Q-learning.
#include <math.h>
#include <string.h>

#include "cohort/cohort.h"

typedef struct Settings {
  CoBodyConfig body;
  double lr, gamma;
  int updates, hold;
} Settings;

static const CoField fields[] = {
    CO_BODY_FIELDS("64", "tanh"),
    CO_NUMBER(Settings, lr, "0.001", 1e-6, 1, "step size of Adam"),
    CO_NUMBER(Settings, gamma, "0.95", 0, 0.999, "discount of a step"),
    CO_INT(Settings, updates, "2000", 100, 1e9, "how many"),
    CO_INT(Settings, hold, "50", 2, 1e9, "updates for which the third network's targets stay, as DQN's do"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "updates", "500"}, {NULL, NULL, NULL}};
typedef struct Task {
  const Settings *set;
  const CoModel *model;
  size_t entries;              // states * actions
  CoReal *x, *y, *truth, *one; // [states][states] a state is a 1 among 0s; targets, Q*; [states][actions]
} Task;

typedef struct Fit {
  double loss, error; // against the targets of the moment, and against Q*: means over the last tenth
} Fit;

// y(s, a) = r + gamma max_a' Q(s', a'), or r alone at an end.
static void targets(const Task *task, const CoReal *Q, CoReal *y) {
  const CoModel *model = task->model;
  for (size_t i = 0; i < task->entries; i++) {
    y[i] = 0;
    for (int64_t k = model->first[i]; k < model->first[i + 1]; k++) {
      const CoReal *next = Q + model->next[k] * model->actions;
      double follows = model->terminated[k] ? 0 : (double)next[co_argmax(model->actions, next, NULL)];
      y[i] += (CoReal)(model->probability[k] * (model->reward[k] + task->set->gamma * follows));
    }
  }
}

// The mean of (Q(s, a) - y(s, a))^2 over what can be done.
static CoVar *distance(const Task *task, CoTape *tape, CoVar *Q, const CoReal *y) {
  return co_weighted_sum(tape, co_squared(tape, Q, co_constant(tape, Q->rows, Q->cols, y)), task->one);
}

// A network whose targets are made of itself every `hold` updates; 0: they are Q*, from first to last.
static Fit fit(CoExample *example, const Task *task, int hold, const char *name, const char *truth, uint64_t seed) {
  const int states = task->model->states, updates = task->set->updates;
  CoRng rng = co_rng(seed, "supervised_vs_q", 0); // the same first weights for all
  CoNetwork *net =
      co_example_body(example, &task->set->body, (const int[3]){states}, task->model->actions, task->set->lr, &rng);
  memcpy(task->y, task->truth, task->entries * sizeof *task->y);
  Fit last = {0};
  for (int i = 0; i < updates; i++) {
    CoTape *tape = co_example_tape(net);
    CoVar *Q = co_example_outputs(net, co_constant(tape, states, states, task->x));
    if (hold && i % hold == 0) targets(task, Q->data, task->y); // plain numbers: no gradient passes through them
    double error = sqrt((double)co_item(distance(task, tape, Q, task->truth)));
    double loss = sqrt(co_example_descend(example, net, distance(task, tape, Q, task->y)));
    if (i >= updates - updates / 10) last.loss += loss / (updates / 10), last.error += error / (updates / 10);
    if (i % (updates / 100)) continue;
    co_example_point(example, name, i, log10(loss));
    if (truth) co_example_point(example, truth, i, log10(error));
  }
  return last;
}

static void claim(CoExample *example, const char *what, double low, double high, double got) {
  co_example_claim(example, (CoClaim){.what = what, .expected = NAN, .low = low, .high = high, .full = low < 10}, got);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  CoModel *model = co_example_model(example, co_example_open(example, "maze", " "));
  const size_t states = (size_t)model->states, entries = states * (size_t)model->actions;
  CoReal *x = co_example_memory(example, states * states + 3 * entries, sizeof *x), *y = x + states * states;
  Task task = {settings, model, entries, x, y, y + entries, y + 2 * entries};
  double legal = 0;
  for (size_t i = 0; i < entries; i++) legal += model->legal[i];
  for (size_t s = 0; s < states; s++) x[s * states + s] = 1;
  for (size_t i = 0; i < entries; i++) task.one[i] = (CoReal)(model->legal[i] / legal);
  for (int sweep = 0; sweep < 1000; sweep++) { // value iteration: the fixed point of the targets
    targets(&task, task.truth, task.y);
    memcpy(task.truth, task.y, entries * sizeof *task.y);
  }
  Fit stay = fit(example, &task, 0, "stay", NULL, seed);
  Fit move = fit(example, &task, 1, "move", "move: off the truth", seed);
  Fit held = fit(example, &task, task.set->hold, "held", "held: off the truth", seed);
  co_example_say(example, "             loss  off the truth\nstay    %9.5f %9.5f\n", stay.loss, stay.error);
  co_example_say(example, "move    %9.5f %9.5f\nheld    %9.5f %9.5f\n", move.loss, move.error, held.loss, held.error);
  claim(example, "move / stay: loss", 10, INFINITY, move.loss / stay.loss);
  claim(example, "move: off the truth / loss", 2, INFINITY, move.error / move.loss);
  claim(example, "held / move: off the truth", 0, 0.5, held.error / move.error);
}

static const CoExampleType type = {
    .name = "supervised_vs_q",
    .chapter = 3,
    .idea = "Labels stay where they are, targets of Q-learning move with the network that chases them.",
    .cost = CO_COST_SECONDS,
    .seeds = 3,
    .settings = {"supervised_vs_q", sizeof(Settings), fields, profiles},
    .envs = "maze",
    .chart_x = "updates",
    .chart_y = "log10 of the error",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

// Independent learners, sums of values, and mixed values, on games too small to hide anything: Plaat, chapter 7;
// Claus and Boutilier (AAAI 1998), Sunehag et al. (AAMAS 2018), Rashid et al. (ICML 2018).
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "10000", 100, 1e9, "that every method plays of every game, all moves alike"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "400"}, {NULL, NULL, NULL}};

typedef struct Case {
  const char *algo, *env, *how;
  double payoff; // of greedy play
} Case;

// All moves are explored alike, so values are least-squares fits over the whole table, by hand: IQL's are means over
// the other's moves; VDN's the best sum of two. Both prefer what is safe. QMIX may bend the sum, and finds the 8.
static const Case cases[] = {
    {"iql", "matrix", " game climbing", 5},
    {"vdn", "matrix", " game climbing", 5},
    {"iql", "matrix", " game penalty k -12", 2},
    {"vdn", "matrix", " game penalty k -12", 2},
    {"iql", "two_step", "", 7},
    {"vdn", "two_step", "", 7},
    {"qmix", "two_step", "", 8},
};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed; // the trainer has it
  const Settings *set = settings;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const Case *c = &cases[i];
    char what[96];
    CoWorld *world = co_example_open(example, c->env, "%s", c->how);
    snprintf(what, sizeof what, "%s%s: %s", c->env, c->how, c->algo);
    CoLearner *learner = co_example_train(example, world, c->algo, NULL,
                                          "steps %d epsilon_start 1 epsilon_finish 1 hidden 32", set->steps);
    CoScore score = co_example_evaluate(example, learner, 32);
    co_example_show(example, learner);
    co_example_claim(
        example,
        (CoClaim){
            .what = what, .expected = c->payoff, .low = c->payoff - 1e-6, .high = c->payoff + 1e-6, .full = i > 1},
        score.return_mean);
  }
}

static const CoExampleType type = {
    .name = "matrix_games",
    .chapter = 7,
    .idea = "Who averages over what the others do plays safe; who mixes values finds the best of two steps.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"matrix_games", sizeof(Settings), fields, profiles},
    .envs = "matrix two_step",
    .algos = "iql vdn qmix",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

// Options in the four rooms: Plaat, chapter 8; Sutton, Precup and Singh (1999). Going to a hallway is one choice.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double alpha, gamma, epsilon;
  int episodes;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.25", 0.001, 1, "step size"),
    CO_NUMBER(Settings, gamma, "0.9", 0, 1, "discount of a step"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random choices"),
    CO_INT(Settings, episodes, "20000", 50, 1e6, "to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "episodes", "200"}, {NULL, NULL, NULL}};

enum { EARLY = 30, BLOCK = 10 };

// The same trainer for all three; a round is one step. Returns the steps of the first episodes.
static double learn(CoExample *example, CoLearner *learner, const char *curve, int episodes) {
  CoTrainView view = co_train_view(learner->train);
  double early = 0;
  for (int64_t block = BLOCK, from = 0; block <= episodes; block += BLOCK, from = view.steps) {
    for (; view.episodes < block; view = co_train_view(learner->train))
      co_example_advance(example, learner, view.steps + 1, NULL);
    co_example_point(example, curve, (double)block, (double)(view.steps - from) / BLOCK);
    if (block == EARLY) early = (double)view.steps / EARLY;
  }
  return early;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  static const char *const methods[] = {"q_learning", "smdp_q", "intra_option_q"};
  static const char *const names[] = {"flat Q-learning", "options, SMDP", "options, within"};
  const Settings *set = settings;
  double early[3];
  (void)seed;
  CoWorld *world = co_example_open(example, "four_rooms", " ");
  CoLearner *planner = co_example_train(example, world, "value_iteration", NULL, "gamma 0.99 steps 1000000");
  const float *Q = co_example_table(example, planner, co_world_spec(world)->actions);
  CoModelScore best = co_example_exact(example, co_example_model(example, world), Q, 0, 1000);
  co_example_claim(example,
                   (CoClaim){.what = "mean shortest path", .expected = 7.5922, .low = 7.59222, .high = 7.59224},
                   best.length_mean);
  for (int i = 0; i < 3; i++) {
    char what[64];
    CoLearner *walker = co_example_begin(
        example, world, methods[i], "num_envs 1 steps 100000000 alpha %g gamma %g epsilon_start %g epsilon_finish %g",
        set->alpha, set->gamma, set->epsilon, set->epsilon);
    early[i] = learn(example, walker, names[i], set->episodes);
    CoScore score = co_example_evaluate(example, walker, 1000);
    co_example_say(example, "%s: %.1f steps an episode in the first %d, then %.2f greedily\n", names[i], early[i],
                   EARLY, score.length_mean);
    snprintf(what, sizeof what, "%s: greedy steps", names[i]);
    co_example_claim(example,
                     (CoClaim){.what = what, .expected = best.length_mean, .low = 7.2, .high = 8.3, .full = true},
                     score.length_mean);
    co_example_show(example, walker);
  }
  co_example_claim(example,
                   (CoClaim){.what = "first episodes: flat to SMDP", .expected = NAN, .low = 2, .high = INFINITY},
                   early[0] / early[1]);
  co_example_claim(example,
                   (CoClaim){.what = "first episodes: flat to within", .expected = NAN, .low = 2, .high = INFINITY},
                   early[0] / early[2]);
}

static const CoExampleType type = {
    .name = "four_rooms",
    .chapter = 8,
    .idea = "Whoever can choose to go to a hallway finds the goal in fewer steps than whoever chooses each step.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"four_rooms", sizeof(Settings), fields, profiles},
    .envs = "four_rooms",
    .chart_x = "episodes",
    .chart_y = "steps an episode",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

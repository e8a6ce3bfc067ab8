// Two hide, two seek, and each team's learning is the other's task: Plaat, chapter 7; after Baker et al. (ICLR 2020).
// Both teams learn by agents/policy/ppo.c, from nothing but whether the hiders are seen.
#include <math.h>

#include "cohort/cohort.h"

enum { SLICES = 40 };
enum { HIDDEN, SHELTERED, BOXES, RAMPS, CLIMBS, STATISTICS };

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "1500000", SLICES, 2e9, "environment steps that the two teams learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "20000"}, {NULL, NULL, NULL}};

// What episodes while learning are like: of the environment's infos, in the newest row of metrics.
static const struct {
  const char *metric, *what;
} statistics[STATISTICS] = {{"hidden_mean", "share of the chase that all are hidden"},
                            {"sheltered_mean", "shelters when the chase begins"},
                            {"boxes_locked_mean", "boxes locked"},
                            {"ramps_locked_mean", "ramps locked"},
                            {"ramps_used_mean", "climbs by the ramp"}};

// The most that was seen of something, and after how many steps there was enough of it.
typedef struct Phase {
  double most, reached;
} Phase;

static void look(Phase *phase, double now, double enough, double steps) {
  phase->most = fmax(phase->most, now);
  if (now >= enough && phase->reached <= 0) phase->reached = steps;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed; // the trainer has it
  const CoWorld *world = co_example_open(example, "hide_and_seek", " ");
  CoLearner *learner =
      co_example_begin(example, world, "ppo", "num_envs 64 num_steps 48 lr 0.001 gamma 0.995 steps %d", set->steps);
  double now[STATISTICS], safest = 0;
  Phase shelter = {0}, breach = {0};
  for (int slice = 1; slice <= SLICES; slice++) {
    int64_t steps = (int64_t)set->steps * slice / SLICES;
    co_example_advance(example, learner, steps, NULL);
    for (int i = 0; i < STATISTICS; i++) {
      now[i] = co_example_metric(example, learner, statistics[i].metric);
      co_example_point(example, statistics[i].what, (double)steps, now[i]);
    }
    look(&shelter, now[SHELTERED], 0.5, (double)steps);
    look(&breach, now[CLIMBS], 1, (double)steps);
    if (shelter.reached > 0) safest = fmax(safest, now[HIDDEN]);
    co_example_say(example,
                   "%8lld steps: hidden %.2f, sheltered %.2f, boxes locked %.2f, ramps locked %.2f, climbs %.2f\n",
                   (long long)steps, now[HIDDEN], now[SHELTERED], now[BOXES], now[RAMPS], now[CLIMBS]);
  }
  co_example_show(example, learner);
  co_example_claim(example,
                   (CoClaim){.what = "hidden in the end, by chance 0.39", .expected = NAN, .low = 0, .high = 0.7},
                   now[HIDDEN]);
  co_example_claim(
      example, (CoClaim){.what = "most shelters, by chance 0.15", .expected = NAN, .low = 0.6, .high = 1, .full = true},
      shelter.most);
  co_example_claim(
      example,
      (CoClaim){
          .what = "most climbs in a game, by chance 0.07", .expected = NAN, .low = 1, .high = INFINITY, .full = true},
      breach.most);
  co_example_claim(example,
                   (CoClaim){.what = "the breach comes so many times later than the shelter",
                             .expected = NAN,
                             .low = 1.5,
                             .high = INFINITY,
                             .full = true},
                   breach.reached / shelter.reached);
  co_example_claim(
      example,
      (CoClaim){.what = "hidden: lost again by the breach", .expected = NAN, .low = 0.05, .high = 1, .full = true},
      safest - now[HIDDEN]);
}

static const CoExampleType type = {
    .name = "hide_and_seek",
    .chapter = 7,
    .idea = "What one team learns sets the other the next task.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"hide_and_seek", sizeof(Settings), fields, profiles},
    .envs = "hide_and_seek",
    .algos = "ppo",
    .chart_x = "environment steps",
    .chart_y = "a game, while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

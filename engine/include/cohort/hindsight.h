// Hindsight experience replay: an episode is replayed as if what it achieved had been the goal (Andrychowicz et al.,
// NeurIPS 2017).
#ifndef COHORT_HINDSIGHT_H
#define COHORT_HINDSIGHT_H

#include "cohort/replay.h"

typedef struct CoHindsightConfig {
  int num_envs;
  int goals;  // rows added to each
  bool final; // their goal is what the episode achieved in the end; false: what it achieved at any step from the row's
  double gamma;  // discount of a step
  uint64_t seed; // of the draws
} CoHindsightConfig;

// Whether a method may ask for it here: one agent, goals, rows of one step. A sentence where not.
bool co_hindsight_fits(int goals, int n_step, const CoSpec *team, CoError *error);

// Keeps a team's decision rows (seen with CO_VIEW_OBS and CO_VIEW_GOALS) until their episode ends; then adds them to a
// replay memory, each followed by `goals` rows that differ in the goal which the observations end with, and so in
// reward and discount. Allocates when an episode is longer than all before.
typedef struct CoHindsight CoHindsight;
CoHindsight *co_hindsight_create(const CoWorld *world, int team, const CoHindsightConfig *config, CoError *error);
void co_hindsight_destroy(CoHindsight *hindsight); // NULL is nothing
bool co_hindsight_add(CoHindsight *hindsight, const CoDecision *rows, int count, CoReplay *replay, CoError *error);

void co_hindsight_save(const CoHindsight *hindsight, CoWriter *writer); // the episodes under way and the stream
bool co_hindsight_load(CoHindsight *hindsight, CoReader *reader);

// Rows of settings for methods that replay decisions; S has `int hindsight, hindsight_goals`.
#define CO_HINDSIGHT_FIELDS(S)                                                                                         \
  CO_ALIASED(S, hindsight, "her", CO_FIELD_INT, "0", 0, 64,                                                            \
             "rows replayed beside each with a goal that its episode achieved; 0: none"),                              \
      CO_CHOICE(S, hindsight_goals, "future", "future final",                                                          \
                "those goals: achieved by the row's step or later, or in the end")

#endif

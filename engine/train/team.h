// One team of a training run: its player, and where it learns, what it learns from.
#ifndef COHORT_TRAIN_TEAM_H
#define COHORT_TRAIN_TEAM_H

#include "cohort/train.h"

typedef struct CoTeam {
  const CoAlgoType *algo; // NULL: a script or random play
  void *self;             // owned where the team learns
  bool learns;
  int number;
  CoWants wants;
  CoPlayer *player; // NULL where the algorithm has a loop of its own
  CoEpisodes *store;
  CoReplay *replay;
  CoRollout *rollout;
  CoDecisions *decisions;
  CoHindsight *hindsight; // NULL: the rows go to the replay memory as they are
  CoMetrics *metrics;     // NULL where it does not learn
  int64_t updates;
  int64_t oldest; // episode of the store that the checkpoint before needs; -1: there is none
} CoTeam;

// The earlier seat whose learner for all teams this one shares; -1: none.
int co_team_shares(const CoSeat *seats, int number);
// Of a zeroed one. shared: what an earlier team has created and this one plays with; NULL: nothing.
bool co_team_init(CoTeam *team, const CoTrainSetup *setup, int number, void *shared, CoPool *pool, CoError *error);
void co_team_free(CoTeam *team);

bool co_team_before(CoTeam *team, const CoVecEnv *vec, const CoActions *actions, CoError *error);
bool co_team_after(CoTeam *team, const CoVecEnv *vec, CoError *error);
// What the round has brought: steps, episodes and new ones are filled in by the caller, the rest here.
bool co_team_learn(CoTeam *team, CoLearning *learning, CoError *error);

void co_team_save_algo(const CoTeam *team, CoWriter *writer);
bool co_team_load_algo(CoTeam *team, CoReader *reader);
bool co_team_save(CoTeam *team, const char *folder, CoWriter *writer, CoError *error); // all but the algorithm
bool co_team_load(CoTeam *team, const char *folder, CoReader *reader, CoError *error);
bool co_team_prune(CoTeam *team, const char *folder, CoError *error); // once the checkpoint is on the disk
bool co_team_weights(const CoTeam *team, const char *folder, CoError *error);

#endif

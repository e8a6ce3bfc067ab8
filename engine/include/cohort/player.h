// Players: whatever acts for a team: an algorithm that learns, a trained one, an environment's script, random legal
// moves.
#ifndef COHORT_PLAYER_H
#define COHORT_PLAYER_H

#include "cohort/agent.h"

// What acts: an algorithm, else a script, else random legal actions. Everything is borrowed.
typedef struct CoPlayerSetup {
  const CoWorld *world;
  int team;
  int num_envs;        // copies of the runtime that it plays in
  uint64_t seed;       // its streams are (seed, purpose and team, copy)
  const char *purpose; // "train", "test": not kept
  const CoAlgoType *algo;
  void *self;    // the algorithm's; several players may share it, one after the other
  CoWants wants; // what it keeps between steps, and notes
  bool explore;  // false: greedy
  const CoScriptType *script;
} CoPlayerSetup;

// Owns what acting needs between steps: the algorithm's memory for every agent and copy (zeroed when an episode
// begins), its notes of the last step, and a stream a copy.
typedef struct CoPlayer CoPlayer;
CoPlayer *co_player_create(const CoPlayerSetup *setup, CoError *error);
void co_player_destroy(CoPlayer *player); // NULL is fine

// Writes the team's columns of discrete [num_envs][agents of all teams] or continuous [..][action_size]. `steps`:
// environment steps trained on so far, for schedules. 0 for agents that do not act.
bool co_player_act(CoPlayer *player, CoVecEnv *vec, int64_t steps, int *discrete, float *continuous, CoError *error);
const float *co_player_notes(const CoPlayer *player); // [num_envs][agents of the team][wants.notes], or NULL

void co_player_save(const CoPlayer *player, CoWriter *writer); // streams and memory, not the algorithm
bool co_player_load(CoPlayer *player, CoReader *reader);

#endif

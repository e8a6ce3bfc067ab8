// Judges: a player of a two-player game against every best reply, its own moves followed, by exact values.
#ifndef COHORT_JUDGE_H
#define COHORT_JUDGE_H

#include "cohort/match.h"

// For zero-sum games that cohort/minimax.h can search to the end. The player, an algorithm that was created (borrowed),
// plays greedily for one agent; each position is asked for once, so it must not play at random (many simulations stand
// for that).
typedef struct CoJudge CoJudge;
CoJudge *co_judge_create(const CoWorld *world, const CoSeat *player, int agent, uint64_t seed, CoError *error);
void co_judge_destroy(CoJudge *judge); // NULL is fine

// From a position in play: the least that the player gets when the other answers with any of the moves that are best
// for it, and what it would get by playing best itself: it is perfect there where the two are equal. `every`: against
// any legal answer instead. Not to be mixed in one judge.
typedef struct CoVerdict {
  float worst, exact;
  int64_t decisions; // positions that the player was asked about so far, by all calls
} CoVerdict;
bool co_judge(CoJudge *judge, const CoEnv *from, bool every, CoVerdict *verdict, CoError *error);

#endif

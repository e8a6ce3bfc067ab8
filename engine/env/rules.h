// Private to the room: the rules that environments keep to, in the files that they fill.
#ifndef COHORT_ENV_RULES_H
#define COHORT_ENV_RULES_H

#include "cohort/check.h"
#include "world.h"

#define CHECK_STEPS 40

// check_play.c: what learners are shown.
bool co_check_spec(const CoWorld *world, CoError *error);
bool co_check_play(const CoWorld *world, CoError *error);
bool co_check_scripts(const CoWorld *world, CoError *error);
// check_model.c: the exact model and the information sets are those of play.
bool co_check_outcomes(const CoWorld *world, CoError *error);
bool co_check_recall(const CoWorld *world, CoError *error);
// check_symmetry.c: a game and its image.
bool co_check_symmetry(const CoWorld *world, CoError *error);
// check_copies.c: states are values.
bool co_check_fields(const CoWorld *world, CoError *error);
bool co_check_copies(const CoWorld *world, CoError *error);
bool co_check_memcpy(const CoWorld *world, CoError *error);
bool co_check_reset(const CoWorld *world, CoError *error);
bool co_check_tasks(const CoWorld *world, CoError *error);
bool co_check_many(const CoWorld *world, CoError *error);
bool co_check_draw(const CoWorld *world, CoError *error);

#endif

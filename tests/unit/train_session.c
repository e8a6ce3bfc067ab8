// Sessions: an episode forwards and backwards, its bounded history, given actions, people, errors, what players showed.
#include <string.h>

#include "cohort/recording.h"
#include "cohort/session.h"
#include "suite.h"
#include "toy.h"

static const CoSeat seats[2] = {{.algo = NULL}, {.script = toy_scripts}};

static CoSession *begin(const CoSessionSetup *setup) {
  CoError error = {""};
  CoSession *session = co_session_create(setup, &error);
  ck_assert_msg(session != NULL, "%s", error.text);
  return session;
}

static void forward(CoSession *session, const CoActions *human) {
  CoError error = {""};
  ck_assert_msg(co_session_forward(session, human, &error), "%s", error.text);
}

static ToyState state_at(const CoSession *session, int64_t step) {
  ToyState state;
  memcpy(&state, co_session_moment(session, step).state, sizeof state);
  return state;
}

static int play_out(CoSession *session) {
  int steps = 0;
  while (!co_session_over(session)) forward(session, NULL), steps++;
  return steps;
}

START_TEST(an_episode_is_the_one_that_is_recorded) {
  CoWorld *world = toy_world((ToyConfig){.length = 6, .nature = 1, .actions = 5});
  CoRecording recording = {.seed = 7, .config = ""};
  ck_assert(co_recording_make(&recording, world, seats, NULL));
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .seed = 7});
  ck_assert_int_eq(play_out(session), recording.steps);
  for (int64_t t = 0; t < recording.steps; t++) {
    CoSessionMoment moment = co_session_moment(session, t);
    ck_assert(moment.decided);
    ck_assert_mem_eq(moment.actions.discrete, recording.discrete + 3 * t, 3 * sizeof(int));
  }
  CoSessionMoment end = co_session_moment(session, recording.steps);
  ck_assert_int_eq(end.ending, CO_TERMINATED);
  ck_assert(!end.decided);
  ck_assert_uint_eq(co_state_hash(world, end.state), recording.hash);
  co_session_destroy(session);
  co_recording_free(&recording);
  co_world_close(world);
}
END_TEST

START_TEST(time_runs_both_ways) {
  CoWorld *world = toy_world((ToyConfig){.length = 5});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .seed = 1});
  for (int i = 0; i < 3; i++) forward(session, NULL);
  ToyState third = state_at(session, 3);
  ck_assert_int_eq(third.clock, 3);
  ck_assert(co_session_back(session) && co_session_back(session));
  ck_assert_int_eq(co_session_now(session), 1);
  ck_assert_int_eq(co_session_last(session), 3);
  forward(session, NULL), forward(session, NULL); // from what is kept
  ToyState again = state_at(session, co_session_now(session));
  ck_assert_mem_eq(&again, &third, sizeof third);
  ck_assert_int_eq(play_out(session), 2);
  co_session_seek(session, -4);
  ck_assert_int_eq(co_session_now(session), 0);
  ck_assert(!co_session_back(session) && !co_session_over(session));
  co_session_seek(session, 99);
  ck_assert_int_eq(co_session_now(session), 5);
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

// Team 0 is paid 1 + 2 + 3 ..., and 1 by nature after every step but the last; team 1 minus that.
START_TEST(rewards_and_returns_belong_to_the_step_before) {
  CoWorld *world = toy_world((ToyConfig){.length = 3, .nature = 1});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .seed = 1});
  play_out(session);
  const float paid[4] = {0, 2, 3, 3}, sums[4] = {0, 2, 5, 8};
  for (int t = 0; t < 4; t++) {
    CoSessionMoment moment = co_session_moment(session, t);
    ck_assert_float_eq(moment.rewards[0], paid[t]);
    ck_assert_float_eq(moment.rewards[2], -paid[t]);
    ck_assert_float_eq(moment.returns[0], sums[t]);
    ck_assert_float_eq(moment.returns[1], -sums[t]);
  }
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

START_TEST(history_is_bounded) {
  CoWorld *world = toy_world((ToyConfig){.length = 0});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .seed = 3, .memory = 20000});
  CoSession *whole = begin(&(CoSessionSetup){.world = world, .seats = seats, .seed = 3});
  for (int i = 0; i < 1000; i++) forward(session, NULL), forward(whole, NULL);
  int64_t kept = 1000 - co_session_first(session) + 1;
  ck_assert_int_ge(kept, 100);
  ck_assert_int_le(kept, 300);
  for (int64_t t = co_session_first(session); t <= 1000; t++) {
    ToyState a = state_at(session, t), b = state_at(whole, t);
    ck_assert_mem_eq(&a, &b, sizeof a);
  }
  while (co_session_back(session)) {}
  ck_assert_int_eq(co_session_now(session), co_session_first(session));
  CoGiven given;
  ck_assert(!co_session_actions(session, 1000, &given)); // its beginning is gone
  ck_assert(co_session_actions(whole, 1000, &given));
  co_session_destroy(session);
  co_session_destroy(whole);
  co_world_close(world);
}
END_TEST

START_TEST(given_actions_are_played_first) {
  CoWorld *world = toy_world((ToyConfig){.length = 8});
  CoSession *first = begin(&(CoSessionSetup){.world = world, .seats = seats, .seed = 5});
  play_out(first);
  CoGiven given;
  ck_assert(co_session_actions(first, 5, &given));
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .given = given, .seed = 5});
  play_out(session); // the players' streams go on where they were
  for (int64_t t = 0; t < 8; t++) {
    ToyState a = state_at(first, t), b = state_at(session, t);
    ck_assert_mem_eq(&a, &b, sizeof a);
  }
  CoSession *alone = begin(&(CoSessionSetup){.world = world, .given = given, .seed = 5});
  ck_assert_int_eq(play_out(alone), 5);
  ck_assert_int_eq(co_session_moment(alone, 5).ending, CO_PLAYING);
  co_session_destroy(first);
  co_session_destroy(session);
  co_session_destroy(alone);
  co_world_close(world);
}
END_TEST

// The toy without scripts, so that every action must be in the mask.
START_TEST(given_actions_must_fit) {
  static CoEnvType type;
  type = toy, type.scripts = NULL;
  const int actions[6] = {0, 0, 0, 0, 9, 0};
  CoError error = {""};
  CoWorld *world = co_world_open(&type, &(ToyConfig){.actions = 3}, NULL);
  CoSession *session = begin(&(CoSessionSetup){.world = world, .given = {2, actions, NULL}, .seed = 5});
  ck_assert(!co_session_forward(session, NULL, &error));
  ck_assert_str_eq(error.text, "step 1: agent 1 may not do action 9");
  ck_assert_int_eq(co_session_now(session), 0);
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

START_TEST(a_person_decides_for_an_agent) {
  const uint8_t human[3] = {0, 1, 0};
  const int action[3] = {9, 2, 9}; // only agent 1's counts
  CoWorld *world = toy_world((ToyConfig){.length = 3, .actions = 4});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .human = human, .seed = 2});
  ck_assert(co_session_awaits(session) && !co_session_over(session));
  ck_assert(!co_session_moment(session, 0).decided);
  forward(session, &(CoActions){action, NULL});
  CoSessionMoment past = co_session_moment(session, 0);
  ck_assert(past.decided);
  ck_assert_int_eq(past.actions.discrete[1], 2);
  ck_assert_int_lt(past.actions.discrete[0], 4);
  ck_assert_int_eq(past.actions.discrete[2], 3); // the script's
  ck_assert_int_eq(state_at(session, 1).sum[1], 2);
  ck_assert(co_session_back(session) && !co_session_awaits(session));
  forward(session, NULL);
  while (co_session_awaits(session)) forward(session, &(CoActions){action, NULL});
  ck_assert(co_session_over(session));
  ck_assert_int_eq(state_at(session, 3).sum[1], 6);
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

START_TEST(in_turns_a_person_is_asked_in_turn) {
  const uint8_t human[3] = {0, 0, 1};
  const int action[3] = {0, 0, 1};
  CoWorld *world = toy_world((ToyConfig){.length = 6, .turns = 1});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .human = human, .seed = 2});
  for (int step = 0; !co_session_over(session); step++) {
    ck_assert_int_eq(co_session_awaits(session), step % 3 == 2);
    forward(session, co_session_awaits(session) ? &(CoActions){action, NULL} : NULL);
  }
  ck_assert_int_eq(state_at(session, 6).sum[2], 2);
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

START_TEST(continuous_actions_are_kept_too) {
  const uint8_t human[3] = {1, 0, 0};
  const float action[6] = {1, 1};
  CoWorld *world = toy_continuous_world((ToyConfig){.length = 4});
  const CoSeat random[2] = {{.algo = NULL}};
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = random, .human = human, .seed = 2});
  while (co_session_awaits(session)) forward(session, &(CoActions){NULL, action});
  CoActions second = co_session_moment(session, 1).actions;
  ck_assert_ptr_null(second.discrete);
  ck_assert_float_eq(second.continuous[0], 1);
  ck_assert(second.continuous[2] >= -1 && second.continuous[2] <= 1 && second.continuous[2] != 0);
  ck_assert_int_eq(state_at(session, 4).sum[0], 8);
  CoGiven given;
  ck_assert(co_session_actions(session, 4, &given));
  ck_assert_ptr_null(given.discrete);
  CoSession *again = begin(&(CoSessionSetup){.world = world, .given = given, .seed = 2});
  ck_assert_int_eq(play_out(again), 4);
  ToyState a = state_at(session, 4), b = state_at(again, 4);
  ck_assert_mem_eq(&a, &b, sizeof a);
  co_session_destroy(session);
  co_session_destroy(again);
  co_world_close(world);
}
END_TEST

START_TEST(a_failing_step_leaves_the_last_good_moment) {
  CoError error = {""};
  CoWorld *world = toy_world((ToyConfig){.length = 9, .fail = 4});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .seed = 2});
  for (int i = 0; i < 3; i++) forward(session, NULL);
  for (int i = 0; i < 2; i++) {
    ck_assert(!co_session_forward(session, NULL, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "step 4 fails"));
    ck_assert_int_eq(co_session_now(session), 3);
  }
  ck_assert(co_session_back(session));
  ck_assert_int_eq(state_at(session, 2).clock, 2);
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

// An algorithm that shows the clock and says that agent i of a step brought its reward times i.
static bool act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)how, (void)continuous, (void)error;
  ((float *)self)[0] = frame->obs[0]; // agent 0 sees the clock
  ((float *)self)[1] = -frame->obs[0];
  for (int i = 0; i < frame->agents; i++) discrete[i] = 0;
  return true;
}

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  (void)config, (void)spec;
  *out = (CoWants){.views = CO_VIEW_OBS};
}

static bool inspect(void *self, int i, CoInspection *out) {
  if (i == 0) *out = (CoInspection){"odd", self, 3, 1};    // not a row an agent: never shown
  if (i == 1) *out = (CoInspection){"clock", self, 4, 1};  // two copies of two agents
  if (i == 2) *out = (CoInspection){"single", self, 1, 2}; // one row
  return i < 3;
}

static bool attribute(void *self, const CoBatch *batch, float *credit, CoError *error) {
  (void)self, (void)error;
  for (int row = 0; row < batch->rows; row++)
    for (int i = 0; i < batch->agents; i++) credit[row * batch->agents + i] = (float)(i + 1) * batch->reward[row];
  return true;
}

static const CoAlgoType shower = {
    .name = "shower", .wants = wants, .act = act, .inspect = inspect, .attribute = attribute};

static bool observe_twice(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)obs;
  return ((const ToyState *)state)->clock < 2 || co_fail(error, "observe: enough");
}

START_TEST(a_failing_view_is_no_end) {
  static CoEnvType type;
  type = toy, type.observe = observe_twice;
  CoError error = {""};
  float self[4] = {0};
  const CoSeat shown[2] = {{.algo = &shower, .self = self}, {.algo = NULL}};
  CoWorld *world = co_world_open(&type, &(ToyConfig){.length = 9, .actions = 3}, NULL);
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = shown, .seed = 2});
  ck_assert(!co_session_foresee(session, 100, &error));
  while (co_session_now(session) < co_session_last(session)) forward(session, NULL);
  ck_assert_int_eq(co_session_now(session), 1);
  ck_assert(!co_session_over(session) && !co_session_awaits(session));
  error.text[0] = '\0';
  ck_assert(!co_session_forward(session, NULL, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "observe: enough"));
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

START_TEST(what_an_algorithm_showed_is_kept_with_the_moment) {
  float self[4] = {0};
  const CoSeat shown[2] = {{.algo = &shower, .self = self}, {.algo = NULL}};
  CoWorld *world = toy_world((ToyConfig){.length = 5});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = shown, .seed = 2});
  CoInspection seen;
  play_out(session);
  for (int64_t t = 0; t < 5; t++) {
    ck_assert(co_session_inspect(session, t, 0, 0, &seen));
    ck_assert_str_eq(seen.name, "clock");
    ck_assert_int_eq(seen.rows, 2);
    ck_assert_float_eq(seen.data[0], (float)t);
    ck_assert_float_eq(seen.data[1], (float)-t);
    ck_assert(co_session_inspect(session, t, 0, 1, &seen));
    ck_assert_str_eq(seen.name, "single");
    ck_assert_int_eq(seen.cols, 2);
    ck_assert(!co_session_inspect(session, t, 0, 2, &seen));
    ck_assert(!co_session_inspect(session, t, 1, 0, &seen));
  }
  ck_assert(!co_session_inspect(session, 5, 0, 0, &seen)); // nobody decides at the end
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

START_TEST(credits_are_known_once_the_end_is_foreseen) {
  float self[4] = {0};
  CoError error = {""};
  const CoSeat shown[2] = {{.algo = &shower, .self = self}, {.algo = NULL}};
  CoWorld *world = toy_world((ToyConfig){.length = 5});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = shown, .seed = 2});
  ck_assert(co_session_foresee(session, 3, &error));
  ck_assert_ptr_null(co_session_credit(session, 0));
  ck_assert(co_session_foresee(session, 1000, &error));
  ck_assert_int_eq(co_session_now(session), 0);
  ck_assert_int_eq(co_session_last(session), 5);
  const float *credit = co_session_credit(session, 0);
  ck_assert_ptr_nonnull(credit);
  ck_assert_ptr_null(co_session_credit(session, 1));
  for (int t = 0; t < 5; t++) {
    ck_assert_float_eq(credit[2 * t], (float)(t + 1));
    ck_assert_float_eq(credit[2 * t + 1], (float)(2 * t + 2));
  }
  ck_assert_float_eq(credit[10], 0);
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

START_TEST(any_moment_is_seen_as_players_see_it) {
  CoWorld *world = toy_world((ToyConfig){.length = 5, .death = 2});
  CoSession *session = begin(&(CoSessionSetup){.world = world, .seats = seats, .seed = 2});
  float obs[3];
  uint8_t mask[3];
  CoError error = {""};
  play_out(session);
  ck_assert(co_session_observe(session, 4, 0, obs, NULL));
  ck_assert_float_eq(obs[0], 4);
  ck_assert(co_session_observe(session, 4, 1, obs, NULL)); // dead
  ck_assert_float_eq(obs[0], 0);
  ck_assert(co_session_available(session, 4, 1, mask, NULL));
  ck_assert(mask[0] && !mask[1] && !mask[2]);
  ck_assert(!co_session_draw(session, 0, NULL, &error));
  ck_assert_str_eq(error.text, "toy does not draw itself");
  co_session_destroy(session);
  co_world_close(world);
}
END_TEST

CO_TESTS(an_episode_is_the_one_that_is_recorded, time_runs_both_ways, rewards_and_returns_belong_to_the_step_before,
         history_is_bounded, given_actions_are_played_first, given_actions_must_fit, a_person_decides_for_an_agent,
         in_turns_a_person_is_asked_in_turn, continuous_actions_are_kept_too,
         a_failing_step_leaves_the_last_good_moment, a_failing_view_is_no_end,
         what_an_algorithm_showed_is_kept_with_the_moment, credits_are_known_once_the_end_is_foreseen,
         any_moment_is_seen_as_players_see_it)

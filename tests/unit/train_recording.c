// Recordings: an episode as a file plays again to the same end, and anything else is told apart from it.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cohort/recording.h"
#include "suite.h"
#include "toy.h"

static const char map[] = "return { limit = 7 }", settings[] = "return { length = 6 }";

static CoWorld *open_world(void) {
  return toy_world((ToyConfig){.length = 6, .nature = 1, .death = 3, .actions = 200});
}

static void make(CoRecording *recording, CoWorld *world) {
  const CoSeat seats[2] = {{.algo = NULL}, {.script = toy_scripts}};
  CoError error;
  *recording =
      (CoRecording){.env = "toy", .players = "random", .config = settings, .config_bytes = sizeof settings - 1};
  recording->seed = 99;
  recording->source_count = 1;
  recording->sources[0] = (CoRecordingSource){.field = "map", .name = "small", .text = map, .bytes = sizeof map - 1};
  ck_assert_msg(co_recording_make(recording, world, seats, &error), "%s", error.text);
}

static void write_and_read(const CoRecording *recording, CoRecording *back) {
  CoError error;
  ck_assert_msg(co_recording_write(recording, "recording.tmp", &error), "%s", error.text);
  ck_assert_msg(co_recording_read(back, "recording.tmp", &error), "%s", error.text);
  unlink("recording.tmp");
}

START_TEST(what_is_written_is_read) {
  CoRecording recording, back;
  CoWorld *world = open_world();
  make(&recording, world);
  ck_assert_int_eq(recording.steps, 6);
  ck_assert_int_eq(recording.agents, 3);
  write_and_read(&recording, &back);
  ck_assert_str_eq(back.env, "toy");
  ck_assert_str_eq(back.players, "random");
  ck_assert_uint_eq(back.config_bytes, sizeof settings - 1);
  ck_assert_mem_eq(back.config, settings, sizeof settings - 1);
  ck_assert_int_eq(back.source_count, 1);
  ck_assert_str_eq(back.sources[0].field, "map");
  ck_assert_str_eq(back.sources[0].name, "small");
  ck_assert_mem_eq(back.sources[0].text, map, sizeof map - 1);
  ck_assert_mem_eq(back.discrete, recording.discrete, 18 * sizeof(int));
  ck_assert_uint_eq(back.hash, recording.hash);
  co_recording_free(&recording);
  co_recording_free(&back);
  co_world_close(world);
}
END_TEST

START_TEST(private_actions_of_scripts_survive) {
  int actions[] = {0, 63, 64, -1, -64, -65, 8191, 2147483647, -2147483647 - 1};
  CoRecording back, recording = {.env = "toy", .config = "", .steps = 3, .agents = 3, .discrete = actions};
  write_and_read(&recording, &back);
  ck_assert_mem_eq(back.discrete, actions, sizeof actions);
  co_recording_free(&back);
}
END_TEST

static void count(void *user, const CoVecEnv *vec, const CoActions *actions) {
  int *calls = user;
  ck_assert_int_eq((int)co_vecenv_clock(vec)[0] > 0, actions != NULL);
  ++*calls;
}

START_TEST(it_plays_again) {
  CoRecording recording;
  CoError error;
  CoWorld *world = open_world();
  int calls = 0;
  make(&recording, world);
  ck_assert_msg(co_recording_replay(&recording, world, count, &calls, &error), "%s", error.text);
  ck_assert_int_eq(calls, 7);
  recording.hash ^= 1;
  ck_assert(!co_recording_replay(&recording, world, NULL, NULL, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "another state"));
  recording.hash ^= 1;
  recording.steps--;
  ck_assert(!co_recording_replay(&recording, world, NULL, NULL, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "goes on after its 5 steps"));
  recording.agents--;
  ck_assert(!co_recording_replay(&recording, world, NULL, NULL, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "agents"));
  co_recording_free(&recording);
  co_world_close(world);
}
END_TEST

START_TEST(continuous_actions_too) {
  CoRecording recording, back;
  CoError error;
  CoWorld *world = toy_continuous_world((ToyConfig){.length = 5});
  const CoSeat seats[2] = {{.algo = NULL}, {.algo = NULL}};
  recording = (CoRecording){.env = "toy", .config = "", .seed = 3};
  ck_assert(co_recording_make(&recording, world, seats, &error));
  ck_assert_int_eq(recording.action_size, 2);
  write_and_read(&recording, &back);
  ck_assert_mem_eq(back.continuous, recording.continuous, 5 * 3 * 2 * sizeof(float));
  ck_assert_msg(co_recording_replay(&back, world, NULL, NULL, &error), "%s", error.text);
  co_recording_free(&recording);
  co_recording_free(&back);
  co_world_close(world);
}
END_TEST

CO_TESTS(what_is_written_is_read, private_actions_of_scripts_survive, it_plays_again, continuous_actions_too)

// Worlds and single environments: specs of teams, clock and ends, chance, copies, hashes and text.
#include "toy.h"

#include "suite.h"

static const CoActions ones = {(const int[]){1, 1, 1}, NULL};

static CoEnv *begin(const CoWorld *world, uint64_t seed) {
  CoEnv *env = co_env_create(world, seed, NULL);
  ck_assert(co_env_reset(env, NULL));
  return env;
}

START_TEST(teams_see_their_own) {
  CoWorld *world = toy_world((ToyConfig){.limit = 5});
  ck_assert_int_eq(co_world_team(world, 0)->agents, 2);
  ck_assert_int_eq(co_world_team(world, 1)->agents, 1);
  ck_assert_int_eq(co_world_team(world, 1)->kind[0], 7);
  ck_assert_int_eq(co_world_team(world, 1)->teams, 1);
  ck_assert_int_eq(co_world_first(world, 1), 2);
  ck_assert_int_eq(co_world_infos(world), 2);
  ck_assert_uint_eq(co_world_state_bytes(world), sizeof(ToyState));
  co_world_close(world);
}
END_TEST

START_TEST(settings_out_of_range_are_refused) {
  CoError error;
  ck_assert_ptr_null(co_world_open(&toy, &(ToyConfig){.actions = 0}, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "actions"));
}
END_TEST

START_TEST(time_runs_out_and_ends_come) {
  CoWorld *limited = toy_world((ToyConfig){.limit = 2}), *ending = toy_world((ToyConfig){.limit = 2, .length = 2});
  CoEnv *a = begin(limited, 1), *b = begin(ending, 1);
  for (int i = 0; i < 2; i++) {
    ck_assert_int_eq(co_env_ending(a), CO_PLAYING);
    ck_assert(co_env_step(a, &ones, NULL) && co_env_step(b, &ones, NULL));
    ck_assert_float_eq(co_env_rewards(a)[0], (float)(i + 1));
    ck_assert_float_eq(co_env_rewards(a)[2], (float)-(i + 1));
  }
  ck_assert_int_eq(co_env_ending(a), CO_TRUNCATED);
  ck_assert_int_eq(co_env_ending(b), CO_TERMINATED); // a true end on the last step is no truncation
  ck_assert_float_eq(co_env_info(a)[0], 2);
  ck_assert(co_env_reset(a, NULL));
  ck_assert_int_eq(co_env_clock(a), 0);
  ck_assert_float_eq(co_env_info(a)[0], 0);
  co_env_destroy(a), co_env_destroy(b);
  co_world_close(limited), co_world_close(ending);
}
END_TEST

START_TEST(nature_moves_off_the_clock) {
  CoWorld *world = toy_world((ToyConfig){.limit = 2, .nature = 1});
  CoEnv *env = begin(world, 1);
  for (int i = 1; i <= 2; i++) {
    ck_assert_int_eq(co_env_mover(env), CO_EVERYONE);
    ck_assert(co_env_step(env, &ones, NULL));
    ck_assert_int_eq(co_env_mover(env), CO_CHANCE);
    ck_assert_int_eq(co_env_ending(env), CO_PLAYING); // time runs out when nature has moved
    ck_assert(co_env_step(env, &(CoActions){NULL, NULL}, NULL));
    ck_assert_float_eq(co_env_rewards(env)[0], 1);
    ck_assert_int_eq(co_env_clock(env), i);
  }
  ck_assert_int_eq(co_env_ending(env), CO_TRUNCATED);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

START_TEST(the_dead_see_nothing) {
  CoWorld *world = toy_world((ToyConfig){.limit = 5, .death = 1});
  CoEnv *env = begin(world, 1);
  float obs[3];
  uint8_t mask[3];
  ck_assert(co_env_alive(env, 1));
  ck_assert(co_env_step(env, &ones, NULL));
  ck_assert(!co_env_alive(env, 1));
  memset(obs, 1, sizeof obs);
  ck_assert(co_env_observe(env, 1, obs, NULL) && co_env_available(env, 1, mask, NULL));
  for (int i = 0; i < 3; i++) ck_assert_float_eq(obs[i], 0);
  ck_assert(mask[0] && !mask[1] && !mask[2]);
  memset(obs, 1, sizeof obs);
  ck_assert(co_env_privileged(env, 1, obs, NULL));
  ck_assert_float_eq(obs[0], 0);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

START_TEST(types_without_masks_or_deaths) {
  CoEnvType type = toy;
  type.available = NULL;
  CoWorld *world = co_world_open(&type, &(ToyConfig){.limit = 5, .death = 1, .actions = 3}, NULL);
  CoEnv *env = begin(world, 1);
  uint8_t mask[3];
  ck_assert(co_env_available(env, 1, mask, NULL));
  ck_assert(mask[0] && mask[1] && mask[2]);
  ck_assert(co_env_step(env, &ones, NULL) && co_env_available(env, 1, mask, NULL));
  ck_assert(mask[0] && !mask[1] && !mask[2]);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

START_TEST(copies_go_on_alike) {
  CoWorld *world = toy_world((ToyConfig){.limit = 50});
  CoEnv *a = begin(world, 3), *b = co_env_create(world, 4, NULL), *c = co_env_create(world, 5, NULL);
  for (int i = 0; i < 7; i++) ck_assert(co_env_step(a, &ones, NULL));
  co_env_copy(b, a);
  co_env_restore(c, co_env_bytes(a));
  ck_assert_float_eq(co_env_info(b)[1], co_env_info(a)[1]);
  for (int i = 0; i < 7; i++) {
    ck_assert(co_env_step(a, &ones, NULL) && co_env_step(b, &ones, NULL) && co_env_step(c, &ones, NULL));
    ck_assert_mem_eq(co_env_bytes(a), co_env_bytes(b), co_env_size(world));
    ck_assert_mem_eq(co_env_bytes(a), co_env_bytes(c), co_env_size(world));
  }
  co_env_destroy(a), co_env_destroy(b), co_env_destroy(c);
  co_world_close(world);
}
END_TEST

START_TEST(errors_come_through) {
  CoWorld *world = toy_world((ToyConfig){.limit = 5, .fail = 2});
  CoEnv *env = begin(world, 1);
  CoError error;
  ck_assert(co_env_step(env, &ones, &error));
  ck_assert(!co_env_step(env, &ones, &error));
  ck_assert_str_eq(error.text, "step 2 fails");
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

START_TEST(hash_and_text_follow_the_fields) {
  CoWorld *world = toy_world((ToyConfig){.limit = 5});
  ToyState a = {.clock = 2, .noise = 4, .sum = {5, -6, 7}}, b = a;
  ck_assert(co_state_hash(world, &a) == co_state_hash(world, &b));
  b.sum[1] = 6;
  ck_assert(co_state_hash(world, &a) != co_state_hash(world, &b));
  CoWriter text = {0};
  co_state_text(world, &a, &text);
  co_write(&text, "", 1);
  ck_assert_str_eq((const char *)text.data, "clock 2\nchance 0\nnoise 4\nsum 5 -6 7\n");
  co_writer_free(&text);
  co_world_close(world);
}
END_TEST

// Records with strides, every kind of number.
typedef struct Record {
  double d;
  int64_t l;
  float f;
  int16_t s;
  int8_t c;
  uint8_t u;
} Record;

static void describe_records(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  static const CoStateField list[] = {
      {"d", CO_STATE_F64, offsetof(Record, d), 2, sizeof(Record)},
      {"l", CO_STATE_I64, offsetof(Record, l), 2, sizeof(Record)},
      {"f", CO_STATE_F32, offsetof(Record, f), 2, sizeof(Record)},
      {"s", CO_STATE_I16, offsetof(Record, s), 2, sizeof(Record)},
      {"c", CO_STATE_I8, offsetof(Record, c), 2, sizeof(Record)},
      {"u", CO_STATE_U8, offsetof(Record, u), 2, sizeof(Record)},
      {0},
  };
  (void)self;
  *spec = (CoSpec){.agents = 1, .teams = 1, .actions = 1};
  *state_bytes = 2 * sizeof(Record);
  *fields = list;
}

START_TEST(records_are_read_with_their_stride) {
  CoEnvType type = {
      .name = "records", .settings = toy.settings, .open = toy.open, .close = toy.close, .describe = describe_records};
  CoWorld *world = co_world_open(&type, &(ToyConfig){.actions = 1}, NULL);
  Record records[2] = {{0.1, -5, 0.5f, -3, -1, 200}, {1e300, INT64_C(1) << 40, 2, 3, 1, 0}};
  CoWriter text = {0};
  co_state_text(world, records, &text);
  co_write(&text, "", 1);
  ck_assert_str_eq((const char *)text.data, "d 0.10000000000000001 1.0000000000000001e+300\nl -5 1099511627776\n"
                                            "f 0.5 2\ns -3 3\nc -1 1\nu 200 0\n");
  uint64_t hash = co_state_hash(world, records);
  records[1].u = 1;
  ck_assert(hash != co_state_hash(world, records));
  co_writer_free(&text);
  co_world_close(world);
}
END_TEST

CO_TESTS(teams_see_their_own, settings_out_of_range_are_refused, time_runs_out_and_ends_come,
         nature_moves_off_the_clock, the_dead_see_nothing, types_without_masks_or_deaths, copies_go_on_alike,
         errors_come_through, hash_and_text_follow_the_fields, records_are_read_with_their_stride)

// The batched runtime: the same states for any number of copies and threads, frames, ends, saving, no allocation.
#include "allocations.h"
#include "toy.h"

#include "suite.h"

#include "cohort/vecenv.h"

static CoVecEnv *make(const CoWorld *world, int num_envs, CoPool *pool) {
  CoVecEnv *vec = co_vecenv_create(world, num_envs, CO_VIEW_ALL, pool, 7, "env", NULL);
  ck_assert_ptr_nonnull(vec);
  return vec;
}

// What copy `env` does at its step `clock`: the same whatever the number of copies.
static void choose(const CoVecEnv *vec, int *actions) {
  for (int i = 0; i < co_vecenv_num_envs(vec); i++)
    for (int a = 0; a < 3; a++) actions[3 * i + a] = (int)(co_vecenv_clock(vec)[i] + i + a) % 3;
}

// Check's own assertions allocate: there is one at the end.
static bool run(CoVecEnv *vec, int steps) {
  int actions[3 * 64];
  bool done = true;
  for (int i = 0; i < steps; i++) {
    done = done && co_vecenv_restart(vec, NULL);
    choose(vec, actions);
    done = done && co_vecenv_step(vec, &(CoActions){actions, NULL}, NULL);
  }
  return done;
}

static void play(CoVecEnv *vec, int steps) {
  ck_assert(run(vec, steps));
}

static void assert_same(const CoVecEnv *a, const CoVecEnv *b, int copies) {
  size_t count = (size_t)copies;
  for (int i = 0; i < copies; i++) ck_assert_mem_eq(co_vecenv_state(a, i), co_vecenv_state(b, i), sizeof(ToyState));
  ck_assert_mem_eq(co_vecenv_rewards(a), co_vecenv_rewards(b), count * 3 * sizeof(float));
  ck_assert_mem_eq(co_vecenv_info(a), co_vecenv_info(b), count * 2 * sizeof(float));
  ck_assert_mem_eq(co_vecenv_ending(a), co_vecenv_ending(b), count * sizeof(int32_t));
  for (int t = 0; t < 2; t++) {
    const CoFrame *f = co_vecenv_frame(a, t), *g = co_vecenv_frame(b, t);
    size_t rows = count * (size_t)f->agents;
    ck_assert_mem_eq(f->obs, g->obs, rows * 3 * sizeof(float));
    ck_assert_mem_eq(f->mask, g->mask, rows * 3);
    ck_assert_mem_eq(f->acting, g->acting, rows);
    ck_assert_mem_eq(f->alive, g->alive, rows);
    ck_assert_mem_eq(f->index, g->index, rows * sizeof(int));
    ck_assert_mem_eq(f->global, g->global, count * 2 * sizeof(float));
    ck_assert_mem_eq(f->privileged, g->privileged, rows * sizeof(float));
    ck_assert_mem_eq(f->running, g->running, count);
  }
}

START_TEST(copies_and_threads_change_nothing) {
  CoWorld *world = toy_world((ToyConfig){.length = 5, .limit = 9, .death = 3, .turns = 1, .nature = 1});
  CoPool *pool = co_pool_create(3, NULL);
  CoVecEnv *few = make(world, 4, NULL), *many = make(world, 11, NULL), *threaded = make(world, 11, pool);
  play(few, 23), play(many, 23), play(threaded, 23);
  assert_same(few, many, 4);
  assert_same(many, threaded, 11);
  co_vecenv_destroy(few), co_vecenv_destroy(many), co_vecenv_destroy(threaded);
  co_pool_destroy(pool);
  co_world_close(world);
}
END_TEST

START_TEST(copy_0_is_the_single_environment) {
  CoWorld *world = toy_world((ToyConfig){.length = 6});
  CoVecEnv *vec = make(world, 2, NULL);
  CoEnv *env = co_env_create(world, 7, NULL);
  ck_assert(co_env_reset(env, NULL));
  play(vec, 5);
  for (int i = 0; i < 5; i++) {
    int actions[3] = {i % 3, (i + 1) % 3, (i + 2) % 3};
    ck_assert(co_env_step(env, &(CoActions){actions, NULL}, NULL));
  }
  ck_assert_mem_eq(co_env_state(env), co_vecenv_state(vec, 0), sizeof(ToyState));
  co_env_destroy(env);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(frames_show_the_real_successor) {
  CoWorld *world = toy_world((ToyConfig){.length = 2, .death = 1});
  CoVecEnv *vec = make(world, 1, NULL);
  const CoFrame *frame = co_vecenv_frame(vec, 0);
  ck_assert_int_eq(co_vecenv_running(vec), 0);
  play(vec, 1);
  ck_assert_int_eq(frame->agents, 2);
  ck_assert(frame->alive[0] && !frame->alive[1]);
  ck_assert(frame->acting[0] && !frame->acting[1]);
  ck_assert_float_eq(frame->obs[0], 1); // the clock
  for (int i = 3; i < 6; i++) ck_assert_float_eq(frame->obs[i], 0);
  ck_assert(frame->mask[3] && !frame->mask[4] && !frame->mask[5]);
  play(vec, 1);
  ck_assert_int_eq(co_vecenv_ending(vec)[0], CO_TERMINATED);
  ck_assert_int_eq(co_vecenv_running(vec), 0);
  ck_assert(!frame->running[0] && !frame->acting[0]);
  ck_assert_float_eq(frame->obs[0], 2); // the end, not the next beginning
  ck_assert_float_eq(co_vecenv_info(vec)[0], 2);
  ck_assert(co_vecenv_restart(vec, NULL));
  ck_assert_float_eq(frame->obs[0], 0);
  ck_assert_int_eq(co_vecenv_clock(vec)[0], 0);
  ck_assert_float_eq(co_vecenv_info(vec)[0], 0);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(ended_copies_wait) {
  CoWorld *world = toy_world((ToyConfig){.length = 2});
  CoVecEnv *vec = make(world, 2, NULL);
  int actions[6] = {0};
  ck_assert(co_vecenv_restart(vec, NULL));
  for (int i = 0; i < 2; i++) ck_assert(co_vecenv_step(vec, &(CoActions){actions, NULL}, NULL));
  ToyState end = *(const ToyState *)co_vecenv_state(vec, 1);
  ck_assert(co_vecenv_step(vec, &(CoActions){actions, NULL}, NULL));
  ck_assert_mem_eq(&end, co_vecenv_state(vec, 1), sizeof end);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(nature_is_never_shown) {
  CoWorld *world = toy_world((ToyConfig){.limit = 3, .nature = 1});
  CoVecEnv *vec = make(world, 1, NULL);
  for (int i = 1; i <= 3; i++) {
    play(vec, 1);
    ck_assert_int_eq(((const ToyState *)co_vecenv_state(vec, 0))->chance, 0);
    ck_assert_int_eq(co_vecenv_clock(vec)[0], i);
    ck_assert_float_eq(co_vecenv_rewards(vec)[0], (float)(i + 1)); // the step's and nature's
    ck_assert_float_eq(co_vecenv_rewards(vec)[2], (float)-(i + 1));
  }
  ck_assert_int_eq(co_vecenv_ending(vec)[0], CO_TRUNCATED);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(turns_say_who_acts) {
  CoWorld *world = toy_world((ToyConfig){.limit = 9, .turns = 1});
  CoVecEnv *vec = make(world, 1, NULL);
  ck_assert(co_vecenv_restart(vec, NULL));
  const CoFrame *pair = co_vecenv_frame(vec, 0), *other = co_vecenv_frame(vec, 1);
  for (int i = 0; i < 6; i++) {
    ck_assert_int_eq(pair->acting[0], i % 3 == 0);
    ck_assert_int_eq(pair->acting[1], i % 3 == 1);
    ck_assert_int_eq(other->acting[0], i % 3 == 2);
    play(vec, 1);
  }
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(only_the_views_asked_for) {
  CoWorld *world = toy_world((ToyConfig){.limit = 9});
  CoVecEnv *vec = co_vecenv_create(world, 1, CO_VIEW_GLOBAL, NULL, 1, "env", NULL);
  const CoFrame *frame = co_vecenv_frame(vec, 0);
  ck_assert_ptr_null(frame->obs);
  ck_assert_ptr_null(frame->privileged);
  ck_assert_ptr_nonnull(frame->global);
  play(vec, 2);
  ck_assert_float_eq(frame->global[0], 2);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(saved_copies_go_on_alike) {
  CoWorld *world = toy_world((ToyConfig){.length = 5, .death = 3});
  CoVecEnv *a = make(world, 3, NULL), *b = make(world, 3, NULL);
  CoWriter writer = {0};
  CoError error;
  play(a, 10); // the copies have just ended: loading shows the ends
  co_vecenv_save(a, &writer);
  CoReader reader = co_reader(writer.data, writer.size, &error);
  ck_assert(co_vecenv_load(b, &reader));
  ck_assert_int_eq(co_vecenv_running(b), 0);
  play(a, 3), play(b, 3);
  assert_same(a, b, 3);
  CoVecEnv *other = make(world, 2, NULL);
  reader = co_reader(writer.data, writer.size, &error);
  ck_assert(!co_vecenv_load(other, &reader));
  ck_assert_ptr_nonnull(strstr(error.text, "3 copies"));
  for (size_t cut = 0; cut < writer.size; cut += 13) {
    reader = co_reader(writer.data, cut, &error);
    ck_assert(!co_vecenv_load(b, &reader));
  }
  co_writer_free(&writer);
  co_vecenv_destroy(a), co_vecenv_destroy(b), co_vecenv_destroy(other);
  co_world_close(world);
}
END_TEST

START_TEST(scripts_act_for_those_who_can) {
  CoWorld *world = toy_world((ToyConfig){.limit = 9, .death = 1});
  CoVecEnv *vec = make(world, 2, NULL);
  CoRng rngs[2] = {{1, 1}, {2, 1}};
  play(vec, 1);
  int actions[6] = {9, 9, 9, 9, 9, 9};
  ck_assert(co_vecenv_script(vec, &toy_scripts[0], 0, rngs, actions, NULL));
  for (int i = 0; i < 2; i++) {
    ck_assert_int_eq(actions[3 * i], 2);
    ck_assert_int_eq(actions[3 * i + 1], 0); // dead
    ck_assert_int_eq(actions[3 * i + 2], 9); // the other team's
  }
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(a_failing_copy_is_reported) {
  CoWorld *world = toy_world((ToyConfig){.limit = 9, .fail = 2});
  CoPool *pool = co_pool_create(2, NULL);
  CoVecEnv *vec = make(world, 8, pool);
  CoError error;
  int actions[24] = {0};
  ck_assert(co_vecenv_restart(vec, NULL));
  ck_assert(co_vecenv_step(vec, &(CoActions){actions, NULL}, &error));
  ck_assert(!co_vecenv_step(vec, &(CoActions){actions, NULL}, &error));
  ck_assert_str_eq(error.text, "step 2 fails");
  co_vecenv_destroy(vec);
  co_pool_destroy(pool);
  co_world_close(world);
}
END_TEST

START_TEST(warm_steps_allocate_nothing) {
  CoWorld *world = toy_world((ToyConfig){.length = 5, .death = 3, .nature = 1});
  CoPool *pool = co_pool_create(2, NULL);
  CoVecEnv *vec = make(world, 8, pool);
  play(vec, 6);
  long before = co_allocations;
  bool done = run(vec, 50);
  long after = co_allocations;
  ck_assert(done);
  ck_assert_int_eq(after - before, 0);
  co_vecenv_destroy(vec);
  co_pool_destroy(pool);
  co_world_close(world);
}
END_TEST

START_TEST(copies_begin_again_where_they_stand) {
  CoWorld *world = toy_world((ToyConfig){.limit = 9, .nature = 1});
  CoVecEnv *vec = make(world, 3, NULL), *fresh = make(world, 3, NULL);
  const uint8_t middle[3] = {0, 1, 0};
  CoRng rngs[3];
  for (uint64_t i = 0; i < 3; i++) rngs[i] = co_rng(7, "env", i); // make's own
  play(fresh, 1);
  const ToyState first = *(const ToyState *)co_vecenv_state(fresh, 1);
  play(vec, 4); // all run
  const ToyState other = *(const ToyState *)co_vecenv_state(vec, 2);
  const CoFrame *frame = co_vecenv_frame(vec, 0);
  const float seen = frame->obs[0];
  ck_assert(co_vecenv_reset(vec, middle, rngs, NULL));
  ck_assert_int_eq(co_vecenv_running(vec), 3);
  ck_assert(co_vecenv_clock(vec)[0] == 4 && co_vecenv_clock(vec)[1] == 0 && co_vecenv_clock(vec)[2] == 4);
  ck_assert(seen > 0 && frame->obs[0] == seen && frame->obs[6] == 0); // the clock: copy 0 is shown as before
  ck_assert_mem_eq(&other, co_vecenv_state(vec, 2), sizeof other);
  play(vec, 1);
  ck_assert_mem_eq(&first, co_vecenv_state(vec, 1), sizeof first);
  co_vecenv_destroy(vec), co_vecenv_destroy(fresh);
  co_world_close(world);
}
END_TEST

START_TEST(a_copy_goes_on_from_elsewhere) {
  CoWorld *world = toy_world((ToyConfig){.length = 6, .nature = 1});
  CoVecEnv *from = make(world, 2, NULL), *to = make(world, 3, NULL);
  play(from, 3), play(to, 1);
  const ToyState left = *(const ToyState *)co_vecenv_state(to, 1);
  ck_assert(co_vecenv_restore(to, 2, co_vecenv_bytes(from, 1), co_vecenv_info(from) + 2, NULL));
  ck_assert_mem_eq(co_vecenv_bytes(to, 2), co_vecenv_bytes(from, 1), co_env_size(world));
  ck_assert_mem_eq(co_vecenv_info(to) + 4, co_vecenv_info(from) + 2, 2 * sizeof(float));
  ck_assert_mem_eq(co_vecenv_frame(to, 0)->obs + 12, co_vecenv_frame(from, 0)->obs + 6, 6 * sizeof(float));
  ck_assert_mem_eq(&left, co_vecenv_state(to, 1), sizeof left);
  ck_assert_int_eq(co_vecenv_clock(to)[2], 3);
  co_vecenv_destroy(from), co_vecenv_destroy(to);
  co_world_close(world);
}
END_TEST

CO_TESTS(copies_and_threads_change_nothing, copy_0_is_the_single_environment, frames_show_the_real_successor,
         ended_copies_wait, nature_is_never_shown, turns_say_who_acts, only_the_views_asked_for,
         saved_copies_go_on_alike, copies_begin_again_where_they_stand, a_copy_goes_on_from_elsewhere,
         scripts_act_for_those_who_can, a_failing_copy_is_reported, warm_steps_allocate_nothing)

// Errands by hand, along the hallway of point_rooms: which rows both levels get of an episode.
#include <string.h>

#include "hierarchical/errands.h"
#include "planning.h"

extern const CoEnvType co_point_rooms;

enum { STEPS = 3, DRAWS = 2000, SIDE = 13, LENGTH = 6 };
#define GAMMA 0.9
#define ROW 3.5f
#define FAR 11.5f // the episode's goal

typedef struct Lab {
  CoWorld *world;
  CoErrands *errands;
  CoReplay *memories[CO_RANKS];
} Lab;

static Lab build(int goals) {
  CoError error;
  Lab lab = {.world = plan_world(&co_point_rooms, "near=0.5", NULL, &error)};
  const CoErrandsConfig config = {2, STEPS, goals, GAMMA, 7};
  lab.errands = co_errands_create(lab.world, 0, &config, &error);
  for (int i = 0; i < CO_RANKS; i++)
    lab.memories[i] = co_replay_create(co_world_team(lab.world, 0), &(CoReplayConfig){256, false, 0}, &error);
  if (!lab.errands || !lab.memories[0] || !lab.memories[1]) ck_abort_msg("%s", error.text);
  return lab;
}

static void destroy(Lab *lab) {
  co_errands_destroy(lab->errands);
  for (int i = 0; i < CO_RANKS; i++) co_replay_destroy(lab->memories[i]);
  co_world_close(lab->world);
}

static float scaled(float cells) {
  return cells * (2.0f / SIDE) - 1;
}

static float cells(float x) {
  return roundf((x + 1) * SIDE / 2 * 10) / 10;
}

// A step of the copy along the hallway, on an errand.
static void go(Lab *lab, int env, float from, float to, float asked, bool test, int ending) {
  const float obs[] = {scaled(from), scaled(ROW), scaled(FAR), scaled(ROW)};
  const float next[] = {scaled(to), scaled(ROW), scaled(FAR), scaled(ROW)};
  const float control[] = {to - from, 0}, notes[] = {scaled(asked), scaled(ROW), (float)test};
  const CoDecision row = {
      .env = env, .ending = ending, .obs = obs, .next_obs = next, .control = control, .achieved = next, .notes = notes};
  co_errands_add(lab->errands, &row, lab->memories, NULL);
}

// To 4, which is done after two steps; to 10 as a test, given up after three; to 6.5, there at once, and cut off.
static void walk(Lab *lab, int env) {
  go(lab, env, 2.0f, 2.8f, 4, false, CO_PLAYING);
  go(lab, env, 2.8f, 3.6f, 4, false, CO_PLAYING);
  go(lab, env, 3.6f, 4.4f, 10, true, CO_PLAYING);
  go(lab, env, 4.4f, 5.2f, 10, true, CO_PLAYING);
  go(lab, env, 5.2f, 6.0f, 10, true, CO_PLAYING);
  ck_assert_int_eq(co_replay_count(lab->memories[CO_WALKER]), 0);
  go(lab, env, 6.0f, 6.4f, 6.5f, false, CO_TRUNCATED);
}

typedef struct Expected {
  float from, to, goal, action, reward, discount; // places in cells
} Expected;

static const CoRows *sample(const Lab *lab, CoRank rank) {
  CoRng rng = co_rng(1, "test", 0);
  CoError error;
  const CoRows *rows = co_replay_sample(lab->memories[rank], DRAWS, 0, &rng, &error);
  if (!rows) ck_abort_msg("%s", error.text);
  return rows;
}

// The planner's actions are places, the walker's are steps.
static Expected got(const CoRows *rows, int i, CoRank rank) {
  const float *obs = rows->obs + 4 * i, *next = rows->next_obs + 4 * i;
  ck_assert(!memcmp(obs + 2, next + 2, 2 * sizeof *obs));
  return (Expected){
      cells(obs[0]),   cells(next[0]),
      cells(obs[2]),   rank == CO_PLANNER ? cells(rows->control[2 * i]) : roundf(rows->control[2 * i] * 10) / 10,
      rows->reward[i], rows->discount[i]};
}

static bool same(const Expected *a, const Expected *b) {
  return fabsf(a->from - b->from) < .05f && fabsf(a->to - b->to) < .05f && fabsf(a->goal - b->goal) < .05f &&
         fabsf(a->action - b->action) < .05f && a->reward == b->reward && fabsf(a->discount - b->discount) < 1e-6f;
}

static void holds_just(const Lab *lab, CoRank rank, const Expected *all, int count) {
  const CoRows *rows = sample(lab, rank);
  int seen[16] = {0};
  ck_assert_int_eq(co_replay_count(lab->memories[rank]), count);
  for (int i = 0; i < DRAWS; i++) {
    const Expected row = got(rows, i, rank);
    int k = 0;
    while (k < count && !same(&row, &all[k])) k++;
    ck_assert_msg(k < count, "from %g to %g for %g by %g: %g, then %g", (double)row.from, (double)row.to,
                  (double)row.goal, (double)row.action, (double)row.reward, (double)row.discount);
    seen[k]++;
  }
  for (int k = 0; k < count; k++) ck_assert_msg(seen[k], "row %d is missing", k);
}

START_TEST(both_levels_learn_of_every_errand) {
  static const Expected walker[] = {{2, 2.8f, 4, .8f, -1, .9f},     {2.8f, 3.6f, 4, .8f, 0, 0},
                                    {3.6f, 4.4f, 10, .8f, -1, .9f}, {4.4f, 5.2f, 10, .8f, -1, .9f},
                                    {5.2f, 6, 10, .8f, -1, .9f},    {6, 6.4f, 6.5f, .4f, 0, 0}};
  // What was achieved is what was done; what a test missed costs all its steps.
  static const Expected planner[] = {{2, 3.6f, FAR, 3.6f, -1, .9f},
                                     {3.6f, 6, FAR, 6, -1, .9f},
                                     {3.6f, 6, FAR, 10, -STEPS, 0},
                                     {6, 6.4f, FAR, 6.4f, -1, .9f}};
  Lab lab = build(0);
  walk(&lab, 1);
  holds_just(&lab, CO_WALKER, walker, 6);
  holds_just(&lab, CO_PLANNER, planner, 4);
  destroy(&lab);
}
END_TEST

// The walker's goals in hindsight lie within its errand; the planner's are achieved at the errand's end or later.
START_TEST(goals_in_hindsight_were_achieved_later) {
  static const float end_of[] = {3.6f, 3.6f, 6, 6, 6, 6.4f};
  static const float place[LENGTH] = {2, 2.8f, 3.6f, 4.4f, 5.2f, 6};
  Lab lab = build(4);
  walk(&lab, 0);
  ck_assert_int_eq(co_replay_count(lab.memories[CO_WALKER]), 6 * 5);
  ck_assert_int_eq(co_replay_count(lab.memories[CO_PLANNER]), 3 * 5 + 1);
  const CoRows *rows = sample(&lab, CO_WALKER);
  for (int i = 0; i < DRAWS; i++) {
    const Expected row = got(rows, i, CO_WALKER);
    int step = 0;
    while (fabsf(place[step] - row.from) > .05f) step++;
    bool asked = row.goal == 4 || row.goal == 10 || row.goal == 6.5f;
    ck_assert(asked || (row.goal > row.from && row.goal < end_of[step] + .05f));
    bool there = fabsf(row.goal - row.to) <= .5f;
    ck_assert_float_eq(row.reward, there ? 0 : -1);
    ck_assert_float_eq(row.discount, there ? 0 : (float)GAMMA);
  }
  rows = sample(&lab, CO_PLANNER);
  for (int i = 0; i < DRAWS; i++) {
    const Expected row = got(rows, i, CO_PLANNER);
    ck_assert(row.goal == FAR || row.goal > row.to - .05f);
    ck_assert(row.reward == -STEPS || row.reward == (fabsf(row.goal - row.to) <= .5f ? 0 : -1));
  }
  destroy(&lab);
}
END_TEST

START_TEST(episodes_under_way_are_saved) {
  Lab a = build(2), b = build(2);
  CoError error;
  CoWriter saved = {0};
  go(&a, 0, 2.0f, 2.8f, 4, false, CO_PLAYING);
  co_errands_save(a.errands, &saved);
  CoReader reader = co_reader(saved.data, saved.size, &error), torn = co_reader(saved.data, saved.size - 1, &error);
  ck_assert(co_errands_load(b.errands, &reader));
  ck_assert_uint_eq(reader.at, saved.size);
  go(&a, 0, 2.8f, 3.6f, 4, false, CO_TRUNCATED);
  go(&b, 0, 2.8f, 3.6f, 4, false, CO_TRUNCATED);
  for (CoRank rank = CO_WALKER; rank < CO_RANKS; rank++) {
    const CoRows *one = sample(&a, rank), *two = sample(&b, rank);
    ck_assert(!memcmp(one->obs, two->obs, DRAWS * 4 * sizeof(float)));
    ck_assert(!memcmp(one->reward, two->reward, DRAWS * sizeof(float)));
  }
  ck_assert(!co_errands_load(b.errands, &torn));
  co_writer_free(&saved);
  destroy(&a);
  destroy(&b);
}
END_TEST

CO_TESTS(both_levels_learn_of_every_errand, goals_in_hindsight_were_achieved_later, episodes_under_way_are_saved)

// Level-based foraging by hand: who may load what, who is paid, who makes way, what is seen.
#include "planning.h"

extern const CoEnvType co_lbf;

enum { MOST = 8 };
enum { NONE, NORTH, SOUTH, WEST, EAST, LOAD, ACTIONS };
typedef struct State { // as the table of fields says
  int8_t agent[MOST][3], food[MOST][3];
  int32_t worth;
} State;

static CoWorld *open(const char *settings) {
  CoError error;
  CoWorld *world = plan_world(&co_lbf, settings, NULL, &error);
  if (!world) ck_abort_msg("%s", error.text);
  return world;
}

static bool step(const CoWorld *world, State *state, const int *actions, float *rewards) {
  float loaded = 0;
  memset(rewards, 0, 3 * sizeof *rewards);
  CoOutcome outcome = {rewards, &loaded, false};
  CoRng rng = co_rng(1, "unused", 0);
  const CoActions chosen = {actions, NULL};
  ck_assert(co_world_type(world)->step(co_world_self(world), NULL, state, &chosen, &rng, &outcome, NULL));
  return outcome.terminated;
}

static void paid(const float *rewards, double a, double b, double c) {
  const double expected[3] = {a, b, c};
  for (int i = 0; i < 3; i++) ck_assert_double_eq_tol((double)rewards[i], expected[i], 1e-6);
}

// Food of level 3 at (2, 2) between agents of levels 1 (north) and 2 (west); food of level 1 at (5, 5), an agent of
// level 2 beside it.
static const State scene = {.agent = {{1, 2, 1}, {2, 1, 2}, {5, 4, 2}}, .food = {{2, 2, 3}, {5, 5, 1}}, .worth = 4};

START_TEST(food_is_loaded_together_and_paid_by_level) {
  CoWorld *own = open("agents=3 reward=own"), *shared = open("agents=3");
  State state = scene;
  float rewards[3];
  ck_assert(!step(own, &state, (const int[]){LOAD, NONE, NONE}, rewards));
  paid(rewards, 0, 0, 0);
  ck_assert_int_eq(state.food[0][2], 3);
  ck_assert(!step(own, &state, (const int[]){LOAD, LOAD, NONE}, rewards));
  paid(rewards, .75 / 3, .75 * 2 / 3, 0);
  ck_assert_int_eq(state.food[0][2], 0);
  ck_assert(step(own, &state, (const int[]){NONE, NONE, LOAD}, rewards));
  paid(rewards, 0, 0, .25);
  state = scene;
  ck_assert(step(shared, &state, (const int[]){LOAD, LOAD, LOAD}, rewards));
  paid(rewards, 1, 1, 1);
  co_world_close(own);
  co_world_close(shared);
}
END_TEST

static void stand(const State *state, int agent, int row, int column) {
  ck_assert_int_eq(state->agent[agent][0], row);
  ck_assert_int_eq(state->agent[agent][1], column);
}

// Two who want one cell both stay, and so does who wanted the cell of one of them; a row moves up together; places
// cannot be taken by force; food and walls stop.
START_TEST(one_cell_holds_one) {
  CoWorld *world = open("agents=3 foods=1");
  float rewards[3];
  State clash = {.agent = {{3, 1, 1}, {3, 3, 1}, {3, 0, 1}}, .food = {{6, 6, 1}}, .worth = 1};
  step(world, &clash, (const int[]){EAST, WEST, EAST}, rewards);
  stand(&clash, 0, 3, 1), stand(&clash, 1, 3, 3), stand(&clash, 2, 3, 0);
  step(world, &clash, (const int[]){EAST, NONE, EAST}, rewards);
  stand(&clash, 0, 3, 2), stand(&clash, 2, 3, 1);
  step(world, &clash, (const int[]){EAST, NONE, EAST}, rewards);
  stand(&clash, 0, 3, 2), stand(&clash, 2, 3, 1);
  State wall = {.agent = {{0, 0, 1}, {6, 5, 1}, {7, 7, 1}}, .food = {{6, 6, 1}}, .worth = 1};
  step(world, &wall, (const int[]){NORTH, EAST, SOUTH}, rewards);
  stand(&wall, 0, 0, 0), stand(&wall, 1, 6, 5), stand(&wall, 2, 7, 7);
  co_world_close(world);
}
END_TEST

START_TEST(what_can_be_done_and_seen) {
  CoWorld *world = open("agents=3 sight=2 raw=true"), *grid = open("agents=3 sight=1 obs=grid raw=true");
  uint8_t mask[ACTIONS];
  const uint8_t beside[ACTIONS] = {1, 1, 0, 1, 1, 1}; // food south of it
  CoError error;
  ck_assert(co_world_available(world, NULL, &scene, 0, mask, &error));
  ck_assert_mem_eq(mask, beside, sizeof mask);
  float obs[27];
  const float listed[15] = {2, 2, 3, -1, -1, 0, 1, 2, 1, 2, 1, 2, -1, -1, 0};
  ck_assert_int_eq(co_world_spec(world)->obs_size, 15);
  ck_assert(co_world_observe(world, NULL, &scene, 0, obs, &error));
  for (int i = 0; i < 15; i++) ck_assert_float_eq(obs[i], listed[i]);
  const float layers[27] = {0, 0, 0, 0, 1, 0, 2, 0, 0,  // agents' levels
                            0, 0, 0, 0, 0, 0, 0, 3, 0,  // food's
                            1, 1, 1, 1, 0, 1, 0, 0, 1}; // free
  ck_assert(co_world_observe(grid, NULL, &scene, 0, obs, &error));
  for (int i = 0; i < 27; i++) ck_assert_float_eq(obs[i], layers[i]);
  co_world_close(world);
  co_world_close(grid);
}
END_TEST

// Places in an 8 by 8 grid as shares of 7, levels of the 6 that three agents of level 2 can have: what is large would
// be larger still after a hypernetwork.
START_TEST(what_is_seen_is_about_one) {
  CoWorld *world = open("agents=3"), *grid = open("agents=3 sight=1 obs=grid");
  float obs[27], state[15];
  const float counted[15] = {2, 2, 3, 5, 5, 1, 1, 2, 1, 2, 1, 2, 5, 4, 2};
  CoError error;
  ck_assert(co_world_observe(world, NULL, &scene, 0, obs, &error));
  ck_assert(co_world_global(world, NULL, &scene, 0, state, &error));
  for (int i = 0; i < 15; i++) ck_assert_float_eq_tol(obs[i], counted[i] / (i % 3 == 2 ? 6 : 7), 1e-6f);
  ck_assert_mem_eq(obs, state, sizeof state);
  ck_assert(co_world_observe(grid, NULL, &scene, 0, obs, &error));
  ck_assert_float_eq_tol(obs[6], 2.f / 6, 1e-6f);
  ck_assert_float_eq_tol(obs[16], 3.f / 6, 1e-6f);
  ck_assert_float_eq(obs[18], 1);
  co_world_close(world);
  co_world_close(grid);
}
END_TEST

// Food lies off the walls and apart, needs no more than the three weakest; with coop exactly that.
START_TEST(beginnings_keep_the_rules) {
  CoWorld *worlds[2] = {open("agents=4 foods=3 level=3"), open("agents=4 foods=3 level=3 coop=true")};
  CoRng rng = co_rng(1, "lbf", 0);
  for (int i = 0; i < 400; i++) {
    State state;
    memset(&state, 0, sizeof state);
    const CoWorld *world = worlds[i % 2];
    ck_assert(co_world_type(world)->reset(co_world_self(world), NULL, &state, &rng, NULL));
    int sum = 0, most = 0, worth = 0;
    for (int j = 0; j < 4; j++) sum += state.agent[j][2], most = most > state.agent[j][2] ? most : state.agent[j][2];
    for (int j = 0; j < 3 && state.food[j][2]; j++) {
      worth += state.food[j][2];
      ck_assert_int_le(state.food[j][2], sum - most);
      ck_assert(i % 2 == 0 || state.food[j][2] == sum - most);
      for (int k = 0; k < 2; k++) ck_assert(state.food[j][k] > 0 && state.food[j][k] < 7);
      for (int k = 0; k < j; k++)
        ck_assert_int_gt(abs(state.food[j][0] - state.food[k][0]) + abs(state.food[j][1] - state.food[k][1]), 2);
    }
    ck_assert_int_eq(state.worth, worth);
    ck_assert_int_gt(worth, 0);
  }
  for (int i = 0; i < 2; i++) co_world_close(worlds[i]);
}
END_TEST

CO_TESTS(food_is_loaded_together_and_paid_by_level, one_cell_holds_one, what_can_be_done_and_seen,
         what_is_seen_is_about_one, beginnings_keep_the_rules)

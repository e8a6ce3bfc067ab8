// Hide and seek by hand: what is pushed, locked and climbed, who sees whom, what a step pays.
#include <stdlib.h>

#include "planning.h"

extern const CoEnvType co_hide_and_seek;

enum { NONE, NORTH, SOUTH, WEST, EAST, LOCK, ACTIONS };
enum { HIDDEN, SHELTERED, BOXES_LOCKED, RAMPS_LOCKED, RAMPS_USED, INFOS };
typedef struct State { // as the table of fields says
  int16_t agent[4][2], thing[3][3], clock;
} State;

// Row 4 is the room's wall from column 4 on, with a door at column 6; hiders in the room, seekers far away.
static const State scene = {.agent = {{7, 6}, {8, 8}, {0, 0}, {0, 2}}, .thing = {{6, 6, 0}, {1, 3, 0}, {2, 5, 0}}};

typedef struct Stepped {
  float rewards[4], info[INFOS];
  bool terminated;
} Stepped;

static CoWorld *open(const char *settings) {
  CoError error;
  CoWorld *world = plan_world(&co_hide_and_seek, settings, NULL, &error);
  if (!world) ck_abort_msg("%s", error.text);
  return world;
}

static Stepped step(const CoWorld *world, State *state, int a, int b, int c, int d) {
  Stepped stepped = {{0}, {0}, false};
  const int actions[4] = {a, b, c, d};
  const CoActions chosen = {actions, NULL};
  CoOutcome outcome = {stepped.rewards, stepped.info, false};
  CoRng rng = co_rng(1, "unused", 0);
  ck_assert(co_world_type(world)->step(co_world_self(world), NULL, state, &chosen, &rng, &outcome, NULL));
  stepped.terminated = outcome.terminated;
  return stepped;
}

static void at(const int16_t *place, int row, int column) {
  ck_assert_int_eq(place[0], row);
  ck_assert_int_eq(place[1], column);
}

// The box in the room is pushed into the door and locked there; the seekers wait meanwhile.
START_TEST(hiders_shut_the_door) {
  CoWorld *world = open("prepare=4 chase=2");
  State state = scene;
  step(world, &state, NORTH, NONE, SOUTH, EAST);
  at(state.agent[0], 6, 6), at(state.thing[0], 5, 6), at(state.agent[2], 0, 0), at(state.agent[3], 0, 2);
  step(world, &state, NORTH, NONE, SOUTH, EAST);
  at(state.agent[0], 5, 6), at(state.thing[0], 4, 6);
  step(world, &state, LOCK, NONE, NONE, NONE);
  ck_assert_int_eq(state.thing[0][2], 1);
  step(world, &state, NORTH, NONE, NONE, NONE); // it does not move any more
  at(state.agent[0], 5, 6), at(state.thing[0], 4, 6);
  Stepped first = step(world, &state, NONE, NONE, SOUTH, EAST), last = step(world, &state, NONE, NONE, NONE, NONE);
  at(state.agent[2], 1, 0), at(state.agent[3], 0, 3);
  for (int i = 0; i < 4; i++) ck_assert_float_eq(first.rewards[i], i < 2 ? .5f : -.5f);
  ck_assert_float_eq(last.info[HIDDEN], .5f);
  ck_assert_float_eq(last.info[BOXES_LOCKED], 1);
  ck_assert_float_eq(last.info[RAMPS_LOCKED], 0);
  ck_assert(!first.terminated && last.terminated);
  state.clock = 0;
  step(world, &state, LOCK, NONE, NONE, NONE); // and open again
  ck_assert_int_eq(state.thing[0][2], 0);
  co_world_close(world);
}
END_TEST

// A shelter stands when the seekers cannot walk in: not with the door open, nor with a box in it that can be pushed.
START_TEST(shelters_are_known_when_the_chase_begins) {
  CoWorld *world = open("prepare=1");
  for (int shut = 0; shut < 3; shut++) {
    State state = scene;
    if (shut) state.thing[0][0] = 4;
    state.thing[0][2] = shut == 2;
    ck_assert_float_eq(step(world, &state, NONE, NONE, NONE, NONE).info[SHELTERED], shut == 2);
  }
  co_world_close(world);
}
END_TEST

// The ramp is pushed to the wall; there it is a step up, and from the wall one sees everything and comes down inside.
START_TEST(seekers_climb_in) {
  CoWorld *world = open("prepare=0");
  State state = scene;
  state.agent[2][0] = 1, state.agent[2][1] = 5, state.agent[1][1] = 5; // from above, the second is not behind the door
  ck_assert_float_eq(step(world, &state, NONE, NONE, SOUTH, NONE).info[HIDDEN], 1.0f / 32);
  at(state.agent[2], 2, 5), at(state.thing[2], 3, 5);
  step(world, &state, NONE, NONE, SOUTH, NONE);
  at(state.agent[2], 3, 5), at(state.thing[2], 3, 5);
  Stepped up = step(world, &state, NONE, NONE, SOUTH, NONE);
  at(state.agent[2], 4, 5);
  ck_assert_float_eq(up.info[RAMPS_USED], 1);
  ck_assert_float_eq(up.info[HIDDEN], 0);
  ck_assert_float_eq(up.rewards[0], -1.0f / 32);
  step(world, &state, NONE, NONE, SOUTH, NONE);
  at(state.agent[2], 5, 5);
  State ground = scene; // without the ramp the wall stops them
  ground.agent[2][0] = 3, ground.agent[2][1] = 7;
  step(world, &ground, NONE, NONE, SOUTH, NONE);
  at(ground.agent[2], 3, 7);
  co_world_close(world);
}
END_TEST

static bool masked(const CoWorld *world, const State *state, int agent, int action) {
  uint8_t mask[ACTIONS];
  CoError error;
  ck_assert(co_world_available(world, NULL, state, agent, mask, &error));
  return !mask[action];
}

START_TEST(masks_are_what_would_do_nothing) {
  CoWorld *world = open("prepare=1");
  State state = scene;
  for (int action = NORTH; action < ACTIONS; action++) ck_assert(masked(world, &state, 2, action)); // it waits
  ck_assert(!masked(world, &state, 0, NORTH) && !masked(world, &state, 0, LOCK));                   // the box
  ck_assert(masked(world, &state, 1, EAST) && masked(world, &state, 1, LOCK)); // the edge; nothing near
  state.thing[1][0] = 5, state.thing[1][1] = 6;                                // two boxes in a row do not move
  ck_assert(masked(world, &state, 0, NORTH));
  state.clock = 1;
  state.thing[1][0] = 0, state.thing[1][1] = 1;
  ck_assert(masked(world, &state, 2, LOCK) && masked(world, &state, 2, EAST)); // seekers lock nothing; one is behind
  co_world_close(world);
}
END_TEST

// Opponents behind a wall are zeros, seen through the door they are not; partners are always known.
START_TEST(sight_ends_at_walls) {
  CoWorld *world = open("");
  State state = scene;
  float obs[27];
  CoError error;
  ck_assert_int_eq(co_world_spec(world)->obs_size, 27);
  ck_assert(co_world_observe(world, NULL, &state, 2, obs, &error));
  ck_assert_float_eq(obs[6 + 1], 2.0f / 9); // the partner, two columns to the right
  ck_assert_float_eq(obs[6 + 3], 1);
  for (int i = 10; i < 18; i++) ck_assert_float_eq(obs[i], 0);
  state.agent[2][0] = 2, state.agent[2][1] = 6, state.thing[0][1] = 7; // above the door, the box out of the way
  ck_assert(co_world_observe(world, NULL, &state, 2, obs, &error));
  ck_assert_float_eq(obs[10], 5.0f / 9);
  ck_assert_float_eq(obs[13], 1);
  ck_assert_float_eq(obs[17], 0);
  co_world_close(world);
}
END_TEST

// --- how long it takes, by search: one moves, the others wait ---

enum { CELLS = 81, KEYS = CELLS * CELLS * 2, FAR = 99 };

typedef struct Search {
  State queue[KEYS];
  int16_t steps[KEYS];
  bool known[KEYS];
} Search;

static int cell(const int16_t *place) {
  return place[0] * 9 + place[1];
}

// The fewest steps until `done`; states differ in where the agent and the thing are, and in whether that is locked.
static int fewest(const CoWorld *world, const State *from, int agent, int thing,
                  bool (*done)(const State *, const Stepped *)) {
  Search *search = calloc(1, sizeof *search);
  int head = 0, tail = 1, found = FAR;
  search->queue[0] = *from;
  while (head < tail && found == FAR) {
    int here = head++;
    for (int action = NONE; action < ACTIONS && found == FAR; action++) {
      int actions[4] = {0};
      State next = search->queue[here];
      actions[agent] = action;
      Stepped stepped = step(world, &next, actions[0], actions[1], actions[2], actions[3]);
      next.clock = from->clock;
      int key = (cell(next.agent[agent]) * CELLS + cell(next.thing[thing])) * 2 + next.thing[thing][2];
      if (done(&next, &stepped)) found = search->steps[here] + 1;
      if (search->known[key]) continue;
      search->known[key] = true;
      search->steps[tail] = (int16_t)(search->steps[here] + 1);
      search->queue[tail++] = next;
    }
  }
  free(search);
  return found;
}

static bool shut(const State *s, const Stepped *stepped) {
  (void)stepped;
  return cell(s->thing[0]) == 4 * 9 + 6 && s->thing[0][2] && s->agent[0][0] > 4 && s->agent[1][0] > 4;
}

static bool seen(const State *s, const Stepped *stepped) {
  (void)s;
  return stepped->rewards[0] < 0;
}

static int lesser(int a, int b) {
  return a < b ? a : b;
}

// One hider has the time to shut the door, and the other may wait. Then a seeker that knows everything sees one of them
// no sooner than it has pushed the ramp to the wall, and never where the ramp is locked and no box stands beside it.
START_TEST(a_shelter_can_be_built_in_time_and_pays) {
  CoWorld *prepare = open("prepare=1000"), *chase = open("prepare=0 chase=1000");
  CoRng rng = co_rng(1, "hide_and_seek", 0);
  int built = 0, seen_before = 0, seen_after = 0;
  for (int i = 0; i < 100; i++) {
    State s;
    memset(&s, 0, sizeof s);
    ck_assert(co_world_type(prepare)->reset(co_world_self(prepare), NULL, &s, &rng, NULL));
    built += lesser(fewest(prepare, &s, 0, 0, shut), fewest(prepare, &s, 1, 0, shut)) <= 16;
    seen_before += lesser(fewest(chase, &s, 2, 2, seen), fewest(chase, &s, 3, 2, seen));
    s.thing[0][0] = 4, s.thing[0][1] = 6, s.thing[0][2] = 1;
    seen_after += lesser(fewest(chase, &s, 2, 2, seen), fewest(chase, &s, 3, 2, seen));
    s.thing[2][2] = 1, s.thing[1][0] = 8, s.thing[1][1] = 0;
    ck_assert_int_eq(fewest(chase, &s, 2, 2, seen), FAR);
  }
  printf("of 100 beginnings %d leave time for a shelter; it is seen into after %.1f steps, without one after %.1f\n",
         built, seen_after / 100.0, seen_before / 100.0);
  ck_assert_int_ge(built, 98);
  ck_assert_int_ge(seen_after - seen_before, 400); // by 4 steps and more on average, of the 32 that count
  co_world_close(prepare);
  co_world_close(chase);
}
END_TEST

CO_TESTS(a_shelter_can_be_built_in_time_and_pays, hiders_shut_the_door, shelters_are_known_when_the_chase_begins,
         seekers_climb_in, masks_are_what_would_do_nothing, sight_ends_at_walls)

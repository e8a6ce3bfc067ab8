// Breakout, step by step: MinAtar's rules for walls, bricks and paddle.
#include "planning.h"

extern const CoEnvType co_breakout;

enum { NONE, LEFT, RIGHT };
enum { UP_LEFT, UP_RIGHT, DOWN_RIGHT, DOWN_LEFT };

typedef struct State {
  int8_t x, y, last_x, last_y, direction, struck, paddle, action, brick[30];
} State;

typedef struct Game {
  CoWorld *world;
  CoEnv *env;
} Game;

static Game begin(const char *settings, const State *state) {
  CoError error;
  Game game = {.world = plan_world(&co_breakout, settings, NULL, &error)};
  game.env = co_env_create(game.world, 1, &error);
  ck_assert(co_env_reset(game.env, &error));
  unsigned char bytes[sizeof(CoMoment) + sizeof(State)];
  ck_assert_int_eq((int)co_world_state_bytes(game.world), (int)sizeof(State));
  memcpy(bytes, co_env_bytes(game.env), sizeof bytes);
  if (state) memcpy(bytes + sizeof(CoMoment), state, sizeof *state);
  co_env_restore(game.env, bytes);
  return game;
}

static void end(Game *game) {
  co_env_destroy(game->env);
  co_world_close(game->world);
}

static const State *play(const Game *game, int action) {
  ck_assert(co_env_step(game->env, &(CoActions){&action, NULL}, NULL));
  return co_env_state(game->env);
}

static void assert_ball(const State *s, int x, int y, int direction) {
  ck_assert_int_eq(s->x, x);
  ck_assert_int_eq(s->y, y);
  ck_assert_int_eq(s->direction, direction);
}

START_TEST(from_the_start_to_the_paddle_and_the_bricks) {
  Game game = begin("sticky=0", &(State){.x = 0, .y = 3, .direction = DOWN_RIGHT, .paddle = 4, .brick = {[29] = 1}});
  const State *s = co_env_state(game.env);
  for (int i = 1; i <= 5; i++) assert_ball(play(&game, i <= 1 ? RIGHT : NONE), i, 3 + i, DOWN_RIGHT);
  ck_assert_int_eq(s->paddle, 5);
  assert_ball(play(&game, NONE), 6, 8, UP_RIGHT); // the ball was over the paddle
  for (int i = 1; i <= 3; i++) assert_ball(play(&game, LEFT), 6 + i, 8 - i, UP_RIGHT);
  assert_ball(play(&game, LEFT), 9, 4, UP_LEFT); // the right wall
  ck_assert_int_eq(s->paddle, 1);
  ck_assert(s->last_x == 9 && s->last_y == 5);
  end(&game);
}
END_TEST

START_TEST(a_brick_is_broken_and_turns_the_ball) {
  State state = {.x = 4, .y = 4, .direction = UP_LEFT, .paddle = 0};
  memset(state.brick, 1, sizeof state.brick);
  Game game = begin("sticky=0", &state);
  const State *s = play(&game, NONE);
  assert_ball(s, 3, 4, DOWN_LEFT);
  ck_assert(s->brick[23] == 0 && s->brick[22] == 1 && s->struck);
  ck_assert_float_eq(co_env_rewards(game.env)[0], 1);
  play(&game, NONE);
  assert_ball(s, 2, 5, DOWN_LEFT);
  ck_assert(!s->struck && co_env_rewards(game.env)[0] == 0);
  end(&game);
}
END_TEST

// One brick at a time: who has just struck passes through the next.
START_TEST(the_ball_passes_through_the_next_brick) {
  State state = {.x = 4, .y = 4, .direction = UP_LEFT, .struck = 1, .paddle = 0};
  memset(state.brick, 1, sizeof state.brick);
  Game game = begin("sticky=0", &state);
  const State *s = play(&game, NONE);
  assert_ball(s, 3, 3, UP_LEFT);
  ck_assert(s->struck && s->brick[23] && co_env_rewards(game.env)[0] == 0);
  end(&game);
}
END_TEST

START_TEST(the_paddles_corner_sends_the_ball_back) {
  Game game = begin("sticky=0", &(State){.x = 4, .y = 8, .direction = DOWN_RIGHT, .paddle = 5, .brick = {1}});
  assert_ball(play(&game, NONE), 5, 8, UP_LEFT);
  ck_assert_int_eq(co_env_ending(game.env), CO_PLAYING);
  end(&game);
}
END_TEST

START_TEST(a_ball_that_passes_the_paddle_is_lost) {
  Game game = begin("sticky=0", &(State){.x = 4, .y = 8, .direction = DOWN_RIGHT, .paddle = 7, .brick = {1}});
  assert_ball(play(&game, RIGHT), 5, 9, DOWN_RIGHT);
  ck_assert_int_eq(co_env_ending(game.env), CO_TERMINATED);
  end(&game);
}
END_TEST

START_TEST(the_ceiling_and_corners_turn_the_ball) {
  Game game = begin("sticky=0", &(State){.x = 4, .y = 0, .direction = UP_LEFT, .paddle = 7, .brick = {[29] = 1}});
  assert_ball(play(&game, NONE), 3, 0, DOWN_LEFT);
  end(&game);
  game = begin("sticky=0", &(State){.x = 0, .y = 0, .direction = UP_LEFT, .paddle = 7, .brick = {[29] = 1}});
  assert_ball(play(&game, NONE), 0, 0, DOWN_RIGHT);
  end(&game);
}
END_TEST

START_TEST(bricks_come_back_when_all_are_broken) {
  Game game = begin("sticky=0", &(State){.x = 4, .y = 8, .direction = DOWN_RIGHT, .paddle = 4});
  const State *s = play(&game, NONE);
  assert_ball(s, 5, 8, UP_RIGHT);
  for (int i = 0; i < 30; i++) ck_assert_int_eq(s->brick[i], 1);
  end(&game);
}
END_TEST

START_TEST(the_last_action_sticks) {
  Game game = begin("sticky=1", NULL); // the action before the first is none
  const State *s = play(&game, RIGHT);
  ck_assert_int_eq(s->paddle, 4);
  end(&game);
  enum { STEPS = 2000 };
  int stuck = 0;
  game = begin("sticky=0.1", NULL);
  for (int i = 0; i < STEPS; i++) {
    if (co_env_ending(game.env) != CO_PLAYING) ck_assert(co_env_reset(game.env, NULL));
    s = co_env_state(game.env);
    int last = s->action;
    play(&game, last == LEFT ? RIGHT : LEFT);
    stuck += s->action == last;
  }
  ck_assert_double_eq_tol(stuck / (double)STEPS, 0.1, 4 * sqrt(0.09 / STEPS));
  end(&game);
}
END_TEST

START_TEST(four_channels_are_seen) {
  CoError error;
  CoWorld *world = plan_world(&co_breakout, "", NULL, &error);
  const int *shape = co_world_spec(world)->obs_shape;
  ck_assert(shape[0] == 4 && shape[1] == 10 && shape[2] == 10);
  float obs[400], expected[400] = {0};
  ck_assert(co_world_observe(world, NULL, &(State){2, 5, 1, 4, DOWN_RIGHT, 0, 7, 0, {[13] = 1}}, 0, obs, &error));
  expected[97] = expected[100 + 52] = expected[200 + 41] = expected[300 + 23] = 1;
  ck_assert_mem_eq(obs, expected, sizeof obs);
  co_world_close(world);
}
END_TEST

START_TEST(all_six_actions) {
  Game game = begin("sticky=0 all_actions=true", NULL);
  const int paddle[6] = {4, 3, 3, 4, 4, 4};
  for (int action = 0; action < 5; action++) ck_assert_int_eq(play(&game, action)->paddle, paddle[action]);
  end(&game);
}
END_TEST

CO_TESTS(from_the_start_to_the_paddle_and_the_bricks, a_brick_is_broken_and_turns_the_ball,
         the_ball_passes_through_the_next_brick, the_paddles_corner_sends_the_ball_back,
         a_ball_that_passes_the_paddle_is_lost, the_ceiling_and_corners_turn_the_ball,
         bricks_come_back_when_all_are_broken, the_last_action_sticks, four_channels_are_seen, all_six_actions)

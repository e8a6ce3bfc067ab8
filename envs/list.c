// The project's own environments: one line adds one.
#include "cohort/env.h"

#define ENVS(X)                                                                                                        \
  X(skirmish)                                                                                                          \
  X(matrix)                                                                                                            \
  X(two_step)                                                                                                          \
  X(simple_spread)                                                                                                     \
  X(simple_speaker_listener)                                                                                           \
  X(lbf)                                                                                                               \
  X(hide_and_seek)                                                                                                     \
  X(frozen_lake)                                                                                                       \
  X(cliff_walking)                                                                                                     \
  X(taxi)                                                                                                              \
  X(windy_gridworld)                                                                                                   \
  X(maze)                                                                                                              \
  X(four_rooms)                                                                                                        \
  X(bit_flip)                                                                                                          \
  X(sokoban)                                                                                                           \
  X(random_walk)                                                                                                       \
  X(bandit)                                                                                                            \
  X(gambler)                                                                                                           \
  X(blackjack)                                                                                                         \
  X(short_corridor)                                                                                                    \
  X(counterexample)                                                                                                    \
  X(cartpole)                                                                                                          \
  X(mountain_car)                                                                                                      \
  X(mountain_car_continuous)                                                                                           \
  X(acrobot)                                                                                                           \
  X(pendulum)                                                                                                          \
  X(cartpole_swingup)                                                                                                  \
  X(navigation)                                                                                                        \
  X(point_rooms)                                                                                                       \
  X(breakout)                                                                                                          \
  X(random_maze)                                                                                                       \
  X(tictactoe)                                                                                                         \
  X(connect4)                                                                                                          \
  X(hex)                                                                                                               \
  X(othello)                                                                                                           \
  X(kuhn_poker)                                                                                                        \
  X(leduc_poker)                                                                                                       \
  X(zero_sum)                                                                                                          \
  X(prisoners_dilemma)

#define X(name) extern const CoEnvType co_##name;
ENVS(X)
#undef X

#define X(name) &co_##name,
const CoEnvType *const co_env_list[] = {ENVS(X) NULL};

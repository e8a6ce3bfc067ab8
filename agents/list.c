// The project's own algorithms: one line adds one.
#include "cohort/agent.h"

#define ALGOS(X)                                                                                                       \
  X(q_learning)                                                                                                        \
  X(sarsa)                                                                                                             \
  X(expected_sarsa)                                                                                                    \
  X(double_q_learning)                                                                                                 \
  X(n_step_sarsa)                                                                                                      \
  X(mc_control)                                                                                                        \
  X(td0)                                                                                                               \
  X(n_step_td)                                                                                                         \
  X(mc_prediction)                                                                                                     \
  X(value_iteration)                                                                                                   \
  X(policy_iteration)                                                                                                  \
  X(bandit_greedy)                                                                                                     \
  X(ucb)                                                                                                               \
  X(gradient_bandit)                                                                                                   \
  X(alphazero)                                                                                                         \
  X(mcts)                                                                                                              \
  X(minimax)                                                                                                           \
  X(cfr)                                                                                                               \
  X(mccfr)                                                                                                             \
  X(fictitious_play)                                                                                                   \
  X(thompson)                                                                                                          \
  X(tile_sarsa)                                                                                                        \
  X(vin)                                                                                                               \
  X(world_model)                                                                                                       \
  X(pets)                                                                                                              \
  X(mpc)                                                                                                               \
  X(dyna_q)                                                                                                            \
  X(smdp_q)                                                                                                            \
  X(intra_option_q)                                                                                                    \
  X(option_critic)                                                                                                     \
  X(maxq)                                                                                                              \
  X(hac)                                                                                                               \
  X(iql)                                                                                                               \
  X(vdn)                                                                                                               \
  X(qmix)                                                                                                              \
  X(qpd)                                                                                                               \
  X(dqn)                                                                                                               \
  X(maddpg)                                                                                                            \
  X(ddpg)                                                                                                              \
  X(td3)                                                                                                               \
  X(sac)                                                                                                               \
  X(reinforce)                                                                                                         \
  X(a2c)                                                                                                               \
  X(ppo)                                                                                                               \
  X(trpo)                                                                                                              \
  X(cem)                                                                                                               \
  X(cma_es)                                                                                                            \
  X(rl2)

#define X(name) extern const CoAlgoType co_##name;
ALGOS(X)
#undef X

#define X(name) &co_##name,
const CoAlgoType *const co_algo_list[] = {ALGOS(X) NULL};

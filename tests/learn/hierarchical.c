// Hierarchical methods and hindsight on the smallest tasks that need them: thresholds of greedy play at the end, every
// seed counted.
#include <stdio.h>

#include "score.h"

enum { BITS_STEPS = 150000, ROOMS_STEPS = 200000 };

static CoScore score_of(const CoWorld *world, const char *name, uint64_t seed, int num_envs, int steps,
                        const char *const *settings) {
  CoScore score;
  co_train_destroy(trained(world, name, seed, num_envs, steps, settings, NULL, &score));
  return score;
}

#define BITS                                                                                                           \
  "gamma", "0.98", "lr", "0.001", "buffer_size", "300000", "train_interval", "4", "target_update_interval", "500",     \
      "epsilon_start", "0.2", "epsilon_finish", "0.02", "epsilon_anneal_time", "75000"

// 15 bits: chance does not find the goal, so that without hindsight nothing is ever learnt.
START_TEST(hindsight_turns_fifteen_bits) {
  CoWorld *world = open_world("bit_flip");
  for (uint64_t seed = 1; seed <= 2; seed++) {
    CoScore with = score_of(world, "dqn", seed, 8, BITS_STEPS, (const char *const[]){BITS, "hindsight", "4", NULL});
    fprintf(stderr, "bit_flip, hindsight, seed %d: %g\n", (int)seed, with.info_mean[0]);
    ck_assert_double_ge(with.info_mean[0], 0.99);
  }
  CoScore without = score_of(world, "dqn", 1, 8, BITS_STEPS, (const char *const[]){BITS, NULL});
  ck_assert_double_le(without.info_mean[0], 0.01);
  co_world_close(world);
}
END_TEST

// The mean shortest path has 7.59 steps; the mean of 100 starts lies within 0.9 of it.
START_TEST(options_walk_through_four_rooms) {
  CoWorld *world = open_world("four_rooms");
  static const char *const methods[] = {"smdp_q", "intra_option_q"};
  for (int i = 0; i < 2; i++)
    for (uint64_t seed = 1; seed <= (uint64_t)seeds_of(3); seed++) {
      CoScore score = score_of(world, methods[i], seed, 1, ROOMS_STEPS, (const char *const[]){"lr", "0.25", NULL});
      fprintf(stderr, "four_rooms, %s, seed %d: %g steps\n", methods[i], (int)seed, score.length_mean);
      ck_assert_double_eq(score.return_mean, 1);
      ck_assert_double_le(score.length_mean, 8.5);
    }
  co_world_close(world);
}
END_TEST

// Policies stay stochastic: half as many steps again.
START_TEST(the_option_critic_finds_its_way) {
  CoWorld *world = open_world("four_rooms");
  for (uint64_t seed = 1; seed <= (uint64_t)seeds_of(3); seed++) {
    CoScore score = score_of(world, "option_critic", seed, 1, ROOMS_STEPS, NULL);
    fprintf(stderr, "four_rooms, option_critic, seed %d: %g steps\n", (int)seed, score.length_mean);
    ck_assert_double_le(score.length_mean, 1.5 * 7.59);
  }
  co_world_close(world);
}
END_TEST

// To goals anywhere in the rooms, walking freely: by chance one in eight is met. The example takes longer and gets
// further.
START_TEST(a_planner_and_a_walker_find_goals) {
  CoWorld *world = open_world("point_rooms");
  for (uint64_t seed = 1; seed <= (uint64_t)seeds_of(3); seed++) {
    CoScore score = score_of(world, "hac", seed, 8, 40000, (const char *const[]){"batch_size", "128", NULL});
    fprintf(stderr, "point_rooms, hac, seed %d: %g\n", (int)seed, score.info_mean[0]);
    ck_assert_double_ge(score.info_mean[0], 0.6);
  }
  co_world_close(world);
}
END_TEST

CO_TESTS(hindsight_turns_fifteen_bits, options_walk_through_four_rooms, the_option_critic_finds_its_way,
         a_planner_and_a_walker_find_goals)

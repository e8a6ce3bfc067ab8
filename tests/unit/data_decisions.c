// Decision rows by hand: moves of everyone, turns and waiting players, deaths, ends of both kinds, saving.
#include "toy.h"

#include "suite.h"

#include "cohort/decisions.h"

#define G 0.5 // gamma

typedef struct Play {
  CoWorld *world;
  CoVecEnv *vec;
  CoDecisions *decisions; // of `team`
} Play;

static Play begin_config(CoWorld *world, int team, CoDecisionsConfig config) {
  Play play = {.world = world};
  play.vec = co_vecenv_create(world, config.num_envs, CO_VIEW_ALL, NULL, 1, "env", NULL);
  play.decisions = co_decisions_create(world, team, &config, NULL);
  ck_assert(co_vecenv_restart(play.vec, NULL));
  return play;
}

static Play begin(CoWorld *world, int team, int num_envs) {
  return begin_config(world, team, (CoDecisionsConfig){num_envs, 1, G, false, 0});
}

static void end(Play *play) {
  co_decisions_destroy(play->decisions);
  co_vecenv_destroy(play->vec);
  co_world_close(play->world);
}

static const CoDecision *step(Play *play, const int *actions, int *count) {
  CoActions all = {actions, NULL};
  co_decisions_before(play->decisions, play->vec, &all, NULL);
  ck_assert(co_vecenv_step(play->vec, &all, NULL));
  co_decisions_after(play->decisions, play->vec);
  return co_decisions_rows(play->decisions, count);
}

static void assert_row(const CoDecision *row, int agent, int ticks, double reward, double discount, int ending) {
  ck_assert_int_eq(row->agent, agent);
  ck_assert_int_eq(row->ticks, ticks);
  ck_assert_float_eq_tol(row->reward, (float)reward, 1e-6f);
  ck_assert_float_eq(row->discount, (float)discount);
  ck_assert_int_eq(row->ending, ending);
}

START_TEST(everyone_moves_every_step) {
  Play play = begin(toy_world((ToyConfig){.length = 3}), 0, 1);
  for (int i = 0; i < 3; i++) {
    int actions[3] = {i % 2, 2, 0}, count;
    const CoDecision *rows = step(&play, actions, &count);
    ck_assert_int_eq(count, 2);
    for (int a = 0; a < 2; a++) {
      assert_row(&rows[a], a, 1, i + 1, i < 2 ? G : 0, i < 2 ? CO_PLAYING : CO_TERMINATED);
      ck_assert_int_eq(rows[a].kind, 5 + a);
      ck_assert_int_eq(rows[a].action, actions[a]);
      ck_assert_int_eq(rows[a].index, 3 * i + a);
      ck_assert_int_eq(rows[a].next_index, 3 * (i + 1) + a);
      ck_assert_float_eq(rows[a].obs[0], (float)i);
      ck_assert_float_eq(rows[a].next_obs[0], (float)(i + 1));
      ck_assert_int_eq(rows[a].mask[0], 1);
      ck_assert_int_eq(rows[a].next_mask[0], 1);
    }
  }
  end(&play);
}
END_TEST

START_TEST(running_out_of_time_is_an_end_where_asked) {
  Play play = begin_config(toy_world((ToyConfig){.limit = 2}), 1, (CoDecisionsConfig){1, 1, G, true, 0});
  int actions[3] = {0}, count;
  assert_row(step(&play, actions, &count), 0, 1, -1, G, CO_PLAYING);
  assert_row(step(&play, actions, &count), 0, 1, -2, 0, CO_TERMINATED);
  end(&play);
}
END_TEST

START_TEST(running_out_of_time_is_no_end) {
  Play play = begin(toy_world((ToyConfig){.limit = 2}), 1, 2);
  int actions[6] = {0}, count;
  step(&play, actions, &count);
  const CoDecision *rows = step(&play, actions, &count);
  ck_assert_int_eq(count, 2);
  for (int i = 0; i < 2; i++) {
    assert_row(&rows[i], 0, 1, -2, G, CO_TRUNCATED);
    ck_assert_int_eq(rows[i].env, i);
    ck_assert_float_eq(rows[i].next_obs[0], 2); // the real successor
  }
  end(&play);
}
END_TEST

// Steps pay 1, 2, 3, 4, 5 to team 0 and the negative to team 1, whose one agent moves third.
START_TEST(a_waiting_player_gets_its_own_stream) {
  CoWorld *world = toy_world((ToyConfig){.length = 5, .turns = 1});
  Play pair = begin(world, 0, 1);
  CoDecisions *other = co_decisions_create(world, 1, &(CoDecisionsConfig){1, 1, G, false, 0}, NULL);
  int actions[3] = {1, 1, 1}, counts[2];
  for (int i = 1; i <= 5; i++) {
    CoActions all = {actions, NULL};
    co_decisions_before(other, pair.vec, &all, NULL);
    const CoDecision *rows = step(&pair, actions, &counts[0]);
    co_decisions_after(other, pair.vec);
    const CoDecision *others = co_decisions_rows(other, &counts[1]);
    ck_assert_int_eq(counts[1], i == 5);
    ck_assert_int_eq(counts[0], i < 3 ? 0 : i == 5 ? 2 : 1);
    if (i == 3) assert_row(&rows[0], 0, 3, 1 + G * 2 + G * G * 3, G * G * G, CO_PLAYING);
    if (i == 4) assert_row(&rows[0], 1, 3, 2 + G * 3 + G * G * 4, G * G * G, CO_PLAYING);
    if (i == 5) {
      assert_row(&rows[0], 0, 2, 4 + G * 5, 0, CO_TERMINATED);
      assert_row(&rows[1], 1, 1, 5, 0, CO_TERMINATED);
      assert_row(&others[0], 0, 3, -3 - G * 4 - G * G * 5, 0, CO_TERMINATED); // what the others' moves brought it
      ck_assert_float_eq(others[0].obs[0], 2);
    }
  }
  co_decisions_destroy(other);
  end(&pair);
}
END_TEST

START_TEST(a_death_is_no_end) {
  Play play = begin(toy_world((ToyConfig){.length = 4, .death = 2}), 0, 1);
  int actions[3] = {1, 1, 1}, count;
  const CoDecision *rows;
  step(&play, actions, &count);
  ck_assert_int_eq(count, 2);
  for (int i = 2; i <= 3; i++) {
    rows = step(&play, i == 2 ? actions : (const int[]){1, 0, 1}, &count);
    ck_assert_int_eq(count, 1); // the dead one's decision goes on
    assert_row(&rows[0], 0, 1, i, G, CO_PLAYING);
  }
  rows = step(&play, (const int[]){1, 0, 1}, &count);
  ck_assert_int_eq(count, 2);
  assert_row(&rows[1], 1, 3, 2 + G * 3 + G * G * 4, 0, CO_TERMINATED);
  ck_assert_int_eq(rows[1].action, 1);
  ck_assert_float_eq(rows[1].next_obs[0], 0);
  end(&play);
}
END_TEST

START_TEST(controls_are_kept) {
  Play play = begin(toy_continuous_world((ToyConfig){.limit = 9}), 1, 1);
  const float controls[6] = {0, 0, 0, 0, 0.25f, -0.5f};
  CoActions all = {NULL, controls};
  int count;
  co_decisions_before(play.decisions, play.vec, &all, NULL);
  ck_assert(co_vecenv_step(play.vec, &all, NULL));
  co_decisions_after(play.decisions, play.vec);
  const CoDecision *rows = co_decisions_rows(play.decisions, &count);
  ck_assert_int_eq(count, 1);
  ck_assert_float_eq(rows[0].control[0], 0.25f);
  ck_assert_float_eq(rows[0].control[1], -0.5f);
  ck_assert_ptr_null(rows[0].mask);
  end(&play);
}
END_TEST

START_TEST(pending_decisions_are_saved) {
  Play a = begin(toy_world((ToyConfig){.length = 5, .turns = 1}), 0, 1),
       b = begin(toy_world((ToyConfig){.length = 5, .turns = 1}), 0, 1);
  int actions[3] = {1, 2, 1}, counts[2];
  step(&a, actions, counts), step(&a, actions, counts);
  CoWriter writer = {0};
  CoError error;
  co_vecenv_save(a.vec, &writer);
  co_decisions_save(a.decisions, &writer);
  CoReader reader = co_reader(writer.data, writer.size, &error);
  ck_assert(co_vecenv_load(b.vec, &reader) && co_decisions_load(b.decisions, &reader));
  const CoDecision *first = step(&a, actions, &counts[0]), *second = step(&b, actions, &counts[1]);
  ck_assert_int_eq(counts[0], 1);
  ck_assert_int_eq(counts[1], 1);
  assert_row(second, first->agent, first->ticks, (double)first->reward, (double)first->discount, first->ending);
  ck_assert_int_eq(second->action, 1);
  ck_assert_mem_eq(first->obs, second->obs, 3 * sizeof(float));
  CoDecisions *wider = co_decisions_create(a.world, 0, &(CoDecisionsConfig){2, 1, G, false, 0}, NULL);
  co_writer_clear(&writer);
  co_decisions_save(a.decisions, &writer);
  reader = co_reader(writer.data, writer.size, &error);
  ck_assert(!co_decisions_load(wider, &reader));
  co_decisions_destroy(wider);
  co_writer_free(&writer);
  end(&a), end(&b);
}
END_TEST

// Three steps; those begun less than three steps before the end are shorter.
static void check_three_steps(int ending, double sign, const CoDecision *rows, int agents) {
  double g = ending == CO_TERMINATED ? 0 : 1;
  for (int a = 0; a < agents; a++, rows += 3) {
    assert_row(&rows[0], a, 3, sign * (3 + G * 4 + G * G * 5), g * G * G * G, ending);
    assert_row(&rows[1], a, 2, sign * (4 + G * 5), g * G * G, ending);
    assert_row(&rows[2], a, 1, sign * 5, g * G, ending);
    for (int i = 0; i < 3; i++) {
      ck_assert_float_eq(rows[i].obs[0], (float)(2 + i));
      ck_assert_float_eq(rows[i].next_obs[0], 5);
    }
  }
}

START_TEST(a_row_spans_three_moves) {
  Play play = begin_config(toy_world((ToyConfig){.length = 5}), 0, (CoDecisionsConfig){1, 3, G, false, 0});
  for (int episode = 0; episode < 2; episode++) { // nothing is carried over
    ck_assert(co_vecenv_restart(play.vec, NULL));
    for (int i = 1; i <= 5; i++) {
      int actions[3] = {i % 2, (i + 1) % 2, 0}, count;
      const CoDecision *rows = step(&play, actions, &count);
      ck_assert_int_eq(count, i < 3 ? 0 : i < 5 ? 2 : 6);
      if (i == 5) check_three_steps(CO_TERMINATED, 1, rows, 2);
      for (int a = 0; i > 2 && i < 5 && a < 2; a++) {
        assert_row(&rows[a], a, 3, i - 2 + G * (i - 1) + G * G * i, G * G * G, CO_PLAYING);
        ck_assert_int_eq(rows[a].action, (i - 2 + a) % 2);
        ck_assert_int_eq(rows[a].index, 3 * (i - 3) + a);
        ck_assert_float_eq(rows[a].obs[0], (float)(i - 3));
        ck_assert_float_eq(rows[a].next_obs[0], (float)i);
      }
    }
  }
  end(&play);
}
END_TEST

START_TEST(three_moves_cut_short_by_time_bootstrap) {
  Play play = begin_config(toy_world((ToyConfig){.limit = 5}), 1, (CoDecisionsConfig){1, 3, G, false, 0});
  int actions[3] = {0}, count;
  for (int i = 1; i <= 4; i++) step(&play, actions, &count);
  const CoDecision *rows = step(&play, actions, &count);
  ck_assert_int_eq(count, 3);
  check_three_steps(CO_TRUNCATED, -1, rows, 1);
  end(&play);
}
END_TEST

// Agent 0 moves in steps 1, 4 and 7.
START_TEST(two_moves_of_a_waiting_player) {
  Play play = begin_config(toy_world((ToyConfig){.length = 9, .turns = 1}), 0, (CoDecisionsConfig){1, 2, G, false, 0});
  int actions[3] = {1, 1, 1}, count;
  double sum = 0, g = 1;
  for (int i = 1; i <= 6; i++, g *= G) {
    const CoDecision *rows = step(&play, actions, &count);
    ck_assert_int_eq(count, i == 6);
    sum += g * i;
    if (i == 6) assert_row(&rows[0], 0, 6, sum, g * G, CO_PLAYING);
  }
  end(&play);
}
END_TEST

// Agent 1 dies of its second move: both of its rows go on to the end.
START_TEST(the_dead_move_no_more) {
  Play play = begin_config(toy_world((ToyConfig){.length = 4, .death = 2}), 0, (CoDecisionsConfig){1, 2, G, false, 0});
  int count;
  for (int i = 1; i <= 3; i++) {
    const CoDecision *rows = step(&play, i < 3 ? (const int[]){1, 1, 1} : (const int[]){1, 0, 1}, &count);
    ck_assert_int_eq(count, i > 1);
    if (i > 1) assert_row(&rows[0], 0, 2, i - 1 + G * i, G * G, CO_PLAYING);
  }
  const CoDecision *rows = step(&play, (const int[]){1, 0, 1}, &count);
  ck_assert_int_eq(count, 4);
  assert_row(&rows[2], 1, 4, 1 + G * 2 + G * G * 3 + G * G * G * 4, 0, CO_TERMINATED);
  assert_row(&rows[3], 1, 3, 2 + G * 3 + G * G * 4, 0, CO_TERMINATED);
  end(&play);
}
END_TEST

START_TEST(three_moves_under_way_are_saved) {
  CoDecisionsConfig three = {1, 3, G, false, 0};
  Play a = begin_config(toy_world((ToyConfig){.length = 5}), 0, three), b;
  b = begin_config(toy_world((ToyConfig){.length = 5}), 0, three);
  int actions[3] = {1, 1, 1}, count;
  CoWriter writer = {0};
  CoError error;
  for (int i = 0; i < 4; i++) step(&a, actions, &count);
  co_vecenv_save(a.vec, &writer);
  co_decisions_save(a.decisions, &writer);
  CoReader reader = co_reader(writer.data, writer.size, &error);
  ck_assert(co_vecenv_load(b.vec, &reader) && co_decisions_load(b.decisions, &reader));
  const CoDecision *rows = step(&b, actions, &count);
  ck_assert_int_eq(count, 6);
  check_three_steps(CO_TERMINATED, 1, rows, 2);
  co_writer_free(&writer);
  end(&a), end(&b);
}
END_TEST

CO_TESTS(a_row_spans_three_moves, three_moves_cut_short_by_time_bootstrap, two_moves_of_a_waiting_player,
         the_dead_move_no_more, three_moves_under_way_are_saved, everyone_moves_every_step,
         running_out_of_time_is_no_end, running_out_of_time_is_an_end_where_asked, a_waiting_player_gets_its_own_stream,
         a_death_is_no_end, controls_are_kept, pending_decisions_are_saved)

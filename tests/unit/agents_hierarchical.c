// Options and tasks against exact answers: where options lead, what they are worth, what a hierarchy says.
#include <string.h>

#include "planning.h"

#include "cohort/train.h"
#include "hierarchical/options.h"
#include "hierarchical/tasks.h"

extern const CoEnvType co_four_rooms, co_taxi;
extern const CoAlgoType co_smdp_q, co_intra_option_q, co_maxq, co_option_critic;

enum { CONFIG = 4096, LONGEST = 40 };

static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

static CoOptions find_options(const CoModel *model, const int *landmarks, int count) {
  CoOptions options;
  CoError error;
  check(co_options_find(&options, model, landmarks, count, &error), &error);
  return options;
}

// Steps of an option from a state until it ends, and where; nothing slips.
static int follow(const CoModel *model, const CoOptions *options, int option, int *state) {
  int steps = 0;
  for (int action; (action = co_option_action(options, option, *state)) >= 0; steps++) {
    int64_t entry = model->first[*state * model->actions + action];
    while (model->probability[entry] < 1) entry++;
    *state = model->next[entry];
    ck_assert_int_lt(steps, LONGEST);
    if (model->terminated[entry]) return steps + 1;
  }
  return steps;
}

static const int hallways[] = {25, 51, 62, 88};

// Rooms of 25, 30, 25 and 20 cells have two options each, which may begin at the room's other hallway too, but for 62,
// the goal, where play is over.
START_TEST(eight_options_lead_to_the_hallways) {
  Plan plan = plan_solve(&co_four_rooms, "goal=62", 0.9);
  CoOptions options = find_options(plan.model, hallways, 4);
  int begins = 0;
  ck_assert_int_eq(options.count, 8);
  for (int o = 0; o < 8; o++)
    for (int s = 0; s < 104; s++) {
      int end = s;
      if (co_option_action(&options, o, s) < 0) continue;
      begins++;
      int steps = follow(plan.model, &options, o, &end);
      ck_assert_int_eq(end, options.door[o]);
      ck_assert_int_le(steps, 12);
    }
  ck_assert_int_eq(begins, 2 * (25 + 30 + 25 + 20) + 8 - 2);
  co_options_free(&options);
  plan_free(&plan);
}
END_TEST

// Where a step may slip, an option still ends in its region's doors alone, and never begins outside.
START_TEST(options_of_a_slippery_floor_are_the_same) {
  Plan still = plan_solve(&co_four_rooms, "goal=3", 0.9), slips = plan_solve(&co_four_rooms, "goal=3 slip=0.2", 0.9);
  CoOptions a = find_options(still.model, hallways, 4), b = find_options(slips.model, hallways, 4);
  ck_assert_int_eq(a.count, b.count);
  for (int i = 0; i < a.count * 104; i++) ck_assert_int_eq(a.action[i] < 0, b.action[i] < 0);
  co_options_free(&a);
  co_options_free(&b);
  plan_free(&still);
  plan_free(&slips);
}
END_TEST

// A run with settings as pairs; the world is the plan's.
static CoTrain *train(const CoWorld *world, const CoAlgoType *algo, int steps, const char *const *settings) {
  CoError error;
  CoTrainConfig config;
  _Alignas(16) static unsigned char algo_config[CONFIG];
  co_settings_defaults(&co_train_settings, &config);
  config.num_envs = 2, config.steps = steps, config.test_interval = 0, config.final_episodes = 0;
  co_settings_defaults(&algo->settings, algo_config);
  for (; *settings; settings += 2)
    check(co_settings_set(&algo->settings, algo_config, settings[0], settings[1], &error), &error);
  CoSeat seat = {.algo = algo, .config = algo_config};
  CoTrainSetup setup = {.config = &config, .world = world, .seats = &seat};
  CoTrain *run = co_train_create(&setup, &error);
  check(run, &error);
  while (!co_train_done(run)) check(co_train_round(run, &error), &error);
  return run;
}

// Of play by chance with step size 1, where nothing is random: Q of an action is what the best play makes of it, Q of
// an option gamma^k times the best play's value where it ends, or gamma^(k - 1) at the goal.
START_TEST(options_are_worth_what_they_lead_to) {
  static const char *const settings[] = {"lr", "1", "gamma", "0.9", "epsilon_start", "1", "epsilon_finish", "1", NULL};
  const CoAlgoType *const algos[] = {&co_smdp_q, &co_intra_option_q};
  Plan plan = plan_solve(&co_four_rooms, "goal=62", 0.9);
  CoOptions options = find_options(plan.model, hallways, 4);
  for (int i = 0; i < 2; i++) {
    CoTrain *run = train(plan.world, algos[i], 300000, settings);
    const CoTable *table = co_train_algo(run, 0);
    for (int s = 0; s < 104; s++) {
      const float *q = co_table_row(table, 0, s);
      for (int a = 0; a < 4 && s != 62; a++)
        ck_assert_double_eq_tol((double)q[a], plan_backup(plan.model, plan.value, s, a, 0.9), 1e-5);
      for (int o = 0; o < 8; o++) {
        int end = s, steps = follow(plan.model, &options, o, &end);
        double worth = pow(0.9, end == 62 ? steps - 1 : steps) * (end == 62 ? 1 : plan.value[end]);
        if (steps) ck_assert_double_eq_tol((double)q[4 + o], worth, 1e-5);
      }
    }
    co_train_destroy(run);
  }
  co_options_free(&options);
  plan_free(&plan);
}
END_TEST

static CoDecision decision(int index, int action, float reward, float discount, int next, int ending,
                           const float *note) {
  static const uint8_t all[4] = {1, 1, 1, 1};
  return (CoDecision){.ticks = 1,
                      .ending = ending,
                      .action = action,
                      .index = index,
                      .next_index = next,
                      .reward = reward,
                      .discount = discount,
                      .mask = all,
                      .next_mask = all,
                      .notes = note};
}

// The option to hallway 25 is under way in cell 0 when time runs out in cell 10: with all values 1, R + gamma Q(10, o)
// = 0.9. What comes next is an option of its own.
START_TEST(time_that_runs_out_does_not_end_an_option) {
  _Alignas(16) unsigned char config[CONFIG];
  CoError error;
  CoWorld *world = plan_world(&co_four_rooms, "goal=62", NULL, &error);
  co_settings_defaults(&co_smdp_q.settings, config);
  ((CoOptionConfig *)(void *)config)->table.lr = 1;
  const CoAlgoSetup setup = {.spec = co_world_spec(world), .world = world, .num_envs = 1, .seed = 1};
  CoOptionTable *self = co_smdp_q.create(config, &setup, &error);
  check(self, &error);
  int option = 0;
  while (self->options.door[option] != 25 || co_option_action(&self->options, option, 0) < 0) option++;
  float note = (float)(4 + option);
  *(co_table_row(&self->table, 0, 10) + 4 + option) = 0.5f;
  *co_table_row(&self->table, 0, 10) = 2; // the best there, which the option goes past
  CoDecision row = decision(0, 2, 0, 0.9f, 10, CO_TRUNCATED, &note);
  CoLearning learning = {.decisions = &row, .decision_count = 1};
  check(co_smdp_q.learn(self, &learning, &error), &error);
  ck_assert_float_eq_tol(co_table_row(&self->table, 0, 0)[4 + option], 0.45f, 1e-6f);
  row = decision(0, 2, 3, 0, 10, CO_TERMINATED, &note);
  check(co_smdp_q.learn(self, &learning, &error), &error);
  ck_assert_float_eq_tol(co_table_row(&self->table, 0, 0)[4 + option], 3, 1e-6f);
  co_smdp_q.destroy(self);
  co_world_close(world);
}
END_TEST

static const char *refusal(const CoSpec *spec, const char *factors, const char *text) {
  static CoError error;
  static CoTasks tasks;
  error.text[0] = '\0';
  ck_assert(!co_tasks_read(&tasks, factors, text, spec, &error));
  co_tasks_free(&tasks);
  return error.text;
}

START_TEST(a_wrong_hierarchy_is_refused_with_a_sentence) {
  const CoSpec spec = {.agents = 1, .states = 6, .actions = 2};
  ck_assert_str_eq(refusal(&spec, "a 2 b 2", "r = 0"), "factors make 4 states, this environment has 6");
  ck_assert_str_eq(refusal(&spec, "a 2 b x", "r = 0"), "factors: the size of 'b' is 'x'");
  ck_assert_str_eq(refusal(&spec, "a 2 b 3", "r = 0 go"), "tasks: 'r' calls 'go', which is no task and no action");
  ck_assert_str_eq(refusal(&spec, "a 2 b 3", "r = 0 1; r = 1"), "tasks: 'r' is there twice");
  ck_assert_str_eq(refusal(&spec, "a 2 b 3", "r = 0; 2 given a"), "tasks: there is no action 2");
  ck_assert_str_eq(refusal(&spec, "a 2 b 3", "r = s; s = 0 while c 1"), "tasks: 'c' is no factor");
  ck_assert_str_eq(refusal(&spec, "a 2 b 3", "r = s; s = 0 until b 3"), "tasks: b is 3, must lie below 3");
  ck_assert_str_eq(refusal(&spec, "a 2 b 3", "r = s; s = r"),
                   "tasks call one another in a circle, or more than 8 deep");
  ck_assert_str_eq(refusal(&spec, "a 2 b 3", ""), "tasks: the first must call others");
  ck_assert_str_eq(refusal(&spec, "a 2 b 3", "r = 0 until a 1"), "tasks: 'r' is the root, which ends with the episode");
}
END_TEST

// State 5 is a = 1, b = 2.
START_TEST(a_hierarchy_says_where_tasks_end_and_what_they_are_given) {
  const CoSpec spec = {.agents = 1, .states = 6, .actions = 2};
  CoTasks tasks;
  CoError error;
  check(co_tasks_read(&tasks, "a 2 b 3", "r = s t 1; s = 0 1 while b 0 1 given b; t = 0 until a 1; 0 given", &spec,
                      &error),
        &error);
  ck_assert_int_eq(tasks.count, 5);
  const int over_s[6] = {0, 0, 1, 0, 0, 1}, over_t[6] = {0, 0, 0, 1, 1, 1};
  for (int s = 0; s < 6; s++) {
    ck_assert_int_eq(co_task_over(&tasks, 1, s), over_s[s]);
    ck_assert_int_eq(co_task_over(&tasks, 2, s), over_t[s]);
    ck_assert_int_eq(co_task_value(&tasks, 0, s), 3 * s);
    ck_assert_int_eq(co_task_value(&tasks, 1, s), 18 + 2 * (s % 3));
    ck_assert_int_eq(co_task_value(&tasks, 2, s), 24 + s);
    ck_assert_int_eq(co_task_value(&tasks, 3, s), 30); // action 0, the same everywhere
    ck_assert_int_eq(co_task_value(&tasks, 4, s), 31 + s);
  }
  ck_assert_int_eq(tasks.values, 37);
  co_tasks_free(&tasks);
}
END_TEST

// Two tasks deep, all by hand. Root calls s, s calls actions 0 and 1 until b = 2. One step from state 0 (b = 0) to 1
// earns 4, the next to 2 ends s and earns 2: V(0) = 4, V(1) = 2; then C(s, 1) = gamma 0 and C(r, 0), C(r, 1) = gamma^n
// V(r, 2), which is 0, for s may not be called there.
START_TEST(completions_by_hand) {
  _Alignas(16) unsigned char config[CONFIG];
  CoError error;
  const CoSpec spec = {.agents = 1, .teams = 1, .states = 3, .actions = 2};
  co_settings_defaults(&co_maxq.settings, config);
  static const char *const settings[] = {"factors", "b 3", "tasks", "r = s 1; s = 0 1 until b 2",
                                         "lr",      "1",   "gamma", "0.5"};
  for (int i = 0; i < 8; i += 2)
    check(co_settings_set(&co_maxq.settings, config, settings[i], settings[i + 1], &error), &error);
  const CoAlgoSetup setup = {.spec = &spec, .num_envs = 1, .seed = 1};
  CoTable *self = co_maxq.create(config, &setup, &error);
  check(self, &error);
  // r: 0 to 5 (s, 1 of each state); s: 6 to 11 (0, 1 of each state); action 0: 12 to 14; action 1: 15 to 17.
  self->q[16] = 8;                                     // V of action 1 in state 1
  const float zero[8] = {0, 1, 2, -1, -1, -1, -1, -1}; // r, s, action 0
  CoDecision rows[2] = {decision(0, 0, 4, 0.5f, 1, CO_PLAYING, zero), decision(1, 0, 2, 0.5f, 2, CO_PLAYING, zero)};
  CoLearning learning = {.decisions = &rows[0], .decision_count = 1};
  check(co_maxq.learn(self, &learning, &error), &error);
  ck_assert_float_eq(self->q[12], 4);
  ck_assert_float_eq(self->q[6], 4); // C(s, state 0, action 0) = 0.5 V(s, state 1) = 0.5 * 8
  ck_assert_float_eq(self->q[0], 0); // s has not ended
  self->q[17] = 6;                   // V of action 1 in state 2, which the root may still do
  learning.decisions = &rows[1];
  check(co_maxq.learn(self, &learning, &error), &error);
  ck_assert_float_eq(self->q[13], 2);
  ck_assert_float_eq(self->q[8], 0);    // C(s, state 1, action 0): s is over
  ck_assert_float_eq(self->q[2], 3);    // C(r, state 1, s) = 0.5 V(r, state 2) = 0.5 * 6
  ck_assert_float_eq(self->q[0], 1.5f); // C(r, state 0, s) = 0.25 * 6
  co_maxq.destroy(self);
}
END_TEST

// Greedy play of MAXQ earns what the best play does from every start: with step size 1 nothing is left to chance.
START_TEST(maxq_drives_the_taxi_as_well_as_can_be) {
  static const char *const settings[] = {"lr", "1", "gamma", "1", NULL};
  Plan plan = plan_solve(&co_taxi, "", 1);
  CoTrain *run = train(plan.world, &co_maxq, 60000, settings);
  CoError error;
  CoScore score;
  _Alignas(16) unsigned char config[CONFIG];
  co_settings_defaults(&co_maxq.settings, config);
  CoSeat seat = {.algo = &co_maxq, .config = config, .self = co_train_algo(run, 0)};
  CoMatchSetup setup = {.world = plan.world, .seats = &seat, .num_envs = 2, .seed = 3, .purpose = "t"};
  CoMatch *match = co_match_create(&setup, &error);
  check(match && co_match_play(match, 4000, 200, NULL, &score, &error), &error);
  ck_assert_double_eq_tol(score.return_mean, plan_start(&plan), 0.2);
  ck_assert_double_eq_tol(plan_start(&plan), 2379.0 / 300, 1e-9);
  co_match_destroy(match);
  co_train_destroy(run);
  plan_free(&plan);
}
END_TEST

CO_TESTS(eight_options_lead_to_the_hallways, options_of_a_slippery_floor_are_the_same,
         options_are_worth_what_they_lead_to, time_that_runs_out_does_not_end_an_option,
         a_wrong_hierarchy_is_refused_with_a_sentence, a_hierarchy_says_where_tasks_end_and_what_they_are_given,
         completions_by_hand, maxq_drives_the_taxi_as_well_as_can_be)

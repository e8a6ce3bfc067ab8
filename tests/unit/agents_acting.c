// Acting step by step gives the values that learning sees over whole episodes, for every network, cell and window;
// exploration is as scheduled and legal.
#include <math.h>
#include <string.h>

#include "episodes.h"
#include "multi/agents.h"
#include "suite.h"

enum { AGENTS = 3, OBS = 4, ACTIONS = 5, EPISODES = 3 };
static const int lengths[EPISODES] = {7, 4, 2};

typedef struct Lab {
  CoSpec spec;
  CoAgents team;
  CoRng rng, rngs[EPISODES];
  unsigned char *memory;
} Lab;

static const CoAgentsConfig plain = {.hidden = 6,
                                     .obs_last_action = true,
                                     .obs_agent_id = true,
                                     .shards = 1,
                                     .epsilon_start = 1,
                                     .epsilon_finish = 1,
                                     .epsilon_anneal_time = 1};

static Lab build(CoAgentsConfig config) {
  Lab lab = {.spec = {.agents = AGENTS, .teams = 1, .obs_size = OBS, .actions = ACTIONS}, .rng = co_rng(1, "test", 0)};
  CoAlgoSetup setup = {.spec = &lab.spec, .num_envs = EPISODES, .seed = 3};
  CoOptimConfig optim = co_optim_defaults(CO_SGD);
  CoWants wants;
  co_agents_declare(&lab.team, &config, &setup);
  ck_assert(co_agents_build(&lab.team, &optim, &setup, NULL));
  co_agents_wants(&config, &lab.spec, &wants);
  lab.memory = calloc((size_t)EPISODES * AGENTS, (size_t)wants.memory);
  for (int i = 0; i < EPISODES; i++) lab.rngs[i] = co_rng(1, "act", (uint64_t)i);
  return lab;
}

static void destroy(Lab *lab) {
  co_agents_free(&lab->team);
  free(lab->memory);
}

// Plays the batch's observations, notes what was done in its actions and what was seen in q[rows][AGENTS][ACTIONS].
static void play(Lab *lab, Episodes *e, float *q) {
  const size_t obs = AGENTS * OBS, values = AGENTS * ACTIONS;
  for (int t = 0; t <= e->batch.steps; t++) {
    float seen[EPISODES * AGENTS * OBS];
    int actions[EPISODES * AGENTS];
    uint8_t running[EPISODES], mask[EPISODES * AGENTS * ACTIONS];
    memset(mask, 1, sizeof mask);
    for (int i = 0; i < EPISODES; i++) {
      running[i] = i < e->count[t];
      if (running[i]) memcpy(seen + (size_t)i * obs, e->obs + (size_t)(e->start[t] + i) * obs, obs * sizeof *seen);
    }
    CoFrame frame = {.num_envs = EPISODES, .agents = AGENTS, .obs = seen, .mask = mask, .running = running};
    CoActing how = {.explore = true, .memory = lab->memory, .rngs = lab->rngs};
    co_agents_act(&lab->team, &frame, &how, actions);
    for (int i = 0; i < e->count[t]; i++) {
      size_t row = (size_t)(e->start[t] + i);
      memcpy(e->action + row * AGENTS, actions + i * AGENTS, AGENTS * sizeof *actions);
      memcpy(q + row * values, lab->team.seen + (size_t)i * values, values * sizeof *q);
    }
  }
}

static void check_equal(CoAgentsConfig config) {
  Lab lab = build(config);
  Episodes *e = episodes_create(&lab.spec, lengths, EPISODES, &lab.rng);
  float q[64 * AGENTS * ACTIONS], spread = 0;
  play(&lab, e, q);
  CoTape *tape = co_tape_create((size_t)1 << 26, NULL);
  CoVar **bound = co_params_bind(tape, &lab.team.params);
  const CoVar *values =
      co_agents_values(&lab.team, tape, bound, &e->batch.agent_entries, co_agents_inputs(&lab.team, tape, &e->batch));
  ck_assert_int_eq(values->rows, e->batch.rows * AGENTS);
  for (int i = 0; i < values->rows * ACTIONS; i++) {
    ck_assert_float_eq_tol(values->data[i], q[i], 1e-5f);
    spread += fabsf(q[i] - q[i % ACTIONS]);
  }
  ck_assert_float_gt(spread, 1);
  co_tape_destroy(tape);
  episodes_destroy(e);
  destroy(&lab);
}

START_TEST(acting_equals_unrolling) {
  for (int form = 0; form < 8; form++) {
    CoAgentsConfig config = plain;
    config.lstm = form & 1;
    config.network = form & 2 ? CO_AGENTS_NETWORK_QPD : CO_AGENTS_NETWORK_PYMARL;
    config.window = form & 4 ? 3 : 0;
    check_equal(config);
  }
  CoAgentsConfig bare = plain;
  bare.obs_last_action = bare.obs_agent_id = false;
  check_equal(bare);
}
END_TEST

// Before the beginning a window is full of the first observation, so a constant one makes all entries alike.
START_TEST(a_window_begins_full) {
  CoAgentsConfig config = plain;
  config.window = 4;
  config.obs_last_action = false;
  Lab lab = build(config);
  Episodes *e = episodes_create(&lab.spec, lengths, EPISODES, &lab.rng);
  for (int i = 0; i < e->batch.rows * AGENTS * OBS; i++) e->obs[i] = e->obs[i % OBS];
  float q[64 * AGENTS * ACTIONS];
  play(&lab, e, q);
  for (int i = 0; i < e->batch.rows * AGENTS * ACTIONS; i++)
    ck_assert_float_eq_tol(q[i], q[i % (AGENTS * ACTIONS)], 1e-6f);
  episodes_destroy(e);
  destroy(&lab);
}
END_TEST

// Shares of random actions: epsilon of them, all legal; greedy ones are the best legal action.
START_TEST(exploration_is_epsilon_greedy_and_legal) {
  CoAgentsConfig config = plain;
  config.epsilon_start = 0.9, config.epsilon_finish = 0.1, config.epsilon_anneal_time = 100;
  Lab lab = build(config);
  float obs[EPISODES * AGENTS * OBS] = {0};
  uint8_t running[EPISODES] = {1, 1, 1}, mask[EPISODES * AGENTS * ACTIONS];
  for (int i = 0; i < EPISODES * AGENTS * ACTIONS; i++) mask[i] = i % ACTIONS != 1;
  int actions[EPISODES * AGENTS], other = 0, all = 0;
  CoFrame frame = {.num_envs = EPISODES, .agents = AGENTS, .obs = obs, .mask = mask, .running = running};
  for (int i = 0; i < 2000; i++) {
    CoActing how = {.explore = true, .steps = 50, .memory = lab.memory, .rngs = lab.rngs};
    co_agents_act(&lab.team, &frame, &how, actions);
    for (int j = 0; j < EPISODES * AGENTS; j++, all++) {
      const float *q = lab.team.seen + j * ACTIONS;
      int best = 0;
      for (int a = 2; a < ACTIONS; a++) best = q[a] > q[best] ? a : best;
      ck_assert_int_ne(actions[j], 1);
      other += actions[j] != best;
    }
  }
  ck_assert_double_eq_tol((double)other / all, 0.5 * 3 / 4, 0.02); // one of four legal ones is the best by chance
  destroy(&lab);
}
END_TEST

START_TEST(epsilon_falls_in_a_straight_line_by_either_clock) {
  CoAgents team = {.config = {.epsilon_start = 1, .epsilon_finish = 0.2, .epsilon_anneal_time = 10}, .episodes = 5};
  ck_assert_double_eq_tol(co_agents_epsilon(&team, 0), 1, 1e-12);
  ck_assert_double_eq_tol(co_agents_epsilon(&team, 3), 0.76, 1e-12);
  ck_assert_double_eq_tol(co_agents_epsilon(&team, 1000), 0.2, 1e-12);
  team.config.epsilon_clock = CO_AGENTS_CLOCK_EPISODES;
  ck_assert_double_eq_tol(co_agents_epsilon(&team, 1000), 0.6, 1e-12);
}
END_TEST

// Such a team would play for ever and never learn.
START_TEST(a_batch_fits_into_the_store) {
  CoSpec spec = {.agents = AGENTS, .teams = 1, .obs_size = OBS, .actions = ACTIONS};
  CoAlgoSetup setup = {.spec = &spec, .num_envs = 1, .seed = 3};
  CoOptimConfig optim = co_optim_defaults(CO_SGD);
  for (int batch = 4; batch <= 5; batch++) {
    CoAgentsConfig config = plain;
    config.batch_size = batch, config.buffer_size = 4;
    CoAgents team = {.episodes = 0};
    CoError error = {""};
    co_agents_declare(&team, &config, &setup);
    ck_assert_int_eq(co_agents_build(&team, &optim, &setup, &error), batch == 4);
    ck_assert_int_eq(strstr(error.text, "batch_size is 5") != NULL, batch == 5);
    co_agents_free(&team);
  }
}
END_TEST

CO_TESTS(acting_equals_unrolling, a_window_begins_full, exploration_is_epsilon_greedy_and_legal,
         epsilon_falls_in_a_straight_line_by_either_clock, a_batch_fits_into_the_store)

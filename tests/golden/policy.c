// Policies written as Lua act as the engine does, for every network, cell and window, over whole episodes.
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/script.h"
#include "cohort/train.h"
#include "suite.h"

enum { CONFIG = 4096, COPIES = 4 };

typedef struct Lab {
  const CoAlgoType *algo;
  unsigned char config[CONFIG], env_config[CONFIG];
  CoValue *map;
  CoWorld *world;
  CoTrainConfig settings;
  CoTrain *train;
  lua_State *lua;
} Lab;

static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

static void open_world(Lab *lab, const char *env) {
  CoRegistry registry;
  CoError error;
  const char *variant;
  co_registry_init(&registry);
  const CoEnvType *type = co_find_env(&registry, env, &variant, &error);
  check(type != NULL, &error);
  co_settings_defaults(&type->settings, lab->env_config);
  if (*variant) {
    lab->map = co_script_load(COHORT_SOURCE "/scripts/maps/3m.lua", &error);
    check(lab->map != NULL, &error);
    const CoField *field = co_settings_find(&type->settings, type->variant);
    ((CoSource *)(void *)(lab->env_config + field->offset))->value = lab->map;
  }
  lab->world = co_world_open(type, lab->env_config, &error);
  check(lab->world != NULL, &error);
}

// Settings are pairs of name and value, for those that the algorithm has.
static void open_algo(Lab *lab, const char *algo, const char *const *settings) {
  CoError error;
  CoRegistry registry;
  const char *const quick[] = {"hidden", "12", "batch_size", "8", "buffer_size", "32", "lr", "0.01", NULL};
  co_registry_init(&registry);
  lab->algo = co_find_algo(&registry, algo, &error);
  check(lab->algo != NULL, &error);
  co_settings_defaults(&lab->algo->settings, lab->config);
  for (int i = 0; quick[i]; i += 2)
    if (co_settings_find(&lab->algo->settings, quick[i]))
      check(co_settings_set(&lab->algo->settings, lab->config, quick[i], quick[i + 1], &error), &error);
  for (int i = 0; settings[i]; i += 2)
    check(co_settings_set(&lab->algo->settings, lab->config, settings[i], settings[i + 1], &error), &error);
}

static void train(Lab *lab, int rounds) {
  CoError error;
  co_settings_defaults(&co_train_settings, &lab->settings);
  lab->settings.num_envs = COPIES, lab->settings.test_interval = 0;
  CoSeat seat = {.algo = lab->algo, .config = lab->config};
  CoTrainSetup setup = {.config = &lab->settings, .world = lab->world, .seats = &seat};
  lab->train = co_train_create(&setup, &error);
  check(lab->train != NULL, &error);
  for (int i = 0; i < rounds; i++) check(co_train_round(lab->train, &error), &error);
}

static void call(lua_State *lua, int arguments, int results) {
  if (lua_pcall(lua, arguments, results, 0)) ck_abort_msg("%s", lua_tostring(lua, -1));
}

// The global `policy` is what the file returns.
static void load(Lab *lab) {
  CoError error;
  CoWriter text = {0};
  check(co_policy_write(lab->algo, co_train_algo(lab->train, 0), co_world_team(lab->world, 0), "About it.", &text,
                        &error),
        &error);
  lab->lua = luaL_newstate();
  luaL_openlibs(lab->lua);
  if (luaL_loadbuffer(lab->lua, (const char *)text.data, text.size, "policy.lua"))
    ck_abort_msg("%s", lua_tostring(lab->lua, -1));
  call(lab->lua, 0, 1);
  lua_setglobal(lab->lua, "policy");
  co_writer_free(&text);
}

static void prepare(Lab *lab, const char *env, const char *algo, const char *const *settings, int rounds) {
  memset(lab, 0, sizeof *lab);
  open_world(lab, env);
  open_algo(lab, algo, settings);
  train(lab, rounds);
  load(lab);
}

static void destroy(Lab *lab) {
  lua_close(lab->lua);
  co_train_destroy(lab->train);
  co_world_close(lab->world);
  co_value_destroy(lab->map);
}

static void begin(lua_State *lua) {
  lua_newtable(lua);
  for (int i = 1; i <= COPIES; i++) {
    lua_getglobal(lua, "policy");
    lua_getfield(lua, -1, "new");
    lua_remove(lua, -2);
    call(lua, 0, 1);
    lua_rawseti(lua, -2, i);
  }
  lua_setglobal(lua, "memories");
}

// policy.act for one row of the frame; values[actions]. Returns the action, counted from 0.
static int ask(lua_State *lua, const CoSpec *spec, const CoFrame *frame, int row, double *values) {
  lua_getglobal(lua, "policy");
  lua_getfield(lua, -1, "act");
  lua_getglobal(lua, "memories");
  lua_rawgeti(lua, -1, 1 + row / frame->agents);
  lua_remove(lua, -2);
  lua_pushinteger(lua, 1 + row % frame->agents);
  if (spec->states) {
    lua_pushinteger(lua, 1 + frame->index[row]);
  } else {
    lua_newtable(lua);
    for (int i = 0; i < spec->obs_size; i++) {
      lua_pushnumber(lua, (double)frame->obs[row * spec->obs_size + i]);
      lua_rawseti(lua, -2, i + 1);
    }
  }
  lua_newtable(lua);
  for (int i = 0; i < spec->actions; i++) {
    lua_pushboolean(lua, frame->mask[row * spec->actions + i]);
    lua_rawseti(lua, -2, i + 1);
  }
  call(lua, 4, 2);
  for (int i = 0; i < spec->actions; i++) {
    lua_rawgeti(lua, -1, i + 1);
    values[i] = lua_tonumber(lua, -1);
    lua_pop(lua, 1);
  }
  int action = (int)lua_tointeger(lua, -2);
  lua_pop(lua, 3);
  return action - 1;
}

static const float *seen_values(const Lab *lab) {
  CoInspection seen;
  void *self = co_train_algo(lab->train, 0);
  for (int i = 0; lab->algo->inspect(self, i, &seen); i++)
    if (!strcmp(seen.name, "q") || !strcmp(seen.name, "pi")) return seen.data;
  ck_abort_msg("%s shows no values", lab->algo->name);
}

typedef struct Tally {
  int steps, actions[64]; // how often each action was done
} Tally;

// The dead do nothing, whatever is shown of them.
static void compare(const Lab *lab, const CoSpec *spec, const CoFrame *frame, int *joint, Tally *tally) {
  const float *q = seen_values(lab);
  double values[64], largest = 1e-3;
  for (int i = 0; i < frame->num_envs * frame->agents * spec->actions; i++) largest = fmax(largest, fabs((double)q[i]));
  for (int row = 0; row < frame->num_envs * frame->agents; row++) {
    if (!frame->acting[row]) joint[row] = 0;
    if (!frame->running[row / frame->agents] || !frame->acting[row]) continue;
    int action = ask(lab->lua, spec, frame, row, values);
    for (int i = 0; i < spec->actions; i++)
      ck_assert_double_eq_tol(values[i], (double)q[row * spec->actions + i], 1e-5 * largest);
    ck_assert_int_eq(action, joint[row]);
    tally->actions[action]++;
    tally->steps++;
  }
}

static void episodes(const Lab *lab, int rounds, Tally *tally) {
  CoError error;
  CoWants wants;
  const CoSpec *spec = co_world_team(lab->world, 0);
  lab->algo->wants(lab->config, spec, &wants);
  size_t bytes = (size_t)(COPIES * spec->agents) * (size_t)wants.memory;
  unsigned char *memory = malloc(bytes);
  int joint[COPIES * 8] = {0};
  CoRng rngs[COPIES] = {{0, 0}};
  CoActing how = {.memory = memory, .rngs = rngs};
  CoVecEnv *vec = co_vecenv_create(lab->world, COPIES, CO_VIEW_OBS, NULL, 9, "policy", &error);
  check(vec != NULL, &error);
  for (int i = 0; i < rounds; i++) {
    memset(memory, 0, bytes);
    begin(lab->lua);
    check(co_vecenv_restart(vec, &error), &error);
    while (co_vecenv_running(vec)) {
      const CoFrame *frame = co_vecenv_frame(vec, 0);
      check(lab->algo->act(co_train_algo(lab->train, 0), frame, &how, joint, NULL, &error), &error);
      compare(lab, spec, frame, joint, tally);
      check(co_vecenv_step(vec, &(CoActions){joint, NULL}, &error), &error);
    }
  }
  co_vecenv_destroy(vec);
  free(memory);
}

// Whole battles: what is done, dying included, is the same, and more than one thing is done.
static Tally check_play(const char *env, const char *algo, const char *const *settings) {
  Lab lab;
  Tally tally = {0};
  prepare(&lab, env, algo, settings, 20);
  episodes(&lab, 2, &tally);
  destroy(&lab);
  return tally;
}

static void check_battles(const char *algo, const char *const *settings) {
  Tally tally = check_play("skirmish/3m", algo, settings);
  int kinds = 0;
  for (int i = 0; i < 64; i++) kinds += tally.actions[i] > 0;
  ck_assert_int_gt(tally.steps, 8 * 3 * 5);
  ck_assert_int_gt(kinds, 2);
}

START_TEST(teams_of_every_method_act_as_the_engine) {
  static const char *const algos[] = {"iql", "vdn", "qmix", "qpd"};
  for (int i = 0; i < 4; i++) check_battles(algos[i], (const char *const[]){NULL});
}
END_TEST

START_TEST(every_network_cell_and_window_act_as_the_engine) {
  for (int form = 0; form < 8; form++)
    check_battles("qpd",
                  (const char *const[]){"lstm", form & 1 ? "true" : "false", "network", form & 2 ? "pymarl" : "qpd",
                                        "window", form & 4 ? "3" : "0", "obs_last_action", form & 4 ? "true" : "false",
                                        "obs_agent_id", form & 2 ? "true" : "false", NULL});
}
END_TEST

START_TEST(policies_act_as_the_engine) {
  check_battles("ppo", (const char *const[]){"norm_obs", "true", "num_steps", "32", NULL});
  check_battles("a2c", (const char *const[]){"activation", "relu", NULL});
  Tally tally = check_play("breakout", "ppo", (const char *const[]){"conv_layers", "2", "conv_stride", "2", NULL});
  ck_assert_int_gt(tally.steps, 2 * COPIES * 5);
}
END_TEST

START_TEST(deep_q_networks_act_as_the_engine) {
  static const char *const forms[][8] = {
      {"layers", "1"},
      {"dueling", "true", "activation", "tanh"},
      {"dueling", "true", "noisy", "true", "distribution", "c51", "layers", "3"},
      {"distribution", "quantile", "atoms", "7", "obs_agent_id", "false"},
  };
  for (int i = 0; i < 4; i++) {
    const char *settings[] = {"learning_starts", "0",         forms[i][0], forms[i][1], forms[i][2], forms[i][3],
                              forms[i][4],       forms[i][5], forms[i][6], forms[i][7], NULL};
    check_battles("dqn", settings);
  }
  Tally tally = check_play("breakout", "dqn", (const char *const[]){"dueling", "true", "conv_layers", "2", NULL});
  ck_assert_int_gt(tally.steps, 2 * COPIES * 5);
}
END_TEST

// policy.act for one observation of the only agent: the numbers of its action.
static void steer(lua_State *lua, const float *obs, int obs_size, int size, double *action) {
  lua_getglobal(lua, "policy");
  lua_getfield(lua, -1, "act");
  lua_getglobal(lua, "memories");
  lua_rawgeti(lua, -1, 1);
  lua_remove(lua, -2);
  lua_pushinteger(lua, 1);
  lua_newtable(lua);
  for (int i = 0; i < obs_size; i++) {
    lua_pushnumber(lua, (double)obs[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  call(lua, 3, 1);
  for (int i = 0; i < size; i++) {
    lua_rawgeti(lua, -1, i + 1);
    action[i] = lua_tonumber(lua, -1);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 2);
}

static void check_control(const char *algo, const char *const *settings) {
  Lab lab;
  CoRng rng = co_rng(1, "policy", 0);
  const uint8_t one = 1;
  double least = 1, most = -1;
  prepare(&lab, "pendulum", algo, settings, 200);
  begin(lab.lua);
  for (int i = 0; i < 50; i++) {
    float obs[3], done;
    double action;
    for (int j = 0; j < 3; j++) obs[j] = (float)co_rng_uniform(&rng, -1, 1);
    CoFrame frame = {.num_envs = 1, .agents = 1, .obs = obs, .alive = &one, .acting = &one, .running = &one};
    CoActing how = {.rngs = &rng};
    ck_assert(lab.algo->act(co_train_algo(lab.train, 0), &frame, &how, NULL, &done, NULL));
    steer(lab.lua, obs, 3, 1, &action);
    ck_assert_double_eq_tol(action, (double)done, 1e-4);
    least = fmin(least, action), most = fmax(most, action);
  }
  ck_assert_double_gt(most - least, 0.01);
  destroy(&lab);
}

START_TEST(continuous_actions_are_the_engines) {
  static const char *const now[] = {"learning_starts", "32", NULL}, *const bent[] = {"learning_starts", "32",
                                                                                     "activation", "tanh", NULL};
  check_control("ddpg", now);
  check_control("td3", bent);
  check_control("sac", now);
  check_control("ppo", (const char *const[]){"num_steps", "32", NULL});
}
END_TEST

// Every row of the table, in the bits it has; the action is a best one (the engine draws among equals).
START_TEST(a_table_acts_as_the_engine) {
  Lab lab;
  prepare(&lab, "frozen_lake", "q_learning", (const char *const[]){NULL}, 20000);
  const CoSpec *spec = co_world_team(lab.world, 0);
  uint8_t mask[4] = {1, 1, 1, 1}, running = 1, acting = 1;
  int decided = 0;
  begin(lab.lua);
  for (int state = 0; state < spec->states; state++) {
    CoFrame frame = {.num_envs = 1, .agents = 1, .mask = mask, .index = &state, .running = &running, .acting = &acting};
    CoRng rng = co_rng(1, "ties", (uint64_t)state);
    CoActing how = {.rngs = &rng};
    int done;
    double values[4];
    ck_assert(lab.algo->act(co_train_algo(lab.train, 0), &frame, &how, &done, NULL, NULL));
    const float *q = seen_values(&lab);
    int action = ask(lab.lua, spec, &frame, 0, values);
    for (int i = 0; i < 4; i++) {
      ck_assert((float)values[i] == q[i]);
      ck_assert(q[action] >= q[i]);
      decided += i != action && q[i] < q[action];
    }
    ck_assert(q[done] == q[action]);
  }
  ck_assert_int_gt(decided, 20);
  destroy(&lab);
}
END_TEST

// Runs Lua that must raise an error, and returns its sentence.
static const char *fault(lua_State *lua, const char *text) {
  ck_assert_int_eq(luaL_loadstring(lua, text), 0);
  ck_assert_int_ne(lua_pcall(lua, 0, 0, 0), 0);
  return lua_tostring(lua, -1);
}

START_TEST(wrong_calls_are_answered_with_a_sentence) {
  Lab lab;
  prepare(&lab, "two_step", "vdn", (const char *const[]){NULL}, 1);
  ck_assert_ptr_nonnull(strstr(fault(lab.lua, "policy.act(policy.new(), 3, {})"), "agent is 3, must be 1 to 2"));
  ck_assert_ptr_nonnull(strstr(fault(lab.lua, "policy.act(policy.new(), 1, {1})"), "obs has 1 numbers, must have"));
  destroy(&lab);
  prepare(&lab, "frozen_lake", "q_learning", (const char *const[]){NULL}, 1);
  ck_assert_ptr_nonnull(strstr(fault(lab.lua, "policy.act(policy.new(), 1, 17)"), "state is 17, must be 1 to 16"));
  destroy(&lab);
}
END_TEST

START_TEST(numbers_give_their_bits_back) {
  const float x[] = {0.1f, -1.17549435e-38f, 3.40282347e+38f, 1.40129846e-45f, -0.0f, -16777215};
  CoWriter text = {0};
  CoError error;
  ck_assert(co_policy_numbers(x, 6, 4, &text, &error));
  char *at = strchr((char *)text.data, '\n');
  for (int i = 0; i < 6; i++) {
    float back = strtof(at, &at);
    ck_assert_int_eq(memcmp(&back, &x[i], sizeof back), 0);
  }
  ck_assert(!co_policy_numbers(&(float){INFINITY}, 1, 4, &text, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "not finite"));
  co_writer_free(&text);
}
END_TEST

START_TEST(a_method_without_a_policy_says_so) {
  CoError error;
  CoWriter text = {0};
  const CoAlgoType none = {.name = "planner"};
  ck_assert(!co_policy_write(&none, NULL, NULL, "", &text, &error));
  ck_assert_str_eq(error.text, "planner has no policy to write as Lua");
}
END_TEST

CO_TESTS(teams_of_every_method_act_as_the_engine, every_network_cell_and_window_act_as_the_engine,
         policies_act_as_the_engine, deep_q_networks_act_as_the_engine, continuous_actions_are_the_engines,
         a_table_acts_as_the_engine, wrong_calls_are_answered_with_a_sentence, numbers_give_their_bits_back,
         a_method_without_a_policy_says_so)

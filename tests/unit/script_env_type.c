// A script's declarations as the engine reads them: settings, spec, fields of the state, missing capabilities.
#include <stdio.h>

#include "scripted.h"

static const char hunters[] =
    "return {\n"
    "  name = \"hunt\", title = \"A hunt\",\n"
    "  params = { size = { 10, min = 5, max = 40, help = \"side\" }, slip = { 0.5, min = 0, max = 1 }, windy = false,\n"
    "    mode = { \"hard\", choices = { \"easy\", \"hard\" } } },\n"
    "  teams = { wolves = { count = 3, reward = \"shared\" }, deer = { count = 1, kind = 7 } },\n"
    "  actions = { \"stay\", \"north\" }, keys = { up = \"north\", [\"\"] = \"stay\" },\n"
    "  observation = { size = function(self) return 2 * self.size end, low = -1, high = 2 },\n"
    "  global_size = 3, episode_limit = 20, states = 9, info = { \"first\" },\n"
    "  state = { unit = { count = 4, y = 1, x = 2, up = true }, moves = 5, caught = false, cell = { 3, 4 },\n"
    "    wall = { count = function(self) return self.size end, 0 }, prey = { x = 1 }, shot = { pool = 2, x = 0 } },\n"
    "  step = function(self, action, rng, out) out:info(\"captured\", 1) out:info('first', 2) end,\n"
    "  observe = function(self, agent, obs) for i = 1, 2 * self.size do obs:put(0) end end,\n"
    "  global = function(self, out) out:put(1, 2, 3) end,\n"
    "  index = function(self, agent) return agent end,\n"
    "}\n";

START_TEST(params_become_settings) {
  CoError error = {""};
  CoScriptEnv *script = scripted_load(hunters, NULL, &error);
  ck_assert_msg(script != NULL, "%s", error.text);
  const CoSettings *settings = &co_script_env_type(script)->settings;
  static const CoFieldType types[] = {CO_FIELD_INT, CO_FIELD_NUMBER, CO_FIELD_BOOL, CO_FIELD_CHOICE};
  static const char *const names[] = {"size", "slip", "windy", "mode"}; // as written
  static const char *const presets[] = {"10", "0.5", "false", "hard"};
  for (int i = 0; i < 4; i++) {
    ck_assert_str_eq(settings->fields[i].name, names[i]);
    ck_assert_int_eq(settings->fields[i].type, types[i]);
    ck_assert_str_eq(settings->fields[i].preset, presets[i]);
  }
  ck_assert_ptr_null(settings->fields[4].name);
  ck_assert_str_eq(settings->fields[0].help, "side");
  ck_assert_str_eq(settings->fields[3].choices, "easy hard");
  void *config = calloc(1, settings->bytes);
  co_settings_defaults(settings, config);
  ck_assert(!co_settings_set(settings, config, "size", "41", &error));
  free(config);
  co_script_env_destroy(script);
}
END_TEST

START_TEST(the_spec_follows_the_table) {
  static const char *const pairs[] = {"size", "6", NULL};
  Scripted made = scripted_open_with(hunters, NULL, pairs);
  const CoSpec *spec = co_world_spec(made.world);
  ck_assert_int_eq(spec->agents, 4);
  ck_assert_int_eq(spec->teams, 2);
  ck_assert_str_eq(spec->team_names[0], "wolves"); // as written, not by alphabet
  ck_assert_str_eq(spec->team_names[1], "deer");
  static const int team[] = {0, 0, 0, 1}, kind[] = {0, 0, 0, 6};
  ck_assert_mem_eq(spec->team, team, sizeof team);
  ck_assert_mem_eq(spec->kind, kind, sizeof kind);
  ck_assert_int_eq(spec->payoff, CO_PAYOFF_SHARED);
  ck_assert_int_eq(spec->obs_size, 12);
  ck_assert_float_eq(spec->obs_low, -1);
  ck_assert_float_eq(spec->obs_high, 2);
  ck_assert_int_eq(spec->actions, 2);
  ck_assert_str_eq(spec->action_names[1], "north");
  ck_assert_int_eq(spec->states, 9);
  ck_assert_int_eq(spec->global_size, 3);
  ck_assert_int_eq(spec->privileged_size, 0);
  ck_assert_int_eq(spec->episode_limit, 20);
  ck_assert_str_eq(spec->infos[0], "first");
  ck_assert_str_eq(spec->infos[1], "captured"); // found in the text
  ck_assert_ptr_null(spec->infos[2]);
  ck_assert_str_eq(spec->keys[0].key, "");
  ck_assert_int_eq(spec->keys[0].action, 0);
  ck_assert_str_eq(spec->keys[1].key, "up");
  ck_assert_int_eq(spec->keys[1].action, 1);
  ck_assert_ptr_null(spec->keys[2].key);
  scripted_close(&made);
}
END_TEST

START_TEST(the_state_is_flat) {
  static const char *const pairs[] = {"size", "6", NULL};
  static const struct {
    const char *name;
    CoStateKind kind;
    int count;
  } rows[] = {{"caught", CO_STATE_U8, 1},  {"moves", CO_STATE_F64, 1},        {"cell", CO_STATE_F64, 2},
              {"prey.x", CO_STATE_F64, 1}, {"shot.x", CO_STATE_F64, 2},       {"shot.live", CO_STATE_U8, 2},
              {"unit.up", CO_STATE_U8, 4}, {"unit.x", CO_STATE_F64, 4},       {"unit.y", CO_STATE_F64, 4},
              {"wall", CO_STATE_F64, 6},   {"cohort.index", CO_STATE_I32, 4}, {"cohort.over", CO_STATE_U8, 1}};
  Scripted made = scripted_open_with(hunters, NULL, pairs);
  const CoStateField *fields = co_world_fields(made.world);
  int count = (int)(sizeof rows / sizeof *rows);
  for (int i = 0; i < count; i++) {
    ck_assert_str_eq(fields[i].name, rows[i].name);
    ck_assert_int_eq(fields[i].kind, rows[i].kind);
    ck_assert_int_eq(fields[i].count, rows[i].count);
  }
  ck_assert_ptr_null(fields[count].name);
  scripted_reset(&made);
  ck_assert_double_eq(scripted_number(&made, "moves", 0), 5);
  ck_assert_double_eq(scripted_number(&made, "cell", 1), 4);
  ck_assert_double_eq(scripted_number(&made, "unit.x", 3), 2);
  ck_assert_int_eq(((const uint8_t *)scripted_field(&made, "unit.up"))[2], 1);
  ck_assert_int_eq(((const int32_t *)scripted_field(&made, "cohort.index"))[3], 3);
  scripted_close(&made);
}
END_TEST

START_TEST(hooks_that_are_missing_stay_null) {
  CoError error;
  CoScriptEnv *script = scripted_load("return { actions = 3, observation = 1, step = function() end,\n"
                                      "observe = function(self, agent, obs) obs:put(1) end }",
                                      NULL, &error);
  const CoEnvType *type = co_script_env_type(script);
  ck_assert_str_eq(type->name, "my_env");
  ck_assert(!type->available && !type->alive && !type->mover && !type->index && !type->global && !type->privileged);
  ck_assert(!type->outcomes && !type->draw);
  ck_assert(type->reset && type->step && type->observe && type->step_many && type->observe_many);
  co_script_env_destroy(script);
  script = scripted_load(hunters, NULL, &error);
  ck_assert(co_script_env_type(script)->index && co_script_env_type(script)->global);
  co_script_env_destroy(script);
}
END_TEST

static CoPayoff payoff(const char *declaration) {
  char text[512];
  snprintf(text, sizeof text,
           "return { %s actions = 2, observation = 1, step = function() end,\n"
           "observe = function(self, agent, obs) obs:put(1) end }",
           declaration);
  Scripted made = scripted_open(text);
  CoPayoff found = co_world_spec(made.world)->payoff;
  scripted_close(&made);
  return found;
}

START_TEST(payoffs_follow_the_teams) {
  ck_assert_int_eq(payoff(""), CO_PAYOFF_PRIVATE);
  ck_assert_int_eq(payoff("agents = 3,"), CO_PAYOFF_SHARED);
  ck_assert_int_eq(payoff("agents = 3, reward = 'own',"), CO_PAYOFF_PRIVATE);
  ck_assert_int_eq(payoff("teams = { a = {}, b = {} }, reward = 'zero_sum',"), CO_PAYOFF_ZERO_SUM);
  ck_assert_int_eq(payoff("teams = { a = { count = 2, reward = 'own' }, b = { count = 2 } },"), CO_PAYOFF_PRIVATE);
}
END_TEST

START_TEST(every_row_of_the_interface_says_something) {
  int rows = 0;
  for (const CoScriptApi *row = co_script_api; row->owner; row++, rows++)
    ck_assert(*row->owner && *row->name && row->signature && *row->help);
  ck_assert_int_gt(rows, 100);
}
END_TEST

CO_TESTS(params_become_settings, the_spec_follows_the_table, the_state_is_flat, hooks_that_are_missing_stay_null,
         payoffs_follow_the_teams, every_row_of_the_interface_says_something)

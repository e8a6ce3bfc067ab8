// What is wrong with a script, word for word: file, line, hook, sentence.
#include <stdio.h>

#include "scripted.h"

typedef struct Fault {
  const char *before, *members, *step, *observe; // parts of the script
  const char *sentence;                          // what loading or playing says
} Fault;

// Line 2 is what stands before the table, line 4 its further members, line 7 step's body, line 11 observe's.
static void write(const Fault *fault, char *text, size_t capacity) {
  snprintf(text, capacity,
           "-- a script\n%s\nreturn {\n%s\n"
           "  state = { hp = 3, unit = { count = 2, x = 0 }, cell = { count = 4, 0 }, on = false, shot = { pool = 2, x "
           "= 0 } },\n"
           "  step = function(self, action, rng, out)\n%s\n"
           "    out:reward(1, 1)\n  end,\n"
           "  observe = function(self, agent, obs)\n%s\n  end,\n"
           "  actions = { 'left', 'right' }, observation = 2, params = { size = 3 },\n}\n",
           fault->before ? fault->before : "", fault->members ? fault->members : "", fault->step ? fault->step : "",
           fault->observe ? fault->observe : "obs:put(self.hp, 1)");
}

static void play(CoScriptEnv *script, CoError *error) {
  const CoEnvType *type = co_script_env_type(script);
  void *config = calloc(1, type->settings.bytes);
  co_settings_defaults(&type->settings, config);
  CoWorld *world = co_world_open(type, config, error);
  CoEnv *env = world ? co_env_create(world, 1, error) : NULL;
  float obs[2];
  uint8_t mask[2];
  if (env && co_env_reset(env, error) && co_env_observe(env, 0, obs, error) && co_env_available(env, 0, mask, error) &&
      co_env_step(env, &(CoActions){(int[3]){0}, NULL}, error)) // three agents at most
    strcpy(error->text, "no error");
  co_env_destroy(env);
  co_world_close(world);
  free(config);
}

static void expect(const Fault *fault) {
  char text[2048];
  CoError error = {""};
  write(fault, text, sizeof text);
  CoScriptEnv *script = scripted_load(text, NULL, &error);
  if (script) play(script, &error);
  ck_assert_str_eq(error.text, fault->sentence);
  co_script_env_destroy(script);
}

static const Fault of_state[] = {
    {.step = "self.hpp = 1", .sentence = "my_env.lua:7: step: state has no field 'hpp' (did you mean 'hp'?)"},
    {.step = "local x = self.hpp", .sentence = "my_env.lua:7: step: state has no field 'hpp' (did you mean 'hp'?)"},
    {.step = "self.unit[1].z = 1", .sentence = "my_env.lua:7: step: state.unit has no field 'z'"},
    {.step = "self.unit[3].x = 1", .sentence = "my_env.lua:7: step: state.unit has no place 3 (1 to 2)"},
    {.step = "self.cell[0] = 1", .sentence = "my_env.lua:7: step: state.cell has no place 0 (1 to 4)"},
    {.step = "self.hp = nil", .sentence = "my_env.lua:6: step: state.hp is nil, must be a number, true or false"},
    {.step = "self.unit[2].x = 'a'",
     .sentence = "my_env.lua:6: step: state.unit[2].x is left as 'a', must be a number"},
    {.step = "self.on = 1", .sentence = "my_env.lua:6: step: state.on is left as 1, must be a boolean"},
    {.step = "self.cell[2] = true", .sentence = "my_env.lua:6: step: state.cell[2] is left as true, must be a number"},
    {.step = "self.unit[1] = self.unit[2]",
     .sentence = "my_env.lua:6: step: state.unit[1] was replaced: set its fields instead"},
    {.step = "self.unit = {}", .sentence = "my_env.lua:7: step: 'unit' is a table of the state: change what is in it"},
    {.step = "self.size = 4", .sentence = "my_env.lua:7: step: 'size' is a param and cannot be changed"},
    {.step = "self.step = 4", .sentence = "my_env.lua:7: step: 'step' is a function and cannot be changed"},
    {.step = "for i in ipairs(self.shot) do end",
     .sentence = "my_env.lua:7: step: state.shot is a pool: write for one in self.shot:each() do"},
    {.step = "self.shot:free({})", .sentence = "my_env.lua:7: step: state.shot:free: this is no record of the pool"},
    {.step = "setmetatable(self, {})", .sentence = "my_env.lua:7: step: cannot change a protected metatable"},
};

START_TEST(access_is_checked) {
  expect(&of_state[_i]);
}
END_TEST

static const Fault of_language[] = {
    {.step = "foo = 1",
     .sentence = "my_env.lua:7: step: the global 'foo' is written: say `local foo`, or declare it in state"},
    {.before = "function helper() end",
     .sentence = "my_env.lua:2: the global 'helper' is written: say `local helper`, or declare it in state"},
    {.step = "local x = maths", .sentence = "my_env.lua:7: step: there is no global 'maths' (did you mean 'math'?)"},
    {.step = "io.open('x')", .sentence = "my_env.lua:7: step: io is not available: scripts have no files"},
    {.step = "math.pi = 3", .sentence = "my_env.lua:7: step: math.pi cannot be changed"},
    {.step = "rng.int = 3; rng.foo = 3", .sentence = "my_env.lua:7: step: rng has no 'foo'"},
    {.step = "math.floot(3)", .sentence = "my_env.lua:7: step: math has no 'floot' (did you mean 'floor'?)"},
    {.step = "string.dump(print)", .sentence = "my_env.lua:7: step: string has no 'dump': code is text only"},
    {.step = "setmetatable({}, { __gc = print })",
     .sentence = "my_env.lua:7: step: setmetatable: __gc is not available"},
    {.step = "self.hp = self.hp ^ 3",
     .sentence = "my_env.lua:7: '^' differs between machines, but for x ^ 2: write math.pow(x, y)"},
    {.step = "self.hp = 7 // 2",
     .sentence = "my_env.lua:7: '//' is not in the Lua that scripts share: write math.idiv(a, b)"},
    {.step = "self.hp = 7 & 2",
     .sentence = "my_env.lua:7: '&' is not in the Lua that scripts share: write bit.band(a, b)"},
    {.before = "local x <const> = 3",
     .sentence = "my_env.lua:2: '<const>' is not in the Lua that scripts share: leave it out"},
    {.before = "local x = 3LL",
     .sentence = "my_env.lua:2: 'a number with a suffix' is not in the Lua that scripts share: write it without"},
    {.before = "local x = = 3", .sentence = "my_env.lua:2: unexpected symbol near '='"},
    {.before = "local n = 'x' local m = require(n)",
     .sentence = "my_env.lua:2: require: there is no 'x' (a plain string names a file beside the script)"},
    {.step = "error('of my own')", .sentence = "my_env.lua:7: step: of my own"},
    {.step = "self:deep()",
     .members = "deep = function(self) self:deeper() end, deeper = function(self) error('down here') end,",
     .sentence = "my_env.lua:4: step: down here (called from my_env.lua:4, my_env.lua:7)"},
    {.step = "local t = {} for i = 1, 1e9 do t[i] = { i } end",
     .sentence = "my_env.lua: step: needs too much memory (a script may have 256 MiB, one string or list 256 MiB)"},
};

START_TEST(the_language_is_guarded) {
  expect(&of_language[_i]);
}
END_TEST

static const Fault of_hooks[] = {
    {.observe = "obs:put(1)", .sentence = "my_env.lua:10: observe: has put 1 number, must put 2"},
    {.observe = "obs:put(1, 2, 3)", .sentence = "my_env.lua:11: observe: puts more than 2 numbers"},
    {.observe = "obs:put(1, {})",
     .sentence = "my_env.lua:11: observe: obs:put: number 2 is a table, must be a number, true or false"},
    {.observe = "obs:put(math.random(), 1)",
     .sentence = "my_env.lua:11: observe: random numbers are drawn by reset and step alone"},
    {.step = "out:reward('foo', 1)", .sentence = "my_env.lua:7: step: out:reward: there is no team or agent 'foo'"},
    {.step = "out:reward(1, 'x')", .sentence = "my_env.lua:7: step: out:reward: the reward is 'x', must be a number"},
    {.step = "out:reward(3, 1)", .sentence = "my_env.lua:7: step: out:reward: there is no team or agent 3"},
    {.members = "agents = 3,",
     .step = "out:reward(2, 1)",
     .sentence = "my_env.lua:7: step: out:reward: agent 2 shares the rewards of its team: name 'team'"},
    {.step = "local n = 'abc' out:info(n, 1)",
     .sentence =
         "my_env.lua:7: step: out:info: 'abc' is unknown: write the name as a plain string, or declare info = { "
         "... }"},
    {.members = "available = function(self, agent, mask) mask.up = true end,",
     .sentence = "my_env.lua:4: available: mask has no action 'up'"},
    {.members = "available = function(self, agent, mask) mask.left = 0 end,",
     .sentence = "my_env.lua:4: available: mask.left is 0, must be true or false"},
    {.members = "available = function(self, agent, mask) mask.left, mask.right = false, false end,",
     .sentence = "my_env.lua:4: available: leaves agent 1 no action"},
    {.members = "mover = function(self) return 2 end,",
     .sentence = "my_env.lua: reset: mover gives 2, must be an agent from 1 to 1, \"everyone\" or \"chance\""},
    {.members = "states = 3, index = function(self) return 4 end,",
     .sentence = "my_env.lua: reset: index gives 4, must be a whole number from 1 to 3"},
    {.step = "rng:int(3, 1)", .sentence = "my_env.lua:7: step: rng:int: 3 to 1 is empty"},
    {.step = "rng:int(1.5, 3)", .sentence = "my_env.lua:7: step: rng:int: the low end is 1.5, must be a whole number"},
    {.step = "rng:choose {}", .sentence = "my_env.lua:7: step: rng:choose: the list is empty"},
};

START_TEST(hooks_are_held_to_their_word) {
  expect(&of_hooks[_i]);
}
END_TEST

static const Fault of_table[] = {
    {.before = "if true then return 3 end", .sentence = "my_env.lua: must return one table, returns 3"},
    {.members = "observation = 3,", .sentence = "my_env.lua:13: 'observation' is given twice, first on line 4"},
    {.members = "speed = 3,",
     .sentence = "my_env.lua:4: speed is no member of an environment: put constants into a local or into params"},
    {.members = "episode_limt = 3,",
     .sentence = "my_env.lua:4: episode_limt is no member of an environment (did you "
                 "mean 'episode_limit'?): put constants into a local or into params"},
    {.members = "global_size = 3,",
     .sentence = "my_env.lua:4: global_size and the hook `global` go together: one is missing"},
    {.members = "episode_limit = 1.5,",
     .sentence = "my_env.lua:4: episode_limit is 1.5, must be a whole number from 0 to 1073741824"},
    {.members = "teams = { a = { size = 3 } },", .sentence = "my_env.lua:4: teams.a has no member 'size'"},
    {.members = "teams = {}, reward = 'mine',", .sentence = "my_env.lua:4: teams has no team"},
    {.members = "reward = 'mine',",
     .sentence = "my_env.lua:4: reward is 'mine', must be \"shared\", \"own\" or \"zero_sum\""},
    {.members = "keys = { up = 'north' },", .sentence = "my_env.lua:4: keys.up is 'north', which is no action"},
    {.members = "outcomes = true,", .sentence = "my_env.lua:4: outcomes needs `states` and the hook `index`"},
};

START_TEST(the_table_is_checked) {
  expect(&of_table[_i]);
}
END_TEST

static void expect_param(const char *param, const char *sentence) {
  char text[512];
  CoError error = {""};
  snprintf(text, sizeof text,
           "return { actions = 2, observation = 1, params = {\n  size = %s },\n  step = function() end, observe = "
           "function() end }",
           param);
  CoScriptEnv *script = scripted_load(text, NULL, &error);
  ck_assert_ptr_null(script);
  ck_assert_str_eq(error.text, sentence);
}

START_TEST(params_are_checked) {
  expect_param("{ 3, min = 5, max = 6 }", "my_env.lua:2: params.size is 3, which lies outside min and max");
  expect_param("{ 3, mni = 5 }", "my_env.lua:2: params.size has no member 'mni' (did you mean 'min'?)");
  expect_param("'big'",
               "my_env.lua:2: params.size is 'big', must be a number, true or false, or a word among `choices`");
  expect_param("{ 'c', choices = { 'a', 'b' } }", "my_env.lua:2: params.size is 'c', which is none of its choices");
}
END_TEST

// An error leaves the worker fit for more.
START_TEST(play_goes_on_after_an_error) {
  Scripted made = scripted_open("return { actions = { 'fine', 'bad' }, observation = 1, state = { n = 0 },\n"
                                "step = function(self, action, rng, out) self.n = self.n + 1\n"
                                "  out:reward(1, 5) if action[1] == 'bad' then error('bad') end end,\n"
                                "observe = function(self, agent, obs) obs:put(self.n) end }");
  CoError error = {""};
  scripted_reset(&made);
  scripted_step(&made, (int[]){0});
  ck_assert(!co_env_step(made.env, &(CoActions){(int[]){1}, NULL}, &error));
  ck_assert_double_eq(scripted_number(&made, "n", 0), 1); // as it was
  scripted_step(&made, (int[]){0});
  ck_assert_double_eq(scripted_number(&made, "n", 0), 2);
  ck_assert_float_eq(co_env_rewards(made.env)[0], 5); // nothing is left over of the failed step
  scripted_close(&made);
}
END_TEST

#define COUNT(list) (int)(sizeof list / sizeof *list)

int main(void) {
  Suite *suite = suite_create(__FILE__);
  TCase *tcase = tcase_create(__FILE__);
  tcase_set_timeout(tcase, 60);
  tcase_add_loop_test(tcase, access_is_checked, 0, COUNT(of_state));
  tcase_add_loop_test(tcase, the_language_is_guarded, 0, COUNT(of_language));
  tcase_add_loop_test(tcase, hooks_are_held_to_their_word, 0, COUNT(of_hooks));
  tcase_add_loop_test(tcase, the_table_is_checked, 0, COUNT(of_table));
  tcase_add_test(tcase, params_are_checked);
  tcase_add_test(tcase, play_goes_on_after_an_error);
  suite_add_tcase(suite, tcase);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

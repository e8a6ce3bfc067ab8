// The language of scripts: what both Luas lack or do differently, the helpers, random numbers, other files.
#include <stdio.h>
#include <unistd.h>

#include "cohort/kernels.h"
#include "scripted.h"

static void print(void *user, const char *line) {
  char *out = user;
  strcat(out, line);
  strcat(out, "\n");
}

// What a chunk prints when the script is loaded for the first time.
static const char *printed(const char *chunk) {
  static char out[4096];
  char text[4096];
  CoError error = {""};
  *out = '\0';
  snprintf(text, sizeof text, "%s\nreturn { actions = 2, observation = 1, step = 0 }", chunk); // no function: refused
  CoScriptLimits limits = {.print = print, .user = out};
  CoScriptEnv *script = scripted_load(text, &limits, &error);
  ck_assert_ptr_null(script);
  ck_assert_msg(strstr(error.text, "step") != NULL, "%s", error.text);
  return out;
}

START_TEST(values_have_one_text) {
  ck_assert_str_eq(printed("print(3, 6 / 2, 0.1, 1e15, 9007199254740992, -0.5, 1 / 0, 0 / 0, 10 ^ 2)"),
                   "3\t3\t0.1\t1e+15\t9.007199254741e+15\t-0.5\tinf\tnan\t100\n");
  ck_assert_str_eq(printed("print({}, print, nil, true, 'x')"), "table\tfunction\tnil\ttrue\tx\n");
  ck_assert_str_eq(printed("print(string.format('%d %5.2f %s %s %x %%', 3, 2.5, 6 / 2, {}, 255))"),
                   "3  2.50 3 table ff %\n");
  ck_assert_str_eq(printed("print(table.concat({ 1, 'a', 4 / 2 }, '-'))"), "1-a-2\n");
}
END_TEST

START_TEST(pairs_has_an_order) {
  ck_assert_str_eq(printed("local t = { zeta = 1, 'one', alpha = 2, [10] = 3, [true] = 4, [2.5] = 5, mid = 6 }\n"
                           "for k, v in pairs(t) do print(k, v) end"),
                   "1\tone\n2.5\t5\n10\t3\nalpha\t2\nmid\t6\nzeta\t1\ntrue\t4\n");
  ck_assert_str_eq(printed("print(next({}), next({ b = 1, a = 2 }))"), "nil\ta\t2\n");
}
END_TEST

START_TEST(both_luas_have_the_same_functions) {
  ck_assert_str_eq(printed("print(unpack({ 1, 2, 3 }), table.unpack({ 4, 5 }))"), "1\t4\t5\n");
  ck_assert_str_eq(printed("print(bit.band(12, 10), bit.bor(12, 10), bit.bxor(12, 10), bit.bnot(0))"),
                   "8\t14\t6\t-1\n");
  ck_assert_str_eq(printed("print(bit.lshift(1, 31), bit.rshift(-1, 28), bit.arshift(-16, 2))"),
                   "-2147483648\t15\t-4\n");
  ck_assert_str_eq(printed("print(math.idiv(7, 2), math.idiv(-7, 2), math.wrap(7.5, 0, 2), math.wrap(-1, 0, 3))"),
                   "3\t-4\t1.5\t2\n");
  ck_assert_str_eq(
      printed("print(math.clamp(5, 0, 2), math.sign(-3), math.round(2.5), math.pow(2, 10), math.pow(2, -1))"),
      "2\t-1\t3\t1024\t0.5\n");
  ck_assert_str_eq(printed("print(('a,b,,c'):split(',')[4], #('a,b,,c'):split(','), ('a.c'):find('.'), ('ab'):rep(3))"),
                   "c\t4\t2\tababab\n");
}
END_TEST

START_TEST(sorting_is_stable) {
  ck_assert_str_eq(printed("local list = { { 3, 'a' }, { 1, 'b' }, { 3, 'c' }, { 2, 'd' }, { 1, 'e' } }\n"
                           "table.sort(list, function(a, b) return a[1] < b[1] end)\n"
                           "for _, one in ipairs(list) do print(one[1], one[2]) end"),
                   "1\tb\n1\te\n2\td\n3\ta\n3\tc\n");
  ck_assert_str_eq(printed("local t = { 5, 3, 9, 1 } table.sort(t) table.insert(t, 1, 0) table.insert(t, 7)\n"
                           "print(table.concat(t, ' '), table.remove(t), table.remove(t, 1), #t)"),
                   "0 1 3 5 9 7\t7\t0\t4\n");
}
END_TEST

// The engine's own: the same bits as in C.
START_TEST(mathematics_is_the_engines) {
  Scripted made =
      scripted_open("return { actions = 2, observation = 1, state = { y = { count = 6, 0 } },\n"
                    "step = function(self) local x = 0.7 for i, f in ipairs { math.sin, math.cos, math.exp,\n"
                    "  math.log, math.tanh } do self.y[i] = f(x) end self.y[6] = math.atan2(x, -2) end,\n"
                    "observe = function(self, agent, obs) obs:put(0) end }");
  scripted_reset(&made);
  scripted_step(&made, (int[]){0});
  const double expected[] = {co_sin(.7), co_cos(.7), co_exp(.7), co_log(.7), co_tanh(.7), co_atan2(.7, -2)};
  for (int i = 0; i < 6; i++) ck_assert(scripted_number(&made, "y", i) == expected[i]);
  scripted_close(&made);
}
END_TEST

START_TEST(draws_are_the_streams) {
  Scripted made =
      scripted_open("return { actions = 2, observation = 1, state = { y = { count = 6, 0 }, z = { 1, 2, 3, 4 } },\n"
                    "step = function(self, action, rng) local y = self.y\n"
                    "  y[1], y[2], y[3], y[4] = rng:int(3, 9), rng:unit(), rng:normal(), math.random()\n"
                    "  y[5], y[6] = rng:uniform(2, 4), rng:int(6) rng:shuffle(self.z) end,\n"
                    "observe = function(self, agent, obs) obs:put(0) end }");
  scripted_reset(&made);
  CoRng rng = ((const CoMoment *)co_env_bytes(made.env))->rng;
  scripted_step(&made, (int[]){0});
  ck_assert_double_eq(scripted_number(&made, "y", 0), co_rng_int(&rng, 3, 9));
  ck_assert_double_eq(scripted_number(&made, "y", 1), co_rng_unit(&rng));
  ck_assert_double_eq(scripted_number(&made, "y", 2), co_rng_normal(&rng));
  ck_assert_double_eq(scripted_number(&made, "y", 3), co_rng_unit(&rng));
  ck_assert_double_eq(scripted_number(&made, "y", 4), co_rng_uniform(&rng, 2, 4));
  ck_assert_double_eq(scripted_number(&made, "y", 5), co_rng_int(&rng, 1, 6));
  int items[] = {1, 2, 3, 4};
  co_rng_shuffle(&rng, items, 4);
  for (int i = 0; i < 4; i++) ck_assert_double_eq(scripted_number(&made, "z", i), items[i]);
  ck_assert_mem_eq(&rng, &((const CoMoment *)co_env_bytes(made.env))->rng, sizeof rng);
  scripted_close(&made);
}
END_TEST

START_TEST(helpers_know_grids_and_shapes) {
  ck_assert_str_eq(printed("print(grid.cell(3, 2, 5), grid.place(8, 5)) print(grid.move(2, 2, 'north'))\n"
                           "for x, y in grid.neighbors(1, 1, 3, 3) do print(x, y) end"),
                   "8\t3\t2\n2\t3\n1\t2\n2\t1\n");
  const char *walled = "local function wall(x, y) return x == 2 and y < 3 end\n"; // a wall from below, open at the top
  char text[512];
  snprintf(text, sizeof text,
           "%sprint(table.concat(grid.distances(1, 1, 3, 3, wall), ' '))\n"
           "print(table.concat(grid.path(1, 1, 3, 1, 3, 3, wall), ' '))\n"
           "print(grid.sight(1, 1, 3, 1, wall), grid.sight(1, 3, 3, 3, wall))\n"
           "print(grid.path(1, 1, 3, 1, 3, 2, wall))",
           walled);
  ck_assert_str_eq(printed(text), "0 -1 6 1 -1 5 2 3 4\n1 4 7 8 9 6 3\nfalse\ttrue\nnil\n");
  ck_assert_str_eq(
      printed("print(geometry.distance(0, 0, 3, 4), geometry.toward(0, 0, 3, 4, 2.5))\n"
              "print(geometry.discs(0, 0, 1, 1.5, 0, 1), geometry.discs(0, 0, 1, 3, 0, 1))\n"
              "print(geometry.rects(0, 0, 2, 2, 1, 1, 5, 5), geometry.disc_rect(3, 1, 0.9, 0, 0, 2, 2))\n"
              "print(geometry.segment(0, 2, -1, 0, 1, 0), geometry.within(1, 1, 0, 0, 2, 2))\n"
              "print(geometry.ray_disc(0, 0, 1, 0, 5, 0, 2), geometry.ray_disc(0, 0, -1, 0, 5, 0, 2))\n"
              "print(geometry.ray_rect(0, 1, 2, 0, 4, 0, 1, 2), geometry.ray_rect(0, 5, 2, 0, 4, 0, 1, 2))"),
      "5\t1.5\t2\ntrue\tfalse\ntrue\tfalse\n2\ttrue\n3\tnil\n2\tnil\n");
}
END_TEST

static const char user_text[] = "local helper = require 'helper'\nlocal again = require('helper')\n"
                                "return { actions = 2, observation = 1, state = { y = 0 },\n"
                                "step = function(self) self.y = helper.twice(4) + (again == helper and 1 or 0) end,\n"
                                "observe = function(self, agent, obs) obs:put(0) end }";
static const char helper_text[] = "return { twice = function(x) return 2 * x end }";

static void try_script(CoScriptEnv *script, const CoError *error) {
  ck_assert_msg(script != NULL, "%s", error->text);
  int count;
  const CoScriptFile *files = co_script_env_files(script, &count);
  ck_assert_int_eq(count, 2);
  ck_assert_str_eq(files[0].name, "user.lua");
  ck_assert_str_eq(files[1].name, "helper.lua");
  ck_assert_str_eq(files[1].text, helper_text);
  Scripted made = {.script = script, .world = co_world_open(co_script_env_type(script), &(double){0}, NULL)};
  made.env = co_env_create(made.world, 1, NULL);
  scripted_reset(&made);
  scripted_step(&made, (int[]){0});
  ck_assert_double_eq(scripted_number(&made, "y", 0), 9);
  scripted_close(&made);
}

START_TEST(a_script_may_have_a_second_file) {
  const CoScriptFile files[] = {{"user.lua", user_text, strlen(user_text)},
                                {"helper.lua", helper_text, strlen(helper_text)}};
  CoError error = {""};
  try_script(co_script_env_parse(files, 2, NULL, &error), &error);
  char folder[] = "/tmp/cohort-script-XXXXXX", path[64], other[64];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/user.lua", folder);
  snprintf(other, sizeof other, "%s/helper.lua", folder);
  FILE *file = fopen(path, "w");
  fputs(user_text, file);
  fclose(file);
  ck_assert(co_script_is_env(path));
  ck_assert_ptr_null(co_script_env_load(path, NULL, &error));
  ck_assert_msg(strncmp(error.text, "user.lua:1: require: ", 21) == 0, "%s", error.text);
  file = fopen(other, "w");
  fputs(helper_text, file);
  fclose(file);
  ck_assert(!co_script_is_env(other));
  try_script(co_script_env_load(path, NULL, &error), &error);
  unlink(path);
  unlink(other);
  rmdir(folder);
}
END_TEST

START_TEST(bytecode_is_refused) {
  CoError error = {""};
  const CoScriptFile files[] = {{"my_env.lua", "\x1bLJ\2\n", 5}};
  ck_assert_ptr_null(co_script_env_parse(files, 1, NULL, &error));
  ck_assert_str_eq(error.text, "my_env.lua: is compiled Lua, must be text");
}
END_TEST

CO_TESTS(values_have_one_text, pairs_has_an_order, both_luas_have_the_same_functions, sorting_is_stable,
         mathematics_is_the_engines, draws_are_the_streams, helpers_know_grids_and_shapes,
         a_script_may_have_a_second_file, bytecode_is_refused)

// Data files: what they give, the line of each value, and a sentence for everything that is wrong in them.
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cohort/bytes.h"
#include "cohort/file.h"
#include "cohort/script.h"
#include "cohort/settings.h"
#include "sanitized.h"

// Processor time that a hostile file may take, far above what it does on a quiet machine; sanitizers are slower.
#define SLOWER (CO_SANITIZED ? 10 : 1)

static CoError error;

static CoValue *parse(const char *text) {
  error.text[0] = '\0';
  CoValue *value = co_script_parse("maps/3m.lua", text, strlen(text), &error);
  if (!value) ck_assert_mem_eq(error.text, "maps/3m.lua", strlen("maps/3m.lua"));
  return value;
}

static CoValue *good(const char *text) {
  CoValue *value = parse(text);
  ck_assert_msg(value != NULL, "%s", error.text);
  return value;
}

// As text: {a = 1@2, b = {true@3}@3}, each value with its line.
static void show(const CoValue *value, CoWriter *out) {
  if (value->key) co_write_format(out, "%s = ", value->key);
  if (value->type == CO_VALUE_BOOL) co_write_format(out, value->boolean ? "true" : "false");
  if (value->type == CO_VALUE_NUMBER) co_write_format(out, "%.15g", value->number);
  if (value->type == CO_VALUE_STRING) co_write_format(out, "'%s'", value->string);
  if (value->type == CO_VALUE_LIST || value->type == CO_VALUE_TABLE) {
    co_write_format(out, value->type == CO_VALUE_LIST ? "[" : "{");
    for (int i = 0; i < value->count; i++) {
      if (i > 0) co_write_format(out, ", ");
      show(&value->items[i], out);
    }
    co_write_format(out, value->type == CO_VALUE_LIST ? "]" : "}");
  }
  co_write_format(out, "@%d", value->line);
}

static void gives(const char *text, const char *expected) {
  CoValue *value = good(text);
  CoWriter shown = {0};
  show(value, &shown);
  co_write(&shown, "", 1);
  ck_assert_str_eq((const char *)shown.data, expected);
  co_writer_free(&shown);
  co_value_destroy(value);
}

static void fails(const char *text, const char *sentence) {
  CoValue *value = parse(text);
  ck_assert_ptr_null(value);
  ck_assert_str_eq(error.text, sentence);
}

START_TEST(values_of_every_type) {
  gives("return {b = true, a = 1.5, s = 'x', list = {1, 2, {}}, t = {u = -0.25}}",
        "{a = 1.5@1, b = true@1, list = [1@1, 2@1, []@1]@1, s = 'x'@1, t = {u = -0.25@1}@1}@1");
  gives("return {}", "[]@1");
  gives("return {10, 20}", "[10@1, 20@1]@1");
  gives("\xEF\xBB\xBFreturn {[1] = 'a', [2] = 'b', ['an odd name'] = nil}", "['a'@1, 'b'@1]@1");
  gives("return {0x10, 1e3, -7, 3 .. 4}", "[16@1, 1000@1, -7@1, '34'@1]@1");
}
END_TEST

START_TEST(lines_of_literal_fields) {
  gives("-- a map\nreturn {\n  name = '3m', -- here\n\n  allies = {\n    {unit = 'marine',\n     count = 3},\n    {}\n "
        " },\n}\n",
        "{allies = [{count = 3@7, unit = 'marine'@6}@6, []@8]@5, name = '3m'@3}@2");
  gives("return {\r\n a = 1,\r\n b = 2;\n\r c = 3\r,\rd = 4}", "{a = 1@2, b = 2@3, c = 3@4, d = 4@6}@1");
  gives("return\n{[ [[one]] ] =\n0, [ 'two' ] = 0}", "{one = 0@2, two = 0@3}@2");
}
END_TEST

START_TEST(lines_through_strings_and_comments) {
  gives("--[[ return {\n a = ]] --[==[\n]]\n]==] return {\n"
        " a = [[\n}\n,]], b = \"}\\\n{\\\"\", -- } b = 3\n"
        " ['c'] = '--', [\"d d\"] = [=[\n]]]=],\n"
        " e = 1 --[[\n]]}",
        "{a = '}\n,'@5, b = '}\n{\"'@7, c = '--'@9, d d = ']]'@9, e = 1@11}@4");
}
END_TEST

START_TEST(lines_around_code) {
  gives("local function f(n)\n  if n == 0 then return {1} end\n  for i = 1, 2 do repeat n = n - 1 until n <= 0 end\n"
        "  while true do return {n} end\nend\nlocal t = {\n  a = 1 }\nreturn {\n"
        "  f = f(0), g = f({1, x = 2, 3} and 3),\n  t = t,\n"
        "  u = (function() local q = {a = 1}; return q end)(),\n  v = {f(0)[1],\n 5, a == b and 6}}",
        "{f = [1@9]@9, g = [-1@9]@9, t = {a = 1@10}@10, u = {a = 1@11}@11, v = [1@12, 5@13, 6@13]@12}@8");
  gives("local t = {\n a = 1}\nreturn t", "{a = 1@1}@1"); // not spelled out: the parent's line
  gives("return {\n[1 + 1] = 'b',\n'a',\n[3] = 'c'}", "['a'@3, 'b'@1, 'c'@4]@1");
  gives("return {['\\97'] = 1, a1 = 2,\nb = ('x'):rep(2), c = #{1,\n2}, d = 1 <= 2}",
        "{a = 1@1, a1 = 2@1, b = 'xx'@2, c = 2@2, d = true@3}@1");
}
END_TEST

START_TEST(programs_may_compute) {
  gives("local list = {}\nfor i = 1, 3 do table.insert(list, {x = i * i}) end\nreturn {list = list,\n"
        "  s = string.format('%d-%s', 4, table.concat({'a', 'b'}, '+')), n = math.floor(math.sqrt(17)),\n"
        "  u = ('xABCx'):sub(2, -2), k = select('#', 1, 2)}",
        "{k = 2@5, list = [{x = 1@3}@3, {x = 4@3}@3, {x = 9@3}@3]@3, n = 4@4, s = '4-a+b'@4, u = 'ABC'@5}@3");
}
END_TEST

START_TEST(repetition_is_exact) {
  gives("return {('ab'):rep(3), ('ab'):rep(1.9), ('ab'):rep(0), ('ab'):rep(-1), (''):rep(1e300), ('abc'):rep(5)}",
        "['ababab'@1, 'ab'@1, ''@1, ''@1, ''@1, 'abcabcabcabcabc'@1]@1");
}
END_TEST

START_TEST(errors_of_the_text) {
  fails("return {\n a = 1\n b = 2}", "maps/3m.lua:3: '}' expected (to close '{' at line 1) near 'b'");
  ck_assert_ptr_null(parse("return {\n  a = nowhere.x }"));
  ck_assert_mem_eq(error.text, "maps/3m.lua:2: attempt to index", 31); // the rest differs between Luas
  fails("return {} + 1", "maps/3m.lua:1: attempt to perform arithmetic on a table value");
  fails("\nerror('no such unit')", "maps/3m.lua:2: no such unit");
  fails("error('bare', 0)", "maps/3m.lua: bare");
  fails("error({})", "maps/3m.lua: stopped with an error of no text");
  fails("\n\nassert(false, 'why')", "maps/3m.lua:3: why");
  fails("", "maps/3m.lua: must return one table, returns nothing");
  fails("return 3", "maps/3m.lua: must return one table, returns number");
  fails("return {}, {}", "maps/3m.lua: must return one table, returns several values");
}
END_TEST

START_TEST(errors_of_the_values) {
  fails("return {\n a = {\n 1, print and 1 or type }}",
        "maps/3m.lua:3: a[2] is a function, must be a boolean, a number, a string or a table");
  fails("return {\n a = {1,\n x = 2}}", "maps/3m.lua:2: a mixes list items and named fields");
  fails("return {\n a = {1, nil, 3, [7] = 1}}",
        "maps/3m.lua:2: a has keys that are neither names nor the places 1, 2, 3 ... of a list without holes");
  fails("return {\n [1.5] = 1}",
        "maps/3m.lua:1: the whole has keys that are neither names nor the places 1, 2, 3 ... of a list without holes");
  fails("return {\n [true] = 1, a = 1}", "maps/3m.lua:1: the whole mixes list items and named fields");
  fails("return {\n a =\n 0/0}", "maps/3m.lua:2: a is not a finite number");
  fails("return {\n a = {\n math.huge}}", "maps/3m.lua:3: a[1] is not a finite number");
  fails("return {\n a = 'x\\0y'}", "maps/3m.lua:2: a holds a zero byte");
  fails("return {\n ['x\\0y'] = 1}", "maps/3m.lua:1: the whole has a name with a zero byte");
  fails("local t = {}\nt.t = t\nreturn {\na = t}", "maps/3m.lua:4: a.t contains itself");
  fails("return {\n a = 1,\n b = 2,\n a = 3}", "maps/3m.lua:4: 'a' is given twice, first on line 2");
  fails("return {{\n [1] = 1,\n 2}}", "maps/3m.lua:3: item 1 is given twice, first on line 2");
}
END_TEST

START_TEST(nothing_outside_is_within_reach) {
  static const char *const names[] = {"io",
                                      "os",
                                      "package",
                                      "debug",
                                      "ffi",
                                      "jit",
                                      "bit",
                                      "coroutine",
                                      "load",
                                      "loadstring",
                                      "loadfile",
                                      "dofile",
                                      "require",
                                      "module",
                                      "pcall",
                                      "xpcall",
                                      "rawget",
                                      "rawset",
                                      "rawequal",
                                      "getfenv",
                                      "setfenv",
                                      "_G",
                                      "print",
                                      "setmetatable",
                                      "getmetatable",
                                      "newproxy",
                                      "gcinfo",
                                      "next",
                                      "collectgarbage",
                                      "unpack",
                                      "math.random",
                                      "math.sin",
                                      "math.pow",
                                      "string.dump",
                                      "string.gsub",
                                      "string.find",
                                      "string.match",
                                      "string.gmatch",
                                      "string.byte",
                                      "string.upper",
                                      "string.char",
                                      "table.sort",
                                      "table.remove",
                                      "table.unpack",
                                      "('x').gsub",
                                      "('x').dump",
                                      "string.buffer",
                                      "warn",
                                      "utf8",
                                      "arg",
                                      "_VERSION",
                                      "_ENV and _ENV.io"};
  char text[128];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(text, sizeof text, "return {type(%s)}", names[i]);
    CoValue *value = good(text);
    ck_assert_msg(strcmp(value->items[0].string, "nil") == 0, "%s is there", names[i]);
    co_value_destroy(value);
  }
}
END_TEST

// With a sentence that holds `part`, soon enough.
static void stopped_within(double seconds, const char *text, const char *part) {
  clock_t begin = clock();
  CoValue *value = parse(text);
  ck_assert_ptr_null(value);
  ck_assert_msg(strstr(error.text, part) != NULL, "%s", error.text);
  ck_assert_double_lt((double)(clock() - begin) / CLOCKS_PER_SEC, seconds * SLOWER);
}

static void stopped(const char *text, const char *part) {
  stopped_within(1, text, part);
}

START_TEST(time_is_limited) {
  stopped("while true do end", "maps/3m.lua:1: stopped: takes too many steps for a data file");
  stopped("local function f() return f() end f()", "takes too many steps");
  stopped("for i = 1, 1e12 do local x = i end return {}", "takes too many steps");
  stopped("local t = {} repeat table.insert(t, 1) t = {} until false", "takes too many steps");
}
END_TEST

// Few instructions, each of which handles a megabyte.
START_TEST(heavy_steps_count_more) {
  static const char part[] = "takes too many steps";
  stopped_within(8, "while true do local s = ('x'):rep(1e6) .. 'y' end", part);
  stopped_within(8, "local s = ('x'):rep(1e6) while true do s:sub(1, -2) end", part);
  stopped_within(8, "local s, t = ('x'):rep(1e6), ('x'):rep(1e6) .. 'y' while true do local b = s < t end", part);
  stopped_within(8, "local t = {} for i = 1, 5e4 do t[i] = 'xxxxxxxxxxxxxxxx' end while true do table.concat(t) end",
                 part);
  stopped_within(8, "local function f(...) return f(1, ...) end f()", "");
}
END_TEST

START_TEST(memory_is_limited) {
  static const char part[] = "needs too much memory (the limit is 64 MiB, 1 MiB for one string or list)";
  stopped("local t = {} for i = 1, 1e9 do t[i] = {} end return t", ""); // steps or memory
  stopped("local s = 'x' while true do s = s .. s end", part);
  stopped("return {('x'):rep(1e9)}", "maps/3m.lua:1: string.rep makes more than 1 MiB");
  stopped("return {('x'):rep(1e300)}", "maps/3m.lua:1: string.rep makes more than 1 MiB");
  stopped("local t = {} for i = 1, 1e9 do t[i % 1000] = ('x'):rep(1e6) .. i end", part);
}
END_TEST

START_TEST(depth_is_limited) {
  stopped("local function f() return 1 + f() end return {f()}", "");
  stopped("local t = {} for i = 1, 100 do t = {t} end return t", "nested too deeply (32 levels)");
  stopped("local t = {} for i = 1, 40 do t = {a = t, b = t} end return t", "nested too deeply");
  stopped("local t = {} for i = 1, 30 do t = {t, t} end return t", "more than 200000 values");
  static char deep[2 * 100000 + 16];
  for (int depth = 100; depth <= 100000; depth *= 10) {
    char *at = deep + sprintf(deep, "return ");
    for (int i = 0; i < depth; i++) *at++ = '{';
    for (int i = 0; i < depth; i++) *at++ = '}';
    *at = '\0';
    stopped(deep, depth == 100 ? "nested too deeply" : ""); // beyond 200 Lua's parser stops
    for (char *brace = deep; *brace; brace++)
      if (*brace == '{' || *brace == '}') *brace = *brace == '{' ? '(' : ')';
    stopped(deep, "");
  }
  gives("local t = {} for i = 1, 3 do t = {t} end return t", "[[[[]@1]@1]@1]@1");
}
END_TEST

START_TEST(bytecode_is_refused) {
  fails("\x1bLua", "maps/3m.lua: is compiled Lua, must be text");
  fails("\x1bLJ\2", "maps/3m.lua: is compiled Lua, must be text");
  fails("\xEF\xBB\xBF\x1bLua", "maps/3m.lua: is compiled Lua, must be text");
}
END_TEST

START_TEST(files_are_loaded) {
  char path[256], sentence[512];
  snprintf(path, sizeof path, "%s/script_load-%d-with-a-name-that-is-too-long-for-lua-to-quote.lua", COHORT_BINARY,
           (int)getpid());
  ck_assert(co_file_write(path, "return {\n a = 1}", 16, &error));
  CoValue *value = co_script_load(path, &error);
  ck_assert_ptr_nonnull(value);
  ck_assert_str_eq(value->file, path);
  ck_assert_int_eq(value->items[0].line, 2);
  co_value_destroy(value);
  ck_assert(co_file_write(path, "return {\n a = }", 15, &error));
  ck_assert_ptr_null(co_script_load(path, &error));
  snprintf(sentence, sizeof sentence, "%s:2: unexpected symbol near '}'", path);
  ck_assert_str_eq(error.text, sentence);
  unlink(path);
  ck_assert_ptr_null(co_script_load(path, &error));
  snprintf(sentence, sizeof sentence, "%s: cannot read: No such file or directory", path);
  ck_assert_str_eq(error.text, sentence);
}
END_TEST

typedef struct Config {
  double lr;
  uint64_t seed;
  char out[32];
} Config;

// A config written as Lua and read again has the same bits.
START_TEST(saved_settings_come_back) {
  static const CoField fields[] = {CO_NUMBER(Config, lr, "0.1", 0, 1, ""), CO_SEED(Config, seed, "0", ""),
                                   CO_STRING(Config, out, "", ""), CO_FIELDS_END};
  static const CoSettings settings = {"sample", sizeof(Config), fields, NULL};
  Config config, again;
  co_settings_defaults(&settings, &config);
  co_settings_defaults(&settings, &again);
  config.lr = 1.0 / 3;
  config.seed = UINT64_MAX - 1;
  strcpy(config.out, "a\"\\\n\x01"
                     "1]]\xC3\xA9");
  CoWriter lua = {0};
  co_write_format(&lua, "return {\n");
  co_settings_write(&settings, &config, &lua);
  co_write_format(&lua, "}\n");
  CoValue *value = co_script_parse("config", (const char *)lua.data, lua.size, &error);
  ck_assert_ptr_nonnull(value);
  for (int i = 0; i < value->count; i++) ck_assert(co_settings_set_value(&settings, &again, &value->items[i], &error));
  ck_assert_mem_eq(&config, &again, sizeof config);
  co_value_destroy(value);
  co_writer_free(&lua);
}
END_TEST

CO_TESTS(values_of_every_type, lines_of_literal_fields, lines_through_strings_and_comments, lines_around_code,
         programs_may_compute, repetition_is_exact, errors_of_the_text, errors_of_the_values,
         nothing_outside_is_within_reach, time_is_limited, heavy_steps_count_more, memory_is_limited, depth_is_limited,
         bytecode_is_refused, files_are_loaded, saved_settings_come_back)

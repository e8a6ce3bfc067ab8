// Hostile scripts (hostile/*.txt): each is stopped within a second, with a sentence; the host is unharmed, and the next
// environment runs in the same process, as it did before.
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cohort/file.h"
#include "sanitized.h"
#include "scripted.h"

#define FOLDER COHORT_SOURCE "/tests/contract/hostile/"

#if !defined(__OPTIMIZE__) || CO_SANITIZED
#define MOST_SECONDS 15.0 // of a processor
#else
#define MOST_SECONDS 1.0
#endif

// A case: "## NAME | part of the sentence or another" (or "#! ...": it loops, so strict mode alone stops it), then the
// lines of step, or of the part that a line "@before", "@members", "@observe", "@step" or "@whole" names.
enum { BEFORE, MEMBERS, OBSERVE, STEP, WHOLE, PARTS };
typedef struct Case {
  char name[80], sentence[160];
  bool loops;
  char part[PARTS][4096];
} Case;

static int part_of(const char *line) {
  static const char *const names[] = {"@before\n", "@members\n", "@observe\n", "@step\n", "@whole\n"};
  for (int i = 0; i < PARTS; i++)
    if (strcmp(line, names[i]) == 0) return i;
  return -1;
}

// The next case of the file; false behind the last.
static bool read_case(FILE *file, Case *made) {
  char line[512];
  *made = (Case){.name = ""};
  if (!fgets(line, sizeof line, file)) return false;
  made->loops = line[1] == '!';
  char *name = line + 3, *sentence = strstr(line, " | "), *end = strchr(line, '\n');
  if (line[0] != '#' || !sentence || !end) ck_abort_msg("not understood: %s", line);
  snprintf(made->name, sizeof made->name, "%.*s", (int)(sentence - name), name);
  snprintf(made->sentence, sizeof made->sentence, "%.*s", (int)(end - sentence - 3), sentence + 3);
  int part = STEP;
  for (long at = ftell(file); fgets(line, sizeof line, file); at = ftell(file)) {
    if (line[0] == '#' && (line[1] == '#' || line[1] == '!')) {
      fseek(file, at, SEEK_SET);
      break;
    }
    int named = part_of(line);
    if (named >= 0)
      part = named;
    else
      strncat(made->part[part], line, sizeof made->part[part] - 1 - strlen(made->part[part]));
  }
  return true;
}

static void compose(const Case *made, char *text, size_t capacity) {
  if (*made->part[WHOLE]) {
    snprintf(text, capacity, "%s", made->part[WHOLE]);
    return;
  }
  snprintf(text, capacity,
           "%s\nreturn {\n%s\n"
           "  step = function(self, action, rng, out)\n%s\n  end,\n"
           "  observe = function(self, agent, obs)\n%s\n  end,\n"
           "  state = { hp = 3, n = 0, unit = { count = 2, x = 0 }, cell = { count = 4, 0 }, on = false,\n"
           "    shot = { pool = 2, x = 0 } },\n"
           "  actions = { 'left', 'right' }, observation = 2, params = { size = 3 },\n}\n",
           made->part[BEFORE], made->part[MEMBERS], made->part[STEP],
           *made->part[OBSERVE] ? made->part[OBSERVE] : "obs:put(self.hp, 1)");
}

// A picture, and what the same Lua state sees then.
static bool draw(CoEnv *env, float *numbers, CoError *error) {
  const CoWorld *world = co_env_world(env);
  const CoEnvType *type = co_world_type(world);
  void *worker = NULL;
  if (!type->draw) return true;
  CoCanvas *canvas = co_canvas_create(error);
  bool done = co_world_worker_open(world, &worker, error) &&
              type->draw(co_world_self(world), worker, co_env_state(env), canvas, error) &&
              co_world_observe(world, worker, co_env_state(env), 0, numbers, error);
  co_world_worker_close(world, worker);
  co_canvas_destroy(canvas);
  return done;
}

// Every hook once, then a step.
static bool play_on(CoEnv *env, float *numbers, uint8_t *mask, int *actions, CoError *error) {
  const CoSpec *spec = co_world_spec(co_env_world(env));
  for (int agent = 0; agent < spec->agents; agent++) {
    if (!co_env_observe(env, agent, numbers, error)) return false;
    if (spec->privileged_size && !co_env_privileged(env, agent, numbers, error)) return false;
    if (spec->actions && !co_env_available(env, agent, mask, error)) return false;
    actions[agent] = spec->actions && !mask[0];
  }
  for (int team = 0; spec->global_size && team < spec->teams; team++)
    if (!co_env_global(env, team, numbers, error)) return false;
  if (!draw(env, numbers, error)) return false;
  memset(numbers, 0, sizeof *numbers * 64);
  const CoActions chosen = {spec->actions ? actions : NULL, spec->actions ? NULL : numbers};
  return co_env_step(env, &chosen, error) && (co_env_ending(env) == CO_PLAYING || co_env_reset(env, error));
}

static bool play(const CoWorld *world, CoError *error) {
  const CoSpec *spec = co_world_spec(world);
  size_t most = (size_t)(spec->obs_size + spec->global_size + spec->privileged_size) + 64;
  float *numbers = calloc(most, sizeof *numbers);
  uint8_t *mask = calloc((size_t)spec->actions + 1, 1);
  int *actions = calloc((size_t)spec->agents, sizeof *actions);
  CoEnv *env = co_env_create(world, 1, error);
  bool done = env && co_env_reset(env, error);
  for (int i = 0; done && i < 4; i++) done = play_on(env, numbers, mask, actions, error);
  co_env_destroy(env);
  free(actions);
  free(mask);
  free(numbers);
  return done;
}

static void hear_test(void *user, const char *test, const char *failure) {
  CoError *error = user;
  (void)test;
  if (!*error->text) snprintf(error->text, sizeof error->text, "%s", failure);
}

static void hear_find(void *user, const char *sentence) {
  hear_test(user, NULL, sentence);
}

// The first sentence of loading, playing, the script's tests and the search for hidden state; "" when all went well.
static void run(CoScriptEnv *script, CoError *error) {
  const CoEnvType *type = co_script_env_type(script);
  void *config = calloc(1, type->settings.bytes);
  co_settings_defaults(&type->settings, config);
  CoWorld *world = co_world_open(type, config, error);
  CoError other = {""};
  if (world && play(world, error) && !co_script_env_tests(script, world, hear_test, error, &other))
    hear_find(error, other.text);
  if (world && !*error->text && !co_script_env_hidden(script, world, 1, 20, hear_find, error, &other))
    hear_find(error, other.text);
  co_world_close(world);
  free(config);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static const char good_text[] =
    "local heading = { left = -1, right = 1 }\n"
    "return { actions = { 'left', 'right' }, observation = 2, episode_limit = 9, state = { x = 0, seen = { 0, 0 } },\n"
    "  reset = function(self, rng) self.x = rng:int(-3, 3) end,\n"
    "  available = function(self, agent, mask) mask.left = self.x > -5 end,\n"
    "  step = function(self, action, rng, out)\n"
    "    self.x = self.x + heading[action[1]] + math.floor(rng:unit() * 2)\n"
    "    for i in ipairs(self.seen) do self.seen[i] = self.seen[i] + i end\n"
    "    out:reward(1, math.sin(self.x)) if self.x > 5 then out:terminate() end\n"
    "  end,\n"
    "  observe = function(self, agent, obs) obs:put(self.x, ('abc'):len() + self.seen[2]) end }";

// Plays a new environment of the good world, whose play never differs.
static void play_good(const Scripted *good, const char *after) {
  static uint64_t first;
  CoError error = {""};
  Scripted next = *good;
  next.env = co_env_create(good->world, 1, &error);
  ck_assert_msg(next.env != NULL, "%s: %s", after, error.text);
  uint64_t hash = scripted_play(&next, 1, 30);
  co_env_destroy(next.env);
  if (first == 0) first = hash;
  if (hash != first) ck_abort_msg("%s: the next environment plays differently", after);
}

// Whether the text has one of the parts "this or that".
static bool says(const char *text, const char *parts) {
  char part[160];
  for (const char *end; (end = strstr(parts, " or ")); parts = end + 4) {
    snprintf(part, sizeof part, "%.*s", (int)(end - parts), parts);
    if (strstr(text, part)) return true;
  }
  return *parts && strstr(text, parts);
}

static void expect(const char *name, CoScriptEnv *script, CoError *error, const char *sentence, double since) {
  if (script) run(script, error);
  co_script_env_destroy(script);
  double taken = seconds() - since;
  if (!says(error->text, sentence)) ck_abort_msg("%s: '%s', not '%s'", name, error->text, sentence);
  if (taken > MOST_SECONDS) ck_abort_msg("%s: %.2f seconds", name, taken);
}

static Scripted good; // opened before the first hostile script of a test, closed behind the last

static void expect_texts(const char *name, const CoScriptFile *files, int count, bool loops, const char *sentence) {
  for (int strict = loops; strict < 2; strict++) {
    CoError error = {""};
    CoScriptLimits limits = {.strict = strict};
    double since = seconds();
    expect(name, co_script_env_parse(files, count, &limits, &error), &error, sentence, since);
    play_good(&good, name);
  }
}

static void open_good(void) {
  good = scripted_open(good_text);
  play_good(&good, "nothing");
}

// A world of before and a new one play as ever.
static void close_good(void) {
  Scripted next = scripted_open(good_text);
  play_good(&next, "all of them");
  scripted_close(&next);
  scripted_close(&good);
}

static int run_file(const char *file_name) {
  char path[512];
  static char text[6 * 4096];
  static Case made;
  int count = 0;
  snprintf(path, sizeof path, FOLDER "%s", file_name);
  FILE *file = fopen(path, "r");
  ck_assert_msg(file != NULL, "%s", path);
  for (; read_case(file, &made); count++) {
    compose(&made, text, sizeof text);
    expect_texts(made.name, &(CoScriptFile){"hostile.lua", text, strlen(text)}, 1, made.loops, made.sentence);
  }
  fclose(file);
  return count;
}

#define FAMILY(name, least)                                                                                            \
  START_TEST(name) {                                                                                                   \
    ck_assert_int_ge(run_file(#name ".txt"), least);                                                                   \
  }                                                                                                                    \
  END_TEST
FAMILY(loops, 30)
FAMILY(memory, 15)
FAMILY(bombs, 30)
FAMILY(escapes, 50)
FAMILY(contract, 80)

static void expect_text(const char *name, const char *text, size_t bytes, const char *sentence) {
  expect_texts(name, &(CoScriptFile){"hostile.lua", text, bytes}, 1, false, sentence);
}

// `count` times `piece`, between `first` and `last`.
static void expect_long(const char *name, const char *first, const char *piece, int count, const char *last,
                        const char *sentence) {
  size_t bytes = strlen(piece), begin = strlen(first), end = strlen(last), at = begin;
  char *text = malloc(begin + bytes * (size_t)count + end + 1);
  memcpy(text, first, begin);
  for (int i = 0; i < count; i++, at += bytes) memcpy(text + at, piece, bytes);
  memcpy(text + at, last, end + 1);
  expect_text(name, text, at + end, sentence);
  free(text);
}

START_TEST(texts_that_are_no_lua) {
  static const char marked[] = "\xEF\xBB\xBF\xEF\xBB\xBF\x1bLJ\2\n";
  expect_text("compiled", "\x1bLJ\2\n", 5, "is compiled Lua");
  expect_text("compiled, behind marks", marked, sizeof marked - 1, "is compiled Lua");
  expect_text("compiled by Lua 5.4", "\x1bLua\x54", 5, "is compiled Lua");
  expect_text("no text", "", 0, "must return one table");
  expect_text("zeros", "return {\0\0\0}", 12, "hostile.lua:1");
  expect_text("not UTF-8", "\xff\xfe\xc3\x28 = 1", 8, "hostile.lua:1");
  expect_text("not UTF-8 in a string", "error('\xff\xfe\xc3')", 12, "hostile.lua:1");
  expect_text("an open string", "return { name = 'abc", 20, "hostile.lua:1");
  expect_text("an open comment", "--[==[ abc ]]", 13, "hostile.lua");
  expect_text("an open bracket", "return {{{{", 11, "hostile.lua:1");
}
END_TEST

START_TEST(texts_that_are_too_long) {
  expect_long("ten megabytes", "", "-- nothing here\n", 655360, "return {}", "is larger than 1 MiB");
  expect_long("a million brackets", "return ", "{", 1000000, "", "hostile.lua");
  expect_long("a million parentheses", "return ", "(", 1000000, "", "hostile.lua");
  expect_long("half a million minuses", "return ", "- ", 500000, "1", "hostile.lua");
  expect_long("strings joined", "return 'a'", "..'a'", 200000, "", "hostile.lua");
  expect_long("a hundred thousand locals", "", "local a ", 100000, "return {}", "hostile.lua");
  expect_long("a hundred thousand ifs", "", "if a then ", 90000, "", "hostile.lua");
  expect_long("sums", "return 1", "+1", 400000, "", "must return one table");
  expect_long("calls", "return print", "()", 400000, "", "hostile.lua");
  expect_long("names of infos", "local function f(out) ", "out:info('a') ", 20000, "end return {}", "is missing");
}
END_TEST

static void write_file(const char *folder, const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  ck_assert_ptr_nonnull(file);
  fputs(text, file);
  fclose(file);
}

static void expect_file(const char *folder, const char *name, const char *sentence) {
  char path[256];
  CoError error = {""};
  double since = seconds();
  snprintf(path, sizeof path, "%s/%s", folder, name);
  expect(name, co_script_env_load(path, &(CoScriptLimits){.strict = true}, &error), &error, sentence, since);
}

START_TEST(files_of_other_folders) {
  char folder[] = "hostile-XXXXXX", path[256];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  write_file(folder, "link.lua", "return require 'linked'");
  write_file(folder, "pipe.lua", "return require 'piped'");
  write_file(folder, "folder.lua", "return require 'inner'");
  write_file(folder, "absent.lua", "return require 'nowhere'");
  snprintf(path, sizeof path, "%s/linked.lua", folder);
  ck_assert_int_eq(symlink("/etc/passwd", path), 0);
  snprintf(path, sizeof path, "%s/piped.lua", folder);
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  snprintf(path, sizeof path, "%s/inner.lua", folder);
  ck_assert_int_eq(mkdir(path, 0700), 0);
  expect_file(folder, "link.lua", "link.lua:1: require: linked.lua is no plain file");
  expect_file(folder, "pipe.lua", "pipe.lua:1: require: piped.lua is no plain file");
  expect_file(folder, "folder.lua", "folder.lua:1: require: inner.lua is no plain file");
  expect_file(folder, "absent.lua", "absent.lua:1: require: ");
  static const char *const names[] = {"link", "pipe", "folder", "absent", "linked", "piped"};
  for (int i = 0; i < 6; i++) {
    snprintf(path, sizeof path, "%s/%s.lua", folder, names[i]);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s/inner.lua", folder);
  rmdir(path);
  rmdir(folder);
}
END_TEST

// A second file is held to the same rules, and does not change what the first sees.
START_TEST(files_of_the_script) {
  static const char main_text[] = "local other = require 'other' return {}";
  static const char *const others[][2] = {{"while true do end", "takes too many steps"},
                                          {"math.floor = nil", "math.floor cannot be changed"},
                                          {"return require 'hostile'", "requires itself"},
                                          {"return 7", "is missing"},
                                          {"local x = = 1", "other.lua:1: unexpected symbol"}};
  for (int i = 0; i < 5; i++) {
    const CoScriptFile files[] = {{"hostile.lua", main_text, strlen(main_text)},
                                  {"other.lua", others[i][0], strlen(others[i][0])}};
    expect_texts(others[i][0], files, 2, i == 0, others[i][1]);
  }
}
END_TEST

int main(void) {
  Suite *suite = suite_create(__FILE__);
  TCase *tcase = tcase_create(__FILE__);
  tcase_set_timeout(tcase, 300);
  tcase_add_checked_fixture(tcase, open_good, close_good);
  tcase_add_test(tcase, loops);
  tcase_add_test(tcase, memory);
  tcase_add_test(tcase, bombs);
  tcase_add_test(tcase, escapes);
  tcase_add_test(tcase, contract);
  tcase_add_test(tcase, texts_that_are_no_lua);
  tcase_add_test(tcase, texts_that_are_too_long);
  tcase_add_test(tcase, files_of_other_folders);
  tcase_add_test(tcase, files_of_the_script);
  suite_add_tcase(suite, tcase);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

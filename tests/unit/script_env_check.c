// Scripts' own tests, hidden state, strict mode, the exact model, pools, drawing, the pulse.
#include "cohort/model.h"
#include "scripted.h"

typedef struct Heard {
  char text[2048];
  int count;
} Heard;

static void hear(void *user, const char *test, const char *failure) {
  Heard *heard = user;
  heard->count++;
  strcat(strcat(strcat(strcat(heard->text, test), "="), *failure ? failure : "ok"), "\n");
}

static void find(void *user, const char *sentence) {
  Heard *heard = user;
  heard->count++;
  strcat(strcat(heard->text, sentence), "\n");
}

static const char tested[] =
    "return { actions = { 'a', 'b' }, agents = 2, observation = 2, state = { n = 1, seen = 0 },\n"
    "reset = function(self, rng) self.seen = rng:int(1000000) end,\n"
    "available = function(self, agent, mask) mask.b = agent == 2 end,\n"
    "step = function(self, action, rng, out) self.n = self.n + (action[2] == 'b' and 5 or 1)\n"
    "  out:reward('team', self.n) out:info('steps', 1) if self.n > 5 then out:terminate() end end,\n"
    "observe = function(self, agent, obs) obs:put(agent, self.n) end,\n"
    "tests = {\n"
    "  good = function(t)\n"
    "    local result = t:step { 'a', 'b' }\n"
    "    t:check(result.terminated) t:equal(result.reward, { 6, 6 }) t:equal(result.info.steps, 1)\n"
    "    t:equal(t:observe(2), { 2, 6 }) t:equal(t:mask(1), { a = true, b = false }) t:near(t.self.n, 6)\n"
    "    local env = t:reset(77) local first = env.seen\n"
    "    t:equal(env.n, 1) t:reset() t:check(env.seen ~= first) t:reset(77) t:equal(env.seen, first)\n"
    "    env.n = 4 t:check(not t:step('a', 'a').terminated)\n"
    "  end,\n"
    "  wrong = function(t) t:equal({ 1, 2 }, { 1, 3 }) end,\n"
    "  unknown = function(t) t:step('a', 'c') end,\n"
    "  broken = function(t) t.self.m = 1 end,\n"
    "} }";

START_TEST(own_tests_run) {
  Scripted made = scripted_open(tested);
  Heard heard = {.count = 0};
  CoError error = {""};
  ck_assert_msg(co_script_env_tests(made.script, made.world, hear, &heard, &error), "%s", error.text);
  ck_assert_str_eq(heard.text, "broken=my_env.lua:18: state has no field 'm'\ngood=ok\n"
                               "unknown=my_env.lua:17: t:step: there is no action 'c'\n"
                               "wrong=my_env.lua:16: { 1, 2 } is not { 1, 3 }\n");
  scripted_close(&made);
}
END_TEST

static void seek(const char *text, const char *expected) {
  Scripted made = scripted_open(text);
  Heard heard = {.count = 0};
  CoError error = {""};
  ck_assert_msg(co_script_env_hidden(made.script, made.world, 1, 40, find, &heard, &error), "%s", error.text);
  ck_assert_str_eq(heard.text, expected);
  scripted_close(&made);
}

#define REST                                                                                                           \
  " actions = 2, observation = 1, state = { n = 0 }, observe = function(self, agent, obs) obs:put(self.n) end }"

START_TEST(hidden_state_is_found) {
  seek("local limit = 3\nlocal map = { a = { 1, 2 } }\nlocal function f(x) return x + map.a[1] + limit end\n"
       "return { step = function(self) self.n = f(self.n) end," REST,
       "");
  seek("local limit = 3\nlocal count = 0\nreturn { step = function(self) count = count + 1 self.n = 1 end," REST,
       "my_env.lua:2: 'count' is changed during play: declare it in state\n");
  seek("local map = {\n}\nlocal function mark(x) map[x % 5] = true end\n"
       "return { step = function(self) self.n = self.n + 1 mark(self.n) end," REST,
       "my_env.lua:1: 'map' is changed during play: declare it in state\n");
  seek("local last = 0\nreturn { step = function(self) self.n = self.n + last last = self.n % 3 + 1 end," REST,
       "my_env.lua: plays differently in one Lua state than in four: something outside the declared state decides\n"
       "my_env.lua:1: 'last' is changed during play: declare it in state\n");
  seek("return { step = function(self) self.n = 1 end, actions = 2, observation = 1, state = { n = 0 },\n"
       "observe = function(self, agent, obs) self.n = self.n + 1 obs:put(0) end }",
       "my_env.lua: a hook that may only look changes the state: only reset and step may\n");
}
END_TEST

static void stop(const char *step, const char *sentence) {
  char text[512];
  CoError error = {""};
  strcat(strcat(strcpy(text, "return {\nstep = function(self, action, rng, out)\n"), step), "\nend," REST);
  Scripted made = scripted_open_with(text, &(CoScriptLimits){.strict = true}, NULL);
  scripted_reset(&made);
  ck_assert(!co_env_step(made.env, &(CoActions){(int[]){0}, NULL}, &error));
  ck_assert_str_eq(error.text, sentence);
  scripted_close(&made);
}

START_TEST(strict_mode_stops_what_does_not_return) {
  stop("while true do end", "my_env.lua:3: step: stopped: takes too many steps for strict mode");
  stop("local s = 'x' while true do s = ('x'):rep(1000000) end",
       "my_env.lua:3: step: stopped: takes too many steps for strict mode");
  stop("local s = 'x' while true do s = s .. s end",
       "my_env.lua: step: needs too much memory (a script may have 64 MiB, one string or list 1 MiB)");
  stop("for i = 1, math.huge do end", "my_env.lua:3: step: stopped: takes too many steps for strict mode");
}
END_TEST

START_TEST(a_script_that_does_not_return_is_stopped) {
  CoError error = {""};
  ck_assert_ptr_null(scripted_load("local n = 0\nwhile true do n = n + 1 end", NULL, &error));
  ck_assert_str_eq(error.text, "my_env.lua:2: stopped: takes too many steps to return its table");
}
END_TEST

// Two dice on a line: the model has every draw, and the chances of a model in C.
static const char dice[] =
    "return { actions = { 'roll', 'rest' }, observation = 1, states = 9, outcomes = true, state = { at = 1 },\n"
    "reset = function(self, rng) if rng:chance(0.25) then self.at = 2 end end,\n"
    "index = function(self) return self.at end,\n"
    "step = function(self, action, rng, out)\n"
    "  if action[1] == 'roll' then self.at = math.min(9, self.at + rng:int(2) + rng:choose { 0, 1 }) end\n"
    "  out:reward(1, self.at) if self.at == 9 then out:terminate() end end,\n"
    "observe = function(self, agent, obs) obs:put(self.at) end }";

START_TEST(the_exact_model_is_every_draw) {
  Scripted made = scripted_open(dice);
  CoError error = {""};
  CoModel *model = co_model_create(made.world, &error);
  ck_assert_msg(model != NULL, "%s", error.text);
  ck_assert_double_eq(model->start[0], .75);
  ck_assert_double_eq(model->start[1], .25);
  int64_t from = model->first[0], end = model->first[1]; // state 1, roll: +1, +2 twice, +3
  ck_assert_int_eq(end - from, 3);
  for (int64_t i = from; i < end; i++) {
    ck_assert_double_eq(model->probability[i], model->next[i] == 2 ? .5 : .25);
    ck_assert_double_eq(model->reward[i], model->next[i] + 1);
    ck_assert(!model->terminated[i]);
  }
  ck_assert_int_eq(model->first[2] - model->first[1], 1); // rest
  co_model_destroy(model);
  scripted_close(&made);
}
END_TEST

START_TEST(endless_draws_have_no_model) {
  Scripted made = scripted_open("return { states = 1, outcomes = true, index = function() return 1 end,\n"
                                "step = function(self, action, rng) self.n = rng:unit() end," REST);
  CoError error = {""};
  ck_assert_ptr_null(co_model_create(made.world, &error));
  ck_assert_str_eq(error.text, "my_env.lua:2: step: rng:unit has no finite model: draw with int, chance, choose or "
                               "weighted");
  scripted_close(&made);
}
END_TEST

START_TEST(pools_lend_their_records) {
  Scripted made = scripted_open(
      "return { actions = { 'fire', 'clear', 'look' }, observation = 2, state = { shot = { pool = 3, x = 7, hot = true "
      "},\n"
      "  sum = 0, full = false },\n"
      "step = function(self, action)\n"
      "  if action[1] == 'fire' then self.full = self.shot:spawn { x = self.shot:count() } == nil end\n"
      "  if action[1] == 'clear' then for s in self.shot:each() do if s.x == 1 then self.shot:free(s) end end end\n"
      "  self.sum = 0 for s in self.shot:each() do self.sum = self.sum + s.x end\n"
      "end, observe = function(self, agent, obs) obs:put(self.shot:count(), self.full) end }");
  float seen[2];
  scripted_reset(&made);
  for (int i = 0; i < 3; i++) scripted_step(&made, (int[]){0});
  ck_assert_double_eq(scripted_number(&made, "sum", 0), 0 + 1 + 2);
  scripted_step(&made, (int[]){0}); // full
  ck_assert(co_env_observe(made.env, 0, seen, NULL));
  ck_assert(seen[0] == 3 && seen[1] == 1);
  scripted_step(&made, (int[]){1});
  ck_assert_double_eq(scripted_number(&made, "sum", 0), 2);
  ck_assert_double_eq(scripted_number(&made, "shot.x", 1), 7); // as declared
  ck_assert_int_eq(((const uint8_t *)scripted_field(&made, "shot.live"))[1], 0);
  scripted_step(&made, (int[]){0}); // the free slot again
  ck_assert_double_eq(scripted_number(&made, "shot.x", 1), 2);
  scripted_close(&made);
}
END_TEST

START_TEST(drawing_leaves_the_state) {
  Scripted made = scripted_open("return { step = function(self) self.n = self.n + 1 end, draw = function(self, g)\n"
                                "g:camera(0, 0, 8, 4) g:color('red') g:disc(self.n, 2, 0.5) g:color(1, 0, 0, 0.5)\n"
                                "g:line(0, 0, 1, 1) g:polygon { 0, 0, 1, 0, 1, 1 } g:text(1, 1, 0.5, 'left', self.n)\n"
                                "if self.n == 2 then self.n = 50 end end," REST);
  CoError error = {""};
  void *worker;
  scripted_reset(&made);
  scripted_step(&made, (int[]){0});
  ck_assert(co_world_worker_open(made.world, &worker, &error));
  CoCanvas *canvas = co_canvas_create(&error);
  const CoEnvType *type = co_script_env_type(made.script);
  ck_assert_msg(type->draw(co_world_self(made.world), worker, co_env_state(made.env), canvas, &error), "%s",
                error.text);
  int count;
  const CoShape *shapes = co_canvas_shapes(canvas, &count);
  ck_assert_int_eq(count, 5);
  ck_assert_int_eq(shapes[1].kind, CO_SHAPE_DISC);
  ck_assert_float_eq(shapes[1].x, 1);
  ck_assert_int_eq(shapes[2].color.a, 128);
  ck_assert_str_eq(co_canvas_string(canvas, &shapes[4]), "1");
  float seen;
  ck_assert(type->observe(co_world_self(made.world), worker, co_env_state(made.env), 0, &seen, &error));
  ck_assert_float_eq(seen, 1);
  scripted_step(&made, (int[]){0});
  ck_assert(!type->draw(co_world_self(made.world), worker, co_env_state(made.env), canvas, &error));
  ck_assert_str_eq(error.text, "my_env.lua: draw changes the state: only reset and step may");
  co_canvas_destroy(canvas);
  co_world_worker_close(made.world, worker);
  scripted_close(&made);
}
END_TEST

START_TEST(the_pulse_counts_calls) {
  Scripted made = scripted_open(tested);
  int worker = co_script_env_workers(made.script) - 1;
  uint64_t before = co_script_env_pulse(made.script, worker).calls;
  scripted_reset(&made);
  scripted_step(&made, (int[]){0, 0});
  ck_assert_uint_eq(co_script_env_pulse(made.script, worker).calls, before + 2);
  ck_assert_ptr_null(co_script_env_pulse(made.script, worker).hook);
  ck_assert_uint_gt(co_script_env_pulse(made.script, worker).taken, 10000);
  scripted_close(&made);
}
END_TEST

CO_TESTS(own_tests_run, hidden_state_is_found, strict_mode_stops_what_does_not_return,
         a_script_that_does_not_return_is_stopped, the_exact_model_is_every_draw, endless_draws_have_no_model,
         pools_lend_their_records, drawing_leaves_the_state, the_pulse_counts_calls)

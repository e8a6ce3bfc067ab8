// Playing scripts: state and hooks, copies, many at once, one Lua and the other to the same bits.
#include "cohort/check.h"
#include "cohort/hash.h"
#include "cohort/tree.h"
#include "scripted.h"

static const char walk[] = "return {\n"
                           "  teams = { a = { count = 2, reward = 'own' }, b = {} },\n"
                           "  actions = { 'stay', 'left', 'right' }, observation = 2,\n"
                           "  global_size = 1, privileged_size = 2, states = 30,\n"
                           "  state = { x = { count = 3, 0 }, turn = 1 },\n"
                           "  reset = function(self, rng) self.x[1] = rng:int(5, 9) end,\n"
                           "  available = function(self, agent, mask) mask.left = self.x[agent] > 0 end,\n"
                           "  alive = function(self, agent) return self.x[agent] < 9 end,\n"
                           "  mover = function(self) return self.turn == 4 and 'everyone' or self.turn end,\n"
                           "  index = function(self, agent) return self.x[agent] + 1 end,\n"
                           "  step = function(self, action, rng, out)\n"
                           "    for agent, name in ipairs(action) do\n"
                           "      local move = name == 'left' and -1 or name == 'right' and 1 or 0\n"
                           "      self.x[agent] = self.x[agent] + move\n"
                           "    end\n"
                           "    self.turn = self.turn % 4 + 1\n"
                           "    out:reward(1, 2); out:reward('a', 0.5); out:reward(-1)\n"
                           "    if self.x[2] == 2 then out:terminate() end\n"
                           "  end,\n"
                           "  observe = function(self, agent, obs) obs:put(self.x[agent], agent == 2) end,\n"
                           "  global = function(self, out, team) out:put(100 * team + self.x[1]) end,\n"
                           "  privileged = function(self, agent, obs) obs:one_hot(agent - 1, 2) end,\n"
                           "}\n";

START_TEST(hooks_speak_of_the_state) {
  Scripted made = scripted_open(walk);
  CoError error = {""};
  scripted_reset(&made);
  int start = (int)scripted_number(&made, "x", 0);
  ck_assert(start >= 5 && start <= 9);
  ck_assert_int_eq(co_env_mover(made.env), 0);
  scripted_step(&made, (int[]){1, 2, 0});
  ck_assert_double_eq(scripted_number(&made, "x", 0), start - 1);
  ck_assert_double_eq(scripted_number(&made, "x", 1), 1);
  const float *rewards = co_env_rewards(made.env);
  ck_assert_float_eq(rewards[0], 1.5f);
  ck_assert_float_eq(rewards[1], -.5f);
  ck_assert_float_eq(rewards[2], -1);
  ck_assert_int_eq(co_env_mover(made.env), 1);
  ck_assert_int_eq(co_env_index(made.env, 1), 1);
  float seen[2];
  ck_assert(co_env_observe(made.env, 1, seen, &error));
  ck_assert_float_eq(seen[0], 1);
  ck_assert_float_eq(seen[1], 1);
  ck_assert(co_env_global(made.env, 1, seen, &error));
  ck_assert_float_eq(seen[0], (float)(200 + start - 1));
  ck_assert(co_env_privileged(made.env, 2, seen, &error));
  ck_assert(seen[0] == 0 && seen[1] == 1);
  uint8_t mask[3];
  ck_assert(co_env_available(made.env, 1, mask, &error));
  ck_assert(mask[0] && mask[1] && mask[2]);
  ck_assert(co_env_available(made.env, 2, mask, &error));
  ck_assert(mask[0] && !mask[1] && mask[2]);
  scripted_step(&made, (int[]){0, 2, 0});
  ck_assert_int_eq(co_env_ending(made.env), CO_TERMINATED);
  ck_assert(co_env_available(made.env, 1, mask, &error)); // after the end the first action
  ck_assert(mask[0] && !mask[1] && !mask[2]);
  scripted_close(&made);
}
END_TEST

START_TEST(the_dead_do_the_first_action) {
  Scripted made = scripted_open(walk);
  CoError error = {""};
  uint8_t mask[3];
  scripted_reset(&made);
  ck_assert(co_env_alive(made.env, 1));
  for (int i = 0; i < 9; i++) scripted_step(&made, (int[]){0, 0, 2});
  ck_assert(!co_env_alive(made.env, 2));
  ck_assert(co_env_available(made.env, 2, mask, &error));
  ck_assert(mask[0] && !mask[1] && !mask[2]);
  scripted_close(&made);
}
END_TEST

// Copies are bytes: from one moment on, two environments play alike.
START_TEST(copies_go_on_alike) {
  Scripted made = scripted_open(walk);
  CoError error = {""};
  CoEnv *other = co_env_create(made.world, 99, &error);
  scripted_reset(&made);
  scripted_step(&made, (int[]){1, 0, 0});
  co_env_copy(other, made.env);
  for (int i = 0; i < 3; i++) {
    scripted_step(&made, (int[]){1, 0, 2});
    ck_assert(co_env_step(other, &(CoActions){(int[]){1, 0, 2}, NULL}, &error));
    ck_assert_mem_eq(co_env_bytes(made.env), co_env_bytes(other), co_env_size(made.world));
  }
  co_env_destroy(other);
  scripted_close(&made);
}
END_TEST

// Everything that a script may use and that must have the same bits under both Luas.
static const char everything[] =
    "local names = { beta = 2, alpha = 1, gamma = 3 }\n"
    "return {\n"
    "  params = { size = { 9, min = 3, max = 20 } },\n"
    "  teams = { red = { count = 2 }, blue = { count = 1 } },\n"
    "  actions = { 'a', 'b', 'c', 'd' }, observation = 9, episode_limit = 40,\n"
    "  state = { unit = { count = 3, x = 0, y = 0, hurt = false }, heat = 0, on = false,\n"
    "    map = { count = function(self) return self.size end, 0 }, flags = { true, false, true },\n"
    "    shot = { pool = 5, x = 0, v = 1 }, order = { 1, 2, 3, 4 } },\n"
    "  reset = function(self, rng)\n"
    "    for _, u in ipairs(self.unit) do u.x, u.y = rng:uniform(-1, 1), rng:normal(2, 0.5) end\n"
    "    for i = 1, self.size do self.map[i] = rng:int(100) end\n"
    "    rng:shuffle(self.order)\n"
    "  end,\n"
    "  available = function(self, agent, mask) mask.d = self.heat > 0; mask.b = not self.flags[agent] end,\n"
    "  step = function(self, action, rng, out)\n"
    "    for agent, name in ipairs(action) do\n"
    "      local u = self.unit[agent]\n"
    "      if name == 'a' then u.x = math.sin(u.x * 3) + math.exp(-u.y * u.y)\n"
    "      elseif name == 'b' then u.y = math.cos(u.y) * math.pow(math.abs(u.x) + 0.1, 0.3)\n"
    "      elseif name == 'c' then u.hurt = not u.hurt; self.shot:spawn { x = u.x, v = rng:unit() }\n"
    "      else u.x, u.y = math.wrap(u.x + 0.7, -1, 1), math.atan2(u.y, u.x) end\n"
    "    end\n"
    "    for s in self.shot:each() do\n"
    "      s.x = s.x + s.v\n"
    "      if s.x > 2 then self.shot:free(s) end\n"
    "    end\n"
    "    self.heat = self.heat + (rng:chance(0.3) and 1 or -1) * rng:choose { 1, 2, 3 } + rng:weighted { 1, 0, 2 }\n"
    "    self.on = self.heat % 2 == 0\n"
    "    self.flags[rng:int(1, 3)] = math.random() < 0.5\n"
    "    table.sort(self.map, function(a, b) return a % 7 < b % 7 end)\n"
    "    for k, v in pairs(names) do self.map[v] = self.map[v] + #k end\n"
    "    self.map[1] = bit.bxor(self.map[1], 12345) - bit.lshift(1, 20) % 97 + tonumber('0x10')\n"
    "    self.map[2] = math.max(0, self.map[2]) * -1\n"
    "    out:reward('red', self.heat / 3); out:reward('blue', math.tanh(self.unit[1].x))\n"
    "    if self.heat > 25 then out:terminate() end\n"
    "  end,\n"
    "  observe = function(self, agent, obs)\n"
    "    local u = self.unit[agent]\n"
    "    obs:put(u.x, u.y, u.hurt, self.heat, self.on, self.shot:count(), #tostring(self.heat / 4))\n"
    "    obs:put(grid.path(1, 1, 3, 3, 3, 3, function(x, y) return x == 2 and y < 3 end)[4], geometry.distance(0, 0, "
    "u.x, 1))\n"
    "  end,\n"
    "}\n";

START_TEST(both_luas_give_the_same_bits) {
  Scripted made = scripted_open(everything);
  uint64_t hash = scripted_play(&made, 5, 600);
  scripted_close(&made);
  made = scripted_open_with(everything, &(CoScriptLimits){.strict = true}, NULL);
  ck_assert_uint_eq(scripted_play(&made, 5, 600), hash);
  scripted_close(&made);
  ck_assert_uint_eq(hash, UINT64_C(18283643185031762270));
}
END_TEST

enum { COPIES = 7, AGENTS = 3 };

// step_many and observe_many give what step and observe give, and leave copies at rest alone.
START_TEST(many_at_once_are_the_same) {
  Scripted made = scripted_open(everything);
  const CoEnvType *type = co_script_env_type(made.script);
  const void *self = co_world_self(made.world);
  CoError error = {""};
  void *worker;
  ck_assert_msg(co_world_worker_open(made.world, &worker, &error), "%s", error.text);
  size_t stride = co_env_size(made.world), bytes = co_world_state_bytes(made.world);
  unsigned char *moments = calloc(COPIES, stride);
  CoEnv *alone[COPIES];
  uint8_t running[COPIES], terminated[COPIES] = {0};
  int actions[COPIES * AGENTS];
  float rewards[COPIES * AGENTS] = {0}, obs[COPIES * AGENTS * 9], seen[9];
  for (int i = 0; i < COPIES; i++) {
    alone[i] = co_env_create(made.world, 20 + (uint64_t)i, &error);
    ck_assert(co_env_reset(alone[i], &error));
    memcpy(moments + (size_t)i * stride, co_env_bytes(alone[i]), stride);
    running[i] = i != 3;
  }
  CoMany many = {.count = COPIES,
                 .moments = moments,
                 .stride = stride,
                 .running = running,
                 .actions = {actions, NULL},
                 .rewards = rewards,
                 .terminated = terminated};
  for (int step = 0; step < 30; step++) {
    for (int i = 0; i < COPIES * AGENTS; i++) actions[i] = (step + i) % 4, rewards[i] = 0;
    ck_assert_msg(type->step_many(self, worker, &many, &error), "%s", error.text);
    for (int i = 0; i < COPIES; i++) {
      if (!running[i]) continue;
      ck_assert(co_env_step(alone[i], &(CoActions){actions + i * AGENTS, NULL}, &error));
      ck_assert_mem_eq(moments + (size_t)i * stride + sizeof(CoMoment), co_env_state(alone[i]), bytes);
      ck_assert_mem_eq(rewards + i * AGENTS, co_env_rewards(alone[i]), AGENTS * sizeof(float));
      ck_assert_int_eq(terminated[i], co_env_ending(alone[i]) == CO_TERMINATED);
      running[i] = co_env_ending(alone[i]) == CO_PLAYING;
    }
  }
  for (int i = 0; i < COPIES * AGENTS * 9; i++) obs[i] = 77;
  ck_assert(type->observe_many(self, worker, &many, 0, obs, &error));
  for (int i = 0; i < COPIES; i++) {
    for (int a = 0; a < 2; a++) {
      ck_assert(co_env_observe(alone[i], a, seen, &error));
      if (running[i]) ck_assert_mem_eq(obs + (i * 2 + a) * 9, seen, sizeof seen);
      if (!running[i]) ck_assert_float_eq(obs[(i * 2 + a) * 9], 77);
    }
    co_env_destroy(alone[i]);
  }
  free(moments);
  co_world_worker_close(made.world, worker);
  scripted_close(&made);
}
END_TEST

START_TEST(actions_may_be_numbers) {
  Scripted made =
      scripted_open("return { agents = 2, actions = { size = 2, low = { -1, 0 }, high = 3 }, observation = 1,\n"
                    "state = { sum = 0 }, step = function(self, action, rng, out)\n"
                    "  self.sum = action[1][1] + 10 * action[1][2] + 100 * action[2][1] + 1000 * action[2][2]\n"
                    "end, observe = function(self, agent, obs) obs:put(self.sum) end }");
  CoError error = {""};
  const CoSpec *spec = co_world_spec(made.world);
  ck_assert_int_eq(spec->action_size, 2);
  ck_assert(spec->low[0] == -1 && spec->low[1] == 0 && spec->high[1] == 3);
  scripted_reset(&made);
  ck_assert(co_env_step(made.env, &(CoActions){NULL, (float[]){1, 2, 3, .5f}}, &error));
  ck_assert_double_eq(scripted_number(&made, "sum", 0), 1 + 20 + 300 + 500);
  scripted_close(&made);
}
END_TEST

START_TEST(counted_actions_are_numbers_from_one) {
  Scripted made = scripted_open("return { actions = 5, observation = 1, state = { last = 0 },\n"
                                "step = function(self, action) self.last = action[1] end,\n"
                                "available = function(self, agent, mask) mask[2] = false end,\n"
                                "observe = function(self, agent, obs) obs:put(self.last) end }");
  uint8_t mask[5];
  scripted_reset(&made);
  scripted_step(&made, (int[]){4});
  ck_assert_double_eq(scripted_number(&made, "last", 0), 5);
  ck_assert(co_env_available(made.env, 0, mask, NULL));
  ck_assert(mask[0] && !mask[1] && mask[4]);
  scripted_close(&made);
}
END_TEST

START_TEST(nature_and_infos) {
  Scripted made = scripted_open("return { actions = 2, observation = 1, state = { n = 0 },\n"
                                "mover = function(self) return self.n % 2 == 1 and 'chance' or 1 end,\n"
                                "step = function(self, action, rng, out) self.n = self.n + 1\n"
                                "  out:info('pushed', 2) out:info('pushed', 0.5) end,\n"
                                "observe = function(self, agent, obs) obs:put(self.n) end }");
  scripted_reset(&made);
  scripted_step(&made, (int[]){0});
  ck_assert_int_eq(co_env_mover(made.env), CO_CHANCE);
  scripted_step(&made, (int[]){0});
  ck_assert_int_eq(co_env_mover(made.env), 0);
  ck_assert_int_eq(co_env_clock(made.env), 1); // nature's moves do not count
  ck_assert_float_eq(co_env_info(made.env)[0], 5);
  scripted_close(&made);
}
END_TEST

// Whole numbers of Lua 5.4 have no -0, so no state has one; compiled code, after some steps, agrees.
START_TEST(minus_zero_is_stored_as_zero) {
  Scripted made =
      scripted_open("return { actions = 2, observation = 1, state = { x = 1, list = { 1, 1 }, u = { z = 1 } },\n"
                    "step = function(self, action) local zero = (action[1] == 'none' and 1 or 0) * -0.5\n"
                    "  self.x, self.list[2], self.u.z = zero, zero, zero end,\n"
                    "observe = function(self, agent, obs) obs:put(self.x) end }");
  static const double zero = 0;
  scripted_reset(&made);
  for (int i = 0; i < 300; i++) {
    scripted_step(&made, (int[]){0});
    ck_assert_mem_eq(scripted_field(&made, "x"), &zero, sizeof zero);
    ck_assert_mem_eq((const double *)scripted_field(&made, "list") + 1, &zero, sizeof zero);
    ck_assert_mem_eq(scripted_field(&made, "u.z"), &zero, sizeof zero);
  }
  scripted_close(&made);
}
END_TEST

// Kuhn's poker: nature deals in `step`, which the engine also runs on every draw.
static const char kuhn[] =
    "local function turn(s) return (s.history == 0 or s.history > 2) and 1 or 2 end\n"
    "return {\n"
    "  teams = { a = {}, b = {} }, reward = 'zero_sum', actions = { 'pass', 'bet' }, states = 44,\n"
    "  observation = { size = 1, low = 0, high = 3 }, outcomes = true, perfect_recall = true,\n"
    "  state = { card = { 0, 0 }, history = 0 },\n"
    "  mover = function(self) return self.card[2] == 0 and 'chance' or turn(self) end,\n"
    "  step = function(self, action, rng, out)\n"
    "    if self.card[1] == 0 then self.card[1] = rng:int(1, 3) return end\n"
    "    if self.card[2] == 0 then\n"
    "      local k = rng:int(1, 2)\n"
    "      self.card[2] = k < self.card[1] and k or k + 1\n"
    "      return\n"
    "    end\n"
    "    self.history = 2 * self.history + 1 + (action[turn(self)] == 'bet' and 1 or 0)\n"
    "    local h, high = self.history, self.card[1] > self.card[2] and 1 or -1\n"
    "    if h == 1 or h == 2 or h == 4 then return end\n"
    "    local won = h == 5 and 1 or h == 9 and -1 or h == 3 and high or 2 * high\n"
    "    out:reward('a', won); out:reward('b', -won); out:terminate()\n"
    "  end,\n"
    "  index = function(self, agent) return self.card[agent] * 11 + self.history + 1 end,\n"
    "  observe = function(self, agent, obs) obs:put(self.card[agent]) end,\n"
    "}\n";

START_TEST(nature_deals_in_scripts_too) {
  Scripted made = scripted_open(kuhn);
  CoError error = {""};
  CoVecEnv *vec = co_vecenv_create(made.world, 3, CO_VIEW_ALL, NULL, 1, "test", &error);
  ck_assert_msg(vec && co_vecenv_restart(vec, &error), "%s", error.text);
  for (int i = 0; i < 3; i++) {
    ck_assert_int_eq(co_vecenv_clock(vec)[i], 0);
    ck_assert_int_eq(co_vecenv_frame(vec, 0)->acting[i], 1);
    ck_assert_float_gt(co_vecenv_frame(vec, 0)->obs[i], 0);
  }
  co_vecenv_destroy(vec);
  for (const CoCheck *rule = co_checks; rule->name; rule++)
    ck_assert_msg(rule->run(made.world, &error), "%s: %s", rule->name, error.text);
  CoTree *tree = co_tree_create(made.world, &error);
  ck_assert_msg(tree, "%s", error.text);
  ck_assert_int_eq(tree->nodes, 58);
  ck_assert_int_eq(tree->sets, 12);
  co_tree_destroy(tree);
  scripted_close(&made);
}
END_TEST

CO_TESTS(nature_deals_in_scripts_too, hooks_speak_of_the_state, the_dead_do_the_first_action, copies_go_on_alike,
         both_luas_give_the_same_bits, many_at_once_are_the_same, actions_may_be_numbers, minus_zero_is_stored_as_zero,
         counted_actions_are_numbers_from_one, nature_and_infos)

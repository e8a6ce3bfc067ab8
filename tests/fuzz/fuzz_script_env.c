// Environments in Lua: whatever the text, loading gives an environment or a sentence, and so does playing it.
#include "cohort/script_env.h"
#include "mutate.h"

static void demand(bool fact) {
  if (!fact) abort();
}

static bool look(CoEnv *env, const CoSpec *spec, int *actions, CoError *error) {
  float obs[64];
  uint8_t mask[64];
  for (int a = 0; a < spec->agents; a++) {
    if (!co_env_observe(env, a, obs, error) || !co_env_available(env, a, mask, error)) return false;
    for (actions[a] = 0; !mask[actions[a]]; actions[a]++) demand(actions[a] < spec->actions - 1);
  }
  return true;
}

static void play(const CoWorld *world) {
  const CoSpec *spec = co_world_spec(world);
  CoError error = {""};
  int actions[16];
  if (spec->agents > 16 || spec->actions > 64 || spec->obs_size > 64 || !spec->actions) return;
  CoEnv *env = co_env_create(world, 1, &error);
  bool fine = env && co_env_reset(env, &error);
  for (int i = 0; fine && i < 8 && co_env_ending(env) == CO_PLAYING; i++)
    fine = look(env, spec, actions, &error) && co_env_step(env, &(CoActions){actions, NULL}, &error);
  demand(fine || strlen(error.text) > 5);
  co_env_destroy(env);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  const CoScriptFile file = {"fuzz.lua", (const char *)data, bytes};
  const CoScriptLimits limits = {.strict = true};
  CoError error = {""};
  CoScriptEnv *script = co_script_env_parse(&file, 1, &limits, &error);
  demand(script || (strncmp(error.text, "fuzz.lua", 8) == 0 && strlen(error.text) > 9));
  if (!script) return 0;
  const CoEnvType *type = co_script_env_type(script);
  void *config = calloc(1, type->settings.bytes);
  demand(config != NULL);
  co_settings_defaults(&type->settings, config);
  CoWorld *world = co_world_open(type, config, &error);
  if (world) play(world);
  co_world_close(world);
  free(config);
  co_script_env_destroy(script);
  return 0;
}

#ifndef CO_LIBFUZZER
static const CoInput inputs[] = {
    CO_INPUT_TEXT("return { actions = { 'a', 'b' }, observation = 2, state = { x = 0, u = { count = 2, y = 1 } },\n"
                  "reset = function(self, rng) self.x = rng:int(9) end,\n"
                  "available = function(self, agent, mask) mask.a = self.x > 3 end,\n"
                  "step = function(self, action, rng, out) local u = self.u[1] u.y = u.y * 2 - self.x\n"
                  "if action[1] == 'b' then out:reward(1, u.y) end if u.y > 9 then out:terminate() end end,\n"
                  "observe = function(self, agent, obs) obs:put(self.x, self.u[2].y) end }"),
    CO_INPUT_TEXT(
        "local t = { n = 3 }\nlocal function f(x) return x % 5 + #('ab'):rep(3) end\n"
        "return { teams = { r = { count = 2 }, b = {} }, actions = 3, observation = 1, episode_limit = 9,\n"
        "params = { size = { 4, min = 1, max = 9 } }, info = { 'won' },\n"
        "state = { cell = { count = function(self) return self.size end, 0 }, on = false, s = { pool = 2, v = 1 } },\n"
        "mover = function(self) return self.on and 1 or 'everyone' end,\n"
        "alive = function(self, agent) return self.cell[agent] < 3 end,\n"
        "step = function(self, action, rng, out) self.on = not self.on\n"
        "for i, a in ipairs(action) do self.cell[i] = self.cell[i] + a end\n"
        "local s = self.s:spawn { v = f(t.n) } if s then self.s:free(s) end out:reward('r', 1)\n"
        "out:info('won', math.sin(self.cell[1])) table.sort(self.cell) end,\n"
        "observe = function(self, agent, obs) obs:put(self.cell[agent]) end }"),
};

int main(void) {
  return co_fuzz(inputs, sizeof inputs / sizeof *inputs, 1500, 1);
}
#endif

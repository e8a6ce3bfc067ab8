// Environments in Lua: whatever the text, loading gives an environment or a sentence, and so does every call into it.
#include <ctype.h>

#include "cohort/file.h"
#include "cohort/script_env.h"
#include "mutate.h"

#define FOLDER COHORT_SOURCE "/scripts/envs/"
#define LARGEST 20000 // bytes of a mutant

static void demand(bool fact) {
  if (!fact) abort();
}

// One Lua state's calls: numbers has room for every view.
typedef struct Game {
  const CoWorld *world;
  const CoSpec *spec;
  CoEnv *env;
  void *worker;
  CoCanvas *canvas;
  CoRng rng;
  float *numbers, *values; // [the largest view], [agents][action_size]
  uint8_t *mask;           // [actions]
  int *actions;            // [agents]
} Game;

static void check_finite(const float *numbers, int count) {
  for (int i = 0; i < count; i++) demand(numbers[i] - numbers[i] == 0);
}

static bool look(Game *game, int agent, CoError *error) {
  const CoSpec *spec = game->spec;
  if (!co_env_observe(game->env, agent, game->numbers, error)) return false;
  check_finite(game->numbers, spec->obs_size);
  if (spec->states) demand(co_env_index(game->env, agent) >= 0 && co_env_index(game->env, agent) < spec->states);
  return !spec->privileged_size || co_env_privileged(game->env, agent, game->numbers, error);
}

// A random legal action.
static bool choose(Game *game, int agent, CoError *error) {
  const CoSpec *spec = game->spec;
  for (int k = 0; k < spec->action_size; k++)
    game->values[agent * spec->action_size + k] = (float)co_rng_unit(&game->rng);
  if (!spec->actions) return true;
  if (!co_env_available(game->env, agent, game->mask, error)) return false;
  demand(memchr(game->mask, 1, (size_t)spec->actions) != NULL);
  game->actions[agent] = co_rng_choose(&game->rng, game->mask, spec->actions);
  return true;
}

static bool draw(Game *game, CoError *error) {
  const CoEnvType *type = co_world_type(game->world);
  if (!type->draw) return true;
  co_canvas_clear(game->canvas);
  return type->draw(co_world_self(game->world), game->worker, co_env_state(game->env), game->canvas, error);
}

static bool play_on(Game *game, CoError *error) {
  const CoSpec *spec = game->spec;
  for (int agent = 0; agent < spec->agents; agent++)
    if (!look(game, agent, error) || !choose(game, agent, error)) return false;
  for (int team = 0; spec->global_size && team < spec->teams; team++)
    if (!co_env_global(game->env, team, game->numbers, error)) return false;
  const CoActions chosen = {spec->actions ? game->actions : NULL, spec->actions ? NULL : game->values};
  if (!draw(game, error) || !co_env_step(game->env, &chosen, error)) return false;
  check_finite(co_env_rewards(game->env), spec->agents);
  return co_env_ending(game->env) == CO_PLAYING || co_env_reset(game->env, error);
}

// Four steps; after an error everything begins anew, once.
static void play(Game *game) {
  CoError error = {""};
  for (int attempt = 0; attempt < 2; attempt++) {
    bool fine = co_env_reset(game->env, &error);
    for (int i = 0; fine && i < 4; i++) fine = play_on(game, &error);
    demand(fine || strncmp(error.text, "fuzz.lua", 8) == 0);
    if (fine) return;
  }
}

static void open(const CoWorld *world) {
  const CoSpec *spec = co_world_spec(world);
  CoError error = {""};
  if (spec->agents > 64 || spec->actions > 4096 || spec->obs_size + spec->global_size + spec->privileged_size > 65536)
    return; // fine, and slow
  Game game = {.world = world, .spec = spec, .rng = co_rng(1, "fuzz", 0)};
  size_t agents = (size_t)spec->agents;
  game.numbers = calloc((size_t)(spec->obs_size + spec->global_size + spec->privileged_size), sizeof(float));
  game.values = calloc(agents * (size_t)spec->action_size + 1, sizeof(float));
  game.mask = calloc((size_t)spec->actions + 1, 1);
  game.actions = calloc(agents, sizeof(int));
  game.canvas = co_canvas_create(&error);
  game.env = co_env_create(world, 1, &error);
  if (game.env && co_world_worker_open(world, &game.worker, &error)) play(&game);
  co_world_worker_close(world, game.worker);
  co_env_destroy(game.env);
  co_canvas_destroy(game.canvas);
  free(game.actions);
  free(game.mask);
  free(game.values);
  free(game.numbers);
}

static void hear_test(void *user, const char *test, const char *failure) {
  (void)user;
  demand(test != NULL && failure != NULL);
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
  if (world) open(world);
  if (world) co_script_env_tests(script, world, hear_test, NULL, &error);
  co_world_close(world);
  free(config);
  co_script_env_destroy(script);
  return 0;
}

// Mutants that are Lua more often than not: words of the text become others
// --------------------------------------------
static const char small[] =
    "return { actions = { 'a', 'b' }, observation = 2, state = { x = 0, u = { count = 2, y = 1 } },\n"
    "reset = function(self, rng) self.x = rng:int(9) end,\n"
    "available = function(self, agent, mask) mask.a = self.x > 3 end,\n"
    "step = function(self, action, rng, out) local u = self.u[1] u.y = u.y * 2 - self.x\n"
    "if action[1] == 'b' then out:reward(1, u.y) end if u.y > 9 then out:terminate() end end,\n"
    "observe = function(self, agent, obs) obs:put(self.x, self.u[2].y) end }";

static const char large[] =
    "local t = setmetatable({ n = 3 }, { __index = function(_, k) return k end, __tostring = function() return 'x' end "
    "})\n"
    "local function f(x) return x % 5 + #('ab'):rep(3) end\n"
    "return { teams = { r = { count = 2 }, b = {} }, actions = { size = 2, low = -1, high = 1 },\n"
    "observation = { size = 1 }, episode_limit = 9, global_size = 1, privileged_size = 2, states = 7,\n"
    "params = { size = { 4, min = 1, max = 9 }, mode = { 'a', choices = { 'a', 'b' } }, fast = true }, info = { 'won' "
    "},\n"
    "state = { cell = { count = function(self) return self.size end, 0 }, on = false, s = { pool = 2, v = 1 } },\n"
    "mover = function(self) return self.on and 1 or 'everyone' end,\n"
    "index = function(self, agent) return self.cell[agent] % 7 + 1 end,\n"
    "alive = function(self, agent) return self.cell[agent] < 3 end,\n"
    "global = function(self, out, team) out:put(team) end,\n"
    "privileged = function(self, agent, obs) obs:one_hot(agent % 2 + 1, 2) end,\n"
    "step = function(self, action, rng, out) self.on = not self.on\n"
    "for i, a in ipairs(action) do self.cell[i] = self.cell[i] + a[1] * rng:normal() end\n"
    "local s = self.s:spawn { v = f(t.n) } for one in self.s:each() do self.s:free(one) end\n"
    "out:reward('r', rng:weighted { 1, 2 }) out:info('won', math.sin(self.cell[1])) table.sort(self.cell)\n"
    "self.cell[4] = #tostring(t) + #grid.distances(1, 1, 3, 3) + rng:choose { 1, 2 } end,\n"
    "draw = function(self, g) g:camera(0, 0, 9, 9) g:team(1) g:color('red', 0.5) g:disc(1, 2, 3) g:text(1, 1, 1, "
    "'left', t)\n"
    "g:polygon { 0, 0, 1, 0, 1, 1 } g:sprite(0, 0, 1, 1, 'a.png') end,\n"
    "observe = function(self, agent, obs) obs:put(string.format('%d', agent) / 2) end,\n"
    "tests = { one = function(t) t:step({ 1, 1 }, { 0, 0 }, { 0, 1 }) t:equal(t:observe(1), { 0.5 }) t:mask(2) end } }";

// What a word becomes.
static const char *const words[] = {"nil",
                                    "true",
                                    "false",
                                    "0",
                                    "-1",
                                    "1",
                                    "2",
                                    "3",
                                    "1e308",
                                    "(0/0)",
                                    "math.huge",
                                    "-math.huge",
                                    "2147483648",
                                    "65536",
                                    "0.5",
                                    "{}",
                                    "{{}}",
                                    "{1,2}",
                                    "''",
                                    "'a'",
                                    "'x'",
                                    "self",
                                    "self.x",
                                    "self.u",
                                    "obs",
                                    "out",
                                    "rng",
                                    "action",
                                    "agent",
                                    "mask",
                                    "g",
                                    "t",
                                    "print",
                                    "ipairs",
                                    "pairs",
                                    "next",
                                    "select",
                                    "unpack",
                                    "setmetatable",
                                    "tostring",
                                    "tonumber",
                                    "type",
                                    "error",
                                    "string",
                                    "table",
                                    "math",
                                    "grid",
                                    "geometry",
                                    "bit",
                                    "put",
                                    "one_hot",
                                    "reward",
                                    "terminate",
                                    "info",
                                    "spawn",
                                    "free",
                                    "each",
                                    "count",
                                    "pool",
                                    "live",
                                    "int",
                                    "unit",
                                    "choose",
                                    "shuffle",
                                    "weighted",
                                    "concat",
                                    "insert",
                                    "remove",
                                    "sort",
                                    "rep",
                                    "find",
                                    "split",
                                    "format",
                                    "sub",
                                    "byte",
                                    "char",
                                    "function() end",
                                    "function(...) return ... end",
                                    "while true do",
                                    "for i = 1, 1e9 do",
                                    "goto",
                                    "end",
                                    "then",
                                    "do",
                                    "return",
                                    "local",
                                    "and",
                                    "or",
                                    "not",
                                    "#",
                                    "..",
                                    "__index",
                                    "__newindex",
                                    "__eq",
                                    "__lt",
                                    "__call",
                                    "__concat",
                                    "__tostring",
                                    "__metatable",
                                    "setmetatable({}, t)",
                                    "_ENV",
                                    "self.step",
                                    "self:step(action, rng, out)",
                                    "('x'):rep(99999)",
                                    "t.x",
                                    "--",
                                    "[[",
                                    "]]",
                                    "state",
                                    "params",
                                    "teams",
                                    "choices",
                                    "min",
                                    "max",
                                    "size",
                                    "shape",
                                    "low",
                                    "high",
                                    "keys",
                                    "outcomes",
                                    "kinds",
                                    "agents"};

static bool is_word(uint8_t letter) {
  return isalnum(letter) || letter == '_';
}

static void change_word(CoRng *rng, CoMutant *mutant) {
  size_t begin = co_fuzz_below(rng, mutant->bytes);
  while (begin < mutant->bytes && !is_word(mutant->data[begin])) begin++;
  while (begin > 0 && is_word(mutant->data[begin - 1])) begin--;
  size_t end = begin;
  while (end < mutant->bytes && is_word(mutant->data[end])) end++;
  const char *word = words[co_fuzz_below(rng, sizeof words / sizeof *words)];
  co_fuzz_remove(mutant, begin, end - begin);
  co_fuzz_insert(mutant, begin, (const uint8_t *)word, strlen(word));
}

// A line moves, or comes once more.
static void change_line(CoRng *rng, CoMutant *mutant) {
  uint8_t line[256];
  size_t begin = co_fuzz_below(rng, mutant->bytes), to = co_fuzz_below(rng, mutant->bytes);
  while (begin > 0 && mutant->data[begin - 1] != '\n') begin--;
  size_t end = begin;
  while (end < mutant->bytes && end - begin < sizeof line && (end == begin || mutant->data[end - 1] != '\n')) end++;
  memcpy(line, mutant->data + begin, end - begin);
  if (co_rng_int(rng, 0, 1)) co_fuzz_remove(mutant, begin, end - begin);
  if (to > mutant->bytes) to = mutant->bytes;
  while (to > 0 && mutant->data[to - 1] != '\n') to--;
  co_fuzz_insert(mutant, to, line, end - begin);
}

static void change(CoRng *rng, CoMutant *mutant, const CoInput *other) {
  for (int i = co_rng_int(rng, 1, 4); i > 0; i--) {
    int kind = co_rng_int(rng, 0, 9);
    if (kind < 7)
      change_word(rng, mutant);
    else if (kind < 9)
      change_line(rng, mutant);
    else
      co_fuzz_mutate(rng, mutant, other);
  }
}

#ifdef CO_LIBFUZZER
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t most, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t bytes, size_t most, unsigned seed) {
  static const CoInput texts[] = {CO_INPUT_TEXT(small), CO_INPUT_TEXT(large)};
  CoRng rng = co_rng(seed, "fuzz", 0);
  const CoInput *other = &texts[co_rng_int(&rng, 0, 1)];
  CoMutant mutant = {data, bytes, most};
  if (bytes < 100 && other->bytes <= most) {
    memcpy(data, other->data, other->bytes);
    mutant.bytes = other->bytes;
  }
  change(&rng, &mutant, other);
  return mutant.bytes;
}
#else
int main(void) {
  static const char *const names[] = {"cartpole", "cliff_walking", "connect_four", "grid",
                                      "hunters",  "lander",        "slots",        "squad"};
  CoInput inputs[10] = {CO_INPUT_TEXT(small), CO_INPUT_TEXT(large)};
  static uint8_t data[LARGEST];
  for (int i = 0; i < 8; i++) {
    char path[512];
    CoError error;
    snprintf(path, sizeof path, FOLDER "%s.lua", names[i]);
    inputs[2 + i].data = co_file_read(path, LARGEST, &inputs[2 + i].bytes, &error);
    demand(inputs[2 + i].data != NULL);
  }
  for (int i = 0; i < 10; i++) co_fuzz_try(inputs[i].data, inputs[i].bytes);
  for (int round = 0; round < 600; round++) {
    CoRng rng = co_rng(1, "fuzz", (uint64_t)round);
    const CoInput *input = &inputs[co_rng_int(&rng, 0, 9)];
    CoMutant mutant = {data, input->bytes, LARGEST};
    memcpy(data, input->data, input->bytes);
    change(&rng, &mutant, &inputs[co_rng_int(&rng, 0, 9)]);
    co_fuzz_try(data, mutant.bytes);
  }
  for (int i = 2; i < 10; i++) free((void *)(uintptr_t)inputs[i].data);
  return EXIT_SUCCESS;
}
#endif

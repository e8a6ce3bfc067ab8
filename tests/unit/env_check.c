// The rules that environments keep: a sound one passes all, and each fault is found by its rule, with a sentence.
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>

#include "suite.h"
#include "toy.h"

#include "cohort/check.h"

// A walk of two agents who may break one rule at a time.
typedef enum Fault {
  NONE,
  OBS_NAN,
  OBS_RANGE,
  OBS_BOUND,
  OBS_EMPTY,
  MASK_EMPTY,
  REWARD_NAN,
  REWARD_UNEQUAL,
  HIDDEN,
  PADDING,
  MANY_RESET,
  MANY_STEP,
  MANY_OBSERVE,
  MANY_INDEX,
  DRAWS,
  MODEL,
  CHANCE,
  START,
  SCRIPT,
  STALE,
  TWICE,
  SKEWED,
} Fault;

typedef struct State {
  int32_t place[2], drawn;
  uint8_t last, rest[3]; // rest: no field's
} State;

typedef struct Self {
  Fault fault;
} Self;

static atomic_int hidden; // what a state must not depend on

static const CoField fields[] = {
    {"fault", NULL, CO_FIELD_INT, offsetof(Self, fault), sizeof(Fault), "0", 0, 99, NULL, ""}, CO_FIELDS_END};

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  (void)type, (void)error;
  Self *self = malloc(sizeof *self);
  if (self) *self = *(const Self *)config;
  return self;
}

static void describe(const void *from, CoSpec *spec, size_t *state_bytes, const CoStateField **out) {
  static const CoStateField all[] = {{"place", CO_STATE_I32, offsetof(State, place), 2, 4},
                                     {"drawn", CO_STATE_I32, offsetof(State, drawn), 1, 4},
                                     {"last", CO_STATE_U8, offsetof(State, last), 1, 1},
                                     {0}};
  const Self *self = from;
  *spec = (CoSpec){.agents = self->fault == MODEL ? 1 : 2,
                   .teams = 1,
                   .obs_size = 2,
                   .obs_low = -1000,
                   .obs_high = 1000,
                   .actions = 3,
                   .states = 3,
                   .episode_limit = 9,
                   .payoff = CO_PAYOFF_SHARED};
  static const float lows[] = {-1000, -1}, highs[] = {1000, 1}, empty[] = {1000, -1};
  if (self->fault == OBS_BOUND || self->fault == OBS_EMPTY) spec->obs_lows = lows;
  if (self->fault == OBS_BOUND || self->fault == OBS_EMPTY) spec->obs_highs = self->fault == OBS_EMPTY ? empty : highs;
  *state_bytes = sizeof(State);
  *out = all;
}

static bool reset(const void *from, void *worker, void *to, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  const Self *self = from;
  State *state = to;
  state->place[0] = co_rng_int(rng, 0, 9);
  if (self->fault == STALE) state->place[1] = hidden++;
  return true;
}

static void walk(const Self *self, State *state, const int *actions) {
  for (int i = 0; i < (self->fault == MODEL ? 1 : 2); i++) state->place[i] += actions[i] - 1;
  if (self->fault == HIDDEN) state->drawn = ++hidden;
  if (self->fault == PADDING) state->rest[1] = 1;
  state->last = (uint8_t)actions[0];
}

static bool step(const void *from, void *worker, void *to, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Self *self = from;
  walk(self, to, actions->discrete);
  outcome->rewards[0] = self->fault == REWARD_NAN ? NAN : 1;
  if (self->fault != MODEL) outcome->rewards[1] = self->fault == REWARD_UNEQUAL ? 2 : outcome->rewards[0];
  return true;
}

static bool observe(const void *from, void *worker, const void *of, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  const Self *self = from;
  const State *state = of;
  obs[0] = (float)state->place[agent];
  obs[1] = self->fault == OBS_NAN ? NAN : self->fault == OBS_RANGE ? 1001 : self->fault == OBS_BOUND ? 2 : 0;
  return true;
}

static bool available(const void *from, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)state, (void)error;
  const Self *self = from;
  for (int i = 0; i < 3; i++) mask[i] = i > 0 && !(self->fault == MASK_EMPTY && agent == 1);
  return true;
}

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->last;
}

static bool reset_many(const void *from, void *worker, const CoMany *many, CoError *error) {
  for (int k = 0; k < many->runners; k++) {
    State *state = co_many_state(many, many->runner[k]);
    *state = (State){.drawn = ((const Self *)from)->fault == MANY_RESET};
    if (!reset(from, worker, state, &co_many_moment(many, many->runner[k])->rng, error)) return false;
  }
  return true;
}

static void index_many(const void *from, const CoMany *many, int team, int *index) {
  (void)team;
  for (int k = 0; k < many->runners; k++)
    for (int a = 0, i = many->runner[k]; a < 2; a++)
      index[2 * i + a] =
          (index_of(from, co_many_state(many, i), a) + (i == 3 && ((const Self *)from)->fault == MANY_INDEX)) % 3;
}

static bool step_many(const void *from, void *worker, const CoMany *many, CoError *error) {
  (void)worker, (void)error;
  const Self *self = from;
  for (int i = 0; i < many->count; i++) {
    if (!many->running[i]) continue;
    State *state = (State *)(void *)(many->moments + (size_t)i * many->stride + sizeof(CoMoment));
    walk(self, state, many->actions.discrete + 2 * i);
    many->rewards[2 * i] = many->rewards[2 * i + 1] = self->fault == MANY_STEP && i == 3 ? 2 : 1;
  }
  return true;
}

static bool observe_many(const void *from, void *worker, const CoMany *many, int team, float *obs, CoError *error) {
  (void)team;
  const Self *self = from;
  for (int i = 0; i < many->count; i++)
    for (int a = 0; many->running[i] && a < 2; a++)
      observe(from, worker, many->moments + (size_t)i * many->stride + sizeof(CoMoment), a, obs + 4 * i + 2 * a, error);
  if (self->fault == MANY_OBSERVE && many->count > 2 && many->running[2]) obs[4 * 2 + 3] += 1;
  return true;
}

static bool draw(const void *from, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Self *self = from;
  co_canvas_disc(canvas, 0, 0, 1);
  if (self->fault == DRAWS) ((State *)(uintptr_t)state)->drawn++;
  return true;
}

// Ten starts (START: the first alone), one successor: MODEL a wrong one, CHANCE with a wrong probability.
static int outcomes(const void *from, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)capacity, (void)worker, (void)error;
  const Self *self = from;
  int count = state ? 1 : self->fault == START ? 1 : 10;
  for (int i = 0; i < count; i++) {
    if (state) memcpy(out[i].state, state, sizeof(State));
    out[i].probability = self->fault == CHANCE ? 0.9 / count : 1.0 / count;
    if (!state) ((State *)out[i].state)->place[0] = i;
    if (!state) continue;
    walk(from, out[i].state, actions->discrete);
    out[i].rewards[0] = self->fault == MODEL ? 3 : 1;
    if (self->fault != MODEL) out[i].rewards[1] = out[i].rewards[0];
  }
  return count;
}

// Everything stays where it is; TWICE: the observation's number 0 stands for both; SKEWED: two actions are swapped.
static bool symmetry(const void *from, int number, int *obs_from, int *action_from) {
  const Fault fault = ((const Self *)from)->fault;
  obs_from[0] = 0, obs_from[1] = fault != TWICE;
  action_from[0] = 0, action_from[1] = fault == SKEWED ? 2 : 1, action_from[2] = 3 - action_from[1];
  return number < 1;
}

static bool act(const void *from, void *worker, const void *state, int agent, CoRng *rng, int *action, CoError *error) {
  (void)worker, (void)state, (void)agent, (void)rng, (void)error;
  *action = ((const Self *)from)->fault == SCRIPT ? 0 : 2;
  return true;
}

static const CoScriptType scripts[] = {{"march", "", act}, {0}};
static const CoEnvType type = {.name = "walk",
                               .summary = "a walk",
                               .source = "none",
                               .settings = {"walk", sizeof(Self), fields, NULL},
                               .open = open,
                               .close = free,
                               .describe = describe,
                               .reset = reset,
                               .step = step,
                               .observe = observe,
                               .index = index_of,
                               .available = available,
                               .outcomes = outcomes,
                               .symmetry = symmetry,
                               .scripts = scripts,
                               .draw = draw};

// The sentence of the first rule that is broken, behind its name; "" for none.
static void first_fault(Fault fault, char *out, size_t capacity) {
  CoEnvType own = type;
  if (fault == NONE || (fault >= MANY_RESET && fault <= MANY_INDEX)) {
    own.reset_many = reset_many, own.index_many = index_many;
    own.step_many = step_many, own.observe_many = observe_many;
  }
  CoError error = {""};
  CoWorld *world = co_world_open(&own, &(Self){fault}, &error);
  ck_assert_ptr_nonnull(world);
  out[0] = '\0';
  for (const CoCheck *rule = co_checks; rule->name && !out[0]; rule++)
    if (!rule->run(world, &error)) snprintf(out, capacity, "%s: %s", rule->name, error.text);
  co_world_close(world);
}

START_TEST(every_fault_is_found) {
  static const struct {
    Fault fault;
    const char *rule, *words;
  } cases[] = {
      {NONE, "", ""},
      {OBS_NAN, "play is sound", "number 1 of the observation is nan"},
      {OBS_RANGE, "play is sound", "is 1001, must lie in [-1000, 1000]"},
      {OBS_BOUND, "play is sound", "number 1 of the observation is 2, must lie in [-1, 1]"},
      {OBS_EMPTY, "the spec is sound", "the range of the observation's number 1 is empty"},
      {MASK_EMPTY, "play is sound", "agent 1 of 2 (counted from 0), step 0: no action is available"},
      {REWARD_NAN, "play is sound", "the reward of agent 0 is nan"},
      {REWARD_UNEQUAL, "play is sound", "agents 0 and 1 of one team get 1 and 2"},
      {HIDDEN, "number of copies and threads", "state.drawn differs at step"},
      {PADDING, "copied states go on alike", "byte 14 of the state is no field's"},
      {MANY_RESET, "many copies at once", "reset alone, state.drawn differs at step 0"},
      {MANY_STEP, "many copies at once", "rewards differ at step 1"},
      {MANY_OBSERVE, "number of copies and threads", "observations of team 0 differ at step"},
      {MANY_INDEX, "many copies at once", "agent 0 is in another row of the table at step 1"},
      {DRAWS, "drawing leaves the state alone", "state.drawn differs at step 1"},
      {MODEL, "steps agree with the exact model", "step 1 is none of the 1 outcomes"},
      {CHANCE, "steps agree with the exact model", "successors sum to 0.9, must be 1"},
      {START, "steps agree with the exact model", "the start is none of the 1 starts of the model"},
      {SCRIPT, "scripts play by the rules", "march: agent 0 does 0, which is not legal"},
      {STALE, "number of copies and threads", "state.place differs"},
      {TWICE, "symmetries map games to games", "symmetry 0 does not keep apart"},
      {SKEWED, "symmetries map games to games", "the image's observation has"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char found[2048];
    first_fault(cases[i].fault, found, sizeof found);
    if (strncmp(found, cases[i].rule, strlen(cases[i].rule)) != 0 || !strstr(found, cases[i].words) ||
        (cases[i].fault == NONE && found[0]))
      ck_abort_msg("fault %d: '%s'", (int)cases[i].fault, found);
  }
}
END_TEST

START_TEST(sound_environments_pass) {
  CoWorld *world = toy_world((ToyConfig){.length = 5, .limit = 9, .death = 3, .turns = 1, .nature = 1});
  CoError error = {""};
  for (const CoCheck *rule = co_checks; rule->name; rule++)
    if (strcmp(rule->name, "scripts play by the rules") != 0 && !rule->run(world, &error)) // some do not, on purpose
      ck_abort_msg("%s: %s", rule->name, error.text);
  co_world_close(world);
}
END_TEST

// Two agents draw a coin each and bet on it one after the other. What may be wrong with their information sets:
typedef enum Slip { SOUND, FORGETS, SEES, WAITING } Slip;

typedef struct Coins {
  int32_t coin[2], bet[2], turn; // turn 0 is nature's
} Coins;

static Slip slip;

static void describe_coins(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **out) {
  static const CoStateField all[] = {{"coins", CO_STATE_I32, 0, sizeof(Coins) / 4, 4}, {0}};
  static const int teams[] = {0, 1};
  (void)self;
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .obs_size = 1, .obs_high = 3, .actions = 2, .states = 64};
  spec->perfect_recall = true;
  *state_bytes = sizeof(Coins);
  *out = all;
}

static bool reset_coins(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true;
}

// Each bets twice.
static int mover_of_coins(const void *self, const void *state) {
  (void)self;
  int turn = ((const Coins *)state)->turn;
  return turn ? (turn - 1) % 2 : CO_CHANCE;
}

static bool step_coins(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng,
                       CoOutcome *outcome, CoError *error) {
  (void)worker, (void)error;
  Coins *s = state;
  int agent = mover_of_coins(self, s);
  if (agent == CO_CHANCE)
    for (int a = 0; a < 2; a++) s->coin[a] = co_rng_int(rng, 0, 1);
  else
    s->bet[agent] = 2 * s->bet[agent] + actions->discrete[agent];
  outcome->terminated = ++s->turn == 5;
  return true;
}

static bool observe_coins(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)error;
  const Coins *s = state;
  obs[0] = (float)(s->coin[agent] + (slip == SEES ? 2 * s->coin[1 - agent] : 0));
  return true;
}

static int index_coins(const void *self, const void *state, int agent) {
  (void)self;
  const Coins *s = state;
  int turn = slip == WAITING ? (s->turn - 1) / 2 : s->turn, bet = slip == FORGETS ? 0 : s->bet[agent];
  return s->coin[agent] + 2 * bet + 8 * turn;
}

static const CoField no_fields[] = {CO_FIELDS_END};
static const CoEnvType coins = {.name = "coins",
                                .summary = "two coins",
                                .source = "none",
                                .settings = {"coins", 0, no_fields, NULL},
                                .describe = describe_coins,
                                .reset = reset_coins,
                                .step = step_coins,
                                .observe = observe_coins,
                                .mover = mover_of_coins,
                                .index = index_coins};

START_TEST(information_sets_hold_what_is_alike) {
  static const char *const words[] = {[SOUND] = NULL,
                                      [FORGETS] = "the agent has done different things before",
                                      [SEES] = "observations or legal actions differ",
                                      [WAITING] = "it is the agent's turn, or not"};
  for (slip = SOUND; slip <= WAITING; slip++) {
    CoError error = {""};
    CoWorld *world = co_world_open(&coins, NULL, &error);
    for (const CoCheck *rule = co_checks; rule->name; rule++)
      if (rule->run(world, &error) == (words[slip] && strstr(rule->name, "information sets")))
        ck_abort_msg("slip %d: %s: %s", (int)slip, rule->name, error.text);
    if (words[slip]) ck_assert_msg(strstr(error.text, words[slip]), "%s", error.text);
    co_world_close(world);
  }
}
END_TEST

CO_TESTS(every_fault_is_found, information_sets_hold_what_is_alike, sound_environments_pass)

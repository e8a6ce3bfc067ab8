// The iterated prisoner's dilemma, with strategies of its tournaments as scripted players (Axelrod, The evolution of
// cooperation, 1984).
#include <stdio.h>
#include <stdlib.h>

#include "cohort/env.h"

extern const CoEnvType co_prisoners_dilemma;

enum { COOPERATE, DEFECT, ACTIONS };
enum { NONE, MOVE_C, MOVE_D }; // State.last: an action plus 1
enum { SITUATIONS = 1 + ACTIONS * ACTIONS };

typedef struct Config {
  int rounds, temptation, reward, punishment, sucker;
} Config;

static const CoField fields[] = {
    CO_INT(Config, rounds, "200", 1, 1000000, "how often an episode plays it"),
    CO_INT(Config, temptation, "5", -1000, 1000, "pay of who defects against a cooperator"),
    CO_INT(Config, reward, "3", -1000, 1000, "pay of both who cooperate"),
    CO_INT(Config, punishment, "1", -1000, 1000, "pay of both who defect"),
    CO_INT(Config, sucker, "0", -1000, 1000, "pay of who cooperates against a defector"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t round, score[2];
  int8_t last[2];     // NONE before the first round
  int8_t opening[2];  // has defected in the first two rounds
  int8_t defected[2]; // has ever defected
  int8_t rest[2];
} State;

static const CoStateField state_fields[] = {
    {"round", CO_STATE_I32, offsetof(State, round), 1, 4},
    {"score", CO_STATE_I32, offsetof(State, score), 2, 4},
    {"last", CO_STATE_I8, offsetof(State, last), 2, 1},
    {"opening", CO_STATE_I8, offsetof(State, opening), 2, 1},
    {"defected", CO_STATE_I8, offsetof(State, defected), 2, 1},
    {0},
};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const int teams[] = {0, 1};
  static const char *const names[ACTIONS] = {"cooperate", "defect"}, *const players[] = {"first", "second"};
  static const CoKey keys[] = {{"c", COOPERATE, NULL}, {"d", DEFECT, NULL}, {0}};
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = ACTIONS, .obs_high = 1};
  spec->obs_size = spec->states = SITUATIONS;
  spec->episode_limit = ((const Config *)self)->rounds;
  spec->team_names = players;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true; // the zeroed state
}

static int pay(const Config *config, int own, int other) {
  if (own == DEFECT) return other == DEFECT ? config->punishment : config->temptation;
  return other == DEFECT ? config->sucker : config->reward;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Config *config = self;
  State *s = state;
  for (int a = 0; a < 2; a++) {
    int own = actions->discrete[a], paid = pay(config, own, actions->discrete[1 - a]);
    outcome->rewards[a] = (float)paid;
    s->score[a] += paid;
    s->last[a] = (int8_t)(own + 1);
    s->defected[a] |= own == DEFECT;
    s->opening[a] |= own == DEFECT && s->round < 2;
  }
  outcome->terminated = ++s->round == config->rounds;
  return true;
}

// What both did last: nothing yet, or own move and the other's.
static int index_of(const void *self, const void *state, int agent) {
  (void)self;
  const State *s = state;
  return s->last[agent] == NONE ? 0 : 1 + (s->last[agent] - 1) * ACTIONS + s->last[1 - agent] - 1;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  obs[index_of(self, state, agent)] = 1;
  return true;
}

// --- strategies ---

#define STRATEGY(name)                                                                                                 \
  static int name##_move(const State *s, int agent, CoRng *rng);                                                       \
  static bool name(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,              \
                   CoError *error) {                                                                                   \
    (void)self, (void)worker, (void)error;                                                                             \
    *action = name##_move(state, agent, rng);                                                                          \
    return true;                                                                                                       \
  }                                                                                                                    \
  static int name##_move(const State *s, int agent, CoRng *rng)

STRATEGY(tit_for_tat) {
  (void)rng;
  return s->last[1 - agent] == MOVE_D;
}

STRATEGY(suspicious_tit_for_tat) {
  (void)rng;
  return s->last[1 - agent] != MOVE_C;
}

STRATEGY(always_cooperate) {
  (void)s, (void)agent, (void)rng;
  return COOPERATE;
}

STRATEGY(always_defect) {
  (void)s, (void)agent, (void)rng;
  return DEFECT;
}

STRATEGY(grudger) {
  (void)rng;
  return s->defected[1 - agent];
}

STRATEGY(coin) {
  (void)s, (void)agent;
  return co_rng_int(rng, COOPERATE, DEFECT);
}

// Stays with what was paid well, that is answered with cooperation.
STRATEGY(pavlov) {
  (void)rng;
  return s->last[agent] != NONE && s->last[agent] != s->last[1 - agent];
}

STRATEGY(joss) {
  return co_rng_unit(rng) < 0.1 ? DEFECT : s->last[1 - agent] == MOVE_D;
}

// Defects first. Whoever answers that gets tit for tat, whoever does not is defected against every other time.
STRATEGY(tester) {
  (void)rng;
  if (s->round == 0) return DEFECT;
  if (s->round <= 2) return COOPERATE;
  return s->opening[1 - agent] ? s->last[1 - agent] == MOVE_D : s->round % 2;
}

static const CoScriptType scripts[] = {
    {"tit_for_tat", "cooperates, then does what the other did", tit_for_tat},
    {"suspicious_tit_for_tat", "the same, but defects first", suspicious_tit_for_tat},
    {"always_cooperate", "cooperates", always_cooperate},
    {"always_defect", "defects", always_defect},
    {"grudger", "cooperates until the other has defected once", grudger},
    {"coin", "either by halves", coin},
    {"pavlov", "win, stay; lose, change", pavlov},
    {"joss", "tit for tat that defects once in ten times unprovoked", joss},
    {"tester", "defects to see whether the other minds", tester},
    {NULL, NULL, NULL},
};

// --- the picture ---

// What both did last and have been paid so far.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  static const char *const words[] = {"", "cooperates", "defects"};
  static const CoColor colors[] = {{43, 48, 56, 255}, {58, 146, 88, 255}, {150, 52, 58, 255}};
  const State *s = state;
  char text[32];
  co_canvas_camera(canvas, 0, 0, 8, 5);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -8, -8, 24, 24);
  for (int a = 0; a < 2; a++) {
    float x = a ? 6 : 2;
    co_canvas_color(canvas, colors[s->last[a]]);
    co_canvas_disc(canvas, x, 3.2f, 1);
    co_canvas_color(canvas, co_color_team(a));
    co_canvas_width(canvas, .08f);
    co_canvas_ring(canvas, x, 3.2f, 1.05f);
    co_canvas_color(canvas, (CoColor){236, 238, 244, 255});
    co_canvas_text(canvas, x, 1.6f, .5f, CO_CENTER, words[s->last[a]]);
    snprintf(text, sizeof text, "%d", (int)s->score[a]);
    co_canvas_text(canvas, x, 3.2f, .7f, CO_CENTER, text);
  }
  snprintf(text, sizeof text, "round %d of %d", (int)s->round, ((const Config *)self)->rounds);
  co_canvas_text(canvas, 4, .6f, .4f, CO_CENTER, text);
  return true;
}

const CoEnvType co_prisoners_dilemma = {
    .name = "prisoners_dilemma",
    .summary = "two cooperate or defect, again and again",
    .source = "Axelrod, The evolution of cooperation, 1984; Plaat, Deep Reinforcement Learning, section 7.1",
    .settings = {"prisoners_dilemma", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .scripts = scripts,
    .draw = draw,
};

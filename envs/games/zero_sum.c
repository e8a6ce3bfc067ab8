// Zero-sum matrix games: two agents choose at once, what one wins the other loses (von Neumann, 1928).
#include <stdio.h>
#include <stdlib.h>

#include "cohort/env.h"

extern const CoEnvType co_zero_sum;

enum { MOST = 3 };
enum { PENNIES, RPS, BIASED_RPS, GAMES };
#define GAME_WORDS "pennies rps biased_rps"

// What the first agent wins. Equilibria: halves; thirds; rock 1/4, paper 1/2, scissors 1/4. All are worth 0.
typedef struct Game {
  int actions;
  const char *names[MOST];
  float payoff[MOST][MOST];
} Game;

static const Game games[GAMES] = {
    [PENNIES] = {2, {"heads", "tails"}, {{1, -1}, {-1, 1}}},
    [RPS] = {3, {"rock", "paper", "scissors"}, {{0, -1, 1}, {1, 0, -1}, {-1, 1, 0}}},
    [BIASED_RPS] = {3, {"rock", "paper", "scissors"}, {{0, -1, 2}, {1, 0, -1}, {-2, 1, 0}}},
};

typedef struct Config {
  int game;
} Config;

static const CoField fields[] = {
    CO_CHOICE(Config, game, "rps", GAME_WORDS,
              "matching pennies; rock, paper, scissors; the same where rock wins twice"),
    CO_FIELDS_END,
};

typedef struct State {
  int8_t chosen[2]; // the action plus 1
} State;

static const CoStateField state_fields[] = {
    {"chosen", CO_STATE_I8, offsetof(State, chosen), 2, 1},
    {0},
};

static const Game *game_of(const void *self) {
  return &games[((const Config *)self)->game];
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const int teams[] = {0, 1};
  static const char *const players[] = {"first", "second"};
  const Game *game = game_of(self);
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = game->actions, .states = 1, .obs_size = 1};
  spec->obs_high = 1;
  spec->perfect_recall = true;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  spec->episode_limit = 1;
  spec->team_names = players;
  spec->action_names = game->names;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true; // the zeroed state: nobody has chosen
}

static void play(const Game *game, const int *actions, State *s, float *rewards) {
  for (int a = 0; a < 2; a++) s->chosen[a] = (int8_t)(actions[a] + 1);
  rewards[0] = game->payoff[actions[0]][actions[1]];
  rewards[1] = -rewards[0];
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  play(game_of(self), actions->discrete, state, outcome->rewards);
  outcome->terminated = true;
  return true;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)capacity, (void)error;
  out[0].probability = 1;
  out[0].terminated = state != NULL;
  if (state) play(game_of(self), actions->discrete, out[0].state, out[0].rewards);
  return 1;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)state, (void)agent, (void)error;
  obs[0] = 1;
  return true;
}

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)state, (void)agent;
  return 0;
}

// The matrix: the first agent's rows, the second's columns, what was chosen in full colour.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  static const CoColor lost = {150, 52, 58, 255}, won = {58, 146, 88, 255}, ink = {236, 238, 244, 255};
  const State *s = state;
  const Game *game = game_of(self);
  float n = (float)game->actions;
  char text[16];
  co_canvas_camera(canvas, -1.2f, n + .1f, n + .1f, -.6f); // rows count downwards
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 24, 24);
  for (int i = 0; i < game->actions * game->actions; i++) {
    int row = i / game->actions, column = i % game->actions;
    float paid = game->payoff[row][column], x = (float)column, y = (float)row;
    bool chosen = s->chosen[0] == row + 1 && s->chosen[1] == column + 1;
    co_canvas_color(canvas, co_color_fade(co_color_mix(lost, won, (paid + 2) / 4), chosen || !s->chosen[0] ? 1 : .3f));
    co_canvas_rect(canvas, x + .03f, y + .03f, .94f, .94f);
    co_canvas_color(canvas, ink);
    snprintf(text, sizeof text, "%+g", (double)paid);
    co_canvas_text(canvas, x + .5f, y + .5f, .3f, CO_CENTER, paid != 0 ? text : "0");
  }
  for (int i = 0; i < game->actions; i++) {
    co_canvas_color(canvas, co_color_team(0));
    co_canvas_text(canvas, -.6f, (float)i + .5f, .22f, CO_CENTER, game->names[i]);
    co_canvas_color(canvas, co_color_team(1));
    co_canvas_text(canvas, (float)i + .5f, -.3f, .22f, CO_CENTER, game->names[i]);
  }
  return true;
}

const CoEnvType co_zero_sum = {
    .name = "zero_sum",
    .summary = "two choose at once, what one wins the other loses",
    .source = "von Neumann, Zur Theorie der Gesellschaftsspiele, 1928",
    .variant = "game",
    .settings = {"zero_sum", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
};

// The two-step game (Rashid et al., QMIX, ICML 2018): the first agent's first move chooses the second step's matrix.
#include <stdio.h>

#include "cohort/env.h"

extern const CoEnvType co_two_step;

typedef enum Place { START, SAFE, RISKY, OVER, PLACES } Place;

static const float payoffs[2][2][2] = {{{7, 7}, {7, 7}}, {{0, 1}, {1, 8}}}; // of the safe place, of the risky one

typedef struct State {
  int32_t place;
} State;

static const CoStateField state_fields[] = {
    {"place", CO_STATE_I32, offsetof(State, place), 1, sizeof(int32_t)},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const char *const names[] = {"first", "second"};
  static const CoKey keys[] = {{"1", 0, NULL}, {"2", 1, NULL}, {0}};
  *spec = (CoSpec){.agents = 2, .teams = 1, .actions = 2, .payoff = CO_PAYOFF_SHARED, .obs_high = 1};
  spec->obs_size = spec->global_size = spec->states = PLACES;
  spec->episode_limit = 2;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  ((State *)state)->place = START;
  return true;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  State *s = state;
  int first = actions->discrete[0], second = actions->discrete[1];
  if (s->place == START) {
    s->place = first == 0 ? SAFE : RISKY;
    return true;
  }
  outcome->rewards[0] = outcome->rewards[1] = payoffs[s->place - SAFE][first][second];
  outcome->terminated = true;
  s->place = OVER;
  return true;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  obs[((const State *)state)->place] = 1;
  return true;
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)self, (void)worker, (void)team, (void)error;
  out[((const State *)state)->place] = 1;
  return true;
}

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->place;
}

// A place's matrix, or at the start where each row leads; bright where the agents are.
static void show_place(int place, bool here, CoCanvas *canvas) {
  static const CoColor box = {43, 48, 56, 255}, ink = {236, 238, 244, 255};
  const float x = place == START ? 2.2f : place == SAFE ? .4f : 4, y = place == START ? 3.2f : .4f;
  co_canvas_color(canvas, here ? co_color_team(0) : (CoColor){90, 98, 112, 255});
  co_canvas_rect(canvas, x - .08f, y - .08f, 2.16f, 2.16f);
  for (int i = 0; i < 4; i++) {
    char text[16];
    float left = x + (float)(i % 2), top = y + 1 - (float)(i / 2);
    if (place == START)
      snprintf(text, sizeof text, "%s", i / 2 ? "\xe2\x86\x98" : "\xe2\x86\x99"); // arrows down to the right, left
    else
      snprintf(text, sizeof text, "%g", (double)payoffs[place - SAFE][i / 2][i % 2]);
    co_canvas_color(canvas, box);
    co_canvas_rect(canvas, left + .03f, top + .03f, .94f, .94f);
    co_canvas_color(canvas, co_color_fade(ink, here ? 1 : .5f));
    co_canvas_text(canvas, left + .5f, top + .5f, .45f, CO_CENTER, text);
  }
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  int place = ((const State *)state)->place;
  co_canvas_camera(canvas, 0, 0, 6.4f, 5.6f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 30, 30);
  co_canvas_color(canvas, (CoColor){90, 98, 112, 255});
  co_canvas_width(canvas, .06f);
  co_canvas_line(canvas, 2.6f, 3.2f, 1.4f, 2.4f);
  co_canvas_line(canvas, 3.8f, 3.2f, 5, 2.4f);
  for (int i = START; i <= RISKY; i++) show_place(i, i == place, canvas);
  return true;
}

const CoEnvType co_two_step = {
    .name = "two_step",
    .summary = "a safe 7, or a matrix whose 8 needs both agents",
    .source = "Rashid et al., QMIX, ICML 2018",
    .settings = {"two_step", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .global = global,
    .draw = draw,
};

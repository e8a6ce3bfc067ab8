// Gambler: stake part of your capital on a coin, again and again, to reach 100 (Sutton and Barto, Reinforcement
// Learning, example 4.3).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/solo.h"

extern const CoEnvType co_gambler;

enum { GOAL = 100, STAKES = GOAL / 2 + 1 }; // an action is its stake; 0 is the only one where play is over

typedef struct Config {
  double heads;
  int capital;
} Config;

static const CoField fields[] = {
    CO_NUMBER(Config, heads, "0.4", 0, 1, "probability that the coin shows heads, which wins"),
    CO_INT(Config, capital, "0", 0, GOAL - 1, "what an episode begins with; 0: a draw from 1 to 99"),
    CO_FIELDS_END,
};

typedef struct Table {
  Config config;
  uint8_t stakes[GOAL + 1][STAKES]; // the legal ones
} Table;

typedef struct State {
  int32_t capital;
} State;

static const CoStateField state_fields[] = {
    {"capital", CO_STATE_I32, offsetof(State, capital), 1, sizeof(int32_t)},
    {0},
};

static int most(int capital) {
  return capital < GOAL - capital ? capital : GOAL - capital;
}

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  Table *table = calloc(1, sizeof *table);
  if (!table) {
    co_fail(error, "%s: out of memory", type->name);
    return NULL;
  }
  table->config = *(const Config *)config;
  for (int i = 0; i <= GOAL; i++) {
    table->stakes[i][0] = most(i) == 0;
    for (int stake = 1; stake < STAKES; stake++) table->stakes[i][stake] = stake <= most(i);
  }
  return table;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 1, .obs_high = 1, .actions = STAKES, .states = GOAL + 1};
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static inline void begin_with(const Table *table, State *s, CoRng *rng) {
  s->capital = table->config.capital ? table->config.capital : co_rng_int(rng, 1, GOAL - 1);
}

CO_SOLO_RESET(reset, begin_with)

static inline bool toss(const Table *table, State *s, int stake, double luck, float *reward) {
  int heads = luck < table->config.heads;
  s->capital += stake * (2 * heads - 1); // without a branch, since nobody can foretell it
  *reward = s->capital == GOAL;
  return most(s->capital) == 0;
}

CO_SOLO_LUCKY_STEP(step, toss, discrete)

static inline void look(const void *self, const State *s, float *obs) {
  (void)self;
  obs[0] = (float)s->capital / GOAL;
}

CO_SOLO_OBSERVE(observe, look, 1)

static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)agent, (void)error;
  memcpy(mask, ((const Table *)self)->stakes[((const State *)state)->capital], STAKES);
  return true;
}

static inline int row(const Table *table, const State *s) {
  (void)table;
  return s->capital;
}

CO_SOLO_INDEX(index_of, row)

static int begin(const Config *c, CoTransition *out, int capacity) {
  int count = c->capital ? 1 : GOAL - 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    out[i].probability = 1.0 / count;
    ((State *)out[i].state)->capital = c->capital ? c->capital : 1 + i;
    out[i].terminated = false;
  }
  return count;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  const Config *c = &((const Table *)self)->config;
  if (!state) return begin(c, out, capacity);
  if (capacity < 2) return -1;
  for (int i = 0; i < 2; i++) {
    int capital = ((const State *)state)->capital + (i ? -1 : 1) * actions->discrete[0];
    out[i].probability = i ? 1 - c->heads : c->heads;
    ((State *)out[i].state)->capital = capital;
    out[i].rewards[0] = capital == GOAL;
    out[i].terminated = most(capital) == 0;
  }
  return 2;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  int capital = ((const State *)state)->capital;
  char text[16];
  snprintf(text, sizeof text, "%d", capital);
  co_canvas_camera(canvas, 0, 0, 10, 4);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -20, -20, 60, 60);
  co_canvas_color(canvas, (CoColor){224, 180, 76, 255});
  co_canvas_bar(canvas, .5f, .8f, 9, .8f, (float)capital / GOAL);
  co_canvas_text(canvas, 5, 2.7f, 1.4f, CO_CENTER, text);
  return true;
}

const CoEnvType co_gambler = {
    .name = "gambler",
    .summary = "stake part of your capital on a coin, again and again, to reach 100",
    .source = "Sutton and Barto, Reinforcement Learning, example 4.3",
    .settings = {"gambler", sizeof(Config), fields, NULL},
    .open = open,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
    .reset_many = reset_many,
    .step_many = step_many,
    .observe_many = observe_many,
    .index_many = index_of_many,
    .observes_whole = true,
};

// SARSA with a linear function of tiles, on vectors (Sutton and Barto, sections 9.5.4 and 10.1).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "tiles.h"

enum { MOST = 1 << 28 }; // weights

typedef struct Config {
  CoTableConfig table; // lr: of all tilings together
  int tilings, tiles;
  double reach;
} Config;

// A decision that waits until the next action is known.
typedef struct Step {
  int32_t waiting, action;
  float reward, discount;
} Step;

// Weights are a table that has tiles for states, so that Q(x, a) is the sum of the rows of x's tiles.
typedef struct Learner {
  CoTable table; // [agents][tiles][actions]
  CoTiles coder;
  int copies;
  Step *steps; // [copies][agents]
  int *tiles;  // [copies][agents][tilings] of the steps
  int *now;    // [tilings] scratch
  float *q;    // [actions] scratch
} Learner;

static CoTiles coder_of(const Config *config, const CoSpec *spec) {
  CoTiles coder = {.tilings = config->tilings, .across = config->tiles, .size = spec->obs_size};
  for (int i = 0; i < coder.size; i++) {
    float low = spec->obs_lows ? spec->obs_lows[i] : spec->obs_low;
    float high = spec->obs_highs ? spec->obs_highs[i] : spec->obs_high;
    bool bounded = low > -1e6f && high < 1e6f;
    if (!bounded) low = -(float)config->reach, high = (float)config->reach;
    coder.low[i] = low;
    coder.scale[i] = (float)coder.across / (high - low);
  }
  return coder;
}

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  if (spec->actions < 1) return co_fail(error, "needs discrete actions, this environment's are continuous");
  if (spec->obs_size < 1 || spec->obs_size > CO_TILES_MOST)
    return co_fail(error, "tiles vectors of 1 to %d numbers, this environment's have %d", CO_TILES_MOST,
                   spec->obs_size);
  CoTiles coder = coder_of(config, spec);
  size_t rows = (size_t)spec->agents * (size_t)spec->actions;
  return co_tiles_count(&coder, MOST / rows) > 0 ||
         co_fail(error, "%d tiles in each of %d dimensions are too many", coder.across, coder.size);
}

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  co_table_wants(config, spec, out);
  out->views = CO_VIEW_OBS;
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  free(self->steps);
  free(self->tiles);
  free(self->now);
  free(self->q);
  co_table_destroy(self);
}

static bool begin(Learner *self, CoError *error) {
  size_t steps = (size_t)self->copies * (size_t)self->table.agents, tilings = (size_t)self->coder.tilings;
  self->steps = calloc(steps, sizeof *self->steps);
  self->tiles = calloc(steps * tilings, sizeof *self->tiles);
  self->now = calloc(tilings, sizeof *self->now);
  self->q = calloc((size_t)self->table.actions, sizeof *self->q);
  return (self->steps && self->tiles && self->now && self->q) || co_fail(error, "no memory for tiles");
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  CoTiles coder = coder_of(config, setup->spec);
  CoSpec tiled = *setup->spec;
  CoAlgoSetup table = *setup;
  tiled.states = (int)co_tiles_count(&coder, MOST);
  table.spec = &tiled;
  Learner *self = co_table_create(sizeof *self, true, config, &table, error);
  if (!self) return NULL;
  for (size_t i = 0; i < co_table_size(&self->table); i++) self->table.q[i] /= (float)coder.tilings;
  self->coder = coder;
  self->copies = setup->num_envs;
  if (begin(self, error)) return self;
  destroy(self);
  return NULL;
}

static float value_of(const Learner *self, int agent, const int *tiles, int action) {
  float sum = 0;
  for (int k = 0; k < self->coder.tilings; k++) sum += co_table_row(&self->table, agent, tiles[k])[action];
  return sum;
}

// Q(x, .) into self->q, x's tiles into self->now.
static const float *values_of(Learner *self, int agent, const float *obs) {
  co_tiles_find(&self->coder, obs, self->now);
  for (int a = 0; a < self->table.actions; a++) self->q[a] = value_of(self, agent, self->now, a);
  return self->q;
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  Learner *self = user;
  double random = how->explore ? co_table_epsilon(self, how->steps) : 0;
  int agents = self->table.agents, actions = self->table.actions;
  for (int at = 0; at < frame->num_envs * agents; at++) {
    if (!frame->acting[at]) continue;
    const uint8_t *mask = frame->mask + (size_t)at * (size_t)actions;
    const float *q = values_of(self, at % agents, frame->obs + (size_t)at * (size_t)self->coder.size);
    discrete[at] = co_greedy_choose(actions, q, mask, random, &how->rngs[at / agents]);
    if (at < agents) memcpy(self->table.seen + (size_t)at * (size_t)actions, q, (size_t)actions * sizeof *q);
  }
  return true;
}

// What the policy expects where time ran out; 0 at a true end.
static float expected(Learner *self, const CoDecision *d, double epsilon) {
  if (d->discount == 0) return 0;
  return co_greedy_expected(self->table.actions, values_of(self, d->agent, d->next_obs), d->next_mask, epsilon);
}

// w += alpha (r + discount Q(x', a') - Q(x, a)) for each of x's tiles, alpha being lr / tilings.
static void update(Learner *self, const CoDecision *d, const Step *step, const int *tiles, float next,
                   CoLearning *learning) {
  float td_error = step->reward + step->discount * next - value_of(self, d->agent, tiles, step->action);
  float change = (float)self->table.config.lr / (float)self->coder.tilings * td_error;
  for (int k = 0; k < self->coder.tilings; k++) co_table_row(&self->table, d->agent, tiles[k])[step->action] += change;
  co_metric(learning->metrics, "td_error_abs", fabs((double)td_error));
  learning->updates++;
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  Learner *self = user;
  int tilings = self->coder.tilings;
  double epsilon = co_table_epsilon(self, learning->steps);
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    size_t at = (size_t)(d->env * self->table.agents + d->agent);
    Step *step = &self->steps[at];
    int *tiles = self->tiles + at * (size_t)tilings;
    co_tiles_find(&self->coder, d->obs, self->now);
    if (step->waiting) update(self, d, step, tiles, value_of(self, d->agent, self->now, d->action), learning);
    *step = (Step){d->ending == CO_PLAYING, d->action, d->reward, d->discount};
    memcpy(tiles, self->now, (size_t)tilings * sizeof *tiles);
    if (!step->waiting) update(self, d, step, tiles, expected(self, d, epsilon), learning);
  }
  return true;
}

static void save(const void *from, CoWriter *writer) {
  const Learner *self = from;
  co_table_save(self, writer);
  uint32_t count = (uint32_t)(self->copies * self->table.agents), tilings = (uint32_t)self->coder.tilings;
  co_write_u32(writer, count);
  for (uint32_t i = 0; i < count; i++) {
    co_write(writer, &self->steps[i], sizeof *self->steps);
    co_write(writer, self->tiles + (size_t)i * tilings, tilings * sizeof *self->tiles);
  }
}

// What belongs to copies that are not here is passed over.
static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  if (!co_table_load(self, reader)) return false;
  uint32_t here = (uint32_t)(self->copies * self->table.agents), tilings = (uint32_t)self->coder.tilings;
  uint32_t count = co_read_u32(reader, "the number of copies");
  Step none;
  memset(self->steps, 0, here * sizeof *self->steps);
  for (uint32_t i = 0; i < count && !reader->failed; i++) {
    co_read(reader, i < here ? &self->steps[i] : &none, sizeof none, "a step");
    co_read(reader, i < here ? self->tiles + (size_t)i * tilings : self->now, tilings * sizeof *self->tiles,
            "a step's tiles");
  }
  return !reader->failed;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {
    CO_ALIASED(CoTableConfig, lr, "alpha", CO_FIELD_NUMBER, "0.5", 1e-6, 2, "step size of all tilings together"),
    CO_TABLE_GAMMA("1"),
    CO_TABLE_INITIAL,
    CO_INT(Config, tilings, "8", 1, 1024, "grids, each shifted a little"),
    CO_INT(Config, tiles, "8", 1, 1024, "tiles of a grid in each dimension"),
    CO_NUMBER(Config, reach, "3", 1e-6, 1e6, "numbers that have no bounds are tiled from -reach to reach"),
    CO_NUMBER(CoTableConfig, epsilon_start, "0", 0, 1, "share of random actions at the beginning"),
    CO_NUMBER(CoTableConfig, epsilon_finish, "0", 0, 1, "share of random actions in the end"),
    CO_INT(CoTableConfig, epsilon_anneal_time, "10000", 1, 2000000000, "steps until then, in a straight line"),
    CO_FIELDS_END};

const CoAlgoType co_tile_sarsa = {.name = "tile_sarsa",
                                  .summary = "SARSA with a linear function of tiles, on vectors",
                                  .source = "Sutton and Barto, sections 9.5.4 and 10.1",
                                  .settings = {"tile_sarsa", sizeof(Config), fields, NULL},
                                  .metrics = metrics,
                                  .accepts = accepts,
                                  .wants = wants,
                                  .create = create,
                                  .destroy = destroy,
                                  .act = act,
                                  .learn = learn,
                                  .epsilon = co_table_epsilon,
                                  .save = save,
                                  .load = load,
                                  .inspect = co_table_inspect};

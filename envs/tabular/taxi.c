// Taxi: fetch a passenger and bring them to their destination (Dietterich, 2000; Taxi-v3).
#include <stdlib.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_taxi;

enum { SOUTH, NORTH, EAST, WEST, PICK_UP, DROP_OFF, ACTIONS };
enum { RED, GREEN, YELLOW, BLUE, STANDS, ABOARD = STANDS, PLACES }; // where a passenger may be

typedef struct Config {
  int side;
  bool masked;
} Config;

static const CoField fields[] = {
    CO_INT(Config, side, "5", 5, 50, "rows and columns; beyond 5 the town's walls stay at its upper and lower edge"),
    CO_BOOL(Config, masked, "false", "moves into walls and vain stops are not available"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t state; // ((row side + column) 5 + passenger) 4 + destination, as Gymnasium numbers them
} State;

static const CoStateField state_fields[] = {
    {"state", CO_STATE_I32, offsetof(State, state), 1, sizeof(int32_t)},
    {0},
};

// A state taken apart, and what an action does to it.
typedef struct Scene {
  int16_t row, column, passenger, destination;
} Scene;
typedef struct Effect {
  int32_t next;
  int16_t reward;
  bool changes, arrives;
} Effect;

typedef struct Town {
  Config config;
  int states;
  Scene *scenes;   // [states]
  Effect *effects; // [states][ACTIONS]
} Town;

// Is there a wall, or the town's edge, east of the column?
static bool walled(int side, int row, int column) {
  bool upper = row < 2 && column == 1, lower = row >= side - 2 && (column == 0 || column == 2);
  return upper || lower || column < 0 || column == side - 1;
}

static int stand_at(int side, int stand) { // its cell
  int last = side - 1;
  return (stand >= YELLOW ? last * side : 0) + (stand == GREEN ? last : stand == BLUE ? last - 1 : 0);
}

static int stand_here(int side, const Scene *scene) { // -1: none
  for (int i = 0; i < STANDS; i++)
    if (stand_at(side, i) == scene->row * side + scene->column) return i;
  return -1;
}

static bool changes(int side, const Scene *scene, int action) {
  int here = stand_here(side, scene);
  const bool possible[ACTIONS] = {scene->row != side - 1,
                                  scene->row != 0,
                                  !walled(side, scene->row, scene->column),
                                  !walled(side, scene->row, scene->column - 1),
                                  scene->passenger != ABOARD && scene->passenger == here,
                                  scene->passenger == ABOARD && here >= 0};
  return possible[action];
}

static Effect act(int side, Scene scene, int action) {
  Effect effect = {.reward = -1, .changes = changes(side, &scene, action)};
  if (effect.changes) {
    scene.row = (int16_t)(scene.row + (action == SOUTH) - (action == NORTH));
    scene.column = (int16_t)(scene.column + (action == EAST) - (action == WEST));
    if (action == PICK_UP) scene.passenger = ABOARD;
    if (action == DROP_OFF) scene.passenger = (int16_t)stand_here(side, &scene);
  }
  effect.next = ((scene.row * side + scene.column) * PLACES + scene.passenger) * STANDS + scene.destination;
  effect.arrives = effect.changes && action == DROP_OFF && scene.passenger == scene.destination;
  if (effect.arrives) effect.reward = 20;
  if (!effect.changes && action >= PICK_UP) effect.reward = -10;
  return effect;
}

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  const Config *c = config;
  size_t states = (size_t)(c->side * c->side * PLACES * STANDS);
  Town *town = malloc(sizeof *town + states * (sizeof(Scene) + ACTIONS * sizeof(Effect)));
  if (!town) {
    co_fail(error, "%s: out of memory", type->name);
    return NULL;
  }
  Effect *effects = (Effect *)(town + 1);
  *town =
      (Town){.config = *c, .states = (int)states, .effects = effects, .scenes = (Scene *)(effects + states * ACTIONS)};
  for (int s = 0; s < town->states; s++) {
    int cell = s / (PLACES * STANDS), row = cell / c->side, column = cell % c->side;
    town->scenes[s] = (Scene){(int16_t)row, (int16_t)column, (int16_t)(s / STANDS % PLACES), (int16_t)(s % STANDS)};
    for (int a = 0; a < ACTIONS; a++) town->effects[s * ACTIONS + a] = act(c->side, town->scenes[s], a);
  }
  return town;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const names[ACTIONS] = {"south", "north", "east", "west", "pick up", "drop off"};
  static const CoKey keys[] = {{"down", SOUTH, NULL},
                               {"up", NORTH, NULL},
                               {"right", EAST, NULL},
                               {"left", WEST, NULL},
                               {"p", PICK_UP, NULL},
                               {"d", DROP_OFF, NULL},
                               {0}};
  int side = ((const Town *)self)->config.side;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_high = 1, .actions = ACTIONS, .episode_limit = 200};
  spec->obs_size = 2 * side + PLACES + STANDS;
  spec->states = ((const Town *)self)->states;
  spec->unmasked = !((const Town *)self)->config.masked;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static int starts(const Town *town) {
  return town->config.side * town->config.side * STANDS * (STANDS - 1);
}

// The passenger at a stand that is not the destination: number 0 .. starts - 1.
static int start_of(int number) {
  int cell = number / (STANDS * (STANDS - 1)), passenger = number / (STANDS - 1) % STANDS;
  int destination = number % (STANDS - 1);
  return (cell * PLACES + passenger) * STANDS + destination + (destination >= passenger);
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  ((State *)state)->state = start_of(co_rng_int(rng, 0, starts(self) - 1));
  return true;
}

static inline const Effect *effect_of(const Town *town, const State *s, int action) {
  return &town->effects[s->state * ACTIONS + action];
}

static inline bool drive(const Town *town, State *s, int action, CoRng *rng, float *reward) {
  (void)rng;
  const Effect *effect = effect_of(town, s, action);
  s->state = effect->next;
  *reward = effect->reward;
  return effect->arrives;
}

CO_SOLO_STEP(step, drive, discrete)

// One of a kind for each of row, column, passenger and destination.
static inline void look(const Town *town, const State *s, float *obs) {
  const Scene *scene = &town->scenes[s->state];
  float *columns = obs + town->config.side, *places = columns + town->config.side;
  obs[scene->row] = columns[scene->column] = 1;
  places[scene->passenger] = places[PLACES + scene->destination] = 1;
}

CO_SOLO_OBSERVE(observe, look, 2 * ((const Town *)self)->config.side + PLACES + STANDS)

static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)agent, (void)error;
  const Town *town = self;
  for (int i = 0; i < ACTIONS; i++) mask[i] = effect_of(town, state, i)->changes;
  return true;
}

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->state;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  const Town *town = self;
  int count = state ? 1 : starts(town);
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    const Effect *effect = state ? effect_of(town, state, actions->discrete[0]) : NULL;
    out[i].probability = 1.0 / count;
    out[i].terminated = effect && effect->arrives;
    out[i].rewards[0] = effect ? effect->reward : 0;
    ((State *)out[i].state)->state = effect ? effect->next : start_of(i);
  }
  return count;
}

static void show_town(int side, CoCanvas *canvas) {
  static const CoColor colors[STANDS] = {
      {214, 84, 76, 255}, {92, 176, 96, 255}, {222, 186, 74, 255}, {86, 134, 214, 255}};
  co_grid_begin(canvas, side, side);
  for (int i = 0; i < side * side; i++) co_grid_tile(canvas, side, i, (CoColor){66, 72, 82, 255});
  for (int i = 0; i < STANDS; i++) {
    co_grid_tile(canvas, side, stand_at(side, i), colors[i]);
    co_grid_label(canvas, side, stand_at(side, i), (const char[]){"RGYB"[i], '\0'});
  }
  co_canvas_color(canvas, (CoColor){224, 214, 190, 255});
  co_canvas_width(canvas, .1f);
  for (int i = 0; i < side * side; i++) {
    float x = (float)(i % side + 1), y = (float)(i / side);
    if (i % side < side - 1 && walled(side, i / side, i % side)) co_canvas_line(canvas, x, y, x, y + 1);
  }
}

// The destination is framed; the passenger is a disc, at a stand or in the taxi.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Town *town = self;
  const Scene *scene = &town->scenes[((const State *)state)->state];
  int side = town->config.side, goal = stand_at(side, scene->destination);
  float x = scene->column, y = scene->row;
  show_town(side, canvas);
  co_canvas_color(canvas, (CoColor){255, 255, 255, 255});
  co_canvas_frame(canvas, (float)(goal % side) + .07f, (float)(goal / side) + .07f, .86f, .86f);
  co_canvas_color(canvas, (CoColor){24, 22, 24, 255});
  co_canvas_rect(canvas, x + .14f, y + .26f, .72f, .48f);
  co_canvas_color(canvas, (CoColor){250, 204, 60, 255});
  co_canvas_rect(canvas, x + .18f, y + .3f, .64f, .4f);
  bool aboard = scene->passenger == ABOARD;
  int cell = aboard ? scene->row * side + scene->column : stand_at(side, scene->passenger);
  co_grid_disc(canvas, side, cell, .15f, (CoColor){236, 160, 206, 255});
  return true;
}

const CoEnvType co_taxi = {
    .name = "taxi",
    .summary = "fetch a passenger and bring them to their destination",
    .source = "Dietterich, Hierarchical Reinforcement Learning with the MAXQ Value Function Decomposition (2000); "
              "Gymnasium, Taxi-v3",
    .aliases = "Taxi-v3",
    .settings = {"taxi", sizeof(Config), fields, NULL},
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
    .step_many = step_many,
    .observe_many = observe_many,
};

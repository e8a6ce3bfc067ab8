// Level-based foraging (Albrecht and Ramamoorthy, AAMAS 2013; Papoudakis et al., NeurIPS 2021): agents with levels load
// food together whose level none of them may reach alone.
#include <math.h>
#include <stdlib.h>

#include "cohort/grid.h"

extern const CoEnvType co_lbf;

enum { MOST = 8, TRIES = 1000 };
enum { NONE, NORTH, SOUTH, WEST, EAST, LOAD, ACTIONS };
enum { VECTOR, GRID };
enum { SHARED, OWN };
enum { AGENTS, FOODS, FREE, LAYERS };

typedef struct Config {
  int size, agents, foods, level, sight, obs, reward;
  bool coop, raw;
} Config;

static const CoField fields[] = {
    CO_ALIASED(Config, size, "field_size", CO_FIELD_INT, "8", 5, CO_GRID_MOST, "rows, and columns"),
    CO_ALIASED(Config, agents, "players", CO_FIELD_INT, "2", 1, MOST, "agents"),
    CO_ALIASED(Config, foods, "max_food", CO_FIELD_INT, "2", 1, MOST, "food, as much as finds room"),
    CO_ALIASED(Config, level, "max_player_level", CO_FIELD_INT, "2", 1, 10, "agents' levels are 1 to this"),
    CO_INT(Config, sight, "0", 0, CO_GRID_MOST, "how far agents see in rows and in columns; 0: everything"),
    CO_ALIASED(Config, coop, "force_coop", CO_FIELD_BOOL, "false", 0, 1,
               "all food needs as many as there are, three at most"),
    CO_CHOICE(Config, obs, "vector", "vector grid",
              "row, column and level of each food and agent; or layers of levels and free cells around the agent"),
    CO_BOOL(Config, raw, "false",
            "what is seen is counted, as in the original: on that QMIX learns nothing; false: as shares of the most"),
    CO_CHOICE(Config, reward, "shared", "shared own", "all are paid for what is loaded, or who loads by its level"),
    CO_FIELDS_END,
};

typedef struct Thing {
  int8_t row, column, level; // food of level 0 is not there
} Thing;

typedef struct State {
  Thing agent[MOST], food[MOST];
  int32_t worth; // the levels of all food at the beginning
} State;

#define THING(name)                                                                                                    \
  { #name, CO_STATE_I8, offsetof(State, name), (int)(MOST * sizeof(Thing)), 1 }
static const CoStateField state_fields[] = {
    THING(agent),
    THING(food),
    {"worth", CO_STATE_I32, offsetof(State, worth), 1, sizeof(int32_t)},
    {0},
};

static int sight(const Config *config) {
  return config->sight ? config->sight : config->size - 1;
}

// No food's level is higher: it takes at most all, and at most three agents.
static int most(const Config *config) {
  return config->level * (config->agents < 3 ? config->agents : 3);
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const names[ACTIONS] = {"none", "north", "south", "west", "east", "load"};
  static const CoKey keys[] = {{"", NONE, NULL},
                               {"up", NORTH, NULL},
                               {"down", SOUTH, NULL},
                               {"left", WEST, NULL},
                               {"right", EAST, NULL},
                               {"space", LOAD, NULL},
                               {0}};
  static const char *const infos[] = {"loaded", NULL};
  const Config *config = self;
  int side = 2 * sight(config) + 1;
  *spec = (CoSpec){.agents = config->agents, .teams = 1, .actions = ACTIONS, .obs_low = -1};
  spec->global_size = 3 * (config->agents + config->foods);
  spec->obs_size = config->obs == GRID ? LAYERS * side * side : spec->global_size;
  if (config->obs == GRID) spec->obs_shape[0] = LAYERS, spec->obs_shape[1] = spec->obs_shape[2] = side;
  spec->obs_high = config->raw ? (float)fmax(config->size - 1, most(config)) : 1;
  spec->episode_limit = 50;
  spec->payoff = config->reward == SHARED ? CO_PAYOFF_SHARED : CO_PAYOFF_PRIVATE;
  spec->infos = infos;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

// --- who is where ---

static bool inside(const Config *config, int row, int column) {
  return row >= 0 && column >= 0 && row < config->size && column < config->size;
}

static const Thing *find(const Thing *things, int count, int row, int column) {
  for (int i = 0; i < count; i++)
    if (things[i].level && things[i].row == row && things[i].column == column) return &things[i];
  return NULL;
}

static bool adjacent(const Thing *a, const Thing *b) {
  return abs(a->row - b->row) + abs(a->column - b->column) == 1;
}

// The food beside the agent; -1: none. Food never lies so near other food that an agent has two beside it.
static int beside(const Config *config, const State *s, int agent) {
  for (int i = 0; i < config->foods; i++)
    if (s->food[i].level && adjacent(&s->food[i], &s->agent[agent])) return i;
  return -1;
}

static Thing moved(const Thing *from, int action) {
  Thing to = *from;
  to.row = (int8_t)(to.row + (action == SOUTH) - (action == NORTH));
  to.column = (int8_t)(to.column + (action == EAST) - (action == WEST));
  return to;
}

// --- the beginning ---

static bool crowded(const Config *config, const State *s, int row, int column) {
  for (int i = 0; i < config->foods; i++)
    if (s->food[i].level && abs(s->food[i].row - row) + abs(s->food[i].column - column) <= 2) return true;
  return find(s->agent, config->agents, row, column);
}

// The levels of the up to three weakest agents: what food is worth at most.
static int weakest(const Config *config, const State *s) {
  int8_t level[MOST];
  int sum = 0;
  for (int i = 0; i < config->agents; i++) {
    int j = i;
    for (; j > 0 && level[j - 1] > s->agent[i].level; j--) level[j] = level[j - 1];
    level[j] = s->agent[i].level;
  }
  for (int i = 0; i < config->agents && i < 3; i++) sum += level[i];
  return sum;
}

static void place_agents(const Config *config, State *s, CoRng *rng) {
  for (int i = 0; i < config->agents; i++) {
    int row, column;
    do row = co_rng_int(rng, 0, config->size - 1), column = co_rng_int(rng, 0, config->size - 1);
    while (find(s->agent, i, row, column));
    s->agent[i] = (Thing){(int8_t)row, (int8_t)column, (int8_t)co_rng_int(rng, 1, config->level)};
  }
}

// Away from the walls, so that it can be reached from four sides.
static void place_food(const Config *config, State *s, CoRng *rng) {
  int all = weakest(config, s), count = 0;
  for (int i = 0; i < TRIES && count < config->foods; i++) {
    int row = co_rng_int(rng, 1, config->size - 2), column = co_rng_int(rng, 1, config->size - 2);
    int level = config->coop ? all : co_rng_int(rng, 1, all);
    if (crowded(config, s, row, column)) continue;
    s->food[count++] = (Thing){(int8_t)row, (int8_t)column, (int8_t)level};
    s->worth += level;
  }
}

// Agents may stand so that no food finds room: then all are placed again.
static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  State *s = state;
  do {
    *s = (State){.worth = 0};
    place_agents(self, s, rng);
    place_food(self, s, rng);
  } while (!s->worth);
  return true;
}

// --- a step ---

static bool possible(const Config *config, const State *s, int agent, int action) {
  if (action == NONE) return true;
  if (action == LOAD) return beside(config, s, agent) >= 0;
  Thing to = moved(&s->agent[agent], action);
  return inside(config, to.row, to.column) && !find(s->food, config->foods, to.row, to.column);
}

// Where two would stand on one cell, whoever of them moves stays; until all have cells of their own.
static void move(const Config *config, State *s, const int *actions) {
  Thing to[MOST];
  for (int i = 0; i < config->agents; i++)
    to[i] = possible(config, s, i, actions[i]) ? moved(&s->agent[i], actions[i]) : s->agent[i];
  for (bool clash = true; clash;) {
    bool stays[MOST] = {false};
    clash = false;
    for (int i = 0; i < config->agents; i++)
      for (int j = 0; j < config->agents; j++)
        stays[i] |= i != j && to[i].row == to[j].row && to[i].column == to[j].column;
    for (int i = 0; i < config->agents; i++) {
      bool moves = to[i].row != s->agent[i].row || to[i].column != s->agent[i].column;
      if (stays[i] && moves) to[i] = s->agent[i], clash = true;
    }
  }
  for (int i = 0; i < config->agents; i++) s->agent[i] = to[i];
}

// Food goes when those who load it are as strong together; each is paid by its level, all food together pays 1.
static void load(const Config *config, State *s, int food, const int *actions, CoOutcome *outcome) {
  bool loads[MOST] = {false};
  int sum = 0, level = s->food[food].level;
  for (int i = 0; i < config->agents; i++) {
    loads[i] = actions[i] == LOAD && adjacent(&s->agent[i], &s->food[food]);
    sum += loads[i] ? s->agent[i].level : 0;
  }
  if (!level || !sum || sum < level) return;
  s->food[food].level = 0;
  float pay = (float)level / (float)s->worth;
  for (int i = 0; i < config->agents; i++)
    if (config->reward == SHARED || loads[i])
      outcome->rewards[i] += config->reward == SHARED ? pay : pay * (float)s->agent[i].level / (float)sum;
  outcome->info[0] += 1;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Config *config = self;
  State *s = state;
  move(config, s, actions->discrete);
  for (int i = 0; i < config->foods; i++) load(config, s, i, actions->discrete, outcome);
  outcome->terminated = true;
  for (int i = 0; i < config->foods; i++) outcome->terminated &= !s->food[i].level;
  return true;
}

static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)error;
  for (int i = 0; i < ACTIONS; i++) mask[i] = possible(self, state, agent, i);
  return true;
}

// --- what is seen ---

// Networks want numbers of about 1, hypernetworks above all: QMIX's first values grow with the state's square.
static float place(const Config *config, int at) {
  return config->raw ? (float)at : (float)at / (float)(config->size - 1);
}

static float strength(const Config *config, const Thing *thing) {
  return config->raw ? (float)thing->level : (float)thing->level / (float)most(config);
}

// What the agent does not see, and food that is not there, is -1, -1, 0.
static float *put(const Config *config, float *out, const Thing *thing, const Thing *from, int far) {
  bool seen = thing->level && abs(thing->row - from->row) <= far && abs(thing->column - from->column) <= far;
  out[0] = seen ? place(config, thing->row) : -1;
  out[1] = seen ? place(config, thing->column) : -1;
  out[2] = seen ? strength(config, thing) : 0;
  return out + 3;
}

static void list(const Config *config, const State *s, int self, int far, float *out) {
  const Thing *me = &s->agent[self];
  for (int i = 0; i < config->foods; i++) out = put(config, out, &s->food[i], me, far);
  out = put(config, out, me, me, far);
  for (int i = 0; i < config->agents; i++)
    if (i != self) out = put(config, out, &s->agent[i], me, far);
}

// Layers of agents' levels, of food's, and of cells that can be entered.
static void picture(const Config *config, const State *s, int agent, int far, float *out) {
  int side = 2 * far + 1, plane = side * side;
  for (int i = 0; i < plane; i++) {
    int row = s->agent[agent].row + i / side - far, column = s->agent[agent].column + i % side - far;
    const Thing *someone = find(s->agent, config->agents, row, column);
    const Thing *food = find(s->food, config->foods, row, column);
    if (someone) out[AGENTS * plane + i] = strength(config, someone);
    if (food) out[FOODS * plane + i] = strength(config, food);
    out[FREE * plane + i] = inside(config, row, column) && !someone && !food;
  }
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  const Config *config = self;
  (config->obs == GRID ? picture : list)(config, state, agent, sight(config), obs);
  return true;
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)worker, (void)team, (void)error;
  const Config *config = self;
  list(config, state, 0, config->size, out);
  return true;
}

// --- a scripted player: to the nearest food, and load ---

static int towards(const Config *config, const State *s, int agent, const Thing *food, CoRng *rng) {
  uint8_t nearer[ACTIONS] = {0}, any[ACTIONS] = {0};
  const Thing *me = &s->agent[agent];
  int distance = abs(food->row - me->row) + abs(food->column - me->column);
  for (int action = NORTH; action <= EAST; action++) {
    Thing to = moved(me, action);
    any[action] = possible(config, s, agent, action);
    nearer[action] = any[action] && abs(food->row - to.row) + abs(food->column - to.column) < distance &&
                     !find(s->agent, config->agents, to.row, to.column);
  }
  int action = co_rng_choose(rng, nearer, ACTIONS);
  if (action < 0) action = co_rng_choose(rng, any, ACTIONS);
  return action < 0 ? NONE : action;
}

static bool forage(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                   CoError *error) {
  (void)worker, (void)error;
  const Config *config = self;
  const State *s = state;
  const Thing *nearest = NULL;
  int least = 2 * config->size;
  for (int i = 0; i < config->foods; i++) {
    int distance = abs(s->food[i].row - s->agent[agent].row) + abs(s->food[i].column - s->agent[agent].column);
    if (s->food[i].level && distance < least) least = distance, nearest = &s->food[i];
  }
  *action = least == 1 ? LOAD : nearest ? towards(config, s, agent, nearest, rng) : NONE;
  return true;
}

static const CoScriptType scripts[] = {
    {"greedy", "goes to the nearest food and loads it, whoever else does", forage},
    {0},
};

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  static const CoColor ground = {38, 44, 52, 255}, apple = {196, 62, 58, 255}, ink = {245, 245, 250, 255};
  const Config *config = self;
  const State *s = state;
  int side = config->size;
  co_grid_begin(canvas, side, side);
  for (int i = 0; i < side * side; i++) co_grid_tile(canvas, side, i, ground);
  for (int i = 0; i < config->foods + config->agents; i++) {
    const Thing *thing = i < config->foods ? &s->food[i] : &s->agent[i - config->foods];
    int cell = thing->row * side + thing->column;
    char level[2] = {(char)('0' + thing->level % 10), 0};
    if (!thing->level) continue;
    co_grid_disc(canvas, side, cell, .36f, i < config->foods ? apple : co_color_team(i - config->foods));
    co_canvas_color(canvas, ink);
    co_grid_label(canvas, side, cell, level);
  }
  return true;
}

const CoEnvType co_lbf = {
    .name = "lbf",
    .summary = "agents with levels load food together",
    .source = "Albrecht and Ramamoorthy, AAMAS 2013; Papoudakis et al., NeurIPS 2021",
    .variant = "obs",
    .settings = {"lbf", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .global = global,
    .scripts = scripts,
    .draw = draw,
};

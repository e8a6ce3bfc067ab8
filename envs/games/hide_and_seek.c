// Hide and seek, two against two, on a grid with a room, boxes and a ramp; after Baker et al., "Emergent tool use from
// multi-agent autocurricula" (ICLR 2020), whose physics this leaves out.
#include <stdlib.h>
#include <string.h>

#include "cohort/grid.h"

extern const CoEnvType co_hide_and_seek;

enum { SIDE = 9, AGENTS = 4, HIDERS = 2, THINGS = 3, RAMP = 2 }; // things 0 and 1 are boxes
enum { NONE, NORTH, SOUTH, WEST, EAST, LOCK, ACTIONS };

// The room is in the corner; its door is one cell wide.
static const char plan[SIDE][SIDE + 1] = {
    ".........", ".........", ".........", ".........", "....##.##", "....#....", "....#....", "....#....", "....#....",
};

typedef struct Config {
  int prepare, chase;
} Config;

static const CoField fields[] = {
    CO_INT(Config, prepare, "16", 0, 1000, "steps that the hiders have before the seekers may move"),
    CO_INT(Config, chase, "32", 1, 1000, "steps that count"),
    CO_FIELDS_END,
};

typedef struct Place {
  int16_t row, column;
} Place;

typedef struct Thing {
  Place at;
  int16_t locked;
} Thing;

typedef struct State {
  Place agent[AGENTS];
  Thing thing[THINGS];
  int16_t clock;
} State;

static const CoStateField state_fields[] = {
    {"agent", CO_STATE_I16, offsetof(State, agent), 2 * AGENTS, sizeof(int16_t)},
    {"thing", CO_STATE_I16, offsetof(State, thing), 3 * THINGS, sizeof(int16_t)},
    {"clock", CO_STATE_I16, offsetof(State, clock), 1, sizeof(int16_t)},
    {0},
};

enum { OWN = 6, OTHER = 4, OBJECT = 3 }; // numbers that an observation has of each
enum { HIDDEN, SHELTERED, BOXES_LOCKED, RAMPS_LOCKED, RAMPS_USED };

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const int team[AGENTS] = {0, 0, 1, 1};
  static const char *const teams[] = {"hiders", "seekers"};
  static const char *const names[ACTIONS] = {"none", "north", "south", "west", "east", "lock"};
  static const char *const infos[] = {"hidden", "sheltered", "boxes_locked", "ramps_locked", "ramps_used", NULL};
  static const CoKey keys[] = {{"", NONE, NULL},
                               {"up", NORTH, NULL},
                               {"down", SOUTH, NULL},
                               {"left", WEST, NULL},
                               {"right", EAST, NULL},
                               {"space", LOCK, NULL},
                               {0}};
  *spec = (CoSpec){.agents = AGENTS, .teams = 2, .team = team, .kind = team, .obs_low = -1, .obs_high = 1};
  spec->actions = ACTIONS;
  spec->obs_size = OWN + (AGENTS - 1) * OTHER + THINGS * OBJECT;
  spec->global_size = 2 * AGENTS + THINGS * OBJECT + 1;
  spec->payoff = CO_PAYOFF_SHARED;
  spec->team_names = teams;
  spec->action_names = names;
  spec->infos = infos;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

// --- what is where ---

static bool inside(Place p) {
  return p.row >= 0 && p.column >= 0 && p.row < SIDE && p.column < SIDE;
}

static bool same(Place a, Place b) {
  return a.row == b.row && a.column == b.column;
}

static int thing_at(const State *s, Place p) {
  for (int i = 0; i < THINGS; i++)
    if (same(s->thing[i].at, p)) return i;
  return -1;
}

static bool wall(Place p) {
  return plan[p.row][p.column] == '#';
}

static bool box(const State *s, Place p) {
  int thing = thing_at(s, p);
  return thing >= 0 && thing != RAMP;
}

// Walls and boxes are high: who stands there is up.
static bool high(const State *s, Place p) {
  return wall(p) || box(s, p);
}

static bool someone(const State *s, Place p) {
  for (int i = 0; i < AGENTS; i++)
    if (same(s->agent[i], p)) return true;
  return false;
}

static Place next_to(Place p, int action) {
  p.row = (int16_t)(p.row + (action == SOUTH) - (action == NORTH));
  p.column = (int16_t)(p.column + (action == EAST) - (action == WEST));
  return p;
}

static bool preparing(const Config *config, const State *s) {
  return s->clock < config->prepare;
}

// A line from cell to cell: walls and boxes hide only what is on the ground from who is on the ground.
static bool sees(const State *s, Place from, Place to) {
  int rows = to.row - from.row, columns = to.column - from.column;
  int steps = abs(rows) > abs(columns) ? abs(rows) : abs(columns);
  if (high(s, from) || high(s, to)) return true;
  for (int k = 1; k < steps; k++) {
    Place p = {(int16_t)(from.row + (2 * k * rows + steps * (2 * SIDE + 1)) / (2 * steps) - SIDE),
               (int16_t)(from.column + (2 * k * columns + steps * (2 * SIDE + 1)) / (2 * steps) - SIDE)};
    if (high(s, p)) return false;
  }
  return true;
}

// --- moves ---

typedef struct Move {
  bool possible;
  int pushed; // the thing that goes a cell further; -1: none
} Move;

// From the ground a box is pushed where there is room behind it. So is a ramp; where there is none it is stepped onto,
// and from it onto what is high. Up there one walks on, and down anywhere.
static Move consider(const State *s, int agent, int action) {
  Place from = s->agent[agent], to = next_to(from, action), behind = next_to(to, action);
  if (!inside(to) || someone(s, to)) return (Move){false, -1};
  int thing = thing_at(s, to);
  bool up = high(s, from), on_ramp = thing_at(s, from) == RAMP;
  bool room = inside(behind) && !wall(behind) && thing_at(s, behind) < 0 && !someone(s, behind);
  bool pushes = thing >= 0 && !up && !on_ramp && !s->thing[thing].locked && room;
  if (pushes) return (Move){true, thing};
  return (Move){!high(s, to) || up || on_ramp, -1};
}

// The first thing beside the agent, which it locks or unlocks; -1: none.
static int within_reach(const State *s, int agent) {
  for (int action = NORTH; action <= EAST; action++) {
    int thing = thing_at(s, next_to(s->agent[agent], action));
    if (thing >= 0) return thing;
  }
  return -1;
}

static bool possible(const Config *config, const State *s, int agent, int action) {
  if (action == NONE) return true;
  if (agent >= HIDERS && preparing(config, s)) return false;
  if (action == LOCK) return agent < HIDERS && within_reach(s, agent) >= 0;
  return consider(s, agent, action).possible;
}

static void lock(State *s, int agent) {
  int thing = within_reach(s, agent);
  if (thing >= 0) s->thing[thing].locked = !s->thing[thing].locked;
}

static void walk(State *s, int agent, int action, float *info) {
  Move move = consider(s, agent, action);
  Place to = next_to(s->agent[agent], action);
  bool climbs = thing_at(s, s->agent[agent]) == RAMP && high(s, to);
  if (move.pushed >= 0) s->thing[move.pushed].at = next_to(to, action);
  if (climbs && agent >= HIDERS) info[RAMPS_USED] += 1;
  s->agent[agent] = to;
}

static void act(const Config *config, State *s, int agent, int action, float *info) {
  if (action == NONE || !possible(config, s, agent, action)) return;
  if (action == LOCK)
    lock(s, agent);
  else
    walk(s, agent, action, info);
}

// Whether the seekers can reach no hider by walking, with boxes that are not locked out of their way.
static bool sheltered(const State *s) {
  bool reached[SIDE][SIDE] = {{false}};
  for (int i = HIDERS; i < AGENTS; i++) reached[s->agent[i].row][s->agent[i].column] = true;
  for (bool more = true; more;) {
    more = false;
    for (int i = 0; i < SIDE * SIDE; i++) {
      Place p = {(int16_t)(i / SIDE), (int16_t)(i % SIDE)};
      int thing = thing_at(s, p);
      if (reached[p.row][p.column] || wall(p) || (thing >= 0 && thing != RAMP && s->thing[thing].locked)) continue;
      for (int action = NORTH; action <= EAST; action++) {
        Place q = next_to(p, action);
        if (inside(q) && reached[q.row][q.column]) reached[p.row][p.column] = more = true;
      }
    }
  }
  for (int i = 0; i < HIDERS; i++)
    if (reached[s->agent[i].row][s->agent[i].column]) return false;
  return true;
}

static bool hidden(const State *s) {
  for (int i = HIDERS; i < AGENTS; i++)
    for (int j = 0; j < HIDERS; j++)
      if (sees(s, s->agent[i], s->agent[j])) return false;
  return true;
}

// In the order of their numbers. A step of the chase is worth 1 to one team and -1 to the other, all of it 1.
static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Config *config = self;
  State *s = state;
  for (int i = 0; i < AGENTS; i++) act(config, s, i, actions->discrete[i], outcome->info);
  bool counts = !preparing(config, s);
  s->clock++;
  if (s->clock == config->prepare) outcome->info[SHELTERED] = sheltered(s);
  if (counts) {
    bool unseen = hidden(s);
    float worth = (unseen ? 1.0f : -1.0f) / (float)config->chase;
    for (int i = 0; i < AGENTS; i++) outcome->rewards[i] = i < HIDERS ? worth : -worth;
    if (unseen) outcome->info[HIDDEN] = 1 / (float)config->chase;
  }
  outcome->terminated = s->clock == config->prepare + config->chase;
  if (!outcome->terminated) return true;
  outcome->info[BOXES_LOCKED] = (float)(s->thing[0].locked + s->thing[1].locked);
  outcome->info[RAMPS_LOCKED] = s->thing[RAMP].locked;
  return true;
}

static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)error;
  for (int i = 0; i < ACTIONS; i++) mask[i] = possible(self, state, agent, i);
  return true;
}

// --- the beginning: hiders and a box in the room, the seekers far from it, a box and the ramp before its wall ---

typedef struct Area {
  int top, left, bottom, right;
} Area;

static Place draw_place(const State *s, Area area, CoRng *rng) {
  for (;;) {
    Place p = {(int16_t)co_rng_int(rng, area.top, area.bottom), (int16_t)co_rng_int(rng, area.left, area.right)};
    if (!someone(s, p) && thing_at(s, p) < 0) return p;
  }
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  static const Area room = {5, 5, 8, 8}, corner = {0, 3, 3, 8},
                    things[THINGS] = {{5, 6, 6, 6}, {1, 3, 2, 4}, {1, 5, 2, 7}};
  State *s = state;
  memset(s, -1, sizeof *s); // nobody is anywhere
  for (int i = 0; i < THINGS; i++) s->thing[i] = (Thing){draw_place(s, things[i], rng), 0};
  for (int i = 0; i < AGENTS; i++) s->agent[i] = draw_place(s, i < HIDERS ? room : corner, rng);
  s->clock = 0;
  return true;
}

// --- what is seen ---

static float part(int cells) {
  return (float)cells / SIDE;
}

static float *relative(float *out, Place p, Place from) {
  out[0] = part(p.row - from.row), out[1] = part(p.column - from.column);
  return out + 2;
}

// The other team is seen or is zeros; things are known to all.
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  const Config *config = self;
  const State *s = state;
  Place me = s->agent[agent];
  obs = relative(obs, me, (Place){0, 0});
  *obs++ = high(s, me);
  *obs++ = thing_at(s, me) == RAMP;
  *obs++ = preparing(config, s);
  *obs++ = (float)s->clock / (float)(config->prepare + config->chase);
  for (int k = 1; k < AGENTS; k++, obs += OTHER) {
    int other = agent ^ k; // the partner first
    bool partner = k == 1;
    if (!partner && !sees(s, me, s->agent[other])) continue;
    relative(obs, s->agent[other], me);
    obs[2] = high(s, s->agent[other]), obs[3] = 1;
  }
  for (int i = 0; i < THINGS; i++, obs += OBJECT) relative(obs, s->thing[i].at, me)[0] = s->thing[i].locked;
  return true;
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)worker, (void)team, (void)error;
  const Config *config = self;
  const State *s = state;
  for (int i = 0; i < AGENTS; i++) out = relative(out, s->agent[i], (Place){0, 0});
  for (int i = 0; i < THINGS; i++, out++) out = relative(out, s->thing[i].at, (Place){0, 0}), *out = s->thing[i].locked;
  *out = (float)s->clock / (float)(config->prepare + config->chase);
  return true;
}

// --- pictures ---

static int cell(Place p) {
  return p.row * SIDE + p.column;
}

static void draw_thing(const Thing *thing, bool ramp, CoCanvas *canvas) {
  static const CoColor wood = {176, 132, 78, 255}, iron = {110, 84, 56, 255}, slope = {206, 182, 84, 255};
  float x = (float)thing->at.column, y = (float)thing->at.row;
  const float wedge[] = {x + .1f, y + .9f, x + .9f, y + .9f, x + .9f, y + .15f};
  co_canvas_color(canvas, ramp ? slope : thing->locked ? iron : wood);
  if (ramp) co_canvas_polygon(canvas, wedge, 3);
  if (!ramp) co_canvas_rect(canvas, x + .08f, y + .08f, .84f, .84f);
  co_canvas_color(canvas, (CoColor){20, 20, 24, 255});
  if (thing->locked) co_canvas_disc(canvas, x + .5f, y + .5f, .12f);
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  static const CoColor ground = {38, 44, 52, 255}, stone = {98, 104, 116, 255};
  const State *s = state;
  co_grid_begin(canvas, SIDE, SIDE);
  for (int i = 0; i < SIDE * SIDE; i++) co_grid_tile(canvas, SIDE, i, plan[i / SIDE][i % SIDE] == '#' ? stone : ground);
  for (int i = 0; i < THINGS; i++) draw_thing(&s->thing[i], i == RAMP, canvas);
  for (int i = 0; i < AGENTS; i++) {
    bool waits = i >= HIDERS && preparing(self, s);
    co_grid_disc(canvas, SIDE, cell(s->agent[i]), .3f, co_color_fade(co_color_team(i / HIDERS), waits ? .5f : 1));
  }
  return true;
}

const CoEnvType co_hide_and_seek = {
    .name = "hide_and_seek",
    .summary = "two hide behind walls and boxes, two seek and climb over them by a ramp",
    .source = "after Baker et al., ICLR 2020",
    .settings = {"hide_and_seek", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .global = global,
    .draw = draw,
};

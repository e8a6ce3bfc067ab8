// Sokoban: push every box onto a target; a box cannot be pulled (rewards as in Schrader's gym-sokoban).
#include <stdlib.h>
#include <string.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_sokoban;

enum { WALL, TARGET, BOX, PLAYER, CHANNELS };
enum { BOXES = 6, NUMBERED = 1 << 22 }; // the most boxes; the most states that are numbered

typedef struct Config {
  int level, limit;
  double step_reward, push_reward, box_reward, solved_reward;
  CoSource board;
} Config;

static const CoGrid levels[] = {
    {6, 7,
     "#######"
     "#. #  #"
     "#  $  #"
     "#  #@ #"
     "#     #"
     "#######"},
    {6, 8,
     "########"
     "#  .   #"
     "# $# $ #"
     "#  # . #"
     "#@     #"
     "########"},
    {7, 8,
     "########"
     "#  .   #"
     "# $##$ #"
     "#. #@  #"
     "# $ .  #"
     "#      #"
     "########"},
};

static const CoField fields[] = {
    CO_CHOICE(Config, level, "one", "one two three", "level, named by its boxes"),
    CO_INT(Config, limit, "120", 0, 1000000000, "steps until an episode is cut off; 0: none"),
    CO_NUMBER(Config, step_reward, "-0.1", -1e6, 1e6, "for each step"),
    CO_NUMBER(Config, push_reward, "0", -1e6, 1e6, "for each push"),
    CO_NUMBER(Config, box_reward, "1", -1e6, 1e6, "for a box pushed onto a target, less the same when pushed off"),
    CO_NUMBER(Config, solved_reward, "10", -1e6, 1e6, "for the last box, besides"),
    CO_SOURCE(Config, board, "", "grids",
              "a level of your own: rows of # wall, @ player, $ box, . target, * and + both"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t player;
  int32_t box[BOXES]; // ascending; 0s beyond the level's boxes
} State;

static const CoStateField state_fields[] = {
    {"player", CO_STATE_I32, offsetof(State, player), 1, sizeof(int32_t)},
    {"box", CO_STATE_I32, offsetof(State, box), BOXES, sizeof(int32_t)},
    {0},
};

typedef struct Room {
  Config config;
  CoGrid grid;
  State start;
  int boxes, floors, states;
  bool target[CO_GRID_MOST * CO_GRID_MOST];                    // of a cell
  int floor[CO_GRID_MOST * CO_GRID_MOST];                      // number of a cell among those without a wall
  int64_t rank[BOXES][CO_GRID_MOST * CO_GRID_MOST];            // what a box in a cell adds to the number of a state
  int16_t ahead[CO_GRID_MOST * CO_GRID_MOST][CO_GRID_ACTIONS]; // the next cell; the same before a wall or the edge
  float empty[CHANNELS * CO_GRID_MOST * CO_GRID_MOST];         // what is seen without boxes and player
} Room;

static int64_t choose(int n, int k) {
  int64_t count = 1;
  for (int i = 1; i <= k; i++) count = count * (n - k + i) / i;
  return count;
}

// What follows from the grid for each cell.
static void tabulate(Room *room) {
  int cells = co_grid_cells(&room->grid);
  for (int i = 0; i < cells; i++) {
    room->empty[WALL * cells + i] = room->grid.cells[i] == '#';
    room->empty[TARGET * cells + i] = room->target[i];
    for (int move = 0; move < CO_GRID_ACTIONS; move++) {
      int next = co_grid_go(&room->grid, i, move);
      room->ahead[i][move] = (int16_t)(room->grid.cells[next] == '#' ? i : next);
    }
    for (int box = 0; box < BOXES; box++) room->rank[box][i] = choose(room->floor[i], box + 1);
  }
}

static bool survey(Room *room, const Config *c, CoError *error) {
  *room = (Room){.config = *c, .grid = levels[c->level]};
  if (c->board.name[0] && !co_grid_read(&room->grid, &c->board, "#@$.*+ ", error)) return false;
  int players = 0, targets = 0;
  for (int i = 0; i < co_grid_cells(&room->grid); i++) {
    char letter = room->grid.cells[i];
    bool player = letter == '@' || letter == '+', box = letter == '$' || letter == '*';
    if (player) room->start.player = i;
    if (box && room->boxes < BOXES) room->start.box[room->boxes] = i;
    players += player;
    room->boxes += box;
    room->target[i] = letter == '.' || letter == '*' || letter == '+';
    targets += room->target[i];
    room->floor[i] = room->floors;
    room->floors += letter != '#';
  }
  if (players != 1 || room->boxes < 1 || room->boxes > BOXES || targets != room->boxes)
    return co_fail(error,
                   "%s: %d players, %d boxes, %d targets: must be 1 player and 1 to %d boxes, each with a target",
                   c->board.name, players, room->boxes, targets, BOXES);
  tabulate(room);
  int64_t states = choose(room->floors, room->boxes) * room->floors;
  room->states = states <= NUMBERED ? (int)states : 0;
  return true;
}

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  Room *room = malloc(sizeof *room);
  if (!room) co_fail(error, "%s: out of memory", type->name);
  if (room && survey(room, config, error)) return room;
  free(room);
  return NULL;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const infos[] = {"solved", "pushes", NULL};
  const Room *room = self;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_high = 1, .actions = CO_GRID_ACTIONS, .states = room->states};
  memcpy(spec->obs_shape, (const int[]){CHANNELS, room->grid.rows, room->grid.columns}, sizeof spec->obs_shape);
  spec->obs_size = CHANNELS * co_grid_cells(&room->grid);
  spec->episode_limit = room->config.limit;
  spec->infos = infos;
  spec->action_names = co_grid_names;
  spec->keys = co_grid_keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)rng, (void)error;
  *(State *)state = ((const Room *)self)->start;
  return true;
}

static int box_at(const Room *room, const State *s, int cell) { // -1: none
  for (int i = 0; i < room->boxes; i++)
    if (s->box[i] == cell) return i;
  return -1;
}

static bool solved(const Room *room, const State *s) {
  for (int i = 0; i < room->boxes; i++)
    if (!room->target[s->box[i]]) return false;
  return true;
}

static void put(const Room *room, State *s, int box, int cell) {
  for (; box + 1 < room->boxes && s->box[box + 1] < cell; box++) s->box[box] = s->box[box + 1];
  for (; box > 0 && s->box[box - 1] > cell; box--) s->box[box] = s->box[box - 1];
  s->box[box] = cell;
}

// What the move pays; `pushed` tells whether a box moved, `done` whether all are home.
static inline double act(const Room *room, State *s, int move, bool *pushed, bool *done) {
  const Config *c = &room->config;
  int next = room->ahead[s->player][move], box = box_at(room, s, next), beyond = room->ahead[next][move];
  *pushed = box >= 0 && beyond != next && box_at(room, s, beyond) < 0;
  if (box < 0 || *pushed) s->player = next;
  if (*pushed) put(room, s, box, beyond);
  *done = solved(room, s);
  if (!*pushed) return c->step_reward;
  double reward = c->step_reward + c->push_reward + c->box_reward * (room->target[beyond] - room->target[next]);
  return reward + (*done ? c->solved_reward : 0);
}

static inline bool advance(const Room *room, State *s, int move, float *reward, float *info) {
  bool pushed, done;
  *reward = (float)act(room, s, move, &pushed, &done);
  info[0] = done;
  info[1] = pushed;
  return done;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  outcome->terminated = advance(self, state, actions->discrete[0], outcome->rewards, outcome->info);
  return true;
}

static bool step_many(const void *self, void *worker, const CoMany *many, CoError *error) {
  (void)worker, (void)error;
  for (int k = 0; k < many->runners; k++) {
    int i = many->runner[k];
    many->terminated[i] =
        advance(self, co_many_state(many, i), many->actions.discrete[i], &many->rewards[i], &many->info[2 * i]);
  }
  return true;
}

static inline void look(const Room *room, const State *s, float *obs) {
  int cells = co_grid_cells(&room->grid);
  memcpy(obs, room->empty, CHANNELS * (size_t)cells * sizeof *obs);
  for (int i = 0; i < room->boxes; i++) obs[BOX * cells + s->box[i]] = 1;
  obs[PLAYER * cells + s->player] = 1;
}

CO_SOLO_OBSERVE(observe, look, CHANNELS *co_grid_cells(&((const Room *)self)->grid))

// The boxes' cells as a combination, by rank, and the player's.
static inline int number(const Room *room, const State *s) {
  int64_t rank = 0;
  for (int i = 0; i < room->boxes; i++) rank += room->rank[i][s->box[i]];
  return (int)(rank * room->floors) + room->floor[s->player];
}

CO_SOLO_INDEX(index_of, number)

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  if (capacity < 1) return -1;
  const Room *room = self;
  bool pushed, done = false;
  State *s = out->state;
  *s = state ? *(const State *)state : room->start;
  out->rewards[0] = state ? (float)act(room, s, actions->discrete[0], &pushed, &done) : 0;
  out->probability = 1;
  out->terminated = done;
  return 1;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Room *room = self;
  const State *s = state;
  int columns = room->grid.columns;
  co_grid_begin(canvas, room->grid.rows, columns);
  for (int i = 0; i < co_grid_cells(&room->grid); i++) {
    co_grid_tile(canvas, columns, i,
                 room->grid.cells[i] == '#' ? (CoColor){92, 74, 66, 255} : (CoColor){52, 58, 68, 255});
    if (room->target[i]) co_grid_disc(canvas, columns, i, .14f, (CoColor){222, 96, 84, 255});
  }
  for (int i = 0; i < room->boxes; i++) {
    float x = (float)(s->box[i] % columns), y = (float)(s->box[i] / columns);
    bool home = room->target[s->box[i]];
    co_canvas_color(canvas, home ? (CoColor){108, 176, 96, 255} : (CoColor){206, 158, 92, 255});
    co_canvas_rect(canvas, x + .14f, y + .14f, .72f, .72f);
    co_canvas_color(canvas, (CoColor){60, 44, 30, 255});
    co_canvas_width(canvas, .05f);
    co_canvas_frame(canvas, x + .2f, y + .2f, .6f, .6f);
  }
  co_grid_disc(canvas, columns, s->player, .3f, (CoColor){86, 172, 240, 255});
  return true;
}

const CoEnvType co_sokoban = {
    .name = "sokoban",
    .summary = "push every box onto a target",
    .source = "Thinking Rabbit, Sokoban (1982); Schrader, gym-sokoban (2018)",
    .variant = "level",
    .settings = {"sokoban", sizeof(Config), fields, NULL},
    .open = open,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
    .index_many = index_of_many,
    .observes_whole = true,
};

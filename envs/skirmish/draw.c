// Skirmish as a picture: ground, orders, shots, the fallen, and units whose shapes tell their types.
#include <math.h>

#include "skirmish/skirmish.h"

#define MOST_CORNERS 16
#define GROWN 1.2f // figures are drawn larger than the bodies that collide
#define RIM .09f   // of a figure, dark

// A unit that looks along the x axis, in radii of its own.
typedef struct Figure {
  int corners;
  float corner[MOST_CORNERS][2];
  float core; // radius of the lighter disc in its middle
} Figure;

// clang-format off
// A line or two a figure: the upper half, then its mirror image.
static const Figure figures[TYPES] = {
    [MARINE] = {11, {{.5f, .5f}, {.2f, .95f}, {-.4f, .95f}, {-.85f, .5f}, {-.85f, -.5f}, {-.4f, -.95f},
                     {.2f, -.95f}, {.5f, -.65f}, {1.6f, -.65f}, {1.6f, -.35f}, {.5f, -.3f}}, .35f},
    [MARAUDER] = {10, {{.45f, .3f}, {1.15f, .5f}, {1.05f, 1}, {-.5f, 1.05f}, {-.9f, .5f},
                       {-.9f, -.5f}, {-.5f, -1.05f}, {1.05f, -1}, {1.15f, -.5f}, {.45f, -.3f}}, .35f},
    [MEDIVAC] = {12, {{1.1f, .35f}, {.5f, .45f}, {.4f, 1}, {-.4f, 1}, {-.5f, .45f}, {-1.1f, .6f},
                      {-1.1f, -.6f}, {-.5f, -.45f}, {-.4f, -1}, {.4f, -1}, {.5f, -.45f}, {1.1f, -.35f}}, 0},
    [STALKER] = {12, {{.65f, 0}, {.5f, .35f}, {1.15f, .95f}, {0, .5f}, {-1.05f, 1}, {-.5f, .35f},
                      {-.65f, 0}, {-.5f, -.35f}, {-1.05f, -1}, {0, -.5f}, {1.15f, -.95f}, {.5f, -.35f}}, .35f},
    [ZEALOT] = {11, {{.35f, 0}, {.45f, .3f}, {1.5f, .5f}, {.5f, .8f}, {-.3f, .85f}, {-.85f, .4f},
                     {-.85f, -.4f}, {-.3f, -.85f}, {.5f, -.8f}, {1.5f, -.5f}, {.45f, -.3f}}, .3f},
    [COLOSSUS] = {12, {{.7f, 0}, {.45f, .25f}, {1.05f, 1.1f}, {0, .4f}, {-1.05f, 1.1f}, {-.45f, .25f},
                       {-.7f, 0}, {-.45f, -.25f}, {-1.05f, -1.1f}, {0, -.4f}, {1.05f, -1.1f}, {.45f, -.25f}}, .25f},
    [HYDRALISK] = {12, {{1.1f, .2f}, {.8f, .6f}, {.2f, .9f}, {-.15f, .5f}, {-.6f, .22f}, {-1.5f, .04f},
                        {-1.5f, -.04f}, {-.6f, -.22f}, {-.15f, -.5f}, {.2f, -.9f}, {.8f, -.6f}, {1.1f, -.2f}}, .3f},
    [ZERGLING] = {8, {{.5f, 0}, {1.25f, .6f}, {.3f, .6f}, {-1, .65f},
                      {-.6f, 0}, {-1, -.65f}, {.3f, -.6f}, {1.25f, -.6f}}, .2f},
    [BANELING] = {16, {{1.1f, 0}, {.75f, .3f}, {.8f, .8f}, {.3f, .75f}, {0, 1.1f}, {-.3f, .75f}, {-.8f, .8f},
                       {-.75f, .3f}, {-1.1f, 0}, {-.75f, -.3f}, {-.8f, -.8f}, {-.3f, -.75f}, {0, -1.1f},
                       {.3f, -.75f}, {.8f, -.8f}, {.75f, -.3f}}, .55f},
    [SPINE_CRAWLER] = {11, {{1.75f, 0}, {.5f, .25f}, {.6f, .75f}, {.05f, 1}, {-.65f, .8f}, {-1, .25f},
                            {-1, -.25f}, {-.65f, -.8f}, {.05f, -1}, {.6f, -.75f}, {.5f, -.25f}}, .3f},
};
// clang-format on

static const CoColor wall = {18, 20, 26, 255}, rim = {62, 68, 80, 255}, ground = {38, 45, 50, 255},
                     tile = {42, 49, 54, 255}, cliff = {82, 72, 58, 255}, dark = {10, 11, 14, 255},
                     light = {255, 255, 255, 200};
static const CoColor life[3] = {{226, 60, 54, 255}, {240, 200, 64, 255}, {82, 205, 92, 255}},
                     shields = {92, 168, 255, 255}, energies = {190, 120, 255, 255}, healing = {110, 255, 150, 170};
static const CoColor fire[] = {
    [TERRAN] = {255, 222, 120, 255}, [PROTOSS] = {130, 220, 255, 255}, [ZERG] = {180, 240, 80, 255}};

// Cells whose bits are set, as few rectangles as rows allow.
static void paint(CoCanvas *canvas, const uint32_t rows[SIZE], CoColor color, float grow) {
  co_canvas_color(canvas, color);
  for (int y = 0, top; y < SIZE; y = top) {
    for (top = y + 1; top < SIZE && rows[top] == rows[y];) top++;
    for (int x = 0, end; x < SIZE; x = end + 1) {
      for (end = x; end < SIZE && rows[y] >> end & 1;) end++;
      if (end > x)
        co_canvas_rect(canvas, (float)(x - SIZE / 2) - grow, (float)(y - SIZE / 2) - grow, (float)(end - x) + 2 * grow,
                       (float)(top - y) + 2 * grow);
    }
  }
}

static void show_ground(const Terrain *terrain, CoCanvas *canvas) {
  const float half = SIZE / 2, margin = 1;
  uint32_t any = 0, tiles[SIZE], cliffs[SIZE];
  int bottom = SIZE, top = 0;
  for (int y = 0; y < SIZE; y++) {
    any |= terrain->climb[y];
    tiles[y] = terrain->climb[y] & (y & 4 ? 0x0f0f0f0f : 0xf0f0f0f0); // a chessboard of 4 by 4 cells
    cliffs[y] = terrain->climb[y] & ~terrain->walk[y];
    if (!terrain->climb[y]) continue;
    bottom = y < bottom ? y : bottom;
    top = y + 1;
  }
  float left = (float)__builtin_ctz(any) - half, right = (float)(SIZE - __builtin_clz(any)) - half;
  co_canvas_camera(canvas, left - margin, (float)bottom - half - margin, right + margin, (float)top - half + margin);
  co_canvas_color(canvas, wall);
  co_canvas_rect(canvas, -SIZE, -SIZE, 2 * SIZE, 2 * SIZE);
  paint(canvas, terrain->climb, rim, .15f);
  paint(canvas, terrain->climb, ground, 0);
  paint(canvas, tiles, tile, 0);
  paint(canvas, cliffs, cliff, 0);
}

static bool aims(const Unit *unit) {
  return unit->target != NOBODY && unit->order != IDLE && unit->order != MOVE;
}

// Where a unit looks: at its target, else at its goal, else across the map.
static void look(const World *world, const State *state, int i, float *along, float *across) {
  const Unit *unit = &state->unit[i];
  bool walks = unit->order == MOVE || unit->order == ATTACK_MOVE;
  float x = aims(unit) ? state->unit[unit->target].x : unit->goal_x;
  float y = aims(unit) ? state->unit[unit->target].y : unit->goal_y;
  float dx = x - unit->x, dy = y - unit->y, length = sqrtf(dx * dx + dy * dy);
  bool known = (aims(unit) || walks) && length > .01f;
  *along = known ? dx / length : skirmish_side(world, i) ? -1 : 1;
  *across = known ? dy / length : 0;
}

static void show_figure(const World *world, const State *state, int i, float grow, CoColor color, CoCanvas *canvas) {
  const Unit *unit = &state->unit[i];
  const Figure *figure = &figures[unit->type];
  float points[2 * MOST_CORNERS], along, across, size = GROWN * skirmish_type(world, unit)->radius + grow;
  look(world, state, i, &along, &across);
  for (int k = 0; k < figure->corners; k++) {
    float x = size * figure->corner[k][0], y = size * figure->corner[k][1];
    points[2 * k] = unit->x + x * along - y * across;
    points[2 * k + 1] = unit->y + x * across + y * along;
  }
  co_canvas_color(canvas, color);
  co_canvas_polygon(canvas, points, figure->corners);
}

static void show_fallen(const World *world, const State *state, int i, CoCanvas *canvas) {
  const Unit *unit = &state->unit[i];
  float arm = .5f * skirmish_type(world, unit)->radius;
  CoColor color = co_color_team(skirmish_side(world, i));
  show_figure(world, state, i, 0, co_color_fade(co_color_mix(color, dark, .5f), .35f), canvas);
  co_canvas_color(canvas, co_color_fade(color, .6f));
  co_canvas_width(canvas, .1f);
  co_canvas_line(canvas, unit->x - arm, unit->y - arm, unit->x + arm, unit->y + arm);
  co_canvas_line(canvas, unit->x - arm, unit->y + arm, unit->x + arm, unit->y - arm);
}

// What an agent was told: an arrow to where it goes, or a thin line to whom it attacks.
static void show_order(const World *world, const State *state, int i, CoCanvas *canvas) {
  const Unit *unit = &state->unit[i];
  float x = unit->goal_x, y = unit->goal_y, along, across, head = .28f;
  co_canvas_color(canvas, co_color_fade(co_color_team(skirmish_side(world, i)), .55f));
  co_canvas_width(canvas, .05f);
  if (aims(unit) && unit->action >= ACT_TARGET) {
    const Unit *target = &state->unit[unit->target];
    co_canvas_line(canvas, unit->x, unit->y, target->x, target->y);
    co_canvas_ring(canvas, target->x, target->y, skirmish_type(world, target)->radius + .12f);
  } else if (unit->order == MOVE) {
    look(world, state, i, &along, &across);
    float tip[] = {x + head * along,       y + head * across,       x - .6f * head * across,
                   y + .6f * head * along, x + .6f * head * across, y - .6f * head * along};
    co_canvas_line(canvas, unit->x, unit->y, x, y);
    co_canvas_polygon(canvas, tip, 3);
  }
}

static bool is_healed(const World *world, const Unit *healer, const Unit *target) {
  const UnitType *hand = skirmish_type(world, healer), *body = skirmish_type(world, target);
  float dx = target->x - healer->x, dy = target->y - healer->y, reach = hand->range + hand->radius + body->radius;
  return target->hp > 0 && target->hp < body->hp && dx * dx + dy * dy <= reach * reach;
}

// A weapon that was reloaded within the last step has fired in it; the line fades with the ticks since then.
static void show_shot(const World *world, const State *state, int i, CoCanvas *canvas) {
  const Unit *unit = &state->unit[i], *target = &state->unit[unit->target];
  const UnitType *type = skirmish_type(world, unit);
  float ticks = (float)world->config.step_mul, age = type->period - unit->cooldown, along, across;
  bool beam = type->heals && is_healed(world, unit, target);
  if (!beam && (type->heals || unit->cooldown <= 0 || age > ticks)) return;
  look(world, state, i, &along, &across);
  float x = unit->x + type->radius * along, y = unit->y + type->radius * across;
  co_canvas_color(canvas, beam ? healing : co_color_fade(fire[type->race], age > 0 ? 1 - .7f * age / ticks : 1));
  co_canvas_width(canvas, beam ? .16f : .1f);
  co_canvas_line(canvas, x, y, target->x, target->y);
  if (type->blast == LINE)
    co_canvas_line(canvas, target->x - 1.4f * across, target->y + 1.4f * along, target->x + 1.4f * across,
                   target->y - 1.4f * along);
  if (!beam) co_canvas_disc(canvas, target->x, target->y, .14f);
}

static void show_unit(const World *world, const State *state, int i, CoCanvas *canvas) {
  const Unit *unit = &state->unit[i];
  const UnitType *type = skirmish_type(world, unit);
  CoColor color = co_color_team(skirmish_side(world, i));
  float radius = GROWN * type->radius, cross = .45f * radius;
  if (world->config.draw_ranges && !type->heals) {
    co_canvas_color(canvas, co_color_fade(color, .2f));
    co_canvas_width(canvas, 0);
    co_canvas_ring(canvas, unit->x, unit->y, type->radius + type->range);
  }
  show_figure(world, state, i, RIM, dark, canvas);
  show_figure(world, state, i, 0, color, canvas);
  co_canvas_color(canvas, unit->type == BANELING ? fire[ZERG] : light);
  if (figures[unit->type].core > 0) co_canvas_disc(canvas, unit->x, unit->y, figures[unit->type].core * radius);
  if (type->heals) {
    co_canvas_rect(canvas, unit->x - cross, unit->y - cross / 3, 2 * cross, 2 * cross / 3);
    co_canvas_rect(canvas, unit->x - cross / 3, unit->y - cross, 2 * cross / 3, 2 * cross);
  }
  if (unit->shield <= 0) return;
  co_canvas_color(canvas, co_color_fade(shields, .15f + .6f * unit->shield / type->shield));
  co_canvas_width(canvas, .08f);
  co_canvas_ring(canvas, unit->x, unit->y, 1.15f * radius);
}

static void show_bars(const World *world, const Unit *unit, CoCanvas *canvas) {
  const UnitType *type = skirmish_type(world, unit);
  const float high = .16f;
  float half = .2f + .8f * type->radius, x = unit->x - half, y = unit->y + 1.15f * GROWN * type->radius + .08f;
  float share = unit->hp / type->hp;
  if (type->energy > 0) {
    co_canvas_color(canvas, energies);
    co_canvas_bar(canvas, x, y, 2 * half, high, unit->energy / type->energy);
    y += high;
  }
  bool well = share > .5f;
  co_canvas_color(canvas, co_color_mix(life[well], life[well + 1], 2 * share - (float)well));
  co_canvas_bar(canvas, x, y, 2 * half, high, share);
  if (type->shield <= 0) return;
  co_canvas_color(canvas, shields);
  co_canvas_bar(canvas, x, y + high, 2 * half, high, unit->shield / type->shield);
}

bool skirmish_draw(const void *self, void *worker, const void *bytes, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const World *world = self;
  const State *state = bytes;
  int units = skirmish_total(world);
  show_ground(&world->map.terrain, canvas);
  for (int i = 0; i < units; i++)
    if (state->unit[i].hp <= 0) show_fallen(world, state, i, canvas);
  for (int i = 0; i < world->agents; i++)
    if (state->unit[i].hp > 0) show_order(world, state, i, canvas);
  for (int plane = GROUND; plane < PLANES; plane++)
    for (int i = 0; i < units; i++)
      if (state->unit[i].hp > 0 && (int)skirmish_type(world, &state->unit[i])->plane == plane)
        show_unit(world, state, i, canvas);
  for (int i = 0; i < units; i++)
    if (state->unit[i].hp > 0 && aims(&state->unit[i])) show_shot(world, state, i, canvas);
  for (int i = 0; i < units; i++)
    if (state->unit[i].hp > 0) show_bars(world, &state->unit[i], canvas);
  return true;
}

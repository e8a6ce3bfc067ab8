// What environments draw: every one something sound; skirmish what a player looks for.
#include "unit/skirmish.h"
#include "worlds.h"

static CoCanvas *drawn(const CoWorld *world, const void *state) {
  CoError error = {""};
  CoCanvas *canvas = co_canvas_create(NULL);
  if (!co_world_type(world)->draw(co_world_self(world), NULL, state, canvas, &error)) ck_abort_msg("%s", error.text);
  return canvas;
}

static int count(const CoCanvas *canvas, CoShapeKind kind) {
  int shapes, found = 0;
  const CoShape *shape = co_canvas_shapes(canvas, &shapes);
  for (int i = 0; i < shapes; i++) found += shape[i].kind == kind;
  return found;
}

static bool same(const CoCanvas *a, const CoCanvas *b) {
  int shapes, others;
  const CoShape *x = co_canvas_shapes(a, &shapes), *y = co_canvas_shapes(b, &others);
  if (shapes != others) return false;
  for (int i = 0; i < shapes; i++) {
    if (x[i].kind != y[i].kind || x[i].x != y[i].x || x[i].y != y[i].y || x[i].w != y[i].w || x[i].h != y[i].h ||
        memcmp(&x[i].color, &y[i].color, sizeof x->color) != 0)
      return false;
    if (x[i].kind == CO_SHAPE_POLYGON &&
        memcmp(co_canvas_points(a, &x[i]), co_canvas_points(b, &y[i]), (size_t)x[i].count * 2 * sizeof(float)) != 0)
      return false;
    if (x[i].kind == CO_SHAPE_TEXT && strcmp(co_canvas_string(a, &x[i]), co_canvas_string(b, &y[i])) != 0) return false;
  }
  return true;
}

// A camera first, one only; then at least four shapes; the same for the same state, others once play has gone on.
static void check(const char *name, const CoWorld *world, void *user) {
  (void)user;
  CoError error = {""};
  if (!co_world_type(world)->draw) ck_abort_msg("%s draws nothing", name);
  CoRandomPlay play = random_begin(world, 1, NULL);
  if (!co_vecenv_restart(play.vec, &error)) ck_abort_msg("%s: %s", name, error.text);
  CoCanvas *first = drawn(world, co_vecenv_state(play.vec, 0)), *again = drawn(world, co_vecenv_state(play.vec, 0));
  int shapes;
  if (co_canvas_failed(first) || co_canvas_shapes(first, &shapes)->kind != CO_SHAPE_CAMERA || shapes < 5 ||
      count(first, CO_SHAPE_CAMERA) != 1)
    ck_abort_msg("%s draws badly", name);
  if (!same(first, again)) ck_abort_msg("%s draws one state in two ways", name);
  bool moved = false;
  for (int t = 0; t < 10 && !moved; t++) {
    if (!co_random_step(&play, &error)) ck_abort_msg("%s: %s", name, error.text);
    CoCanvas *later = drawn(world, co_vecenv_state(play.vec, 0));
    moved = !same(first, later);
    co_canvas_destroy(later);
  }
  if (!moved) ck_abort_msg("%s draws the same ten times", name);
  co_canvas_destroy(first), co_canvas_destroy(again);
  co_random_end(&play);
}

START_TEST(every_environment_draws_itself) {
  worlds_each(check, NULL);
}
END_TEST

// Names, where there are any, are complete; keys are for actions that exist.
static void check_people(const char *name, const CoWorld *world, void *user) {
  (void)user;
  const CoSpec *spec = co_world_spec(world);
  for (int a = 0; spec->action_names && a < spec->actions; a++)
    if (!spec->action_names[a] || !*spec->action_names[a]) ck_abort_msg("%s: action %d has no name", name, a);
  for (const CoKey *key = spec->keys; key && key->key; key++) {
    if (spec->actions && (key->action < 0 || key->action >= spec->actions))
      ck_abort_msg("%s: key '%s'", name, key->key);
    for (int k = 0; k < spec->action_size; k++)
      if (!(key->values[k] >= spec->low[k] && key->values[k] <= spec->high[k]))
        ck_abort_msg("%s: key '%s'", name, key->key);
  }
}

START_TEST(names_and_keys_fit_the_actions) {
  worlds_each(check_people, NULL);
}
END_TEST

static bool has_line(const CoCanvas *canvas, float from_x, float to_x, float to_y) {
  int shapes;
  const CoShape *shape = co_canvas_shapes(canvas, &shapes);
  for (int i = 0; i < shapes; i++)
    if (shape[i].kind == CO_SHAPE_LINE && shape[i].x == from_x && shape[i].w == to_x && shape[i].h == to_y) return true;
  return false;
}

// A marine (radius .375) 4 to the left of another: its shot is a line from its edge, its order one from its middle.
START_TEST(shots_and_orders_are_lines) {
  Arena arena = arena_open(DUEL("marine", "marine"), "spawn_jitter=0 cooldown_jitter=false");
  State *state = arena_edit(&arena);
  state->unit[1].x = state->unit[0].x + 4;
  state->unit[1].y = state->unit[0].y;
  arena_commit(&arena);
  const float x = state->unit[0].x, y = state->unit[0].y;
  CoCanvas *before = drawn(arena.world, co_env_state(arena.env));
  ck_assert(!has_line(before, x, x + 4, y) && !has_line(before, x + .375f, x + 4, y));
  arena_act(&arena, 0, ACT_TARGET);
  CoCanvas *after = drawn(arena.world, co_env_state(arena.env));
  ck_assert(has_line(after, x, x + 4, y));
  ck_assert(has_line(after, x + .375f, x + 4, y));
  arena_act(&arena, 0, ACT_WEST);
  CoCanvas *gone = drawn(arena.world, co_env_state(arena.env));
  ck_assert(has_line(gone, arena_unit(&arena, 0)->x, x - 2, y)); // where it goes
  co_canvas_destroy(before), co_canvas_destroy(after), co_canvas_destroy(gone);
  arena_close(&arena);
}
END_TEST

// A living unit is two polygons (its rim and itself) and a bar; the dead keep one, and a cross.
START_TEST(the_fallen_lose_their_bars) {
  Arena arena = arena_open(DUEL("marine", "marine"), "spawn_jitter=0");
  CoCanvas *before = drawn(arena.world, co_env_state(arena.env));
  State *state = arena_edit(&arena);
  state->unit[1].hp = 0;
  CoCanvas *after = drawn(arena.world, state);
  ck_assert_int_eq(count(before, CO_SHAPE_POLYGON), 4);
  ck_assert_int_eq(count(after, CO_SHAPE_POLYGON), 3);
  ck_assert_int_eq(count(after, CO_SHAPE_LINE), count(before, CO_SHAPE_LINE) + 2);
  ck_assert_int_lt(count(after, CO_SHAPE_RECT), count(before, CO_SHAPE_RECT));
  co_canvas_destroy(before), co_canvas_destroy(after);
  arena_close(&arena);
}
END_TEST

START_TEST(ranges_are_drawn_on_demand) {
  for (int on = 0; on < 2; on++) {
    Arena arena = arena_open(DUEL("marine", "marine"), on ? "draw_ranges=true" : "draw_ranges=false");
    CoCanvas *canvas = drawn(arena.world, co_env_state(arena.env));
    ck_assert_int_eq(count(canvas, CO_SHAPE_RING), 2 * on);
    co_canvas_destroy(canvas);
    arena_close(&arena);
  }
}
END_TEST

CO_TESTS(every_environment_draws_itself, names_and_keys_fit_the_actions, shots_and_orders_are_lines,
         the_fallen_lose_their_bars, ranges_are_drawn_on_demand)

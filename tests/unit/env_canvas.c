// The canvas: what draw hooks write is what renderers read; colours by name; memory kept from frame to frame.
#include "allocations.h"
#include "suite.h"

#include "cohort/canvas.h"

#include <math.h>
#include <string.h>

static CoCanvas *canvas;

static const CoShape *shape(int index, int of) {
  int count;
  const CoShape *shapes = co_canvas_shapes(canvas, &count);
  ck_assert_int_eq(count, of);
  return of ? &shapes[index] : NULL;
}

static void begin(void) {
  canvas = co_canvas_create(NULL);
}

static void end(void) {
  co_canvas_destroy(canvas);
}

static void is_color(CoColor color, int r, int g, int b, int a) {
  ck_assert_int_eq(color.r, r);
  ck_assert_int_eq(color.g, g);
  ck_assert_int_eq(color.b, b);
  ck_assert_int_eq(color.a, a);
}

START_TEST(shapes_come_as_they_were_drawn) {
  begin();
  const float points[] = {0, 0, 2, 0, 1, 3};
  co_canvas_camera(canvas, -1, 8, 9, -2);
  co_canvas_color(canvas, (CoColor){1, 2, 3, 4});
  co_canvas_width(canvas, 0.5f);
  co_canvas_line(canvas, 1, 2, 3, 4);
  co_canvas_arc(canvas, 1, 2, 3, 0.5f, 1.5f);
  co_canvas_polygon(canvas, points, 3);
  co_canvas_text(canvas, 5, 6, 7, CO_RIGHT, "battle");
  co_canvas_sprite(canvas, 1, 1, 2, 3, 0.25f, "tank.png");
  const CoShape *camera = shape(0, 6), *line = shape(1, 6), *arc = shape(2, 6), *polygon = shape(3, 6);
  ck_assert_int_eq(camera->kind, CO_SHAPE_CAMERA);
  ck_assert_float_eq(camera->w, 10);
  ck_assert_float_eq(camera->h, -10);
  ck_assert_int_eq(line->kind, CO_SHAPE_LINE);
  is_color(line->color, 1, 2, 3, 4);
  ck_assert_float_eq(line->width, 0.5f);
  ck_assert_float_eq(line->h, 4);
  ck_assert_float_eq(arc->w, 3);
  ck_assert_float_eq(arc->h, 0.5f);
  ck_assert_float_eq(arc->more, 1.5f);
  ck_assert_int_eq(polygon->count, 3);
  ck_assert_mem_eq(co_canvas_points(canvas, polygon), points, sizeof points);
  ck_assert_str_eq(co_canvas_string(canvas, shape(4, 6)), "battle");
  ck_assert_int_eq(shape(4, 6)->align, CO_RIGHT);
  ck_assert_str_eq(co_canvas_string(canvas, shape(5, 6)), "tank.png");
  end();
}
END_TEST

START_TEST(a_bar_is_two_rectangles) {
  begin();
  co_canvas_color(canvas, (CoColor){100, 200, 10, 255});
  co_canvas_bar(canvas, 1, 2, 8, 1, 0.25f);
  is_color(shape(0, 2)->color, 30, 60, 3, 255);
  ck_assert_float_eq(shape(0, 2)->w, 8);
  is_color(shape(1, 2)->color, 100, 200, 10, 255);
  ck_assert_float_eq(shape(1, 2)->w, 2);
  co_canvas_clear(canvas);
  co_canvas_bar(canvas, 0, 0, 8, 1, -3); // held between empty and full
  co_canvas_bar(canvas, 0, 0, 8, 1, 3);
  ck_assert_float_eq(shape(2, 3)->w, 8);
  end();
}
END_TEST

START_TEST(what_is_not_finite_is_left_out) {
  begin();
  const float points[] = {0, 0, 1, 0, 1, NAN}, fine[] = {0, 0, 1, 0, 1, 1};
  co_canvas_disc(canvas, NAN, 0, 1);
  co_canvas_rect(canvas, 0, 0, INFINITY, 1);
  co_canvas_text(canvas, 0, 0, -INFINITY, CO_LEFT, "none");
  co_canvas_bar(canvas, 0, 0, 1, 1, NAN);
  co_canvas_polygon(canvas, points, 3);
  co_canvas_polygon(canvas, fine, 2); // two points are no polygon
  co_canvas_camera(canvas, 0, 0, 0, 1);
  co_canvas_width(canvas, NAN);
  co_canvas_line(canvas, 0, 0, 1, 1);
  shape(0, 0);
  ck_assert(!co_canvas_failed(canvas));
  end();
}
END_TEST

START_TEST(clearing_starts_anew) {
  begin();
  co_canvas_color(canvas, (CoColor){1, 2, 3, 4});
  co_canvas_width(canvas, 3);
  co_canvas_clear(canvas);
  co_canvas_disc(canvas, 0, 0, 1);
  is_color(shape(0, 1)->color, 255, 255, 255, 255);
  ck_assert_float_eq(shape(0, 1)->width, 0);
  end();
}
END_TEST

START_TEST(appending_keeps_points_texts_and_cameras) {
  begin();
  CoCanvas *other = co_canvas_create(NULL);
  const float first[] = {0, 0, 1, 0, 1, 1}, second[] = {5, 5, 6, 5, 6, 6};
  co_canvas_camera(canvas, 0, 0, 10, 10);
  co_canvas_polygon(canvas, first, 3);
  co_canvas_text(canvas, 0, 0, 1, CO_LEFT, "mine");
  co_canvas_polygon(other, second, 3);
  co_canvas_text(other, 0, 0, 1, CO_LEFT, "other's");
  co_canvas_append(canvas, other);
  const CoShape *camera = shape(3, 6); // the one that the other began with
  ck_assert_int_eq(camera->kind, CO_SHAPE_CAMERA);
  ck_assert_float_eq(camera->w, 1);
  ck_assert_mem_eq(co_canvas_points(canvas, shape(1, 6)), first, sizeof first);
  ck_assert_mem_eq(co_canvas_points(canvas, shape(4, 6)), second, sizeof second);
  ck_assert_str_eq(co_canvas_string(canvas, shape(2, 6)), "mine");
  ck_assert_str_eq(co_canvas_string(canvas, shape(5, 6)), "other's");
  co_canvas_destroy(other);
  end();
}
END_TEST

static void draw_much(void) {
  const float points[] = {0, 0, 1, 0, 1, 1};
  co_canvas_clear(canvas);
  for (int i = 0; i < 1000; i++) {
    co_canvas_disc(canvas, 0, 0, 1);
    co_canvas_polygon(canvas, points, 3);
    co_canvas_text(canvas, 0, 0, 1, CO_LEFT, "a text");
  }
}

START_TEST(warm_it_allocates_nothing) {
  begin();
  draw_much();
  long before = co_allocations;
  for (int i = 0; i < 10; i++) draw_much();
  ck_assert_int_eq(co_allocations, before);
  ck_assert_str_eq(co_canvas_string(canvas, shape(2999, 3000)), "a text");
  end();
}
END_TEST

START_TEST(colors_have_names_and_digits) {
  CoColor color;
  ck_assert(co_color_find("white", &color, NULL));
  is_color(color, 255, 255, 255, 255);
  ck_assert(co_color_find("#c39", &color, NULL));
  is_color(color, 0xcc, 0x33, 0x99, 255);
  ck_assert(co_color_find("#1a2B3c", &color, NULL));
  is_color(color, 0x1a, 0x2b, 0x3c, 255);
  ck_assert(co_color_find("#0123fF80", &color, NULL));
  is_color(color, 0x01, 0x23, 0xff, 0x80);
  int count = 0;
  for (; co_color_names[count]; count++) {
    ck_assert_msg(co_color_find(co_color_names[count], &color, NULL), "%s", co_color_names[count]);
    if (count) ck_assert_msg(strcmp(co_color_names[count - 1], co_color_names[count]) < 0, "not in order");
  }
  ck_assert_int_ge(count, 30);
}
END_TEST

START_TEST(a_wrong_color_suggests_the_nearest) {
  CoColor color = {1, 2, 3, 4};
  CoError error;
  ck_assert(!co_color_find("orenge", &color, &error));
  ck_assert_str_eq(error.text, "no colour 'orenge' (did you mean 'orange'?)");
  ck_assert(!co_color_find("transparent", &color, &error));
  ck_assert_str_eq(error.text, "no colour 'transparent': a name such as 'red', or '#cc3333'");
  const char *const wrong[] = {"#", "#12", "#1234", "#12345", "#1234567", "#12g", "#ccddeezz", "#123456789"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) ck_assert(!co_color_find(wrong[i], &color, &error));
  is_color(color, 1, 2, 3, 4);
}
END_TEST

START_TEST(colors_mix_and_fade) {
  const CoColor a = {0, 100, 200, 255}, b = {100, 0, 201, 55};
  is_color(co_color_mix(a, b, 0), 0, 100, 200, 255);
  is_color(co_color_mix(a, b, 1), 100, 0, 201, 55);
  is_color(co_color_mix(a, b, 0.25f), 25, 75, 200, 205);
  is_color(co_color_mix(a, b, 7), 100, 0, 201, 55);
  is_color(co_color_fade(a, 0.5f), 0, 100, 200, 128);
  is_color(co_color_fade(b, NAN), 100, 0, 201, 0);
}
END_TEST

// Far apart in lightness or along the axis that most colour-blind people see (blue against yellow).
START_TEST(teams_differ) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < i; j++) {
      CoColor a = co_color_team(i), b = co_color_team(j);
      double light = 0.5 * (a.r - b.r) + 0.5 * (a.g - b.g), blue = a.b - b.b;
      ck_assert_msg(sqrt(light * light + blue * blue) > 30, "teams %d and %d", i, j);
    }
  is_color(co_color_team(8), co_color_team(0).r, co_color_team(0).g, co_color_team(0).b, 255);
}
END_TEST

CO_TESTS(shapes_come_as_they_were_drawn, a_bar_is_two_rectangles, what_is_not_finite_is_left_out, clearing_starts_anew,
         appending_keeps_points_texts_and_cameras, warm_it_allocates_nothing, colors_have_names_and_digits,
         a_wrong_color_suggests_the_nearest, colors_mix_and_fade, teams_differ)

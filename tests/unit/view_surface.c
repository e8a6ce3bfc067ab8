// The software surface: exact coverage, cameras, clipping, the sharpness of straight things, no allocation once warm.
#include "allocations.h"
#include "suite.h"

#include "cohort/file.h"
#include "cohort/rng.h"
#include "cohort/surface.h"

#include <stdio.h>
#include <string.h>

enum { W = 16, H = 8 };
static CoSurface *surface;
static CoCanvas *canvas;

// A black surface and a canvas whose units are its pixels, y downwards.
static void begin(void) {
  CoError error = {""};
  surface = co_surface_create(W, H, NULL, &error);
  ck_assert_msg(surface, "%s", error.text);
  canvas = co_canvas_create(NULL);
  co_canvas_camera(canvas, 0, H, W, 0);
}

static void draw(void) {
  co_surface_clear(surface, (CoColor){0, 0, 0, 255});
  ck_assert(co_surface_draw(surface, canvas, co_surface_whole(surface)));
}

static void end(void) {
  co_canvas_destroy(canvas);
  co_surface_destroy(surface);
}

static void restart(void) {
  co_canvas_clear(canvas);
  co_canvas_camera(canvas, 0, H, W, 0);
}

static uint32_t pixel(int x, int y) {
  return surface->pixels[y * surface->width + x];
}

static int red(int x, int y) {
  return (int)(pixel(x, y) >> 16 & 0xff);
}

static double sum(void) { // of coverage, in pixels
  int total = 0;
  for (int i = 0; i < surface->width * surface->height; i++) total += (int)(surface->pixels[i] & 0xff);
  return total / 255.0;
}

START_TEST(polygons_are_covered_exactly) {
  begin();
  const float square[] = {1.25f, 1.5f, 3.75f, 1.5f, 3.75f, 3, 1.25f, 3};
  co_canvas_polygon(canvas, square, 4);
  draw();
  const int row1[] = {0, 96, 128, 96, 0}, row2[] = {0, 191, 255, 191, 0}; // 3/4 * 1/2, 1/2; 3/4, 1
  for (int x = 0; x < 5; x++) {
    ck_assert_int_eq(red(x, 1), row1[x]);
    ck_assert_int_eq(red(x, 2), row2[x]);
    ck_assert_int_eq(red(x, 3), 0);
  }
  restart();
  const float triangle[] = {4, 0, 8, 0, 4, 4};
  co_canvas_polygon(canvas, triangle, 3);
  draw();
  for (int y = 0; y < 5; y++)
    for (int x = 3; x < 9; x++) {
      int expected = x < 4 || y > 3 ? 0 : x + y < 7 ? 255 : x + y == 7 ? 128 : 0;
      ck_assert_int_eq(red(x, y), expected);
    }
  end();
}
END_TEST

START_TEST(holes_and_turns_do_not_matter) {
  begin();
  const float bow[] = {1, 1, 1, 5, 5, 5, 5, 1}; // the other way round
  co_canvas_polygon(canvas, bow, 4);
  draw();
  ck_assert_double_eq(sum(), 16);
  restart();
  const float notch[] = {0, 0, 8, 0, 8, 4, 4, 2, 0, 4}; // not convex
  co_canvas_polygon(canvas, notch, 5);
  draw();
  ck_assert_double_eq_tol(sum(), 24, 0.05);
  ck_assert_int_eq(red(4, 3), 0);
  end();
}
END_TEST

START_TEST(discs_and_rings_have_their_area) {
  begin();
  co_canvas_disc(canvas, 8.3f, 4.1f, 3);
  draw();
  ck_assert_double_eq_tol(sum(), 3.14159 * 9, 0.15);
  ck_assert_int_eq(red(8, 4), 255);
  restart();
  co_canvas_width(canvas, 1);
  co_canvas_ring(canvas, 8, 4, 3);
  draw();
  ck_assert_double_eq_tol(sum(), 3.14159 * (3.5 * 3.5 - 2.5 * 2.5), 0.2);
  ck_assert_int_eq(red(8, 4), 0);
  for (int y = 0; y < H; y++) // its four quarters are alike
    for (int x = 0; x < W; x++) ck_assert_int_eq(red(x, y), red(W - 1 - x, H - 1 - y));
  end();
}
END_TEST

START_TEST(an_arc_goes_counterclockwise) {
  begin();
  co_canvas_width(canvas, 1);
  co_canvas_arc(canvas, 8, 4, 3, 0, 1.5707963f); // from the right to the top
  draw();
  ck_assert_double_eq_tol(sum(), 0.25 * 3.14159 * 6, 0.1);
  ck_assert_int_gt(red(10, 3), 100);
  ck_assert_int_gt(red(8, 1), 60);
  ck_assert_int_eq(red(5, 4), 0);
  ck_assert_int_eq(red(8, 6), 0);
  end();
}
END_TEST

START_TEST(straight_things_lie_on_whole_pixels) {
  begin();
  co_canvas_rect(canvas, 1.4f, 1.6f, 2.2f, 1);  // 1.4 to 3.6, 1.6 to 2.6
  co_canvas_line(canvas, 6.3f, 1.2f, 6.3f, 5);  // one column
  co_canvas_frame(canvas, 8.4f, 0.6f, 4, 3.9f); // 8 to 12, 1 to 5 (4.5)
  co_canvas_line(canvas, 15, 8, 16, 8);         // at the very edge: still seen
  draw();
  static const char *const rows[H] = {
      "................", "......#.#####...", ".###..#.#...#...", "......#.#...#...",
      "......#.#...#...", "......#.#####...", "................", "...............#",
  };
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++) ck_assert_msg(red(x, y) == (rows[y][x] == '#' ? 255 : 0), "%d, %d", x, y);
  end();
}
END_TEST

START_TEST(lines_are_as_thick_as_asked) {
  begin();
  co_canvas_line(canvas, 1, 1, 5, 4); // 5 long, one pixel
  draw();
  ck_assert_double_eq_tol(sum(), 5, 0.1);
  restart();
  co_canvas_width(canvas, 2);
  co_canvas_line(canvas, 4, 4, 10, 4); // with round ends
  draw();
  ck_assert_double_eq_tol(sum(), 12 + 3.14159, 0.1);
  restart();
  co_canvas_width(canvas, 0.01f); // never thinner than a pixel
  co_canvas_line(canvas, 4, 4.5f, 10, 4.5f);
  draw();
  ck_assert_double_eq_tol(sum(), 6, 0.01);
  end();
}
END_TEST

// One unit in a corner of a camera of 4 x 4 units, on 16 x 8 pixels: two pixels a unit, 4 pixels free on either side.
static void corner(float left, float bottom, float right, float top, int x, int y) {
  co_canvas_clear(canvas);
  co_canvas_camera(canvas, left, bottom, right, top);
  co_canvas_rect(canvas, 0, 0, 1, 1);
  draw();
  ck_assert_double_eq(sum(), 4);
  ck_assert_int_eq(red(x, y), 255);
  ck_assert_int_eq(red(x + 1, y + 1), 255);
}

START_TEST(cameras_place_and_turn_over) {
  begin();
  corner(0, 0, 4, 4, 4, 6);
  corner(0, 4, 4, 0, 4, 0);
  corner(4, 0, 0, 4, 10, 6);
  corner(4, 4, 0, 0, 10, 0);
  co_canvas_clear(canvas);
  co_canvas_camera(canvas, 0, 0, 4, 4);
  co_canvas_camera(canvas, 0, 4, 4, 0); // locate goes by the last
  float x, y;
  co_surface_locate(canvas, co_surface_whole(surface), 5, 1, &x, &y);
  ck_assert_float_eq(x, 0.5f);
  ck_assert_float_eq(y, 0.5f);
  end();
}
END_TEST

START_TEST(nothing_leaves_its_area) {
  begin();
  const CoArea area = {3, 2, 6, 4};
  const float huge[] = {-1e30f, -1e30f, 1e30f, -1e30f, 1e30f, 1e30f, -1e30f, 1e30f};
  co_canvas_clear(canvas);
  co_canvas_polygon(canvas, huge, 4);
  co_canvas_disc(canvas, 0.5f, 0.5f, 1e6f);
  co_canvas_rect(canvas, -1e9f, -1e9f, 2e9f, 2e9f);
  co_canvas_line(canvas, -1e20f, 0.5f, 1e20f, 0.6f);
  co_canvas_text(canvas, 0.5f, 0.5f, 100, CO_CENTER, "WIDE");
  co_surface_clear(surface, (CoColor){0, 0, 0, 255});
  ck_assert(co_surface_draw(surface, canvas, area));
  ck_assert_double_eq(sum(), 24);
  for (int y = 2; y < 6; y++)
    for (int x = 3; x < 9; x++) ck_assert_int_eq(red(x, y), 255);
  const CoArea beside[] = {{W, 0, 5, 5}, {-5, 0, 5, 5}, {0, -9, 5, 9}, {2, 2, 0, 3}};
  for (int i = 0; i < 4; i++) ck_assert(co_surface_draw(surface, canvas, beside[i]));
  ck_assert_double_eq(sum(), 24);
  end();
}
END_TEST

// Any number a float can be, of any kind of shape: nothing but the area changes.
START_TEST(wild_numbers_do_no_harm) {
  begin();
  CoRng rng = co_rng(2, "wild", 0);
  const CoArea area = {3, 2, 6, 4};
  for (int trial = 0; trial < 5000; trial++) {
    float x[8];
    for (int i = 0; i < 8; i++) {
      uint32_t bits = (uint32_t)co_rng_next(&rng);
      memcpy(&x[i], &bits, sizeof bits);
      if (trial % 2) x[i] = (float)co_rng_uniform(&rng, -20, 20);
    }
    if (trial % 3 == 0) co_canvas_clear(canvas);
    if (trial % 5 == 0) co_canvas_camera(canvas, x[4], x[5], x[6], x[7]);
    co_canvas_width(canvas, x[5]);
    co_canvas_line(canvas, x[0], x[1], x[2], x[3]);
    co_canvas_ring(canvas, x[1], x[2], x[3]);
    co_canvas_arc(canvas, x[2], x[3], x[4], x[5], x[6]);
    co_canvas_frame(canvas, x[0], x[1], x[2], x[3]);
    co_canvas_bar(canvas, x[3], x[4], x[5], x[6], x[7]);
    co_canvas_polygon(canvas, x, 4);
    co_canvas_text(canvas, x[0], x[1], x[2], (CoAlign)(trial % 3), "wild");
    co_canvas_sprite(canvas, x[0], x[1], x[2], x[3], x[4], "none.png");
    co_surface_clear(surface, (CoColor){0, 0, 0, 255});
    bool drawn = co_surface_draw(surface, canvas, area);
    if (!drawn) ck_abort_msg("out of memory");
    for (int y = 0; y < H; y++)
      for (int at = 0; at < W; at++)
        if ((at < 3 || at >= 9 || y < 2 || y >= 6) && red(at, y)) ck_abort_msg("trial %d: %d, %d", trial, at, y);
  }
  end();
}
END_TEST

// Cut by the surface's edge, a shape is what it is on a larger one.
START_TEST(clipped_shapes_keep_their_pixels) {
  begin();
  CoSurface *large = co_surface_create(3 * W, 3 * H, NULL, NULL);
  CoRng rng = co_rng(1, "clip", 0);
  for (int trial = 0; trial < 200; trial++) {
    float points[10];
    for (int i = 0; i < 10; i++) points[i] = (float)(co_rng_unit(&rng) * (i % 2 ? 3 * H : 3 * W)) - (i % 2 ? H : W);
    for (int i = 0; i < 10; i++) points[i] = (float)(int)(points[i] * 256) / 256; // what edges are measured in
    co_canvas_clear(canvas);
    co_canvas_camera(canvas, 0, H, W, 0);
    co_canvas_polygon(canvas, points, 5);
    draw();
    co_canvas_clear(canvas);
    co_canvas_camera(canvas, -W, 2 * H, 2 * W, -H);
    co_canvas_polygon(canvas, points, 5);
    co_surface_clear(large, (CoColor){0, 0, 0, 255});
    ck_assert(co_surface_draw(large, canvas, co_surface_whole(large)));
    for (int y = 0; y < H; y++)
      for (int x = 0; x < W; x++) {
        int whole = (int)(large->pixels[(y + H) * 3 * W + x + W] & 0xff);
        ck_assert_msg(abs(whole - red(x, y)) <= 3, "trial %d: %d, %d: %d, %d", trial, x, y, whole, red(x, y));
      }
  }
  co_surface_destroy(large);
  end();
}
END_TEST

START_TEST(colors_blend_by_alpha) {
  begin();
  co_surface_clear(surface, (CoColor){100, 100, 100, 255});
  co_surface_fill(surface, (CoArea){2, 2, 3, 3}, (CoColor){200, 0, 100, 128});
  ck_assert_uint_eq(pixel(0, 0), 0xff646464);
  ck_assert_uint_eq(pixel(2, 2), 0xff963264); // 100 + 100 * 128 / 255 = 150.2; 49.8; 100
  ck_assert_uint_eq(pixel(5, 5), 0xff646464);
  const float square[] = {0, 0, 1, 0, 1, 1, 0, 1};
  co_canvas_color(canvas, (CoColor){200, 0, 100, 128});
  co_canvas_polygon(canvas, square, 4);
  ck_assert(co_surface_draw(surface, canvas, co_surface_whole(surface)));
  ck_assert_uint_eq(pixel(0, 0), 0xff963264);
  end();
}
END_TEST

START_TEST(pictures_survive_a_file) {
  begin();
  CoError error = {""};
  char path[] = COHORT_BINARY "/view_surface.png";
  co_canvas_color(canvas, (CoColor){200, 50, 10, 255});
  co_canvas_disc(canvas, 8, 4, 3);
  draw();
  ck_assert_msg(co_surface_write_png(surface, path, &error), "%s", error.text);
  CoSurface *read = co_surface_read_png(path, NULL, &error);
  ck_assert_msg(read, "%s", error.text);
  ck_assert_int_eq(read->width, W);
  ck_assert_mem_eq(read->pixels, surface->pixels, W * H * sizeof *read->pixels);
  co_surface_destroy(read);
  ck_assert(co_file_write(path, "no picture", 10, NULL));
  ck_assert_ptr_null(co_surface_read_png(path, NULL, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "not a PNG"));
  remove(path);
  ck_assert(!co_surface_write_png(surface, "/nowhere/picture.png", &error));
  ck_assert_ptr_nonnull(strstr(error.text, "/nowhere/picture.png"));
  end();
}
END_TEST

START_TEST(impossible_surfaces_are_refused) {
  CoError error;
  ck_assert_ptr_null(co_surface_create(0, 5, NULL, &error));
  ck_assert_str_eq(error.text, "a picture of 0 x 5 pixels: must be 1 to 16384 a side");
  ck_assert_ptr_null(co_surface_create(5, 5, "/nowhere/font.ttf", &error));
  ck_assert_ptr_nonnull(strstr(error.text, "fonts-dejavu-core"));
  ck_assert_ptr_null(co_surface_create(5, 5, __FILE__, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "not a TrueType font"));
  begin();
  ck_assert(!co_surface_resize(surface, 20000, 1, &error));
  ck_assert_int_eq(surface->width, W);
  ck_assert(co_surface_resize(surface, 40, 20, &error));
  draw();
  ck_assert_int_eq(surface->height, 20);
  end();
}
END_TEST

START_TEST(warm_it_allocates_nothing) {
  begin();
  const float triangle[] = {4, 0, 8, 0, 4, 4};
  co_canvas_disc(canvas, 5, 5, 3);
  co_canvas_polygon(canvas, triangle, 3);
  co_canvas_text(canvas, 1, 4, 8, CO_LEFT, "warm");
  co_canvas_sprite(canvas, 4, 4, 4, 4, 0, "none.png");
  draw();
  long before = co_allocations;
  bool drawn = true;
  for (int i = 0; i < 10; i++) drawn = drawn && co_surface_draw(surface, canvas, co_surface_whole(surface));
  ck_assert_int_eq(co_allocations, before);
  ck_assert(drawn);
  end();
}
END_TEST

CO_TESTS(polygons_are_covered_exactly, holes_and_turns_do_not_matter, discs_and_rings_have_their_area,
         an_arc_goes_counterclockwise, straight_things_lie_on_whole_pixels, lines_are_as_thick_as_asked,
         cameras_place_and_turn_over, nothing_leaves_its_area, wild_numbers_do_no_harm,
         clipped_shapes_keep_their_pixels, colors_blend_by_alpha, pictures_survive_a_file,
         impossible_surfaces_are_refused, warm_it_allocates_nothing)

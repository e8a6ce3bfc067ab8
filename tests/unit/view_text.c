// Texts and sprites on a surface: where they stand, what they do with wrong bytes, wrong files and many sizes.
#include "suite.h"

#include "cohort/file.h"
#include "cohort/surface.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { W = 120, H = 40 };
static CoSurface *surface;
static CoCanvas *canvas;

static void begin(void) {
  surface = co_surface_create(W, H, NULL, NULL);
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

static int shade(int x, int y) {
  return (int)(surface->pixels[y * W + x] & 0xff);
}

// The box around what is not black; empty: right < left.
typedef struct Box {
  int left, top, right, bottom;
} Box;

static Box inked(void) {
  Box box = {W, H, -1, -1};
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++) {
      if (shade(x, y) < 64) continue;
      if (x < box.left) box.left = x;
      if (x > box.right) box.right = x;
      if (y < box.top) box.top = y;
      if (y > box.bottom) box.bottom = y;
    }
  return box;
}

static Box inked_text(float x, float height, CoAlign align, const char *text) {
  co_canvas_clear(canvas);
  co_canvas_camera(canvas, 0, H, W, 0);
  co_canvas_text(canvas, x, 20, height, align, text);
  draw();
  return inked();
}

START_TEST(capitals_are_centred_on_their_line) {
  begin();
  Box box = inked_text(10, 24, CO_LEFT, "H");
  ck_assert_int_le(abs(20 - box.top - (box.bottom + 1 - 20)), 1);
  ck_assert_int_ge(box.bottom - box.top, 13); // 0.626 of the height
  ck_assert_int_le(box.bottom - box.top, 16);
  ck_assert_int_ge(box.left, 10);
  ck_assert_int_le(box.left, 13);
  end();
}
END_TEST

START_TEST(texts_are_aligned_by_their_width) {
  begin();
  float width = co_surface_text_width(surface, "HOH") * 20;
  Box left = inked_text(30, 20, CO_LEFT, "HOH"), center = inked_text(60, 20, CO_CENTER, "HOH");
  Box right = inked_text(90, 20, CO_RIGHT, "HOH");
  ck_assert_float_gt(width, 30);
  ck_assert_int_le(abs(left.left - 30 - (90 - 1 - right.right)), 1);
  ck_assert_int_le(abs(center.left + center.right + 1 - 120), 1);
  ck_assert_int_le(abs(right.right - right.left - (left.right - left.left)), 1);
  ck_assert_float_eq_tol((float)(left.right - left.left), width, 5);
  end();
}
END_TEST

START_TEST(letters_of_all_alphabets_and_of_none) {
  begin();
  const char *const one[] = {"\xc3\xa9", "\xce\xa9", "\xe2\x86\x92", "\xf0\x9f\x98\x80"}; // 2, 2, 3, 4 bytes
  for (int i = 0; i < 4; i++) {
    Box box = inked_text(40, 20, CO_LEFT, one[i]);
    ck_assert_msg(box.right >= box.left && box.right < 62, "text %d", i);
  }
  float unknown = co_surface_text_width(surface, "\xef\xbf\xbd"); // U+FFFD
  ck_assert_float_eq(co_surface_text_width(surface, "\xff"), unknown);
  ck_assert_float_eq(co_surface_text_width(surface, "\xc3"), unknown); // ends within a letter
  ck_assert_float_eq(co_surface_text_width(surface, "\xe2\x86"), unknown);
  ck_assert_float_eq_tol(co_surface_text_width(surface, "\xc3H"), unknown + co_surface_text_width(surface, "H"), 1e-6f);
  ck_assert_float_eq(co_surface_text_width(surface, "\n"), co_surface_text_width(surface, " "));
  ck_assert_float_eq(co_surface_text_width(surface, ""), 0);
  end();
}
END_TEST

START_TEST(small_texts_vanish_and_many_sizes_fit) {
  begin();
  Box box = inked_text(10, 3, CO_LEFT, "tiny");
  ck_assert_int_lt(box.right, box.left);
  for (int round = 0; round < 2; round++) // more letters than are kept at once
    for (int height = 10; height < 110; height++)
      inked_text((float)-height, (float)height, CO_LEFT, "abcdefghijklmnopqrstuvwxyz");
  Box early = inked_text(10, 24, CO_LEFT, "again");
  for (int height = 10; height < 110; height++)
    inked_text((float)-height, (float)height, CO_LEFT, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  Box late = inked_text(10, 24, CO_LEFT, "again");
  ck_assert_mem_eq(&early, &late, sizeof early);
  end();
}
END_TEST

// A 4 x 2 picture: left half red, right half blue.
static void write_flag(const char *path) {
  CoSurface *flag = co_surface_create(4, 2, NULL, NULL);
  co_surface_fill(flag, (CoArea){0, 0, 2, 2}, (CoColor){255, 0, 0, 255});
  co_surface_fill(flag, (CoArea){2, 0, 2, 2}, (CoColor){0, 0, 255, 255});
  ck_assert(co_surface_write_png(flag, path, NULL));
  co_surface_destroy(flag);
}

static uint32_t pixel(int x, int y) {
  return surface->pixels[y * W + x] & 0xffffff;
}

START_TEST(sprites_fill_their_place_and_turn) {
  begin();
  char folder[] = COHORT_BINARY "/view_text-XXXXXX", path[sizeof folder + 16];
  ck_assert_ptr_nonnull(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/flag.png", folder);
  write_flag(path);
  ck_assert(co_surface_sprites(surface, folder, NULL));
  co_canvas_sprite(canvas, 20, 20, 32, 16, 0, "flag.png");
  co_canvas_sprite(canvas, 60, 20, 32, 16, 1.5707963f, "flag.png"); // its left turns to the bottom
  co_canvas_sprite(canvas, 100, 20, 2, 1, 0, "flag.png");           // smaller than it is
  draw();
  ck_assert_uint_eq(pixel(10, 20), 0xff0000);
  ck_assert_uint_eq(pixel(30, 20), 0x0000ff);
  ck_assert_uint_eq(pixel(20, 10), 0);
  ck_assert_uint_eq(pixel(20, 30), 0);
  ck_assert_uint_eq(pixel(60, 30), 0xff0000);
  ck_assert_uint_eq(pixel(60, 10), 0x0000ff);
  ck_assert_uint_eq(pixel(50, 20), 0);
  ck_assert_uint_ne(pixel(99, 20), 0);
  remove(path);
  rmdir(folder);
  end();
}
END_TEST

START_TEST(what_is_no_sprite_is_a_crossed_frame) {
  begin();
  const char *const wrong[] = {"none.png", "", "/etc/hostname", "../up.png", "."};
  for (int i = 0; i < 5; i++) {
    co_canvas_clear(canvas);
    co_canvas_camera(canvas, 0, H, W, 0);
    co_canvas_sprite(canvas, 20, 20, 20, 20, 0, wrong[i]);
    draw();
    ck_assert_uint_eq(pixel(10, 15), 0xffffff); // the frame
    ck_assert_uint_ne(pixel(20, 20), 0);        // the cross
    ck_assert_uint_eq(pixel(20, 14), 0);
  }
  end();
}
END_TEST

CO_TESTS(capitals_are_centred_on_their_line, texts_are_aligned_by_their_width, letters_of_all_alphabets_and_of_none,
         small_texts_vanish_and_many_sizes_fit, sprites_fill_their_place_and_turn, what_is_no_sprite_is_a_crossed_frame)

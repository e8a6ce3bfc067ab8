// Movies: palettes, GIFs that another program opens, sheets, MP4 by ffmpeg where there is one.
#include "suite.h"

#include "cohort/file.h"
#include "cohort/movie.h"
#include "reel.h"

#include <stdio.h>
#include <string.h>

#define FILE_AT(ending) COHORT_BINARY "/view_movie." ending
enum { W = 33, H = 17 }; // odd, for MP4

static const CoColor ground = {20, 30, 40, 255};

// A disc that moves.
static void draw(CoSurface *surface, int step) {
  CoCanvas *canvas = co_canvas_create(NULL);
  co_canvas_camera(canvas, 0, H, W, 0);
  co_canvas_color(canvas, (CoColor){200, 100, 50, 255});
  co_canvas_disc(canvas, 4.0f + (float)step, 8.5f, 3);
  co_surface_clear(surface, ground);
  ck_assert(co_surface_draw(surface, canvas, co_surface_whole(surface)));
  co_canvas_destroy(canvas);
}

static bool film(const CoMovieSetup *setup, int frames, CoError *error) {
  CoSurface *surface = co_surface_create(W, H, NULL, error);
  CoMovie *movie = co_movie_create(setup, error);
  bool ok = movie != NULL;
  for (int i = 0; ok && i < frames; i++) {
    draw(surface, 4 * i);
    ok = co_movie_add(movie, surface, error);
  }
  ok = ok && co_movie_finish(movie, error);
  co_movie_destroy(movie);
  co_surface_destroy(surface);
  return ok;
}

// What a program prints, without its last line's end; "" when it is not there or fails.
static void ask(const char *command, char *out, size_t capacity) {
  out[0] = '\0';
  FILE *pipe = popen(command, "r");
  ck_assert_ptr_nonnull(pipe);
  size_t bytes = fread(out, 1, capacity - 1, pipe);
  out[bytes && out[bytes - 1] == '\n' ? bytes - 1 : bytes] = '\0';
  if (pclose(pipe) != 0) out[0] = '\0';
}

static bool there(const char *program) {
  char command[128], out[256];
  snprintf(command, sizeof command, "command -v %s", program);
  ask(command, out, sizeof out);
  return out[0];
}

START_TEST(few_colors_are_kept_as_they_are) {
  uint32_t pixels[1000];
  uint8_t colors[CO_PALETTE_COLORS][3], indices[1000];
  for (uint32_t i = 0; i < 1000; i++) pixels[i] = 0xff000000 | (i % 250) * 0x010203;
  CoPalette *palette = co_palette_create(NULL);
  ck_assert_int_eq(co_palette_make(palette, pixels, 1000, colors[0], indices), 250);
  for (int i = 0; i < 1000; i++) {
    const uint8_t *color = colors[indices[i]];
    ck_assert_uint_eq((uint32_t)(color[0] << 16 | color[1] << 8 | color[2]), pixels[i] & 0xffffff);
  }
  co_palette_destroy(palette);
}
END_TEST

static int far(const uint8_t *color, uint32_t pixel) {
  return abs(color[0] - (int)(pixel >> 16 & 0xff)) + abs(color[1] - (int)(pixel >> 8 & 0xff)) +
         abs(color[2] - (int)(pixel & 0xff));
}

// More colours than are counted one by one; half of the pixels are the ground, which stays exact.
START_TEST(many_colors_come_near) {
  enum { COUNT = 1 << 18 };
  uint32_t *pixels = malloc(COUNT * sizeof *pixels);
  uint8_t colors[CO_PALETTE_COLORS][3], *indices = malloc(COUNT), *again = malloc(COUNT);
  for (uint32_t i = 0; i < COUNT; i++) pixels[i] = i % 2 ? 0x14181f : (i * 0x9e3779b1U) >> 8;
  CoPalette *palette = co_palette_create(NULL);
  int count = co_palette_make(palette, pixels, COUNT, colors[0], indices);
  ck_assert_int_le(count, CO_PALETTE_COLORS);
  double error = 0;
  for (int i = 0; i < COUNT; i++) {
    ck_assert_int_lt(indices[i], count);
    if (i % 2) ck_assert_int_eq(far(colors[indices[i]], pixels[i]), 0);
    error += far(colors[indices[i]], pixels[i]);
  }
  ck_assert_double_lt(error / (COUNT / 2), 75); // 127 boxes of all colours: a fifth of a channel each
  ck_assert_int_eq(co_palette_make(palette, pixels, COUNT, colors[0], again), count);
  ck_assert_mem_eq(indices, again, COUNT);
  co_palette_destroy(palette);
  free(pixels), free(indices), free(again);
}
END_TEST

START_TEST(a_gif_opens_elsewhere) {
  const char *path = FILE_AT("gif");
  CoError error = {""};
  ck_assert_msg(film(&(CoMovieSetup){.path = path, .width = W, .height = H, .fps = 30}, 6, &error), "%s", error.text);
  size_t bytes;
  unsigned char *data = (unsigned char *)co_file_read(path, 1 << 20, &bytes, NULL);
  ck_assert_mem_eq(data, "GIF89a", 6);
  ck_assert_int_eq(data[6] | data[7] << 8, W);
  ck_assert_int_eq(data[8] | data[9] << 8, H);
  ck_assert_int_eq(data[bytes - 1], 0x3b);
  free(data);
  char out[256];
  if (there("gifsicle")) {
    ask("gifsicle --info " FILE_AT("gif") " | grep -o 'delay [0-9.]*s' | tr '\\n' ' '", out, sizeof out);
    ck_assert_str_eq(out, "delay 0.03s delay 0.04s delay 0.03s delay 0.03s delay 0.04s delay 0.03s ");
  }
  if (there("ffprobe")) {
    ask("ffprobe -v error -count_frames -show_entries stream=codec_name,width,height,nb_read_frames -of "
        "csv=p=0 " FILE_AT("gif"),
        out, sizeof out);
    ck_assert_str_eq(out, "gif,33,17,6");
  }
  remove(path);
}
END_TEST

// The last frame as ImageMagick or ffmpeg would show it: by its own pixels, decoded to a PNG that is read here.
START_TEST(a_gif_shows_what_was_drawn) {
  if (!there("ffmpeg")) return;
  ck_assert(film(&(CoMovieSetup){.path = FILE_AT("gif"), .width = W, .height = H, .fps = 30}, 6, NULL));
  char out[256];
  ask("ffmpeg -v error -y -i " FILE_AT("gif") " -vf select=eq\\(n\\\\,5\\) -frames:v 1 " FILE_AT("png") " && echo done",
      out, sizeof out);
  ck_assert_str_eq(out, "done");
  CoSurface *shown = co_surface_read_png(FILE_AT("png"), NULL, NULL), *drawn = co_surface_create(W, H, NULL, NULL);
  draw(drawn, 20);
  ck_assert_mem_eq(shown->pixels, drawn->pixels, W * H * sizeof *drawn->pixels);
  co_surface_destroy(shown);
  co_surface_destroy(drawn);
  remove(FILE_AT("gif"));
  remove(FILE_AT("png"));
}
END_TEST

START_TEST(a_png_is_a_sheet_of_frames) {
  const char *path = FILE_AT("png");
  CoError error = {""};
  const CoMovieSetup setup = {.path = path, .width = W, .height = H, .frames = 5, .columns = 3};
  ck_assert_msg(film(&setup, 5, &error), "%s", error.text);
  CoSurface *sheet = co_surface_read_png(path, NULL, NULL), *frame = co_surface_create(W, H, NULL, NULL);
  ck_assert_int_eq(sheet->width, 3 * W + 8);
  ck_assert_int_eq(sheet->height, 2 * H + 4);
  draw(frame, 16); // the fifth: second row, second column
  for (int y = 0; y < H; y++)
    ck_assert_mem_eq(sheet->pixels + (y + H + 4) * sheet->width + W + 4, frame->pixels + y * W, W * sizeof(uint32_t));
  co_surface_destroy(sheet);
  co_surface_destroy(frame);
  remove(path);
}
END_TEST

START_TEST(an_mp4_opens_elsewhere) {
  if (!there("ffmpeg") || !there("ffprobe")) return;
  CoError error = {""};
  char out[256];
  const CoMovieSetup setup = {.path = FILE_AT("mp4"), .width = W, .height = H, .fps = 25};
  ck_assert_msg(film(&setup, 12, &error), "%s", error.text);
  ask("ffprobe -v error -count_frames -show_entries stream=codec_name,width,height,nb_read_frames -of csv=p=0 " FILE_AT(
          "mp4"),
      out, sizeof out);
  ck_assert_str_eq(out, "h264,34,18,12");
  remove(FILE_AT("mp4"));
}
END_TEST

static void must_fail(const CoMovieSetup *setup, int frames, const char *part) {
  CoError error = {""};
  ck_assert(!film(setup, frames, &error));
  ck_assert_msg(strstr(error.text, part), "%s", error.text);
}

START_TEST(what_cannot_be_made_is_said) {
  must_fail(&(CoMovieSetup){"movie.avi", W, H, 30, 0, 0, NULL}, 1, "movie.avi: must end in .gif, .png or .mp4");
  must_fail(&(CoMovieSetup){"/nowhere/movie.gif", W, H, 30, 0, 0, NULL}, 2, "/nowhere/movie.gif: cannot write");
  must_fail(&(CoMovieSetup){FILE_AT("mp4"), W, H, 30, 0, 0, "no-such-ffmpeg"}, 1, "apt-get install ffmpeg");
  must_fail(&(CoMovieSetup){FILE_AT("mp4"), W, H, 30, 0, 0, "/"}, 1, "cannot start /");
  must_fail(&(CoMovieSetup){FILE_AT("mp4"), W, H, 30, 0, 0, "false"}, 500, "ffmpeg failed"); // reads nothing
  must_fail(&(CoMovieSetup){FILE_AT("png"), W, H, 0, 1000, 1, NULL}, 1, "too large");
  ck_assert(!co_file_exists(FILE_AT("mp4")));
  ck_assert(!co_file_exists(FILE_AT("mp4.tmp")));
}
END_TEST

START_TEST(an_unfinished_movie_leaves_nothing) {
  const char *const paths[] = {FILE_AT("gif"), FILE_AT("png"), FILE_AT("mp4")};
  for (int i = 0; i < (there("ffmpeg") ? 3 : 2); i++) {
    CoSurface *surface = co_surface_create(W, H, NULL, NULL);
    CoMovie *movie = co_movie_create(&(CoMovieSetup){.path = paths[i], .width = W, .height = H, .fps = 30}, NULL);
    ck_assert(co_movie_add(movie, surface, NULL));
    co_movie_destroy(movie);
    co_surface_destroy(surface);
    ck_assert(!co_file_exists(paths[i]));
  }
  ck_assert(!co_file_exists(FILE_AT("mp4.tmp")));
}
END_TEST

CO_TESTS(few_colors_are_kept_as_they_are, many_colors_come_near, a_gif_opens_elsewhere, a_gif_shows_what_was_drawn,
         a_png_is_a_sheet_of_frames, an_mp4_opens_elsewhere, what_cannot_be_made_is_said,
         an_unfinished_movie_leaves_nothing)

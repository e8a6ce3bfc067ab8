// Movies: which file a name's ending asks for, and the sheet of frames that a PNG is.
#include "cohort/movie.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "reel.h"

#define GAP 4 // pixels between the frames of a sheet

enum { GIF, PNG, MP4, KINDS };

struct CoMovie {
  int kind, width, height;
  char *path;
  CoGif *gif;
  CoEncoder *encoder;
  CoSurface sheet; // pixels owned; nothing is painted on it
  int columns, cells, frames;
};

static int kind_of(const char *path) {
  static const char *const endings[KINDS] = {".gif", ".png", ".mp4"};
  size_t length = strlen(path);
  for (int i = 0; i < KINDS; i++)
    if (length > 4 && !strcmp(path + length - 4, endings[i])) return i;
  return KINDS;
}

bool co_movie_check(const char *path, CoError *error) {
  return kind_of(path) != KINDS || co_fail(error, "%s: must end in .gif, .png or .mp4", path);
}

static bool make_sheet(CoMovie *movie, const CoMovieSetup *setup, CoError *error) {
  movie->cells = setup->frames > 1 ? setup->frames : 1;
  movie->columns = setup->columns > 1 ? setup->columns : 1;
  if (movie->columns > movie->cells) movie->columns = movie->cells;
  int rows = (movie->cells + movie->columns - 1) / movie->columns;
  int64_t width = (int64_t)movie->columns * (movie->width + GAP) - GAP;
  int64_t height = (int64_t)rows * (movie->height + GAP) - GAP;
  if (width > CO_SURFACE_LARGEST || height > CO_SURFACE_LARGEST)
    return co_fail(error, "%s: %d frames of %d x %d make a picture too large", movie->path, movie->cells, movie->width,
                   movie->height);
  movie->sheet = (CoSurface){.width = (int)width, .height = (int)height};
  movie->sheet.pixels = malloc((size_t)(width * height) * sizeof *movie->sheet.pixels);
  if (!movie->sheet.pixels) return co_fail(error, "%s: no memory for the picture", movie->path);
  co_surface_clear(&movie->sheet, (CoColor){0, 0, 0, 255});
  return true;
}

static bool begin(CoMovie *movie, const CoMovieSetup *setup, CoError *error) {
  if (!(movie->path = strdup(setup->path))) return co_fail(error, "no memory for a movie");
  if (!co_movie_check(setup->path, error)) return false;
  if (movie->kind == PNG) return make_sheet(movie, setup, error);
  if (movie->kind == GIF)
    return (movie->gif = co_gif_create(setup->width, setup->height, setup->fps, error)) ||
           co_fail_within(error, "%s", setup->path);
  const char *program = setup->ffmpeg ? setup->ffmpeg : "ffmpeg";
  return (movie->encoder = co_encoder_create(program, setup->path, setup->width, setup->height, setup->fps, error));
}

CoMovie *co_movie_create(const CoMovieSetup *setup, CoError *error) {
  assert(setup->width > 0 && setup->height > 0 && setup->width <= CO_SURFACE_LARGEST &&
         setup->height <= CO_SURFACE_LARGEST);
  CoMovie *movie = calloc(1, sizeof *movie);
  if (!movie) {
    co_fail(error, "no memory for a movie");
    return NULL;
  }
  *movie = (CoMovie){.kind = kind_of(setup->path), .width = setup->width, .height = setup->height};
  assert(movie->kind == PNG || movie->kind == KINDS || setup->fps > 0);
  if (begin(movie, setup, error)) return movie;
  co_movie_destroy(movie);
  return NULL;
}

void co_movie_destroy(CoMovie *movie) {
  if (!movie) return;
  co_gif_destroy(movie->gif);
  co_encoder_destroy(movie->encoder);
  free(movie->sheet.pixels);
  free(movie->path);
  free(movie);
}

static void lay(CoMovie *movie, const CoSurface *frame) {
  int x = movie->frames % movie->columns * (movie->width + GAP);
  int y = movie->frames / movie->columns * (movie->height + GAP);
  for (int row = 0; row < movie->height; row++)
    memcpy(movie->sheet.pixels + (size_t)(y + row) * (size_t)movie->sheet.width + x,
           frame->pixels + (size_t)row * (size_t)frame->width, (size_t)frame->width * sizeof *frame->pixels);
}

bool co_movie_add(CoMovie *movie, const CoSurface *frame, CoError *error) {
  assert(frame->width == movie->width && frame->height == movie->height);
  assert(movie->kind != PNG || movie->frames < movie->cells);
  bool ok = true;
  if (movie->kind == PNG)
    lay(movie, frame);
  else if (movie->kind == GIF)
    ok = co_gif_add(movie->gif, frame->pixels, error);
  else
    ok = co_encoder_add(movie->encoder, frame->pixels, error);
  movie->frames++;
  return ok;
}

bool co_movie_finish(CoMovie *movie, CoError *error) {
  assert(movie->frames > 0);
  if (movie->kind == PNG) return co_surface_write_png(&movie->sheet, movie->path, error);
  if (movie->kind == GIF) return co_gif_finish(movie->gif, movie->path, error);
  return co_encoder_finish(movie->encoder, error);
}

// Animated GIFs by libcgif, every frame with colours of its own.
#include <cgif.h>
#include <math.h>
#include <stdlib.h>

#include "cohort/bytes.h"
#include "cohort/file.h"
#include "reel.h"

#define SHORTEST 2 // hundredths of a second: what is shorter, browsers show slowly

struct CoGif {
  CGIF *writer;
  CoWriter file;
  CoPalette *palette;
  uint8_t *indices; // [height][width]
  int width, height;
  double fps;
  int64_t frames, shown; // hundredths of a second so far
};

static int collect(void *user, const uint8_t *data, const size_t bytes) {
  CoWriter *file = user;
  co_write(file, data, bytes);
  return file->failed;
}

CoGif *co_gif_create(int width, int height, double fps, CoError *error) {
  CoGif *gif = calloc(1, sizeof *gif);
  if (gif) {
    *gif = (CoGif){.width = width, .height = height, .fps = fps};
    gif->palette = co_palette_create(error);
    gif->indices = malloc((size_t)width * (size_t)height);
    CGIF_Config config = {.attrFlags = CGIF_ATTR_IS_ANIMATED | CGIF_ATTR_NO_GLOBAL_TABLE,
                          .width = (uint16_t)width,
                          .height = (uint16_t)height,
                          .pWriteFn = collect,
                          .pContext = &gif->file};
    gif->writer = cgif_newgif(&config);
    if (gif->palette && gif->indices && gif->writer) return gif;
  }
  co_fail(error, "no memory for a GIF");
  co_gif_destroy(gif);
  return NULL;
}

void co_gif_destroy(CoGif *gif) {
  if (!gif) return;
  if (gif->writer) cgif_close(gif->writer);
  co_writer_free(&gif->file);
  co_palette_destroy(gif->palette);
  free(gif->indices);
  free(gif);
}

bool co_gif_add(CoGif *gif, const uint32_t *pixels, CoError *error) {
  uint8_t colors[CO_PALETTE_COLORS][3];
  int count = co_palette_make(gif->palette, pixels, (size_t)gif->width * (size_t)gif->height, colors[0], gif->indices);
  int64_t until = (int64_t)floor((double)++gif->frames * 100 / gif->fps + 0.5); // so that roundings do not add up
  if (until < gif->shown + SHORTEST) until = gif->shown + SHORTEST;
  CGIF_FrameConfig frame = {.pLocalPalette = colors[0],
                            .pImageData = gif->indices,
                            .attrFlags = CGIF_FRAME_ATTR_USE_LOCAL_TABLE,
                            .genFlags = CGIF_FRAME_GEN_USE_TRANSPARENCY | CGIF_FRAME_GEN_USE_DIFF_WINDOW,
                            .delay = (uint16_t)fmin((double)(until - gif->shown), UINT16_MAX),
                            .numLocalPaletteEntries = (uint16_t)count};
  gif->shown = until;
  return cgif_addframe(gif->writer, &frame) == CGIF_OK ||
         co_fail(error, "no memory for frame %lld of a GIF", (long long)gif->frames);
}

bool co_gif_finish(CoGif *gif, const char *path, CoError *error) {
  int closed = cgif_close(gif->writer);
  gif->writer = NULL;
  if (closed != CGIF_OK || gif->file.failed) return co_fail(error, "%s: no memory for the GIF", path);
  return co_file_write(path, gif->file.data, gif->file.size, error);
}

// Private to the view room: what a movie is made with.
#ifndef COHORT_VIEW_REEL_H
#define COHORT_VIEW_REEL_H

#include <stddef.h>
#include <stdint.h>

#include "cohort/error.h"

// Colours of one picture, at most `colors` of them: all where they are few enough, else the commonest half as they are
// and the others by the median of what is left. The same picture always gives the same ones.
typedef struct CoPalette CoPalette;
#define CO_PALETTE_COLORS 255 // one number is left for "as before"
CoPalette *co_palette_create(CoError *error);
void co_palette_destroy(CoPalette *palette); // NULL is fine
// pixels[count] as 0x..RRGGBB; colors [CO_PALETTE_COLORS][3], indices [count]. Returns how many colours there are.
int co_palette_make(CoPalette *palette, const uint32_t *pixels, size_t count, uint8_t *colors, uint8_t *indices);

// An animated GIF, in memory until it is finished.
typedef struct CoGif CoGif;
CoGif *co_gif_create(int width, int height, double fps, CoError *error);
void co_gif_destroy(CoGif *gif); // NULL is fine
bool co_gif_add(CoGif *gif, const uint32_t *pixels, CoError *error);
bool co_gif_finish(CoGif *gif, const char *path, CoError *error);

// A program that reads frames and writes a file beside `path`, which finish gives its name.
typedef struct CoEncoder CoEncoder;
CoEncoder *co_encoder_create(const char *program, const char *path, int width, int height, double fps, CoError *error);
void co_encoder_destroy(CoEncoder *encoder); // NULL is fine; ends the program, leaves no file
bool co_encoder_add(CoEncoder *encoder, const uint32_t *pixels, CoError *error);
bool co_encoder_finish(CoEncoder *encoder, CoError *error);

#endif

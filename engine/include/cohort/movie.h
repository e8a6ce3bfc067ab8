// A movie: frames of surfaces as a file: GIF, PNG (one frame, or a sheet of several) or MP4.
#ifndef COHORT_MOVIE_H
#define COHORT_MOVIE_H

#include "cohort/surface.h"

typedef struct CoMovieSetup {
  const char *path;   // its ending says what: .gif, .png, .mp4
  int width, height;  // of a frame
  double fps;         // frames a second: GIF and MP4
  int frames;         // PNG: how many will come, side by side in rows of `columns`; 0: 1
  int columns;        // PNG; 0: 1
  const char *ffmpeg; // MP4: the program; NULL: "ffmpeg", as the system finds it
} CoMovieSetup;

// Whether the path's ending is known, for those who ask before they play.
bool co_movie_check(const char *path, CoError *error);

// GIF: each frame has its own 256 colours, the commonest exactly. MP4 is made by the program ffmpeg, which is started
// here; without it there is a sentence.
typedef struct CoMovie CoMovie;
CoMovie *co_movie_create(const CoMovieSetup *setup, CoError *error);
bool co_movie_add(CoMovie *movie, const CoSurface *frame, CoError *error); // of the setup's size
bool co_movie_finish(CoMovie *movie, CoError *error);                      // the file is there now, whole
void co_movie_destroy(CoMovie *movie);                                     // NULL is fine; unfinished: leaves no file

#endif

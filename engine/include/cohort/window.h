// A window on the screen (SDL2): shows a surface's pixels as they are, and tells what a person presses.
#ifndef COHORT_WINDOW_H
#define COHORT_WINDOW_H

#include "cohort/surface.h"

typedef enum CoEventKind {
  CO_EVENT_QUIT,   // the window is being closed
  CO_EVENT_KEY,    // pressed, or repeated while held
  CO_EVENT_CLICK,  // of the left button
  CO_EVENT_RESIZE, // to width and height
  CO_EVENT_EXPOSE, // show again
} CoEventKind;

typedef struct CoEvent {
  CoEventKind kind;
  char key[24];      // "left", "space", "a", "1", "tab", "shift tab", "escape", "f1", "+": what CoKey calls it
  bool repeated;     // by the keyboard, while it is held
  int width, height; // of RESIZE
  int x, y;          // of CLICK: pixels from the left upper corner
} CoEvent;

// One at a time. Without a screen: NULL with a sentence that names `cohort record`.
typedef struct CoWindow CoWindow;
CoWindow *co_window_create(const char *title, int width, int height, CoError *error);
void co_window_destroy(CoWindow *window); // NULL is fine

// The surface's pixels, from the left upper corner; what the surface does not reach is black.
bool co_window_show(CoWindow *window, const CoSurface *surface, CoError *error);
bool co_window_capture(CoWindow *window, CoSurface *into, CoError *error); // what is shown, as large as the window

// The next event, for which it waits at most so long, or until something came that is nobody's business; false when
// there is none.
bool co_window_event(CoWindow *window, int milliseconds, CoEvent *event);
bool co_window_held(const CoWindow *window, const char *key); // as events have told so far

#endif

// The window, by SDL2: pixels are copied to the window's own surface, no renderer lies between.
#include "cohort/window.h"

#include <SDL2/SDL.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define HELD 16 // keys a person holds at once

struct CoWindow {
  SDL_Window *window;
  char held[HELD][24]; // "" is a free place
};

static bool fail(const char *what, CoError *error) {
  return co_fail(error, "%s: %s", what, SDL_GetError());
}

static bool open_display(CoError *error) {
  SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0"); // shared memory, not a texture: the pixels are ours
  SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");       // the program's own
  bool ready = SDL_InitSubSystem(SDL_INIT_VIDEO) == 0;
  if (ready && (SDL_GetHint(SDL_HINT_VIDEODRIVER) || strcmp(SDL_GetCurrentVideoDriver(), "offscreen") != 0))
    return true;
  if (ready) SDL_QuitSubSystem(SDL_INIT_VIDEO); // SDL's last resort, which nobody would see
  return co_fail(error, "there is no screen for a window (%s): cohort record makes pictures and films without one",
                 ready ? "no X or Wayland display answers" : SDL_GetError());
}

CoWindow *co_window_create(const char *title, int width, int height, CoError *error) {
  CoWindow *window = calloc(1, sizeof *window);
  if (!window) {
    co_fail(error, "no memory for a window");
    return NULL;
  }
  if (!open_display(error)) {
    free(window);
    return NULL;
  }
  window->window = SDL_CreateWindow(title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width, height,
                                    SDL_WINDOW_RESIZABLE | SDL_WINDOW_SHOWN);
  if (window->window) {
    SDL_SetWindowMinimumSize(window->window, 320, 240);
    return window;
  }
  fail("no window", error);
  co_window_destroy(window);
  return NULL;
}

void co_window_destroy(CoWindow *window) {
  if (!window) return;
  if (window->window) SDL_DestroyWindow(window->window);
  SDL_QuitSubSystem(SDL_INIT_VIDEO);
  free(window);
}

static int smaller(int a, int b) {
  return a < b ? a : b;
}

static bool copy(SDL_Surface *to, const CoSurface *from, CoError *error) {
  int width = smaller(to->w, from->width), height = smaller(to->h, from->height);
  if ((width < to->w || height < to->h) && SDL_FillRect(to, NULL, 0) != 0) return fail("the window", error);
  if (SDL_MUSTLOCK(to) && SDL_LockSurface(to) != 0) return fail("the window", error);
  int failed = SDL_ConvertPixels(width, height, SDL_PIXELFORMAT_ARGB8888, from->pixels, from->width * 4,
                                 to->format->format, to->pixels, to->pitch);
  if (SDL_MUSTLOCK(to)) SDL_UnlockSurface(to);
  return !failed || fail("the window's pixels", error);
}

bool co_window_show(CoWindow *window, const CoSurface *surface, CoError *error) {
  SDL_Surface *shown = SDL_GetWindowSurface(window->window);
  if (!shown) return fail("the window", error);
  return copy(shown, surface, error) && (SDL_UpdateWindowSurface(window->window) == 0 || fail("the window", error));
}

bool co_window_capture(CoWindow *window, CoSurface *into, CoError *error) {
  SDL_Surface *shown = SDL_GetWindowSurface(window->window);
  if (!shown) return fail("the window", error);
  if (!co_surface_resize(into, shown->w, shown->h, error)) return false;
  if (SDL_ConvertPixels(shown->w, shown->h, shown->format->format, shown->pixels, shown->pitch,
                        SDL_PIXELFORMAT_ARGB8888, into->pixels, into->width * 4) != 0)
    return fail("the window's pixels", error);
  for (size_t i = 0; i < (size_t)shown->w * (size_t)shown->h; i++) into->pixels[i] |= 0xff000000;
  return true;
}

// SDL's "Left", "Keypad 5" and "Tab" become "left", "5" and "shift tab".
static void name(SDL_Keysym key, char out[24]) {
  const char *own = SDL_GetKeyName(key.sym), *prefix = "";
  if (!strncmp(own, "Keypad ", 7)) own += 7;
  if (!strcmp(own, "Enter")) own = "return";
  if (key.sym == SDLK_TAB && key.mod & KMOD_SHIFT) prefix = "shift ";
  if (key.sym == SDLK_EQUALS && key.mod & KMOD_SHIFT) own = "+";
  SDL_snprintf(out, 24, "%s%s", prefix, own);
  for (char *c = out; *c; c++) *c = (char)tolower((unsigned char)*c);
}

static char *place_of(CoWindow *window, const char *key) {
  for (int i = 0; i < HELD; i++)
    if (!strcmp(window->held[i], key)) return window->held[i];
  return NULL;
}

static void press(CoWindow *window, const char *key) {
  char *place = place_of(window, key);
  if (!place) place = place_of(window, "");
  if (place) memcpy(place, key, strlen(key) + 1);
}

static void release(CoWindow *window, SDL_Keysym key) {
  char text[24];
  name(key, text);
  char *place = place_of(window, text);
  if (place) *place = '\0';
}

// False for what is nobody's business.
static bool translate(CoWindow *window, const SDL_Event *from, CoEvent *to) {
  *to = (CoEvent){.kind = CO_EVENT_EXPOSE};
  switch (from->type) {
  case SDL_QUIT:
    to->kind = CO_EVENT_QUIT;
    return true;
  case SDL_KEYDOWN:
    to->kind = CO_EVENT_KEY;
    to->repeated = from->key.repeat != 0;
    name(from->key.keysym, to->key);
    press(window, to->key);
    return true;
  case SDL_KEYUP:
    release(window, from->key.keysym);
    return false;
  case SDL_MOUSEBUTTONDOWN:
    to->kind = CO_EVENT_CLICK;
    to->x = from->button.x, to->y = from->button.y;
    return from->button.button == SDL_BUTTON_LEFT;
  case SDL_WINDOWEVENT:
    if (from->window.event == SDL_WINDOWEVENT_FOCUS_LOST) memset(window->held, 0, sizeof window->held);
    if (from->window.event == SDL_WINDOWEVENT_EXPOSED) return true;
    if (from->window.event != SDL_WINDOWEVENT_SIZE_CHANGED) return false;
    to->kind = CO_EVENT_RESIZE;
    to->width = from->window.data1, to->height = from->window.data2;
    return true;
  default:
    return false;
  }
}

bool co_window_event(CoWindow *window, int milliseconds, CoEvent *event) {
  for (SDL_Event own; SDL_WaitEventTimeout(&own, milliseconds); milliseconds = 0)
    if (translate(window, &own, event)) return true;
  return false;
}

bool co_window_held(const CoWindow *window, const char *key) {
  for (int i = 0; *key && i < HELD; i++)
    if (!strcmp(window->held[i], key)) return true;
  return false;
}

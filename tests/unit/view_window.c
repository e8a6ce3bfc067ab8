// The window: a surface's pixels arrive unchanged, keys have the names that environments use. Without a display, on
// SDL2's dummy driver.
#include <SDL2/SDL.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/window.h"
#include "suite.h"

static CoWindow *open_window(void) {
  CoError error = {""};
  setenv("SDL_VIDEODRIVER", "dummy", 1);
  CoWindow *window = co_window_create("test", 400, 300, &error);
  ck_assert_msg(window != NULL, "%s", error.text);
  return window;
}

static CoSurface *noise(int width, int height) {
  CoSurface *surface = co_surface_create(width, height, NULL, NULL);
  ck_assert_ptr_nonnull(surface);
  for (int i = 0; i < width * height; i++) surface->pixels[i] = 0xff000000 | ((uint32_t)i * 2654435761U >> 8);
  return surface;
}

START_TEST(pixels_arrive_unchanged) {
  CoWindow *window = open_window();
  CoSurface *drawn = noise(400, 300), *seen = co_surface_create(10, 10, NULL, NULL);
  ck_assert(co_window_show(window, drawn, NULL));
  ck_assert(co_window_capture(window, seen, NULL));
  ck_assert_int_eq(seen->width, 400);
  ck_assert_int_eq(seen->height, 300);
  ck_assert_mem_eq(seen->pixels, drawn->pixels, 400 * 300 * 4);
  co_surface_destroy(drawn);
  co_surface_destroy(seen);
  co_window_destroy(window);
}
END_TEST

START_TEST(a_smaller_surface_leaves_black) {
  CoWindow *window = open_window();
  CoSurface *drawn = noise(500, 100), *seen = co_surface_create(10, 10, NULL, NULL);
  ck_assert(co_window_show(window, drawn, NULL)); // wider than the window, not as high
  ck_assert(co_window_capture(window, seen, NULL));
  for (int y = 0; y < 300; y++)
    for (int x = 0; x < 400; x++)
      ck_assert_uint_eq(seen->pixels[y * 400 + x], y < 100 ? drawn->pixels[y * 500 + x] : 0xff000000);
  co_surface_destroy(drawn);
  co_surface_destroy(seen);
  co_window_destroy(window);
}
END_TEST

static void push(uint32_t type, SDL_Keycode key, uint16_t modifiers) {
  SDL_Event event = {.type = type};
  event.key.keysym.sym = key;
  event.key.keysym.mod = modifiers;
  ck_assert_int_eq(SDL_PushEvent(&event), 1);
}

// Until a key comes; the window's own events lie between.
static CoEvent next_key(CoWindow *window) {
  CoEvent event = {.kind = CO_EVENT_EXPOSE};
  for (int i = 0; i < 1000 && event.kind != CO_EVENT_KEY; i++)
    if (!co_window_event(window, 1, &event)) event.kind = CO_EVENT_EXPOSE;
  ck_assert_int_eq(event.kind, CO_EVENT_KEY);
  return event;
}

START_TEST(keys_are_called_what_environments_call_them) {
  static const struct {
    SDL_Keycode key;
    uint16_t modifiers;
    const char *name;
  } keys[] = {{SDLK_LEFT, 0, "left"},
              {SDLK_SPACE, 0, "space"},
              {SDLK_a, 0, "a"},
              {SDLK_7, 0, "7"},
              {SDLK_KP_7, 0, "7"},
              {SDLK_KP_ENTER, 0, "return"},
              {SDLK_RETURN, 0, "return"},
              {SDLK_ESCAPE, 0, "escape"},
              {SDLK_F1, 0, "f1"},
              {SDLK_TAB, 0, "tab"},
              {SDLK_TAB, KMOD_LSHIFT, "shift tab"},
              {SDLK_EQUALS, KMOD_RSHIFT, "+"},
              {SDLK_EQUALS, 0, "="},
              {SDLK_KP_PLUS, 0, "+"},
              {SDLK_MINUS, 0, "-"},
              {SDLK_PERIOD, 0, "."}};
  CoWindow *window = open_window();
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    push(SDL_KEYDOWN, keys[i].key, keys[i].modifiers);
    CoEvent event = next_key(window);
    ck_assert_str_eq(event.key, keys[i].name);
    push(SDL_KEYUP, keys[i].key, keys[i].modifiers);
  }
  co_window_destroy(window);
}
END_TEST

START_TEST(keys_are_held_until_they_are_let_go) {
  CoWindow *window = open_window();
  CoEvent event;
  push(SDL_KEYDOWN, SDLK_LEFT, 0);
  push(SDL_KEYDOWN, SDLK_a, 0);
  next_key(window), next_key(window);
  ck_assert(co_window_held(window, "left") && co_window_held(window, "a") && !co_window_held(window, "right"));
  ck_assert(!co_window_held(window, ""));
  push(SDL_KEYUP, SDLK_LEFT, 0);
  while (co_window_event(window, 10, &event)) {}
  ck_assert(!co_window_held(window, "left") && co_window_held(window, "a"));
  for (int i = 0; i < 30; i++) push(SDL_KEYDOWN, SDLK_b + i % 20, 0); // more than anybody holds
  while (co_window_event(window, 10, &event)) {}
  ck_assert(co_window_held(window, "a") && co_window_held(window, "b"));
  SDL_Event lost = {.type = SDL_WINDOWEVENT};
  lost.window.event = SDL_WINDOWEVENT_FOCUS_LOST;
  ck_assert_int_eq(SDL_PushEvent(&lost), 1);
  while (co_window_event(window, 10, &event)) {}
  ck_assert(!co_window_held(window, "a") && !co_window_held(window, "b"));
  co_window_destroy(window);
}
END_TEST

START_TEST(other_events_are_told_too) {
  CoWindow *window = open_window();
  CoEvent event;
  while (co_window_event(window, 10, &event)) {}
  SDL_Event click = {.type = SDL_MOUSEBUTTONDOWN}, size = {.type = SDL_WINDOWEVENT}, quit = {.type = SDL_QUIT};
  click.button.button = SDL_BUTTON_LEFT, click.button.x = 12, click.button.y = 34;
  size.window.event = SDL_WINDOWEVENT_SIZE_CHANGED, size.window.data1 = 640, size.window.data2 = 480;
  SDL_PushEvent(&click), SDL_PushEvent(&size), SDL_PushEvent(&quit);
  ck_assert(co_window_event(window, 10, &event));
  ck_assert(event.kind == CO_EVENT_CLICK && event.x == 12 && event.y == 34);
  ck_assert(co_window_event(window, 10, &event));
  ck_assert(event.kind == CO_EVENT_RESIZE && event.width == 640 && event.height == 480);
  ck_assert(co_window_event(window, 10, &event));
  ck_assert_int_eq(event.kind, CO_EVENT_QUIT);
  ck_assert(!co_window_event(window, 0, &event));
  co_window_destroy(window);
}
END_TEST

START_TEST(without_a_screen_there_is_a_sentence) {
  CoError error = {""};
  setenv("SDL_VIDEODRIVER", "x11", 1);
  unsetenv("DISPLAY");
  ck_assert_ptr_null(co_window_create("test", 400, 300, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "there is no screen for a window"));
  ck_assert_ptr_nonnull(strstr(error.text, "cohort record"));
}
END_TEST

CO_TESTS(pixels_arrive_unchanged, a_smaller_surface_leaves_black, keys_are_called_what_environments_call_them,
         keys_are_held_until_they_are_let_go, other_events_are_told_too, without_a_screen_there_is_a_sentence)

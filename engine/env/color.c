// Colours by name, as hexadecimal digits, and of teams (M. Okabe and K. Ito, "Color Universal Design", 2008).
#include <assert.h>
#include <math.h>
#include <string.h>

#include "cohort/canvas.h"
#include "cohort/value.h"

// Names and values side by side: the first list is public. Shades are muted so that they sit well on a dark ground.
#define COLORS(COLOR)                                                                                                  \
  COLOR("amber", 0xffbf3f)                                                                                             \
  COLOR("black", 0x000000)                                                                                             \
  COLOR("blue", 0x4f8ff7)                                                                                              \
  COLOR("brown", 0x8d6242)                                                                                             \
  COLOR("charcoal", 0x2b3038)                                                                                          \
  COLOR("cream", 0xf4ead2)                                                                                             \
  COLOR("crimson", 0xb3263f)                                                                                           \
  COLOR("cyan", 0x4fd6e0)                                                                                              \
  COLOR("forest", 0x2f6b3f)                                                                                            \
  COLOR("gold", 0xe3b341)                                                                                              \
  COLOR("gray", 0x8b939e)                                                                                              \
  COLOR("green", 0x4fb86a)                                                                                             \
  COLOR("grey", 0x8b939e)                                                                                              \
  COLOR("indigo", 0x5a5fd6)                                                                                            \
  COLOR("lime", 0xa8d84f)                                                                                              \
  COLOR("magenta", 0xd65fc4)                                                                                           \
  COLOR("navy", 0x1f3a6b)                                                                                              \
  COLOR("night", 0x14181f)                                                                                             \
  COLOR("olive", 0x84863a)                                                                                             \
  COLOR("orange", 0xf08c3a)                                                                                            \
  COLOR("pink", 0xf2a0b9)                                                                                              \
  COLOR("purple", 0x8d5fd3)                                                                                            \
  COLOR("red", 0xe5534b)                                                                                               \
  COLOR("rose", 0xe0708a)                                                                                              \
  COLOR("sand", 0xd9c08c)                                                                                              \
  COLOR("silver", 0xc3c9d1)                                                                                            \
  COLOR("sky", 0x8cc8f2)                                                                                               \
  COLOR("slate", 0x4d5866)                                                                                             \
  COLOR("tan", 0xc4a078)                                                                                               \
  COLOR("teal", 0x2fa39a)                                                                                              \
  COLOR("violet", 0xb48cf2)                                                                                            \
  COLOR("white", 0xffffff)                                                                                             \
  COLOR("yellow", 0xf2dd55)

#define NAME(name, value) name,
#define VALUE(name, value) value,
const char *const co_color_names[] = {COLORS(NAME) NULL};
static const uint32_t values[] = {COLORS(VALUE)};

static CoColor opaque(uint32_t rgb) {
  return (CoColor){(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb, 255};
}

// 0 .. 15, or -1.
static int digit(char letter) {
  const char *digits = "0123456789abcdef0123456789ABCDEF";
  const char *at = letter ? strchr(digits, letter) : NULL;
  return at ? (int)(at - digits) % 16 : -1;
}

// "c33", "cc3333" or "cc333380".
static bool parse(const char *text, CoColor *out) {
  size_t length = strlen(text);
  if (length != 3 && length != 6 && length != 8) return false;
  uint8_t bytes[4] = {0, 0, 0, 255};
  size_t each = length == 3 ? 1 : 2;
  for (size_t i = 0; i < length; i++) {
    int value = digit(text[i]);
    if (value < 0) return false;
    uint8_t *byte = &bytes[i / each];
    *byte = (uint8_t)(each == 1 ? value * 17 : i % 2 ? *byte + value : value * 16);
  }
  *out = (CoColor){bytes[0], bytes[1], bytes[2], bytes[3]};
  return true;
}

bool co_color_find(const char *name, CoColor *out, CoError *error) {
  if (name[0] == '#')
    return parse(name + 1, out) || co_fail(error, "colour '%s': after # come 3, 6 or 8 hexadecimal digits", name);
  for (int i = 0; co_color_names[i]; i++) {
    if (strcmp(name, co_color_names[i]) != 0) continue;
    *out = opaque(values[i]);
    return true;
  }
  const char *near = co_nearest(name, co_color_names);
  return near ? co_fail(error, "no colour '%s' (did you mean '%s'?)", name, near)
              : co_fail(error, "no colour '%s': a name such as 'red', or '#cc3333'", name);
}

CoColor co_color_team(int team) {
  static const uint32_t teams[] = {0x56b4e9, 0xd55e00, 0x009e73, 0xf0e442, 0xcc79a7, 0xe69f00, 0x0072b2, 0xbbbbbb};
  assert(team >= 0);
  return opaque(teams[(size_t)team % (sizeof teams / sizeof teams[0])]);
}

static uint8_t between(uint8_t a, uint8_t b, float part) {
  return (uint8_t)((float)a + ((float)b - (float)a) * part + 0.5f);
}

// A share that is no number counts as 0.
static float share(float part) {
  return isfinite(part) ? fminf(fmaxf(part, 0), 1) : 0;
}

CoColor co_color_mix(CoColor a, CoColor b, float part) {
  float p = share(part);
  return (CoColor){between(a.r, b.r, p), between(a.g, b.g, p), between(a.b, b.b, p), between(a.a, b.a, p)};
}

CoColor co_color_fade(CoColor color, float alpha) {
  color.a = between(0, color.a, share(alpha));
  return color;
}

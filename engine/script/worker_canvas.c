// g: the canvas as scripts see it.
#include <lauxlib.h>
#include <string.h>

#include "env.h"

#if LUA_VERSION_NUM > 501
#define lua_objlen lua_rawlen
#endif

#define MOST_SHAPES 1000000
#define MOST_LETTERS 1000

static CoCanvas *canvas(lua_State *lua) {
  CoCanvas *found = co_worker_of(lua)->canvas;
  int count = 0;
  if (!found) luaL_error(lua, "only draw may draw");
  co_canvas_shapes(found, &count);
  if (count >= MOST_SHAPES) luaL_error(lua, "draws more than %d shapes", MOST_SHAPES);
  return found;
}

static float number(lua_State *lua, int place) {
  return (float)luaL_checknumber(lua, place);
}

#define SHAPE2(name, f)                                                                                                \
  static int name(lua_State *lua) {                                                                                    \
    f(canvas(lua), number(lua, 2), number(lua, 3), number(lua, 4));                                                    \
    return 0;                                                                                                          \
  }
#define SHAPE4(name, f)                                                                                                \
  static int name(lua_State *lua) {                                                                                    \
    f(canvas(lua), number(lua, 2), number(lua, 3), number(lua, 4), number(lua, 5));                                    \
    return 0;                                                                                                          \
  }
#define SHAPE5(name, f)                                                                                                \
  static int name(lua_State *lua) {                                                                                    \
    f(canvas(lua), number(lua, 2), number(lua, 3), number(lua, 4), number(lua, 5), number(lua, 6));                    \
    return 0;                                                                                                          \
  }
SHAPE2(disc, co_canvas_disc)
SHAPE2(ring, co_canvas_ring)
SHAPE4(camera, co_canvas_camera)
SHAPE4(line, co_canvas_line)
SHAPE4(rect, co_canvas_rect)
SHAPE4(frame, co_canvas_frame)
SHAPE5(arc, co_canvas_arc)
SHAPE5(bar, co_canvas_bar)

static uint8_t shade(lua_State *lua, int place, double preset) {
  double x = luaL_optnumber(lua, place, preset);
  return x > 0 ? (uint8_t)(x < 1 ? x * 255 + .5 : 255) : 0;
}

// A name, or red, green, blue, alpha from 0 to 1; a name may have an alpha behind it.
static int color(lua_State *lua) {
  CoColor made;
  if (lua_type(lua, 2) == LUA_TSTRING) {
    CoError error;
    if (!co_color_find(lua_tostring(lua, 2), &made, &error)) return luaL_error(lua, "g:color: %s", error.text);
    if (!lua_isnoneornil(lua, 3)) made = co_color_fade(made, number(lua, 3));
  } else {
    made = (CoColor){shade(lua, 2, 0), shade(lua, 3, 0), shade(lua, 4, 0), shade(lua, 5, 1)};
  }
  co_canvas_color(canvas(lua), made);
  return 0;
}

static int team(lua_State *lua) {
  double place = luaL_checknumber(lua, 2);
  if (!(place >= 1 && place <= 4096)) return luaL_error(lua, "g:team: %f is no team", place);
  CoColor made = co_color_team((int)place - 1);
  co_canvas_color(canvas(lua), co_color_fade(made, (float)luaL_optnumber(lua, 3, 1)));
  return 0;
}

static int width(lua_State *lua) {
  co_canvas_width(canvas(lua), number(lua, 2));
  return 0;
}

static int polygon(lua_State *lua) {
  luaL_checktype(lua, 2, LUA_TTABLE);
  float points[512];
  int count = 0;
  for (; count < 512; count++) {
    lua_rawgeti(lua, 2, count + 1);
    if (lua_isnil(lua, -1)) break;
    points[count] = number(lua, -1);
    lua_pop(lua, 1);
  }
  if (count < 6 || count % 2 || count == 512)
    return luaL_error(lua, "g:polygon: %d numbers, must be x, y of 3 to 255 points", count);
  co_canvas_polygon(canvas(lua), points, count / 2);
  return 0;
}

static int text(lua_State *lua) {
  static const char *const names[] = {"left", "center", "right", NULL};
  CoAlign align = (CoAlign)luaL_checkoption(lua, 5, "center", names);
  lua_getglobal(lua, "tostring");
  lua_pushvalue(lua, 6);
  lua_call(lua, 1, 1);
  if (lua_objlen(lua, -1) > MOST_LETTERS) return luaL_error(lua, "g:text: more than %d bytes", MOST_LETTERS);
  co_canvas_text(canvas(lua), number(lua, 2), number(lua, 3), number(lua, 4), align, lua_tostring(lua, -1));
  return 0;
}

// Pictures are files beside the script: a bare name.
static int sprite(lua_State *lua) {
  const char *file = luaL_checkstring(lua, 6);
  if (strpbrk(file, "/\\") || file[0] == '.')
    return luaL_error(lua, "g:sprite: '%s' must be a name beside the script", file);
  co_canvas_sprite(canvas(lua), number(lua, 2), number(lua, 3), number(lua, 4), number(lua, 5),
                   (float)luaL_optnumber(lua, 7, 0), file);
  return 0;
}

void co_host_equip_canvas(lua_State *lua) {
  static const CoHostFunction functions[] = {
      {"camera", camera},   {"color", color}, {"team", team}, {"width", width},   {"line", line},
      {"disc", disc},       {"ring", ring},   {"arc", arc},   {"rect", rect},     {"frame", frame},
      {"polygon", polygon}, {"text", text},   {"bar", bar},   {"sprite", sprite}, {NULL, NULL}};
  lua_newtable(lua);
  co_host_add(lua, functions);
  lua_setfield(lua, -2, "canvas");
}

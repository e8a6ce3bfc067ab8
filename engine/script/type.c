// A script's environment type: its params become settings, its hooks the engine's.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "env.h"

#define CELL 8 // bytes of the config that one param takes

// The member of the table on top of the stack, copied; NULL when memory runs out.
static char *text_of(CoScriptEnv *env, lua_State *lua, const char *name) {
  lua_getfield(lua, -1, name);
  const char *text = lua_tostring(lua, -1);
  char *copy = co_keep_text(&env->keep, text ? text : "");
  lua_pop(lua, 1);
  return copy;
}

static double number_of(lua_State *lua, const char *name) {
  lua_getfield(lua, -1, name);
  double number = lua_tonumber(lua, -1);
  lua_pop(lua, 1);
  return number;
}

static bool has(lua_State *lua, const char *name) {
  lua_getfield(lua, -1, name);
  bool found = lua_toboolean(lua, -1);
  lua_pop(lua, 1);
  return found;
}

// The shortest of two forms that reads back to the same bits.
static char *preset_of(CoScriptEnv *env, double number) {
  char text[40];
  snprintf(text, sizeof text, "%.15g", number);
  if (strtod(text, NULL) != number) snprintf(text, sizeof text, "%.17g", number);
  return co_keep_text(&env->keep, text);
}

static char *words_of(CoScriptEnv *env, lua_State *lua) {
  CoWriter words = {0};
  lua_getfield(lua, -1, "choices");
  for (int i = 1;; i++) {
    lua_rawgeti(lua, -1, i);
    if (lua_isnil(lua, -1)) break;
    co_write_format(&words, "%s%s", i > 1 ? " " : "", lua_tostring(lua, -1));
    lua_pop(lua, 1);
  }
  lua_pop(lua, 2);
  co_write(&words, "", 1);
  char *copy = words.failed ? NULL : co_keep_text(&env->keep, (char *)words.data);
  co_writer_free(&words);
  return copy;
}

static bool read_number(CoScriptEnv *env, lua_State *lua, CoField *field, bool whole) {
  field->type = whole ? CO_FIELD_INT : CO_FIELD_NUMBER;
  field->bytes = whole ? sizeof(int) : sizeof(double);
  field->low = number_of(lua, "low");
  field->high = number_of(lua, "high");
  if (!isfinite(field->low)) field->low = -1e300;
  if (!isfinite(field->high)) field->high = 1e300;
  return (field->preset = preset_of(env, number_of(lua, "default"))) != NULL;
}

static bool read_choice(CoScriptEnv *env, lua_State *lua, CoField *field) {
  field->type = CO_FIELD_CHOICE;
  field->bytes = sizeof(int);
  field->choices = words_of(env, lua);
  field->preset = text_of(env, lua, "default");
  return field->choices && field->preset;
}

// The param on top of the stack.
static bool read_param(CoScriptEnv *env, lua_State *lua, CoField *field) {
  field->name = text_of(env, lua, "name");
  field->help = text_of(env, lua, "help");
  lua_getfield(lua, -1, "kind");
  char kind = lua_tostring(lua, -1)[0]; // int, number, choice, bool
  lua_pop(lua, 1);
  if (!field->name || !field->help) return false;
  if (kind == 'i' || kind == 'n') return read_number(env, lua, field, kind == 'i');
  if (kind == 'c') return read_choice(env, lua, field);
  field->preset = has(lua, "default") ? "true" : "false";
  field->type = CO_FIELD_BOOL;
  field->high = 1;
  field->bytes = sizeof(bool);
  return true;
}

static bool read_params(CoScriptEnv *env, lua_State *lua) {
  lua_getfield(lua, -1, "params");
  size_t count = 0;
  for (;; count++) {
    lua_rawgeti(lua, -1, (int)count + 1);
    bool end = lua_isnil(lua, -1);
    lua_pop(lua, 1);
    if (end) break;
  }
  CoField *fields = co_keep(&env->keep, count + 1, sizeof *fields);
  for (size_t i = 0; fields && i < count; i++) {
    lua_rawgeti(lua, -1, (int)i + 1);
    fields[i].offset = CELL * i;
    if (!read_param(env, lua, &fields[i])) fields = NULL;
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  env->type.settings = (CoSettings){env->type.name, CELL * (count + 1), fields, NULL};
  return fields != NULL;
}

// A hook that the script has not leaves NULL: a capability that is missing.
static void set_hooks(CoScriptEnv *env, lua_State *lua) {
  CoEnvType *type = &env->type;
  lua_getfield(lua, -1, "hooks");

  if (!has(lua, "available")) type->available = NULL;
  if (!has(lua, "alive")) type->alive = NULL;
  if (!has(lua, "mover")) type->mover = NULL;
  if (!has(lua, "index")) type->index = NULL;
  if (!has(lua, "global")) type->global = NULL;
  if (!has(lua, "privileged")) type->privileged = NULL;
  if (!has(lua, "draw")) type->draw = NULL;

  lua_pop(lua, 1);
  if (!has(lua, "outcomes")) type->outcomes = NULL;
}

bool co_script_type_build(CoScriptEnv *env, lua_State *lua, CoError *error) {
  env->type = co_script_hooks;
  env->type.data = env;
  env->type.name = text_of(env, lua, "name");
  env->type.summary = text_of(env, lua, "title");
  env->type.source = env->files[0].name;
  if (!env->type.name || !env->type.summary || !read_params(env, lua))
    return co_fail(error, "%s: out of memory", env->files[0].name);
  set_hooks(env, lua);
  return true;
}

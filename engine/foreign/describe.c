// The facts about an environment, as JSON.
#include <math.h>
#include <string.h>

#include "foreign.h"

static void put_text(CoWriter *json, const char *text) {
  co_write_format(json, "\"");
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    if (*c == '"' || *c == '\\' || *c < 32)
      co_write_format(json, "\\u%04x", *c);
    else
      co_write(json, c, 1);
  }
  co_write_format(json, "\"");
}

static void put_number(CoWriter *json, double x) {
  if (isfinite(x))
    co_write_format(json, "%.9g", x);
  else
    co_write_format(json, "null");
}

static void put_key(CoWriter *json, const char *key) {
  co_write_format(json, ",\n\"%s\": ", key);
}

static void put_int(CoWriter *json, const char *key, int64_t x) {
  put_key(json, key);
  co_write_format(json, "%lld", (long long)x);
}

// ints NULL: zeros.
static void put_ints(CoWriter *json, const char *key, const int *ints, int count) {
  put_key(json, key);
  for (int i = 0; i < count; i++) co_write_format(json, "%s%d", i ? ", " : "[", ints ? ints[i] : 0);
  co_write_format(json, "]");
}

static void put_numbers(CoWriter *json, const char *key, const float *numbers, int count) {
  put_key(json, key);
  co_write_format(json, "[");
  for (int i = 0; i < count; i++) {
    if (i) co_write_format(json, ", ");
    put_number(json, (double)numbers[i]);
  }
  co_write_format(json, "]");
}

static void put_texts(CoWriter *json, const char *key, const char *const *texts, int count) {
  put_key(json, key);
  co_write_format(json, "[");
  for (int i = 0; i < count; i++) {
    if (i) co_write_format(json, ", ");
    put_text(json, texts[i]);
  }
  co_write_format(json, "]");
}

static void put_bound(CoWriter *json, const char *key, const float *each, float all, int count) {
  if (each) {
    put_numbers(json, key, each, count);
    return;
  }
  put_key(json, key);
  put_number(json, (double)all);
}

static void put_people(CoWriter *json, const CoSpec *spec) {
  put_key(json, "team_names");
  for (int i = 0; i < spec->teams; i++) {
    co_write_format(json, i ? ", " : "[");
    if (spec->team_names)
      put_text(json, spec->team_names[i]);
    else
      co_write_format(json, spec->teams > 1 ? "\"team%d\"" : "\"agent\"", i);
  }
  co_write_format(json, "]");
  if (spec->action_names) {
    put_texts(json, "action_names", spec->action_names, spec->actions);
  } else {
    put_key(json, "action_names");
    co_write_format(json, "null");
  }
}

static void put_views(CoWriter *json, const CoForeign *foreign) {
  const CoSpec *spec = foreign->spec;
  put_int(json, "obs_size", spec->obs_size);
  if (spec->obs_shape[0]) {
    put_ints(json, "obs_shape", spec->obs_shape, 3);
  } else {
    put_key(json, "obs_shape");
    co_write_format(json, "null");
  }
  put_bound(json, "obs_low", spec->obs_lows, spec->obs_low, spec->obs_size);
  put_bound(json, "obs_high", spec->obs_highs, spec->obs_high, spec->obs_size);
  put_int(json, "actions", spec->actions);
  put_int(json, "action_size", spec->actions ? 0 : spec->action_size);
  put_numbers(json, "low", spec->low, spec->actions ? 0 : spec->action_size);
  put_numbers(json, "high", spec->high, spec->actions ? 0 : spec->action_size);
  put_int(json, "states", spec->states);
  put_int(json, "global_size", spec->global_size);
  put_int(json, "privileged_size", foreign->privileged ? spec->privileged_size : 0);
}

static void put_settings(CoWriter *json, const Stage *stage) {
  char text[sizeof(CoSource) + 32];
  put_key(json, "settings");
  co_write_format(json, "{");
  for (const CoField *field = stage->type->settings.fields; field->name; field++) {
    if (field != stage->type->settings.fields) co_write_format(json, ", ");
    co_settings_text(field, stage->config, text, sizeof text);
    put_text(json, field->name);
    co_write_format(json, ": ");
    put_text(json, text);
  }
  co_write_format(json, "}");
}

static void put_all(CoWriter *json, const CoForeign *foreign) {
  static const char *const payoffs[] = {"private", "shared", "zero_sum"};
  const CoSpec *spec = foreign->spec;
  co_write_format(json, "{\n\"version\": %d", CO_FOREIGN_VERSION);
  put_key(json, "env");
  put_text(json, foreign->stage.name);
  put_key(json, "summary");
  put_text(json, foreign->stage.type->summary ? foreign->stage.type->summary : "");
  put_int(json, "num_envs", foreign->num_envs);
  put_int(json, "threads", co_pool_threads(foreign->pool));
  put_int(json, "agents", spec->agents);
  put_int(json, "teams", spec->teams);
  put_ints(json, "team", spec->team, spec->agents);
  put_ints(json, "kind", spec->kind, spec->agents);
  put_people(json, spec);
  put_views(json, foreign);
  put_int(json, "episode_limit", spec->episode_limit);
  put_key(json, "payoff");
  put_text(json, payoffs[spec->payoff]);
  put_texts(json, "infos", spec->infos, co_world_infos(foreign->stage.world));
  put_key(json, "drawn");
  co_write_format(json, foreign->stage.type->draw ? "true" : "false");
  put_int(json, "saved_bytes", (int64_t)co_saved_bytes(foreign));
  put_settings(json, &foreign->stage);
  co_write_format(json, "\n}\n");
  co_write(json, "", 1);
}

size_t co_foreign_describe(const CoForeign *foreign, char *json, size_t capacity) {
  CoWriter text = {0};
  put_all(&text, foreign);
  size_t bytes = text.failed ? 0 : text.size;
  if (bytes && bytes <= capacity) memcpy(json, text.data, bytes);
  co_writer_free(&text);
  return bytes;
}

// Where agents are in the picture, as far as their state tells: in records named `unit`, one for each agent, or named
// like their team ("ranger" for rangers), with members x and y. The ring around the selected one; what a click meets.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "board.h"

#define LABEL_REACH 2.5F // of a text's height

static double element(const CoStateField *field, const void *state, int i) {
  const unsigned char *at = (const unsigned char *)state + field->offset + (size_t)i * field->stride;
  float f32;
  double f64;
  int16_t i16;
  int32_t i32;
  int64_t i64;
  switch (field->kind) {
  case CO_STATE_I8:
    return (signed char)*at;
  case CO_STATE_U8:
    return *at;
  case CO_STATE_I16:
    memcpy(&i16, at, sizeof i16);
    return i16;
  case CO_STATE_I32:
    memcpy(&i32, at, sizeof i32);
    return i32;
  case CO_STATE_I64:
    memcpy(&i64, at, sizeof i64);
    return (double)i64;
  case CO_STATE_F32:
    memcpy(&f32, at, sizeof f32);
    return (double)f32;
  case CO_STATE_F64:
    memcpy(&f64, at, sizeof f64);
    return f64;
  }
  return NAN;
}

static int team_of(const CoDashboard *board, int agent) {
  return board->spec->team ? board->spec->team[agent] : 0;
}

// The number of the agent's record in the array that the field "NAME.x" belongs to; -1: it is none of agents.
static int record_of(const CoDashboard *board, int agent, const CoStateField *field) {
  const CoWorld *world = co_session_world(board->session);
  const CoSpec *spec = board->spec;
  int number = team_of(board, agent);
  const char *team = spec->team_names ? spec->team_names[number] : "";
  size_t bytes = strcspn(field->name, ".");
  if (strcmp(field->name + bytes, ".x") != 0) return -1;
  if (bytes == 4 && !strncmp(field->name, "unit", 4) && field->count >= spec->agents) return agent;
  bool own = !strncmp(field->name, team, bytes) && field->count == co_world_team(world, number)->agents;
  return own ? agent - co_world_first(world, number) : -1;
}

static const CoStateField *partner(const CoStateField *fields, const CoStateField *x) {
  size_t bytes = strcspn(x->name, ".");
  for (const CoStateField *field = fields; field->name; field++)
    if (!strncmp(field->name, x->name, bytes) && !strcmp(field->name + bytes, ".y")) return field;
  return NULL;
}

static bool find(const CoDashboard *board, int agent, float place[2]) {
  const CoStateField *fields = co_world_fields(co_session_world(board->session));
  for (const CoStateField *field = fields; field->name; field++) {
    int record = record_of(board, agent, field);
    const CoStateField *other = record >= 0 ? partner(fields, field) : NULL;
    if (!other) continue;
    place[0] = (float)element(field, board->moment.state, record);
    place[1] = (float)element(other, board->moment.state, record);
    return true;
  }
  return false;
}

// From the environment's units to pixels, by the picture's last camera; *unit: pixels. False outside the picture.
static bool project(const CoDashboard *board, const float place[2], float pixel[2], float *unit) {
  const CoArea area = board->area;
  float left, top, right, bottom, width = (float)area.width, height = (float)area.height;
  co_surface_locate(board->picture, area, (float)area.x, (float)area.y, &left, &top);
  co_surface_locate(board->picture, area, (float)area.x + width, (float)area.y + height, &right, &bottom);
  float x = width * (place[0] - left) / (right - left), y = height * (place[1] - top) / (bottom - top);
  pixel[0] = (float)area.x + x, pixel[1] = (float)area.y + y;
  *unit = width / fabsf(right - left);
  return x >= 0 && x <= width && y >= 0 && y <= height;
}

// Nine tenths of the environment's unit, within what is well seen.
static bool ring_of(const CoDashboard *board, int agent, float centre[2], float *radius) {
  float place[2], unit;
  if (!co_world_alive(co_session_world(board->session), board->moment.state, agent)) return false;
  if (!find(board, agent, place) || !project(board, place, centre, &unit)) return false;
  *radius = fmaxf(13, fminf(44, 0.9F * unit));
  return true;
}

void co_board_mark(CoDashboard *board) {
  float centre[2], radius;
  if (board->spec->agents < 2 || !ring_of(board, board->look->agent, centre, &radius)) return;
  co_canvas_width(board->ui, 2);
  co_canvas_color(board->ui, co_color_fade(INK, 0.9F));
  co_canvas_ring(board->ui, centre[0], centre[1], radius);
}

// --- clicks ---

static bool within(const CoDashboard *board, int x, int y) {
  const CoArea *area = &board->area;
  return board->drawn && x >= area->x && x < area->x + area->width && y >= area->y && y < area->y + area->height;
}

int co_dashboard_agent_at(const CoDashboard *board, int x, int y) {
  int nearest = -1;
  float least = INFINITY;
  for (int i = 0; within(board, x, y) && i < board->spec->agents; i++) {
    float centre[2], radius;
    if (!ring_of(board, i, centre, &radius)) continue;
    float distance = hypotf((float)x - centre[0], (float)y - centre[1]);
    if (distance <= radius && distance < least) nearest = i, least = distance;
  }
  return nearest;
}

bool co_dashboard_label_at(const CoDashboard *board, int x, int y, char out[24]) {
  int count;
  float least = INFINITY;
  const CoShape *shapes = co_canvas_shapes(board->picture, &count);
  for (int i = 0; within(board, x, y) && i < count; i++) {
    float centre[2], unit;
    if (shapes[i].kind == CO_SHAPE_CAMERA) least = INFINITY; // of the last camera's alone
    if (shapes[i].kind != CO_SHAPE_TEXT || !project(board, (float[2]){shapes[i].x, shapes[i].y}, centre, &unit))
      continue;
    float distance = hypotf((float)x - centre[0], (float)y - centre[1]);
    if (distance > LABEL_REACH * unit * shapes[i].h || distance >= least) continue;
    least = distance;
    snprintf(out, 24, "%s", co_canvas_string(board->picture, &shapes[i]));
  }
  return isfinite(least);
}

int64_t co_dashboard_step_at(const CoDashboard *board, int x, int y) {
  const Box *time = &board->time;
  float share = ((float)x - time->x) / (time->w > 0 ? time->w : 1), away = fabsf((float)y - time->y - time->h / 2);
  if (!board->session || time->w <= 0 || share < 0 || share > 1 || away > 14) return -1;
  return co_session_first(board->session) + (int64_t)lroundf(share * board->span);
}

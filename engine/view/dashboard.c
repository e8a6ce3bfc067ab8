// The dashboard: layout, the environment's picture, the lines above and below it.
#include "cohort/dashboard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"

#define HEAD 36.0F
#define FOOT 40.0F
#define COLUMN 340.0F
#define STRIP 170.0F

CoDashboard *co_dashboard_create(CoError *error) {
  CoDashboard *board = calloc(1, sizeof *board);
  if (!board) {
    co_fail(error, "no memory for a dashboard");
    return NULL;
  }
  board->ui = co_canvas_create(error);
  board->picture = board->ui ? co_canvas_create(error) : NULL;
  board->fresh = board->picture ? co_canvas_create(error) : NULL;
  if (board->fresh) return board;
  co_dashboard_destroy(board);
  return NULL;
}

void co_dashboard_destroy(CoDashboard *board) {
  if (!board) return;
  if (board->ui) co_canvas_destroy(board->ui);
  if (board->picture) co_canvas_destroy(board->picture);
  if (board->fresh) co_canvas_destroy(board->fresh);
  free(board->numbers);
  free(board->mask);
  free(board);
}

static bool make_room(CoDashboard *board, CoError *error) {
  const CoSpec *spec = board->spec;
  size_t need = (size_t)(spec->obs_size > spec->actions ? spec->obs_size : spec->actions) + 1;
  if (need <= board->capacity) return true;
  float *numbers = realloc(board->numbers, need * sizeof *numbers);
  if (numbers) board->numbers = numbers;
  uint8_t *mask = realloc(board->mask, need);
  if (mask) board->mask = mask;
  if (!numbers || !mask) return co_fail(error, "no memory for an observation of %d numbers", spec->obs_size);
  board->capacity = need;
  return true;
}

static bool set(CoDashboard *board, CoSurface *surface, const CoSession *session, const CoDashboardLook *look,
                CoError *error) {
  const CoWorld *world = co_session_world(session);
  board->surface = surface;
  board->session = session;
  board->look = look;
  board->spec = co_world_spec(world);
  board->moment = co_session_moment(session, co_session_now(session));
  board->team = board->spec->team ? board->spec->team[look->agent] : 0;
  board->member = look->agent - co_world_first(world, board->team);
  board->why.text[0] = '\0';
  board->time.w = 0;
  co_canvas_clear(board->ui);
  co_canvas_camera(board->ui, 0, (float)surface->height, (float)surface->width, 0);
  return make_room(board, error);
}

// --- the environment ---

static void renew(CoDashboard *board) {
  co_canvas_clear(board->fresh);
  if (!co_session_draw(board->session, board->moment.step, board->fresh, &board->why)) return;
  CoCanvas *old = board->picture;
  board->picture = board->fresh;
  board->fresh = old;
  board->drawn = true;
}

static bool draw_world(CoDashboard *board, Box box) {
  board->area = (CoArea){(int)box.x, (int)box.y, (int)box.w, (int)box.h};
  if (!co_world_type(co_session_world(board->session))->draw) {
    board->drawn = false;
    co_board_state(board, box);
    return true;
  }
  renew(board);
  if (board->drawn && board->look->panels) co_board_mark(board);
  return !board->drawn || co_surface_draw(board->surface, board->picture, board->area);
}

// --- the lines above and below ---

static void draw_head(CoDashboard *board, float width) {
  const CoDashboardLook *look = board->look;
  co_board_rect(board, (Box){0, 0, width, HEAD}, PANEL);
  float used = 18 * co_surface_text_width(board->surface, look->title);
  float right = 14 * co_surface_text_width(board->surface, look->episode);
  co_board_text(board, 16, HEAD / 2, 18, CO_LEFT, INK, width - 32, look->title);
  if (used + 80 < width)
    co_board_text(board, 32 + used, HEAD / 2, 14, CO_LEFT, DIM, width - used - right - 64, look->players);
  if (used + right + 48 < width) co_board_text(board, width - 16, HEAD / 2, 14, CO_RIGHT, DIM, 0, look->episode);
}

static const char *ending(const CoDashboard *board) {
  return board->moment.ending == CO_TERMINATED  ? ", the end"
         : board->moment.ending == CO_TRUNCATED ? ", out of time"
                                                : "";
}

static void draw_time(CoDashboard *board, Box box) {
  const CoSession *session = board->session;
  int64_t first = co_session_first(session), last = co_session_last(session), limit = board->spec->episode_limit;
  float span = (float)((limit > last ? limit : last) - first);
  if (span < 1) span = 1;
  board->time = box, board->span = span;
  co_board_rect(board, box, FAINT);
  co_board_rect(board, (Box){box.x, box.y, box.w * (float)(last - first) / span, box.h},
                co_color_mix(FAINT, ACCENT, 0.35F));
  float now = box.w * (float)(board->moment.step - first) / span;
  co_board_rect(board, (Box){box.x, box.y, now, box.h}, ACCENT);
  co_board_rect(board, (Box){box.x + now - 2, box.y - 4, 4, box.h + 8}, INK);
}

static void draw_foot(CoDashboard *board, float width, float height) {
  const CoDashboardLook *look = board->look;
  char text[96];
  float y = height - FOOT / 2;
  co_board_rect(board, (Box){0, height - FOOT, width, FOOT}, PANEL);
  snprintf(text, sizeof text, "step %lld of %lld%s", (long long)board->moment.step,
           (long long)co_session_last(board->session), ending(board));
  co_board_text(board, 16, y, 15, CO_LEFT, INK, 220, text);
  bool told = look->notice[0];
  float room = width / 3, used = 14 * co_surface_text_width(board->surface, told ? look->notice : look->pace);
  co_board_text(board, width - 16, y, 14, CO_RIGHT, told ? ACCENT : DIM, room, told ? look->notice : look->pace);
  if (used > room) used = room;
  Box bar = {248, y - 3, width - 248 - used - 40, 6};
  if (bar.w > 40) draw_time(board, bar);
}

// --- the layout ---

static void draw_column(CoDashboard *board, Box box) {
  float least = box.h > 420 ? 120 : box.h > 260 ? 90 : 0;
  float used = co_board_agent(board, (Box){box.x, box.y, box.w, box.h - least - GAP});
  if (least > 0) co_board_returns(board, (Box){box.x, box.y + used, box.w, box.h - used});
}

static bool draw_body(CoDashboard *board, Box body) {
  Box middle = {body.x + GAP, body.y + GAP, body.w - 2 * GAP, body.h - 2 * GAP};
  bool panels = board->look->panels && body.w >= 2 * COLUMN && body.h >= 200;
  if (panels) {
    middle.w -= COLUMN + GAP;
    draw_column(board, (Box){middle.x + middle.w + GAP, middle.y, COLUMN, middle.h});
  }
  if (panels && co_session_credit(board->session, board->team) && middle.h >= 2 * STRIP) {
    middle.h -= STRIP + GAP;
    co_board_credit(board, (Box){middle.x, middle.y + middle.h + GAP, middle.w, STRIP});
  }
  bool ok = draw_world(board, middle);
  const char *error = board->look->error[0] ? board->look->error : board->why.text;
  if (error[0]) co_board_error(board, middle, error);
  if (board->look->help) co_board_help(board, body);
  return ok;
}

bool co_dashboard_draw(CoDashboard *board, CoSurface *surface, const CoSession *session, const CoDashboardLook *look,
                       CoError *error) {
  float width = (float)surface->width, height = (float)surface->height;
  if (!set(board, surface, session, look, error)) return false;
  co_surface_clear(surface, GROUND);
  bool ok = draw_body(board, (Box){0, HEAD, width, height - HEAD - FOOT});
  draw_head(board, width);
  draw_foot(board, width, height);
  ok = co_surface_draw(surface, board->ui, co_surface_whole(surface)) && ok;
  if (ok && !co_canvas_failed(board->ui)) return true;
  return co_fail(error, "no memory for the picture");
}

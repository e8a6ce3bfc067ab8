// Along the episode: returns as lines, the agents' credits as stacked bars.
#include <math.h>
#include <stdio.h>

#include "board.h"

typedef struct Axes {
  Box box;
  int64_t first, last; // steps
  float low, high;
} Axes;

static float x_of(const Axes *axes, int64_t step) {
  int64_t span = axes->last > axes->first ? axes->last - axes->first : 1;
  return axes->box.x + axes->box.w * (float)(step - axes->first) / (float)span;
}

static float y_of(const Axes *axes, float value) {
  return axes->box.y + axes->box.h * (axes->high - value) / (axes->high - axes->low);
}

static void widen(Axes *axes, float value) {
  if (!isfinite(value)) return;
  axes->low = fminf(axes->low, value);
  axes->high = fmaxf(axes->high, value);
}

static void finish(Axes *axes) {
  if (axes->high - axes->low < 1e-6F) axes->high = axes->low + 1;
}

// Leaves room for the numbers on the left.
static Axes axes_in(const CoDashboard *board, Box box) {
  return (Axes){{box.x + 44, box.y + 4, box.w - 44, box.h - 8},
                co_session_first(board->session),
                co_session_last(board->session),
                0,
                0};
}

static void draw_axes(CoDashboard *board, const Axes *axes) {
  const Box *box = &axes->box;
  char number[16];
  const float at[] = {axes->low, 0, axes->high};
  for (int i = 0; i < 3; i++) {
    float y = y_of(axes, at[i]);
    if (i == 1 && (y < box->y + 12 || y > box->y + box->h - 12)) continue; // too near to the others
    snprintf(number, sizeof number, "%.3g", (double)at[i]);
    co_board_text(board, box->x - 8, y, 12, CO_RIGHT, DIM, 44, number);
    co_board_line(board, box->x, y, box->x + box->w, y, 0, FAINT);
  }
}

// `part`: how far towards the next step; bars stand between two.
static void draw_now(CoDashboard *board, const Axes *axes, float part) {
  float x = x_of(axes, board->moment.step) + part * (x_of(axes, axes->first + 1) - x_of(axes, axes->first));
  co_board_line(board, x, axes->box.y, x, axes->box.y + axes->box.h, 0, INK);
}

// As many moments as there are pixels.
static int64_t stride_of(const Axes *axes) {
  int64_t stride = (axes->last - axes->first) / (int64_t)(axes->box.w > 1 ? axes->box.w : 1);
  return stride > 1 ? stride : 1;
}

static void draw_curve(CoDashboard *board, const Axes *axes, int team, int64_t stride) {
  CoColor color = co_color_team(team);
  float x = x_of(axes, axes->first), y = y_of(axes, co_session_moment(board->session, axes->first).returns[team]);
  for (int64_t t = axes->first + stride; t <= axes->last; t += stride) {
    float to_x = x_of(axes, t), to_y = y_of(axes, co_session_moment(board->session, t).returns[team]);
    CoColor shown = t <= board->moment.step ? color : co_color_fade(color, 0.35F);
    co_board_line(board, x, y, to_x, to_y, 2, shown);
    x = to_x, y = to_y;
  }
}

void co_board_returns(CoDashboard *board, Box box) {
  int teams = board->spec->teams;
  Axes axes = axes_in(board, co_board_panel(board, box, "return so far", ""));
  for (int t = 0; t < teams && t < 4; t++) {
    char number[16];
    co_board_number(board->moment.returns[t], number);
    float right = box.x + box.w - 12 - 56 * (float)((teams < 4 ? teams : 4) - 1 - t);
    co_board_text(board, right, box.y + 16, 14, CO_RIGHT, teams > 1 ? co_color_team(t) : INK, 54, number);
  }
  int64_t stride = stride_of(&axes);
  for (int64_t step = axes.first; step <= axes.last; step += stride)
    for (int t = 0; t < teams; t++) widen(&axes, co_session_moment(board->session, step).returns[t]);
  finish(&axes);
  draw_axes(board, &axes);
  for (int t = 0; t < teams; t++) draw_curve(board, &axes, t, stride);
  draw_now(board, &axes, 0);
}

// --- credits ---

// Positive parts upwards, negative ones downwards.
static void heights(const float *credit, int agents, float *down, float *up) {
  *down = *up = 0;
  for (int i = 0; i < agents; i++) *(credit[i] < 0 ? down : up) += credit[i];
}

static void draw_stack(CoDashboard *board, const Axes *axes, int64_t step, const float *credit, int agents) {
  float left = floorf(x_of(axes, step)), right = floorf(x_of(axes, step + 1)), up = 0, down = 0;
  float gap = right - left > 4 ? 1 : 0;
  for (int i = 0; i < agents; i++) {
    float *from = credit[i] < 0 ? &down : &up, y1 = y_of(axes, *from), y2 = y_of(axes, *from + credit[i]);
    CoColor color = co_board_color(i);
    if (i != board->member) color = co_color_fade(color, step == board->moment.step ? 0.9F : 0.6F);
    *from += credit[i];
    co_board_rect(board, (Box){left, fminf(y1, y2), right - left - gap, fabsf(y1 - y2)}, color);
  }
}

static void draw_legend(CoDashboard *board, Box box, const float *credit, int agents) {
  int most = (int)(box.h / 16), shown = agents <= most ? agents : most;
  for (int i = 0; i < shown; i++) {
    char text[32], number[16];
    float y = box.y + 8 + 16 * (float)i;
    co_board_number(credit[i], number);
    snprintf(text, sizeof text, "%d", co_world_first(co_session_world(board->session), board->team) + i);
    co_board_rect(board, (Box){box.x, y - 5, 10, 10}, co_board_color(i));
    co_board_text(board, box.x + 16, y, 13, CO_LEFT, i == board->member ? INK : DIM, 30, text);
    co_board_text(board, box.x + box.w, y, 13, CO_RIGHT, i == board->member ? INK : DIM, 56, number);
  }
}

void co_board_credit(CoDashboard *board, Box box) {
  const float *credit = co_session_credit(board->session, board->team);
  int agents = co_world_team(co_session_world(board->session), board->team)->agents;
  Box rest = co_board_panel(board, box, "credit of each agent", "integrated gradients along the episode's path");
  Axes axes = axes_in(board, (Box){rest.x, rest.y, rest.w - 104, rest.h});
  for (int64_t t = axes.first; t <= axes.last; t++) {
    float down, up;
    heights(credit + t * agents, agents, &down, &up);
    widen(&axes, down), widen(&axes, up);
  }
  finish(&axes);
  draw_axes(board, &axes);
  int64_t stride = stride_of(&axes);
  for (int64_t t = axes.first; t < axes.last; t += stride) draw_stack(board, &axes, t, credit + t * agents, agents);
  if (board->moment.step < axes.last) draw_now(board, &axes, 0.5F);
  draw_legend(board, (Box){rest.x + rest.w - 92, rest.y, 92, rest.h}, credit + board->moment.step * agents, agents);
}

// The selected agent: what its player thinks of each action, which it may do, what it does, what it sees.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "board.h"

#define ROW 18.0F

typedef struct Values {
  const char *name;  // of the numbers; NULL: there are none
  const float *data; // [actions]
  float low, high;   // of the legal ones
} Values;

static const char *action_name(const CoDashboard *board, int action, char out[16]) {
  if (board->spec->action_names && action >= 0 && action < board->spec->actions)
    return board->spec->action_names[action];
  snprintf(out, 16, "%d", action);
  return out;
}

// The first array that has a number for each action of each agent.
static Values find_values(const CoDashboard *board) {
  CoInspection seen;
  for (int i = 0; co_session_inspect(board->session, board->moment.step, board->team, i, &seen); i++)
    if (seen.cols == board->spec->actions && seen.rows > board->member) {
      const float *data = seen.data + (size_t)board->member * (size_t)seen.cols;
      return (Values){seen.name, data, INFINITY, -INFINITY};
    }
  return (Values){.name = NULL};
}

static void range(const CoDashboard *board, Values *values) {
  for (int a = 0; values->name && a < board->spec->actions; a++) {
    float x = values->data[a];
    if (!board->mask[a] || !isfinite(x)) continue;
    values->low = fminf(values->low, x);
    values->high = fmaxf(values->high, x);
  }
  if (values->name && values->low >= 0 && values->high <= 1 && strcmp(values->name, "q"))
    values->low = 0, values->high = 1;
}

static const char *title_of(const Values *values) {
  if (!values->name) return "actions";
  return !strcmp(values->name, "q") ? "action values (Q)" : values->name;
}

// Bars begin a little above nothing, so that the least of the legal ones is seen.
static void draw_bar(CoDashboard *board, const Values *values, int action, Box box, CoColor color) {
  float x = values->data[action], span = values->high - values->low;
  float share = span > 0 ? 0.04F + 0.96F * (x - values->low) / span : 1;
  if (isfinite(share)) co_board_rect(board, (Box){box.x, box.y, box.w * share, box.h}, color);
}

static void draw_action(CoDashboard *board, const Values *values, int action, bool chosen, Box row) {
  char number[16], text[16];
  bool legal = board->mask[action];
  float size = row.h < 15 ? row.h - 2 : 13, y = row.y + row.h / 2, names = values->name ? 104 : row.w - 24;
  CoColor color = chosen ? INK : legal ? DIM : FAINT;
  if (chosen) co_board_rect(board, (Box){row.x - 6, row.y, row.w + 12, row.h}, co_color_mix(PANEL, ACCENT, 0.25F));
  co_board_text(board, row.x, y, size, CO_LEFT, color, names, action_name(board, action, text));
  if (!values->name || !legal) return;
  Box bar = {row.x + 110, row.y + 3, row.w - 110 - 54, row.h - 6};
  draw_bar(board, values, action, bar, chosen ? ACCENT : co_color_mix(PANEL, ACCENT, 0.5F));
  co_board_number(values->data[action], number);
  co_board_text(board, row.x + row.w, y, size, CO_RIGHT, color, 50, number);
}

static int count_legal(const CoDashboard *board) {
  int count = 0;
  for (int a = 0; a < board->spec->actions; a++) count += board->mask[a];
  return count;
}

// All actions where they fit, else the legal ones, as many as fit.
static void draw_actions(CoDashboard *board, const Values *values, Box box) {
  int actions = board->spec->actions,
      chosen = board->moment.decided ? board->moment.actions.discrete[board->look->agent] : -1;
  int most = (int)(box.h / 13), legal = count_legal(board), shown = 0;
  bool all = actions <= most;
  int rows = all ? actions : legal < most ? legal : most;
  float height = rows ? fminf(ROW, floorf(box.h / (float)rows)) : ROW;
  for (int a = 0; a < actions && shown < rows; a++) {
    if (!all && !board->mask[a]) continue;
    bool last = shown == rows - 1 && !all && legal > rows;
    Box row = {box.x, box.y + height * (float)shown, box.w, height};
    char more[32];
    snprintf(more, sizeof more, "and %d more", legal - shown);
    if (last)
      co_board_text(board, row.x, row.y + height / 2, 12, CO_LEFT, DIM, row.w, more);
    else
      draw_action(board, values, a, a == chosen, row);
    shown++;
  }
}

static void draw_controls(CoDashboard *board, Box box) {
  const CoSpec *spec = board->spec;
  const float *control = board->moment.actions.continuous + (size_t)board->look->agent * (size_t)spec->action_size;
  int rows = spec->action_size, most = (int)(box.h / ROW);
  if (rows > most) rows = most;
  for (int i = 0; i < rows; i++) {
    char number[16], text[16];
    Box row = {box.x, box.y + ROW * (float)i, box.w, ROW};
    float middle = row.x + 60 + (row.w - 120) / 2, half = (row.w - 120) / 2, y = row.y + ROW / 2;
    float share = 2 * (control[i] - spec->low[i]) / (spec->high[i] - spec->low[i]) - 1;
    snprintf(text, sizeof text, "%d", i);
    co_board_text(board, row.x, y, 13, CO_LEFT, DIM, 50, text);
    co_board_rect(board, (Box){row.x + 60, y - 1, 2 * half, 2}, FAINT);
    if (!board->moment.decided) continue;
    co_board_rect(board, (Box){share < 0 ? middle + half * share : middle, y - 5, fabsf(half * share), 10}, ACCENT);
    co_board_number(control[i], number);
    co_board_text(board, row.x + row.w, y, 13, CO_RIGHT, INK, 54, number);
  }
}

// --- what it sees ---

typedef struct Strips {     // of numbers, one thin bar each
  int columns, rows, shown; // numbers shown
  float width, height;      // of a bar; of a row
} Strips;

#define MOST_STRIPS 5

static Strips strips_of(int count, float width) {
  int columns = (int)(width / 4) < count ? (int)(width / 4) : count;
  if (columns < 1) columns = 1;
  int rows = (count + columns - 1) / columns;
  if (rows > MOST_STRIPS)
    rows = MOST_STRIPS;
  else if (rows > 1)
    columns = (count + rows - 1) / rows; // of equal length
  return (Strips){.columns = columns,
                  .rows = rows,
                  .shown = count < rows * columns ? count : rows * columns,
                  .width = fminf(24, floorf(width / (float)columns)),
                  .height = rows == 1   ? 64
                            : rows == 2 ? 44
                                        : 30};
}

// From the line of zero: in the middle, or at the bottom where nothing is negative.
static void draw_strips(CoDashboard *board, const Strips *strips, Box box) {
  float high = 1e-6F, low = 0;
  for (int i = 0; i < board->spec->obs_size; i++) {
    high = fmaxf(high, board->numbers[i]);
    low = fminf(low, board->numbers[i]);
  }
  if (low < 0) high = fmaxf(high, -low), low = -high;
  for (int i = 0; i < strips->shown; i++) {
    float x = board->numbers[i], space = strips->height - 5, scale = space / (high - low);
    float zero = box.y + strips->height * (float)(i / strips->columns) + space + low * scale;
    Box bar = {box.x + strips->width * (float)(i % strips->columns), zero - fmaxf(x, 0) * scale, strips->width - 1,
               fmaxf(1, fabsf(x) * scale)};
    if (isfinite(x)) co_board_rect(board, bar, x == 0 ? FAINT : x > 0 ? ACCENT : co_board_color(1));
  }
}

static void panel_observation(CoDashboard *board, const Strips *strips, Box box) {
  char remark[96], largest[16], first[48] = "";
  float large = 0;
  if (!co_session_observe(board->session, board->moment.step, board->look->agent, board->numbers, &board->why)) return;
  for (int i = 0; i < board->spec->obs_size; i++) large = fmaxf(large, fabsf(board->numbers[i]));
  co_board_number(large, largest);
  if (strips->shown < board->spec->obs_size) snprintf(first, sizeof first, "the first %d of ", strips->shown);
  snprintf(remark, sizeof remark, "%s%d numbers, largest %s", first, board->spec->obs_size, largest);
  draw_strips(board, strips, co_board_panel(board, box, "observation", remark));
}

// --- who it is ---

static void describe(const CoDashboard *board, char title[64], char remark[64]) {
  const CoWorld *world = co_session_world(board->session);
  const char *const *names = board->spec->team_names;
  bool alive = co_world_alive(world, board->moment.state, board->look->agent);
  if (names && board->spec->teams > 1)
    snprintf(title, 64, "agent %d, %.40s", board->look->agent, names[board->team]);
  else if (board->spec->teams > 1)
    snprintf(title, 64, "agent %d, team %d", board->look->agent, board->team);
  else
    snprintf(title, 64, "agent %d", board->look->agent);
  snprintf(remark, 64, "%s%sof %d", alive ? "" : "dead, ",
           co_session_human(board->session, board->look->agent) ? "you, " : "", board->spec->agents);
}

// What no bar shows: single numbers such as epsilon; a script's own move.
static void remark_numbers(const CoDashboard *board, const char *own, char out[64]) {
  CoInspection seen;
  size_t used = 0;
  int chosen = board->moment.decided ? board->moment.actions.discrete[board->look->agent] : 0;
  out[0] = '\0';
  if (chosen < 0 || chosen >= board->spec->actions) used = (size_t)snprintf(out, 64, "a script's own: %d", chosen);
  for (int i = 0; co_session_inspect(board->session, board->moment.step, board->team, i, &seen); i++)
    if (seen.rows == 1 && seen.cols == 1 && strcmp(seen.name, own) && used < 32) {
      char number[16];
      co_board_number(seen.data[0], number);
      used += (size_t)snprintf(out + used, 64 - used, "%s%.12s %s", used ? ", " : "", seen.name, number);
    }
}

static void panel_actions(CoDashboard *board, Box box) {
  char remark[64];
  if (!board->spec->actions) {
    draw_controls(board, co_board_panel(board, box, "action", ""));
    return;
  }
  if (!co_session_available(board->session, board->moment.step, board->look->agent, board->mask, &board->why)) return;
  Values values = find_values(board);
  range(board, &values);
  remark_numbers(board, values.name ? values.name : "", remark);
  draw_actions(board, &values, co_board_panel(board, box, title_of(&values), remark));
}

float co_board_agent(CoDashboard *board, Box box) {
  char title[64], remark[64];
  describe(board, title, remark);
  co_board_panel(board, (Box){box.x, box.y, box.w, 32}, title, remark);
  float y = box.y + 32 + GAP, bottom = box.y + box.h;
  int rows = board->spec->actions ? board->spec->actions : board->spec->action_size, count = board->spec->obs_size;
  Strips strips = strips_of(count, box.w - 24);
  float observation = count && box.h > 260 ? 44 + strips.height * (float)strips.rows : 0;
  float actions = fminf(44 + ROW * (float)rows, bottom - y - (observation > 0 ? observation + GAP : 0));
  if (actions > 60) panel_actions(board, (Box){box.x, y, box.w, actions}), y += actions + GAP;
  if (observation > 0) panel_observation(board, &strips, (Box){box.x, y, box.w, observation}), y += observation + GAP;
  return y - box.y;
}

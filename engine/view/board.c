// The dashboard's common parts: text that fits, panels, colours, numbers.
#include "board.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LONGEST 256 // bytes of a text

// The most of the text, in whole characters, that fits with an ellipsis behind it.
static void cut(CoDashboard *board, float height, float room, char text[LONGEST]) {
  size_t bytes = strlen(text);
  if (height * co_surface_text_width(board->surface, text) <= room) return;
  while (bytes > 0) {
    do bytes--;
    while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80);
    memcpy(text + bytes, "…", sizeof "…");
    if (height * co_surface_text_width(board->surface, text) <= room) return;
  }
  *text = '\0';
}

void co_board_text(CoDashboard *board, float x, float y, float height, CoAlign align, CoColor color, float room,
                   const char *text) {
  char fitting[LONGEST + 4];
  snprintf(fitting, LONGEST, "%s", text);
  if (room > 0) cut(board, height, room, fitting);
  co_canvas_color(board->ui, color);
  co_canvas_text(board->ui, x, y, height, align, fitting);
}

void co_board_rect(CoDashboard *board, Box box, CoColor color) {
  co_canvas_color(board->ui, color);
  co_canvas_rect(board->ui, box.x, box.y, box.w, box.h);
}

void co_board_line(CoDashboard *board, float x1, float y1, float x2, float y2, float width, CoColor color) {
  co_canvas_color(board->ui, color);
  co_canvas_width(board->ui, width);
  co_canvas_line(board->ui, x1, y1, x2, y2);
}

Box co_board_panel(CoDashboard *board, Box box, const char *title, const char *remark) {
  co_board_rect(board, box, PANEL);
  float used = 15 * co_surface_text_width(board->surface, title), room = box.w - 24;
  co_board_text(board, box.x + 12, box.y + 16, 15, CO_LEFT, INK, room, title);
  if (used + 24 < room)
    co_board_text(board, box.x + box.w - 12, box.y + 16, 14, CO_RIGHT, DIM, room - used - 12, remark);
  return (Box){box.x + 12, box.y + 32, box.w - 24, box.h - 42};
}

// Told apart by colour-blind people too (Okabe and Ito), then the same ones paler.
CoColor co_board_color(int i) {
  static const CoColor colors[] = {{86, 180, 233, 255},  {230, 159, 0, 255}, {0, 158, 115, 255},  {240, 228, 66, 255},
                                   {204, 121, 167, 255}, {213, 94, 0, 255},  {64, 120, 200, 255}, {170, 170, 170, 255}};
  int count = (int)(sizeof colors / sizeof colors[0]);
  float pale = (float)(i / count % 3) * 0.3F;
  return co_color_mix(colors[i % count], (CoColor){255, 255, 255, 255}, pale);
}

void co_board_number(float x, char out[16]) {
  double size = fabs((double)x);
  if (!isfinite(x))
    snprintf(out, 16, "%g", (double)x);
  else if (size >= 1e5 || (size > 0 && size < 1e-3))
    snprintf(out, 16, "%.0e", (double)x);
  else
    snprintf(out, 16, "%.*f", size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3, (double)x);
}

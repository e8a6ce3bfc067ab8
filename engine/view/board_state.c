// Text over or in place of the picture: a state's fields, the keys, what went wrong.
#include <stdio.h>
#include <string.h>

#include "board.h"

#define LINE 18.0F

// One line of a text; moves on to the next. False at its end.
static bool next_line(const char **text, char *out, size_t capacity) {
  if (!**text) return false;
  size_t bytes = strcspn(*text, "\n"), kept = bytes < capacity - 1 ? bytes : capacity - 1;
  memcpy(out, *text, kept);
  out[kept] = '\0';
  *text += bytes + ((*text)[bytes] == '\n');
  return true;
}

void co_board_state(CoDashboard *board, Box box) {
  CoWriter writer = {0};
  Box rest = co_board_panel(board, box, "state", "this environment draws no picture");
  co_state_text(co_session_world(board->session), board->moment.state, &writer);
  co_write(&writer, "", 1);
  const char *text = writer.failed ? "" : (const char *)writer.data;
  char line[256];
  for (float y = rest.y + LINE / 2; y < rest.y + rest.h && next_line(&text, line, sizeof line); y += LINE)
    co_board_text(board, rest.x, y, 14, CO_LEFT, INK, rest.w, line);
  co_writer_free(&writer);
}

// In as many columns as the height asks for.
void co_board_help(CoDashboard *board, Box box) {
  const char *const *help = board->look->help;
  int lines = 0, most = (int)((box.h - 72) / 22);
  while (help[2 * lines]) lines++;
  if (most < 1) most = 1;
  if (lines == 0) return;
  int columns = (lines + most - 1) / most, rows = (lines + columns - 1) / columns;
  Box panel = {0, 0, 400 * (float)columns + 24, 56 + 22 * (float)rows};
  panel.x = box.x + (box.w - panel.w) / 2, panel.y = box.y + (box.h - panel.h) / 2;
  co_board_rect(board, box, co_color_fade(GROUND, 0.6F));
  Box rest = co_board_panel(board, panel, "keys", "");
  for (int i = 0; i < lines; i++) {
    float x = rest.x + 400 * (float)(i / rows), y = rest.y + 14 + 22 * (float)(i % rows);
    co_board_text(board, x, y, 15, CO_LEFT, ACCENT, 110, help[2 * i]);
    co_board_text(board, x + 120, y, 15, CO_LEFT, INK, 260, help[2 * i + 1]);
  }
}

// A line that is too long goes on in the next one, at a space where there is one.
static size_t fitting(CoDashboard *board, const char *text, float room) {
  char part[256];
  size_t bytes = 0, space = 0;
  for (size_t i = 0; text[i] && i < sizeof part - 1; i++) {
    part[i] = text[i], part[i + 1] = '\0';
    if (((unsigned char)text[i + 1] & 0xc0) == 0x80) continue; // within a character
    if (bytes && 14 * co_surface_text_width(board->surface, part) > room) return space ? space : bytes;
    bytes = i + 1;
    if (text[i] == ' ') space = bytes;
  }
  return bytes;
}

void co_board_error(CoDashboard *board, Box box, const char *text) {
  char paragraph[1024], line[256];
  float room = box.w - 48, y = box.y + 18, at = y + 20;
  const char *rest = text;
  int lines = 0;
  for (const char *all = text; next_line(&all, paragraph, sizeof paragraph);)
    for (const char *part = paragraph; *part; lines++) part += fitting(board, part, room);
  co_board_rect(board, (Box){box.x + 12, y, box.w - 24, 24 + 20 * (float)lines}, co_color_fade(GROUND, 0.9F));
  co_board_rect(board, (Box){box.x + 12, y, 4, 24 + 20 * (float)lines}, ALARM);
  while (next_line(&rest, paragraph, sizeof paragraph))
    for (const char *part = paragraph; *part; at += 20) {
      size_t bytes = fitting(board, part, room);
      snprintf(line, sizeof line, "%.*s", (int)bytes, part);
      co_board_text(board, box.x + 28, at, 14, CO_LEFT, ALARM, 0, line);
      part += bytes;
    }
}

// Private to the view room: the dashboard's parts, in pixels from the left upper corner.
#ifndef COHORT_VIEW_BOARD_H
#define COHORT_VIEW_BOARD_H

#include "cohort/dashboard.h"

typedef struct Box {
  float x, y, w, h;
} Box;

struct CoDashboard {
  CoCanvas *ui;
  CoCanvas *picture, *fresh; // the last good picture of the environment; the one being drawn
  bool drawn;                // `picture` holds one
  CoArea area;               // where it is shown
  Box time;                  // the episode's bar
  float span;                // steps that it shows
  float *numbers;            // [capacity] an observation
  uint8_t *mask;             // [capacity] a mask
  size_t capacity;
  // Of the drawing under way.
  CoSurface *surface;
  const CoSession *session;
  const CoDashboardLook *look;
  const CoSpec *spec;
  CoSessionMoment moment;
  int team, member; // of the selected agent: its team, its number there
  CoError why;      // what a hook failed with; "" when none did
};

#define GAP 8.0F // between panels
#define INK ((CoColor){216, 222, 233, 255})
#define DIM ((CoColor){128, 138, 154, 255})
#define FAINT ((CoColor){58, 66, 78, 255})
#define PANEL ((CoColor){28, 33, 40, 255})
#define GROUND ((CoColor){17, 20, 25, 255})
#define ACCENT ((CoColor){95, 179, 249, 255})
#define ALARM ((CoColor){255, 123, 114, 255})

// board.c: text and frames. A text that is wider than `room` is cut with an ellipsis.
void co_board_text(CoDashboard *board, float x, float y, float height, CoAlign align, CoColor color, float room,
                   const char *text);
void co_board_rect(CoDashboard *board, Box box, CoColor color);
void co_board_line(CoDashboard *board, float x1, float y1, float x2, float y2, float width, CoColor color);
Box co_board_panel(CoDashboard *board, Box box, const char *title, const char *remark); // the box that is left within
CoColor co_board_color(int i);                                                          // of the i-th agent
void co_board_number(float x, char out[16]);                                            // in at most six characters

// board_agent.c: the selected agent. Returns the height used, with a gap behind.
float co_board_agent(CoDashboard *board, Box box);
// board_place.c: a ring around it in the picture.
void co_board_mark(CoDashboard *board);
// board_chart.c: along the episode.
void co_board_returns(CoDashboard *board, Box box);
void co_board_credit(CoDashboard *board, Box box);
// board_state.c: where there is no picture.
void co_board_state(CoDashboard *board, Box box);
void co_board_help(CoDashboard *board, Box box);
void co_board_error(CoDashboard *board, Box box, const char *text);

#endif

// A dashboard: what a person sees who watches or plays: the environment's picture, and what its agents see and think.
#ifndef COHORT_DASHBOARD_H
#define COHORT_DASHBOARD_H

#include "cohort/session.h"
#include "cohort/surface.h"

// What the person has chosen and should be told. Strings may be "" (nothing there).
typedef struct CoDashboardLook {
  const char *title;       // "skirmish/3m"
  const char *players;     // "qpd, attack_move"
  const char *episode;     // "seed 1, episode 3"
  const char *pace;        // "8 steps/s", "paused", "your move"
  const char *notice;      // what has just happened
  const char *error;       // shown over the last good picture
  const char *const *help; // key, what it does, key ... NULL; NULL: not shown
  int agent;               // whose view the panels show
  bool panels;
} CoDashboardLook;

typedef struct CoDashboard CoDashboard;
CoDashboard *co_dashboard_create(CoError *error);
void co_dashboard_destroy(CoDashboard *dashboard); // NULL is fine

// Draws the session's present moment on the whole surface. The selected agent is ringed where the state has records
// named `unit`, one for each agent (others may follow), or named like its team, with members x and y. What a hook of
// the environment fails with becomes text in the picture. False when memory ran out.
bool co_dashboard_draw(CoDashboard *dashboard, CoSurface *surface, const CoSession *session,
                       const CoDashboardLook *look, CoError *error);
// What a click meets, in what was drawn last: an agent in the picture, a step on the bar below; -1: none. A text in the
// picture, such as the number of a cell: false where none is near.
int co_dashboard_agent_at(const CoDashboard *dashboard, int pixel_x, int pixel_y);
int64_t co_dashboard_step_at(const CoDashboard *dashboard, int pixel_x, int pixel_y);
bool co_dashboard_label_at(const CoDashboard *dashboard, int pixel_x, int pixel_y, char out[24]);

#endif

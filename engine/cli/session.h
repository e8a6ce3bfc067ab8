// Private to the command: what `watch` and `play` share: who is on the stage, and the window they are seen in.
#ifndef COHORT_CLI_SESSION_H
#define COHORT_CLI_SESSION_H

#include "cohort/dashboard.h"
#include "cohort/window.h"
#include "replay.h"

typedef struct SessionOptions {
  char data[1024], screenshot[1024], keys[1024], window[32];
  int episode, agent, step, frames, patience;
  double fps;
  bool paused, panels, stats, headless, strict;
  bool play;               // which command it is
  const CoSettings *table; // its own settings
} SessionOptions;

// Rows that both commands have.
#define SESSION_FIELDS(fps_preset, fps_help)                                                                           \
  CO_NUMBER(SessionOptions, fps, fps_preset, 0.01, 10000, fps_help),                                                   \
      CO_INT(SessionOptions, episode, "0", 0, 2e9, "the first episode: each number is another"),                       \
      CO_INT(SessionOptions, step, "0", 0, 2e9, "where to begin in the episode"),                                      \
      CO_STRING(SessionOptions, window, "1280x720", "its size in pixels"),                                             \
      CO_BOOL(SessionOptions, panels, "true", "show what agents see and think"),                                       \
      CO_BOOL(SessionOptions, paused, "false", "begin paused"),                                                        \
      CO_INT(SessionOptions, frames, "0", 0, 2e9, "end after so many pictures; 0: when told to"),                      \
      CO_STRING(SessionOptions, keys, "", "pressed at the beginning, one a picture: \"right right tab\""),             \
      CO_STRING(SessionOptions, screenshot, "", "PNG file for the last picture"),                                      \
      CO_BOOL(SessionOptions, headless, "false", "no window: for --frames and --screenshot"),                          \
      CO_BOOL(SessionOptions, stats, "false", "print how long pictures took"),                                         \
      CO_STRING(SessionOptions, data, "", "folder of maps and experiments"),                                           \
      CO_BOOL(SessionOptions, strict, "true", "a script that does not return is stopped, and the window lives on"),    \
      CO_INT(SessionOptions, patience, "10", 1, 1e6, "seconds that a script's function may take where not strict")

#define SESSION_FILES 16
#define SESSION_KEYS 64
#define SESSION_HELP 96

// A file that what is shown was made from, as it was then.
typedef struct SessionFile {
  char path[4096];
  int64_t seconds, nanoseconds, bytes; // of its last change; its size
} SessionFile;

// A world and who plays in it: from an environment, a run or a recording. Opened anew when its files change.
typedef struct Cast {
  Plan *plan; // NULL for a recording
  CoRecording recording;
  Stage *stage; // the recording's world; NULL for a plan
  const CoWorld *world;
  const CoSeat *seats; // NULL for a recording
  uint8_t *human;      // [agents] NULL: nobody
  CoGiven given;       // a recording's actions
  char title[256], players[512];
  SessionFile files[SESSION_FILES];
  int file_count;
} Cast;

// Opens what the line names; its texts are used as long as the cast lives. The default player joins the line.
Cast *cast_open(Line *line, const SessionOptions *options, CoError *error);
void cast_close(Cast *cast);                                             // NULL is fine
bool cast_sprites(const Cast *cast, CoSurface *surface, CoError *error); // they lie beside the script that names them
bool cast_changed(const Cast *cast);                                     // a file is not what it was
void cast_seen(Cast *cast);                                              // as they are now
bool cast_alike(const Cast *a, const Cast *b);                           // states and actions have one layout
uint64_t cast_seed(const Cast *cast, int episode);

typedef struct Viewer {
  Line *line;
  const SessionOptions *options;
  Cast *cast;
  CoSession *session;
  int episode;
  int width, height; // of the window at first
  CoWindow *window;  // NULL: headless
  CoSurface *surface;
  CoDashboard *board;
  const char *keys; // of --keys, still to be pressed
  bool waiting;     // for a person's first key
  bool paused, panels, help, quit;
  bool changed;              // there is something new to draw
  int agent;                 // whose view the panels show
  double fps, owed;          // steps a second; steps that are due
  int64_t frame, told, over; // pictures so far; at the notice; since the end was reached
  double due;                // when the next picture is
  char notice[256], error[CO_ERROR_SIZE];
  char view[64];             // the setting that v turns
  bool tapped[SESSION_KEYS]; // the environment's keys, pressed since the last step
  int *discrete;             // [agents] what a person does
  float *continuous;         // [agents][action_size]
  uint8_t *mask;             // [actions]
  double *times;             // [TIMES] seconds that pictures took; NULL: not asked for
  int timed;
  const char *lines[SESSION_HELP];
} Viewer;

// session_loop.c: time and pictures. viewer->cast is open.
bool viewer_open(Viewer *viewer, CoError *error);
bool viewer_loop(Viewer *viewer, CoError *error);
void viewer_close(Viewer *viewer);
bool viewer_begin(Viewer *viewer, int episode, CoError *error); // the old episode stays where it fails
bool viewer_forward(Viewer *viewer);                            // false where no step can be made now
void viewer_reload(Viewer *viewer);

// session_keys.c: what keys do.
void viewer_key(Viewer *viewer, const char *key, bool repeated);
void viewer_click(Viewer *viewer, int x, int y);
void viewer_tell(Viewer *viewer, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *const *viewer_help(Viewer *viewer);

// session_human.c: a person's moves.
bool human_plays(const Cast *cast);
bool human_turns(const Cast *cast);              // agents move in turns
bool human_waits(const Cast *cast);              // time waits for the person: in turns, or where no key means nothing
const CoKey *human_keys(const Cast *cast);       // NULL: none
int human_mover(const Viewer *viewer);           // the first agent that waits for a person; -1: none
bool human_key(Viewer *viewer, const char *key); // true: it is one of the environment's
bool human_decide(Viewer *viewer, CoActions *actions, CoError *error); // false: nothing usable yet, or with a sentence
bool human_room(Viewer *viewer, const Cast *cast, CoError *error);     // memory; and there are keys

#endif

// Cooperative communication: who knows the goal cannot move, who moves does not know it (Lowe et al., NIPS 2017; MPE's
// simple_speaker_listener).
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

extern const CoEnvType co_simple_speaker_listener;

enum { SPEAKER, LISTENER, AGENTS };
enum { LANDMARKS = 3, ACTIONS = CO_PARTICLES_ACTIONS + LANDMARKS }; // a word for each landmark
enum { OBS = 2 + 3 * LANDMARKS, GLOBAL = 4 + 4 * LANDMARKS };
#define RADIUS 0.075
#define LANDMARK 0.04
#define ARRIVED 0.1

typedef struct State {
  CoParticle listener;
  double landmark[LANDMARKS][2];
  int32_t goal, said; // said: 1 + the word of the last step, 0 at first
} State;

static const CoField fields[] = {CO_FIELDS_END};

static const CoStateField state_fields[] = {
    {"listener", CO_STATE_F64, offsetof(State, listener), 4, sizeof(double)},
    {"landmark", CO_STATE_F64, offsetof(State, landmark), 2 * LANDMARKS, sizeof(double)},
    {"goal", CO_STATE_I32, offsetof(State, goal), 1, sizeof(int32_t)},
    {"said", CO_STATE_I32, offsetof(State, said), 1, sizeof(int32_t)},
    {0},
};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const int kind[AGENTS] = {SPEAKER, LISTENER};
  static const char *const infos[] = {"distance", "arrived", NULL};
  static const char *const names[ACTIONS] = {"none", "left", "right", "down", "up", "red", "green", "blue"};
  static const CoKey keys[] = {{"", 0, NULL},     {"left", 1, NULL}, {"right", 2, NULL},
                               {"down", 3, NULL}, {"up", 4, NULL},   {"r", 5, NULL},
                               {"g", 6, NULL},    {"b", 7, NULL},    {0}};
  *spec = (CoSpec){.agents = AGENTS, .teams = 1, .kind = kind, .obs_low = -FLT_MAX, .obs_high = FLT_MAX};
  spec->obs_size = OBS;
  spec->global_size = GLOBAL;
  spec->actions = ACTIONS;
  spec->episode_limit = 25;
  spec->payoff = CO_PAYOFF_SHARED;
  spec->infos = infos;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  State *s = state;
  s->goal = co_rng_int(rng, 0, LANDMARKS - 1);
  s->listener.x = co_rng_uniform(rng, -1, 1);
  s->listener.y = co_rng_uniform(rng, -1, 1);
  for (int i = 0; i < LANDMARKS; i++)
    for (int j = 0; j < 2; j++) s->landmark[i][j] = co_rng_uniform(rng, -1, 1);
  return true;
}

enum { DISTANCE, REACHED }; // infos

// The square of the listener's distance from the goal is what both pay.
static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  State *s = state;
  double force[1][2];
  s->said = actions->discrete[SPEAKER] - CO_PARTICLES_ACTIONS + 1;
  co_particles_push(actions, LISTENER, force[0]);
  co_particles_step(&s->listener, force, 1, RADIUS);
  const double *goal = s->landmark[s->goal];
  double distance = co_particles_distance(s->listener.x, s->listener.y, goal[0], goal[1]);
  outcome->info[DISTANCE] = (float)distance;
  outcome->info[REACHED] = distance < ARRIVED;
  for (int i = 0; i < AGENTS; i++) outcome->rewards[i] = -(float)(distance * distance);
  return true;
}

static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)self, (void)worker, (void)state, (void)error;
  for (int i = 0; i < ACTIONS; i++) mask[i] = (i < CO_PARTICLES_ACTIONS) == (agent == LISTENER);
  return true;
}

static float *put(float *out, double x, double y) {
  out[0] = (float)x, out[1] = (float)y;
  return out + 2;
}

// The speaker sees which landmark it is; the listener its velocity, where the landmarks are from there, and what was
// said last.
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  const CoParticle *me = &s->listener;
  if (agent == SPEAKER) {
    obs[s->goal] = 1;
    return true;
  }
  obs = put(obs, me->vx, me->vy);
  for (int i = 0; i < LANDMARKS; i++) obs = put(obs, s->landmark[i][0] - me->x, s->landmark[i][1] - me->y);
  if (s->said) obs[s->said - 1] = 1;
  return true;
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)self, (void)worker, (void)team, (void)error;
  const State *s = state;
  out = put(put(out, s->listener.x, s->listener.y), s->listener.vx, s->listener.vy);
  for (int i = 0; i < LANDMARKS; i++) out = put(out, s->landmark[i][0], s->landmark[i][1]);
  out[s->goal] = 1;
  if (s->said) out[LANDMARKS + s->said - 1] = 1;
  return true;
}

// The listener wears the colour of the word it heard, the goal a ring of white.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  static const CoColor color[1 + LANDMARKS] = {
      {150, 156, 168, 255}, {214, 84, 78, 255}, {96, 190, 110, 255}, {92, 132, 226, 255}};
  const State *s = state;
  const double *goal = s->landmark[s->goal];
  co_canvas_camera(canvas, -1.6f, -1.6f, 1.6f, 1.6f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 18, 18);
  co_canvas_color(canvas, (CoColor){235, 238, 245, 255});
  co_canvas_disc(canvas, (float)goal[0], (float)goal[1], (float)(1.5 * LANDMARK));
  for (int i = 0; i < LANDMARKS; i++) {
    co_canvas_color(canvas, color[1 + i]);
    co_canvas_disc(canvas, (float)s->landmark[i][0], (float)s->landmark[i][1], (float)LANDMARK);
  }
  co_canvas_color(canvas, co_color_fade(color[s->said], .75f));
  co_canvas_disc(canvas, (float)s->listener.x, (float)s->listener.y, (float)RADIUS);
  return true;
}

const CoEnvType co_simple_speaker_listener = {
    .name = "simple_speaker_listener",
    .summary = "one knows the goal and speaks, the other hears and moves",
    .source = "Lowe et al., NIPS 2017, the multi-agent particle environments",
    .aliases = "simple_speaker_listener_v4",
    .settings = {"simple_speaker_listener", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .global = global,
    .draw = draw,
};

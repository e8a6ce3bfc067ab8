// Mountain car: a car too weak for the hill must first back up (Moore, 1990; MountainCar-v0 and its continuous form).
#include "cohort/kernels.h"
#include "cohort/solo.h"

extern const CoEnvType co_mountain_car, co_mountain_car_continuous;

#define LEFT_END (-1.2)
#define RIGHT_END 0.6
#define TOP_SPEED 0.07
#define GRAVITY 0.0025
#define FORCE 0.001  // of the three actions
#define POWER 0.0015 // of the continuous one
#define GOAL 0.5
#define NEAR_GOAL 0.45 // the continuous form's

typedef struct State {
  double x, v;
} State;

static const CoStateField state_fields[] = {
    {"x", CO_STATE_F64, offsetof(State, x), 1, sizeof(double)},
    {"v", CO_STATE_F64, offsetof(State, v), 1, sizeof(double)},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static CoSpec spec_of(int episode_limit) {
  static const float lows[] = {(float)LEFT_END, -(float)TOP_SPEED}, highs[] = {(float)RIGHT_END, (float)TOP_SPEED};
  return (CoSpec){.agents = 1,
                  .teams = 1,
                  .obs_size = 2,
                  .obs_low = (float)LEFT_END,
                  .obs_high = (float)RIGHT_END,
                  .obs_lows = lows,
                  .obs_highs = highs,
                  .episode_limit = episode_limit};
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const char *const names[] = {"left", "coast", "right"};
  static const CoKey keys[] = {{"", 1, NULL}, {"left", 0, NULL}, {"right", 2, NULL}, {0}};
  *spec = spec_of(200);
  spec->actions = 3;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static void describe_continuous(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const float low = -1, none = 0, high = 1;
  static const CoKey keys[] = {{"", 0, &none}, {"left", 0, &low}, {"right", 0, &high}, {0}};
  *spec = spec_of(999);
  spec->action_size = 1;
  spec->low = &low;
  spec->high = &high;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  *(State *)state = (State){.x = co_rng_uniform(rng, -0.6, -0.4)};
  return true;
}

static inline double clip(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

// One step under a force; true at the goal, reached from the left.
static inline bool roll(State *s, double force, double goal) {
  s->v = clip(s->v + (force - GRAVITY * co_cos(3 * s->x)), -TOP_SPEED, TOP_SPEED);
  s->x = clip(s->x + s->v, LEFT_END, RIGHT_END);
  if (s->x == LEFT_END && s->v < 0) s->v = 0;
  return s->x >= goal && s->v >= 0;
}

static inline bool push(const void *self, State *s, int action, CoRng *rng, float *reward) {
  (void)self, (void)rng;
  *reward = -1;
  return roll(s, (action - 1) * FORCE, GOAL);
}

CO_SOLO_STEP(step, push, discrete)

// The charge is for the action as it was given, the force for what of it is in range.
static inline bool drive(const void *self, State *s, float action, CoRng *rng, float *reward) {
  (void)self, (void)rng;
  double given = (double)action;
  bool there = roll(s, clip(given, -1, 1) * POWER, NEAR_GOAL);
  *reward = (float)((there ? 100.0 : 0.0) - given * given * 0.1);
  return there;
}

CO_SOLO_STEP(step_continuous, drive, continuous)

static inline void look(const void *self, const State *s, float *obs) {
  (void)self;
  obs[0] = (float)s->x;
  obs[1] = (float)s->v;
}

CO_SOLO_OBSERVE(observe, look, 2)

static float height(double x) {
  return .45f * (float)co_sin(3 * x) + .55f;
}

static void show_hill(double goal, CoCanvas *canvas) {
  enum { POINTS = 90 };
  float outline[2 * (POINTS + 3)];
  for (int i = 0; i <= POINTS; i++) {
    double x = LEFT_END + (RIGHT_END - LEFT_END) * i / POINTS;
    outline[2 * i] = (float)x;
    outline[2 * i + 1] = height(x);
  }
  const float corners[] = {(float)RIGHT_END, -1, (float)LEFT_END, -1};
  for (int i = 0; i < 4; i++) outline[2 * (POINTS + 1) + i] = corners[i];
  co_canvas_color(canvas, (CoColor){74, 104, 84, 255});
  co_canvas_polygon(canvas, outline, POINTS + 3);
  float x = (float)goal, y = height(goal), flag[] = {x, y + .22f, x + .13f, y + .17f, x, y + .12f};
  co_canvas_color(canvas, (CoColor){220, 222, 228, 255});
  co_canvas_width(canvas, .012f);
  co_canvas_line(canvas, x, y, x, y + .22f);
  co_canvas_color(canvas, (CoColor){222, 76, 66, 255});
  co_canvas_polygon(canvas, flag, 3);
}

static void show_car(double at, CoCanvas *canvas) {
  static const float body[] = {-.09f, .03f, .09f,  .03f,  .09f,  .075f, .05f,
                               .08f,  .03f, .115f, -.05f, .115f, -.09f, .075f};
  enum { CORNERS = sizeof body / sizeof body[0] / 2 };
  double lean = co_atan2(1.35 * co_cos(3 * at), 1); // the hill's slope
  float x = (float)at, y = height(at), c = (float)co_cos(lean), s = (float)co_sin(lean), points[2 * CORNERS];
  for (int i = 0; i < CORNERS; i++) {
    points[2 * i] = x + c * body[2 * i] - s * body[2 * i + 1];
    points[2 * i + 1] = y + s * body[2 * i] + c * body[2 * i + 1];
  }
  co_canvas_color(canvas, (CoColor){86, 156, 214, 255});
  co_canvas_polygon(canvas, points, CORNERS);
  co_canvas_color(canvas, (CoColor){20, 22, 28, 255});
  for (int side = -1; side <= 1; side += 2)
    co_canvas_disc(canvas, x + (float)side * .055f * c - .03f * s, y + (float)side * .055f * s + .03f * c, .03f);
}

static bool show(const State *s, double goal, CoCanvas *canvas) {
  co_canvas_camera(canvas, (float)LEFT_END, -.15f, (float)RIGHT_END, 1.35f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 18, 18);
  show_hill(goal, canvas);
  show_car(s->x, canvas);
  return true;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  return show(state, GOAL, canvas);
}

static bool draw_continuous(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  return show(state, NEAR_GOAL, canvas);
}

const CoEnvType co_mountain_car = {
    .name = "mountain_car",
    .summary = "a car too weak for the hill must first back up",
    .source = "Moore, Efficient Memory-based Learning for Robot Control (1990); Gymnasium, MountainCar-v0",
    .aliases = "MountainCar-v0",
    .settings = {"mountain_car", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
    .observes_whole = true,
};

const CoEnvType co_mountain_car_continuous = {
    .name = "mountain_car_continuous",
    .summary = "the mountain car with a throttle, which costs",
    .source = "Moore, Efficient Memory-based Learning for Robot Control (1990); Gymnasium, MountainCarContinuous-v0",
    .aliases = "MountainCarContinuous-v0",
    .settings = {"mountain_car_continuous", 0, fields, NULL},
    .describe = describe_continuous,
    .reset = reset,
    .step = step_continuous,
    .observe = observe,
    .draw = draw_continuous,
    .step_many = step_continuous_many,
    .observe_many = observe_many,
    .observes_whole = true,
};

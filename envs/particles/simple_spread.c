// Cooperative navigation: agents spread over as many landmarks without bumping into each other (Lowe et al., NIPS 2017;
// MPE's simple_spread).
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "world.h"

extern const CoEnvType co_simple_spread;

enum { MOST = 8 };
#define RADIUS 0.15
#define LANDMARK 0.05
#define COVERED 0.1 // a landmark with an agent's centre this near counts as occupied

enum { DISCRETE, CONTINUOUS };
enum { SHARED, LOCAL };

typedef struct Config {
  int agents, actions, reward;
  double local_ratio;
} Config;

static const CoField fields[] = {
    CO_ALIASED(Config, agents, "N", CO_FIELD_INT, "3", 1, MOST, "agents, and landmarks"),
    CO_CHOICE(Config, actions, "discrete", "discrete continuous",
              "none, left, right, down, up; or the push itself, two numbers in [-1, 1]"),
    CO_CHOICE(Config, reward, "shared", "shared local",
              "shared: less the landmarks' distances to their nearest agents, less 1 a pair that touches; local: "
              "PettingZoo's, where each agent answers for those who touch it"),
    CO_NUMBER(Config, local_ratio, "0.5", 0, 1, "reward local: weight of the touching; the rest is the distances'"),
    CO_FIELDS_END,
};

typedef struct State {
  CoParticle agent[MOST];
  double landmark[MOST][2];
} State;

#define AGENT(member)                                                                                                  \
  { "agent." #member, CO_STATE_F64, offsetof(State, agent[0].member), MOST, sizeof(CoParticle) }
static const CoStateField state_fields[] = {
    AGENT(x),
    AGENT(y),
    AGENT(vx),
    AGENT(vy),
    {"landmark", CO_STATE_F64, offsetof(State, landmark), 2 * MOST, sizeof(double)},
    {0},
};

// Velocity, place, the landmarks and the others as seen from there, and what the others say, which is nothing.
static int obs_size(const Config *config) {
  return 4 + 2 * config->agents + 4 * (config->agents - 1);
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const infos[] = {"distance", "touching", "occupied", NULL};
  const Config *config = self;
  *spec = (CoSpec){.agents = config->agents, .teams = 1, .obs_low = -FLT_MAX, .obs_high = FLT_MAX};
  spec->obs_size = obs_size(config);
  spec->global_size = 6 * config->agents;
  spec->episode_limit = 25;
  spec->payoff = config->reward == SHARED ? CO_PAYOFF_SHARED : CO_PAYOFF_PRIVATE;
  spec->infos = infos;
  spec->keys = co_particles_keys;
  if (config->actions == DISCRETE) {
    spec->actions = CO_PARTICLES_ACTIONS;
    spec->action_names = co_particles_names;
    spec->unmasked = true;
  } else {
    spec->action_size = 2;
    spec->low = co_particles_low;
    spec->high = co_particles_high;
  }
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  const Config *config = self;
  State *s = state;
  for (int i = 0; i < config->agents; i++) {
    s->agent[i].x = co_rng_uniform(rng, -1, 1);
    s->agent[i].y = co_rng_uniform(rng, -1, 1);
  }
  for (int i = 0; i < config->agents; i++)
    for (int j = 0; j < 2; j++) s->landmark[i][j] = co_rng_uniform(rng, -1, 1);
  return true;
}

static double nearest(const Config *config, const State *s, int landmark) {
  double least = INFINITY;
  for (int i = 0; i < config->agents; i++)
    least = fmin(
        least, co_particles_distance(s->agent[i].x, s->agent[i].y, s->landmark[landmark][0], s->landmark[landmark][1]));
  return least;
}

// How many others touch the agent.
static int touched(const Config *config, const State *s, int agent) {
  const CoParticle *a = &s->agent[agent];
  int count = 0;
  for (int i = 0; i < config->agents; i++)
    count += i != agent && co_particles_distance(a->x, a->y, s->agent[i].x, s->agent[i].y) < 2 * RADIUS;
  return count;
}

enum { DISTANCE, TOUCHING, OCCUPIED }; // infos

static void pay(const Config *config, const State *s, CoOutcome *outcome) {
  double distance = 0, touching = 0;
  for (int i = 0; i < config->agents; i++) {
    double from = nearest(config, s, i);
    distance += from;
    touching += 0.5 * touched(config, s, i);
    outcome->info[OCCUPIED] += from < COVERED;
  }
  outcome->info[DISTANCE] = (float)distance;
  outcome->info[TOUCHING] = (float)touching;
  for (int i = 0; i < config->agents; i++) {
    double local = (1 - config->local_ratio) * distance + config->local_ratio * touched(config, s, i);
    outcome->rewards[i] = -(float)(config->reward == SHARED ? distance + touching : local);
  }
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Config *config = self;
  State *s = state;
  double forces[MOST][2];
  for (int i = 0; i < config->agents; i++) co_particles_push(actions, i, forces[i]);
  co_particles_step(s->agent, forces, config->agents, RADIUS);
  pay(config, s, outcome);
  return true;
}

static float *put(float *out, double x, double y) {
  out[0] = (float)x, out[1] = (float)y;
  return out + 2;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  const Config *config = self;
  const State *s = state;
  const CoParticle *me = &s->agent[agent];
  obs = put(put(obs, me->vx, me->vy), me->x, me->y);
  for (int i = 0; i < config->agents; i++) obs = put(obs, s->landmark[i][0] - me->x, s->landmark[i][1] - me->y);
  for (int i = 0; i < config->agents; i++)
    if (i != agent) obs = put(obs, s->agent[i].x - me->x, s->agent[i].y - me->y);
  return true;
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)worker, (void)team, (void)error;
  const Config *config = self;
  const State *s = state;
  for (int i = 0; i < config->agents; i++)
    out = put(put(out, s->agent[i].x, s->agent[i].y), s->agent[i].vx, s->agent[i].vy);
  for (int i = 0; i < config->agents; i++) out = put(out, s->landmark[i][0], s->landmark[i][1]);
  return true;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Config *config = self;
  const State *s = state;
  co_canvas_camera(canvas, -1.6f, -1.6f, 1.6f, 1.6f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 18, 18);
  for (int i = 0; i < config->agents; i++) {
    co_canvas_color(canvas, co_color_fade(co_color_team(i), .75f));
    co_canvas_disc(canvas, (float)s->agent[i].x, (float)s->agent[i].y, (float)RADIUS);
  }
  for (int i = 0; i < config->agents; i++) {
    bool covered = nearest(config, s, i) < COVERED;
    co_canvas_color(canvas, covered ? (CoColor){120, 220, 140, 255} : (CoColor){235, 238, 245, 255});
    co_canvas_disc(canvas, (float)s->landmark[i][0], (float)s->landmark[i][1], (float)LANDMARK);
  }
  return true;
}

const CoEnvType co_simple_spread = {
    .name = "simple_spread",
    .summary = "agents spread over landmarks without bumping into each other",
    .source = "Lowe et al., NIPS 2017, the multi-agent particle environments",
    .aliases = "simple_spread_v3",
    .variant = "actions",
    .settings = {"simple_spread", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .global = global,
    .draw = draw,
};

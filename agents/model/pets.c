// Planning with learned models (PETS): an ensemble of probabilistic networks learns what follows an action and what it
// earns; plans are imagined along sampled courses (Chua et al., "Deep reinforcement learning in a handful of trials",
// NeurIPS 2018). Rewards are learned too. Ends are not: plans go on beyond them.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/metrics.h"
#include "ensemble.h"
#include "shooting.h"

typedef struct Config {
  CoShootingConfig shooting; // first
  int members, hidden, layers, activation, batch_size;
  double lr;
  int particles, buffer_size, learning_starts, updates_per_step;
} Config;

typedef struct Learner {
  CoShooting shooting; // first
  Config config;
  CoEnsemble ensemble; // x: observation and action; y: the change of the observation, and the reward
  CoRng rng;           // draws rows
  int obs_size, rows;  // rows: courses that a member imagines, population * particles
  float *obs, *x;      // [rows][obs_size], [rows][inputs]
  float *noise;        // [particles][obs_size] of a step, the same for every plan: they differ by what they do alone
} Learner;

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  if (spec->obs_size < 1) return co_fail(error, "needs observations, this environment has none");
  if (spec->obs_shape[0]) return co_fail(error, "learns from vectors, this environment shows images");
  return co_shooting_accepts(config, spec, error);
}

static void wants(const void *from, const CoSpec *spec, CoWants *wants) {
  const Config *config = from;
  *wants = (CoWants){.experience = CO_EXPERIENCE_REPLAY,
                     .capacity = config->buffer_size,
                     .rollout = 1,
                     .gamma = 1,
                     .views = CO_VIEW_OBS,
                     .memory = co_shooting_memory(&config->shooting, spec)};
}

// Numbers of a row: x = (s, a), y = (s' - s, r).
static void lay(const Learner *self, const float *obs, const float *control, float *x) {
  memcpy(x, obs, (size_t)self->obs_size * sizeof *x);
  memcpy(x + self->obs_size, control, (size_t)self->shooting.action_size * sizeof *x);
}

static void lay_target(const Learner *self, const float *obs, const float *next, float reward, float *y) {
  for (int i = 0; i < self->obs_size; i++) y[i] = next[i] - obs[i];
  y[self->obs_size] = reward;
}

// Every member draws rows of its own.
static bool draw(Learner *self, CoReplay *replay, CoError *error) {
  CoEnsemble *ensemble = &self->ensemble;
  size_t size = (size_t)self->obs_size, width = (size_t)self->shooting.action_size;
  float *x = ensemble->x, *y = ensemble->y;
  for (int member = 0; member < ensemble->config.members; member++) {
    const CoRows *rows = co_replay_sample(replay, ensemble->config.batch_size, 0, &self->rng, error);
    if (!rows) return false;
    for (size_t i = 0; i < (size_t)rows->count; i++, x += ensemble->inputs, y += ensemble->outputs) {
      lay(self, rows->obs + i * size, rows->control + i * width, x);
      lay_target(self, rows->obs + i * size, rows->next_obs + i * size, rows->reward[i], y);
    }
  }
  return true;
}

static void see(Learner *self, const CoDecision *d) {
  lay(self, d->obs, d->control, self->ensemble.x);
  lay_target(self, d->obs, d->next_obs, d->reward, self->ensemble.y);
  co_ensemble_see(&self->ensemble, self->ensemble.x, self->ensemble.y);
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  int updates =
      learning->steps >= self->config.learning_starts ? learning->decision_count * self->config.updates_per_step : 0;
  for (int i = 0; i < learning->decision_count; i++) see(self, &learning->decisions[i]);
  for (int i = 0; i < updates; i++) {
    double loss;
    if (!draw(self, learning->replay, error) || !co_ensemble_update(&self->ensemble, &loss, error)) return false;
    co_metric(learning->metrics, "model_loss", loss);
    learning->updates++;
  }
  return true;
}

// s' ~ N(s + mean, deviation^2), within the bounds that observations have; the mean of r is added to the plan's return.
static void step(Learner *self, const float *mean, const float *deviation, double *returns) {
  const CoSpec *spec = self->shooting.spec;
  int size = self->obs_size, outputs = size + 1, particles = self->config.particles;
  for (int row = 0; row < self->rows; row++) {
    float *obs = self->obs + row * size;
    const float *m = mean + row * outputs, *d = deviation + row * outputs, *z = self->noise + row % particles * size;
    for (int i = 0; i < size; i++) {
      float low = spec->obs_lows ? spec->obs_lows[i] : spec->obs_low;
      float high = spec->obs_highs ? spec->obs_highs[i] : spec->obs_high;
      obs[i] = fminf(fmaxf(obs[i] + m[i] + d[i] * z[i], low), high);
    }
    returns[row / particles] += (double)m[size];
  }
}

// The courses of one member, side by side, from obs[obs_size] on (TS-infinity: a course keeps its model).
static void follow(Learner *self, int member, const float *obs, CoRng *rng, double *returns) {
  const CoShooting *shooting = &self->shooting;
  size_t size = (size_t)self->obs_size, width = (size_t)shooting->action_size;
  const float *actions = shooting->actions, *mean, *deviation;
  for (int row = 0; row < self->rows; row++) memcpy(self->obs + (size_t)row * size, obs, size * sizeof *obs);
  for (int t = 0; t < shooting->config.horizon; t++, actions += (size_t)shooting->config.population * width) {
    for (int row = 0; row < self->rows; row++)
      lay(self, self->obs + (size_t)row * size, actions + (size_t)(row / self->config.particles) * width,
          self->x + (size_t)row * (size + width));
    for (int i = 0; i < self->config.particles * self->obs_size; i++) self->noise[i] = (float)co_rng_normal(rng);
    co_ensemble_predict(&self->ensemble, member, self->x, self->rows, &mean, &deviation);
    step(self, mean, deviation, returns);
    co_tape_rewind(self->ensemble.tape, self->ensemble.mark);
  }
}

// The mean over members and particles.
static bool imagine(void *user, const CoFrame *frame, const CoActing *how, int env, double *returns, CoError *error) {
  (void)error;
  Learner *self = user;
  int population = self->shooting.config.population, members = self->ensemble.config.members;
  for (int k = 0; k < population; k++) returns[k] = 0;
  for (int member = 0; member < members; member++)
    follow(self, member, frame->obs + env * self->obs_size, &how->rngs[env], returns);
  for (int k = 0; k < population; k++) returns[k] /= members * self->config.particles;
  return true;
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)discrete;
  Learner *self = user;
  if (how->explore && how->steps < self->config.learning_starts) {
    co_shooting_guess(&self->shooting, frame, how, 0, continuous);
    return true;
  }
  return co_shooting_act(self, frame, how, imagine, continuous, error);
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  co_ensemble_free(&self->ensemble);
  free(self->obs);
  co_shooting_destroy(self);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  Learner *self = co_shooting_create(sizeof *self, &config->shooting, setup, error);
  if (!self) return NULL;
  self->config = *config;
  self->rng = co_rng(setup->seed, "updates", (uint64_t)setup->team);
  self->obs_size = setup->spec->obs_size;
  self->rows = config->shooting.population * config->particles;
  int inputs = self->obs_size + self->shooting.action_size;
  size_t rows = (size_t)self->rows, size = (size_t)self->obs_size;
  self->obs = calloc(rows * (size + (size_t)inputs) + (size_t)config->particles * size, sizeof *self->obs);
  if (self->obs) {
    self->x = self->obs + rows * size;
    self->noise = self->x + rows * (size_t)inputs;
    const CoEnsembleConfig ensemble = {{config->hidden, config->layers, config->activation, 0, 0, 0, 0},
                                       config->members,
                                       config->batch_size,
                                       config->lr};
    if (co_ensemble_init(&self->ensemble, &ensemble, inputs, self->obs_size + 1, setup->seed, setup->pool, error))
      return self;
  } else {
    co_fail(error, "no memory for %d imagined courses", self->rows);
  }
  destroy(self);
  return NULL;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_ensemble_save(&self->ensemble, writer);
  co_write(writer, &self->rng, sizeof self->rng);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  return co_ensemble_load(&self->ensemble, reader) &&
         co_read(reader, &self->rng, sizeof self->rng, "the updates' random stream");
}

static bool weights(const void *user, const char *folder, CoError *error) {
  return co_safetensors_export(&((const Learner *)user)->ensemble.params, folder, "model", error);
}

static const char *const metrics[] = {"model_loss", NULL};

static const CoField fields[] = {
    CO_SHOOTING_FIELDS("20", "64", "3", "0.5", "false"),
    CO_INT(Config, particles, "1", 1, 1000, "courses of a plan that every network imagines"),
    CO_INT(Config, members, "5", 1, CO_ENSEMBLE_MOST, "networks"),
    CO_INT(Config, hidden, "64", 1, 8192, "units of a hidden layer"),
    CO_INT(Config, layers, "2", 1, CO_BODY_LAYERS, "hidden layers"),
    CO_CHOICE(Config, activation, "tanh", "tanh relu", "what follows a hidden layer"),
    CO_INT(Config, batch_size, "128", 1, 65536, "steps that each network learns from in an update"),
    CO_NUMBER(Config, lr, "0.001", 1e-6, 1, "learning rate"),
    CO_INT(Config, buffer_size, "100000", 1, 100000000, "steps that are kept"),
    CO_INT(Config, learning_starts, "200", 0, 2000000000, "steps of uniformly random actions before the first update"),
    CO_INT(Config, updates_per_step, "5", 1, 1000, "updates for each step of a copy"),
    CO_FIELDS_END,
};

const CoAlgoType co_pets = {.name = "pets",
                            .summary = "plans with an ensemble of learned probabilistic models",
                            .source = "Chua et al., NeurIPS 2018, arXiv 1805.12114",
                            .settings = {"pets", sizeof(Config), fields, NULL},
                            .metrics = metrics,
                            .accepts = accepts,
                            .wants = wants,
                            .create = create,
                            .destroy = destroy,
                            .act = act,
                            .learn = learn,
                            .save = save,
                            .load = load,
                            .weights = weights,
                            .inspect = co_shooting_inspect};

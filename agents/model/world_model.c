// A small latent world model from pixels, planned in latent space: PlaNet's idea (Hafner et al., "Learning latent
// dynamics for planning from pixels", ICML 2019) where nothing is left to chance. The world is taken to be
// deterministic and an observation to tell its state (pictures of two steps tell a speed), so latents are numbers, not
// distributions, and no memory of what was seen before is needed. Ends are not learned: plans go on beyond them.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/metrics.h"
#include "cohort/ops.h"
#include "cohort/optim.h"
#include "cohort/stats.h"
#include "latent.h"
#include "shooting.h"

#define TAPE_BYTES ((size_t)4 << 30) // of address space

typedef struct Config {
  CoShootingConfig shooting; // first
  int latent, hidden, layers, activation, conv_layers, conv_channels, conv_kernel, conv_stride;
  int batch_size, sequences, unroll, buffer_size, learning_starts, shards;
  double hold, noise, updates_per_step, lr, average, grad_norm_clip, latent_scale, reward_scale;
} Config;

typedef struct Learner {
  CoShooting shooting; // first
  Config config;
  CoLatent model;
  CoParams params, slow; // slow: their running average, with which it plans
  CoSharded *step;
  CoOptim *optim;
  CoTape *tape; // for planning, with `bound` at its beginning
  CoVar **bound;
  CoTapeMark mark;
  CoRng rng;              // draws episodes, and where sequences begin
  CoRunning rewards;      // the network's are in units of deviations from the mean of all that were earned
  double moments[2];      // their numbers
  const CoBatch *batches; // [shards] the update's episodes
  int *start;             // [batch_size * sequences] in which steps its sequences begin, shard by shard
  int drawn;              // sequences
  float *seen, *imagined; // [obs_size] when it planned last; [horizon][obs_size] what it expects to see then
} Learner;

static bool accepts(const void *from, const CoSpec *spec, CoError *error) {
  const Config *config = from;
  const CoBodyConfig body = {0, 0, 0, config->conv_layers, 0, config->conv_kernel, config->conv_stride};
  if (spec->obs_size < 1) return co_fail(error, "needs observations, this environment has none");
  return co_body_fits(&body, spec->obs_shape, error) && co_shooting_accepts(config, spec, error);
}

static void wants(const void *from, const CoSpec *spec, CoWants *wants) {
  const Config *config = from;
  *wants = (CoWants){.experience = CO_EXPERIENCE_EPISODES,
                     .capacity = config->buffer_size,
                     .gamma = 1,
                     .views = CO_VIEW_OBS,
                     .memory = co_shooting_memory(&config->shooting, spec)};
}

// Actions in units of half their range.
static void scale(const Learner *self, const float *actions, int rows, CoReal *to) {
  const CoSpec *spec = self->shooting.spec;
  for (int row = 0; row < rows; row++)
    for (int i = 0; i < spec->action_size; i++) {
      float middle = (spec->low[i] + spec->high[i]) / 2, half = (spec->high[i] - spec->low[i]) / 2;
      *to++ = (*actions++ - middle) / half;
    }
}

// Of rewards: their deviation. Where all are alike they keep their own.
static double unit(const Learner *self) {
  double deviation = co_running_deviation(&self->rewards, 0);
  return deviation > 1e-8 ? deviation : 1;
}

// --- learning ---

// One step of a sequence: an entry of the episode, or its last again where it has ended.
static void lay(const Learner *self, const CoSequences *to, int at, const CoBatch *batch, int episode, int t) {
  int length = batch->length[episode], row = batch->entries.start[t < length ? t : length] + episode;
  size_t size = (size_t)self->model.obs_size;
  memcpy(to->obs + (size_t)at * size, batch->obs + (size_t)row * size, size * sizeof *to->obs);
  to->weight[at] = t <= length;
  if (at >= to->steps * to->count) return;
  double reward = (double)batch->reward[row] - self->rewards.mean[0];
  scale(self, batch->control + row * self->model.action_size, 1, to->actions + at * self->model.action_size);
  to->reward[at] = (CoReal)(reward / unit(self));
}

static CoSequences gather(const Learner *self, CoTape *tape, const CoBatch *batch, const int *start) {
  int each = self->config.sequences, count = batch->episodes * each, steps = self->config.unroll;
  size_t rows = (size_t)(steps + 1) * (size_t)count;
  CoSequences to = {steps,
                    count,
                    co_tape_memory(tape, rows * (size_t)self->model.obs_size),
                    co_tape_memory(tape, rows),
                    co_tape_memory(tape, rows * (size_t)self->model.action_size),
                    co_tape_memory(tape, rows)};
  for (int k = 0; k <= steps; k++)
    for (int i = 0; i < count; i++) lay(self, &to, k * count + i, batch, i / each, start[i] + k);
  return to;
}

// The mean over the update's sequences and their steps.
static CoVar *loss_of(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Learner *self = user;
  int before = 0;
  for (int i = 0; i < shard; i++) before += self->batches[i].episodes * self->config.sequences;
  if (!self->batches[shard].episodes) return NULL;
  CoSequences real = gather(self, tape, &self->batches[shard], self->start + before);
  CoVar *sum = co_latent_loss(&self->model, tape, bound, &real, stats);
  return co_affine(tape, sum, (CoReal)(1.0 / (self->drawn * real.steps)), 0);
}

// Some episodes, and in each of them some places to begin at, whole sequences as long as there are any.
static bool draw(Learner *self, CoEpisodes *store, CoError *error) {
  const Config *config = &self->config;
  int kept = co_episodes_count(store), count = kept < config->batch_size ? kept : config->batch_size;
  int64_t steps;
  if (!co_episodes_sample(store, count, config->shards, &self->rng, co_sharded_pool(self->step), &self->batches, &steps,
                          error))
    return false;
  self->drawn = 0;
  for (int shard = 0; shard < config->shards; shard++)
    for (int i = 0; i < self->batches[shard].episodes * config->sequences; i++) {
      int last = self->batches[shard].length[i / config->sequences] - config->unroll;
      self->start[self->drawn++] = (int)co_rng_int(&self->rng, 0, last > 0 ? last : 0);
    }
  return true;
}

static bool update(Learner *self, CoLearning *learning, CoError *error) {
  CoDescent out;
  if (!draw(self, learning->store, error) ||
      !co_sharded_descend(self->step, &self->params, self->optim, self->config.grad_norm_clip, loss_of, self, &out,
                          error))
    return false;
  co_params_blend(&self->slow, &self->params, self->config.average);
  double steps = (double)self->drawn * self->config.unroll;
  co_metric(learning->metrics, "model_loss", out.loss);
  co_metric(learning->metrics, "obs_error", out.stats[0] / steps);
  co_metric(learning->metrics, "latent_error", out.stats[1] / steps);
  co_metric(learning->metrics, "reward_error", out.stats[2] / steps);
  co_metric(learning->metrics, "grad_norm", out.grad_norm);
  learning->updates++;
  return true;
}

static bool see_rewards(Learner *self, CoLearning *learning, CoError *error) {
  const CoBatch *batch;
  int64_t steps;
  if (!co_episodes_newest(learning->store, learning->new_episodes, 1, co_sharded_pool(self->step), &batch, &steps,
                          error))
    return false;
  for (int row = 0; row < batch->rows; row++) {
    float reward = batch->reward[row];
    if (batch->next[row] >= 0) co_running_add(&self->rewards, &reward);
  }
  return true;
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  double rate = self->config.updates_per_step;
  int64_t due = (int64_t)((double)learning->steps * rate);
  if (!see_rewards(self, learning, error)) return false;
  if (learning->steps < self->config.learning_starts) return true;
  for (int64_t n = (int64_t)((double)(learning->steps - learning->new_steps) * rate); n < due; n++)
    if (!update(self, learning, error)) return false;
  return true;
}

// --- planning ---

// One step on, of as many as there are in z. actions[rows][action_size], in the environment's units.
static CoVar *follow(const Learner *self, CoVar *z, const float *actions, CoVar **reward) {
  CoReal *scaled = co_tape_memory(self->tape, (size_t)(z->rows * self->model.action_size));
  scale(self, actions, z->rows, scaled);
  return co_latent_step(&self->model, self->tape, self->bound, z, scaled, reward);
}

// Where plans begin: `rows` times z = e(o) of what was seen last.
static CoVar *begin(const Learner *self, int rows) {
  int *first = co_tape_bytes(self->tape, (size_t)rows * sizeof *first);
  memset(first, 0, (size_t)rows * sizeof *first);
  CoVar *obs = co_constant(self->tape, 1, self->model.obs_size, self->seen);
  return co_gather(self->tape, co_latent_encode(&self->model, self->tape, self->bound, obs), first, rows);
}

// All plans side by side: a plan's return is the sum of the rewards that the model expects.
static bool imagine(void *user, const CoFrame *frame, const CoActing *how, int env, double *returns, CoError *error) {
  (void)how, (void)error;
  Learner *self = user;
  int population = self->shooting.config.population, step = population * self->model.action_size;
  size_t size = (size_t)self->model.obs_size;
  double mean = self->rewards.mean[0];
  memcpy(self->seen, frame->obs + (size_t)env * size, size * sizeof *self->seen);
  co_tape_rewind(self->tape, self->mark);
  CoVar *z = begin(self, population), *reward;
  for (int k = 0; k < population; k++) returns[k] = 0;
  for (int t = 0; t < self->shooting.config.horizon; t++) {
    z = follow(self, z, self->shooting.actions + t * step, &reward);
    for (int k = 0; k < population; k++) returns[k] += mean + unit(self) * (double)reward->data[k];
  }
  return true;
}

// What is done at random besides, so that it sees what it would not have planned.
static void stray(const Learner *self, const CoFrame *frame, const CoActing *how, float *continuous) {
  const CoSpec *spec = self->shooting.spec;
  for (int env = 0; env < frame->num_envs; env++)
    for (int i = 0; i < spec->action_size && frame->acting[env]; i++) {
      float *a = &continuous[env * spec->action_size + i], half = (spec->high[i] - spec->low[i]) / 2;
      float noise = half * (float)(self->config.noise * co_rng_normal(&how->rngs[env]));
      *a = fminf(fmaxf(*a + noise, spec->low[i]), spec->high[i]);
    }
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)discrete;
  Learner *self = user;
  if (how->explore && how->steps < self->config.learning_starts) {
    co_shooting_guess(&self->shooting, frame, how, self->config.hold, continuous);
    return true;
  }
  if (!co_shooting_act(self, frame, how, imagine, continuous, error)) return false;
  if (how->explore) stray(self, frame, how, continuous);
  return true;
}

// The planner's two arrays, then what the model expects to see while the plan is carried out.
static bool inspect(void *user, int i, CoInspection *out) {
  Learner *self = user;
  int horizon = self->shooting.config.horizon, width = self->model.action_size, size = self->model.obs_size;
  if (i != 2) return co_shooting_inspect(self, i, out);
  co_tape_rewind(self->tape, self->mark);
  CoVar *z = begin(self, 1), *reward;
  for (int t = 0; t < horizon; t++) {
    z = follow(self, z, self->shooting.plan + t * width, &reward);
    const CoVar *obs = co_latent_decode(&self->model, self->tape, self->bound, z);
    memcpy(self->imagined + t * size, obs->data, (size_t)size * sizeof *self->imagined);
  }
  *out = (CoInspection){"imagined", self->imagined, horizon, size};
  return true;
}

// --- creation ---

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  co_tape_destroy(self->tape);
  co_sharded_destroy(self->step);
  co_optim_destroy(self->optim);
  co_params_free(&self->params);
  co_params_free(&self->slow);
  free(self->start);
  free(self->seen);
  co_shooting_destroy(self);
}

static void declare(Learner *self, const CoSpec *spec, uint64_t seed) {
  const Config *config = &self->config;
  const CoLatentConfig model = {{config->hidden, config->layers, config->activation, config->conv_layers,
                                 config->conv_channels, config->conv_kernel, config->conv_stride},
                                config->latent,
                                config->latent_scale,
                                config->reward_scale};
  CoRng rng = co_rng(seed, "weights", 0);
  self->model = co_latent_add(&self->params, &model, spec->obs_shape, spec->obs_size, spec->action_size);
  if (co_params_allocate(&self->params, NULL)) co_latent_init(&self->params, &self->model, &rng);
}

static bool build(Learner *self, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = &self->config;
  CoOptimConfig adam = co_optim_defaults(CO_ADAM);
  adam.lr = config->lr;
  self->start = calloc((size_t)config->batch_size * (size_t)config->sequences, sizeof *self->start);
  self->seen = calloc((size_t)(config->shooting.horizon + 1) * (size_t)setup->spec->obs_size, sizeof *self->seen);
  if (!self->start || !self->seen)
    return co_fail(error, "no memory for %d imagined observations", config->shooting.horizon);
  self->imagined = self->seen + setup->spec->obs_size;
  declare(self, setup->spec, setup->seed);
  if (!self->params.values) return co_fail(error, "no memory for the model");
  if (!co_params_clone(&self->slow, &self->params, error) ||
      !(self->step = co_sharded_create(&self->params, config->shards, setup->pool, error)) ||
      !(self->optim = co_optim_create(&adam, self->params.size, error)) ||
      !(self->tape = co_tape_create(TAPE_BYTES, error)))
    return false;
  co_tape_record(self->tape, false);
  self->bound = co_params_bind(self->tape, &self->slow);
  self->mark = co_tape_mark(self->tape);
  return true;
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  Learner *self = co_shooting_create(sizeof *self, &config->shooting, setup, error);
  if (!self) return NULL;
  self->config = *config;
  self->rng = co_rng(setup->seed, "updates", (uint64_t)setup->team);
  self->rewards = (CoRunning){0, &self->moments[0], &self->moments[1], 1};
  if (build(self, setup, error)) return self;
  destroy(self);
  return NULL;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_params_save(&self->params, writer);
  co_params_save(&self->slow, writer);
  co_optim_save(self->optim, writer);
  co_write(writer, &self->rewards.count, sizeof self->rewards.count);
  co_write(writer, self->moments, sizeof self->moments);
  co_write(writer, &self->rng, sizeof self->rng);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  return co_params_load(&self->params, reader) && co_params_load(&self->slow, reader) &&
         co_optim_load(self->optim, reader) &&
         co_read(reader, &self->rewards.count, sizeof self->rewards.count, "how many rewards were seen") &&
         co_read(reader, self->moments, sizeof self->moments, "the rewards' mean and deviation") &&
         co_read(reader, &self->rng, sizeof self->rng, "the updates' random stream");
}

static bool weights(const void *user, const char *folder, CoError *error) {
  return co_safetensors_export(&((const Learner *)user)->slow, folder, "model", error);
}

static const char *const metrics[] = {"model_loss", "obs_error", "latent_error", "reward_error", "grad_norm", NULL};

static const CoField fields[] = {
    CO_SHOOTING_FIELDS("20", "100", "3", "1", "true"),
    CO_INT(Config, latent, "16", 1, 4096, "numbers that stand for what is seen"),
    CO_INT(Config, hidden, "64", 1, 4096, "units of a hidden layer"),
    CO_INT(Config, layers, "2", 1, CO_BODY_LAYERS, "hidden layers of encoder, transition and decoder"),
    CO_CHOICE(Config, activation, "relu", "tanh relu", "what follows a hidden layer"),
    CO_INT(Config, conv_layers, "0", 0, CO_BODY_CONVS,
           "images: the encoder's convolutions; 0: the image is a list of numbers"),
    CO_INT(Config, conv_channels, "16", 1, 1024, "images: channels that a convolution gives"),
    CO_INT(Config, conv_kernel, "4", 1, 64, "images: height and width of a convolution's kernel"),
    CO_INT(Config, conv_stride, "2", 1, 64, "images: cells from one place of the kernel to the next"),
    CO_INT(Config, batch_size, "8", 1, 65536, "episodes that an update learns from"),
    CO_INT(Config, sequences, "8", 1, 65536, "sequences of steps from each of them"),
    CO_INT(Config, unroll, "10", 1, 10000, "steps of a sequence: how far it learns to imagine"),
    CO_INT(Config, buffer_size, "500", 1, 100000000, "episodes that are kept"),
    CO_INT(Config, learning_starts, "1000", 0, 2000000000, "steps of uniformly random actions before the first update"),
    CO_INT(Config, shards, "1", 1, 1024,
           "parts an update is cut into, for threads; another number gives other rounding"),
    CO_NUMBER(Config, hold, "0.8", 0, 1, "probability that a random action is done again"),
    CO_NUMBER(Config, noise, "0.3", 0, 10,
              "exploration: deviation of what is added to a planned action, in units of half its range"),
    CO_NUMBER(Config, updates_per_step, "1", 1e-6, 1000, "updates for each step of a copy, after its episode"),
    CO_NUMBER(Config, lr, "0.003", 1e-6, 1, "learning rate"),
    CO_NUMBER(Config, average, "0.01", 1e-6, 1,
              "share of the way that the weights it plans with follow the newest, an update"),
    CO_NUMBER(Config, grad_norm_clip, "10", 1e-6, 1e9, "the most that an update's gradient may be long"),
    CO_NUMBER(Config, latent_scale, "1", 0, 1e6,
              "how much it counts that imagined latents are those that will be seen, beside the numbers seen"),
    CO_NUMBER(Config, reward_scale, "100", 0, 1e6,
              "how much a reward counts, in its deviations, beside the numbers seen"),
    CO_FIELDS_END,
};

const CoAlgoType co_world_model = {.name = "world_model",
                                   .summary = "learns a latent world model from pixels, plans in it",
                                   .source = "PlaNet (Hafner et al., ICML 2019, arXiv 1811.04551), deterministic",
                                   .settings = {"world_model", sizeof(Config), fields, NULL},
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
                                   .inspect = inspect};

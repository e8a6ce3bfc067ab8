// Value iteration networks (Tamar et al., NeurIPS 2016): rewards are read off an image, value iteration is a
// convolution and a maximum over its channels, and the values around the agent say what to do. It learns by imitation
// of a scripted player, the teacher, who acts while it trains.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/agent.h"
#include "cohort/distributions.h"
#include "cohort/metrics.h"
#include "cohort/ops.h"
#include "cohort/optim.h"

#define TAPE_BYTES ((size_t)4 << 30) // of address space

typedef struct Config {
  int iterations, hidden, channels, batch_size, buffer_size, learning_starts, train_freq, shards;
  double lr;
} Config;

typedef struct Learner {
  Config config;
  const CoSpec *spec;
  const CoWorld *world;
  const CoScriptType *teacher;
  void *worker;              // the teacher's
  int cells, num_envs;       // cells of a channel
  CoConv see, rate, iterate; // image -> hidden -> reward; reward and value -> channels
  CoDense sees, rates, iterates, head;
  CoParams params;
  CoSharded *step;
  CoOptim *optim;
  CoTape *tape; // for acting, with `bound` at its beginning
  CoVar **bound;
  CoTapeMark mark;
  CoRng rng; // draws rows
  const CoRows *rows;
  float *shown; // [num_envs][actions] what act saw last
} Learner;

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  if (spec->obs_shape[0] < 2 || spec->obs_size != spec->obs_shape[0] * spec->obs_shape[1] * spec->obs_shape[2])
    return co_fail(error, "needs an image, the agent's place its last channel; this environment shows none");
  if (spec->actions < 1) return co_fail(error, "needs discrete actions, this environment's are continuous");
  if (spec->agents != 1) return co_fail(error, "plans for one agent, this environment has %d", spec->agents);
  return spec->scripted || co_fail(error, "learns by imitation, this environment has no scripted player");
}

static void wants(const void *from, const CoSpec *spec, CoWants *wants) {
  (void)spec;
  const Config *config = from;
  *wants = (CoWants){.experience = CO_EXPERIENCE_REPLAY,
                     .capacity = config->buffer_size,
                     .rollout = 1,
                     .gamma = 1,
                     .views = CO_VIEW_OBS};
}

// The image but for the agent's place, and where that is: the largest number of the last channel.
static CoVar *split(const Learner *self, CoTape *tape, const float *obs, int rows, int *place) {
  int cells = self->cells, size = self->spec->obs_size, map = size - cells;
  CoReal *to = co_tape_memory(tape, (size_t)rows * (size_t)map);
  for (int i = 0; i < rows; i++) {
    memcpy(to + i * map, obs + i * size, (size_t)map * sizeof *to);
    place[i] = co_argmax(cells, obs + i * size + map, NULL);
  }
  return co_constant(tape, rows, map, to);
}

static CoVar *convolve(CoTape *tape, CoVar *const *bound, CoDense layer, CoVar *x, const CoConv *conv) {
  return co_conv(tape, x, bound[layer.weight], bound[layer.bias], conv);
}

// r = R(image); Q_k = W * (r, V_k-1), V_k = max over channels of Q_k; logits from Q_K where the agent is.
static CoVar *network(const Learner *self, CoTape *tape, CoVar *const *bound, const float *obs, int rows) {
  int channels = self->config.channels;
  int *place = co_tape_bytes(tape, (size_t)(rows * channels) * sizeof *place);
  CoVar *image = split(self, tape, obs, rows, place);
  CoVar *r = convolve(tape, bound, self->rates, co_relu(tape, convolve(tape, bound, self->sees, image, &self->see)),
                      &self->rate);
  CoVar *v = co_fill(tape, rows, self->cells, 0), *q = NULL;
  for (int k = 0; k < self->config.iterations; k++) {
    q = convolve(tape, bound, self->iterates, co_concat(tape, (CoVar *[]){r, v}, 2), &self->iterate);
    v = co_max_channels(tape, q, channels);
  }
  for (int i = rows * channels - 1; i >= 0; i--) place[i] = place[i / channels];
  CoVar *here = co_pick(tape, co_reshape(tape, q, rows * channels, self->cells), place);
  return co_dense(tape, bound, self->head, co_reshape(tape, here, rows, channels));
}

// -log pi(a|s) of what the teacher did, the mean over the update's rows.
static CoVar *loss_of(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Learner *self = user;
  int shards = self->config.shards, first = self->rows->count * shard / shards;
  int count = self->rows->count * (shard + 1) / shards - first, actions = self->spec->actions;
  if (!count) return NULL;
  CoVar *logits = network(self, tape, bound, self->rows->obs + (size_t)first * (size_t)self->spec->obs_size, count);
  const uint8_t *mask = self->rows->mask + (size_t)first * (size_t)actions;
  CoVar *chosen = co_pick(tape, co_log_softmax_rows(tape, logits, mask), self->rows->action + first);
  for (int i = 0; i < count; i++)
    stats[0] += co_argmax(actions, logits->data + i * actions, mask + i * actions) == self->rows->action[first + i];
  return co_affine(tape, co_sum_all(tape, chosen), (CoReal)(-1.0 / self->rows->count), 0);
}

static bool update(Learner *self, CoLearning *learning, CoError *error) {
  CoDescent out;
  self->rows = co_replay_sample(learning->replay, self->config.batch_size, 0, &self->rng, error);
  if (!self->rows || !co_sharded_descend(self->step, &self->params, self->optim, INFINITY, loss_of, self, &out, error))
    return false;
  co_metric(learning->metrics, "imitation_loss", out.loss);
  co_metric(learning->metrics, "agreement", out.stats[0] / self->rows->count);
  learning->updates++;
  return true;
}

// One for every train_freq steps of all copies.
static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  int64_t every = self->config.train_freq, due = learning->steps / every;
  for (int64_t n = (learning->steps - learning->new_steps) / every; n < due; n++)
    if (learning->steps >= self->config.learning_starts && !update(self, learning, error)) return false;
  return true;
}

static bool follow_teacher(Learner *self, const CoFrame *frame, const CoActing *how, int *discrete, CoError *error) {
  for (int env = 0; env < frame->num_envs; env++)
    if (frame->acting[env] && !self->teacher->act(co_world_self(self->world), self->worker, co_frame_state(frame, env),
                                                  0, &how->rngs[env], &discrete[env], error))
      return false;
  return true;
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous;
  Learner *self = user;
  int actions = self->spec->actions;
  if (how->explore) return follow_teacher(self, frame, how, discrete, error);
  co_tape_rewind(self->tape, self->mark);
  const CoVar *logits = network(self, self->tape, self->bound, frame->obs, frame->num_envs);
  memcpy(self->shown, logits->data, (size_t)(frame->num_envs * actions) * sizeof *self->shown);
  for (int env = 0; env < frame->num_envs; env++)
    if (frame->acting[env])
      discrete[env] = co_argmax(actions, self->shown + env * actions, frame->mask + env * actions);
  return true;
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  if (self->world) co_world_worker_close(self->world, self->worker);
  co_tape_destroy(self->tape);
  co_sharded_destroy(self->step);
  co_optim_destroy(self->optim);
  co_params_free(&self->params);
  free(self->shown);
  free(self);
}

static void declare(Learner *self) {
  const int *shape = self->spec->obs_shape;
  const Config *config = &self->config;
  self->cells = shape[1] * shape[2];
  self->see = (CoConv){shape[0] - 1, shape[1], shape[2], config->hidden, 3, 1, 1};
  self->rate = (CoConv){config->hidden, shape[1], shape[2], 1, 1, 1, 0};
  self->iterate = (CoConv){2, shape[1], shape[2], config->channels, 3, 1, 1};
  self->sees = co_conv_add(&self->params, "hidden", &self->see);
  self->rates = co_conv_add(&self->params, "reward", &self->rate);
  self->iterates = co_conv_add(&self->params, "value_iteration", &self->iterate);
  self->head = co_dense_add(&self->params, "policy", config->channels, self->spec->actions);
}

static bool build(Learner *self, const CoAlgoSetup *setup, CoError *error) {
  CoRng rng = co_rng(setup->seed, "weights", (uint64_t)setup->team);
  CoOptimConfig adam = co_optim_defaults(CO_ADAM);
  adam.lr = self->config.lr;
  declare(self);
  self->shown = calloc((size_t)(self->num_envs * self->spec->actions), sizeof *self->shown);
  if (!self->shown) return co_fail(error, "no memory for the logits of %d copies", self->num_envs);
  if (!co_params_allocate(&self->params, error)) return false;
  const CoDense layers[] = {self->sees, self->rates, self->iterates, self->head};
  for (int i = 0; i < 4; i++) co_dense_init(&self->params, layers[i], CO_INIT_TORCH, 1, &rng);
  if (!(self->step = co_sharded_create(&self->params, self->config.shards, setup->pool, error)) ||
      !(self->optim = co_optim_create(&adam, self->params.size, error)) ||
      !(self->tape = co_tape_create(TAPE_BYTES, error)))
    return false;
  co_tape_record(self->tape, false);
  self->bound = co_params_bind(self->tape, &self->params);
  self->mark = co_tape_mark(self->tape);
  return true;
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  void *worker;
  if (!co_world_worker_open(setup->world, &worker, error)) return NULL;
  Learner *self = calloc(1, sizeof *self);
  if (!self) {
    co_fail(error, "no memory for a learner");
    co_world_worker_close(setup->world, worker);
    return NULL;
  }
  self->config = *(const Config *)config;
  self->spec = setup->spec, self->world = setup->world, self->num_envs = setup->num_envs, self->worker = worker;
  self->teacher = &co_world_type(setup->world)->scripts[0];
  self->rng = co_rng(setup->seed, "updates", (uint64_t)setup->team);
  if (build(self, setup, error)) return self;
  destroy(self);
  return NULL;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_params_save(&self->params, writer);
  co_optim_save(self->optim, writer);
  co_write(writer, &self->rng, sizeof self->rng);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  return co_params_load(&self->params, reader) && co_optim_load(self->optim, reader) &&
         co_read(reader, &self->rng, sizeof self->rng, "the updates' random stream");
}

static bool weights(const void *user, const char *folder, CoError *error) {
  return co_safetensors_export(&((const Learner *)user)->params, folder, "agent", error);
}

static bool inspect(void *user, int i, CoInspection *out) {
  Learner *self = user;
  *out = (CoInspection){"logits", self->shown, self->num_envs, self->spec->actions};
  return i == 0;
}

static const char *const metrics[] = {"imitation_loss", "agreement", NULL};

static const CoField fields[] = {
    CO_INT(Config, iterations, "16", 1, 1000, "of value iteration: how far the goal's value gets"),
    CO_INT(Config, hidden, "32", 1, 1024, "channels from which rewards are read"),
    CO_INT(Config, channels, "10", 1, 1024, "channels of action values"),
    CO_INT(Config, batch_size, "64", 1, 65536, "of the teacher's decisions, in an update"),
    CO_INT(Config, buffer_size, "50000", 1, 100000000, "of them that are kept"),
    CO_INT(Config, learning_starts, "1000", 0, 2000000000, "steps before the first update"),
    CO_INT(Config, train_freq, "16", 1, 1000000, "steps of all copies between updates"),
    CO_INT(Config, shards, "1", 1, 1024,
           "parts an update is cut into, for threads; another number gives other rounding"),
    CO_NUMBER(Config, lr, "0.003", 1e-6, 1, "learning rate"),
    CO_FIELDS_END,
};

const CoAlgoType co_vin = {.name = "vin",
                           .summary = "value iteration network: learns to plan by imitation of a scripted player",
                           .source = "Tamar et al., NeurIPS 2016, arXiv 1602.02867",
                           .settings = {"vin", sizeof(Config), fields, NULL},
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

// QPD: Q-value path decomposition (Yang et al., ICML 2020): the agents learn what the critic's integrated gradients
// along the episode credit them with.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agents.h"
#include "cohort/metrics.h"
#include "path.h"
#include "policy.h"

typedef struct Config {
  CoAgentsConfig team; // first
  int critic, merge, critic_post_layers, critic_view;
  double critic_lr;
  int path_points, path_baseline, path_critic;
} Config;

enum { PRIVILEGED, ORDINARY };             // critic_view
enum { BASELINE_TERMINAL, BASELINE_ZERO }; // path_baseline
enum { ONLINE, TARGET };                   // path_critic

#define SHOWN 512                          // entries of an episode whose credits can be inspected
#define ATTRIBUTE_BYTES ((size_t)16 << 30) // of address space, for the credits of a long episode

typedef struct Qpd {
  CoAgents team;
  Config config;
  CoPathConfig path;
  CoCritic critic;
  CoOptim *critic_optim;
  CoSharded *critic_sharded;
  int64_t updates;
  float *shown; // [shown_rows][agents] credits in the first episode of the last update
  int shown_rows;
  // The update under way.
  const CoBatch *batches; // [shards]
  int64_t steps;          // of all shards
} Qpd;

enum { GAP, TAKEN, CREDIT }; // stats of the agents' loss
enum { TD_ERROR, TOTAL };    // stats of the critic's

// For viewers: the first episode of the first shard, its longest.
static void show(Qpd *self, const CoBatch *batch, const float *credit) {
  size_t agents = (size_t)self->team.agents;
  self->shown_rows = batch->length[0] + 1 < SHOWN ? batch->length[0] + 1 : SHOWN;
  for (int t = 0; t < self->shown_rows; t++)
    memcpy(self->shown + (size_t)t * agents, credit + (size_t)batch->entries.start[t] * agents,
           agents * sizeof *credit);
}

static CoVar *credits(Qpd *self, int shard, CoTape *tape, double *stats) {
  const CoBatch *batch = &self->batches[shard];
  CoVar **bound =
      co_params_bind(tape, self->config.path_critic == TARGET ? &self->critic.target : &self->critic.params);
  float *credit = co_tape_memory(tape, (size_t)batch->rows * (size_t)self->team.agents);
  co_path_credits(&self->path, &self->critic, tape, bound, batch, credit, &stats[GAP]);
  if (!shard) show(self, batch, credit);
  CoVar *all = co_constant(tape, batch->rows, self->team.agents, credit);
  return co_gather(tape, all, co_agents_rows(tape, batch), co_agents_steps(batch));
}

// Mean over steps and agents of (Q_i(tau_i, a_i) - credit_i)^2: no reward, no bootstrap.
static CoVar *agent_loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  Qpd *self = user;
  const CoBatch *batch = &self->batches[shard];
  if (!co_agents_steps(batch)) return NULL;
  CoVar *credit = credits(self, shard, tape, stats);
  CoVar *inputs = co_agents_inputs(&self->team, tape, batch);
  CoVar *values = co_agents_values(&self->team, tape, bound, &batch->agent_entries, inputs);
  CoVar *taken = co_agents_taken(&self->team, tape, batch, values);
  for (int i = 0; i < taken->rows * taken->cols; i++) {
    stats[TAKEN] += (double)taken->data[i];
    stats[CREDIT] += (double)credit->data[i];
  }
  double elements = (double)self->steps * self->team.agents;
  return co_affine(tape, co_sum_all(tape, co_squared(tape, taken, credit)), (CoReal)(1 / elements), 0);
}

// y = r + gamma discount Q-(x_{t+1}), with the action that was taken at t + 1.
static CoVar *critic_targets(const Qpd *self, CoTape *tape, const CoBatch *batch, const int *rows) {
  int steps = co_agents_steps(batch);
  int *next = co_tape_bytes(tape, (size_t)steps * sizeof *next);
  for (int k = 0; k < steps; k++) next[k] = batch->next[rows[k]];
  bool recorded = co_tape_record(tape, false);
  CoVar *q = co_critic_value(&self->critic, tape, co_params_bind(tape, &self->critic.target), batch, next, steps);
  co_tape_record(tape, recorded);
  CoReal *y = co_tape_memory(tape, (size_t)steps);
  for (int k = 0; k < steps; k++)
    y[k] = batch->reward[rows[k]] + (CoReal)self->team.config.gamma * batch->discount[rows[k]] * q->data[k];
  return co_constant(tape, steps, 1, y);
}

// Mean over steps of (Q_tot(x_t) - y)^2.
static CoVar *critic_loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Qpd *self = user;
  const CoBatch *batch = &self->batches[shard];
  int steps = co_agents_steps(batch);
  if (!steps) return NULL;
  const int *rows = co_agents_rows(tape, batch);
  CoVar *q = co_critic_value(&self->critic, tape, bound, batch, rows, steps);
  CoVar *y = critic_targets(self, tape, batch, rows);
  for (int k = 0; k < steps; k++) {
    stats[TD_ERROR] += fabs((double)q->data[k] - (double)y->data[k]);
    stats[TOTAL] += (double)q->data[k];
  }
  return co_affine(tape, co_sum_all(tape, co_squared(tape, q, y)), (CoReal)(1 / (double)self->steps), 0);
}

// Mean over episodes of Q_tot(x_T)^2: nothing is to come where the path begins.
static CoVar *terminal_loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  (void)stats;
  const Qpd *self = user;
  const CoBatch *batch = &self->batches[shard];
  if (!batch->episodes) return NULL;
  int *last = co_tape_bytes(tape, (size_t)batch->episodes * sizeof *last);
  for (int row = 0, count = 0; row < batch->rows; row++)
    if (batch->next[row] < 0) last[count++] = row;
  CoVar *q = co_critic_value(&self->critic, tape, bound, batch, last, batch->episodes);
  return co_affine(tape, co_sum_all(tape, co_square(tape, q)), (CoReal)(1.0 / self->team.config.batch_size), 0);
}

static const char *const metrics[] = {"loss",        "grad_norm",     "q_taken_mean",     "target_mean", "path_gap",
                                      "critic_loss", "terminal_loss", "critic_grad_norm", "q_tot_mean",  "td_error_abs",
                                      NULL};

static void report(const Qpd *self, const CoDescent *agents, const CoDescent *critic, const CoDescent *terminal,
                   struct CoMetrics *to) {
  double steps = (double)self->steps, elements = steps * self->team.agents;
  co_metric(to, "loss", agents->loss);
  co_metric(to, "grad_norm", agents->grad_norm);
  co_metric(to, "q_taken_mean", agents->stats[TAKEN] / elements);
  co_metric(to, "target_mean", agents->stats[CREDIT] / elements);
  co_metric(to, "path_gap", agents->stats[GAP] / (steps + self->team.config.batch_size));
  co_metric(to, "critic_loss", critic->loss);
  co_metric(to, "critic_grad_norm", critic->grad_norm);
  co_metric(to, "td_error_abs", critic->stats[TD_ERROR] / steps);
  co_metric(to, "q_tot_mean", critic->stats[TOTAL] / steps);
  co_metric(to, "terminal_loss", terminal->loss);
}

static bool sample(Qpd *self, CoLearning *learning, int64_t *steps, CoError *error) {
  const CoAgentsConfig *config = &self->team.config;
  return co_episodes_sample(learning->store, config->batch_size, config->shards, &self->team.rng,
                            co_sharded_pool(self->team.sharded), &self->batches, steps, error);
}

static bool descend_critic(Qpd *self, CoShardLoss loss, CoDescent *out, CoError *error) {
  return co_sharded_descend(self->critic_sharded, &self->critic.params, self->critic_optim,
                            self->team.config.grad_norm_clip, loss, self, out, error);
}

// Credits and one step of the agents, one of the critic on the same batch, one to its terminal value on a fresh one.
static bool update(void *user, CoLearning *learning, CoError *error) {
  Qpd *self = user;
  CoAgents *team = &self->team;
  CoDescent agents, critic, terminal;
  int64_t fresh;
  if (!sample(self, learning, &self->steps, error)) return false;
  if (!co_sharded_descend(team->sharded, &team->params, team->optim, team->config.grad_norm_clip, agent_loss, self,
                          &agents, error))
    return false;
  if (!descend_critic(self, critic_loss, &critic, error)) return false;
  if (!sample(self, learning, &fresh, error)) return false;
  if (!descend_critic(self, terminal_loss, &terminal, error)) return false;
  if (++self->updates % team->config.target_update_interval == 0)
    co_params_copy(&self->critic.target, &self->critic.params);
  report(self, &agents, &critic, &terminal, learning->metrics);
  return true;
}

static bool learn(void *self, CoLearning *learning, CoError *error) {
  return co_agents_learn(&((Qpd *)self)->team, learning, update, self, error);
}

static bool act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  co_agents_act(&((Qpd *)self)->team, frame, how, discrete);
  return true;
}

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  return co_agents_accepts(spec, true, error);
}

static bool sees_privileged(const Config *config, const CoSpec *spec) {
  return config->critic_view == PRIVILEGED && spec->privileged_size > 0;
}

static void wants(const void *from, const CoSpec *spec, CoWants *out) {
  const Config *config = from;
  co_agents_wants(&config->team, spec, out);
  if (sees_privileged(config, spec)) out->views |= CO_VIEW_PRIVILEGED;
}

static bool build_critic(Qpd *self, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = &self->config;
  CoCriticConfig shape = {config->critic, config->merge, config->critic_post_layers, config->team.hidden,
                          sees_privileged(config, setup->spec)};
  CoRng rng = co_rng(setup->seed, "critic", (uint64_t)setup->team);
  if (!co_critic_create(&self->critic, &shape, setup->spec, &rng, error)) return false;
  CoOptimConfig optim = co_optim_defaults(CO_ADAM);
  optim.lr = config->critic_lr;
  self->critic_optim = co_optim_create(&optim, self->critic.params.size, error);
  if (!self->critic_optim) return false;
  self->critic_sharded = co_sharded_create(&self->critic.params, config->team.shards, setup->pool, error);
  return self->critic_sharded != NULL;
}

static bool build(Qpd *self, const CoAlgoSetup *setup, CoError *error) {
  CoOptimConfig optim = co_optim_defaults(CO_RMSPROP_TF);
  optim.lr = self->config.team.lr;
  self->path = (CoPathConfig){self->config.path_points, self->config.path_baseline == BASELINE_ZERO};
  self->shown = calloc(SHOWN * (size_t)setup->spec->agents, sizeof *self->shown);
  if (!self->shown) return co_fail(error, "no memory for the credits of %d agents", setup->spec->agents);
  co_agents_declare(&self->team, &self->config.team, setup);
  return co_agents_build(&self->team, &optim, setup, error) && build_critic(self, setup, error);
}

static void destroy(void *user) {
  Qpd *self = user;
  if (!self) return;
  co_sharded_destroy(self->critic_sharded);
  co_optim_destroy(self->critic_optim);
  co_critic_free(&self->critic);
  co_agents_free(&self->team);
  free(self->shown);
  free(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Qpd *self = calloc(1, sizeof *self);
  if (!self) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  self->config = *(const Config *)config;
  if (build(self, setup, error)) return self;
  destroy(self);
  return NULL;
}

static double epsilon(const void *self, int64_t steps) {
  return co_agents_epsilon(&((const Qpd *)self)->team, steps);
}

static void save(const void *from, CoWriter *writer) {
  const Qpd *self = from;
  co_agents_save(&self->team, writer);
  co_params_save(&self->critic.params, writer);
  co_params_save(&self->critic.target, writer);
  co_optim_save(self->critic_optim, writer);
  co_write_u64(writer, (uint64_t)self->updates);
}

static bool load(void *user, CoReader *reader) {
  Qpd *self = user;
  if (!co_agents_load(&self->team, reader) || !co_params_load(&self->critic.params, reader) ||
      !co_params_load(&self->critic.target, reader) || !co_optim_load(self->critic_optim, reader))
    return false;
  self->updates = (int64_t)co_read_u64(reader, "updates");
  return !reader->failed;
}

static bool weights(const void *from, const char *folder, CoError *error) {
  const Qpd *self = from;
  return co_agents_export(&self->team.params, 0, self->team.params.count, folder, "agent", error) &&
         co_agents_export(&self->critic.params, 0, self->critic.params.count, folder, "critic", error);
}

static bool policy(const void *self, CoWriter *lua, CoError *error) {
  return co_agents_policy(&((const Qpd *)self)->team, lua, error);
}

static bool inspect(void *user, int i, CoInspection *out) {
  Qpd *self = user;
  if (i > 0) return co_agents_inspect(&self->team, i - 1, out);
  *out = (CoInspection){"credit", self->shown, self->shown_rows, self->team.agents};
  return true;
}

// The online critic's credits, for whoever watches an episode.
static bool attribute(void *user, const CoBatch *batch, float *credit, CoError *error) {
  Qpd *self = user;
  CoTape *tape = co_tape_create(ATTRIBUTE_BYTES, error);
  if (!tape) return false;
  co_path_credits(&self->path, &self->critic, tape, co_params_bind(tape, &self->critic.params), batch, credit, NULL);
  co_tape_destroy(tape);
  return true;
}

static const CoField fields[] = {
    CO_AGENTS_FIELDS,
    CO_CHOICE(CoAgentsConfig, network, "qpd", "pymarl qpd", "pymarl: fc1, recurrent, fc2; qpd: recurrent, fc1, fc2"),
    CO_INT(CoAgentsConfig, window, "0", 0, 4096,
           "0: state carried over the episode; L: last L entries, as the authors"),
    CO_BOOL(CoAgentsConfig, obs_last_action, "false", "agents see their last action"),
    CO_BOOL(CoAgentsConfig, obs_agent_id, "false", "agents see their number"),
    CO_INT(CoAgentsConfig, buffer_size, "1000", 1, 10000000, "episodes kept"),
    CO_NUMBER(CoAgentsConfig, grad_norm_clip, "5", 1e-6, 1e9,
              "largest norm of the agents' and of the critic's gradient"),
    CO_INT(CoAgentsConfig, target_update_interval, "200", 1, 1000000000, "updates between copies of the target"),
    CO_NUMBER(CoAgentsConfig, epsilon_finish, "0", 0, 1, "share of random actions in the end"),
    CO_INT(CoAgentsConfig, epsilon_anneal_time, "4000", 1, 2000000000,
           "until then, in a straight line; the authors: 2,000 rounds of two episodes"),
    CO_CHOICE(CoAgentsConfig, epsilon_clock, "episodes", "steps episodes", "what epsilon_anneal_time counts"),
    CO_CHOICE(Config, critic, "multi", "multi single", "multi: a channel for each kind of agent"),
    CO_CHOICE(Config, merge, "concat", "concat add", "how the channels' agents come together"),
    CO_INT(Config, critic_post_layers, "0", 0, 8, "hidden layers after the merge; with one or more the path matters"),
    CO_CHOICE(Config, critic_view, "privileged", "privileged ordinary",
              "what the critic sees of each agent; ordinary where the environment has nothing else"),
    CO_NUMBER(Config, critic_lr, "0.0005", 1e-6, 1, "learning rate of the critic (Adam)"),
    CO_ALIASED(Config, path_points, "m", CO_FIELD_INT, "5", 1, 1000, "points of the integral on each transition"),
    CO_CHOICE(Config, path_baseline, "terminal", "terminal zero", "where the path begins"),
    CO_CHOICE(Config, path_critic, "online", "online target", "the critic that is integrated"),
    CO_FIELDS_END};

const CoAlgoType co_qpd = {.name = "qpd",
                           .summary = "Q-value path decomposition: credits by integrated gradients along the episode",
                           .source = "Yang et al., ICML 2020, and its released code",
                           .settings = {"qpd", sizeof(Config), fields, NULL},
                           .metrics = metrics,
                           .accepts = accepts,
                           .wants = wants,
                           .create = create,
                           .destroy = destroy,
                           .act = act,
                           .learn = learn,
                           .epsilon = epsilon,
                           .save = save,
                           .load = load,
                           .weights = weights,
                           .policy = policy,
                           .inspect = inspect,
                           .attribute = attribute};

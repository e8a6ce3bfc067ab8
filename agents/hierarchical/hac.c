// Hierarchical actor-critic with two levels (Levy, Konidaris, Platt and Saenko, ICLR 2019): what the planner does is to
// set the walker a goal, which has some steps to come there. Each is DDPG with two critics, of which the lesser is
// believed (in the place of the paper's bounds: a planner soon finds whatever is overrated), and learns from rows in
// hindsight, as if the other one were as good as it will be.
#include <stdlib.h>
#include <string.h>

#include "errands.h"
#include "policy/off_policy.h"

extern const CoAlgoType co_hac;

typedef struct Config {
  CoOffPolicyConfig base; // first: both levels'
  int subgoal_steps, goals;
  double subgoal_noise, random_actions, subgoal_testing;
} Config;

// A learner over observations that end with a goal: the walker's actions are the environment's, the planner's are goals
// of the walker.
typedef struct Level {
  CoSpec spec;
  CoOffPolicy *net;
} Level;

// What a copy's agent keeps between steps; zeros when an episode begins.
typedef struct Errand {
  int32_t left; // steps until the planner is asked again
  int32_t test; // the walker shows what it can, without noise
  float goal[]; // [goal_size]
} Errand;

typedef struct Learner {
  Config config;
  int num_envs, obs, goals; // numbers of an observation, and of the goal with which it ends
  Level level[CO_RANKS];
  CoReplay *memories[CO_RANKS];
  CoErrands *errands;
  float *low, *high; // [goals]: what the planner may choose
  float *seen;       // [num_envs][obs]: what the walker sees
  float *subgoals;   // [num_envs][goals]
  uint8_t *moves;    // [num_envs]: who is asked
} Learner;

// --- acting ---

static size_t errand_bytes(int goals) {
  return sizeof(Errand) + (size_t)goals * sizeof(float);
}

static Errand *errand_of(const Learner *self, const CoActing *how, int env) {
  return (Errand *)(void *)((unsigned char *)how->memory + (size_t)env * errand_bytes(self->goals));
}

// A level's actions for the copies that are marked in `moves`; some of them any at all.
static bool ask(Learner *self, CoRank rank, const CoFrame *frame, const float *obs, const CoActing *how, float *out,
                CoError *error) {
  const Level *level = &self->level[rank];
  CoFrame view = {.num_envs = frame->num_envs, .agents = 1, .obs = obs, .acting = self->moves};
  view.alive = frame->alive, view.running = frame->running;
  if (!co_off_policy_act(level->net, &view, how, NULL, out, error)) return false;
  for (int env = 0; env < frame->num_envs && how->explore; env++) {
    if (!self->moves[env] || co_rng_unit(&how->rngs[env]) >= self->config.random_actions) continue;
    for (int i = 0; i < level->spec.action_size; i++)
      out[env * level->spec.action_size + i] =
          (float)co_rng_uniform(&how->rngs[env], (double)level->spec.low[i], (double)level->spec.high[i]);
  }
  return true;
}

// A new errand where the last one is over: done, or given up.
static bool plan(Learner *self, const CoFrame *frame, const CoActing *how, CoError *error) {
  size_t size = (size_t)self->goals;
  float reward;
  for (int env = 0; env < frame->num_envs; env++) {
    const Errand *errand = errand_of(self, how, env);
    self->moves[env] =
        frame->acting[env] &&
        (!errand->left || co_errands_there(self->errands, frame->achieved + (size_t)env * size, errand->goal, &reward));
  }
  if (!ask(self, CO_PLANNER, frame, frame->obs, how, self->subgoals, error)) return false;
  for (int env = 0; env < frame->num_envs; env++) {
    if (!self->moves[env]) continue;
    Errand *errand = errand_of(self, how, env);
    errand->left = self->config.subgoal_steps;
    errand->test = how->explore && co_rng_unit(&how->rngs[env]) < self->config.subgoal_testing;
    memcpy(errand->goal, self->subgoals + (size_t)env * size, size * sizeof(float));
  }
  return true;
}

// The walker's actions, greedy or not, of those whose errand is a test or not.
static bool walk(Learner *self, const CoFrame *frame, const CoActing *how, bool test, float *out, CoError *error) {
  CoActing manner = *how;
  manner.explore = how->explore && !test;
  for (int env = 0; env < frame->num_envs; env++)
    self->moves[env] = frame->acting[env] && errand_of(self, how, env)->test == test;
  return ask(self, CO_WALKER, frame, self->seen, &manner, out, error);
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)discrete;
  Learner *self = user;
  size_t obs = (size_t)self->obs, goals = (size_t)self->goals;
  if (!plan(self, frame, how, error)) return false;
  for (int env = 0; env < frame->num_envs; env++) {
    if (!frame->acting[env]) continue;
    Errand *errand = errand_of(self, how, env);
    float *notes = how->notes + (size_t)env * CO_ERRAND_NOTES(goals);
    errand->left--;
    co_errands_aim(self->errands, frame->obs + (size_t)env * obs, errand->goal, self->seen + (size_t)env * obs);
    memcpy(self->subgoals + (size_t)env * goals, errand->goal, goals * sizeof(float));
    memcpy(notes, errand->goal, goals * sizeof *notes);
    notes[goals] = (float)errand->test;
  }
  return walk(self, frame, how, false, continuous, error) &&
         (!how->explore || walk(self, frame, how, true, continuous, error));
}

// --- learning ---

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  for (int i = 0; i < learning->decision_count; i++)
    co_errands_add(self->errands, &learning->decisions[i], self->memories, learning->metrics);
  for (CoRank rank = CO_WALKER; rank < CO_RANKS; rank++) {
    CoLearning own = *learning;
    own.replay = self->memories[rank];
    if (rank == CO_PLANNER) own.metrics = NULL;
    if (!co_off_policy_learn(self->level[rank].net, co_ddpg_update, &own, error)) return false;
    learning->updates = own.updates;
  }
  return true;
}

// --- the table ---

static bool accepts(const void *from, const CoSpec *spec, CoError *error) {
  if (!co_off_policy_accepts(from, spec, error)) return false;
  if (!spec->goal_size) return co_fail(error, "needs goals, this environment has none");
  if (spec->agents != 1) return co_fail(error, "is for one agent, this environment has %d", spec->agents);
  if (spec->goal_size >= spec->obs_size) return co_fail(error, "needs observations of more than the goal");
  return spec->episode_limit > 0 || co_fail(error, "needs episodes with a limit, this environment has none");
}

static void wants(const void *from, const CoSpec *spec, CoWants *wants) {
  co_off_policy_wants(from, spec, wants);
  wants->experience = CO_EXPERIENCE_DECISIONS;
  wants->views |= CO_VIEW_GOALS;
  wants->memory = (int)errand_bytes(spec->goal_size);
  wants->notes = CO_ERRAND_NOTES(spec->goal_size);
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  for (CoRank rank = CO_WALKER; rank < CO_RANKS; rank++) {
    co_off_policy_destroy(self->level[rank].net);
    co_replay_destroy(self->memories[rank]);
  }
  co_errands_destroy(self->errands);
  free(self->low);
  free(self->seen);
  free(self->subgoals);
  free(self->moves);
  free(self);
}

static bool make_arrays(Learner *self, const CoAlgoSetup *setup, CoError *error) {
  size_t goals = (size_t)self->goals, envs = (size_t)self->num_envs;
  const CoErrandsConfig errands = {self->num_envs, self->config.subgoal_steps, self->config.goals,
                                   self->config.base.gamma, setup->seed};
  self->low = calloc(2 * goals, sizeof *self->low);
  self->seen = calloc(envs * (size_t)self->obs, sizeof *self->seen);
  self->subgoals = calloc(envs * goals, sizeof *self->subgoals);
  self->moves = calloc(envs, 1);
  if (!self->low || !self->seen || !self->subgoals || !self->moves)
    return co_fail(error, "no memory for %d copies", self->num_envs);
  self->high = self->low + goals;
  return (self->errands = co_errands_create(setup->world, setup->team, &errands, error));
}

// The planner's actions lie where the observation's goals do.
static void set_bounds(Learner *self, const CoSpec *spec) {
  for (int i = 0; i < self->goals; i++) {
    int at = self->obs - self->goals + i;
    self->low[i] = spec->obs_lows ? spec->obs_lows[at] : spec->obs_low;
    self->high[i] = spec->obs_highs ? spec->obs_highs[at] : spec->obs_high;
  }
}

static bool make_level(Learner *self, CoRank rank, const CoAlgoSetup *setup, CoError *error) {
  static const CoOffPolicyForm form = {.critics = 2, .slow_actor = true};
  Level *level = &self->level[rank];
  CoOffPolicyConfig config = self->config.base;
  config.share_weights = true; // it has no such setting
  CoAlgoSetup own = *setup;
  level->spec = *setup->spec;
  if (rank == CO_PLANNER) {
    level->spec.action_size = self->goals, level->spec.low = self->low, level->spec.high = self->high;
    config.exploration_noise = self->config.subgoal_noise;
    CoRng stream = co_rng(setup->seed, "planner", 0);
    own.seed = co_rng_next(&stream);
  }
  own.spec = &level->spec;
  const CoReplayConfig memory = {.capacity = config.buffer_size};
  return co_off_policy_accepts(&config, &level->spec, error) &&
         (level->net = co_off_policy_create(sizeof *level->net, &config, &form, &own, error)) &&
         (self->memories[rank] = co_replay_create(&level->spec, &memory, error));
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = calloc(1, sizeof *self);
  if (!self) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  self->config = *(const Config *)config;
  self->num_envs = setup->num_envs, self->obs = setup->spec->obs_size, self->goals = setup->spec->goal_size;
  bool made = make_arrays(self, setup, error);
  if (made) set_bounds(self, setup->spec);
  for (CoRank rank = CO_WALKER; made && rank < CO_RANKS; rank++) made = make_level(self, rank, setup, error);
  if (made) return self;
  destroy(self);
  return NULL;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  for (CoRank rank = CO_WALKER; rank < CO_RANKS; rank++) {
    co_off_policy_save(self->level[rank].net, writer);
    co_replay_save(self->memories[rank], writer);
  }
  co_errands_save(self->errands, writer);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  for (CoRank rank = CO_WALKER; rank < CO_RANKS; rank++)
    if (!co_off_policy_load(self->level[rank].net, reader) || !co_replay_load(self->memories[rank], reader))
      return false;
  return co_errands_load(self->errands, reader);
}

static bool weights(const void *user, const char *folder, CoError *error) {
  const Learner *self = user;
  return co_safetensors_export(&self->level[CO_WALKER].net->actor, folder, "agent", error) &&
         co_safetensors_export(&self->level[CO_PLANNER].net->actor, folder, "planner", error);
}

static bool inspect(void *user, int i, CoInspection *out) {
  const Learner *self = user;
  if (i < 2) return co_off_policy_inspect(self->level[CO_WALKER].net, i, out);
  *out = (CoInspection){"subgoal", self->subgoals, self->num_envs, self->goals};
  return i == 2;
}

static const char *const metrics[] = {"critic_loss", "q_mean", "actor_loss", "subgoals_reached", NULL};

static const CoField fields[] = {
    CO_BODY_FIELDS("64", "relu"),
    CO_INT(CoOffPolicyConfig, shards, "1", 1, 1024,
           "parts an update is cut into, for threads; another number gives other rounding"),
    CO_INT(CoOffPolicyConfig, buffer_size, "500000", 1, 100000000, "rows that each level keeps"),
    CO_INT(CoOffPolicyConfig, batch_size, "256", 1, 65536, "rows of an update, drawn uniformly"),
    CO_INT(CoOffPolicyConfig, learning_starts, "2000", 0, 2000000000, "steps at random before the first update"),
    CO_INT(CoOffPolicyConfig, train_freq, "1", 1, 1000000, "steps of every copy between updates"),
    CO_NUMBER(CoOffPolicyConfig, updates_per_step, "0.5", 0.001, 1000, "updates of each level for a step of a copy"),
    CO_NUMBER(CoOffPolicyConfig, gamma, "0.95", 0, 1, "discount of a level's step"),
    CO_ALIASED(CoOffPolicyConfig, tau, "polyak", CO_FIELD_NUMBER, "0.005", 0, 1,
               "share of the way that the slow networks go towards the others at an update"),
    CO_ALIASED(CoOffPolicyConfig, lr, "critic_lr learning_rate", CO_FIELD_NUMBER, "0.001", 1e-6, 1,
               "learning rate of the critics"),
    CO_OFF_POLICY_ACTOR_LR("0.001"),
    CO_OFF_POLICY_NOISE("0.1"),
    CO_OFF_POLICY_OUTPUT_PENALTY("0.01"),
    CO_NUMBER(Config, subgoal_noise, "0.1", 0, 10, "the same on the planner's goals"),
    CO_NUMBER(Config, random_actions, "0.2", 0, 1, "how often a level does anything at all instead"),
    CO_INT(Config, subgoal_steps, "10", 1, 10000, "steps that the walker has to come to a goal"),
    CO_NUMBER(Config, subgoal_testing, "0.3", 0, 1, "how often it is tested whether it comes there"),
    CO_INT(Config, goals, "3", 0, 64, "rows in hindsight beside each, with goals that were achieved later"),
    CO_FIELDS_END,
};

const CoAlgoType co_hac = {.name = "hac",
                           .summary = "hierarchical actor-critic: one level sets goals for the other",
                           .source = "Levy, Konidaris, Platt and Saenko, ICLR 2019",
                           .settings = {"hac", sizeof(Config), fields, NULL},
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

// Model-predictive control with the true model: plans are carried out in a copy of the environment, from where it
// stands. Nothing is learnt.
#include <string.h>

#include "shooting.h"

typedef struct Planner {
  CoShooting shooting; // first
  CoEnv *dream;
  uint64_t plans; // made so far while training
} Planner;

static void wants(const void *config, const CoSpec *spec, CoWants *wants) {
  *wants = (CoWants){
      .experience = CO_EXPERIENCE_DECISIONS, .rollout = 1, .gamma = 1, .memory = co_shooting_memory(config, spec)};
}

// The rewards of plan k until its end or the episode's.
static bool follow(Planner *self, int k, double *sum, CoError *error) {
  const CoShooting *shooting = &self->shooting;
  size_t step = (size_t)shooting->config.population * (size_t)shooting->action_size;
  const float *action = shooting->actions + k * shooting->action_size;
  *sum = 0;
  for (int t = 0; t < shooting->config.horizon && co_env_ending(self->dream) == CO_PLAYING; t++, action += step) {
    if (!co_env_step(self->dream, &(CoActions){.continuous = action}, error)) return false;
    *sum += (double)co_env_rewards(self->dream)[0];
  }
  return true;
}

// All plans meet the same chance, but not the one that will really come.
static bool imagine(void *user, const CoFrame *frame, const CoActing *how, int env, double *returns, CoError *error) {
  Planner *self = user;
  CoRng chance = co_rng_split(&how->rngs[env]);
  for (int k = 0; k < self->shooting.config.population; k++) {
    co_env_restore(self->dream, co_frame_moment(frame, env));
    co_env_reseed(self->dream, chance);
    if (!follow(self, k, &returns[k], error)) return false;
  }
  return true;
}

static bool act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)discrete;
  return co_shooting_act(self, frame, how, imagine, continuous, error);
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  ((Planner *)user)->plans += (uint64_t)learning->decision_count;
  learning->updates += learning->decision_count;
  return true;
}

static void destroy(void *user) {
  Planner *self = user;
  if (self && self->dream) co_env_destroy(self->dream);
  co_shooting_destroy(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  if (co_world_spec(setup->world)->agents != 1) {
    co_fail(error, "mpc plans for one agent, this environment has %d", co_world_spec(setup->world)->agents);
    return NULL;
  }
  Planner *self = co_shooting_create(sizeof *self, config, setup, error);
  if (!self) return NULL;
  if ((self->dream = co_env_create(setup->world, setup->seed, error))) return self;
  destroy(self);
  return NULL;
}

static void save(const void *self, CoWriter *writer) {
  co_write_u64(writer, ((const Planner *)self)->plans);
}

static bool load(void *self, CoReader *reader) {
  ((Planner *)self)->plans = co_read_u64(reader, "how many plans were made");
  return !reader->failed;
}

static const CoField fields[] = {CO_SHOOTING_FIELDS("20", "100", "4", "0.5", "false"), CO_FIELDS_END};

const CoAlgoType co_mpc = {.name = "mpc",
                           .summary = "model-predictive control: plans in copies of the environment, learns nothing",
                           .source = "Rubinstein, 1999; Chua et al., NeurIPS 2018 (the planner)",
                           .settings = {"mpc", sizeof(CoShootingConfig), fields, NULL},
                           .accepts = co_shooting_accepts,
                           .wants = wants,
                           .create = create,
                           .destroy = destroy,
                           .act = act,
                           .learn = learn,
                           .save = save,
                           .load = load,
                           .inspect = co_shooting_inspect};

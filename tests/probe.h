// A small algorithm for tests of the trainer: draws legal actions, checks what the engine hands it, counts.
#ifndef COHORT_TESTS_PROBE_H
#define COHORT_TESTS_PROBE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/train.h"

// Not Check's: fuzzers use the probe too.
static inline void probe_demand(bool fact) {
  if (!fact) abort();
}

typedef struct ProbeConfig {
  int experience, rollout;
  int bad_at; // step from which its loss is NaN; 0: never
  int own;    // 1: a loop of its own that finishes after 5 rounds of 10 steps
} ProbeConfig;

typedef struct Probe {
  ProbeConfig config;
  const CoSpec *spec;
  int num_envs;
  int64_t rounds, updates, new_steps, new_episodes, decisions, sum, kept;
} Probe;

static const CoField probe_fields[] = {
    CO_CHOICE(ProbeConfig, experience, "episodes", "none decisions replay rollout episodes", "what it learns from"),
    CO_INT(ProbeConfig, rollout, "5", 0, 100, "steps of a round"),
    CO_INT(ProbeConfig, bad_at, "0", 0, 1000000, "step of the NaN"),
    CO_INT(ProbeConfig, own, "0", 0, 1, "a loop of its own"),
    CO_FIELDS_END,
};

static inline bool probe_accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  return spec->actions > 0 || co_fail(error, "needs discrete actions");
}

static inline void probe_wants(const void *config, const CoSpec *spec, CoWants *wants) {
  const ProbeConfig *own = config;
  (void)spec;
  *wants = (CoWants){.experience = (CoExperience)own->experience,
                     .capacity = 20,
                     .rollout = own->rollout,
                     .gamma = 0.9,
                     .views = CO_VIEW_OBS | CO_VIEW_GLOBAL,
                     .memory = sizeof(int),
                     .notes = 1};
}

static inline void *probe_create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Probe *self = calloc(1, sizeof *self);
  if (!self) co_fail(error, "no memory");
  if (self) *self = (Probe){.config = *(const ProbeConfig *)config, .spec = setup->spec, .num_envs = setup->num_envs};
  return self;
}

// The memory counts the agent's decisions since the episode began.
static inline bool probe_act(void *from, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                             CoError *error) {
  (void)continuous, (void)error;
  Probe *self = from;
  probe_demand(frame->num_envs <= self->num_envs);
  for (int row = 0; row < frame->num_envs * frame->agents; row++) {
    int env = row / frame->agents, clock = (int)frame->global[2 * env];
    int *memory = (int *)how->memory + row;
    if (!frame->running[env]) continue;
    probe_demand(*memory == clock); // the toy's clock: zeroed when the episode began
    ++*memory;
    how->notes[row] = (float)clock;
    const uint8_t *mask = frame->mask + (size_t)row * (size_t)self->spec->actions;
    if (frame->acting[row])
      discrete[row] = how->explore ? co_rng_choose(&how->rngs[env], mask, self->spec->actions) : 0;
  }
  return true;
}

static inline void probe_count(Probe *self, const CoLearning *learning) {
  self->rounds++;
  self->new_steps += learning->new_steps;
  self->new_episodes += learning->new_episodes;
  self->decisions += learning->decision_count;
  for (int i = 0; i < learning->decision_count; i++) self->sum += learning->decisions[i].action;
  if (learning->store) self->sum += co_episodes_length(learning->store, 0);
  if (learning->replay) self->kept = co_replay_count(learning->replay);
  if (learning->rollout) probe_demand(co_rollout_full(learning->rollout));
}

static inline bool probe_learn(void *from, CoLearning *learning, CoError *error) {
  (void)error;
  Probe *self = from;
  probe_demand(learning->updates == self->updates);
  probe_count(self, learning);
  learning->updates = ++self->updates;
  bool bad = self->config.bad_at && learning->steps >= self->config.bad_at;
  co_metric(learning->metrics, "loss", bad ? NAN : 1.0 / (double)self->updates);
  return true;
}

static inline bool probe_advance(void *from, CoRound *round, CoError *error) {
  (void)error;
  Probe *self = from;
  round->steps = round->budget < 10 ? round->budget : 10;
  round->episodes = 1;
  round->iterations = 3;
  round->finished = ++self->rounds == 5;
  co_metric(round->metrics, "loss", (double)self->rounds);
  return true;
}

static inline double probe_evaluate(void *from, CoMetrics *metrics, CoError *error) {
  (void)metrics, (void)error;
  return (double)((const Probe *)from)->rounds;
}

static inline void probe_save(const void *from, CoWriter *writer) {
  const Probe *self = from;
  co_write(writer, &self->rounds, 7 * sizeof(int64_t));
}

static inline bool probe_load(void *from, CoReader *reader) {
  Probe *self = from;
  return co_read(reader, &self->rounds, 7 * sizeof(int64_t), "the probe's counts");
}

static inline double probe_epsilon(const void *from, int64_t steps) {
  (void)from;
  return steps < 100 ? 1 - (double)steps / 100 : 0;
}

static const char *const probe_metrics[] = {"loss", NULL};
static const CoAlgoType probe = {.name = "probe",
                                 .summary = "for tests",
                                 .source = "none",
                                 .settings = {"probe", sizeof(ProbeConfig), probe_fields, NULL},
                                 .metrics = probe_metrics,
                                 .accepts = probe_accepts,
                                 .wants = probe_wants,
                                 .create = probe_create,
                                 .destroy = free,
                                 .act = probe_act,
                                 .learn = probe_learn,
                                 .epsilon = probe_epsilon,
                                 .save = probe_save,
                                 .load = probe_load};

static inline CoAlgoType probe_solver(void) {
  CoAlgoType solver = probe;
  solver.name = "solver";
  solver.advance = probe_advance;
  solver.evaluate = probe_evaluate;
  return solver;
}

#endif

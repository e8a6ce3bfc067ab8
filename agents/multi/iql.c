// IQL: independent Q-learning (Tan, 1993), every agent for itself, with PyMARL's recurrent networks of equal weights.
#include "q_learner.h"

static CoVar *mix(const void *layers, CoTape *tape, CoVar *const *bound, CoVar *q, CoVar *global) {
  (void)layers, (void)tape, (void)bound, (void)global;
  return q;
}
static const CoMixer mixer = {.mix = mix};

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  return co_agents_accepts(spec, false, error);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_q_learner_create(&mixer, config, setup, error);
}

static const CoField fields[] = {CO_Q_LEARNER_FIELDS, CO_FIELDS_END};
static const CoProfile profiles[] = {CO_Q_LEARNER_PROFILES, {NULL, NULL, NULL}};

const CoAlgoType co_iql = {.name = "iql",
                           .summary = "independent Q-learning: every agent for itself",
                           .source = "Tan 1993; PyMARL (Samvelyan et al. 2019)",
                           .settings = {"iql", sizeof(CoQLearnerConfig), fields, profiles},
                           .accepts = accepts,
                           .wants = co_q_learner_wants,
                           .create = create,
                           CO_Q_LEARNER_HOOKS};

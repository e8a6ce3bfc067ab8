// VDN: value decomposition networks, Q_tot = sum of the agents' Q_i (Sunehag et al., 2018).
#include "q_learner.h"

static CoVar *mix(const void *layers, CoTape *tape, CoVar *const *bound, CoVar *q, CoVar *global) {
  (void)layers, (void)bound, (void)global;
  return co_sum_rows(tape, q);
}
static const CoMixer mixer = {.mix = mix};

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  return co_agents_accepts(spec, true, error);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_q_learner_create(&mixer, config, setup, error);
}

static const CoField fields[] = {CO_Q_LEARNER_FIELDS, CO_FIELDS_END};
static const CoProfile profiles[] = {CO_Q_LEARNER_PROFILES, {NULL, NULL, NULL}};

const CoAlgoType co_vdn = {.name = "vdn",
                           .summary = "value decomposition: the team's value is the sum of the agents'",
                           .source = "Sunehag et al. 2018; PyMARL (Samvelyan et al. 2019)",
                           .settings = {"vdn", sizeof(CoQLearnerConfig), fields, profiles},
                           .accepts = accepts,
                           .wants = co_q_learner_wants,
                           .create = create,
                           CO_Q_LEARNER_HOOKS};

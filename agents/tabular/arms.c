// The arms of the bandit methods (Sutton and Barto, chapter 2).
#include "arms.h"

#include <math.h>
#include <stdlib.h>

#include "cohort/distributions.h"

const char *const co_arms_metrics[] = {"error_abs", NULL};

bool co_arms_accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  if (spec->states != 1) return co_fail(error, "plays bandits: one state, this environment has %d", spec->states);
  return spec->actions > 0 || co_fail(error, "needs discrete actions, this environment's are continuous");
}

void co_arms_wants(const void *config, const CoSpec *spec, CoWants *wants) {
  (void)config, (void)spec;
  *wants = (CoWants){.experience = CO_EXPERIENCE_DECISIONS, .rollout = 1, .gamma = 1};
}

CoArm *co_arms_row(const CoArms *arms, int env, int agent) {
  size_t row = (size_t)((env < arms->copies ? env : 0) * arms->agents + agent);
  return arms->arms + row * (size_t)arms->actions;
}

static size_t size_of(const CoArms *arms) {
  return (size_t)arms->copies * (size_t)arms->agents * (size_t)arms->actions;
}

static void begin(const CoArms *arms, CoArm *row, size_t count) {
  for (size_t i = 0; i < count; i++) row[i] = (CoArm){(float)arms->config.initial, 0, 0};
}

void co_arms_destroy(void *user) {
  CoArms *arms = user;
  if (!arms) return;
  free(arms->arms);
  free(arms->seen);
  free(arms->scores);
  free(arms);
}

void *co_arms_create(size_t bytes, const void *config, const CoAlgoSetup *setup, CoError *error) {
  CoArms *arms = calloc(1, bytes);
  if (arms) {
    arms->config = *(const CoArmsConfig *)config;
    arms->agents = setup->spec->agents, arms->actions = setup->spec->actions;
    arms->copies = arms->config.anew ? setup->num_envs : 1;
    arms->arms = malloc(size_of(arms) * sizeof *arms->arms);
    arms->seen = calloc((size_t)arms->agents * (size_t)arms->actions, sizeof *arms->seen);
    arms->scores = calloc((size_t)arms->actions, sizeof *arms->scores);
  }
  if (!arms || !arms->arms || !arms->seen || !arms->scores) {
    co_fail(error, "no memory for %d bandits of %d arms", setup->num_envs, setup->spec->actions);
    co_arms_destroy(arms);
    return NULL;
  }
  begin(arms, arms->arms, size_of(arms));
  return arms;
}

int co_arms_best(CoArms *arms, const CoArm *row, const uint8_t *mask, CoRng *rng) {
  for (int a = 0; a < arms->actions; a++) arms->scores[a] = row[a].value;
  return co_argmax_random(arms->actions, arms->scores, mask, rng);
}

void co_arms_act(CoArms *arms, const CoFrame *frame, const CoActing *how, CoArmsChoose *choose, int *discrete) {
  for (int at = 0; at < frame->num_envs * arms->agents; at++) {
    if (!frame->acting[at]) continue;
    int env = at / arms->agents, agent = at % arms->agents;
    const CoArm *row = co_arms_row(arms, env, agent);
    const uint8_t *mask = frame->mask + (size_t)at * (size_t)arms->actions;
    CoRng *rng = &how->rngs[env];
    if (how->explore)
      discrete[at] = choose(arms, row, mask, rng);
    else
      discrete[at] = arms->config.anew ? co_rng_choose(rng, mask, arms->actions) : co_arms_best(arms, row, mask, rng);
    for (int a = 0; !env && a < arms->actions; a++) arms->seen[agent * arms->actions + a] = row[a].value;
  }
}

void co_arms_close(CoArms *arms, const CoDecision *d) {
  if (arms->config.anew && d->ending != CO_PLAYING)
    begin(arms, co_arms_row(arms, d->env, d->agent), (size_t)arms->actions);
}

bool co_arms_learn_averages(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  CoArms *arms = user;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    CoArm *arm = &co_arms_row(arms, d->env, d->agent)[d->action];
    float wrong = d->reward - arm->value;
    arm->count++;
    arm->paid += d->reward;
    arm->value += arms->config.lr > 0 ? (float)arms->config.lr * wrong : wrong / arm->count;
    co_metric(learning->metrics, "error_abs", fabs((double)wrong));
    co_arms_close(arms, d);
  }
  learning->updates += learning->decision_count;
  return true;
}

void co_arms_save(const void *from, CoWriter *writer) {
  const CoArms *arms = from;
  co_write_u32(writer, (uint32_t)arms->copies);
  co_write(writer, arms->arms, size_of(arms) * sizeof *arms->arms);
}

bool co_arms_load(void *user, CoReader *reader) {
  CoArms *arms = user;
  uint32_t saved = co_read_u32(reader, "the number of bandits");
  size_t row = (size_t)arms->agents * (size_t)arms->actions * sizeof *arms->arms;
  if (!reader->failed && saved > (reader->size - reader->at) / row) {
    reader->failed = true;
    return co_fail(reader->error, "saved: a bandit's arms are cut off");
  }
  begin(arms, arms->arms, size_of(arms));
  for (uint32_t i = 0; i < saved && !reader->failed; i++) {
    if (i < (uint32_t)arms->copies)
      co_read(reader, co_arms_row(arms, (int)i, 0), row, "a bandit's arms");
    else
      reader->at += row;
  }
  return !reader->failed;
}

bool co_arms_inspect(void *user, int i, CoInspection *out) {
  CoArms *arms = user;
  *out = (CoInspection){"q", arms->seen, arms->agents, arms->actions};
  return i == 0;
}

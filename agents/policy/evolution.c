// The evolution of a policy's weights: members of a population act, each in its copies, and are judged by their
// returns.
#include "evolution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/distributions.h"
#include "cohort/kernels.h"
#include "cohort/metrics.h"
#include "network.h"

#define TAPE_BYTES ((size_t)4 << 30) // of address space

void co_evolution_wants(const void *config, const CoSpec *spec, CoWants *wants) {
  (void)config, (void)spec;
  *wants = (CoWants){.experience = CO_EXPERIENCE_EPISODES, .capacity = 1, .gamma = 1, .views = CO_VIEW_OBS, .notes = 1};
}

static int numbers(const CoParams *params) {
  int sum = 0;
  for (int i = 0; i < params->count; i++) sum += params->items[i].rows * params->items[i].cols;
  return sum;
}

static void declare(CoEvolution *evolution, const CoEvolutionConfig *config, const CoAlgoSetup *setup) {
  CoActor *actor = &evolution->actor;
  actor->config.body = config->body;
  actor->config.obs_agent_id = config->obs_agent_id;
  co_actor_measure(actor, setup);
  actor->policy = co_actor_network(actor, "actor", actor->actions ? actor->actions : actor->action_size);
  evolution->size = numbers(&actor->params);
  evolution->population = config->population ? config->population : 4 + (int)(3 * co_log(evolution->size));
  evolution->episodes = config->episodes;
}

static bool allocate(CoEvolution *evolution, CoError *error) {
  CoActor *actor = &evolution->actor;
  size_t population = (size_t)evolution->population, size = (size_t)evolution->size;
  size_t rows = (size_t)actor->num_envs * (size_t)actor->agents;
  evolution->mean = calloc((population + 1) * size + 2 * population, sizeof *evolution->mean);
  evolution->counts = calloc(population, sizeof *evolution->counts);
  evolution->members = calloc(population, sizeof *evolution->members);
  evolution->values = calloc(population * actor->params.size, sizeof *evolution->values);
  evolution->bound = calloc(population, sizeof *evolution->bound);
  actor->shown = calloc(rows * (size_t)(actor->actions + actor->action_size), sizeof *actor->shown);
  if (!evolution->mean || !evolution->counts || !evolution->members || !evolution->values || !evolution->bound ||
      !actor->shown)
    return co_fail(error, "no memory for %d policies of %d weights", evolution->population, evolution->size);
  evolution->points = evolution->mean + size;
  evolution->cost = evolution->points + population * size;
  evolution->sums = evolution->cost + population;
  return true;
}

static bool build(CoEvolution *evolution, const CoEvolutionConfig *config, const CoAlgoSetup *setup, CoError *error) {
  CoActor *actor = &evolution->actor;
  declare(evolution, config, setup);
  if (!co_params_allocate(&actor->params, error) || !allocate(evolution, error)) return false;
  if (!(actor->tape = co_tape_create(TAPE_BYTES, error))) return false;
  co_tape_record(actor->tape, false);
  actor->bound = co_params_bind(actor->tape, &actor->params);
  for (int i = 0; i < evolution->population; i++) {
    CoParams *member = &evolution->members[i];
    *member = actor->params;
    member->values = evolution->values + (size_t)i * member->size;
    evolution->bound[i] = co_params_bind(actor->tape, member);
  }
  actor->mark = co_tape_mark(actor->tape);
  actor->rng = co_rng(setup->seed, "evolution", (uint64_t)setup->team);
  co_evolution_settle(evolution);
  return true;
}

void *co_evolution_create(size_t bytes, const CoEvolutionConfig *config, const CoAlgoSetup *setup, CoError *error) {
  CoEvolution *evolution = calloc(1, bytes);
  if (!evolution) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  if (build(evolution, config, setup, error)) return evolution;
  co_evolution_destroy(evolution);
  return NULL;
}

void co_evolution_destroy(void *self) {
  CoEvolution *evolution = self;
  if (!evolution) return;
  free(evolution->mean);
  free(evolution->counts);
  free(evolution->members);
  free(evolution->values);
  free(evolution->bound);
  co_actor_destroy(evolution);
}

// A point's numbers, one parameter after the other, to where the parameters have them.
static void lay(const double *point, CoParams *params) {
  for (int i = 0; i < params->count; i++) {
    CoReal *out = co_params_at(params, i);
    int count = params->items[i].rows * params->items[i].cols;
    for (int j = 0; j < count; j++) out[j] = (CoReal)*point++;
  }
}

void co_evolution_settle(CoEvolution *evolution) {
  lay(evolution->mean, &evolution->actor.params);
  for (int i = 0; i < evolution->population; i++)
    lay(evolution->points + (size_t)i * (size_t)evolution->size, &evolution->members[i]);
}

static void hold(const CoSpec *spec, const CoReal *wanted, float *control) {
  for (int i = 0; i < spec->action_size; i++) control[i] = fminf(fmaxf(wanted[i], spec->low[i]), spec->high[i]);
}

// One copy: its member (-1: the mean) decides for all agents there; the best legal action, or what the bounds allow.
static void decide(CoEvolution *evolution, int member, const CoFrame *frame, int env, int *discrete,
                   float *continuous) {
  CoActor *actor = &evolution->actor;
  CoTape *tape = actor->tape;
  CoVar *const *bound = member < 0 ? actor->bound : evolution->bound[member];
  size_t agents = (size_t)frame->agents, first = (size_t)env * agents;
  const float *obs = frame->obs + first * (size_t)actor->obs_size;
  CoVar *out = co_actor_policy_of(actor, tape, bound, co_actor_inputs(actor, tape, obs, NULL, frame->agents));
  size_t width = (size_t)out->cols;
  memcpy(actor->shown + first * width, out->data, agents * width * sizeof *actor->shown);
  for (size_t i = 0; i < agents; i++) {
    size_t row = first + i;
    if (!frame->acting[row]) continue;
    if (frame->mask)
      discrete[row] = co_argmax(actor->actions, out->data + i * width, frame->mask + row * width);
    else
      hold(actor->spec, out->data + i * width, continuous + row * width);
  }
}

bool co_evolution_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                      CoError *error) {
  (void)error;
  CoEvolution *evolution = self;
  co_tape_rewind(evolution->actor.tape, evolution->actor.mark);
  for (int env = 0; env < frame->num_envs; env++) {
    int member = how->explore ? (int)((evolution->played + env) % evolution->population) : -1;
    if (frame->running[env]) decide(evolution, member, frame, env, discrete, continuous);
    for (int i = 0; how->notes && i < frame->agents; i++) how->notes[env * frame->agents + i] = (float)member;
  }
  return true;
}

// An episode's rewards, of the mean agent where each has its own.
static double sum_rewards(const CoBatch *batch, int episode) {
  double sum = 0;
  for (int row = episode; batch->next[row] >= 0; row = batch->next[row])
    for (int i = 0; i < batch->rewards; i++) sum += (double)batch->reward[row * batch->rewards + i];
  return sum / batch->rewards;
}

// Row e is the first of episode e; its note says who acted.
static bool count(CoEvolution *evolution, const CoLearning *learning, CoError *error) {
  const CoBatch *batch;
  int64_t steps;
  if (!co_episodes_newest(learning->store, learning->new_episodes, 1, NULL, &batch, &steps, error)) return false;
  for (int e = 0; e < batch->episodes; e++) {
    int member = (int)batch->notes[e * batch->agents];
    evolution->sums[member] += sum_rewards(batch, e);
    evolution->counts[member]++;
  }
  evolution->played += batch->episodes;
  return true;
}

static void judge(CoEvolution *evolution, struct CoMetrics *metrics) {
  double best = -INFINITY, sum = 0;
  for (int i = 0; i < evolution->population; i++) {
    double mean = evolution->sums[i] / evolution->counts[i];
    evolution->cost[i] = -mean;
    best = fmax(best, mean);
    sum += mean;
  }
  co_metric(metrics, "population_return", sum / evolution->population);
  co_metric(metrics, "best_return", best);
}

bool co_evolution_learn(CoEvolution *evolution, CoLearning *learning, CoEvolutionBreed breed, CoError *error) {
  size_t population = (size_t)evolution->population;
  if (!count(evolution, learning, error)) return false;
  if (evolution->played < (int64_t)evolution->population * evolution->episodes) return true;
  judge(evolution, learning->metrics);
  breed(evolution);
  co_evolution_settle(evolution);
  memset(evolution->sums, 0, population * sizeof *evolution->sums);
  memset(evolution->counts, 0, population * sizeof *evolution->counts);
  evolution->played = 0;
  learning->updates++;
  return true;
}

bool co_evolution_inspect(void *self, int i, CoInspection *out) {
  const CoActor *actor = self;
  if (i != 0) return false;
  *out = (CoInspection){actor->actions ? "score" : "mean", actor->shown, actor->num_envs * actor->agents,
                        actor->actions ? actor->actions : actor->action_size};
  return true;
}

void co_evolution_save(const CoEvolution *evolution, CoWriter *writer) {
  size_t population = (size_t)evolution->population, points = (population + 1) * (size_t)evolution->size;
  co_write(writer, &evolution->actor.rng, sizeof evolution->actor.rng);
  co_write_u64(writer, (uint64_t)evolution->played);
  co_write(writer, evolution->mean, points * sizeof *evolution->mean);
  co_write(writer, evolution->sums, population * sizeof *evolution->sums);
  co_write(writer, evolution->counts, population * sizeof *evolution->counts);
}

bool co_evolution_load(CoEvolution *evolution, CoReader *reader) {
  size_t population = (size_t)evolution->population, points = (population + 1) * (size_t)evolution->size;
  co_read(reader, &evolution->actor.rng, sizeof evolution->actor.rng, "the random stream of evolution");
  evolution->played = (int64_t)co_read_u64(reader, "episodes of the generation");
  co_read(reader, evolution->mean, points * sizeof *evolution->mean, "the population");
  co_read(reader, evolution->sums, population * sizeof *evolution->sums, "the population's returns");
  co_read(reader, evolution->counts, population * sizeof *evolution->counts, "the population's episodes");
  if (!reader->failed) co_evolution_settle(evolution);
  return !reader->failed;
}

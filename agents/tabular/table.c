// The table of the tabular methods: one row for every agent and numbered state.
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "cohort/distributions.h"

bool co_table_accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  if (spec->states < 1) return co_fail(error, "needs numbered states, this environment has none");
  if (spec->actions < 1) return co_fail(error, "needs discrete actions, this environment's are continuous");
  return true;
}

void co_table_wants(const void *config, const CoSpec *spec, CoWants *wants) {
  (void)spec;
  const CoTableConfig *c = config;
  *wants = (CoWants){.experience = CO_EXPERIENCE_DECISIONS, .rollout = 1, .gamma = c->gamma};
}

void co_table_destroy(void *user) {
  CoTable *table = user;
  if (!table) return;
  free(table->q);
  free(table->seen);
  free(table);
}

void *co_table_create(size_t bytes, bool actions, const void *config, const CoAlgoSetup *setup, CoError *error) {
  const CoSpec *spec = setup->spec;
  CoTable *table = calloc(1, bytes);
  if (table) {
    table->config = *(const CoTableConfig *)config;
    table->agents = spec->agents, table->states = spec->states, table->actions = spec->actions;
    table->columns = actions ? spec->actions : 1;
    table->name = actions ? "q" : "v";
    table->q = malloc(co_table_size(table) * sizeof *table->q);
    table->seen = calloc((size_t)spec->agents * (size_t)table->columns, sizeof *table->seen);
  }
  if (!table || !table->q || !table->seen) {
    co_fail(error, "no memory for %d tables of %d states", spec->agents, spec->states);
    co_table_destroy(table);
    return NULL;
  }
  for (size_t i = 0; i < co_table_size(table); i++) table->q[i] = (float)table->config.initial;
  return table;
}

double co_table_epsilon(const void *from, int64_t steps) {
  const CoTableConfig *c = &((const CoTable *)from)->config;
  if (steps >= c->epsilon_anneal_time) return c->epsilon_finish;
  return c->epsilon_start + (c->epsilon_finish - c->epsilon_start) * (double)steps / c->epsilon_anneal_time;
}

static void show(CoTable *table, int agent, const float *row) {
  memcpy(table->seen + (size_t)agent * (size_t)table->columns, row, (size_t)table->columns * sizeof *row);
}

// Ties are broken at random, or the first action would be favoured while nothing is known.
int co_greedy_choose(int actions, const float *q, const uint8_t *mask, double epsilon, CoRng *rng) {
  bool explore = epsilon > 0 && co_rng_unit(rng) < epsilon;
  return explore ? co_rng_choose(rng, mask, actions) : co_argmax_random(actions, q, mask, rng);
}

float co_greedy_expected(int actions, const float *q, const uint8_t *mask, double epsilon) {
  double sum = 0;
  int best = co_argmax(actions, q, mask), legal = 0;
  for (int a = 0; a < actions; a++)
    if (mask[a]) sum += (double)q[a], legal++;
  return (float)(epsilon * sum / legal + (1 - epsilon) * (double)q[best]);
}

bool co_table_act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                  CoError *error) {
  (void)continuous, (void)error;
  CoTable *table = user;
  double random = how->explore ? co_table_epsilon(table, how->steps) : 0;
  for (int env = 0; env < frame->num_envs; env++)
    for (int i = 0; i < table->agents; i++) {
      int at = env * table->agents + i;
      if (!frame->acting[at]) continue;
      const uint8_t *mask = frame->mask + (size_t)at * (size_t)table->actions;
      const float *q = co_table_row(table, i, frame->index[at]);
      discrete[at] = co_greedy_choose(table->actions, q, mask, random, &how->rngs[env]);
      if (!env) show(table, i, q);
    }
  return true;
}

bool co_table_act_randomly(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                           CoError *error) {
  (void)continuous, (void)error;
  CoTable *table = user;
  for (int at = 0; at < frame->num_envs * table->agents; at++) {
    if (!frame->acting[at]) continue;
    const uint8_t *mask = frame->mask + (size_t)at * (size_t)table->actions;
    discrete[at] = co_rng_choose(&how->rngs[at / table->agents], mask, table->actions);
    if (at < table->agents) show(table, at, co_table_row(table, at, frame->index[at]));
  }
  return true;
}

float co_table_expected(const CoTable *table, const CoDecision *d, double epsilon) {
  if (d->discount == 0) return 0;
  return co_greedy_expected(table->actions, co_table_row(table, d->agent, d->next_index), d->next_mask, epsilon);
}

float co_table_best(const CoTable *table, const CoDecision *d) {
  const float *next = co_table_row(table, d->agent, d->next_index);
  int action = d->discount > 0 ? co_argmax(table->actions, next, d->next_mask) : -1;
  return action < 0 ? 0 : next[action];
}

void co_table_save(const void *from, CoWriter *writer) {
  const CoTable *table = from;
  co_write(writer, table->q, co_table_size(table) * sizeof *table->q);
}

bool co_table_load(void *user, CoReader *reader) {
  CoTable *table = user;
  return co_read(reader, table->q, co_table_size(table) * sizeof *table->q, "a table of values");
}

static const char interface[] = //
    "function policy.act(memory, agent, state, mask)\n"
    "  local rows, values = memory[agent] and policy.table[agent], {}\n"
    "  if not rows then error(\"agent is \" .. tostring(agent) .. \", must be 1 to \" .. policy.agents, 2) end\n"
    "  if not (state >= 1 and state <= policy.states) then\n"
    "    error(\"state is \" .. state .. \", must be 1 to \" .. policy.states, 2)\n"
    "  end\n"
    "  for i = 1, policy.actions do values[i] = rows[(state - 1) * policy.actions + i] end\n"
    "  return best(values, mask), values\n"
    "end\n";

bool co_table_policy(const void *from, CoWriter *lua, CoError *error) {
  const CoTable *table = from;
  co_write_format(lua, "policy.states, policy.table = %d, {}\n", table->states);
  for (int agent = 0; agent < table->agents; agent++) {
    co_write_format(lua, "policy.table[%d] = ", agent + 1);
    if (!co_policy_numbers(co_table_row(table, agent, 0), table->states * table->actions, table->actions, lua, error))
      return false;
    co_write_format(lua, "\n\n");
  }
  co_write_format(lua, "%s", interface);
  return true;
}

bool co_table_inspect(void *user, int i, CoInspection *out) {
  CoTable *table = user;
  *out = (CoInspection){table->name, table->seen, table->agents, table->columns};
  return i == 0;
}

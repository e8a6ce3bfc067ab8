// Minimax as a player (von Neumann, 1928; alpha-beta: Knuth and Moore, 1975): it learns nothing and searches whenever
// it moves. A round of training values the position that a game begins with.
#include <stdlib.h>

#include "cohort/agent.h"
#include "cohort/metrics.h"
#include "cohort/minimax.h"

extern const CoAlgoType co_minimax;

typedef struct Player {
  CoMinimax *minimax;
  CoEnv *env; // of the position that a game begins with
  int actions;
  int64_t rounds;
  float *seen; // [actions] of the first copy: 1 for the action that act chose
  float value; // of its position
} Player;

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  return co_minimax_accepts(spec, error);
}

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  (void)config, (void)spec;
  *out = (CoWants){.experience = CO_EXPERIENCE_NONE};
}

static void destroy(void *user) {
  Player *self = user;
  if (!self) return;
  co_minimax_destroy(self->minimax);
  co_env_destroy(self->env);
  free(self->seen);
  free(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Player *self = calloc(1, sizeof *self);
  if (!self) {
    co_fail(error, "no memory for minimax");
    return NULL;
  }
  self->actions = setup->spec->actions;
  self->seen = calloc((size_t)self->actions, sizeof *self->seen);
  self->minimax = co_minimax_create(setup->world, config, error);
  self->env = self->minimax ? co_env_create(setup->world, 0, error) : NULL;
  if (self->env && (self->seen || co_fail(error, "no memory for minimax"))) return self;
  destroy(self);
  return NULL;
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)how, (void)continuous;
  Player *self = user;
  for (int env = 0; env < frame->num_envs; env++) {
    float value;
    if (!frame->acting[env]) continue;
    if (!co_minimax_value(self->minimax, co_frame_state(frame, env), &value, &discrete[env], error)) return false;
    if (env) continue;
    self->value = value;
    for (int a = 0; a < self->actions; a++) self->seen[a] = a == discrete[env];
  }
  return true;
}

static bool advance(void *user, CoRound *round, CoError *error) {
  Player *self = user;
  float value;
  int64_t before = co_minimax_nodes(self->minimax);
  co_minimax_forget(self->minimax);
  if (!co_env_reset(self->env, error) || !co_minimax_value(self->minimax, co_env_state(self->env), &value, NULL, error))
    return false;
  co_metric(round->metrics, "value", (double)value);
  co_metric(round->metrics, "nodes", (double)(co_minimax_nodes(self->minimax) - before));
  self->rounds++;
  round->steps = round->iterations = 1;
  round->finished = true;
  return true;
}

static void save(const void *from, CoWriter *writer) {
  const Player *self = from;
  co_write_u64(writer, (uint64_t)self->rounds);
  co_write(writer, co_env_bytes(self->env), co_env_size(co_env_world(self->env)));
}

static bool load(void *user, CoReader *reader) {
  Player *self = user;
  self->rounds = (int64_t)co_read_u64(reader, "the number of searches");
  CoMoment *moment = malloc(co_env_size(co_env_world(self->env)));
  bool ok = moment && co_read(reader, moment, co_env_size(co_env_world(self->env)), "the position");
  if (ok) co_env_restore(self->env, moment);
  free(moment);
  return ok;
}

static bool inspect(void *user, int i, CoInspection *out) {
  Player *self = user;
  if (i == 0) *out = (CoInspection){"choice", self->seen, 1, self->actions};
  if (i == 1) *out = (CoInspection){"value", &self->value, 1, 1};
  return i < 2;
}

static const char *const metrics[] = {"value", "nodes", NULL};

static const CoField fields[] = {
    CO_BOOL(CoMinimaxConfig, alpha_beta, "true", "leave out moves that cannot change the value"),
    CO_INT(CoMinimaxConfig, table_bits, "20", 0, 30, "2^this many positions are remembered, 24 bytes each; 0: none"),
    CO_INT(CoMinimaxConfig, depth, "0", 0, 10000, "moves to look ahead, what lies beyond counts 0; 0: to the end"),
    CO_FIELDS_END,
};

const CoAlgoType co_minimax = {.name = "minimax",
                               .summary = "searches a two-player game to its end, or some moves ahead",
                               .source = "von Neumann, 1928; Knuth and Moore, 1975; Plaat, chapter 6",
                               .settings = {"minimax", sizeof(CoMinimaxConfig), fields, NULL},
                               .metrics = metrics,
                               .all_teams = true,
                               .accepts = accepts,
                               .wants = wants,
                               .create = create,
                               .destroy = destroy,
                               .act = act,
                               .advance = advance,
                               .save = save,
                               .load = load,
                               .inspect = inspect};

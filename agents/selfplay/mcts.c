// Monte Carlo tree search as a player: UCT (Kocsis and Szepesvari, 2006) or P-UCT, positions valued by random play to
// the end. It learns nothing and searches whenever it moves; a round of training is a game against itself.
#include <stdlib.h>
#include <string.h>

#include "cohort/metrics.h"
#include "search.h"

extern const CoAlgoType co_mcts;

enum { UCT, PUCT };

typedef struct Config {
  int simulations, selection;
  double cp;
} Config;

typedef struct Player {
  CoSearchRules rules;
  CoSearch search;
  CoEnv *env; // of the games against itself
  CoRng rng;  // of their playouts
  int64_t games;
  float *shares, *values; // [actions] of the first copy: of what act saw last
} Player;

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  return co_search_accepts(spec, error);
}

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  (void)config, (void)spec;
  *out = (CoWants){.experience = CO_EXPERIENCE_NONE};
}

static void destroy(void *user) {
  Player *self = user;
  if (!self) return;
  co_search_free(&self->search);
  co_search_rules_free(&self->rules);
  co_env_destroy(self->env);
  free(self->shares);
  free(self);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  Player *self = calloc(1, sizeof *self);
  size_t actions = (size_t)setup->spec->actions;
  if (!self || !(self->shares = calloc(2 * actions, sizeof *self->shares))) {
    co_fail(error, "no memory for a search");
    free(self);
    return NULL;
  }
  self->values = self->shares + actions;
  self->rng = co_rng(setup->seed, "playouts", 0);
  if (co_search_rules(&self->rules, setup->world, config->simulations, config->cp, config->selection == PUCT, error) &&
      co_search_create(&self->search, &self->rules, error) &&
      (self->env = co_env_create(setup->world, setup->seed, error)))
    return self;
  destroy(self);
  return NULL;
}

// A uniform draw among the legal actions; a mask has a byte an action, 1 where it is legal, 8 to a word. The product's
// bytes are running counts, the topmost the word's whole one.
static int draw(const uint64_t *mask, int words, CoRng *rng) {
  const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
  int legal = 0, word = 0;
  for (int i = 0; i < words; i++) legal += (int)(mask[i] * ones >> 56);
  int pick = co_rng_int(rng, 0, legal - 1);
  for (int count; pick >= (count = (int)(mask[word] * ones >> 56)); word++) pick -= count;
  uint64_t beyond = ((mask[word] * ones | highs) - (uint64_t)(pick + 1) * ones) & highs; // bytes with count > pick
  return 8 * word + __builtin_ctzll(beyond) / 8;
}

// Random play from where the path stands: what it brings to the first agent.
static bool playout(CoSearch *search, CoRng *rng, float *value, CoError *error) {
  bool ended = search->ended;
  *value = 0;
  while (!ended) {
    int mover;
    float reward;
    if (!co_search_look(search, search->state, &mover, error)) return false;
    if (!co_search_step(search, search->state, draw(search->mask, search->rules->words, rng), &reward, &ended, error))
      return false;
    *value += reward;
  }
  return true;
}

// One simulation: selection, expansion of a position that was met before, playout, backup.
static bool simulate(CoSearch *search, CoRng *rng, CoError *error) {
  float value;
  co_search_start(search);
  if (!co_search_descend(search, error)) return false;
  if (!search->ended && co_search_leaf(search)->visits &&
      !(co_search_expand(search, NULL, error) && co_search_descend(search, error)))
    return false;
  if (!playout(search, rng, &value, error)) return false;
  co_search_backup(search, value);
  return true;
}

static bool think(CoSearch *search, const void *state, CoRng *rng, CoError *error) {
  co_search_begin(search, state);
  for (int i = 0; i < search->rules->simulations; i++)
    if (!simulate(search, rng, error)) return false;
  return search->nodes->first || (co_search_start(search), co_search_expand(search, NULL, error));
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous;
  Player *self = user;
  for (int env = 0; env < frame->num_envs; env++) {
    if (!frame->acting[env]) continue;
    if (!think(&self->search, co_frame_state(frame, env), &how->rngs[env], error)) return false;
    discrete[env] = co_search_most(&self->search);
    if (env) continue;
    co_search_visits(&self->search, self->shares);
    co_search_values(&self->search, self->values);
  }
  return true;
}

static bool advance(void *user, CoRound *round, CoError *error) {
  Player *self = user;
  CoSearch *search = &self->search;
  if (!co_env_reset(self->env, error)) return false;
  while (co_env_ending(self->env) == CO_PLAYING) {
    if (!think(search, co_env_state(self->env), &self->rng, error)) return false;
    if (!round->steps++) co_metric(round->metrics, "value", (double)search->nodes->mean);
    int action = co_search_most(search);
    if (!co_env_step(self->env, &(CoActions){(int[]){action, action}, NULL}, error)) return false;
  }
  co_metric(round->metrics, "return", (double)co_env_rewards(self->env)[0]);
  co_metric(round->metrics, "length", (double)round->steps);
  self->games++;
  round->episodes = round->iterations = 1;
  return true;
}

static void save(const void *from, CoWriter *writer) {
  const Player *self = from;
  co_write_u64(writer, (uint64_t)self->games);
  co_write_u64(writer, self->rng.state);
  co_write_u64(writer, self->rng.gamma);
  co_write(writer, co_env_bytes(self->env), co_env_size(self->rules.world));
}

static bool load(void *user, CoReader *reader) {
  Player *self = user;
  self->games = (int64_t)co_read_u64(reader, "the number of games");
  self->rng.state = co_read_u64(reader, "the playouts' stream");
  self->rng.gamma = co_read_u64(reader, "the playouts' stream");
  CoMoment *moment = malloc(co_env_size(self->rules.world));
  bool ok = moment && co_read(reader, moment, co_env_size(self->rules.world), "the position");
  if (ok) co_env_restore(self->env, moment);
  free(moment);
  return ok;
}

static bool inspect(void *user, int i, CoInspection *out) {
  Player *self = user;
  if (i == 0) *out = (CoInspection){"visits", self->shares, 1, self->rules.actions};
  if (i == 1) *out = (CoInspection){"q", self->values, 1, self->rules.actions};
  return i < 2;
}

static const char *const metrics[] = {"value", "return", "length", NULL};

static const CoField fields[] = {
    CO_ALIASED(Config, simulations, "num_simulations n", CO_FIELD_INT, "1000", 1, 100000000,
               "playouts before each move"),
    CO_CHOICE(Config, selection, "uct", "uct puct", "Q + cp sqrt(ln N / n), or Q + cp P sqrt(N) / (1 + n)"),
    CO_ALIASED(Config, cp, "c c_puct", CO_FIELD_NUMBER, "1.4", 0, 1000, "how far it explores"),
    CO_FIELDS_END,
};

const CoAlgoType co_mcts = {.name = "mcts",
                            .summary = "Monte Carlo tree search with random playouts, in two-player games",
                            .source = "Coulom, 2006; Kocsis and Szepesvari, 2006; Plaat, chapter 6",
                            .settings = {"mcts", sizeof(Config), fields, NULL},
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

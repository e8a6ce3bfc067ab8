// AlphaZero (Silver et al., Science 2018): a network learns what a tree search that it guides finds in games against
// itself. A round: games from start to end, gradient steps on the positions remembered, now and then a match of the
// newest network against an older one.
#include "alphazero.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"

extern const CoAlgoType co_alphazero;

#define LONGEST 512 // moves of a game without an episode limit

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  if (!co_search_accepts(spec, error)) return false;
  if (spec->obs_size < 1) return co_fail(error, "needs observations, this environment has none");
  return co_body_fits(&((const CoZeroConfig *)config)->body, spec->obs_shape, error);
}

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  (void)config, (void)spec;
  *out = (CoWants){.experience = CO_EXPERIENCE_NONE};
}

static void game_free(CoZeroGame *game) {
  co_search_free(&game->search);
  free(game->state);
  free(game->obs);
  free(game->policy);
  free(game->reward);
  free(game->value);
  free(game->mask);
  free(game->movers);
}

static void destroy(void *user) {
  CoZero *zero = user;
  if (!zero) return;
  for (int i = 0; zero->games && i < zero->slots; i++) game_free(&zero->games[i]);
  for (int i = 0; zero->live && i < zero->config.shards; i++) free(zero->live[i]);
  co_search_rules_free(&zero->rules);
  co_sharded_destroy(zero->sharded);
  co_optim_destroy(zero->optim);
  co_params_free(&zero->params);
  co_params_free(&zero->best);
  free(zero->memory.obs);
  free(zero->memory.policy);
  free(zero->memory.mask);
  free(zero->memory.value);
  free(zero->games);
  free(zero->live);
  free(zero->batch);
  free(zero->obs_from);
  free(zero->shares);
  free(zero);
}

static bool game_create(CoZero *zero, CoZeroGame *game, CoError *error) {
  size_t moves = (size_t)zero->longest, actions = (size_t)zero->actions;
  if (!co_search_create(&game->search, &zero->rules, error)) return false;
  game->state = calloc(1, zero->rules.state_bytes);
  game->obs = malloc(moves * (size_t)zero->obs_size * sizeof *game->obs);
  game->policy = malloc(moves * actions * sizeof *game->policy);
  game->reward = malloc(moves * sizeof *game->reward);
  game->value = malloc(moves * sizeof *game->value);
  game->mask = malloc(moves * actions);
  game->movers = malloc(moves);
  return (game->state && game->obs && game->policy && game->reward && game->value && game->mask && game->movers) ||
         co_fail(error, "no memory for %d games of %d moves", zero->slots, zero->longest);
}

static bool memory_create(CoZero *zero, CoError *error) {
  CoZeroMemory *memory = &zero->memory;
  size_t rows = (size_t)zero->config.buffer_size, actions = (size_t)zero->actions;
  memory->capacity = zero->config.buffer_size;
  memory->obs = calloc(rows * (size_t)zero->obs_size, sizeof *memory->obs);
  memory->policy = calloc(rows * actions, sizeof *memory->policy);
  memory->mask = calloc(rows, actions);
  memory->value = calloc(rows, sizeof *memory->value);
  zero->batch = calloc((size_t)zero->config.batch_size, sizeof *zero->batch);
  zero->shares = calloc(actions + 1, sizeof *zero->shares);
  zero->value_seen = zero->shares ? zero->shares + actions : NULL;
  return (memory->obs && memory->policy && memory->mask && memory->value && zero->batch && zero->shares) ||
         co_fail(error, "no memory for %d positions", memory->capacity);
}

static bool games_create(CoZero *zero, CoError *error) {
  zero->games = calloc((size_t)zero->slots, sizeof *zero->games);
  zero->live = calloc((size_t)zero->config.shards, sizeof *zero->live);
  bool ok = zero->games && zero->live;
  for (int i = 0; ok && i < zero->config.shards; i++)
    ok = (zero->live[i] = calloc((size_t)zero->slots, sizeof **zero->live)) != NULL;
  if (!ok) return co_fail(error, "no memory for %d games", zero->slots);
  for (int i = 0; i < zero->slots; i++)
    if (!game_create(zero, &zero->games[i], error)) return false;
  return true;
}

// The identity, then the game's own.
static bool images_create(CoZero *zero, CoError *error) {
  const CoSearchRules *rules = &zero->rules;
  const size_t size = (size_t)zero->obs_size, actions = (size_t)zero->actions;
  int *scratch = calloc(size + actions, sizeof *scratch);
  bool any = scratch && zero->config.symmetry && rules->type->symmetry;
  zero->images = 1;
  while (any && rules->type->symmetry(rules->self, zero->images - 1, scratch, scratch + size)) zero->images++;
  free(scratch);
  zero->obs_from = scratch ? calloc((size_t)zero->images * (size + actions), sizeof *zero->obs_from) : NULL;
  if (!zero->obs_from) return co_fail(error, "no memory for a game's symmetries");
  zero->action_from = zero->obs_from + (size_t)zero->images * size;
  for (int k = 0; k < zero->obs_size; k++) zero->obs_from[k] = k;
  for (int a = 0; a < zero->actions; a++) zero->action_from[a] = a;
  for (int i = 1; i < zero->images; i++)
    rules->type->symmetry(rules->self, i - 1, zero->obs_from + (size_t)i * size,
                          zero->action_from + (size_t)i * actions);
  return true;
}

static int most(int a, int b) {
  return a > b ? a : b;
}

static bool network_create(CoZero *zero, const CoAlgoSetup *setup, CoError *error) {
  CoOptimConfig optim = co_optim_defaults(CO_ADAMW);
  CoRng rng = co_rng(setup->seed, "weights", (uint64_t)setup->team);
  optim.lr = zero->config.lr, optim.weight_decay = zero->config.weight_decay;
  co_zero_declare(zero, setup->spec);
  if (!co_params_allocate(&zero->params, error)) return false;
  co_zero_init(zero, &rng);
  return co_params_clone(&zero->best, &zero->params, error) &&
         (zero->optim = co_optim_create(&optim, zero->params.size, error)) &&
         (zero->sharded = co_sharded_create(&zero->params, zero->config.shards, setup->pool, error));
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  CoZero *zero = calloc(1, sizeof *zero);
  if (!zero) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  const CoSpec *spec = setup->spec;
  zero->config = *(const CoZeroConfig *)config;
  zero->world = setup->world, zero->seed = setup->seed;
  zero->actions = spec->actions, zero->obs_size = spec->obs_size;
  zero->longest = spec->episode_limit ? spec->episode_limit : LONGEST;
  zero->slots = most(setup->num_envs, most(zero->config.games, zero->config.gate_games));
  zero->rng = co_rng(setup->seed, "minibatches", (uint64_t)setup->team);
  if (co_search_rules(&zero->rules, setup->world, most(zero->config.simulations, zero->config.test_simulations),
                      zero->config.c_puct, true, error) &&
      images_create(zero, error) && network_create(zero, setup, error) && memory_create(zero, error) &&
      games_create(zero, error))
    return zero;
  destroy(zero);
  return NULL;
}

// Copies that act are searched together; greedily: the most visited move.
static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)how, (void)continuous;
  CoZero *zero = user;
  int *live = zero->live[0], count = 0;
  for (int env = 0; env < frame->num_envs; env++) {
    if (!frame->acting[env]) continue;
    memcpy(zero->games[env].state, co_frame_state(frame, env), zero->rules.state_bytes);
    live[count++] = env;
  }
  if (!count) return true;
  const CoZeroTask task = {zero->config.gating ? &zero->best : &zero->params, live, count,
                           zero->config.test_simulations, false};
  if (!co_zero_search(zero, &task, co_sharded_tape(zero->sharded, 0), error)) return false;
  for (int i = 0; i < count; i++) discrete[live[i]] = co_search_most(&zero->games[live[i]].search);
  if (!live[0]) {
    co_search_visits(&zero->games[0].search, zero->shares);
    *zero->value_seen = zero->games[0].search.nodes->mean;
  }
  return true;
}

enum { POLICY, VALUE };

// One shard's part of the mean of -sum pi log p + vf_coef (z - v)^2.
static CoVar *loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const CoZero *zero = user;
  const CoZeroMemory *memory = &zero->memory;
  int total = zero->config.batch_size, shards = zero->config.shards;
  int first = total * shard / shards, n = total * (shard + 1) / shards - first;
  size_t size = (size_t)zero->obs_size, actions = (size_t)zero->actions;
  if (!n) return NULL;
  CoReal *obs = co_tape_memory(tape, (size_t)n * size), *pi = co_tape_memory(tape, (size_t)n * actions);
  CoReal *z = co_tape_memory(tape, (size_t)n);
  uint8_t *mask = co_tape_bytes(tape, (size_t)n * actions);
  for (int i = 0; i < n; i++) {
    size_t row = (size_t)(zero->batch[first + i] / zero->images),
           image = (size_t)(zero->batch[first + i] % zero->images);
    const int *obs_from = zero->obs_from + image * size, *action_from = zero->action_from + image * actions;
    for (size_t k = 0; k < size; k++) obs[(size_t)i * size + k] = memory->obs[row * size + (size_t)obs_from[k]];
    for (size_t a = 0; a < actions; a++) {
      size_t from = row * actions + (size_t)action_from[a], to = (size_t)i * actions + a;
      pi[to] = memory->policy[from], mask[to] = memory->mask[from];
    }
    z[i] = memory->value[row];
  }
  CoVar *hidden = co_body(tape, bound, &zero->body, co_constant(tape, n, zero->obs_size, obs));
  CoVar *log_p = co_log_softmax_rows(tape, co_zero_logits(zero, tape, bound, hidden), mask);
  CoVar *cross = co_affine(tape, co_weighted_sum(tape, log_p, pi), -1, 0); // pi is 0 where log p is -1e30
  CoVar *v = co_zero_value(zero, tape, bound, hidden);
  CoVar *square = co_sum_all(tape, co_squared(tape, v, co_constant(tape, n, 1, z)));
  stats[POLICY] += (double)co_item(cross);
  stats[VALUE] += (double)co_item(square);
  CoReal share = (CoReal)1 / (CoReal)total;
  return co_add(tape, co_affine(tape, cross, share, 0),
                co_affine(tape, square, (CoReal)zero->config.vf_coef * share, 0));
}

static bool learn(CoZero *zero, CoRound *round, CoError *error) {
  const CoZeroConfig *c = &zero->config;
  if (zero->memory.count < c->learning_starts || zero->memory.count < 1) return true;
  for (int i = 0; i < c->gradient_steps; i++) {
    CoDescent descent;
    for (int k = 0; k < c->batch_size; k++)
      zero->batch[k] = co_rng_int(&zero->rng, 0, zero->memory.count * zero->images - 1);
    if (!co_sharded_descend(zero->sharded, &zero->params, zero->optim, c->max_grad_norm, loss, zero, &descent, error))
      return false;
    co_metric(round->metrics, "policy_loss", descent.stats[POLICY] / c->batch_size);
    co_metric(round->metrics, "value_loss", descent.stats[VALUE] / c->batch_size);
    co_metric(round->metrics, "grad_norm", descent.grad_norm);
    round->iterations++;
  }
  return true;
}

// Elo: a score s is worth 400 log10(s / (1 - s)) points, at most those of half a game's. Without gating each measured
// network is the next one's opponent; with it only one that scored enough, and it is that one which plays.
static bool measure(CoZero *zero, CoRound *round, CoError *error) {
  const CoZeroConfig *c = &zero->config;
  double score;
  if (!c->gate_interval || zero->rounds % c->gate_interval) return true;
  if (!co_zero_match(zero, &score, error)) return false;
  double least = 0.5 / c->gate_games, s = fmin(fmax(score, least), 1 - least);
  double elo = zero->elo + 400 / co_log(10) * co_log(s / (1 - s));
  co_metric(round->metrics, "gate_score", score);
  co_metric(round->metrics, "elo", elo);
  if (c->gating && score < c->gate_score) return true;
  zero->elo = elo;
  co_params_copy(&zero->best, &zero->params);
  return true;
}

static bool advance(void *user, CoRound *round, CoError *error) {
  CoZero *zero = user;
  if (!co_zero_play(zero, round, error) || !learn(zero, round, error)) return false;
  zero->rounds++;
  return measure(zero, round, error);
}

// The positions that the memory holds, oldest storage first: rows [count] of each array.
static void save(const void *from, CoWriter *writer) {
  const CoZero *zero = from;
  const CoZeroMemory *memory = &zero->memory;
  size_t rows = (size_t)memory->count, actions = (size_t)zero->actions;
  co_params_save(&zero->params, writer);
  co_params_save(&zero->best, writer);
  co_optim_save(zero->optim, writer);
  co_write_u64(writer, zero->rng.state);
  co_write_u64(writer, zero->rng.gamma);
  co_write_u64(writer, (uint64_t)zero->rounds);
  co_write(writer, &zero->elo, sizeof zero->elo);
  co_write_u64(writer, (uint64_t)memory->count);
  co_write_u64(writer, (uint64_t)memory->next);
  co_write(writer, memory->obs, rows * (size_t)zero->obs_size * sizeof *memory->obs);
  co_write(writer, memory->policy, rows * actions * sizeof *memory->policy);
  co_write(writer, memory->mask, rows * actions);
  co_write(writer, memory->value, rows * sizeof *memory->value);
}

static bool load_memory(CoZero *zero, CoReader *reader) {
  CoZeroMemory *memory = &zero->memory;
  uint64_t count = co_read_u64(reader, "the number of positions"), next = co_read_u64(reader, "the next position");
  size_t rows = (size_t)count, actions = (size_t)zero->actions;
  if (reader->failed) return false;
  if (count > (uint64_t)memory->capacity || next >= (uint64_t)memory->capacity)
    return co_fail(reader->error, "%llu positions remembered, there is room for %d", (unsigned long long)count,
                   memory->capacity);
  memory->count = (int)count, memory->next = (int)next;
  return co_read(reader, memory->obs, rows * (size_t)zero->obs_size * sizeof *memory->obs, "the positions") &&
         co_read(reader, memory->policy, rows * actions * sizeof *memory->policy, "the positions' visits") &&
         co_read(reader, memory->mask, rows * actions, "the positions' legal moves") &&
         co_read(reader, memory->value, rows * sizeof *memory->value, "the positions' results");
}

static bool load(void *user, CoReader *reader) {
  CoZero *zero = user;
  if (!co_params_load(&zero->params, reader) || !co_params_load(&zero->best, reader) ||
      !co_optim_load(zero->optim, reader))
    return false;
  zero->rng.state = co_read_u64(reader, "the stream of minibatches");
  zero->rng.gamma = co_read_u64(reader, "the stream of minibatches");
  zero->rounds = (int64_t)co_read_u64(reader, "the number of rounds");
  return co_read(reader, &zero->elo, sizeof zero->elo, "the rating") && load_memory(zero, reader);
}

static bool weights(const void *from, const char *folder, CoError *error) {
  const CoZero *zero = from;
  return co_safetensors_export(zero->config.gating ? &zero->best : &zero->params, folder, "agent", error);
}

static bool inspect(void *user, int i, CoInspection *out) {
  CoZero *zero = user;
  if (i == 0) *out = (CoInspection){"visits", zero->shares, 1, zero->actions};
  if (i == 1) *out = (CoInspection){"value", zero->value_seen, 1, 1};
  return i < 2;
}

static const char *const metrics[] = {"return",    "length",     "simulations", "policy_loss", "value_loss",
                                      "grad_norm", "gate_score", "elo",         NULL};

#define T CoZeroConfig
static const CoField fields[] = {
    CO_BODY_FIELDS("64", "relu"),
    CO_ALIASED(T, simulations, "num_simulations", CO_FIELD_INT, "100", 1, 1000000,
               "positions searched before each move of training"),
    CO_INT(T, test_simulations, "400", 1, 1000000, "the same in play that is no training"),
    CO_ALIASED(T, c_puct, "cp c", CO_FIELD_NUMBER, "1.5", 0, 1000, "how far the search explores"),
    CO_NUMBER(T, dirichlet_alpha, "0.5", 0.01, 100, "noise on the root's priors: small is sparse"),
    CO_NUMBER(T, dirichlet_epsilon, "0.25", 0, 1, "its share of the priors; 0: no noise"),
    CO_NUMBER(T, temperature, "1", 0.01, 100, "moves are drawn as N^(1 / temperature)"),
    CO_INT(T, temperature_moves, "8", 0, 100000, "at a game's beginning; later the most visited is taken"),
    CO_INT(T, random_opening, "4", 0, 1000, "games begin with up to this many moves at random"),
    CO_NUMBER(T, search_share, "0.5", 0, 1,
              "of the search's value in what values are taught; the rest: the game's result"),
    CO_BOOL(T, symmetry, "true", "positions are learnt in their mirror images too, where the game has any"),
    CO_INT(T, games, "64", 1, 100000, "games against itself in a round"),
    CO_INT(T, shards, "4", 1, CO_ZERO_SHARDS, "parts that games and updates are cut into, for threads"),
    CO_INT(T, buffer_size, "60000", 1, 100000000, "positions remembered"),
    CO_INT(T, batch_size, "128", 1, 1000000, "positions in an update"),
    CO_INT(T, gradient_steps, "64", 0, 1000000, "updates in a round"),
    CO_INT(T, learning_starts, "256", 0, 100000000, "positions remembered before the first update"),
    CO_NUMBER(T, lr, "0.001", 1e-9, 10, "learning rate of Adam"),
    CO_NUMBER(T, weight_decay, "0.0001", 0, 10, "pull of the weights to 0"),
    CO_NUMBER(T, max_grad_norm, "5", 1e-6, 1e9, "longest gradient"),
    CO_NUMBER(T, vf_coef, "1", 0, 1000, "weight of the value's loss"),
    CO_BOOL(T, gating, "false", "a network plays only once it has beaten the one that does"),
    CO_INT(T, gate_interval, "20", 0, 1000000, "rounds from one match against an older network to the next; 0: none"),
    CO_INT(T, gate_games, "32", 2, 100000, "games of such a match"),
    CO_NUMBER(T, gate_score, "0.55", 0, 1, "gating: points a game that are enough"),
    CO_FIELDS_END,
};
#undef T

const CoAlgoType co_alphazero = {.name = "alphazero",
                                 .summary = "learns a two-player game from tree searches in games against itself",
                                 .source = "Silver et al., Science 2018; Plaat, chapter 6",
                                 .settings = {"alphazero", sizeof(CoZeroConfig), fields, NULL},
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
                                 .weights = weights,
                                 .inspect = inspect};

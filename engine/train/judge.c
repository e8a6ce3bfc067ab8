// A player against every best reply: depth first over the positions that its own moves leave open, each once.
#include "cohort/judge.h"

#include <math.h>
#include <stdlib.h>

#include "cohort/minimax.h"

#define LONGEST 1024 // moves of a game without an episode limit

typedef struct Known {
  uint64_t key; // 0: empty
  float worst;
} Known;

struct CoJudge {
  const CoWorld *world;
  int agent, actions, levels;
  bool every;
  CoMinimax *exact;
  CoPlayer *player;
  CoVecEnv *vec; // one copy, set to whatever position the player is asked about
  CoEnv **env;   // [levels] the position at each depth
  float *values; // [levels][actions] exact, to the first agent
  float *info;   // [infos] zeros
  int *chosen;   // [agents]
  Known *known;  // [room]
  size_t room, count;
  int64_t decisions;
};

void co_judge_destroy(CoJudge *judge) {
  if (!judge) return;
  for (int i = 0; judge->env && i < judge->levels; i++) co_env_destroy(judge->env[i]);
  co_minimax_destroy(judge->exact);
  co_player_destroy(judge->player);
  co_vecenv_destroy(judge->vec);
  free(judge->env);
  free(judge->values);
  free(judge->info);
  free(judge->chosen);
  free(judge->known);
  free(judge);
}

static bool allocate(CoJudge *judge, CoError *error) {
  const CoSpec *spec = co_world_spec(judge->world);
  judge->room = 1024;
  judge->env = calloc((size_t)judge->levels, sizeof(CoEnv *));
  judge->values = calloc((size_t)judge->levels * (size_t)judge->actions, sizeof *judge->values);
  judge->info = calloc((size_t)co_world_infos(judge->world) + 1, sizeof *judge->info);
  judge->chosen = calloc((size_t)spec->agents, sizeof *judge->chosen);
  judge->known = calloc(judge->room, sizeof *judge->known);
  if (!judge->env || !judge->values || !judge->info || !judge->chosen || !judge->known)
    return co_fail(error, "no memory for a judge");
  for (int i = 0; i < judge->levels; i++)
    if (!(judge->env[i] = co_env_create(judge->world, 0, error))) return false;
  return true;
}

static bool seat(CoJudge *judge, const CoSeat *player, uint64_t seed, CoError *error) {
  CoPlayerSetup setup = {.world = judge->world, .team = judge->agent, .num_envs = 1, .seed = seed, .purpose = "judge"};
  setup.algo = player->algo, setup.self = player->self, setup.script = player->script;
  if (player->algo) player->algo->wants(player->config, co_world_team(judge->world, judge->agent), &setup.wants);
  judge->player = co_player_create(&setup, error);
  if (!judge->player) return false;
  judge->vec = co_vecenv_create(judge->world, 1, CO_VIEW_ALL, NULL, seed, "judge", error);
  return judge->vec && co_vecenv_restart(judge->vec, error);
}

CoJudge *co_judge_create(const CoWorld *world, const CoSeat *player, int agent, uint64_t seed, CoError *error) {
  const CoMinimaxConfig whole = {.alpha_beta = true, .table_bits = 20};
  CoMinimax *exact = co_minimax_create(world, &whole, error);
  CoJudge *judge = exact ? calloc(1, sizeof *judge) : NULL;
  if (!judge) {
    if (exact) co_fail(error, "no memory for a judge");
    co_minimax_destroy(exact);
    return NULL;
  }
  const CoSpec *spec = co_world_spec(world);
  judge->world = world, judge->exact = exact, judge->agent = agent, judge->actions = spec->actions;
  judge->levels = (spec->episode_limit ? spec->episode_limit : LONGEST) + 1;
  if (allocate(judge, error) && seat(judge, player, seed, error)) return judge;
  co_judge_destroy(judge);
  return NULL;
}

// Where a position is known, or would be.
static Known *find(const CoJudge *judge, uint64_t key) {
  size_t at = key & (judge->room - 1);
  while (judge->known[at].key && judge->known[at].key != key) at = (at + 1) & (judge->room - 1);
  return &judge->known[at];
}

static bool note(CoJudge *judge, uint64_t key, float worst, CoError *error) {
  if (2 * ++judge->count > judge->room) {
    Known *old = judge->known;
    size_t room = judge->room;
    judge->known = calloc(2 * room, sizeof *old);
    if (!judge->known) return judge->known = old, co_fail(error, "no memory for a judge");
    judge->room = 2 * room;
    for (size_t i = 0; i < room; i++)
      if (old[i].key) *find(judge, old[i].key) = old[i];
    free(old);
  }
  *find(judge, key) = (Known){key, worst};
  return true;
}

static bool walk(CoJudge *judge, int level, float *worst, CoError *error);

// What a move brings the player.
static bool follow(CoJudge *judge, int level, int action, float *worst, CoError *error) {
  CoEnv *next = judge->env[level + 1];
  co_env_copy(next, judge->env[level]);
  for (int i = 0; i < co_world_spec(judge->world)->agents; i++) judge->chosen[i] = action;
  if (!co_env_step(next, &(CoActions){judge->chosen, NULL}, error)) return false;
  float reward = co_env_rewards(next)[judge->agent];
  *worst = 0;
  if (co_env_ending(next) == CO_PLAYING && !walk(judge, level + 1, worst, error)) return false;
  *worst += reward;
  return true;
}

static bool ask(CoJudge *judge, const CoEnv *env, int *action, CoError *error) {
  int all[2];
  if (!co_vecenv_restore(judge->vec, 0, co_env_bytes(env), judge->info, error) ||
      !co_player_act(judge->player, judge->vec, 0, all, NULL, error))
    return false;
  judge->decisions++;
  *action = all[judge->agent];
  return true;
}

// The least that any of the other's answers leaves the player: the best ones (values are to the first agent, and the
// other minimises the player's), or every legal one.
static bool answer(CoJudge *judge, int level, float *worst, CoError *error) {
  float *values = judge->values + (size_t)level * (size_t)judge->actions, sign = judge->agent ? 1.0f : -1.0f;
  float most = -INFINITY, got;
  if (!co_minimax_values(judge->exact, co_env_state(judge->env[level]), values, error)) return false;
  for (int a = 0; a < judge->actions; a++) most = sign * values[a] > most ? sign * values[a] : most;
  *worst = INFINITY;
  for (int a = 0; a < judge->actions; a++) {
    if (isnan(values[a]) || (!judge->every && sign * values[a] < most)) continue; // NaN: illegal
    if (!follow(judge, level, a, &got, error)) return false;
    *worst = got < *worst ? got : *worst;
  }
  return true;
}

static bool walk(CoJudge *judge, int level, float *worst, CoError *error) {
  const CoEnv *env = judge->env[level];
  uint64_t key = co_hash(1, co_env_state(env), co_world_state_bytes(judge->world)) | 1;
  const Known *known = find(judge, key);
  int action;
  if (known->key) return *worst = known->worst, true;
  if (co_env_mover(env) != judge->agent) {
    if (!answer(judge, level, worst, error)) return false;
  } else if (!ask(judge, env, &action, error) || !follow(judge, level, action, worst, error)) {
    return false;
  }
  return note(judge, key, *worst, error);
}

bool co_judge(CoJudge *judge, const CoEnv *from, bool every, CoVerdict *verdict, CoError *error) {
  float value;
  judge->every = every;
  co_env_copy(judge->env[0], from);
  if (!co_minimax_value(judge->exact, co_env_state(from), &value, NULL, error)) return false;
  verdict->exact = judge->agent ? -value : value;
  if (!walk(judge, 0, &verdict->worst, error)) return false;
  verdict->decisions = judge->decisions;
  return true;
}

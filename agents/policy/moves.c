// Decisions to learn from, out of rollouts and whole episodes: values of successors, advantages, targets.
#include <math.h>
#include <string.h>

#include "network.h"

static CoReal *column(CoTape *tape, int rows) {
  CoReal *out = co_tape_memory(tape, (size_t)rows);
  memset(out, 0, (size_t)rows * sizeof *out);
  return out;
}

static CoReal *values_of(CoActor *actor, const float *obs, int rows) {
  CoVar *x = co_actor_inputs(actor, actor->tape, obs, NULL, rows);
  return co_actor_value_of(actor, actor->tape, actor->bound, x)->data;
}

// Rows where an agent acted, and what it noted there.
static void recall(const CoActor *actor, CoMoves *moves, const uint8_t *acting) {
  CoTape *tape = actor->tape;
  moves->log_prob = column(tape, moves->rows);
  moves->advantage = column(tape, moves->rows);
  moves->target = column(tape, moves->rows);
  moves->decision = co_tape_bytes(tape, (size_t)moves->rows * sizeof *moves->decision);
  for (int i = 0; i < moves->rows; i++) {
    if (!acting[i]) continue;
    moves->decision[moves->count++] = i;
    moves->log_prob[i] = moves->notes[(size_t)i * (size_t)actor->notes + CO_ACTOR_LOG_PROB];
  }
}

// Rewards over the deviation of their discounted sums so far, clipped, as in Gymnasium's NormalizeReward.
static float *scaled(CoActor *actor, const CoRollout *rollout) {
  int width = rollout->num_envs * rollout->rewards;
  CoReal *out = column(actor->tape, rollout->filled * width);
  actor->sum_count = width;
  for (int t = 0, at = 0; t < rollout->filled; t++)
    for (int i = 0; i < width; i++, at++) {
      int row = t * rollout->num_envs + i / rollout->rewards;
      bool ended = rollout->cut[row] >= 0 && (t + 1 < rollout->filled || rollout->discount[row] == 0);
      actor->sums[i] = actor->config.gamma * actor->sums[i] + (double)rollout->reward[at];
      co_running_add(&actor->returns, &(float){(float)actor->sums[i]});
      if (ended) actor->sums[i] = 0;
    }
  double scale = 1 / (co_running_deviation(&actor->returns, 0) + 1e-8);
  for (int i = 0; i < rollout->filled * width; i++)
    out[i] = (float)fmax(-10, fmin(10, (double)rollout->reward[i] * scale));
  return out;
}

CoMoves co_actor_rollout(CoActor *actor, const CoRollout *rollout) {
  co_tape_rewind(actor->tape, actor->mark);
  CoMoves moves = {.obs = rollout->obs,
                   .mask = rollout->mask,
                   .action = rollout->action,
                   .notes = rollout->notes,
                   .rows = rollout->filled * rollout->num_envs * rollout->agents};
  CoRollout counted = *rollout;
  recall(actor, &moves, rollout->acting);
  moves.value = values_of(actor, rollout->obs, moves.rows);
  if (actor->config.norm_reward) counted.reward = scaled(actor, rollout);
  const CoReal *last = values_of(actor, rollout->last_obs, rollout->cuts * rollout->agents);
  co_rollout_advantages(&counted, actor->config.gamma, actor->config.gae_lambda, moves.value, last, moves.advantage);
  for (int i = 0; i < moves.rows; i++) moves.target[i] = moves.advantage[i] + moves.value[i];
  return moves;
}

// G[t] = r[t] + gamma discount[t] G[t + 1], from the last entries back; there it is the value of what follows (0
// without a critic), which a true end's discount of 0 strikes out.
static void add_up(const CoActor *actor, const CoBatch *batch, const CoReal *value, CoReal *returns) {
  CoReal gamma = (CoReal)actor->config.gamma;
  for (int row = batch->rows - 1; row >= 0; row--)
    for (int i = 0; i < batch->agents; i++) {
      int at = row * batch->agents + i, next = batch->next[row];
      float reward = batch->reward[row * batch->rewards + (batch->rewards > 1 ? i : 0)];
      if (next < 0)
        returns[at] = value[at];
      else
        returns[at] = reward + gamma * batch->discount[row] * returns[next * batch->agents + i];
    }
}

CoMoves co_actor_episodes(CoActor *actor, const CoBatch *batch, bool baseline) {
  co_tape_rewind(actor->tape, actor->mark);
  CoMoves moves = {.obs = batch->obs,
                   .mask = batch->mask,
                   .action = batch->action,
                   .notes = batch->notes,
                   .rows = batch->rows * batch->agents};
  uint8_t *acting = co_tape_bytes(actor->tape, (size_t)moves.rows);
  for (int i = 0; i < moves.rows; i++) acting[i] = batch->acting[i] && batch->next[i / batch->agents] >= 0;
  recall(actor, &moves, acting);
  moves.value = baseline ? values_of(actor, batch->obs, moves.rows) : column(actor->tape, moves.rows);
  add_up(actor, batch, moves.value, moves.target);
  for (int i = 0; i < moves.rows; i++) moves.advantage[i] = moves.target[i] - moves.value[i];
  return moves;
}

void co_actor_standardise(const CoReal *column, const int *row, int count, CoReal *out) {
  double sum = 0, square = 0;
  for (int i = 0; i < count; i++) sum += (double)column[row[i]];
  double mean = sum / count;
  for (int i = 0; i < count; i++) square += ((double)column[row[i]] - mean) * ((double)column[row[i]] - mean);
  double scale = count > 1 ? 1 / (sqrt(square / (count - 1)) + 1e-8) : 1;
  for (int i = 0; i < count; i++) out[row[i]] = (CoReal)(((double)column[row[i]] - mean) * scale);
}

void co_actor_observed(CoActor *actor, const CoMoves *moves) {
  for (int i = 0; actor->scale && i < moves->count; i++)
    co_normaliser_update(actor->scale, moves->obs + (size_t)moves->decision[i] * (size_t)actor->obs_size, 1);
}

CoVar *co_actor_column(CoTape *tape, const CoReal *column, const int *row, int count) {
  CoReal *out = co_tape_memory(tape, (size_t)count);
  for (int i = 0; i < count; i++) out[i] = column[row[i]];
  return co_constant(tape, count, 1, out);
}

double co_actor_explained(const CoMoves *moves) {
  double sum[2] = {0}, square[2] = {0}, n = moves->count; // of the target, and of what the value missed
  for (int i = 0; i < moves->count; i++) {
    int row = moves->decision[i];
    double y[] = {(double)moves->target[row], (double)moves->target[row] - (double)moves->value[row]};
    for (int k = 0; k < 2; k++) sum[k] += y[k], square[k] += y[k] * y[k];
  }
  double target = square[0] - sum[0] * sum[0] / n, missed = square[1] - sum[1] * sum[1] / n;
  return target > 0 ? 1 - missed / target : 0;
}

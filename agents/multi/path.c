// Integrated gradients along an episode's trajectory (Sundararajan et al., 2017; Yang et al., ICML 2020).
//
// The path runs straight from x_T to x_{T-1}, ... to x_t, x being all agents' views and actions. What its segment from
// x_{k+1} to x_k gives agent i is the mean, over m points of it, of <dQ/dx, x_k - x_{k+1}> over the agent's coordinates
// (left end points, seen from x_k). The first layer is linear: z = sum of the agents' parts z_i = W_i x_i. So at the
// point s/m of the way z_i is interpolated between two rows that are computed once, and the same number is
// <dQ/dz_i, z_i(k) - z_i(k+1)>: neither the points' inputs nor gradients as wide as they are ever formed.
#include "path.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "agents.h"
#include "cohort/kernels.h"

typedef struct Segments {
  const CoCritic *critic;
  CoTape *tape;
  CoVar *const *bound;
  const CoBatch *batch;
  CoVar **parts; // [channels] z at every entry, and behind them at the all-zero input: [(rows + 1) * agents][hidden]
  CoReal **step; // [channels] z(k) - z(k + 1): [rows * agents][hidden]
} Segments;

static int members(const CoCritic *critic, int channel) {
  return critic->first[channel + 1] - critic->first[channel];
}

// Each entry's successor on the path; the last entry has itself, or the all-zero input.
static int *successors(CoTape *tape, const CoBatch *batch, bool zero_baseline) {
  int *next = co_tape_bytes(tape, (size_t)batch->rows * sizeof *next);
  for (int row = 0; row < batch->rows; row++)
    next[row] = batch->next[row] >= 0 ? batch->next[row] : zero_baseline ? batch->rows : row;
  return next;
}

static CoVar **parts(const Segments *path) {
  int rows = path->batch->rows;
  int *all = co_tape_bytes(path->tape, (size_t)(rows + 1) * sizeof *all);
  for (int row = 0; row < rows; row++) all[row] = row;
  all[rows] = -1;
  CoVar **inputs = co_critic_inputs(path->critic, path->tape, path->batch, all, rows + 1);
  return co_critic_parts(path->critic, path->tape, path->bound, inputs);
}

static CoReal *differences(const Segments *path, int channel, const int *next) {
  const CoReal *z = path->parts[channel]->data;
  size_t width = (size_t)members(path->critic, channel) * (size_t)path->critic->config.hidden;
  CoReal *step = co_tape_memory(path->tape, (size_t)path->batch->rows * width);
  for (int row = 0; row < path->batch->rows; row++) {
    const CoReal *here = z + (size_t)row * width, *there = z + (size_t)next[row] * width;
    CoReal *out = step + (size_t)row * width;
    for (size_t i = 0; i < width; i++) out[i] = here[i] - there[i];
  }
  return step;
}

// z at the share `s` of every segment, as leaves.
static CoVar **interpolate(const Segments *path, CoReal s) {
  const CoCritic *critic = path->critic;
  CoVar **leaves = co_tape_bytes(path->tape, (size_t)critic->channels * sizeof(CoVar *));
  for (int c = 0; c < critic->channels; c++) {
    int rows = path->batch->rows * members(critic, c);
    size_t count = (size_t)rows * (size_t)critic->config.hidden;
    const CoReal *z = path->parts[c]->data, *step = path->step[c];
    CoReal *at = co_tape_memory(path->tape, count);
    for (size_t i = 0; i < count; i++) at[i] = z[i] - s * step[i];
    leaves[c] = co_leaf(path->tape, rows, critic->config.hidden, at);
  }
  return leaves;
}

// credit[row][agent] += share * <dQ/dz_i, z_i(k) - z_i(k + 1)>
static void accumulate(const Segments *path, CoVar *const *gradients, CoReal share, float *credit) {
  const CoCritic *critic = path->critic;
  size_t hidden = (size_t)critic->config.hidden, agents = (size_t)critic->agents;
  for (int c = 0; c < critic->channels; c++) {
    size_t at = 0;
    for (size_t row = 0; row < (size_t)path->batch->rows; row++)
      for (int i = critic->first[c]; i < critic->first[c + 1]; i++, at += hidden)
        credit[row * agents + (size_t)critic->order[i]] +=
            share * co_dot(hidden, gradients[c]->data + at, path->step[c] + at);
  }
}

// One of the m points, on all segments at once. At the first one the critic's values are those of the entries.
static void add_point(const Segments *path, int point, int points, float *credit, float *value) {
  CoTapeMark mark = co_tape_mark(path->tape);
  CoVar **leaves = interpolate(path, (CoReal)point / (CoReal)points);
  CoVar **gradients = co_tape_bytes(path->tape, (size_t)path->critic->channels * sizeof(CoVar *));
  CoVar *q = co_critic_rest(path->critic, path->tape, path->bound, leaves);
  bool fine = co_grad(path->tape, q, leaves, path->critic->channels, false, gradients, NULL);
  assert(fine), (void)fine; // every operation of a critic has a gradient
  accumulate(path, gradients, 1 / (CoReal)points, credit);
  if (!point) memcpy(value, q->data, (size_t)q->rows * sizeof *value);
  co_tape_rewind(path->tape, mark);
}

// From the segments' parts to sums from each entry to the path's beginning. Successors have higher rows.
static void sweep(const CoBatch *batch, float *credit) {
  size_t agents = (size_t)batch->agents;
  for (int row = batch->rows - 1; row >= 0; row--)
    for (size_t i = 0; batch->next[row] >= 0 && i < agents; i++)
      credit[(size_t)row * agents + i] += credit[(size_t)batch->next[row] * agents + i];
}

// Of every entry's episode, the critic's value where the path begins.
static double open_gap(const CoBatch *batch, const float *credit, const float *value, const CoReal *zero,
                       float *beginning) {
  double gap = 0;
  for (int row = batch->rows - 1; row >= 0; row--) {
    double sum = 0;
    for (int i = 0; i < batch->agents; i++) sum += (double)credit[row * batch->agents + i];
    beginning[row] = batch->next[row] >= 0 ? beginning[batch->next[row]] : zero ? (float)*zero : value[row];
    gap += fabs(sum - ((double)value[row] - (double)beginning[row]));
  }
  return gap;
}

// Q_tot of the all-zero input, the last row of the parts.
static const CoReal *value_of_zero(const Segments *path) {
  CoVar **last = co_tape_bytes(path->tape, (size_t)path->critic->channels * sizeof(CoVar *));
  for (int c = 0; c < path->critic->channels; c++) {
    int agents = members(path->critic, c);
    last[c] = co_rows(path->tape, path->parts[c], path->batch->rows * agents, agents);
  }
  return co_critic_rest(path->critic, path->tape, path->bound, last)->data;
}

static void integrate(const CoPathConfig *config, Segments *path, float *credit, double *gap) {
  const CoBatch *batch = path->batch;
  int channels = path->critic->channels;
  bool recorded = co_tape_record(path->tape, false);
  path->parts = parts(path);
  path->step = co_tape_bytes(path->tape, (size_t)channels * sizeof(CoReal *));
  const int *next = successors(path->tape, batch, config->zero_baseline);
  for (int c = 0; c < channels; c++) path->step[c] = differences(path, c, next);
  const CoReal *zero = config->zero_baseline ? value_of_zero(path) : NULL;
  co_tape_record(path->tape, true);
  float *value = co_tape_memory(path->tape, (size_t)batch->rows);
  for (int point = 0; point < config->points; point++) add_point(path, point, config->points, credit, value);
  sweep(batch, credit);
  if (gap) *gap = open_gap(batch, credit, value, zero, co_tape_memory(path->tape, (size_t)batch->rows));
  co_tape_record(path->tape, recorded);
}

void co_path_credits(const CoPathConfig *config, const CoCritic *critic, CoTape *tape, CoVar *const *bound,
                     const CoBatch *batch, float *credit, double *gap) {
  CoTapeMark mark = co_tape_mark(tape);
  Segments path = {critic, tape, bound, batch, NULL, NULL};
  memset(credit, 0, (size_t)batch->rows * (size_t)batch->agents * sizeof *credit);
  integrate(config, &path, credit, gap);
  co_tape_rewind(tape, mark);
}

// Replay memory: a ring of decision rows by columns; draws gather rows into a batch of the same columns.
#include "cohort/replay.h"

#include <assert.h>
#include <string.h>

#include "cohort/block.h"
#include "cohort/kernels.h"
#include "tree.h"

#define LEAST_ERROR 1e-6 // added to errors, so that no row becomes impossible to draw

typedef enum Column {
  OBS,
  NEXT_OBS,
  MASK,
  NEXT_MASK,
  CONTROL,
  ACTION,
  REWARD,
  DISCOUNT,
  AGENT,
  KIND,
  INDEX,
  NEXT_INDEX,
  COLUMNS
} Column;

typedef struct Table {
  CoBlock block;
  unsigned char *data[COLUMNS]; // [rows][width]
} Table;

struct CoReplay {
  CoBlock block;
  CoReplayConfig config;
  size_t width[COLUMNS]; // bytes of a row
  bool bytes;            // the ring keeps observations as bytes
  Table ring;            // [capacity] there is room for floats: what is never touched costs no memory
  int count, at;         // rows kept; where the next one goes
  int64_t total;
  double highest; // priority so far
  Tree tree;      // of the ring's rows
  Table batch;    // [room]
  int *drawn;     // [room] ring rows of the last draw, in the batch's block
  float *weight;  // [room] likewise
  int room;
  CoRows rows; // the last draw as it is shown
};

static void measure(size_t width[COLUMNS], const CoSpec *spec) {
  width[OBS] = width[NEXT_OBS] = (size_t)spec->obs_size * sizeof(float);
  width[MASK] = width[NEXT_MASK] = (size_t)spec->actions;
  width[CONTROL] = (size_t)spec->action_size * sizeof(float);
  width[REWARD] = width[DISCOUNT] = sizeof(float);
  width[ACTION] = width[AGENT] = width[KIND] = width[INDEX] = width[NEXT_INDEX] = sizeof(int);
}

static void layout(Table *table, const size_t width[COLUMNS], size_t rows) {
  for (int c = 0; c < COLUMNS; c++) table->data[c] = co_block_take(&table->block, rows, width[c]);
}

CoReplay *co_replay_create(const CoSpec *team, const CoReplayConfig *config, CoError *error) {
  assert(config->capacity >= 1 && config->alpha >= 0);
  CoReplay form = {.config = *config, .highest = 1, .bytes = true, .tree.leaves = tree_leaves(config->capacity)};
  size_t nodes = config->prioritised ? 2 * (size_t)form.tree.leaves : 0;
  measure(form.width, team);
  co_block_take(&form.block, 1, sizeof form);
  co_block_take(&form.block, nodes, sizeof(double));
  layout(&form.ring, form.width, (size_t)config->capacity);
  if (!co_block_begin(&form.block, error)) return NULL;
  if (!co_block_begin(&form.ring.block, error)) {
    co_block_free(&form.block);
    return NULL;
  }
  CoReplay *replay = co_block_take(&form.block, 1, sizeof form);
  form.tree.nodes = co_block_take(&form.block, nodes, sizeof(double));
  layout(&form.ring, form.width, (size_t)config->capacity);
  *replay = form;
  return replay;
}

void co_replay_destroy(CoReplay *replay) {
  if (!replay) return;
  co_block_free(&replay->ring.block);
  co_block_free(&replay->batch.block);
  CoBlock block = replay->block;
  co_block_free(&block);
}

static bool seen(Column c) {
  return c == OBS || c == NEXT_OBS;
}

// Bytes of a row of the ring.
static size_t stored(const CoReplay *replay, Column c) {
  return replay->bytes && seen(c) ? replay->width[c] / sizeof(float) : replay->width[c];
}

static bool fit_bytes(const float *x, size_t count) {
  int others = 0;
  for (size_t i = 0; i < count; i++) {
    float near = x[i] >= 0 ? x[i] <= 255 ? x[i] : 0 : 0;
    others |= (float)(int)near != x[i];
  }
  return !others;
}

static void to_bytes(const float *x, size_t count, unsigned char *out) {
  for (size_t i = 0; i < count; i++) out[i] = (unsigned char)(int)x[i];
}

static void to_floats(const unsigned char *x, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = x[i];
}

// In place, from behind: a float never covers a byte that is still to be read.
static void widen(CoReplay *replay) {
  for (Column c = OBS; c <= NEXT_OBS; c++) {
    const unsigned char *from = replay->ring.data[c];
    float *to = (float *)(void *)replay->ring.data[c];
    for (size_t i = (size_t)replay->count * stored(replay, c); i-- > 0;) to[i] = from[i];
  }
  replay->bytes = false;
}

static void put(const CoReplay *replay, size_t row, const CoDecision *decision) {
  const void *from[COLUMNS] = {
      [OBS] = decision->obs,         [NEXT_OBS] = decision->next_obs,
      [MASK] = decision->mask,       [NEXT_MASK] = decision->next_mask,
      [CONTROL] = decision->control, [ACTION] = &decision->action,
      [REWARD] = &decision->reward,  [DISCOUNT] = &decision->discount,
      [AGENT] = &decision->agent,    [KIND] = &decision->kind,
      [INDEX] = &decision->index,    [NEXT_INDEX] = &decision->next_index,
  };
  for (Column c = 0; c < COLUMNS; c++) {
    size_t width = stored(replay, c);
    unsigned char *to = replay->ring.data[c] + row * width;
    if (from[c] && replay->bytes && seen(c))
      to_bytes(from[c], width, to);
    else if (from[c])
      memcpy(to, from[c], width);
  }
}

static bool fits(const CoReplay *replay, const CoDecision *row) {
  size_t count = replay->width[OBS] / sizeof(float);
  return (!row->obs || fit_bytes(row->obs, count)) && (!row->next_obs || fit_bytes(row->next_obs, count));
}

void co_replay_add(CoReplay *replay, const CoDecision *rows, int count) {
  for (int i = 0; i < count; i++) {
    if (replay->bytes && !fits(replay, &rows[i])) widen(replay);
    put(replay, (size_t)replay->at, &rows[i]);
    if (replay->config.prioritised) tree_set(&replay->tree, replay->at, replay->highest);
    replay->at = (replay->at + 1) % replay->config.capacity;
    if (replay->count < replay->config.capacity) replay->count++;
  }
  replay->total += count;
}

int co_replay_count(const CoReplay *replay) {
  return replay->count;
}

int64_t co_replay_total(const CoReplay *replay) {
  return replay->total;
}

size_t co_replay_bytes(const CoReplay *replay) {
  size_t saved = 0;
  for (Column c = 0; c < COLUMNS; c++) saved += replay->width[c] - stored(replay, c);
  return replay->ring.block.at + replay->block.at - saved * (size_t)replay->config.capacity;
}

static const void *column(const CoReplay *replay, Column c) {
  return replay->width[c] ? replay->batch.data[c] : NULL;
}

static CoRows show(const CoReplay *replay) {
  bool discrete = replay->width[MASK] > 0;
  return (CoRows){
      .obs = column(replay, OBS),
      .next_obs = column(replay, NEXT_OBS),
      .mask = column(replay, MASK),
      .next_mask = column(replay, NEXT_MASK),
      .action = discrete ? column(replay, ACTION) : NULL,
      .control = column(replay, CONTROL),
      .reward = column(replay, REWARD),
      .discount = column(replay, DISCOUNT),
      .agent = column(replay, AGENT),
      .kind = column(replay, KIND),
      .index = column(replay, INDEX),
      .next_index = column(replay, NEXT_INDEX),
      .weight = replay->weight,
  };
}

static bool make_room(CoReplay *replay, int count, CoError *error) {
  if (count <= replay->room) return true;
  size_t rows = (size_t)count;
  Table batch = {0};
  layout(&batch, replay->width, rows);
  co_block_take(&batch.block, rows, sizeof(int));
  co_block_take(&batch.block, rows, sizeof(float));
  if (!co_block_begin(&batch.block, error)) return false;
  layout(&batch, replay->width, rows);
  replay->drawn = co_block_take(&batch.block, rows, sizeof(int));
  replay->weight = co_block_take(&batch.block, rows, sizeof(float));
  co_block_free(&replay->batch.block);
  replay->batch = batch;
  replay->room = count;
  replay->rows = show(replay);
  return true;
}

// Prioritised, draw k lies in the k-th of `count` equal parts of the whole mass.
static void draw(CoReplay *replay, int count, CoRng *rng) {
  bool prioritised = replay->config.prioritised;
  double part = prioritised ? tree_total(&replay->tree) / count : 0;
  for (int i = 0; i < count; i++)
    replay->drawn[i] =
        prioritised ? tree_find(&replay->tree, part * (i + co_rng_unit(rng))) : co_rng_int(rng, 0, replay->count - 1);
}

// w = (N P)^-beta over the largest of the batch, which is (least P / P)^beta: N drops out.
static void weigh(CoReplay *replay, int count, double beta) {
  double least = 0;
  for (int i = 0; i < count; i++) {
    replay->weight[i] = 1;
    if (!replay->config.prioritised) continue;
    double priority = tree_at(&replay->tree, replay->drawn[i]);
    if (i == 0 || priority < least) least = priority;
  }
  for (int i = 0; i < count && replay->config.prioritised; i++)
    replay->weight[i] = (float)co_exp(beta * co_log(least / tree_at(&replay->tree, replay->drawn[i])));
}

// The drawn rows of a column.
static void gather(CoReplay *replay, Column c, int count) {
  size_t width = stored(replay, c);
  const unsigned char *from = replay->ring.data[c];
  unsigned char *to = replay->batch.data[c];
  const int *drawn = replay->drawn;
  if (!width) return;
  if (replay->bytes && seen(c)) {
    for (int i = 0; i < count; i++, to += replay->width[c])
      to_floats(from + (size_t)drawn[i] * width, width, (float *)(void *)to);
  } else if (width == sizeof(uint32_t)) { // most columns are a number: not worth a call
    for (int i = 0; i < count; i++, to += width)
      memcpy(to, from + (size_t)drawn[i] * sizeof(uint32_t), sizeof(uint32_t));
  } else {
    for (int i = 0; i < count; i++, to += width) memcpy(to, from + (size_t)drawn[i] * width, width);
  }
}

const CoRows *co_replay_sample(CoReplay *replay, int count, double beta, CoRng *rng, CoError *error) {
  assert(replay->count > 0 && count > 0 && beta >= 0);
  if (!make_room(replay, count, error)) return NULL;
  draw(replay, count, rng);
  weigh(replay, count, beta);
  for (Column c = 0; c < COLUMNS; c++) gather(replay, c, count);
  replay->rows.count = count;
  return &replay->rows;
}

void co_replay_prioritise(CoReplay *replay, const float *errors) {
  if (!replay->config.prioritised) return;
  for (int i = 0; i < replay->rows.count; i++) {
    double size = (double)(errors[i] < 0 ? -errors[i] : errors[i]) + LEAST_ERROR;
    double priority = co_exp(replay->config.alpha * co_log(size));
    if (priority > replay->highest) replay->highest = priority;
    tree_set(&replay->tree, replay->drawn[i], priority);
  }
}

void co_replay_save(const CoReplay *replay, CoWriter *writer) {
  co_write_u32(writer, (uint32_t)replay->config.capacity);
  co_write_u32(writer, (uint32_t)replay->count);
  co_write_u64(writer, (uint64_t)replay->total);
  co_write(writer, &replay->highest, sizeof replay->highest);
  co_write_u32(writer, replay->bytes);
  for (Column c = 0; c < COLUMNS; c++) {
    co_write_u64(writer, stored(replay, c));
    co_write(writer, replay->ring.data[c], (size_t)replay->count * stored(replay, c));
  }
  for (int i = 0; i < replay->count && replay->config.prioritised; i++) {
    double priority = tree_at(&replay->tree, i);
    co_write(writer, &priority, sizeof priority);
  }
}

static bool load_tree(CoReplay *replay, CoReader *reader) {
  for (int i = 0; i < replay->count; i++) {
    double priority = 0;
    if (!co_read(reader, &priority, sizeof priority, "priorities")) return false;
    if (!(priority >= 0 && priority < 1e300)) return co_fail(reader->error, "priority %d is %g", i, priority);
    tree_set(&replay->tree, i, priority);
  }
  return true;
}

bool co_replay_load(CoReplay *replay, CoReader *reader) {
  uint32_t capacity = co_read_u32(reader, "capacity"), count = co_read_u32(reader, "rows");
  uint64_t total = co_read_u64(reader, "rows in all");
  double highest = 0;
  if (!co_read(reader, &highest, sizeof highest, "highest priority")) return false;
  if (capacity != (uint32_t)replay->config.capacity || count > capacity)
    return co_fail(reader->error, "saved: replay of %u rows; here: %d", capacity, replay->config.capacity);
  replay->bytes = co_read_u32(reader, "form of the observations");
  for (Column c = 0; c < COLUMNS; c++) {
    uint64_t width = co_read_u64(reader, "width of a column");
    if (!reader->failed && width != stored(replay, c))
      return co_fail(reader->error, "saved: replay rows of another shape");
    if (!co_read(reader, replay->ring.data[c], (size_t)count * (size_t)width, "replay rows")) return false;
  }
  replay->count = (int)count;
  replay->total = (int64_t)total;
  replay->at = (int)(total % capacity);
  replay->highest = highest;
  return !replay->config.prioritised || load_tree(replay, reader);
}

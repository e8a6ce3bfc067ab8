// Drawing from the episode store: which episodes, and unpacking them into batches on the pool's threads.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"
#include "store.h"

// A batch while it is filled.
typedef struct Filling {
  int *length, *count, *start, *agent_count, *agent_start, *next, *action;
  float *obs, *privileged, *global, *control, *reward, *discount, *notes;
  uint8_t *mask, *alive, *acting;
} Filling;

typedef struct Job {
  CoEpisodes *store;
  int count, shards;
} Job;

static void *take(CoArena *arena, size_t count, size_t size) {
  return count ? co_arena_alloc(arena, count * size) : NULL;
}

// An upper bound of what a shard takes.
static size_t shard_bytes(const CoEpisodes *store, size_t episodes, size_t longest) {
  size_t rows = episodes * (longest + 1), row = sizeof(int) + sizeof(float), parts = 32;
  for (int part = CONTROL; part < PARTS; part++) row += store->form.numbers[part] * (part < MASK ? sizeof(float) : 1);
  return rows * row + (episodes + 4 * (longest + 2)) * sizeof(int) + parts * CO_ARENA_ALIGN;
}

static void layout(const CoEpisodes *store, CoArena *arena, size_t episodes, size_t ticks, size_t rows, Filling *f) {
  const size_t *numbers = store->form.numbers;
  f->length = take(arena, episodes, sizeof(int));
  f->count = take(arena, ticks, sizeof(int)), f->agent_count = take(arena, ticks, sizeof(int));
  f->start = take(arena, ticks + 1, sizeof(int)), f->agent_start = take(arena, ticks + 1, sizeof(int));
  f->next = take(arena, rows, sizeof(int));
  f->discount = take(arena, rows, sizeof(float));
  f->obs = take(arena, rows * numbers[OBS], sizeof(float));
  f->privileged = take(arena, rows * numbers[PRIVILEGED], sizeof(float));
  f->global = take(arena, rows * numbers[GLOBAL], sizeof(float));
  f->control = take(arena, rows * numbers[CONTROL], sizeof(float));
  f->reward = take(arena, rows * numbers[REWARD], sizeof(float));
  f->notes = take(arena, rows * numbers[NOTES], sizeof(float));
  f->action = take(arena, rows * numbers[ACTION], sizeof(int));
  f->mask = take(arena, rows * numbers[MASK], 1);
  f->alive = take(arena, rows * numbers[ALIVE], 1);
  f->acting = take(arena, rows * numbers[ACTING], 1);
}

static CoBatch show(const CoEpisodes *store, const Filling *f, int episodes, int ticks, int rows) {
  return (CoBatch){
      .episodes = episodes,
      .agents = store->spec->agents,
      .rows = rows,
      .steps = ticks ? ticks - 1 : 0,
      .length = f->length,
      .entries = {ticks, f->count, f->start},
      .agent_entries = {ticks, f->agent_count, f->agent_start},
      .next = f->next,
      .obs = f->obs,
      .privileged = f->privileged,
      .global = f->global,
      .mask = f->mask,
      .alive = f->alive,
      .acting = f->acting,
      .action = f->action,
      .control = f->control,
      .reward = f->reward,
      .rewards = (int)store->form.numbers[REWARD],
      .discount = f->discount,
      .notes = f->notes,
  };
}

static void read_vector(const CoEpisodes *store, Part part, const unsigned char *entry, float *to, size_t row) {
  const Form *form = &store->form;
  const unsigned char *from = entry + form->at[part];
  size_t numbers = form->numbers[part];
  if (!form->bytes[part]) return;
  if (store->config.form == CO_FORM_HALF && part >= OBS) {
    co_half_unpack(numbers, (const uint16_t *)(const void *)from, to + row * numbers);
  } else {
    memcpy(to + row * numbers, from, numbers * sizeof *to);
  }
}

static void read_actions(const Form *form, const unsigned char *entry, int *to) {
  const unsigned char *from = entry + form->at[ACTION];
  size_t numbers = form->numbers[ACTION];
  if (form->bytes[ACTION] == numbers) {
    for (size_t i = 0; i < numbers; i++) to[i] = from[i];
    return;
  }
  for (size_t i = 0; i < numbers; i++) {
    uint16_t action;
    memcpy(&action, from + 2 * i, sizeof action);
    to[i] = action;
  }
}

// Looks at a kept state again.
static bool look(const CoEpisodes *store, void *worker, const unsigned char *state, const Filling *f, size_t row,
                 CoError *error) {
  const CoSpec *spec = store->spec;
  for (int a = 0; a < spec->agents; a++) {
    size_t at = row * (size_t)spec->agents + (size_t)a;
    if (f->obs &&
        !co_world_observe(store->world, worker, state, store->first + a, f->obs + at * (size_t)spec->obs_size, error))
      return false;
    if (f->privileged && !co_world_privileged(store->world, worker, state, store->first + a,
                                              f->privileged + at * (size_t)spec->privileged_size, error))
      return false;
  }
  size_t size = (size_t)spec->global_size;
  return !f->global || co_world_global(store->world, worker, state, store->team, f->global + row * size, error);
}

static bool read_entry(const CoEpisodes *store, void *worker, const unsigned char *entry, const Filling *f, size_t row,
                       CoError *error) {
  const Form *form = &store->form;
  const size_t *at = form->at, *numbers = form->numbers;
  read_vector(store, OBS, entry, f->obs, row);
  read_vector(store, PRIVILEGED, entry, f->privileged, row);
  read_vector(store, GLOBAL, entry, f->global, row);
  read_vector(store, CONTROL, entry, f->control, row);
  read_vector(store, REWARD, entry, f->reward, row);
  read_vector(store, NOTES, entry, f->notes, row);
  if (f->action) read_actions(form, entry, f->action + row * numbers[ACTION]);
  if (f->mask) co_bits_unpack(numbers[MASK], entry + at[MASK], f->mask + row * numbers[MASK]);
  co_bits_unpack(numbers[ALIVE], entry + at[ALIVE], f->alive + row * numbers[ALIVE]);
  co_bits_unpack(numbers[ACTING], entry + at[ACTING], f->acting + row * numbers[ACTING]);
  return store->config.form != CO_FORM_STATE || look(store, worker, entry + at[STATE], f, row, error);
}

// Episode e of the shard's, sorted, is number e * shards + shard of the draw.
static const Kept *pick(const Job *job, int shard, int e) {
  return co_store_kept(job->store, job->store->chosen[e * job->shards + shard]);
}

// Fills the packed shape: which rows belong to which tick.
static void shape(const Job *job, int shard, int episodes, int ticks, const Filling *f) {
  int left = episodes, agents = job->store->spec->agents;
  f->start[0] = f->agent_start[0] = 0;
  for (int t = 0; t < ticks; t++) {
    while (pick(job, shard, left - 1)->length < t) left--;
    f->count[t] = left;
    f->agent_count[t] = left * agents;
    f->start[t + 1] = f->start[t] + left;
    f->agent_start[t + 1] = f->start[t + 1] * agents;
  }
  for (int t = 0; t < ticks; t++)
    for (int e = 0; e < f->count[t]; e++)
      f->next[f->start[t] + e] = t + 1 < ticks && e < f->count[t + 1] ? f->start[t + 1] + e : -1;
}

static bool fill(const Job *job, int shard, int episodes, void *worker, const Filling *f, CoError *error) {
  const CoEpisodes *store = job->store;
  for (int e = 0; e < episodes; e++) {
    const Kept *kept = pick(job, shard, e);
    f->length[e] = kept->length;
    for (int t = 0; t <= kept->length; t++) {
      size_t row = (size_t)(f->start[t] + e);
      const unsigned char *entry = kept->data + (size_t)t * store->form.entry;
      bool end = t + 1 == kept->length && kept->terminated;
      f->discount[row] = t < kept->length && !end;
      if (!read_entry(store, worker, entry, f, row, error)) return false;
    }
  }
  return true;
}

static void unpack(void *user, int shard, int thread) {
  const Job *job = user;
  CoEpisodes *store = job->store;
  Shard *own = &store->shards[shard];
  Filling filling;
  int episodes = (job->count - shard + job->shards - 1) / job->shards, rows = 0;
  int ticks = episodes ? pick(job, shard, 0)->length + 1 : 0;
  for (int e = 0; e < episodes; e++) rows += pick(job, shard, e)->length + 1;
  co_arena_rewind(own->arena, 0);
  layout(store, own->arena, (size_t)episodes, (size_t)ticks, (size_t)rows, &filling);
  shape(job, shard, episodes, ticks, &filling);
  void *worker = store->workers_count ? store->workers[thread] : NULL;
  own->failed = !fill(job, shard, episodes, worker, &filling, &own->error);
  store->batches[shard] = show(store, &filling, episodes, ticks, rows);
}

// The array with room for `wanted` elements, new ones zeroed; NULL, the array as it was, when memory runs out.
static void *more(void *array, int *room, int wanted, size_t size, CoError *error) {
  if (wanted <= *room) return array;
  unsigned char *grown = realloc(array, (size_t)wanted * size);
  if (!grown) {
    co_fail(error, "out of memory for a draw of episodes");
    return NULL;
  }
  memset(grown + (size_t)*room * size, 0, (size_t)(wanted - *room) * size);
  *room = wanted;
  return grown;
}

// Longest first, equal ones in the order drawn: a counting sort.
static bool sort(CoEpisodes *store, const int *episodes, int count, int longest, CoError *error) {
  int *before = more(store->lengths, &store->lengths_room, longest + 1, sizeof(int), error); // how many are longer
  if (!before) return false;
  store->lengths = before;
  memset(before, 0, (size_t)(longest + 1) * sizeof(int));
  for (int i = 0; i < count; i++) before[co_store_kept(store, episodes[i])->length]++;
  for (int length = longest, sum = 0; length >= 0; length--) {
    int equal = before[length];
    before[length] = sum;
    sum += equal;
  }
  for (int i = 0; i < count; i++) store->chosen[before[co_store_kept(store, episodes[i])->length]++] = episodes[i];
  return true;
}

static bool open_workers(CoEpisodes *store, int threads, CoError *error) {
  int room = store->workers_count;
  if (store->config.form != CO_FORM_STATE || threads <= room) return true;
  void **workers = more(store->workers, &room, threads, sizeof *workers, error);
  if (!workers) return false;
  store->workers = workers;
  for (; store->workers_count < threads; store->workers_count++)
    if (!co_world_worker_open(store->world, &store->workers[store->workers_count], error)) return false;
  return true;
}

// Arenas large enough for every shard of such a draw, with room to spare where the lengths are not bounded.
static bool open_shards(CoEpisodes *store, int shards, int count, int longest, CoError *error) {
  int room = store->shards_room, limit = store->spec->episode_limit;
  size_t episodes = (size_t)((count + shards - 1) / shards);
  CoBatch *batches = more(store->batches, &room, shards, sizeof *batches, error);
  if (batches) store->batches = batches;
  Shard *grown = more(store->shards, &store->shards_room, shards, sizeof *grown, error);
  if (grown) store->shards = grown;
  if (!batches || !grown) return false;
  for (int s = 0; s < shards; s++) {
    Shard *shard = &store->shards[s];
    if (shard_bytes(store, episodes, (size_t)longest) <= shard->capacity) continue;
    co_arena_destroy(shard->arena);
    shard->capacity = shard_bytes(store, episodes, (size_t)(limit > longest ? limit : 2 * longest));
    shard->arena = co_arena_create(shard->capacity, error);
    if (shard->arena) continue;
    shard->capacity = 0;
    return false;
  }
  return true;
}

bool co_episodes_unpack(CoEpisodes *store, const int *episodes, int count, int shards, CoPool *pool,
                        const CoBatch **batches, int64_t *steps, CoError *error) {
  assert(count >= 1 && count <= store->config.capacity && shards >= 1);
  int longest = 0;
  *steps = 0;
  for (int i = 0; i < count; i++) {
    int length = co_episodes_length(store, episodes[i]);
    if (length > longest) longest = length;
    *steps += length;
  }
  if (!sort(store, episodes, count, longest, error) || !open_workers(store, co_pool_threads(pool), error) ||
      !open_shards(store, shards, count, longest, error))
    return false;
  Job job = {store, count, shards};
  co_pool_run(pool, shards, unpack, &job);
  for (int s = 0; s < shards; s++)
    if (store->shards[s].failed) return co_fail(error, "%s", store->shards[s].error.text);
  *batches = store->batches;
  return true;
}

// The first steps of a Fisher-Yates shuffle, taken back afterwards, so that a draw depends on the stream alone.
bool co_episodes_newest(CoEpisodes *store, int count, int shards, CoPool *pool, const CoBatch **batches, int64_t *steps,
                        CoError *error) {
  assert(count <= store->count);
  return co_episodes_unpack(store, store->numbers + store->count - count, count, shards, pool, batches, steps, error);
}

bool co_episodes_sample(CoEpisodes *store, int count, int shards, CoRng *rng, CoPool *pool, const CoBatch **batches,
                        int64_t *steps, CoError *error) {
  assert(count >= 1 && count <= store->count);
  int *numbers = store->numbers;
  for (int i = 0; i < count; i++) {
    int j = store->swaps[i] = co_rng_int(rng, i, store->count - 1), number = numbers[i];
    numbers[i] = numbers[j];
    numbers[j] = number;
  }
  bool done = co_episodes_unpack(store, numbers, count, shards, pool, batches, steps, error);
  for (int i = count - 1; i >= 0; i--) {
    int j = store->swaps[i], number = numbers[i];
    numbers[i] = numbers[j];
    numbers[j] = number;
  }
  return done;
}

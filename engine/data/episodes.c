// The episode store: entries are written in compact form as play goes on; a finished episode is copied to the slab.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"
#include "store.h"

#define FIRST_ROOM 64 // entries for an episode without a limit

CoEpisodes *co_episodes_create(const CoWorld *world, int team, const CoEpisodesConfig *config, CoError *error) {
  assert(config->capacity >= 1 && config->num_envs >= 1 && config->notes >= 0);
  CoEpisodes *store = calloc(1, sizeof *store);
  if (!store) goto memory;
  store->world = world;
  store->spec = co_world_team(world, team);
  store->team = team;
  store->first = co_world_first(world, team);
  store->seats = co_world_spec(world)->agents;
  store->config = *config;
  co_form_plan(&store->form, world, team, config);
  store->open = calloc((size_t)config->num_envs, sizeof *store->open);
  store->kept = calloc((size_t)config->capacity, sizeof *store->kept);
  store->numbers = calloc(3 * (size_t)config->capacity, sizeof *store->numbers);
  if (!store->open || !store->kept || !store->numbers) goto memory;
  store->swaps = store->numbers + config->capacity;
  store->chosen = store->swaps + config->capacity;
  for (int i = 0; i < config->capacity; i++) store->numbers[i] = i;
  return store;
memory:
  co_fail(error, "out of memory for a store of %d episodes", config->capacity);
  co_episodes_destroy(store);
  return NULL;
}

void co_episodes_destroy(CoEpisodes *store) {
  if (!store) return;
  for (int i = 0; store->open && i < store->config.num_envs; i++) free(store->open[i].data);
  for (int i = 0; i < store->shards_room; i++) co_arena_destroy(store->shards[i].arena);
  for (int i = 0; i < store->workers_count; i++) co_world_worker_close(store->world, store->workers[i]);
  co_slab_free(&store->slab);
  free(store->open);
  free(store->kept);
  free(store->numbers);
  free(store->lengths);
  free(store->shards);
  free(store->batches);
  free(store->workers);
  free(store);
}

int co_episodes_count(const CoEpisodes *store) {
  return store->count;
}

int64_t co_episodes_total(const CoEpisodes *store) {
  return store->total;
}

size_t co_episodes_bytes(const CoEpisodes *store) {
  return store->bytes;
}

int co_episodes_length(const CoEpisodes *store, int episode) {
  assert(episode >= 0 && episode < store->count);
  return co_store_kept(store, episode)->length;
}

static void drop(CoEpisodes *store) {
  store->bytes -= (size_t)(co_store_kept(store, 0)->length + 1) * store->form.entry;
  co_slab_drop(&store->slab);
  store->count--;
}

void co_store_clear(CoEpisodes *store) {
  while (store->count > 0) drop(store);
}

bool co_store_keep(CoEpisodes *store, const unsigned char *entries, int length, bool terminated, CoError *error) {
  size_t bytes = (size_t)(length + 1) * store->form.entry;
  if (store->count == store->config.capacity) drop(store);
  unsigned char *data = co_slab_add(&store->slab, bytes);
  if (!data) return co_fail(error, "out of memory for an episode of %zu bytes", bytes);
  memcpy(data, entries, bytes);
  store->kept[store->total % store->config.capacity] = (Kept){data, length, terminated};
  store->total++;
  store->count++;
  store->bytes += bytes;
  return true;
}

bool co_store_room(CoEpisodes *store, Open *open, int entries, CoError *error) {
  if (entries <= open->room) return true;
  int limit = store->spec->episode_limit, room = open->room ? 2 * open->room : limit ? limit + 1 : FIRST_ROOM;
  if (room < entries) room = entries;
  unsigned char *data = realloc(open->data, (size_t)room * store->form.entry);
  if (!data) return co_fail(error, "out of memory for an episode of %d steps", entries);
  open->data = data;
  open->room = room;
  return true;
}

static void write_vector(const CoEpisodes *store, Part part, unsigned char *entry, const float *from) {
  const Form *form = &store->form;
  if (!form->bytes[part]) return;
  unsigned char *to = entry + form->at[part];
  if (store->config.form == CO_FORM_FLOAT) {
    memcpy(to, from, form->bytes[part]);
  } else {
    co_half_pack(form->numbers[part], from, (uint16_t *)(void *)to);
  }
}

// What copy `env` shows now; the rest of the entry becomes 0.
static void write_seen(const CoEpisodes *store, unsigned char *entry, const CoVecEnv *vec, int env) {
  const Form *form = &store->form;
  const CoFrame *frame = co_vecenv_frame(vec, store->team);
  const size_t *numbers = form->numbers, *at = form->at, row = (size_t)env;
  memset(entry, 0, form->entry);
  if (form->bytes[STATE]) memcpy(entry, co_vecenv_state(vec, env), co_world_state_bytes(store->world));
  if (frame->obs) write_vector(store, OBS, entry, frame->obs + row * numbers[OBS]);
  if (frame->privileged) write_vector(store, PRIVILEGED, entry, frame->privileged + row * numbers[PRIVILEGED]);
  if (frame->global) write_vector(store, GLOBAL, entry, frame->global + row * numbers[GLOBAL]);
  if (frame->mask) co_bits_pack(numbers[MASK], frame->mask + row * numbers[MASK], entry + at[MASK]);
  co_bits_pack(numbers[ALIVE], frame->alive + row * numbers[ALIVE], entry + at[ALIVE]);
  co_bits_pack(numbers[ACTING], frame->acting + row * numbers[ACTING], entry + at[ACTING]);
}

static void write_done(const CoEpisodes *store, unsigned char *entry, const CoActions *actions, const float *notes,
                       int env) {
  const Form *form = &store->form;
  size_t seat = (size_t)(env * store->seats + store->first), size = (size_t)store->spec->action_size;
  unsigned char *action = entry + form->at[ACTION];
  bool wide = form->bytes[ACTION] > form->numbers[ACTION];
  for (size_t i = 0; i < form->numbers[ACTION]; i++) {
    int done = actions->discrete[seat + i];
    assert(done >= 0 && done < store->spec->actions);
    if (wide) {
      memcpy(action + 2 * i, &(uint16_t){(uint16_t)done}, 2);
    } else {
      action[i] = (uint8_t)done;
    }
  }
  if (size) memcpy(entry + form->at[CONTROL], actions->continuous + seat * size, form->bytes[CONTROL]);
  if (form->bytes[NOTES])
    memcpy(entry + form->at[NOTES], notes + (size_t)env * form->numbers[NOTES], form->bytes[NOTES]);
}

bool co_episodes_before(CoEpisodes *store, const CoVecEnv *vec, const CoActions *actions, const float *notes,
                        CoError *error) {
  const CoFrame *frame = co_vecenv_frame(vec, store->team);
  const int64_t *clock = co_vecenv_clock(vec);
  for (int i = 0; i < store->config.num_envs; i++) {
    Open *open = &store->open[i];
    open->ran = frame->running[i];
    if (!open->ran) continue;
    if (clock[i] == 0) open->length = 0;
    assert(open->length == clock[i] && "an episode is written from its first step on");
    if (!co_store_room(store, open, open->length + 2, error)) return false;
    unsigned char *entry = open->data + (size_t)open->length * store->form.entry;
    write_seen(store, entry, vec, i);
    write_done(store, entry, actions, notes, i);
  }
  return true;
}

bool co_episodes_after(CoEpisodes *store, const CoVecEnv *vec, CoError *error) {
  const float *rewards = co_vecenv_rewards(vec) + store->first;
  const int32_t *ending = co_vecenv_ending(vec);
  for (int i = 0; i < store->config.num_envs; i++, rewards += store->seats) {
    Open *open = &store->open[i];
    if (!open->ran) continue;
    open->ran = 0;
    unsigned char *entry = open->data + (size_t)open->length * store->form.entry;
    memcpy(entry + store->form.at[REWARD], rewards, store->form.bytes[REWARD]);
    open->length++;
    if (ending[i] == CO_PLAYING) continue;
    write_seen(store, entry + store->form.entry, vec, i);
    bool terminated = ending[i] == CO_TERMINATED || store->config.timeout_terminal;
    if (!co_store_keep(store, open->data, open->length, terminated, error)) return false;
    open->length = 0;
  }
  return true;
}

// Private to the room: the episode store's parts, and the compact form of an entry.
#ifndef COHORT_DATA_STORE_H
#define COHORT_DATA_STORE_H

#include "cohort/arena.h"
#include "cohort/episodes.h"
#include "slab.h"

// What an entry holds, in the order in which it lies there: alignment falls from 16 bytes to 1.
typedef enum Part {
  STATE,   // the environment's state (CO_FORM_STATE)
  CONTROL, // floats
  REWARD,
  NOTES,
  OBS, // floats or halves, but in CO_FORM_STATE
  PRIVILEGED,
  GLOBAL,
  ACTION, // a byte each, two where there are more than 256 actions
  MASK,   // a bit each
  ALIVE,
  ACTING,
  PARTS
} Part;

typedef struct Form {
  size_t at[PARTS], bytes[PARTS]; // where a part lies; 0 bytes: not kept
  size_t numbers[PARTS];          // how many numbers it stands for
  size_t entry;                   // bytes of an entry
} Form;

// An episode being written.
typedef struct Open {
  unsigned char *data; // [room][entry]
  int room, length;    // entries there is room for; steps written
  int ran;             // between before and after: takes part in the step
} Open;

typedef struct Kept {
  const unsigned char *data; // [length + 1][entry], in the slab
  int length, terminated;
} Kept;

// One shard of a draw.
typedef struct Shard {
  CoArena *arena;
  size_t capacity;
  CoError error;
  bool failed;
} Shard;

struct CoEpisodes {
  const CoWorld *world;
  const CoSpec *spec;     // the team's
  int team, first, seats; // its number and first agent; agents of all teams
  CoEpisodesConfig config;
  Form form;
  Open *open; // [num_envs]
  Kept *kept; // [capacity], a ring: episode number n lies in n % capacity
  CoSlab slab;
  int count;
  int64_t total;
  size_t bytes; // of what is kept
  // Drawing.
  int *numbers; // [capacity] 0, 1, 2 ... between draws
  int *swaps;   // [capacity] of the last shuffle
  int *chosen;  // [capacity] of the draw, sorted
  int *lengths; // [lengths_room] how many of each length
  int lengths_room;
  Shard *shards;    // [shards_room]
  CoBatch *batches; // [shards_room]
  int shards_room;
  void **workers; // [workers_count] one a thread, in CO_FORM_STATE
  int workers_count;
  // Checkpoints.
  int64_t saved, segment, pruned; // episodes in the logs; the last one's log; logs removed
  uint64_t segment_bytes;         // of that log
};

static inline const Kept *co_store_kept(const CoEpisodes *store, int episode) {
  int64_t number = store->total - store->count + episode;
  return &store->kept[number % store->config.capacity];
}

void co_form_plan(Form *form, const CoWorld *world, int team, const CoEpisodesConfig *config);
void co_bits_pack(size_t count, const uint8_t *bytes, uint8_t *bits); // bytes are 0 or 1
void co_bits_unpack(size_t count, const uint8_t *bits, uint8_t *bytes);

// Keeps a copy of an episode's entries; the oldest gives way.
bool co_store_keep(CoEpisodes *store, const unsigned char *entries, int length, bool terminated, CoError *error);
void co_store_clear(CoEpisodes *store);
bool co_store_room(CoEpisodes *store, Open *open, int entries, CoError *error);

#endif

// The slab: a queue of chunks; blocks fill the newest, the oldest goes to the spare ones when its last block has gone.
#include "slab.h"

#include <assert.h>
#include <stdlib.h>

#define CHUNK_BYTES ((size_t)1 << 20)

struct Chunk {
  Chunk *next;
  size_t room, used; // bytes
  size_t blocks;     // still there
  _Alignas(16) unsigned char data[];
};

static Chunk *fetch(CoSlab *slab, size_t bytes) {
  Chunk *chunk = slab->spare;
  if (chunk && bytes <= CHUNK_BYTES) {
    slab->spare = chunk->next;
  } else {
    size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    chunk = malloc(sizeof *chunk + room);
    if (!chunk) return NULL;
    chunk->room = room;
  }
  chunk->next = NULL;
  chunk->used = chunk->blocks = 0;
  return chunk;
}

static void discard(CoSlab *slab, Chunk *chunk) {
  if (chunk->room > CHUNK_BYTES) {
    free(chunk);
    return;
  }
  chunk->next = slab->spare;
  slab->spare = chunk;
}

void *co_slab_add(CoSlab *slab, size_t bytes) {
  bytes = (bytes + 15) / 16 * 16;
  Chunk *chunk = slab->newest;
  if (!chunk || chunk->room - chunk->used < bytes) {
    chunk = fetch(slab, bytes);
    if (!chunk) return NULL;
    if (slab->newest) slab->newest->next = chunk;
    slab->newest = chunk;
    if (!slab->oldest) slab->oldest = chunk;
  }
  void *block = chunk->data + chunk->used;
  chunk->used += bytes;
  chunk->blocks++;
  return block;
}

void co_slab_drop(CoSlab *slab) {
  Chunk *chunk = slab->oldest;
  assert(chunk && chunk->blocks > 0);
  if (--chunk->blocks > 0) return;
  slab->oldest = chunk->next;
  if (!slab->oldest) slab->newest = NULL;
  discard(slab, chunk);
}

static void free_all(Chunk *chunk) {
  while (chunk) {
    Chunk *next = chunk->next;
    free(chunk);
    chunk = next;
  }
}

void co_slab_free(CoSlab *slab) {
  free_all(slab->oldest);
  free_all(slab->spare);
  *slab = (CoSlab){0};
}

// Private to the room: memory for blocks that leave in the order they came, in chunks that are used again.
#ifndef COHORT_DATA_SLAB_H
#define COHORT_DATA_SLAB_H

#include <stddef.h>

typedef struct Chunk Chunk;

// A zeroed slab is empty. Once as much was in it as ever will be, it asks for no more memory (blocks larger than a
// chunk have one of their own, which is given back).
typedef struct CoSlab {
  Chunk *oldest, *newest, *spare;
} CoSlab;

void *co_slab_add(CoSlab *slab, size_t bytes); // aligned to 16; NULL when memory runs out
void co_slab_drop(CoSlab *slab);               // the oldest block
void co_slab_free(CoSlab *slab);

#endif

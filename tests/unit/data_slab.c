// The slab: blocks keep their bytes until dropped, in order, and memory is used again.
#include <string.h>

#include "allocations.h"
#include "suite.h"

#include "cohort/rng.h"
#include "slab.h"

enum { KEPT = 100 };

typedef struct Block {
  unsigned char *data;
  size_t bytes;
  unsigned char mark;
} Block;

static bool intact(const Block *block) {
  for (size_t i = 0; i < block->bytes; i += 997)
    if (block->data[i] != block->mark) return false;
  return block->data[block->bytes - 1] == block->mark;
}

// A ring of blocks of up to `most` bytes, `rounds` of them.
static bool churn(CoSlab *slab, Block ring[KEPT], int from, int rounds, int most, CoRng *rng) {
  for (int i = from; i < from + rounds; i++) {
    Block *block = &ring[i % KEPT];
    if (block->data) {
      if (!intact(block)) return false;
      co_slab_drop(slab);
    }
    *block = (Block){.bytes = (size_t)co_rng_int(rng, 1, most), .mark = (unsigned char)i};
    block->data = co_slab_add(slab, block->bytes);
    if (!block->data || (size_t)block->data % 16) return false;
    memset(block->data, block->mark, block->bytes);
  }
  return true;
}

START_TEST(blocks_keep_their_bytes) {
  CoSlab slab = {0};
  Block ring[KEPT] = {0};
  CoRng rng = co_rng(1, "test", 0);
  ck_assert(churn(&slab, ring, 0, 1000, 100000, &rng));    // some 5 MB in chunks of 1
  ck_assert(churn(&slab, ring, 1000, 200, 3000000, &rng)); // and some larger than a chunk
  ck_assert(churn(&slab, ring, 1200, 500, 100, &rng));
  co_slab_free(&slab);
}
END_TEST

START_TEST(memory_is_used_again) {
  CoSlab slab = {0};
  Block ring[KEPT] = {0};
  CoRng rng = co_rng(1, "test", 0);
  ck_assert(churn(&slab, ring, 0, 2000, 100000, &rng));
  long before = co_allocations;
  bool done = churn(&slab, ring, 2000, 5000, 100000, &rng);
  long after = co_allocations;
  ck_assert(done);
  ck_assert_int_le(after - before, 2); // a little more than ever before, by chance
  co_slab_free(&slab);
}
END_TEST

START_TEST(an_emptied_slab_begins_again) {
  CoSlab slab = {0};
  ck_assert_ptr_nonnull(co_slab_add(&slab, 10));
  long before = co_allocations;
  for (int i = 0; i < 10; i++) {
    co_slab_drop(&slab);
    if (!co_slab_add(&slab, 600000)) abort();
  }
  long after = co_allocations;
  ck_assert_int_eq(after - before, 0);
  co_slab_free(&slab);
}
END_TEST

CO_TESTS(blocks_keep_their_bytes, memory_is_used_again, an_emptied_slab_begins_again)

// Skirmish's state as a value: resets, copies, the table of its fields, and the same hash from every compiler.
#include "cohort/hash.h"
#include "unit/skirmish.h"

START_TEST(the_fields_cover_every_byte_once) {
  Arena arena = arena_open("2s3z", "");
  size_t bytes = co_world_state_bytes(arena.world), covered = 0;
  static const size_t sizes[] = {1, 1, 2, 4, 8, 4, 8};
  char seen[1000] = {0};
  for (const CoStateField *field = co_world_fields(arena.world); field->name; field++)
    for (int k = 0; k < field->count; k++)
      for (size_t b = 0; b < sizes[field->kind]; b++) {
        size_t at = field->offset + (size_t)k * field->stride + b;
        ck_assert_msg(at < bytes && !seen[at], "%s[%d]", field->name, k);
        seen[at] = 1, covered++;
      }
  ck_assert_uint_eq(covered, bytes);
  ck_assert_uint_eq(bytes, 16 + 10 * 44);
  arena_close(&arena);
}
END_TEST

// What came before a reset leaves no trace.
START_TEST(a_reset_forgets_everything) {
  const char *maps[] = {"3m", "MMM", "corridor", "bane_vs_bane", "10gen_terran", "10gen_protoss", "10gen_zerg"};
  for (int m = 0; m < 7; m++) {
    Arena arena = arena_open(maps[m], "");
    const CoScriptType *random = arena_script("random");
    size_t bytes = co_world_state_bytes(arena.world);
    unsigned char *once = malloc(bytes), *twice = malloc(bytes);
    CoRng rng = co_rng(5, "reset", 0), again = rng;
    memset(once, 0, bytes);
    ck_assert(skirmish_reset(arena_world(&arena), NULL, once, &rng, NULL));
    for (int t = 0; t < 10; t++) arena_play(&arena, random);
    memcpy(twice, arena_state(&arena), bytes);
    ck_assert(skirmish_reset(arena_world(&arena), NULL, twice, &again, NULL));
    ck_assert_mem_eq(once, twice, bytes);
    free(once), free(twice);
    arena_close(&arena);
  }
}
END_TEST

START_TEST(a_copy_continues_alike) {
  Arena arena = arena_open("MMM2", "");
  const CoScriptType *script = arena_script("heuristic");
  for (int t = 0; t < 10; t++) arena_play(&arena, script);
  CoEnv *copy = co_env_create(arena.world, 99, NULL);
  size_t size = co_env_size(arena.world);
  void *bytes = malloc(size);
  memcpy(bytes, co_env_bytes(arena.env), size);
  co_env_restore(copy, bytes);
  for (int t = 0; t < 10; t++) {
    arena_play(&arena, script);
    ck_assert(co_env_step(copy, &(CoActions){.discrete = arena.actions}, NULL));
    ck_assert_mem_eq(co_env_bytes(arena.env), co_env_bytes(copy), size);
  }
  free(bytes);
  co_env_destroy(copy);
  arena_close(&arena);
}
END_TEST

// An episode of random play and one of focus fire: the same on every build and machine.
// The hashes change with the mechanics; the message then shows the new ones.
START_TEST(battles_have_the_same_bits_everywhere) {
  const struct {
    const char *map;
    uint64_t hash;
  } golden[] = {
      {"3m", UINT64_C(0xce5f27e9b026cc7c)},         {"27m_vs_30m", UINT64_C(0x7cf7990b6c256d33)},
      {"MMM2", UINT64_C(0x9efeab0845d27f19)},       {"1c3s5z", UINT64_C(0xd72b77f4ceb4a344)},
      {"corridor", UINT64_C(0xf768c76118ed2e2a)},   {"bane_vs_bane", UINT64_C(0x0416346289911761)},
      {"2c_vs_64zg", UINT64_C(0x86e6ffacfe208fdc)}, {"6h_vs_8z", UINT64_C(0x71d2804edbf0b99c)},
      {"2s_vs_1sc", UINT64_C(0xbccb9913b83ef91c)},  {"10gen_terran", UINT64_C(0x9a441d048665afa9)},
  };
  for (size_t m = 0; m < sizeof golden / sizeof golden[0]; m++) {
    Arena arena = arena_open(golden[m].map, "");
    uint64_t hash = 0;
    for (int episode = 0; episode < 2; episode++) {
      const CoScriptType *script = arena_script(episode ? "focus" : "random");
      ck_assert(co_env_reset(arena.env, NULL));
      for (int t = 0; t < 40 && co_env_ending(arena.env) == CO_PLAYING; t++) {
        arena_play(&arena, script);
        uint64_t step = co_state_hash(arena.world, arena_state(&arena));
        hash = co_hash(hash, &step, sizeof step);
      }
    }
    ck_assert_msg(hash == golden[m].hash, "{\"%s\", UINT64_C(0x%016llx)},", golden[m].map, (unsigned long long)hash);
    arena_close(&arena);
  }
}
END_TEST

CO_TESTS(the_fields_cover_every_byte_once, a_reset_forgets_everything, a_copy_continues_alike,
         battles_have_the_same_bits_everywhere)

// The arena: alignment, marks, the peak, and what happens beyond the capacity.
#include "suite.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cohort/arena.h"

START_TEST(allocations_are_aligned_and_apart) {
  CoError error;
  CoArena *arena = co_arena_create(1 << 20, &error);
  ck_assert_ptr_nonnull(arena);
  unsigned char *last = NULL;
  for (size_t bytes = 1; bytes < 300; bytes += 13) {
    unsigned char *data = co_arena_alloc(arena, bytes);
    ck_assert_uint_eq((uintptr_t)data % CO_ARENA_ALIGN, 0);
    if (last) ck_assert(data > last);
    memset(data, 7, bytes);
    last = data + bytes - 1;
  }
  co_arena_destroy(arena);
}
END_TEST

START_TEST(rewinding_gives_the_same_bytes_again) {
  CoArena *arena = co_arena_create(1000, NULL);
  co_arena_alloc(arena, 10);
  size_t mark = co_arena_mark(arena);
  char *first = co_arena_alloc(arena, 500);
  memset(first, 'x', 500);
  ck_assert_uint_eq(co_arena_peak(arena), 64 + 512);
  co_arena_rewind(arena, mark);
  ck_assert_uint_eq(co_arena_mark(arena), 64);
  char *again = co_arena_zeros(arena, 100);
  ck_assert_ptr_eq(first, again);
  for (int i = 0; i < 100; i++) ck_assert_int_eq(again[i], 0);
  ck_assert_uint_eq(co_arena_peak(arena), 64 + 512);
  co_arena_destroy(arena);
  co_arena_destroy(NULL);
}
END_TEST

START_TEST(capacity_can_be_used_to_the_last_byte) {
  CoArena *arena = co_arena_create(128, NULL);
  memset(co_arena_alloc(arena, 128), 1, 128);
  ck_assert_ptr_nonnull(co_arena_alloc(arena, 0));
  co_arena_destroy(arena);
}
END_TEST

START_TEST(address_space_is_not_memory) {
  CoArena *arena = co_arena_create((size_t)64 << 30, NULL); // more than the machine has
  ck_assert_ptr_nonnull(arena);
  memset(co_arena_alloc(arena, 4096), 1, 4096);
  co_arena_destroy(arena);
}
END_TEST

START_TEST(too_much_is_a_sentence) {
  CoError error;
  ck_assert_ptr_null(co_arena_create(SIZE_MAX - 100, &error));
  ck_assert_str_eq(error.text, "cannot reserve 18446744073709551515 bytes of address space");
  ck_assert_ptr_null(co_arena_create((size_t)1 << 60, NULL));
}
END_TEST

START_TEST(passing_the_capacity_aborts) {
  pid_t child = fork();
  if (child == 0) {
    fclose(stderr); // assert's line
    CoArena *arena = co_arena_create(128, NULL);
    co_arena_alloc(arena, 100);
    co_arena_alloc(arena, 1);
    _exit(0);
  }
  int status;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}
END_TEST

CO_TESTS(allocations_are_aligned_and_apart, rewinding_gives_the_same_bytes_again, capacity_can_be_used_to_the_last_byte,
         address_space_is_not_memory, too_much_is_a_sentence, passing_the_capacity_aborts)

// The tape itself: what is recorded, rewound, differentiated, and what is not computed.
#include <string.h>

#include "cohort/sequence.h"
#include "suite.h"

static CoTape *tape;

static void open_tape(void) {
  tape = co_tape_create((size_t)1 << 28, NULL);
}
static void close_tape(void) {
  co_tape_destroy(tape);
}

static CoReal numbers[1024 * 1024];

START_TEST(gradient_of_a_product) {
  open_tape();
  const CoReal a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
  CoVar *x = co_leaf(tape, 2, 2, a), *y = co_leaf(tape, 2, 2, b), *grads[2];
  ck_assert(co_grad(tape, co_matmul(tape, x, y), (CoVar *[]){x, y}, 2, false, grads, NULL));
  const CoReal dx[] = {11, 15, 11, 15}, dy[] = {4, 4, 6, 6}; // sums of y's rows, of x's columns
  ck_assert_mem_eq(grads[0]->data, dx, sizeof dx);
  ck_assert_mem_eq(grads[1]->data, dy, sizeof dy);
  close_tape();
}
END_TEST

START_TEST(seed_is_the_gradient_that_enters) {
  open_tape();
  const CoReal a[] = {1, 2, 3}, weight[] = {1, 0, -2};
  CoVar *x = co_leaf(tape, 1, 3, a), *gradient;
  CoVar *seed = co_constant(tape, 1, 3, weight);
  ck_assert(co_grad_seeded(tape, co_square(tape, x), seed, &x, 1, false, &gradient, NULL));
  const CoReal expected[] = {2, 0, -12};
  ck_assert_mem_eq(gradient->data, expected, sizeof expected);
  close_tape();
}
END_TEST

START_TEST(independent_gradients_are_zeros) {
  open_tape();
  const CoReal a = 3;
  CoVar *x = co_leaf(tape, 1, 1, &a), *other = co_leaf(tape, 2, 3, numbers), *constant = co_constant(tape, 1, 1, &a);
  CoVar *y = co_square(tape, x), *later = co_leaf(tape, 1, 2, numbers), *grads[4];
  ck_assert(co_grad(tape, y, (CoVar *[]){other, x, constant, later}, 4, false, grads, NULL));
  const CoReal zeros[6] = {0};
  ck_assert(grads[0]->rows == 2 && grads[0]->cols == 3);
  ck_assert_mem_eq(grads[0]->data, zeros, sizeof zeros);
  ck_assert(co_item(grads[1]) == 6);
  ck_assert(co_item(grads[2]) == 0);
  ck_assert(grads[3]->cols == 2 && grads[3]->data[1] == 0);
  ck_assert(co_grad(tape, constant, &x, 1, false, grads, NULL));
  ck_assert(co_item(grads[0]) == 0);
  close_tape();
}
END_TEST

// z = (x^2)^2: with respect to the middle 2 x^2, with respect to x 4 x^3, both in one sweep.
START_TEST(gradients_of_what_lies_between) {
  open_tape();
  const CoReal a = 3;
  CoVar *x = co_leaf(tape, 1, 1, &a), *middle = co_square(tape, x), *grads[3];
  CoVar *z = co_square(tape, middle);
  ck_assert(co_grad(tape, z, (CoVar *[]){middle, x, z}, 3, false, grads, NULL));
  ck_assert(co_item(grads[0]) == 18 && co_item(grads[1]) == 108 && co_item(grads[2]) == 1);
  ck_assert(co_grad(tape, z, &middle, 1, false, grads, NULL));
  ck_assert(co_item(grads[0]) == 18);
  close_tape();
}
END_TEST

// x^4: 4 x^3, 12 x^2, 24 x, 24.
START_TEST(gradients_of_gradients) {
  open_tape();
  const CoReal a = 2, expected[] = {32, 48, 48, 24};
  CoVar *x = co_leaf(tape, 1, 1, &a), *y = co_square(tape, co_square(tape, x));
  for (int order = 0; order < 4; order++) {
    ck_assert(co_grad(tape, y, &x, 1, true, &y, NULL));
    ck_assert(co_item(y) == expected[order]);
  }
  close_tape();
}
END_TEST

START_TEST(once_only_is_an_error_that_names_it) {
  open_tape();
  const int count[] = {1}, start[] = {0, 1};
  const CoPacked packed = {1, count, start};
  CoVar *x = co_leaf(tape, 1, 1, numbers), *w = co_leaf(tape, 1, 3, numbers), *gradient;
  const CoCell cell = {w, w, w, w, false};
  CoVar *y = co_gru(tape, &cell, &packed, x, NULL);
  CoError error;
  ck_assert(!co_grad(tape, y, &x, 1, true, &gradient, &error));
  ck_assert_str_eq(error.text, "the operation gru can be differentiated only once");
  ck_assert(co_grad(tape, y, &x, 1, false, &gradient, &error));
  // Twice is allowed when the operation does not lie on the way.
  ck_assert(co_grad(tape, co_square(tape, co_add(tape, x, y)), &y, 1, true, &gradient, &error));
  close_tape();
}
END_TEST

START_TEST(recording_off_only_computes) {
  open_tape();
  const CoReal a = 3;
  CoVar *x = co_leaf(tape, 1, 1, &a), *gradient;
  ck_assert(co_tape_record(tape, false));
  CoVar *silent = co_square(tape, x);
  ck_assert(!co_tape_record(tape, true));
  ck_assert(!silent->tracked && !silent->op && silent->inputs_count == 0 && co_item(silent) == 9);
  ck_assert(co_grad(tape, co_mul(tape, silent, x), &x, 1, false, &gradient, NULL));
  ck_assert(co_item(gradient) == 9);
  co_tape_record(tape, false);
  ck_assert(co_grad(tape, silent, &x, 1, true, &gradient, NULL));
  ck_assert(!co_tape_record(tape, false)); // as it was before
  close_tape();
}
END_TEST

START_TEST(rewinding_takes_back) {
  open_tape();
  CoVar *x = co_leaf(tape, 1, 4, numbers), *gradient;
  const CoTapeMark mark = co_tape_mark(tape);
  CoVar *first = co_square(tape, x);
  const CoReal *where = first->data;
  const int number = first->number;
  ck_assert(co_grad(tape, first, &x, 1, true, &gradient, NULL));
  const size_t peak = co_tape_peak(tape);
  co_tape_rewind(tape, mark);
  CoVar *again = co_square(tape, x);
  ck_assert(again->data == where && again->number == number);
  ck_assert(co_grad(tape, again, &x, 1, true, &gradient, NULL));
  ck_assert_uint_eq(co_tape_peak(tape), peak);
  co_tape_clear(tape);
  ck_assert_int_eq(co_leaf(tape, 1, 1, numbers)->number, 0);
  close_tape();
}
END_TEST

// Gradients with respect to the input of two layers of 1024 x 1024 never form those of the weights (4 MB each).
START_TEST(weights_are_left_alone) {
  open_tape();
  CoVar *x = co_leaf(tape, 1, 1024, numbers), *w = co_leaf(tape, 1024, 1024, numbers), *gradient;
  CoVar *y = co_linear(tape, co_relu(tape, co_matmul(tape, x, w)), w, co_leaf(tape, 1, 1024, numbers));
  const size_t before = co_tape_mark(tape).arena;
  ck_assert(co_grad(tape, y, &x, 1, false, &gradient, NULL));
  ck_assert_uint_lt(co_tape_mark(tape).arena - before, 64 * 1024);
  ck_assert(co_grad(tape, y, &w, 1, false, &gradient, NULL));
  ck_assert_uint_gt(co_tape_mark(tape).arena - before, 4 * 1024 * 1024);
  close_tape();
}
END_TEST

// A hundred slices of one variable, added up: their gradients are summed in place, not each in zeros of its own.
START_TEST(slices_share_one_gradient) {
  open_tape();
  CoVar *x = co_leaf(tape, 1000, 100, numbers), *sum = co_fill(tape, 1000, 1, 0), *gradient;
  for (int i = 0; i < 100; i++) sum = co_add(tape, sum, co_slice(tape, x, i, 1));
  const size_t before = co_tape_mark(tape).arena;
  ck_assert(co_grad(tape, sum, &x, 1, false, &gradient, NULL));
  ck_assert_uint_lt(co_tape_mark(tape).arena - before, 1000 * 1000);
  for (int i = 0; i < 1000 * 100; i++) ck_assert(gradient->data[i] == 1);
  close_tape();
}
END_TEST

// The gradient that a sum passes to both sides is one matrix; adding to one side must leave the other alone.
START_TEST(shared_gradients_stay_apart) {
  open_tape();
  const CoReal a = 1, b = 2;
  CoVar *x = co_leaf(tape, 1, 1, &a), *y = co_leaf(tape, 1, 1, &b), *grads[2];
  CoVar *sum = co_add(tape, co_add(tape, x, y), co_add(tape, co_square(tape, x), co_add(tape, x, x)));
  ck_assert(co_grad(tape, sum, (CoVar *[]){x, y}, 2, false, grads, NULL));
  ck_assert(co_item(grads[0]) == 5 && co_item(grads[1]) == 1);
  close_tape();
}
END_TEST

CO_TESTS(gradient_of_a_product, seed_is_the_gradient_that_enters, independent_gradients_are_zeros,
         gradients_of_what_lies_between, gradients_of_gradients, once_only_is_an_error_that_names_it,
         recording_off_only_computes, rewinding_takes_back, weights_are_left_alone, slices_share_one_gradient,
         shared_gradients_stay_apart)

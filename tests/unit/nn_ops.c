// What operations compute: values by hand, borders, masks, and plain loops for the fused ones.
#include <math.h>
#include <string.h>

#include "cohort/kernels.h"
#include "cohort/rng.h"
#include "cohort/sequence.h"
#include "suite.h"

static CoTape *tape;
static void open_tape(void) {
  tape = co_tape_create((size_t)1 << 28, NULL);
}
static void close_tape(void) {
  co_tape_destroy(tape);
}

#define ROW(...)                                                                                                       \
  co_constant(tape, 1, (int)(sizeof((CoReal[]){__VA_ARGS__}) / sizeof(CoReal)),                                        \
              memcpy(co_tape_bytes(tape, sizeof((CoReal[]){__VA_ARGS__})), (CoReal[]){__VA_ARGS__},                    \
                     sizeof((CoReal[]){__VA_ARGS__})))
#define EXPECT(var, ...) expect(var, (CoReal[]){__VA_ARGS__}, sizeof((CoReal[]){__VA_ARGS__}) / sizeof(CoReal))

static void expect(const CoVar *var, const CoReal *values, size_t count) {
  ck_assert_uint_eq((size_t)var->rows * (size_t)var->cols, count);
  for (size_t i = 0; i < count; i++) {
    const CoReal found = var->data[i], wanted = values[i], limit = 1e-6f * fmaxf(1, fabsf(wanted));
    ck_assert_msg(found == wanted || fabsf(found - wanted) <= limit, "number %zu is %g, not %g", i, found, wanted);
  }
}

static CoVar *noise(CoRng *rng, int rows, int cols) {
  CoReal *data = co_tape_memory(tape, (size_t)(rows * cols));
  for (int i = 0; i < rows * cols; i++) data[i] = (CoReal)co_rng_normal(rng);
  return co_constant(tape, rows, cols, data);
}

START_TEST(pieces) {
  open_tape();
  CoVar *x = ROW(-3, -1, 0, 1, 3);
  EXPECT(co_relu(tape, x), 0, 0, 0, 1, 3);
  EXPECT(co_leaky_relu(tape, x, 0.5f), -1.5f, -0.5f, 0, 1, 3);
  EXPECT(co_abs_of(tape, x), 3, 1, 0, 1, 3);
  EXPECT(co_clip(tape, x, -1, 2), -1, -1, 0, 1, 2);
  EXPECT(co_hard_sigmoid(tape, x), 0, 0.3f, 0.5f, 0.7f, 1);
  EXPECT(co_clip(tape, ROW(INFINITY, -INFINITY), 0, 1), 1, 0);
  EXPECT(co_relu(tape, ROW(INFINITY, -INFINITY)), INFINITY, 0);
  close_tape();
}
END_TEST

START_TEST(linear_and_activation_in_one) {
  open_tape();
  const CoReal w[] = {1, -1, 2, 0, 3, -2}, b[] = {0, 1, -3};
  CoVar *x = co_constant(tape, 2, 2, (const CoReal[]){1, 2, -1, 1});
  CoVar *y = co_linear_relu(tape, x, co_constant(tape, 2, 3, w), co_constant(tape, 1, 3, b));
  ck_assert(y->rows == 2 && y->cols == 3);
  EXPECT(co_reshape(tape, y, 1, 6), 1, 6, 0, 0, 5, 0); // 1 6 -5, -1 5 -7
  CoVar *z = co_linear_tanh(tape, x, co_constant(tape, 2, 3, w), co_constant(tape, 1, 3, b));
  EXPECT(co_reshape(tape, z, 1, 6), co_tanhf(1), co_tanhf(6), co_tanhf(-5), co_tanhf(-1), co_tanhf(5), co_tanhf(-7));
  close_tape();
}
END_TEST

// At the kinks: relu 0, leaky its slope, abs 0, clip passes at its bounds.
START_TEST(slopes_at_kinks) {
  open_tape();
  const CoReal at[] = {-1, 0, 1};
  CoVar *x = co_leaf(tape, 1, 3, at), *g;
  co_grad(tape, co_relu(tape, x), &x, 1, false, &g, NULL);
  EXPECT(g, 0, 0, 1);
  co_grad(tape, co_leaky_relu(tape, x, 0.5f), &x, 1, false, &g, NULL);
  EXPECT(g, 0.5f, 0.5f, 1);
  co_grad(tape, co_abs_of(tape, x), &x, 1, false, &g, NULL);
  EXPECT(g, -1, 0, 1);
  co_grad(tape, co_clip(tape, x, -1, 0), &x, 1, false, &g, NULL);
  EXPECT(g, 1, 1, 0);
  close_tape();
}
END_TEST

START_TEST(smooth_ones) {
  open_tape();
  EXPECT(co_elu(tape, ROW(-1, 0, 2)), -0.63212056f, 0, 2);
  EXPECT(co_softplus(tape, ROW(0, 1, -20, 40, -200)), 0.69314718f, 1.31326169f, 2.0611537e-9f, 40, 0);
  ck_assert_float_eq_tol(co_softplus(tape, ROW(-20))->data[0], 2.0611537e-9f, 1e-15f); // not lost beside 1
  EXPECT(co_gelu(tape, ROW(-1, 0, 1)), -0.15880801f, 0, 0.84119199f);
  EXPECT(co_sigmoid_of(tape, ROW(0, 2)), 0.5f, 0.88079708f);
  EXPECT(co_tanh_of(tape, ROW(0, 0.5f)), 0, 0.46211716f);
  EXPECT(co_exp_of(tape, co_log_of(tape, ROW(2, 7))), 2, 7);
  EXPECT(co_sqrt_of(tape, ROW(9, 2)), 3, 1.41421356f);
  close_tape();
}
END_TEST

START_TEST(pairs) {
  open_tape();
  CoVar *a = ROW(1, 5, 2), *b = ROW(4, 5, -1);
  EXPECT(co_sub(tape, a, b), -3, 0, 3);
  EXPECT(co_div(tape, a, b), 0.25f, 1, -2);
  EXPECT(co_minimum(tape, a, b), 1, 5, -1);
  EXPECT(co_maximum(tape, a, b), 4, 5, 2);
  EXPECT(co_minimum(tape, ROW(1e30f), ROW(1)), 1);
  EXPECT(co_huber(tape, a, b, 1), 2.5f, 0, 2.5f);
  EXPECT(co_huber(tape, ROW(0.5f), ROW(0), 1), 0.125f);
  EXPECT(co_squared(tape, a, b), 9, 0, 9);
  EXPECT(co_affine(tape, a, 2, -1), 1, 9, 3);
  close_tape();
}
END_TEST

// Ties go to the first.
START_TEST(tied_gradients) {
  open_tape();
  const CoReal p[] = {1, 5, 2}, q[] = {4, 5, -1};
  CoVar *in[] = {co_leaf(tape, 1, 3, p), co_leaf(tape, 1, 3, q)}, *g[2];
  co_grad(tape, co_minimum(tape, in[0], in[1]), in, 2, false, g, NULL);
  EXPECT(g[0], 1, 1, 0);
  EXPECT(g[1], 0, 0, 1);
  co_grad(tape, co_maximum(tape, in[0], in[1]), in, 2, false, g, NULL);
  EXPECT(g[0], 0, 1, 1);
  EXPECT(g[1], 1, 0, 0);
  close_tape();
}
END_TEST

START_TEST(rows_and_columns) {
  open_tape();
  const CoReal numbers[] = {1, 2, 3, 4, 5, 6};
  CoVar *x = co_constant(tape, 2, 3, numbers), *row = ROW(10, 20, 30);
  CoVar *col = co_transpose(tape, ROW(-1, 2));
  EXPECT(co_add_row(tape, x, row), 11, 22, 33, 14, 25, 36);
  EXPECT(co_mul_row(tape, x, row), 10, 40, 90, 40, 100, 180);
  EXPECT(co_add_col(tape, x, col), 0, 1, 2, 6, 7, 8);
  EXPECT(co_mul_col(tape, x, col), -1, -2, -3, 8, 10, 12);
  EXPECT(co_sum_rows(tape, x), 6, 15);
  EXPECT(co_sum_cols(tape, x), 5, 7, 9);
  EXPECT(co_sum_all(tape, x), 21);
  EXPECT(co_mean_all(tape, x), 3.5f);
  EXPECT(co_weighted_sum(tape, x, (CoReal[]){1, 0, 0, 0, 0, 2}), 13);
  EXPECT(co_transpose(tape, x), 1, 4, 2, 5, 3, 6);
  EXPECT(co_slice(tape, x, 1, 2), 2, 3, 5, 6);
  EXPECT(co_rows(tape, x, 1, 1), 4, 5, 6);
  ck_assert(co_rows(tape, x, 1, 1)->data == numbers + 3);
  ck_assert(co_reshape(tape, x, 3, 2)->data == numbers);
  EXPECT(co_concat(tape, (CoVar *[]){x, col}, 2), 1, 2, 3, -1, 4, 5, 6, 2);
  EXPECT(co_stack(tape, (CoVar *[]){row, x}, 2), 10, 20, 30, 1, 2, 3, 4, 5, 6);
  EXPECT(co_gather(tape, x, (int[]){1, 1, 0}, 3), 4, 5, 6, 4, 5, 6, 1, 2, 3);
  EXPECT(co_scatter(tape, x, (int[]){2, 2}, 3), 0, 0, 0, 0, 0, 0, 5, 7, 9);
  EXPECT(co_pick(tape, x, (int[]){2, 0}), 3, 4);
  EXPECT(co_matmul_rows(tape, co_slice(tape, x, 0, 1), x), 1, 2, 3, 16, 20, 24);
  EXPECT(co_matmul_rows(tape, x, x), 14, 77);
  close_tape();
}
END_TEST

START_TEST(masks) {
  open_tape();
  CoVar *x = ROW(1, 100, 2, 3);
  const uint8_t legal[] = {1, 0, 1, 0};
  const CoReal low = 1 / (1 + expf(1)), high = 1 - low;
  EXPECT(co_softmax_rows(tape, x, legal), low, 0, high, 0);
  EXPECT(co_log_softmax_rows(tape, x, legal), logf(low), -1e30f, logf(high), -1e30f);
  EXPECT(co_max_rows(tape, x, legal), 2);
  EXPECT(co_max_rows(tape, x, NULL), 100);
  EXPECT(co_max_channels(tape, x, 2), 2, 100); // (1, 100) above (2, 3)
  EXPECT(co_softmax_rows(tape, ROW(1000, 1000), NULL), 0.5f, 0.5f);
  EXPECT(co_log_softmax_rows(tape, ROW(-1000, 0), NULL), -1000, 0);
  close_tape();
}
END_TEST

// No gradient reaches an illegal entry, and the entropy of a masked softmax is finite.
START_TEST(masks_stop_gradients) {
  open_tape();
  const CoReal numbers[] = {1, 100, 2, 3};
  const uint8_t legal[] = {1, 0, 1, 1};
  CoVar *x = co_leaf(tape, 1, 4, numbers), *g;
  CoVar *entropy = co_mul(tape, co_softmax_rows(tape, x, legal), co_log_softmax_rows(tape, x, legal));
  co_grad(tape, entropy, &x, 1, false, &g, NULL);
  ck_assert(isfinite(co_item(co_sum_all(tape, entropy))) && g->data[1] == 0 && g->data[0] != 0);
  co_grad(tape, co_log_softmax_rows(tape, x, legal), &x, 1, false, &g, NULL); // 1 - 3 softmax
  const CoVar *p = co_softmax_rows(tape, x, legal);
  EXPECT(g, 1 - 3 * p->data[0], 0, 1 - 3 * p->data[2], 1 - 3 * p->data[3]);
  close_tape();
}
END_TEST

START_TEST(layer_norm) {
  open_tape();
  CoVar *y = co_layer_norm(tape, ROW(1, 2, 3), ROW(1, 1, 2), ROW(0, 5, 0), 0);
  const CoReal unit = sqrtf(1.5f);
  EXPECT(y, -unit, 5, 2 * unit);
  close_tape();
}
END_TEST

static CoReal conv_at(const CoConv *c, const CoVar *x, const CoVar *w, int image, int out, int top, int left) {
  double sum = 0;
  for (int in = 0; in < c->in_channels; in++)
    for (int i = 0; i < c->kernel; i++)
      for (int j = 0; j < c->kernel; j++) {
        const int row = top * c->stride + i - c->padding, col = left * c->stride + j - c->padding;
        if (row < 0 || row >= c->height || col < 0 || col >= c->width) continue;
        const double pixel = (double)x->data[image * x->cols + (in * c->height + row) * c->width + col];
        sum += pixel * (double)w->data[((in * c->kernel + i) * c->kernel + j) * c->out_channels + out];
      }
  return (CoReal)sum;
}

START_TEST(convolution_against_loops) {
  open_tape();
  CoRng rng = co_rng(7, "conv", 0);
  for (int trial = 0; trial < 20; trial++) {
    const CoConv c = {co_rng_int(&rng, 1, 3), co_rng_int(&rng, 3, 9), co_rng_int(&rng, 3, 9), co_rng_int(&rng, 1, 5),
                      co_rng_int(&rng, 1, 3), co_rng_int(&rng, 1, 3), co_rng_int(&rng, 0, 2)};
    CoVar *x = noise(&rng, 2, c.in_channels * c.height * c.width), *b = noise(&rng, 1, c.out_channels);
    CoVar *w = noise(&rng, c.in_channels * c.kernel * c.kernel, c.out_channels);
    const int high = (c.height + 2 * c.padding - c.kernel) / c.stride + 1,
              wide = (c.width + 2 * c.padding - c.kernel) / c.stride + 1;
    const CoVar *y = co_conv(tape, x, w, b, &c);
    ck_assert(y->rows == 2 && y->cols == c.out_channels * high * wide);
    ck_assert(co_conv_height(&c) == high && co_conv_width(&c) == wide);
    for (int image = 0; image < 2; image++)
      for (int at = 0; at < y->cols; at++) {
        const int out = at / (high * wide), top = at / wide % high, left = at % wide;
        const CoReal expected = conv_at(&c, x, w, image, out, top, left) + b->data[out];
        ck_assert_float_eq_tol(y->data[image * y->cols + at], expected, 1e-5f);
      }
  }
  close_tape();
}
END_TEST

// Two heads of width 1 in groups of two rows; row 0 may look at itself only, row 3 at nothing.
START_TEST(attention_by_hand) {
  open_tape();
  const CoReal q[] = {1, 2, 1, 0, 3, 1, 1, 1}, k[] = {1, 1, 0, 2, 1, 0, 2, 1}, v[] = {1, 2, 3, 4, 5, 6, 7, 8};
  const uint8_t legal[] = {1, 0, 1, 1, 1, 1, 0, 0};
  CoVar *y = co_attention(tape, co_constant(tape, 4, 2, q), co_constant(tape, 4, 2, k), co_constant(tape, 4, 2, v), 2,
                          2, legal);
  const CoReal e = expf(1), a = e / (e + 1), c = 1 / (1 + e * e * e);
  EXPECT(y, 1, 2, a * 1 + (1 - a) * 3, 3, c * 5 + (1 - c) * 7, (1 - a) * 6 + a * 8, 0, 0);
  close_tape();
}
END_TEST

CO_TESTS(pieces, linear_and_activation_in_one, slopes_at_kinks, smooth_ones, pairs, tied_gradients, rows_and_columns,
         masks, masks_stop_gradients, layer_norm, convolution_against_loops, attention_by_hand)

// Every operation of the tape against central differences; an operation that no row reaches fails the test.
#include "cohort/sequence.h"
#include "gradcheck.h"
#include "op.h"

typedef struct Shape {
  int rows, cols;
} Shape;

static Shape shape(CoCheck *c) {
  const int rows = co_check_int(c, 1, 5), cols = co_check_int(c, 1, 6);
  return (Shape){rows, cols};
}

static CoVar *leaf(CoCheck *c, int rows, int cols) {
  return co_check_leaf(c, rows, cols, 0);
}
static CoVar *shifted(CoCheck *c, int rows, int cols) {
  return co_check_leaf(c, rows, cols, 0.05);
}
static CoVar *some(CoCheck *c) {
  const Shape s = shape(c);
  return leaf(c, s.rows, s.cols);
}
static CoVar *positive(CoCheck *c, int rows, int cols) {
  return co_abs_of(c->tape, leaf(c, rows, cols));
}

// Half of the entries legal, and one in every row at least.
static const uint8_t *mask(CoCheck *c, int rows, int cols) {
  uint8_t *legal = co_tape_bytes(c->tape, (size_t)(rows * cols));
  for (int i = 0; i < rows * cols; i++) legal[i] = (uint8_t)co_check_int(c, 0, 1);
  for (int i = 0; i < rows; i++) legal[i * cols + co_check_int(c, 0, cols - 1)] = 1;
  return legal;
}

static const int *indices(CoCheck *c, int count, int below) {
  int *list = co_tape_bytes(c->tape, (size_t)count * sizeof *list);
  for (int i = 0; i < count; i++) list[i] = co_check_int(c, 0, below - 1);
  return list;
}

static CoVar *matmul(CoCheck *c) {
  const Shape s = shape(c);
  const int k = co_check_int(c, 1, 4);
  CoVar *a = leaf(c, s.rows, k);
  return co_matmul(c->tape, a, leaf(c, k, s.cols));
}

static CoVar *matmul_nt(CoCheck *c) {
  const Shape s = shape(c);
  const int k = co_check_int(c, 1, 4);
  CoVar *a = leaf(c, s.rows, k);
  return co_matmul_nt(c->tape, a, leaf(c, s.cols, k));
}

static CoVar *matmul_tn(CoCheck *c) {
  const Shape s = shape(c);
  const int k = co_check_int(c, 1, 4);
  CoVar *a = leaf(c, k, s.rows);
  return co_matmul_tn(c->tape, a, leaf(c, k, s.cols));
}

static CoVar *linear(CoCheck *c) {
  const Shape s = shape(c);
  const int in = co_check_int(c, 1, 4);
  CoVar *x = leaf(c, s.rows, in), *w = leaf(c, in, s.cols);
  return co_linear(c->tape, x, w, leaf(c, 1, s.cols));
}

static CoVar *linear_without_bias(CoCheck *c) {
  CoVar *x = some(c);
  return co_linear(c->tape, x, leaf(c, x->cols, 3), NULL);
}

static CoVar *linear_relu(CoCheck *c) {
  const Shape s = shape(c);
  const int in = co_check_int(c, 1, 4);
  CoVar *x = leaf(c, s.rows, in), *w = leaf(c, in, s.cols);
  return co_linear_relu(c->tape, x, w, leaf(c, 1, s.cols));
}

static CoVar *linear_tanh(CoCheck *c) {
  const Shape s = shape(c);
  const int in = co_check_int(c, 1, 4);
  CoVar *x = leaf(c, s.rows, in), *w = leaf(c, in, s.cols);
  return co_linear_tanh(c->tape, x, w, leaf(c, 1, s.cols));
}

static CoVar *matmul_rows(CoCheck *c) {
  CoVar *x = some(c);
  return co_matmul_rows(c->tape, x, leaf(c, x->rows, x->cols * co_check_int(c, 1, 4)));
}

static CoVar *batch_matmul(CoCheck *c) {
  const Shape s = shape(c);
  const int groups = co_check_int(c, 1, 3), k = co_check_int(c, 1, 4);
  CoVar *a = leaf(c, groups * s.rows, k);
  return co_batch_matmul(c->tape, a, leaf(c, groups * k, s.cols), groups);
}

static CoVar *batch_matmul_nt(CoCheck *c) {
  const Shape s = shape(c);
  const int groups = co_check_int(c, 1, 3), k = co_check_int(c, 1, 4);
  CoVar *a = leaf(c, groups * s.rows, k);
  return co_batch_matmul_nt(c->tape, a, leaf(c, groups * s.cols, k), groups);
}

static CoVar *batch_matmul_tn(CoCheck *c) {
  const Shape s = shape(c);
  const int groups = co_check_int(c, 1, 3), k = co_check_int(c, 1, 4);
  CoVar *a = leaf(c, groups * k, s.rows);
  return co_batch_matmul_tn(c->tape, a, leaf(c, groups * k, s.cols), groups);
}

#define PAIR(name, call)                                                                                               \
  static CoVar *name(CoCheck *c) {                                                                                     \
    const Shape s = shape(c);                                                                                          \
    CoVar *a = leaf(c, s.rows, s.cols);                                                                                \
    CoVar *b = shifted(c, s.rows, s.cols);                                                                             \
    return call(c->tape, a, b);                                                                                        \
  }
PAIR(add, co_add)
PAIR(sub, co_sub)
PAIR(mul, co_mul)
PAIR(minimum, co_minimum)
PAIR(maximum, co_maximum)
PAIR(squared, co_squared)

static CoVar *div_by(CoCheck *c) {
  CoVar *a = some(c);
  return co_div(c->tape, a, co_affine(c->tape, positive(c, a->rows, a->cols), 1, (CoReal)0.5));
}

static CoVar *huber(CoCheck *c) {
  CoVar *a = some(c);
  return co_huber(c->tape, a, shifted(c, a->rows, a->cols), (CoReal)0.75);
}

static CoVar *add_row(CoCheck *c) {
  CoVar *x = some(c);
  return co_add_row(c->tape, x, leaf(c, 1, x->cols));
}

static CoVar *mul_row(CoCheck *c) {
  CoVar *x = some(c);
  return co_mul_row(c->tape, x, leaf(c, 1, x->cols));
}

static CoVar *add_col(CoCheck *c) {
  CoVar *x = some(c);
  return co_add_col(c->tape, x, leaf(c, x->rows, 1));
}

static CoVar *mul_col(CoCheck *c) {
  CoVar *x = some(c);
  return co_mul_col(c->tape, x, leaf(c, x->rows, 1));
}

#define UNARY(name, ...)                                                                                               \
  static CoVar *name(CoCheck *c) {                                                                                     \
    CoTape *t = c->tape;                                                                                               \
    CoVar *x = some(c);                                                                                                \
    return __VA_ARGS__;                                                                                                \
  }
UNARY(affine, co_affine(t, x, -3, 2))
UNARY(relu, co_relu(t, x))
UNARY(leaky_relu, co_leaky_relu(t, x, (CoReal)0.1))
UNARY(elu, co_elu(t, x))
UNARY(gelu, co_gelu(t, x))
UNARY(tanh_of, co_tanh_of(t, x))
UNARY(sigmoid, co_sigmoid_of(t, x))
UNARY(hard_sigmoid, co_hard_sigmoid(t, co_affine(t, x, 2, 0)))
UNARY(softplus, co_softplus(t, co_affine(t, x, 8, 0)))
UNARY(exp_of, co_exp_of(t, x))
UNARY(log_of, co_log_of(t, co_affine(t, co_abs_of(t, x), 1, (CoReal)0.5)))
UNARY(square, co_square(t, x))
UNARY(sqrt_of, co_sqrt_of(t, co_affine(t, co_abs_of(t, x), 1, (CoReal)0.5)))
UNARY(abs_of, co_abs_of(t, x))
UNARY(clip, co_clip(t, x, -1, (CoReal)1.5))
UNARY(softmax, co_softmax_rows(t, x, NULL))
UNARY(softmax_masked, co_softmax_rows(t, x, mask(c, x->rows, x->cols)))
UNARY(log_softmax, co_log_softmax_rows(t, x, NULL))
// Illegal entries are -1e30 whatever x is, and would drown the differences of the others.
UNARY(log_softmax_masked, co_clip(t, co_log_softmax_rows(t, x, mask(c, x->rows, x->cols)), -8, 1))
UNARY(gather, co_gather(t, x, indices(c, 7, x->rows), 7))
UNARY(scatter, co_scatter(t, x, indices(c, x->rows, 3), 3))
UNARY(pick, co_pick(t, x, indices(c, x->rows, x->cols)))
static CoVar *max_channels(CoCheck *c) {
  const int channels = co_check_int(c, 1, 4), cells = co_check_int(c, 1, 5);
  return co_max_channels(c->tape, leaf(c, co_check_int(c, 1, 3), channels * cells), channels);
}
UNARY(max_rows, co_max_rows(t, x, mask(c, x->rows, x->cols)))
UNARY(slice, co_slice(t, x, x->cols / 2, x->cols - x->cols / 2))
UNARY(rows, co_rows(t, x, x->rows / 2, x->rows - x->rows / 2))
UNARY(reshape, co_square(t, co_reshape(t, x, x->cols, x->rows)))
UNARY(transpose, co_transpose(t, x))
UNARY(sum_all, co_sum_all(t, x))
UNARY(mean_all, co_mean_all(t, x))
UNARY(sum_rows, co_sum_rows(t, x))
UNARY(sum_cols, co_sum_cols(t, x))
UNARY(weighted_sum, co_weighted_sum(t, x, co_check_constants(c, co_size(x))))
// A variable used many times: gradients add up.
UNARY(reused, co_add(t, co_mul(t, x, x), co_add(t, co_tanh_of(t, x), co_mul(t, x, co_exp_of(t, x)))))
UNARY(overlapping, co_add(t, co_sum_all(t, co_square(t, co_rows(t, x, 0, x->rows))),
                          co_sum_all(t, co_exp_of(t, co_slice(t, x, 0, (x->cols + 1) / 2)))))

static CoVar *concat(CoCheck *c) {
  CoVar *a = some(c), *b = leaf(c, a->rows, 2);
  return co_concat(c->tape, (CoVar *[]){a, b, a}, 3);
}

static CoVar *stack(CoCheck *c) {
  CoVar *a = some(c), *b = leaf(c, 2, a->cols);
  return co_stack(c->tape, (CoVar *[]){b, a, b}, 3);
}

static CoVar *layer_norm(CoCheck *c) {
  CoVar *x = leaf(c, co_check_int(c, 1, 4), co_check_int(c, 2, 6)), *gain = leaf(c, 1, x->cols);
  return co_layer_norm(c->tape, x, gain, leaf(c, 1, x->cols), (CoReal)1e-5);
}

static CoVar *conv(CoCheck *c) {
  CoConv k = {.in_channels = co_check_int(c, 1, 2), .out_channels = co_check_int(c, 1, 3)};
  k.kernel = co_check_int(c, 1, 3);
  k.stride = co_check_int(c, 1, 2);
  k.padding = co_check_int(c, 0, 1);
  k.height = k.kernel + co_check_int(c, 0, 3);
  k.width = k.kernel + co_check_int(c, 0, 3);
  CoVar *x = leaf(c, 2, k.in_channels * k.height * k.width);
  CoVar *w = leaf(c, k.in_channels * k.kernel * k.kernel, k.out_channels);
  return co_conv(c->tape, x, w, leaf(c, 1, k.out_channels), &k);
}

static CoVar *attention(CoCheck *c) {
  const int group = co_check_int(c, 1, 4), rows = group * co_check_int(c, 1, 2);
  const int heads = co_check_int(c, 1, 2), width = heads * co_check_int(c, 1, 3);
  CoVar *q = leaf(c, rows, width), *k = leaf(c, rows, width), *v = leaf(c, rows, width);
  uint8_t *legal = co_tape_bytes(c->tape, (size_t)(rows * group));
  for (int i = 0; i < rows * group; i++) legal[i] = (uint8_t)co_check_int(c, 0, 1); // a row may see nothing
  return co_attention(c->tape, q, k, v, heads, group, co_check_int(c, 0, 1) ? legal : NULL);
}

// Lengths 4, 3, 1 or 2, 2, 2 ...: the longest first.
static CoPacked packed(CoCheck *c) {
  enum { MOST = 4 };
  int *numbers = co_tape_bytes(c->tape, (2 * MOST + 1) * sizeof(int)), *start = numbers + MOST, count = 3;
  const int steps = co_check_int(c, 1, MOST);
  start[0] = 0;
  for (int i = 0; i < steps; i++) {
    numbers[i] = count;
    start[i + 1] = start[i] + count;
    count = co_check_int(c, 1, count);
  }
  return (CoPacked){.steps = steps, .count = numbers, .start = start};
}

static CoCell cell(CoCheck *c, int in, int hidden, int gates) {
  CoTape *t = c->tape;
  const int wide = gates * hidden;
  const CoReal small = (CoReal)0.4; // keeps the gates where their slopes are not tiny
  CoCell cell = {.w_ih = co_affine(t, leaf(c, in, wide), small, 0)};
  cell.w_hh = co_affine(t, leaf(c, hidden, wide), small, 0);
  cell.b_ih = co_affine(t, leaf(c, 1, wide), small, 0);
  cell.b_hh = co_affine(t, leaf(c, 1, wide), small, 0);
  return cell;
}

static CoVar *unrolled(CoCheck *c, int gates, bool hard, bool first) {
  const int in = co_check_int(c, 1, 3), hidden = co_check_int(c, 1, 3);
  const CoPacked p = packed(c);
  CoCell k = cell(c, in, hidden, gates);
  k.hard = hard;
  CoVar *x = leaf(c, p.start[p.steps], in);
  CoVar *state = first ? leaf(c, 3, gates == 4 ? 2 * hidden : hidden) : NULL;
  return (gates == 4 ? co_lstm : co_gru)(c->tape, &k, &p, x, state);
}

static CoVar *gru(CoCheck *c) {
  return unrolled(c, 3, false, true);
}
static CoVar *gru_from_zeros(CoCheck *c) {
  return unrolled(c, 3, false, false);
}
static CoVar *lstm(CoCheck *c) {
  return unrolled(c, 4, false, true);
}
static CoVar *lstm_from_zeros(CoCheck *c) {
  return unrolled(c, 4, false, false);
}
static CoVar *lstm_hard(CoCheck *c) {
  return unrolled(c, 4, true, true);
}

static CoVar *one(CoCheck *c, int gates, bool hard) {
  CoCell k = cell(c, 2, 3, gates);
  k.hard = hard;
  CoVar *x = leaf(c, 3, 2), *state = leaf(c, 3, gates == 4 ? 6 : 3);
  return (gates == 4 ? co_lstm_cell : co_gru_cell)(c->tape, &k, x, state);
}

static CoVar *gru_cell(CoCheck *c) {
  return one(c, 3, false);
}
static CoVar *lstm_cell(CoCheck *c) {
  return one(c, 4, false);
}
static CoVar *lstm_cell_hard(CoCheck *c) {
  return one(c, 4, true);
}

#define ROW(build)                                                                                                     \
  { #build, build, true }
#define ONCE(build)                                                                                                    \
  { #build, build, false }
static const CoCheckCase cases[] = {
    ROW(matmul),
    ROW(matmul_nt),
    ROW(matmul_tn),
    ROW(linear),
    ROW(linear_without_bias),
    ROW(linear_relu),
    ROW(linear_tanh),
    ROW(matmul_rows),
    ROW(batch_matmul),
    ROW(batch_matmul_nt),
    ROW(batch_matmul_tn),
    ROW(add),
    ROW(sub),
    ROW(mul),
    ROW(minimum),
    ROW(maximum),
    ROW(squared),
    ROW(div_by),
    ROW(huber),
    ROW(add_row),
    ROW(mul_row),
    ROW(add_col),
    ROW(mul_col),
    ROW(affine),
    ROW(relu),
    ROW(leaky_relu),
    ROW(elu),
    ROW(gelu),
    ROW(tanh_of),
    ROW(sigmoid),
    ROW(hard_sigmoid),
    ROW(softplus),
    ROW(exp_of),
    ROW(log_of),
    ROW(square),
    ROW(sqrt_of),
    ROW(abs_of),
    ROW(clip),
    ROW(softmax),
    ROW(softmax_masked),
    ROW(log_softmax),
    ROW(log_softmax_masked),
    ROW(gather),
    ROW(scatter),
    ROW(pick),
    ROW(max_rows),
    ROW(max_channels),
    ROW(slice),
    ROW(rows),
    ROW(reshape),
    ROW(transpose),
    ROW(sum_all),
    ROW(mean_all),
    ROW(sum_rows),
    ROW(sum_cols),
    ROW(weighted_sum),
    ROW(reused),
    ROW(overlapping),
    ROW(concat),
    ROW(stack),
    ROW(layer_norm),
    ROW(gru_cell),
    ROW(lstm_cell),
    ROW(lstm_cell_hard),
    ONCE(conv),
    ONCE(attention),
    ONCE(gru),
    ONCE(gru_from_zeros),
    ONCE(lstm),
    ONCE(lstm_from_zeros),
    ONCE(lstm_hard),
};

static bool reached[CO_OPS_COUNT];

static void look(const CoTape *tape) {
  for (int i = 0; i < tape->count; i++)
    if (tape->vars[i]->op) reached[tape->vars[i]->op - co_ops] = true;
}

START_TEST(gradients) {
  CoTape *tape = co_tape_create((size_t)1 << 28, NULL);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (uint64_t seed = 0; seed < 6; seed++) co_check_case(tape, &cases[i], seed, look);
  for (int i = 0; i < CO_OPS_COUNT; i++)
    ck_assert_msg(reached[i], "no row of this test reaches the operation %s", co_ops[i].name);
  co_tape_destroy(tape);
}
END_TEST

// What co_stop hides has no gradient: d/dx of x stop(x^2) is x^2.
START_TEST(stopped) {
  const CoReal value = 3;
  CoTape *tape = co_tape_create((size_t)1 << 20, NULL);
  CoVar *x = co_leaf(tape, 1, 1, &value), *gradient;
  CoVar *y = co_mul(tape, x, co_stop(tape, co_square(tape, x)));
  ck_assert(co_grad(tape, y, &x, 1, false, &gradient, NULL));
  ck_assert_double_eq(co_item(gradient), 9);
  co_tape_destroy(tape);
}
END_TEST

CO_TESTS(gradients, stopped)

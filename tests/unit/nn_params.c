// Parameter sets: where numbers lie, how they begin, how they are copied and saved.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/params.h"
#include "suite.h"

static CoParams pair(void) {
  CoParams params = {0};
  ck_assert_int_eq(co_params_add(&params, "a", 3, 5, CO_LAYOUT_SAME), 0);
  ck_assert_int_eq(co_params_add(&params, "b", 1, 17, CO_LAYOUT_VECTOR), 1);
  ck_assert(co_params_allocate(&params, NULL));
  return params;
}

static void fill(CoParams *params, CoReal value) {
  for (int i = 0; i < params->count; i++)
    for (int j = 0; j < params->items[i].rows * params->items[i].cols; j++)
      co_params_at(params, i)[j] = value + (CoReal)j;
}

START_TEST(block_layout) {
  CoParams params = pair();
  ck_assert_uint_eq(params.items[0].offset, 0);
  ck_assert_uint_eq(params.items[1].offset, 16); // 64 bytes
  ck_assert_uint_eq(params.size, 16 + 32);
  for (int i = 0; i < 2; i++) ck_assert_uint_eq((size_t)co_params_at(&params, i) % 64, 0);
  fill(&params, 1);
  ck_assert(params.values[15] == 0 && params.values[16 + 17] == 0 && params.values[47] == 0);
  co_params_free(&params);
  ck_assert(params.count == 0 && !params.values && !params.items);
}
END_TEST

START_TEST(many_parameters) {
  CoParams params = {0};
  char name[16];
  for (int i = 0; i < 100; i++) {
    snprintf(name, sizeof name, "p%d", i);
    ck_assert_int_eq(co_params_add(&params, name, 1, 1, CO_LAYOUT_SAME), i);
  }
  ck_assert(co_params_allocate(&params, NULL));
  ck_assert_str_eq(params.items[99].name, "p99");
  ck_assert_uint_eq(params.size, 100 * 16);
  co_params_free(&params);
}
END_TEST

START_TEST(copies_and_blends) {
  CoParams params = pair(), copy;
  fill(&params, 1);
  ck_assert(co_params_clone(&copy, &params, NULL));
  ck_assert_str_eq(copy.items[1].name, "b");
  ck_assert_mem_eq(copy.values, params.values, params.size * sizeof(CoReal));
  fill(&params, 5);
  ck_assert(co_params_at(&copy, 1)[2] == 3);
  co_params_blend(&copy, &params, 0.25);
  ck_assert(co_params_at(&copy, 1)[2] == 4);
  co_params_copy(&copy, &params);
  ck_assert(co_params_at(&copy, 1)[2] == 7);
  co_params_free(&params);
  co_params_free(&copy);
}
END_TEST

START_TEST(binding_and_gathering) {
  CoParams params = pair();
  fill(&params, 1);
  CoTape *tape = co_tape_create((size_t)1 << 20, NULL);
  CoVar **bound = co_params_bind(tape, &params), *grads[2];
  ck_assert(bound[0]->data == params.values && bound[1]->data == params.values + 16 && bound[1]->cols == 17);
  CoVar *loss = co_add(tape, co_sum_all(tape, co_square(tape, bound[0])), co_sum_all(tape, bound[1]));
  ck_assert(co_grad(tape, loss, bound, 2, false, grads, NULL));
  CoReal flat[48];
  for (int i = 0; i < 48; i++) flat[i] = 100;
  co_params_gather(&params, grads, flat);
  ck_assert(params.size == 48 && flat[47] == 0);
  ck_assert(flat[0] == 2 && flat[14] == 30 && flat[15] == 0 && flat[16] == 1 && flat[32] == 1 && flat[33] == 0);
  co_tape_destroy(tape);
  co_params_free(&params);
}
END_TEST

static bool load(CoParams *params, const CoWriter *writer, size_t bytes, CoError *error) {
  CoReader reader = co_reader(writer->data, bytes, error);
  return co_params_load(params, &reader);
}

START_TEST(saved_bits_come_back) {
  CoParams params = pair(), copy = pair(), other = {0};
  fill(&params, 0.1f);
  params.values[3] = -0.0f;
  CoWriter writer = {0};
  CoError error;
  co_params_save(&params, &writer);
  ck_assert(load(&copy, &writer, writer.size, &error));
  ck_assert_mem_eq(copy.values, params.values, params.size * sizeof(CoReal));
  for (size_t cut = 0; cut < writer.size; cut++) ck_assert(!load(&copy, &writer, cut, &error));
  co_params_add(&other, "a", 3, 5, CO_LAYOUT_SAME);
  co_params_add(&other, "c", 1, 17, CO_LAYOUT_SAME);
  co_params_allocate(&other, NULL);
  ck_assert(!load(&other, &writer, writer.size, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "parameter b where c was expected"));
  memcpy(other.items[1].name, "b", 2);
  other.items[1].cols = 16;
  ck_assert(!load(&other, &writer, writer.size, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "b is 1 x 17, expected 1 x 16"));
  other.count = 1;
  ck_assert(!load(&other, &writer, writer.size, &error));
  co_writer_free(&writer);
  co_params_free(&params);
  co_params_free(&copy);
  co_params_free(&other);
}
END_TEST

typedef struct Moments {
  double mean, deviation, most;
} Moments;

static Moments moments(CoParams *params, int number) {
  const int n = params->items[number].rows * params->items[number].cols;
  Moments m = {0};
  for (int i = 0; i < n; i++) {
    const double x = (double)co_params_at(params, number)[i];
    m.mean += x / n;
    m.deviation += x * x / n;
    m.most = fmax(m.most, fabs(x));
  }
  m.deviation = sqrt(m.deviation - m.mean * m.mean);
  return m;
}

static void check_moments(Moments m, double deviation, double most) {
  ck_assert_double_eq_tol(m.mean, 0, 0.05 * deviation);
  ck_assert_double_eq_tol(m.deviation, deviation, 0.03 * deviation);
  ck_assert_double_le(m.most, most);
}

START_TEST(distributions) {
  CoParams params = {0};
  CoRng rng = co_rng(1, "init", 0);
  const int w = co_params_add(&params, "w", 100, 200, CO_LAYOUT_TRANSPOSED);
  ck_assert(co_params_allocate(&params, NULL));
  co_params_init(&params, w, CO_INIT_TORCH, 0, 1, &rng);
  check_moments(moments(&params, w), 0.1 / sqrt(3), 0.1);
  ck_assert_double_gt(moments(&params, w).most, 0.0999);
  co_params_init(&params, w, CO_INIT_TORCH, 25, 2, &rng);
  check_moments(moments(&params, w), 0.4 / sqrt(3), 0.4);
  co_params_init(&params, w, CO_INIT_XAVIER, 0, 1, &rng);
  check_moments(moments(&params, w), sqrt(2. / 300), sqrt(6. / 300));
  co_params_init(&params, w, CO_INIT_KAIMING, 0, 1, &rng);
  check_moments(moments(&params, w), sqrt(2. / 100), 1);
  co_params_init(&params, w, CO_INIT_ONE, 0, 3, &rng);
  ck_assert_double_eq_tol(moments(&params, w).mean, 3, 1e-9);
  ck_assert(moments(&params, w).most == 3);
  co_params_init(&params, w, CO_INIT_ZERO, 0, 3, &rng);
  ck_assert(moments(&params, w).most == 0);
  co_params_free(&params);
}
END_TEST

// The shorter side's vectors have length `gain` and stand at right angles.
static void check_orthogonal(int rows, int cols, double gain) {
  CoParams params = {0};
  CoRng rng = co_rng(2, "orthogonal", (uint64_t)rows);
  co_params_add(&params, "w", rows, cols, CO_LAYOUT_SAME);
  ck_assert(co_params_allocate(&params, NULL));
  co_params_init(&params, 0, CO_INIT_ORTHOGONAL, 0, gain, &rng);
  const CoReal *w = co_params_at(&params, 0);
  const int count = rows < cols ? rows : cols, length = rows < cols ? cols : rows;
  const int next = rows < cols ? cols : 1, stride = rows < cols ? 1 : cols;
  for (int a = 0; a < count; a++)
    for (int b = 0; b <= a; b++) {
      double sum = 0;
      for (int i = 0; i < length; i++) sum += (double)w[a * next + i * stride] * (double)w[b * next + i * stride];
      ck_assert_double_eq_tol(sum, a == b ? gain * gain : 0, 1e-6 * gain * gain);
    }
  co_params_free(&params);
}

START_TEST(orthogonal) {
  check_orthogonal(64, 64, 1);
  check_orthogonal(20, 33, sqrt(2));
  check_orthogonal(33, 20, 0.01);
  check_orthogonal(1, 8, 1);
}
END_TEST

START_TEST(layers_and_their_names) {
  CoParams params = {0};
  CoRng rng = co_rng(3, "layers", 0);
  const CoDense fc = co_dense_add(&params, "fc1", 400, 30);
  const CoRecurrent gru = co_gru_add(&params, "rnn", 10, 64), lstm = co_lstm_add(&params, "lstm", 10, 8);
  const CoConv geometry = {.in_channels = 3, .height = 8, .width = 8, .out_channels = 5, .kernel = 2, .stride = 1};
  const CoDense conv = co_conv_add(&params, "conv", &geometry);
  ck_assert(co_params_allocate(&params, NULL));
  const char *names[] = {"fc1.weight",   "fc1.bias",     "rnn.weight_ih",  "rnn.weight_hh",
                         "rnn.bias_ih",  "rnn.bias_hh",  "lstm.weight_ih", "lstm.weight_hh",
                         "lstm.bias_ih", "lstm.bias_hh", "conv.weight",    "conv.bias"};
  ck_assert_int_eq(params.count, 12);
  for (int i = 0; i < 12; i++) ck_assert_str_eq(params.items[i].name, names[i]);
  ck_assert(params.items[gru.w_hh].rows == 64 && params.items[gru.w_hh].cols == 192 && !gru.lstm);
  ck_assert(params.items[lstm.b_hh].cols == 32 && lstm.lstm && params.items[conv.weight].rows == 12);
  co_dense_init(&params, fc, CO_INIT_TORCH, 1, &rng);
  check_moments(moments(&params, fc.weight), 0.05 / sqrt(3), 0.05);
  ck_assert_double_le(moments(&params, fc.bias).most, 0.05);
  ck_assert_double_gt(moments(&params, fc.bias).most, 0.04);
  co_dense_init(&params, fc, CO_INIT_ORTHOGONAL, 1, &rng);
  ck_assert(moments(&params, fc.bias).most == 0);
  co_recurrent_init(&params, gru, &rng);
  check_moments(moments(&params, gru.w_hh), 0.125 / sqrt(3), 0.125);
  ck_assert_double_le(moments(&params, gru.w_ih).most, 0.125); // by hidden, not by inputs
  ck_assert_double_gt(moments(&params, gru.w_ih).most, 0.12);
  ck_assert_double_gt(moments(&params, gru.b_ih).most, 0.1);
  co_params_free(&params);
}
END_TEST

CO_TESTS(block_layout, many_parameters, copies_and_blends, binding_and_gathering, saved_bits_come_back, distributions,
         orthogonal, layers_and_their_names)

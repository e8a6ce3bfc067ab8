// Runs small networks on random inputs and writes weights, inputs and outputs into the folder given, for forward.py.
#include <stdio.h>

#include "cohort/params.h"

enum { IN = 5, HIDDEN = 8, OUT = 4, STEPS = 6, ROWS = 14, IMAGES = 3 };

static const int count[STEPS] = {4, 3, 2, 2, 2, 1}, start[STEPS + 1] = {0, 4, 7, 9, 11, 13, 14};
static const CoConv geometry = {
    .in_channels = 2, .height = 5, .width = 6, .out_channels = 3, .kernel = 3, .stride = 2, .padding = 1};

typedef struct Work {
  const char *folder;
  CoRng rng;
  CoTape *tape;
  CoError error;
} Work;

static void noise(CoParams *params, CoRng *rng) {
  for (int i = 0; i < params->count; i++)
    for (int j = 0; j < params->items[i].rows * params->items[i].cols; j++)
      co_params_at(params, i)[j] = (CoReal)(0.5 * co_rng_normal(rng));
}

static bool save(Work *w, const CoParams *params, const char *name, const char *part) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.%s", w->folder, name, part);
  return co_safetensors_write(params, NULL, path, &w->error);
}

// Inputs x [rows][cols] and the outputs y, with the number of sequences at each tick.
static bool save_data(Work *w, const char *name, const CoVar *x, const CoVar *y) {
  CoParams data = {0};
  co_params_add(&data, "x", x->rows, x->cols, CO_LAYOUT_SAME);
  co_params_add(&data, "y", y->rows, y->cols, CO_LAYOUT_SAME);
  co_params_add(&data, "count", 1, STEPS, CO_LAYOUT_VECTOR);
  bool fine = co_params_allocate(&data, &w->error);
  for (int i = 0; i < x->rows * x->cols && fine; i++) co_params_at(&data, 0)[i] = x->data[i];
  for (int i = 0; i < y->rows * y->cols && fine; i++) co_params_at(&data, 1)[i] = y->data[i];
  for (int i = 0; i < STEPS && fine; i++) co_params_at(&data, 2)[i] = (CoReal)count[i];
  fine = fine && save(w, &data, name, "data");
  co_params_free(&data);
  return fine;
}

static CoVar *input(Work *w, int rows, int cols) {
  CoReal *x = co_tape_memory(w->tape, (size_t)(rows * cols));
  for (int i = 0; i < rows * cols; i++) x[i] = (CoReal)(co_rng_normal(&w->rng) + 0.3);
  return co_constant(w->tape, rows, cols, x);
}

// fc1, relu, a recurrent layer from zeros, fc2: PyMARL's agent.
static bool agent(Work *w, const char *name, bool lstm, bool hard) {
  CoParams params = {0};
  const CoDense fc1 = co_dense_add(&params, "fc1", IN, HIDDEN);
  CoRecurrent rnn = (lstm ? co_lstm_add : co_gru_add)(&params, "rnn", HIDDEN, HIDDEN);
  const CoDense fc2 = co_dense_add(&params, "fc2", HIDDEN, OUT);
  if (!co_params_allocate(&params, &w->error)) return false;
  noise(&params, &w->rng);
  rnn.hard = hard;
  CoVar **bound = co_params_bind(w->tape, &params), *x = input(w, ROWS, IN);
  const CoCell cell = co_recurrent_cell(bound, rnn);
  const CoPacked packed = {STEPS, count, start};
  CoVar *h = co_relu(w->tape, co_dense(w->tape, bound, fc1, x));
  h = (lstm ? co_lstm : co_gru)(w->tape, &cell, &packed, h, NULL);
  const bool fine = save(w, &params, name, "weights") && save_data(w, name, x, co_dense(w->tape, bound, fc2, h));
  co_params_free(&params);
  return fine;
}

// A convolution, relu, fc.
static bool images(Work *w) {
  CoParams params = {0};
  const int wide = geometry.out_channels * co_conv_height(&geometry) * co_conv_width(&geometry);
  const CoDense conv = co_conv_add(&params, "conv", &geometry), fc = co_dense_add(&params, "fc", wide, OUT);
  if (!co_params_allocate(&params, &w->error)) return false;
  noise(&params, &w->rng);
  CoVar **bound = co_params_bind(w->tape, &params);
  CoVar *x = input(w, IMAGES, geometry.in_channels * geometry.height * geometry.width);
  CoVar *h = co_relu(w->tape, co_conv(w->tape, x, bound[conv.weight], bound[conv.bias], &geometry));
  const bool fine = save(w, &params, "conv", "weights") && save_data(w, "conv", x, co_dense(w->tape, bound, fc, h));
  co_params_free(&params);
  return fine;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  Work w = {.folder = argv[1], .rng = co_rng(11, "forward", 0)};
  w.tape = co_tape_create((size_t)1 << 26, &w.error);
  const bool fine = w.tape && agent(&w, "gru", false, false) && agent(&w, "lstm", true, false) &&
                    agent(&w, "lstm_hard", true, true) && images(&w);
  if (!fine) fprintf(stderr, "%s\n", w.error.text);
  co_tape_destroy(w.tape);
  return fine ? 0 : 1;
}

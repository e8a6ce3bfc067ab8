// The adding problem, which needs memory: Plaat, appendix B; Hochreiter and Schmidhuber (1997), experiment 4.
#include <math.h>

#include "cohort/cohort.h"

enum { BATCH = 64, TESTS = 16 }; // sequences of an update; batches that are tested on

typedef struct Settings {
  int length, hidden, updates;
  double lr;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, length, "30", 4, 1000, "ticks of a sequence"),
    CO_INT(Settings, hidden, "32", 1, 1000, "cells"),
    CO_INT(Settings, updates, "2000", 100, 1e9, "how many, each on fresh sequences"),
    CO_NUMBER(Settings, lr, "0.005", 1e-6, 1, "step size of Adam"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "updates", "100"}, {NULL, NULL, NULL}};

typedef struct Lesson {
  CoNetwork *net;
  CoRecurrent lstm;
  CoDense head;
  CoPacked packed;
  CoReal *x, *y; // [length][BATCH][2] a number and a mark; [BATCH] the sum of the two that are marked
  CoRng rng;
} Lesson;

static void draw(Lesson *lesson) {
  const int length = lesson->packed.steps;
  for (int i = 0; i < length * BATCH; i++)
    lesson->x[2 * i] = (CoReal)co_rng_unit(&lesson->rng), lesson->x[2 * i + 1] = 0;
  for (int b = 0; b < BATCH; b++) {
    const int first = co_rng_int(&lesson->rng, 0, length / 2 - 1),
              second = co_rng_int(&lesson->rng, length / 2, length - 1);
    CoReal *one = lesson->x + 2 * (first * BATCH + b), *other = lesson->x + 2 * (second * BATCH + b);
    one[1] = other[1] = 1;
    lesson->y[b] = one[0] + other[0];
  }
}

// The mean square of what the network says after the last tick, less the sum.
static CoVar *loss(const Lesson *lesson, CoTape *tape) {
  const int length = lesson->packed.steps;
  const CoCell cell = co_recurrent_cell(lesson->net->weights, lesson->lstm);
  CoVar *h = co_lstm(tape, &cell, &lesson->packed, co_constant(tape, length * BATCH, 2, lesson->x), NULL);
  CoVar *said = co_dense(tape, lesson->net->weights, lesson->head, co_rows(tape, h, (length - 1) * BATCH, BATCH));
  return co_mean_all(tape, co_squared(tape, said, co_constant(tape, BATCH, 1, lesson->y)));
}

static Lesson prepare(CoExample *example, const Settings *set, uint64_t seed) {
  Lesson lesson = {.net = co_example_network(example), .rng = co_rng(seed, "lstm_adding", 0)};
  int *count = co_example_memory(example, 2 * (size_t)set->length + 1, sizeof *count), *start = count + set->length;
  for (int t = 0; t < set->length; t++) count[t] = BATCH, start[t + 1] = start[t] + BATCH;
  lesson.packed = (CoPacked){set->length, count, start};
  lesson.x = co_example_memory(example, (2 * (size_t)set->length + 1) * BATCH, sizeof *lesson.x);
  lesson.y = lesson.x + 2 * set->length * BATCH;
  lesson.lstm = co_lstm_add(&lesson.net->params, "lstm", 2, set->hidden);
  lesson.head = co_dense_add(&lesson.net->params, "head", set->hidden, 1);
  co_example_allocate(example, lesson.net, CO_ADAM, set->lr);
  co_recurrent_init(&lesson.net->params, lesson.lstm, &lesson.rng);
  co_dense_init(&lesson.net->params, lesson.head, CO_INIT_TORCH, 1, &lesson.rng);
  return lesson;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  Lesson lesson = prepare(example, set, seed);
  double sum = 0, test = 0, constant = 0;
  const int each = set->updates / 50;
  for (int i = 1; i <= set->updates; i++) {
    draw(&lesson);
    sum += co_example_descend(example, lesson.net, loss(&lesson, co_example_tape(lesson.net)));
    if (i % each) continue;
    co_example_point(example, "LSTM", i, sum / each), co_example_point(example, "always 1", i, 1.0 / 6);
    sum = 0;
  }
  for (int i = 0; i < TESTS; i++) {
    draw(&lesson);
    test += (double)co_item(loss(&lesson, co_example_tape(lesson.net))) / TESTS;
    for (int b = 0; b < BATCH; b++) constant += pow((double)lesson.y[b] - 1, 2) / BATCH / TESTS;
  }
  // Two numbers, uniform in [0, 1]: their sum has mean 1 and variance 1 / 6.
  co_example_claim(example, (CoClaim){.what = "who always says 1", .expected = 1.0 / 6, .low = 0.15, .high = 0.184},
                   constant);
  co_example_claim(example, (CoClaim){.what = "LSTM", .expected = 0, .low = 0, .high = 0.01, .full = true}, test);
}

static const CoExampleType type = {
    .name = "lstm_adding",
    .chapter = 0,
    .idea = "An LSTM keeps two marked numbers in mind until the sequence ends, and adds them.",
    .cost = CO_COST_SECONDS,
    .seeds = 3,
    .settings = {"lstm_adding", sizeof(Settings), fields, profiles},
    .chart_x = "updates",
    .chart_y = "mean squared error",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

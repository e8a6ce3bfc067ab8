// Letters of an unknown alphabet, read from one example each: Plaat, chapter 9; Snell, Swersky and Zemel (2017).
#include <math.h>

#include "cohort/cohort.h"

enum { SIDE = 16, PIXELS = SIDE * SIDE, LETTERS = 20, WAYS = 5, MANY = 5, EACH = 5, ASKED = WAYS * EACH };

typedef struct Settings {
  int alphabets, updates, tests;
  double lr, shake;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, alphabets, "50", 1, 100000, "to learn from, with 20 letters each; those of the test are others"),
    CO_INT(Settings, updates, "3000", 10, 1e9, "how many, each on one task: five letters of an alphabet"),
    CO_INT(Settings, tests, "400", 1, 1e9, "tasks to be judged by, with one example of a letter and with five"),
    CO_NUMBER(Settings, lr, "0.002", 1e-6, 1, "step size of Adam"),
    CO_NUMBER(Settings, shake, "0.06", 0, 1, "how far a hand strays, where a letter is as wide as 1"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "updates", "100"}, {"quick", "tests", "100"}, {NULL, NULL, NULL}};

static const CoClaim claims[] = {
    {.what = "pixels, 1 example", .expected = NAN, .low = 0.2, .high = 0.65},
    {.what = "pixels, 5 examples", .expected = NAN, .low = 0.2, .high = 0.85},
    {.what = "prototypes, 1 example", .expected = NAN, .low = 0.78, .high = 1, .full = true},
    {.what = "prototypes, 5 examples", .expected = NAN, .low = 0.9, .high = 1, .full = true},
};

typedef struct Task {
  int shots;
  CoReal pixels[(WAYS * MANY + ASKED) * PIXELS]; // [WAYS][shots] examples, then [WAYS][EACH] that are asked about
} Task;

static void draw(Task *task, int shots, int first, const Settings *set, CoRng *rng) {
  const uint64_t alphabet = (uint64_t)(first + co_rng_int(rng, 0, set->alphabets - 1));
  int letters[LETTERS];
  for (int i = 0; i < LETTERS; i++) letters[i] = i;
  co_rng_shuffle(rng, letters, LETTERS);
  task->shots = shots;
  for (int i = 0; i < WAYS * shots + ASKED; i++) {
    const int way = i < WAYS * shots ? i / shots : (i - WAYS * shots) / EACH;
    co_example_glyph(alphabet, letters[way], set->shake, rng, SIDE, task->pixels + i * PIXELS);
  }
}

// Minus the squared distances of what is asked about from prototypes, the means of `each` examples, but for what is the
// same for all of them: [ASKED][examples / each]. x: a row an image of the task.
static CoVar *nearness(CoTape *tape, CoVar *x, int examples, int each) {
  const int count = examples / each;
  CoReal *mean = co_tape_memory(tape, (size_t)(count * examples));
  for (int i = 0; i < count * examples; i++) mean[i] = i % examples / each == i / examples ? (CoReal)(1.0 / each) : 0;
  CoVar *c = co_matmul(tape, co_constant(tape, count, examples, mean), co_rows(tape, x, 0, examples));
  CoVar *squares = co_reshape(tape, co_sum_rows(tape, co_square(tape, c)), 1, count);
  CoVar *products = co_matmul_nt(tape, co_rows(tape, x, examples, ASKED), c);
  return co_add_row(tape, co_affine(tape, products, 2, 0), co_affine(tape, squares, -1, 0)); // 2 x c - |c|^2
}

static CoVar *images(CoNetwork *net, const Task *task) {
  return co_constant(co_example_tape(net), WAYS * task->shots + ASKED, PIXELS, task->pixels);
}

// The mean of -log p(letter | image), p the softmax of nearness in what the network makes of images.
static CoVar *loss(CoNetwork *net, const Task *task) {
  CoVar *x = co_example_outputs(net, images(net, task));
  int *letter = co_tape_bytes(net->tape, ASKED * sizeof *letter);
  for (int i = 0; i < ASKED; i++) letter[i] = i / EACH;
  CoVar *log_p = co_log_softmax_rows(net->tape, nearness(net->tape, x, WAYS * task->shots, task->shots), NULL);
  return co_affine(net->tape, co_mean_all(net->tape, co_pick(net->tape, log_p, letter)), -1, 0);
}

static double share_right(const CoVar *near) {
  double right = 0;
  for (int i = 0; i < ASKED; i++)
    right += co_argmax(near->cols, near->data + i * near->cols, NULL) / (near->cols / WAYS) == i / EACH;
  return right / ASKED;
}

// On alphabets that nobody learnt from: got[0] by the nearest example's pixels, got[1] by prototypes.
static void judge(CoNetwork *net, const Settings *set, int shots, Task *task, CoRng rng, double got[2]) {
  for (int i = 0; i < set->tests; i++) {
    draw(task, shots, set->alphabets, set, &rng);
    CoVar *x = images(net, task);
    got[0] += share_right(nearness(net->tape, x, WAYS * shots, 1)) / set->tests;
    got[1] += share_right(nearness(net->tape, co_example_outputs(net, x), WAYS * shots, shots)) / set->tests;
  }
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const CoBodyConfig body = {64, 1, CO_ACTIVATION_RELU, 2, 16, 4, 2};
  CoRng rng = co_rng(seed, "letters", 0);
  CoNetwork *net = co_example_body(example, &body, (const int[]){1, SIDE, SIDE}, 64, set->lr, &rng);
  Task *task = co_example_memory(example, 1, sizeof *task);
  double one[2] = {0}, five[2] = {0}, nats = 0;
  for (int i = 1; i <= set->updates; i++) {
    draw(task, i % 2 ? 1 : MANY, 0, set, &rng);
    nats += co_example_descend(example, net, loss(net, task));
    if (i % (set->updates / 50) == 0) co_example_point(example, "prototypes", i, nats / (set->updates / 50)), nats = 0;
  }
  judge(net, set, 1, task, co_rng(seed, "unknown letters", 1), one);
  judge(net, set, MANY, task, co_rng(seed, "unknown letters", MANY), five);
  for (int i = 0; i < 4; i++) co_example_claim(example, claims[i], (i % 2 ? five : one)[i / 2]);
}

static const CoExampleType type = {
    .name = "fewshot_glyphs",
    .chapter = 9,
    .idea = "Letters never seen before are read from one example each, by what was learnt on other alphabets.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"fewshot_glyphs", sizeof(Settings), fields, profiles},
    .chart_x = "updates",
    .chart_y = "loss, nats",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

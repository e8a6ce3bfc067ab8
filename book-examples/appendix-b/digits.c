// Reading digits, with and without convolutions: Plaat, appendix B; LeCun et al. (1998). The digits are generated.
#include <math.h>

#include "cohort/cohort.h"

enum { SIDE = 12, PIXELS = SIDE * SIDE, BATCH = 64, TESTS = 512, WIDE = 5, HIGH = 7 };

typedef struct Settings {
  int convolutions, images, updates;
  double lr, noise;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, convolutions, "2", 1, 3, "layers of them, each of 16 channels, 4 x 4"),
    CO_INT(Settings, images, "4000", BATCH, 1e6, "to learn from"),
    CO_INT(Settings, updates, "1000", 100, 1e9, "how many, of 64 images each"),
    CO_NUMBER(Settings, lr, "0.002", 1e-6, 1, "step size of Adam"),
    CO_NUMBER(Settings, noise, "0.1", 0, 10, "standard deviation of a pixel"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "updates", "100"}, {NULL, NULL, NULL}};

static const char *const shapes[10] = {
    ".###.#...##...##...##...##...#.###.", "..#...##....#....#....#....#...###.", ".###.#...#....#...#...#...#...#####",
    ".###.#...#....#..##.....##...#.###.", "...#...##..#.#.#..#.#####...#....#.", "######....####.....#....##...#.###.",
    "..##..#...#....####.#...##...#.###.", "#####....#...#...#...#....#....#...", ".###.#...##...#.###.#...##...#.###.",
    ".###.#...##...#.####....#...#..##..",
};

typedef struct Images {
  int count;
  CoReal *pixels; // [count][PIXELS]
  int *digit;     // [count]
} Images;

// Each digit somewhere on its image, light or dark, under noise.
static Images draw(CoExample *example, int count, double noise, CoRng *rng) {
  Images images = {.count = count,
                   .pixels = co_example_memory(example, (size_t)count * PIXELS, sizeof(CoReal)),
                   .digit = co_example_memory(example, (size_t)count, sizeof(int))};
  for (int i = 0; i < count; i++) {
    CoReal *image = images.pixels + i * PIXELS;
    const int top = co_rng_int(rng, 0, SIDE - HIGH), left = co_rng_int(rng, 0, SIDE - WIDE);
    const double ink = co_rng_uniform(rng, 0.6, 1);
    const char *shape = shapes[images.digit[i] = co_rng_int(rng, 0, 9)];
    for (int k = 0; k < PIXELS; k++) image[k] = (CoReal)(noise * co_rng_normal(rng));
    for (int k = 0; k < HIGH * WIDE; k++)
      if (shape[k] == '#') image[(top + k / WIDE) * SIDE + left + k % WIDE] += (CoReal)ink;
  }
  return images;
}

// log p(digit | image), [count][10]
static CoVar *read(CoNetwork *net, int count, const CoReal *pixels) {
  CoTape *tape = co_example_tape(net);
  return co_log_softmax_rows(tape, co_example_outputs(net, co_constant(tape, count, PIXELS, pixels)), NULL);
}

static double accuracy(CoNetwork *net, const Images *images) {
  const CoVar *log_p = read(net, images->count, images->pixels);
  double right = 0;
  for (int i = 0; i < images->count; i++) right += co_argmax(10, log_p->data + i * 10, NULL) == images->digit[i];
  return right / images->count;
}

// images: to learn from, to test on. The share of the latter that is read rightly in the end.
static double learn(CoExample *example, const Settings *set, const CoBodyConfig *config, const Images images[2],
                    const char *curve, CoRng *rng) {
  CoNetwork *net = co_example_body(example, config, (const int[]){1, SIDE, SIDE}, 10, set->lr, rng);
  for (int i = 1; i <= set->updates; i++) {
    const int first = i % (images->count / BATCH) * BATCH; // all were drawn at random, so one after the other will do
    CoVar *log_p = co_pick(net->tape, read(net, BATCH, images->pixels + first * PIXELS), images->digit + first);
    co_example_descend(example, net, co_affine(net->tape, co_mean_all(net->tape, log_p), -1, 0)); // cross-entropy
    if (i % (set->updates / 10) == 0) co_example_point(example, curve, i, accuracy(net, &images[1]));
  }
  double known = accuracy(net, &images[0]), fresh = accuracy(net, &images[1]);
  co_example_say(example, "%-14s %.3f of those it learnt from, %.3f of fresh ones\n", curve, known, fresh);
  return fresh;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoRng rng = co_rng(seed, "digits", 0);
  const Images images[] = {draw(example, set->images, set->noise, &rng), draw(example, TESTS, set->noise, &rng)};
  CoBodyConfig body = {64, 1, CO_ACTIVATION_RELU, 0, 16, 4, 1};
  double dense = learn(example, set, &body, images, "dense layers", &rng); // to them an image is a list of numbers
  body.conv_layers = set->convolutions;
  double conv = learn(example, set, &body, images, "convolutions", &rng);
  co_example_claim(example, (CoClaim){.what = "convolutions", .expected = 1, .low = 0.95, .high = 1, .full = true},
                   conv);
  co_example_claim(example, (CoClaim){.what = "above dense", .expected = NAN, .low = 0.02, .high = 1}, conv - dense);
}

static const CoExampleType type = {
    .name = "digits",
    .chapter = 0,
    .idea = "Convolutions look for the same strokes everywhere, so that a digit need not be learnt at every place.",
    .cost = CO_COST_SECONDS,
    .seeds = 3,
    .settings = {"digits", sizeof(Settings), fields, profiles},
    .chart_x = "updates",
    .chart_y = "share of fresh digits read rightly",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}

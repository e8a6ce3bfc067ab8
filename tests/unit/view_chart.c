// Charts: round ticks, ranges, bands, bars and stacks where the numbers say, labels apart, and one picture bit for bit.
#include <math.h>
#include <string.h>

#include "cohort/chart.h"
#include "cohort/hash.h"
#include "cohort/surface.h"
#include "suite.h"

enum { WIDTH = 800, HEIGHT = 500 };

static void check_ticks(double low, double high, int most, double first, double step, int count) {
  CoTicks ticks = co_chart_ticks(low, high, most);
  ck_assert_double_eq_tol(ticks.first, first, 1e-9 * fabs(step));
  ck_assert_double_eq_tol(ticks.step, step, 1e-9 * fabs(step));
  ck_assert_int_eq(ticks.count, count);
}

START_TEST(ticks_are_round) {
  check_ticks(0, 100, 6, 0, 20, 6);
  check_ticks(0, 1, 6, 0, 0.2, 6);
  check_ticks(0, 1e6, 11, 0, 1e5, 11);
  check_ticks(-1, 1, 5, -1, 0.5, 5);
  check_ticks(0.3, 0.72, 6, 0.3, 0.1, 5);
  check_ticks(17, 1004, 3, 500, 500, 2);
  check_ticks(-3e-7, 9e-7, 4, -0, 5e-7, 2);
}
END_TEST

static void check_labels(CoTicks ticks, const char *const *expected) {
  char text[CO_TICK_TEXT];
  for (int i = 0; i < ticks.count; i++) ck_assert_str_eq(co_chart_tick(&ticks, i, text), expected[i]);
}

START_TEST(an_axis_writes_all_numbers_in_one_unit) {
  check_labels((CoTicks){0, 2000, 3}, (const char *const[]){"0", "2000", "4000"});
  check_labels((CoTicks){0, 50000, 3}, (const char *const[]){"0", "50k", "100k"});
  check_labels((CoTicks){0, 500000, 3}, (const char *const[]){"0", "0.5M", "1.0M"});
  check_labels((CoTicks){-1, 0.5, 5}, (const char *const[]){"-1.0", "-0.5", "0", "0.5", "1.0"});
  check_labels((CoTicks){0.1, 0.1, 3}, (const char *const[]){"0.1", "0.2", "0.3"});
  check_labels((CoTicks){0, 2e-7, 2}, (const char *const[]){"0", "2e-07"});
}
END_TEST

START_TEST(ranges_hold_the_data) {
  const double y[] = {12, NAN, 93}, low[] = {7, 0, 88}, high[] = {15, 900, 97}, x[] = {1000, 5000, 9000};
  CoSeries series = {.count = 3, .x = x, .y = y, .low = low, .high = high};
  CoChart chart = {.series = &series, .count = 1};
  CoChartRange range = co_chart_range(&chart);
  ck_assert_double_eq(range.y_low, 0);
  ck_assert_double_eq(range.y_high, 100); // what belongs to no point does not count
  ck_assert_double_eq(range.x_low, 1000);
  ck_assert_double_eq(range.x_high, 9000);
  chart.y_high = 1000;
  ck_assert_double_eq(co_chart_range(&chart).y_high, 1000);
  chart = (CoChart){.count = 0};
  range = co_chart_range(&chart);
  ck_assert(range.x_low < range.x_high && range.y_low < range.y_high);
  const double same[] = {-4, -4};
  chart = (CoChart){.series = &(CoSeries){.count = 2, .y = same}, .count = 1};
  range = co_chart_range(&chart);
  ck_assert(range.y_low < -4 && range.y_high > -4);
}
END_TEST

// What a chart has drawn, searched by kind and by text.
typedef struct Drawn {
  CoCanvas *canvas;
  const CoShape *shapes;
  int count;
} Drawn;

static Drawn draw(const CoChart *chart) {
  Drawn drawn = {.canvas = co_canvas_create(NULL)};
  co_chart_draw(chart, WIDTH, HEIGHT, drawn.canvas);
  drawn.shapes = co_canvas_shapes(drawn.canvas, &drawn.count);
  return drawn;
}

static const CoShape *find_text(const Drawn *drawn, const char *text) {
  for (int i = 0; i < drawn->count; i++)
    if (drawn->shapes[i].kind == CO_SHAPE_TEXT && !strcmp(co_canvas_string(drawn->canvas, &drawn->shapes[i]), text))
      return &drawn->shapes[i];
  ck_abort_msg("no text '%s'", text);
}

// The n-th shape of a kind; NULL when there are fewer.
static const CoShape *find(const Drawn *drawn, CoShapeKind kind, int n) {
  for (int i = 0; i < drawn->count; i++)
    if (drawn->shapes[i].kind == kind && n-- == 0) return &drawn->shapes[i];
  return NULL;
}

static const double x[] = {1, 2, 3, 4};

// From .0004 to 300 there are whole powers of ten from .0001 to 1,000; the abscissae end where the data do.
START_TEST(logarithms_get_whole_powers) {
  const double from[] = {0, 5.3}, y[] = {log10(0.0004), log10(300)};
  const CoSeries series = {.count = 2, .x = from, .y = y};
  CoChart chart = {.series = &series, .count = 1, .logarithmic = true};
  CoChartRange range = co_chart_range(&chart);
  ck_assert_double_eq_tol(range.x_low, 0, 1e-12);
  ck_assert_double_eq_tol(range.x_high, 5.3, 1e-12);
  ck_assert_double_eq_tol(range.y_low, -4, 1e-12);
  ck_assert_double_eq_tol(range.y_high, 3, 1e-12);
  ck_assert_double_eq_tol(range.y_step, 1, 1e-12);
  static const char *const numbers[] = {"0.0001", "0.01", "1", "100", "1000", "10k", "100k"};
  Drawn drawn = draw(&chart);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) find_text(&drawn, numbers[i]);
  co_canvas_destroy(drawn.canvas);
}
END_TEST

START_TEST(a_band_lies_where_its_numbers_say) {
  const double y[] = {2, 4, 6, 8}, low[] = {1, 3, 5, 8}, high[] = {3, 4, 9, 10};
  CoSeries series = {.label = "one", .count = 4, .x = x, .y = y, .low = low, .high = high};
  CoChart chart = {.series = &series, .count = 1, .y_low = -10, .y_high = 10};
  Drawn drawn = draw(&chart);
  const CoShape *band = find(&drawn, CO_SHAPE_POLYGON, 0);
  ck_assert_int_eq(band->count, 8);
  const float *points = co_canvas_points(drawn.canvas, band);
  float zero = find_text(&drawn, "0")->y, ten = find_text(&drawn, "10")->y;
  float left = find_text(&drawn, "1.0")->x, right = find_text(&drawn, "4.0")->x;
  for (int i = 0; i < 4; i++) {
    float across = left + (right - left) * (float)i / 3;
    ck_assert_float_eq_tol(points[2 * i], across, 0.01F);
    ck_assert_float_eq_tol(points[2 * i + 1], zero + (ten - zero) * (float)low[i] / 10, 0.01F);
    ck_assert_float_eq_tol(points[2 * (7 - i)], across, 0.01F);
    ck_assert_float_eq_tol(points[2 * (7 - i) + 1], zero + (ten - zero) * (float)high[i] / 10, 0.01F);
  }
  ck_assert_int_lt(band->color.a, 128);
  co_canvas_destroy(drawn.canvas);
}
END_TEST

START_TEST(a_gap_parts_band_and_line) {
  const double y[] = {1, 1, NAN, 1, 1, NAN, 1}, zeros[7] = {0};
  CoSeries series = {.count = 7, .y = y, .low = zeros, .high = y};
  CoChart chart = {.series = &series, .count = 1};
  Drawn drawn = draw(&chart);
  ck_assert_ptr_nonnull(find(&drawn, CO_SHAPE_POLYGON, 1));
  ck_assert_ptr_null(find(&drawn, CO_SHAPE_POLYGON, 2));
  int thick = 0;
  for (int i = 0; i < drawn.count; i++) thick += drawn.shapes[i].kind == CO_SHAPE_LINE && drawn.shapes[i].width > 2;
  ck_assert_int_eq(thick, 2);
  ck_assert_ptr_nonnull(find(&drawn, CO_SHAPE_DISC, 0)); // the lonely point
  co_canvas_destroy(drawn.canvas);
}
END_TEST

START_TEST(long_bands_come_in_pieces_that_meet) {
  enum { COUNT = 5000 };
  static double y[COUNT], high[COUNT];
  for (int i = 0; i < COUNT; i++) high[i] = 1;
  CoSeries series = {.count = COUNT, .y = y, .low = y, .high = high};
  CoChart chart = {.series = &series, .count = 1};
  Drawn drawn = draw(&chart);
  float end = 0;
  int pieces = 0;
  for (const CoShape *band; (band = find(&drawn, CO_SHAPE_POLYGON, pieces)); pieces++) {
    const float *points = co_canvas_points(drawn.canvas, band);
    if (pieces) ck_assert_float_eq(points[0], end);
    end = points[band->count - 2];
  }
  ck_assert_int_eq(pieces, 3);
  co_canvas_destroy(drawn.canvas);
}
END_TEST

START_TEST(labels_stand_apart_and_within) {
  const double y[] = {0, 0, 0, 0};
  const char *const names[] = {"a", "b", "c", "d", "e"};
  CoSeries series[5];
  for (int i = 0; i < 5; i++) series[i] = (CoSeries){.label = names[i], .count = 4, .x = x, .y = y};
  CoChart chart = {.series = series, .count = 5, .y_low = 0, .y_high = 1};
  Drawn drawn = draw(&chart);
  for (int i = 0; i < 5; i++) {
    const CoShape *label = find_text(&drawn, names[i]);
    ck_assert_float_lt(label->y, HEIGHT);
    for (int j = 0; j < i; j++) ck_assert_float_ge(fabsf(label->y - find_text(&drawn, names[j])->y), label->h);
  }
  co_canvas_destroy(drawn.canvas);
}
END_TEST

START_TEST(bars_stand_on_zero_or_hang_from_it) {
  const double y[] = {1, -0.5};
  CoSeries series = {.count = 2, .y = y};
  CoChart chart = {.kind = CO_CHART_BARS, .series = &series, .count = 1, .names = (const char *const[]){"up", "down"}};
  Drawn drawn = draw(&chart);
  const CoShape *up = find(&drawn, CO_SHAPE_RECT, 1), *down = find(&drawn, CO_SHAPE_RECT, 2); // after the ground
  float zero = find_text(&drawn, "0")->y;
  ck_assert_float_eq_tol(up->y + up->h, zero, 0.01F);
  ck_assert_float_eq_tol(down->y, zero, 0.01F);
  ck_assert_float_eq_tol(up->h, 2 * down->h, 0.01F);
  ck_assert_float_eq_tol(up->x + up->w / 2, find_text(&drawn, "up")->x, 0.01F);
  ck_assert_float_eq_tol(down->x + down->w / 2, find_text(&drawn, "down")->x, 0.01F);
  co_canvas_destroy(drawn.canvas);
}
END_TEST

START_TEST(a_stack_heaps_up_each_sign_by_itself) {
  const double first[] = {1, -1}, second[] = {2, -2}, third[] = {-3, 4};
  CoSeries series[] = {{.count = 2, .y = first}, {.count = 2, .y = second}, {.count = 2, .y = third}};
  CoChart chart = {.kind = CO_CHART_STACK, .series = series, .count = 3};
  CoChartRange range = co_chart_range(&chart);
  ck_assert_double_le(range.y_low, -3);
  ck_assert_double_ge(range.y_high, 4);
  Drawn drawn = draw(&chart);
  float zero = find_text(&drawn, "0")->y, unit = zero - find_text(&drawn, "2")->y;
  const double upper[3][2] = {{1, 0}, {3, 0}, {3, 4}}, lower[3][2] = {{0, -1}, {0, -3}, {-3, -3}};
  for (int s = 0; s < 3; s++) {
    const float *up = co_canvas_points(drawn.canvas, find(&drawn, CO_SHAPE_POLYGON, 2 * s));
    const float *down = co_canvas_points(drawn.canvas, find(&drawn, CO_SHAPE_POLYGON, 2 * s + 1));
    for (int i = 0; i < 2; i++) {
      ck_assert_float_eq_tol(up[2 * (3 - i) + 1], zero - unit / 2 * (float)upper[s][i], 0.01F);
      ck_assert_float_eq_tol(down[2 * (3 - i) + 1], zero - unit / 2 * (float)lower[s][i], 0.01F);
    }
  }
  co_canvas_destroy(drawn.canvas);
}
END_TEST

START_TEST(colours_differ) {
  for (int dark = 0; dark < 2; dark++)
    for (int i = 0; i < 8; i++)
      for (int j = 0; j < i; j++) {
        CoColor a = co_chart_color(i, dark), b = co_chart_color(j, dark);
        ck_assert_int_ne(memcmp(&a, &b, sizeof a), 0);
      }
}
END_TEST

static uint64_t picture(const CoChart *chart, int width, int height) {
  CoError error;
  CoCanvas *canvas = co_canvas_create(&error);
  CoSurface *surface = co_surface_create(width, height, NULL, &error);
  ck_assert_msg(canvas && surface, "%s", error.text);
  co_chart_draw(chart, (float)width, (float)height, canvas);
  ck_assert(co_surface_draw(surface, canvas, co_surface_whole(surface)));
  uint64_t hash = co_hash(0, surface->pixels, (size_t)(width * height) * sizeof *surface->pixels);
  co_surface_destroy(surface);
  co_canvas_destroy(canvas);
  return hash;
}

// Looked at, found good, and kept.
START_TEST(pictures_are_the_same_bits) {
  double steps[21], y[2][21], low[2][21], high[2][21];
  for (int i = 0; i <= 20; i++) {
    steps[i] = 50000.0 * i;
    for (int s = 0; s < 2; s++) {
      y[s][i] = 100.0 * i / (i + 3 + 5 * s);
      low[s][i] = y[s][i] * (0.8 + 0.01 * i), high[s][i] = y[s][i] + (100 - y[s][i]) * 0.3;
    }
  }
  CoSeries series[] = {{.label = "qpd", .count = 21, .x = steps, .y = y[0], .low = low[0], .high = high[0]},
                       {.label = "qmix", .count = 21, .x = steps, .y = y[1], .low = low[1], .high = high[1]}};
  CoChart chart = {.title = "skirmish/3m",
                   .subtitle = "test battle won, %: median and quartiles of 3 seeds",
                   .x_label = "environment steps",
                   .series = series,
                   .count = 2};
  ck_assert_uint_eq(picture(&chart, WIDTH, HEIGHT), 0x21ea7717a538aa25ULL);
  chart.dark = true;
  chart.marker = &steps[7];
  ck_assert_uint_eq(picture(&chart, 240, 120), 0x8e6606550e75ecf8ULL);
}
END_TEST

CO_TESTS(ticks_are_round, an_axis_writes_all_numbers_in_one_unit, ranges_hold_the_data, logarithms_get_whole_powers,
         a_band_lies_where_its_numbers_say, a_gap_parts_band_and_line, long_bands_come_in_pieces_that_meet,
         labels_stand_apart_and_within, bars_stand_on_zero_or_hang_from_it, a_stack_heaps_up_each_sign_by_itself,
         colours_differ, pictures_are_the_same_bits)

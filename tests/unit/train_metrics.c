// Metrics: means over samples, rows, broken numbers, saving; TensorBoard events read back frame by frame.
#include <math.h>
#include <string.h>

#include "cohort/metrics.h"
#include "suite.h"

static CoMetrics *make(const char *prefix, const char *const *names) {
  CoError error;
  CoMetrics *metrics = co_metrics_create(prefix, &error);
  ck_assert_ptr_nonnull(metrics);
  for (; *names; names++) ck_assert(co_metrics_declare(metrics, *names, &error));
  return metrics;
}

static const char *const names[] = {"loss", "return_mean", NULL};

START_TEST(a_row_holds_means) {
  CoMetrics *metrics = make("", names);
  double mean = -1;
  co_metric(metrics, "loss", 1);
  co_metric(metrics, "loss", 2.5);
  ck_assert(co_metrics_mean(metrics, 0, &mean));
  ck_assert_double_eq(mean, 1.75);
  ck_assert(!co_metrics_mean(metrics, 1, &mean));      // no sample: an empty cell, not 0
  ck_assert(!co_metrics_last(metrics, "loss", &mean)); // no row yet
  co_metrics_clear(metrics);
  co_metrics_clear(metrics); // an empty row tells nothing new
  ck_assert(!co_metrics_mean(metrics, 0, &mean));
  ck_assert(co_metrics_last(metrics, "loss", &mean));
  ck_assert_double_eq(mean, 1.75);
  ck_assert(!co_metrics_last(metrics, "return_mean", &mean));
  ck_assert(!co_metrics_last(metrics, "lost", &mean));
  ck_assert_int_eq(co_metrics_count(metrics), 2);
  co_metric_sum(metrics, "loss", 6, 3); // three samples
  co_metric(metrics, "loss", 4);
  ck_assert(co_metrics_mean(metrics, 0, &mean));
  ck_assert_double_eq(mean, 2.5);
  co_metric(NULL, "loss", 1); // nobody listens
  co_metrics_destroy(metrics);
}
END_TEST

START_TEST(a_prefix_stands_in_files_only) {
  CoMetrics *metrics = make("team1_", names);
  double mean;
  ck_assert_str_eq(co_metrics_name(metrics, 0), "team1_loss");
  co_metric(metrics, "loss", 3);
  ck_assert(co_metrics_mean(metrics, 0, &mean));
  ck_assert_double_eq(mean, 3);
  ck_assert(co_metrics_declare(metrics, "loss", NULL)); // twice is once
  ck_assert_int_eq(co_metrics_count(metrics), 2);
  co_metrics_destroy(metrics);
}
END_TEST

START_TEST(broken_numbers_are_named) {
  CoMetrics *metrics = make("", names);
  double value = 0;
  co_metric(metrics, "loss", 1);
  ck_assert_ptr_null(co_metrics_broken(metrics, &value));
  co_metric(metrics, "return_mean", INFINITY);
  co_metric(metrics, "return_mean", NAN);
  ck_assert_str_eq(co_metrics_broken(metrics, &value), "return_mean");
  ck_assert(isinf(value)); // the first one
  co_metrics_clear(metrics);
  ck_assert_ptr_null(co_metrics_broken(metrics, &value));
  co_metrics_destroy(metrics);
}
END_TEST

START_TEST(samples_survive_saving) {
  CoMetrics *metrics = make("", names), *other = make("", names);
  CoWriter writer = {0};
  CoError error;
  double mean;
  co_metric(metrics, "loss", 0.1);
  co_metric(metrics, "loss", 0.7);
  co_metrics_save(metrics, &writer);
  CoReader reader = co_reader(writer.data, writer.size, &error);
  ck_assert(co_metrics_load(other, &reader));
  co_metric(other, "loss", 0.1);
  ck_assert(co_metrics_mean(other, 0, &mean));
  ck_assert_double_eq(mean, (0.1 + 0.7 + 0.1) / 3);
  for (size_t cut = 0; cut < writer.size; cut++) {
    reader = co_reader(writer.data, cut, &error);
    ck_assert(!co_metrics_load(other, &reader));
  }
  static const char *const fewer[] = {"loss", NULL};
  CoMetrics *third = make("", fewer);
  reader = co_reader(writer.data, writer.size, &error);
  ck_assert(!co_metrics_load(third, &reader));
  ck_assert_str_eq(error.text, "2 metrics are saved, this run has 1");
  co_writer_free(&writer);
  co_metrics_destroy(metrics);
  co_metrics_destroy(other);
  co_metrics_destroy(third);
}
END_TEST

START_TEST(crc32c_is_castagnolis) {
  unsigned char ascending[32];
  for (int i = 0; i < 32; i++) ascending[i] = (unsigned char)i;
  ck_assert_uint_eq(co_crc32c("123456789", 9), 0xe3069283u); // the catalogue's check value
  ck_assert_uint_eq(co_crc32c(ascending, 32), 0x46dd794eu);  // RFC 3720, B.4
  ck_assert_uint_eq(co_crc32c("", 0), 0);
}
END_TEST

// A reader of its own: TFRecord frames, and of an Event what scalars need.
typedef struct Event {
  double wall_time;
  long long step;
  char version[32];
  int count;
  char tag[4][32];
  float value[4];
} Event;

static uint64_t varint(const unsigned char **at) {
  uint64_t value = 0;
  int shift = 0;
  do value |= (uint64_t)(**at & 127) << shift, shift += 7;
  while (*(*at)++ & 128);
  return value;
}

static void take(const unsigned char **at, void *out, size_t bytes) {
  memcpy(out, *at, bytes);
  *at += bytes;
}

static void read_value(const unsigned char *at, const unsigned char *end, Event *event) {
  int i = event->count++;
  while (at < end) {
    uint64_t key = varint(&at);
    if (key == (1 << 3 | 2)) {
      size_t bytes = varint(&at);
      ck_assert_uint_lt(bytes, 32);
      take(&at, event->tag[i], bytes);
    } else {
      ck_assert_uint_eq(key, 2 << 3 | 5);
      take(&at, &event->value[i], 4);
    }
  }
}

static void read_summary(const unsigned char *at, const unsigned char *end, Event *event) {
  while (at < end) {
    ck_assert_uint_eq(varint(&at), 1 << 3 | 2);
    size_t bytes = varint(&at);
    read_value(at, at + bytes, event);
    at += bytes;
  }
}

static void read_event(const unsigned char *at, size_t size, Event *event) {
  const unsigned char *end = at + size;
  *event = (Event){.count = 0};
  while (at < end) {
    uint64_t key = varint(&at);
    if (key == (1 << 3 | 1))
      take(&at, &event->wall_time, 8);
    else if (key == 2 << 3)
      event->step = (long long)varint(&at);
    else if (key == (3 << 3 | 2))
      take(&at, event->version, varint(&at));
    else {
      ck_assert_uint_eq(key, 5 << 3 | 2);
      size_t bytes = varint(&at);
      read_summary(at, at + bytes, event);
      at += bytes;
    }
  }
  ck_assert_ptr_eq(at, end);
}

static uint32_t masked(const void *data, size_t bytes) {
  uint32_t crc = co_crc32c(data, bytes);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

// Reads the frame at *at, checks both sums, moves on.
static void read_frame(const unsigned char **at, Event *event) {
  uint64_t length;
  uint32_t sum;
  const unsigned char *start = *at;
  take(at, &length, 8);
  take(at, &sum, 4);
  ck_assert_uint_eq(sum, masked(start, 8));
  read_event(*at, length, event);
  uint32_t expected = masked(*at, length);
  *at += length;
  take(at, &sum, 4);
  ck_assert_uint_eq(sum, expected);
}

START_TEST(events_read_back) {
  CoMetrics *first = make("", names), *second = make("team1_", names);
  const CoMetrics *both[] = {first, second};
  CoWriter file = {0};
  Event event;
  co_metric(first, "return_mean", 2);
  co_metric(second, "loss", 0.25);
  co_metric(second, "loss", 0.5);
  co_event_version(&file);
  co_event_row(&file, 1234567890123, both, 2);
  co_metrics_clear(first);
  co_metrics_clear(second);
  co_event_row(&file, 5, both, 2); // nothing to say
  ck_assert(!file.failed);
  const unsigned char *at = file.data;
  read_frame(&at, &event);
  ck_assert_str_eq(event.version, "brain.Event:2");
  read_frame(&at, &event);
  ck_assert_ptr_eq(at, file.data + file.size);
  ck_assert_int_eq(event.step, 1234567890123);
  ck_assert_double_eq(event.wall_time, 1234567890123.0);
  ck_assert_int_eq(event.count, 2);
  ck_assert_str_eq(event.tag[0], "return_mean");
  ck_assert_float_eq(event.value[0], 2);
  ck_assert_str_eq(event.tag[1], "team1_loss");
  ck_assert_float_eq(event.value[1], 0.375f);
  co_writer_free(&file);
  co_metrics_destroy(first);
  co_metrics_destroy(second);
}
END_TEST

CO_TESTS(a_row_holds_means, a_prefix_stands_in_files_only, broken_numbers_are_named, samples_survive_saving,
         crc32c_is_castagnolis, events_read_back)

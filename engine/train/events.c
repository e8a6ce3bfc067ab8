// TensorBoard event files, written by hand: TFRecord framing with masked CRC-32C (Castagnoli, reflected), and the four
// fields of the Event message that scalars need.
#include <string.h>

#include "cohort/metrics.h"

uint32_t co_crc32c(const void *data, size_t bytes) {
  const unsigned char *at = data;
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < bytes; i++) {
    crc ^= at[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
  }
  return ~crc;
}

static uint32_t masked(const void *data, size_t bytes) {
  uint32_t crc = co_crc32c(data, bytes);
  return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

static void frame(CoWriter *file, const CoWriter *message) {
  uint64_t length = message->size;
  co_write_u64(file, length);
  co_write_u32(file, masked(&length, sizeof length));
  co_write(file, message->data, message->size);
  co_write_u32(file, masked(message->data, message->size));
}

static void byte(CoWriter *out, unsigned char value) {
  co_write(out, &value, 1);
}

static void varint(CoWriter *out, uint64_t value) {
  for (; value >= 128; value >>= 7) byte(out, (unsigned char)(value | 128));
  byte(out, (unsigned char)value);
}

// Field numbers with their wire types: 1 for 64 bits, 0 varint, 2 bytes with a length, 5 for 32 bits.
static void number(CoWriter *out, int field, double value) {
  byte(out, (unsigned char)(field << 3 | 1));
  co_write(out, &value, sizeof value);
}

static void integer(CoWriter *out, int field, int64_t value) {
  byte(out, (unsigned char)(field << 3));
  varint(out, (uint64_t)value);
}

static void single(CoWriter *out, int field, float value) {
  byte(out, (unsigned char)(field << 3 | 5));
  co_write(out, &value, sizeof value);
}

static void bytes(CoWriter *out, int field, const void *data, size_t size) {
  byte(out, (unsigned char)(field << 3 | 2));
  varint(out, size);
  co_write(out, data, size);
}

void co_event_version(CoWriter *file) {
  CoWriter event = {0};
  number(&event, 1, 0);
  bytes(&event, 3, "brain.Event:2", 13);
  if (event.failed)
    file->failed = true;
  else
    frame(file, &event);
  co_writer_free(&event);
}

// Summary: repeated value (1) of tag (1) and simple_value (2).
static void summarise(CoWriter *summary, const CoMetrics *metrics) {
  for (int i = 0; i < co_metrics_count(metrics); i++) {
    double mean;
    if (!co_metrics_mean(metrics, i, &mean)) continue;
    CoWriter value = {0};
    const char *name = co_metrics_name(metrics, i);
    bytes(&value, 1, name, strlen(name));
    single(&value, 2, (float)mean);
    if (value.failed)
      summary->failed = true;
    else
      bytes(summary, 1, value.data, value.size);
    co_writer_free(&value);
  }
}

void co_event_row(CoWriter *file, int64_t step, const CoMetrics *const *metrics, int count) {
  CoWriter event = {0}, summary = {0};
  for (int i = 0; i < count; i++) summarise(&summary, metrics[i]);
  number(&event, 1, (double)step);
  integer(&event, 2, step);
  if (summary.size) bytes(&event, 5, summary.data, summary.size);
  if (event.failed || summary.failed)
    file->failed = true;
  else if (summary.size)
    frame(file, &event);
  co_writer_free(&event);
  co_writer_free(&summary);
}

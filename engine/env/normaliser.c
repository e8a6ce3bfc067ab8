// Running normalisation of observations: (x - mean) / deviation, clipped.
#include "cohort/block.h"
#include "cohort/wrappers.h"

struct CoNormaliser {
  CoBlock block;
  CoRunning running;
  float clip;
};

static void layout(CoNormaliser *normaliser, CoBlock *block) {
  size_t size = (size_t)normaliser->running.size;
  normaliser->running.mean = co_block_take(block, size, sizeof(double));
  normaliser->running.m2 = co_block_take(block, size, sizeof(double));
}

CoNormaliser *co_normaliser_create(int size, double clip, CoError *error) {
  CoNormaliser form = {.running.size = size, .clip = (float)clip};
  CoBlock block = {0};
  co_block_take(&block, 1, sizeof form);
  layout(&form, &block);
  if (!co_block_begin(&block, error)) return NULL;
  CoNormaliser *normaliser = co_block_take(&block, 1, sizeof form);
  *normaliser = form;
  layout(normaliser, &block);
  normaliser->block = block;
  return normaliser;
}

void co_normaliser_destroy(CoNormaliser *normaliser) {
  if (!normaliser) return;
  CoBlock block = normaliser->block;
  co_block_free(&block);
}

void co_normaliser_update(CoNormaliser *normaliser, const float *obs, int rows) {
  size_t size = (size_t)normaliser->running.size;
  for (int i = 0; i < rows; i++) co_running_add(&normaliser->running, obs + (size_t)i * size);
}

static float mean_of(const CoNormaliser *normaliser, int j) {
  return (float)normaliser->running.mean[j];
}

static float scale_of(const CoNormaliser *normaliser, int j) {
  return (float)(1 / (co_running_deviation(&normaliser->running, j) + 1e-8));
}

void co_normaliser_apply(const CoNormaliser *normaliser, const float *obs, int rows, float *out) {
  const CoRunning *running = &normaliser->running;
  float clip = normaliser->clip;
  for (int j = 0; j < running->size; j++) {
    float mean = mean_of(normaliser, j), scale = scale_of(normaliser, j);
    for (int i = 0; i < rows; i++) {
      size_t at = (size_t)i * (size_t)running->size + (size_t)j;
      float x = (obs[at] - mean) * scale;
      out[at] = x < -clip ? -clip : x > clip ? clip : x;
    }
  }
}

void co_normaliser_numbers(const CoNormaliser *normaliser, float *mean, float *scale) {
  for (int j = 0; j < normaliser->running.size; j++) {
    mean[j] = mean_of(normaliser, j);
    scale[j] = scale_of(normaliser, j);
  }
}

void co_normaliser_save(const CoNormaliser *normaliser, CoWriter *writer) {
  size_t bytes = (size_t)normaliser->running.size * sizeof(double);
  co_write_u32(writer, (uint32_t)normaliser->running.size);
  co_write(writer, &normaliser->running.count, sizeof normaliser->running.count);
  co_write(writer, normaliser->running.mean, bytes);
  co_write(writer, normaliser->running.m2, bytes);
}

bool co_normaliser_load(CoNormaliser *normaliser, CoReader *reader) {
  size_t bytes = (size_t)normaliser->running.size * sizeof(double);
  uint32_t size = co_read_u32(reader, "size of an observation");
  if (reader->failed) return false;
  if (size != (uint32_t)normaliser->running.size)
    return co_fail(reader->error, "saved: statistics of %u numbers; here: %d", size, normaliser->running.size);
  co_read(reader, &normaliser->running.count, sizeof normaliser->running.count, "count of observations");
  co_read(reader, normaliser->running.mean, bytes, "means");
  return co_read(reader, normaliser->running.m2, bytes, "squared deviations");
}

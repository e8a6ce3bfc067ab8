// Parameter sets: names, shapes and one block of numbers.
#include "cohort/params.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"

#define LINE (64 / sizeof(CoReal)) // numbers between two boundaries

static size_t length(const CoParam *item) {
  return (size_t)item->rows * (size_t)item->cols;
}

int co_params_add(CoParams *params, const char *name, int rows, int cols, CoLayout layout) {
  assert(!params->values && rows > 0 && cols > 0 && strlen(name) < sizeof params->items->name);
  if (params->count == params->capacity) {
    const int capacity = params->capacity ? 2 * params->capacity : 16;
    CoParam *items = realloc(params->items, (size_t)capacity * sizeof *items);
    if (!items) {
      params->failed = true;
      return -1;
    }
    params->items = items;
    params->capacity = capacity;
  }
  CoParam *item = &params->items[params->count];
  *item = (CoParam){.rows = rows, .cols = cols, .offset = params->size, .layout = layout};
  memcpy(item->name, name, strlen(name) + 1);
  params->size += (length(item) + LINE - 1) / LINE * LINE;
  return params->count++;
}

bool co_params_allocate(CoParams *params, CoError *error) {
  assert(!params->values);
  const size_t bytes = params->size * sizeof(CoReal);
  params->values = params->failed ? NULL : aligned_alloc(64, bytes ? bytes : 64);
  if (!params->values) return co_fail(error, "no memory for %zu bytes of parameters", bytes);
  memset(params->values, 0, bytes);
  return true;
}

bool co_params_clone(CoParams *copy, const CoParams *params, CoError *error) {
  *copy = (CoParams){.count = params->count, .capacity = params->count, .size = params->size};
  copy->items = malloc((size_t)(params->count + 1) * sizeof *copy->items);
  if (!copy->items) return co_fail(error, "no memory for %d parameters", params->count);
  if (params->count) memcpy(copy->items, params->items, (size_t)params->count * sizeof *copy->items);
  if (!co_params_allocate(copy, error)) {
    co_params_free(copy);
    return false;
  }
  co_params_copy(copy, params);
  return true;
}

void co_params_free(CoParams *params) {
  free(params->items);
  free(params->values);
  *params = (CoParams){0};
}

CoReal *co_params_at(CoParams *params, int number) {
  assert(number >= 0 && number < params->count && params->values);
  return params->values + params->items[number].offset;
}

void co_params_copy(CoParams *to, const CoParams *from) {
  assert(to->size == from->size && to->values && from->values);
  memcpy(to->values, from->values, to->size * sizeof(CoReal));
}

void co_params_blend(CoParams *to, const CoParams *from, double share) {
  assert(to->size == from->size);
  const CoReal part = (CoReal)share;
  const CoReal *restrict source = from->values;
  CoReal *restrict target = to->values;
  for (size_t i = 0; i < to->size; i++) target[i] += part * (source[i] - target[i]);
}

void co_params_save(const CoParams *params, CoWriter *writer) {
  co_write_u32(writer, (uint32_t)params->count);
  for (int i = 0; i < params->count; i++) {
    const CoParam *item = &params->items[i];
    co_write_text(writer, item->name);
    co_write_u32(writer, (uint32_t)item->rows);
    co_write_u32(writer, (uint32_t)item->cols);
    co_write(writer, params->values + item->offset, length(item) * sizeof(CoReal));
  }
}

static bool load(CoParam *item, CoReal *values, CoReader *reader) {
  char name[sizeof item->name];
  if (!co_read_text(reader, name, sizeof name, item->name)) return false;
  const uint32_t rows = co_read_u32(reader, item->name), cols = co_read_u32(reader, item->name);
  if (reader->failed) return false;
  if (strcmp(name, item->name) != 0)
    return co_fail(reader->error, "holds parameter %s where %s was expected", name, item->name);
  if (rows != (uint32_t)item->rows || cols != (uint32_t)item->cols)
    return co_fail(reader->error, "parameter %s is %u x %u, expected %d x %d", name, rows, cols, item->rows,
                   item->cols);
  return co_read(reader, values, length(item) * sizeof(CoReal), item->name);
}

bool co_params_load(CoParams *params, CoReader *reader) {
  const uint32_t count = co_read_u32(reader, "the number of parameters");
  if (reader->failed) return false;
  if (count != (uint32_t)params->count) {
    reader->failed = true;
    return co_fail(reader->error, "holds %u parameters, expected %d", count, params->count);
  }
  for (int i = 0; i < params->count; i++)
    if (!load(&params->items[i], params->values + params->items[i].offset, reader)) {
      reader->failed = true;
      return false;
    }
  return true;
}

CoVar **co_params_bind(CoTape *tape, const CoParams *params) {
  CoVar **vars = co_tape_bytes(tape, (size_t)params->count * sizeof *vars);
  for (int i = 0; i < params->count; i++) {
    const CoParam *item = &params->items[i];
    vars[i] = co_leaf(tape, item->rows, item->cols, params->values + item->offset);
  }
  return vars;
}

void co_params_gather(const CoParams *params, CoVar *const *grads, CoReal *flat) {
  for (int i = 0; i < params->count; i++) {
    const CoParam *item = &params->items[i];
    assert(grads[i]->rows == item->rows && grads[i]->cols == item->cols);
    const size_t end = i + 1 < params->count ? params->items[i + 1].offset : params->size;
    memcpy(flat + item->offset, grads[i]->data, length(item) * sizeof *flat);
    memset(flat + item->offset + length(item), 0, (end - item->offset - length(item)) * sizeof *flat);
  }
}

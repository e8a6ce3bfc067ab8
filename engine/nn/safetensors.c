// Writing safetensors: eight bytes of length, a JSON header, the numbers (https://huggingface.co/docs/safetensors).
#include "safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"

int co_file_shape(const CoParam *param, size_t shape[CO_SHAPE_MOST]) {
  const size_t rows = (size_t)param->rows, cols = (size_t)param->cols, side = (size_t)param->kernel;
  switch (param->layout) {
  case CO_LAYOUT_SAME:
    shape[0] = rows;
    shape[1] = cols;
    return 2;
  case CO_LAYOUT_VECTOR:
    shape[0] = cols;
    return 1;
  case CO_LAYOUT_TRANSPOSED:
    shape[0] = cols;
    shape[1] = rows;
    return 2;
  case CO_LAYOUT_CONV:
    shape[0] = cols;
    shape[1] = rows / (side * side);
    shape[2] = shape[3] = side;
    return 4;
  }
  return 0;
}

static bool transposed(const CoParam *param) {
  return param->layout == CO_LAYOUT_TRANSPOSED || param->layout == CO_LAYOUT_CONV;
}

void co_to_file(const CoParam *param, const CoReal *values, float *out) {
  const size_t rows = (size_t)param->rows, cols = (size_t)param->cols;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < cols; j++)
      out[transposed(param) ? j * rows + i : i * cols + j] = (float)values[i * cols + j];
}

void co_from_file(const CoParam *param, const float *in, CoReal *values) {
  const size_t rows = (size_t)param->rows, cols = (size_t)param->cols;
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < cols; j++)
      values[i * cols + j] = (CoReal)in[transposed(param) ? j * rows + i : i * cols + j];
}

static void quote(CoWriter *writer, const char *text) {
  co_write(writer, "\"", 1);
  for (const char *c = text; *c; c++)
    if (*c == '"' || *c == '\\')
      co_write_format(writer, "\\%c", *c);
    else if ((unsigned char)*c < 0x20)
      co_write_format(writer, "\\u%04x", (unsigned)*c);
    else
      co_write(writer, c, 1);
  co_write(writer, "\"", 1);
}

static void metadata_part(CoWriter *writer, const char *const *metadata) {
  co_write_format(writer, "\"__metadata__\":{");
  for (size_t i = 0; metadata[i]; i += 2) {
    co_write_format(writer, i ? "," : "");
    quote(writer, metadata[i]);
    co_write(writer, ":", 1);
    quote(writer, metadata[i + 1]);
  }
  co_write(writer, "}", 1);
}

static size_t tensor_part(CoWriter *writer, const CoParam *param, size_t begin) {
  size_t shape[CO_SHAPE_MOST], end = begin + (size_t)param->rows * (size_t)param->cols * sizeof(float);
  const int dimensions = co_file_shape(param, shape);
  quote(writer, param->name);
  co_write_format(writer, ":{\"dtype\":\"F32\",\"shape\":[");
  for (int i = 0; i < dimensions; i++) co_write_format(writer, "%s%zu", i ? "," : "", shape[i]);
  co_write_format(writer, "],\"data_offsets\":[%zu,%zu]}", begin, end);
  return end;
}

// Spaces fill the header up, so that the numbers begin on a boundary of eight bytes.
static void header(CoWriter *writer, const CoParams *params, const char *const *metadata) {
  size_t offset = 0;
  co_write(writer, "{", 1);
  if (metadata) metadata_part(writer, metadata);
  for (int i = 0; i < params->count; i++) {
    if (metadata || i) co_write(writer, ",", 1);
    offset = tensor_part(writer, &params->items[i], offset);
  }
  co_write(writer, "}", 1);
  while (writer->size % 8 && !writer->failed) co_write(writer, " ", 1);
}

static void numbers(CoWriter *writer, const CoParams *params) {
  float *scratch = malloc(params->size * sizeof *scratch + 1); // as large as the largest needs to be, and larger
  writer->failed = writer->failed || !scratch;
  for (int i = 0; i < params->count && !writer->failed; i++) {
    const CoParam *param = &params->items[i];
    co_to_file(param, params->values + param->offset, scratch);
    co_write(writer, scratch, (size_t)param->rows * (size_t)param->cols * sizeof *scratch);
  }
  free(scratch);
}

bool co_safetensors_write(const CoParams *params, const char *const *metadata, const char *path, CoError *error) {
  CoWriter head = {0}, file = {0};
  header(&head, params, metadata);
  co_write_u64(&file, head.size);
  co_write(&file, head.data, head.size);
  numbers(&file, params);
  const bool fine = head.failed || file.failed ? co_fail(error, "%s: no memory for the weights", path)
                                               : co_file_write(path, file.data, file.size, error);
  co_writer_free(&head);
  co_writer_free(&file);
  return fine;
}

bool co_safetensors_export(const CoParams *params, const char *folder, const char *name, CoError *error) {
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/%s.safetensors", folder, name);
  if (length < 0 || (size_t)length >= sizeof path) return co_fail(error, "%s: the path is too long", folder);
  return co_safetensors_write(params, NULL, path, error);
}

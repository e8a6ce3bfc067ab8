// Reading safetensors: a strict scanner for the JSON of the header, and every check that the format demands.
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "safetensors.h"

#define HEADER_MOST ((size_t)100000000) // the format's own limit, bytes
#define PAIRS_MOST 1000                 // of metadata: each is compared with all before it
#define TEXT_MOST 256                   // bytes of a key or a text; longer ones are no names of ours

// Where the scanner is. After a failure `failed` stays set and everything reads as nothing.
typedef struct Scan {
  const char *at, *end, *begin;
  bool failed;
  CoError *error;
} Scan;

static bool fail(Scan *s, const char *expected) {
  if (!s->failed) co_fail(s->error, "header, byte %zu: expected %s", (size_t)(s->at - s->begin), expected);
  s->failed = true;
  return false;
}

static void skip(Scan *s) {
  while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')) s->at++;
}

// Takes the character if it comes next.
static bool take(Scan *s, char c) {
  skip(s);
  if (s->failed || s->at == s->end || *s->at != c) return false;
  s->at++;
  return true;
}

static bool demand(Scan *s, char c) {
  const char what[] = {'\'', c, '\'', 0};
  return take(s, c) || fail(s, what);
}

static int hex(Scan *s) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    const char *digits = "0123456789abcdef", c = s->at < s->end ? *s->at : 0;
    const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
    if (!found) {
      fail(s, "four hexadecimal digits");
      return 0;
    }
    value = value * 16 + (int)(found - digits);
    s->at++;
  }
  return value;
}

// One character of a text, after a backslash. Escapes beyond ASCII become '?': no name of ours has any.
static char escape(Scan *s) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char c = s->at < s->end ? *s->at++ : 0;
  if (c == 'u') {
    const int code = hex(s);
    return code > 0 && code < 0x80 ? (char)code : '?';
  }
  const char *found = c ? strchr(from, c) : NULL;
  if (!found) fail(s, "an escape that JSON knows");
  return found ? to[found - from] : 0;
}

static bool text(Scan *s, char out[TEXT_MOST]) {
  size_t length = 0;
  if (!demand(s, '"')) return false;
  while (!s->failed && s->at < s->end && *s->at != '"') {
    if ((unsigned char)*s->at < 0x20) return fail(s, "no control character in a text");
    char c = *s->at++;
    if (c == '\\') c = escape(s);
    if (length + 1 == TEXT_MOST) return fail(s, "a text of at most 255 bytes");
    out[length++] = c;
  }
  out[length] = 0;
  return !s->failed && demand(s, '"');
}

static size_t whole(Scan *s) {
  size_t value = 0;
  skip(s);
  const char *start = s->at;
  while (s->at < s->end && *s->at >= '0' && *s->at <= '9') {
    if (value > SIZE_MAX / 20) {
      fail(s, "a smaller number");
      return 0;
    }
    value = value * 10 + (size_t)(*s->at++ - '0');
  }
  if (s->at == start || (*start == '0' && s->at > start + 1)) fail(s, "a whole number");
  return value;
}

// A list of at most `most` whole numbers; returns how many.
static int list(Scan *s, size_t *out, int most) {
  int count = 0;
  if (!demand(s, '[') || take(s, ']')) return 0;
  do {
    if (count == most) {
      fail(s, "a shorter list");
      return 0;
    }
    out[count++] = whole(s);
  } while (take(s, ','));
  demand(s, ']');
  return count;
}

typedef struct Tensor {
  const CoParam *param; // NULL until found
  size_t begin, end;    // bytes of the data
} Tensor;

typedef struct Entry {
  char dtype[TEXT_MOST];
  size_t shape[CO_SHAPE_MOST], offsets[2];
  int dimensions;
} Entry;

// {"dtype": ..., "shape": [...], "data_offsets": [begin, end]} in any order, each once.
static bool entry(Scan *s, Entry *e) {
  static const char *const keys[] = {"dtype", "shape", "data_offsets"};
  bool seen[3] = {false};
  char key[TEXT_MOST];
  if (!demand(s, '{')) return false;
  for (int i = 0; i < 3; i++) {
    if ((i && !demand(s, ',')) || !text(s, key) || !demand(s, ':')) return false;
    int which = 0;
    while (which < 3 && strcmp(key, keys[which]) != 0) which++;
    if (which == 3 || seen[which]) {
      s->failed = true;
      return co_fail(s->error, "%s \"%s\"", which == 3 ? "unknown entry" : "second entry", key);
    }
    seen[which] = true;
    if (which == 0) text(s, e->dtype);
    if (which == 1) e->dimensions = list(s, e->shape, CO_SHAPE_MOST);
    if (which == 2 && list(s, e->offsets, 2) != 2) fail(s, "two offsets");
  }
  return !s->failed && demand(s, '}');
}

static void shape_text(const size_t *shape, int dimensions, char out[TEXT_MOST]) {
  size_t length = 0;
  out[0] = 0;
  for (int i = 0; i < dimensions; i++)
    length += (size_t)snprintf(out + length, TEXT_MOST - length, "%s%zu", i ? ", " : "", shape[i]);
}

static bool check(const Entry *e, const CoParam *param, size_t bytes, CoError *error) {
  size_t shape[CO_SHAPE_MOST];
  const int dimensions = co_file_shape(param, shape);
  if (strcmp(e->dtype, "F32") != 0) return co_fail(error, "tensor %s: type %s, expected F32", param->name, e->dtype);
  if (e->dimensions != dimensions || memcmp(e->shape, shape, (size_t)dimensions * sizeof *shape) != 0) {
    char found[TEXT_MOST], expected[TEXT_MOST];
    shape_text(e->shape, e->dimensions, found);
    shape_text(shape, dimensions, expected);
    return co_fail(error, "tensor %s: shape [%s], expected [%s]", param->name, found, expected);
  }
  const size_t begin = e->offsets[0], end = e->offsets[1];
  if (begin > end || end > bytes)
    return co_fail(error, "tensor %s: bytes %zu to %zu, but there are %zu", param->name, begin, end, bytes);
  if (end - begin != (size_t)param->rows * (size_t)param->cols * sizeof(float))
    return co_fail(error, "tensor %s: bytes %zu to %zu do not hold its shape", param->name, begin, end);
  return true;
}

static bool tensor(Scan *s, const CoParams *params, const char *name, Tensor *tensors, size_t bytes) {
  int i = 0;
  while (i < params->count && strcmp(params->items[i].name, name) != 0) i++;
  s->failed = true;
  if (i == params->count) return co_fail(s->error, "tensor %s: not one of this network's", name);
  if (tensors[i].param) return co_fail(s->error, "tensor %s: given twice", name);
  s->failed = false;
  Entry e = {0};
  if (!entry(s, &e)) return co_fail_within(s->error, "tensor %s", name);
  if (!check(&e, &params->items[i], bytes, s->error)) {
    s->failed = true;
    return false;
  }
  tensors[i] = (Tensor){&params->items[i], e.offsets[0], e.offsets[1]};
  return true;
}

// Whether a pair that begins before `until` has this key. What lies between was read without a fault.
static bool repeated(Scan from, const char *until, const char *key) {
  char other[TEXT_MOST], value[TEXT_MOST];
  while (from.at < until && text(&from, other) && demand(&from, ':') && text(&from, value)) {
    if (strcmp(other, key) == 0) return true;
    take(&from, ',');
  }
  return false;
}

// Pairs of texts, which nobody here asks for.
static bool metadata(Scan *s) {
  char key[TEXT_MOST], value[TEXT_MOST];
  if (!demand(s, '{') || take(s, '}')) return !s->failed;
  const Scan first = *s;
  int count = 0;
  do {
    const char *at = s->at;
    if (++count > PAIRS_MOST) return fail(s, "less metadata");
    if (!text(s, key) || !demand(s, ':') || !text(s, value)) return false;
    if (repeated(first, at, key)) {
      s->failed = true;
      return co_fail(s->error, "__metadata__ has \"%s\" twice", key);
    }
  } while (take(s, ','));
  return demand(s, '}');
}

static bool header(Scan *s, const CoParams *params, Tensor *tensors, size_t bytes) {
  bool described = false;
  char name[TEXT_MOST];
  if (s->at == s->end || *s->at != '{') return fail(s, "'{'");
  s->at++;
  if (!take(s, '}')) {
    do {
      if (!text(s, name) || !demand(s, ':')) return false;
      const bool about = strcmp(name, "__metadata__") == 0;
      if (about && described) return fail(s, "one __metadata__");
      described = described || about;
      if (about ? !metadata(s) : !tensor(s, params, name, tensors, bytes)) return false;
    } while (take(s, ','));
    if (!demand(s, '}')) return false;
  }
  while (s->at < s->end && *s->at == ' ') s->at++;
  return s->at == s->end || fail(s, "nothing but spaces after the header");
}

static int by_begin(const void *a, const void *b) {
  const Tensor *left = a, *right = b;
  return (left->begin > right->begin) - (left->begin < right->begin);
}

// All there, one directly behind the other, from the first byte to the last.
static bool tile(const CoParams *params, Tensor *tensors, size_t bytes, CoError *error) {
  size_t at = 0;
  for (int i = 0; i < params->count; i++)
    if (!tensors[i].param) return co_fail(error, "tensor %s is missing", params->items[i].name);
  qsort(tensors, (size_t)params->count, sizeof *tensors, by_begin);
  for (int i = 0; i < params->count; at = tensors[i++].end)
    if (tensors[i].begin != at)
      return co_fail(error, "tensor %s: %s the one before it (byte %zu, not %zu)", tensors[i].param->name,
                     tensors[i].begin < at ? "overlaps" : "leaves a hole behind", tensors[i].begin, at);
  return at == bytes || co_fail(error, "%zu bytes behind the last tensor", bytes - at);
}

// data [bytes] is what follows the header; scratch has room for the largest tensor.
static bool fill(CoParams *params, Scan *s, const char *data, size_t bytes, Tensor *tensors, float *scratch) {
  if (!header(s, params, tensors, bytes) || !tile(params, tensors, bytes, s->error)) return false;
  for (int i = 0; i < params->count; i++) {
    const CoParam *param = tensors[i].param;
    assert(param);
    memcpy(scratch, data + tensors[i].begin, tensors[i].end - tensors[i].begin);
    co_from_file(param, scratch, params->values + param->offset);
  }
  return true;
}

bool co_safetensors_parse(CoParams *params, const void *data, size_t bytes, CoError *error) {
  CoReader reader = co_reader(data, bytes, error);
  const uint64_t length = co_read_u64(&reader, "the header's length");
  if (reader.failed) return false;
  if (length > HEADER_MOST || length > bytes - 8)
    return co_fail(error, "a header of %llu bytes in a file of %zu", (unsigned long long)length, bytes);
  const char *begin = (const char *)data + 8, *end = begin + length;
  Scan s = {.at = begin, .begin = begin, .end = end, .error = error};
  Tensor *tensors = calloc((size_t)params->count + 1, sizeof *tensors);
  float *scratch = malloc(params->size * sizeof *scratch + 1);
  bool fine = false;
  if (tensors && scratch)
    fine = fill(params, &s, end, bytes - 8 - (size_t)length, tensors, scratch);
  else
    co_fail(error, "no memory for the weights");
  free(tensors);
  free(scratch);
  return fine;
}

bool co_safetensors_read(CoParams *params, const char *path, CoError *error) {
  size_t bytes = 0;
  const size_t limit = 8 + HEADER_MOST + params->size * sizeof(float);
  char *data = co_file_read(path, limit, &bytes, error);
  if (!data) return false;
  const bool fine = co_safetensors_parse(params, data, bytes, error) || co_fail_within(error, "%s", path);
  free(data);
  return fine;
}

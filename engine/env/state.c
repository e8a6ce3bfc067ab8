// A state seen through its table of fields: its hash, and its text for replays.
#include <string.h>

#include "cohort/env.h"
#include "cohort/hash.h"
#include "world.h"

static const size_t width[] = {
    [CO_STATE_I8] = 1,  [CO_STATE_U8] = 1,  [CO_STATE_I16] = 2, [CO_STATE_I32] = 4,
    [CO_STATE_I64] = 8, [CO_STATE_F32] = 4, [CO_STATE_F64] = 8,
};

size_t co_state_width(CoStateKind kind) {
  return width[kind];
}

uint64_t co_state_hash(const CoWorld *world, const void *state) {
  const unsigned char *bytes = state;
  uint64_t hash = 0;
  for (const CoStateField *field = co_world_fields(world); field->name; field++) {
    size_t size = width[field->kind];
    if (field->stride == size) {
      hash = co_hash(hash, bytes + field->offset, size * (size_t)field->count);
      continue;
    }
    for (int i = 0; i < field->count; i++)
      hash = co_hash(hash, bytes + field->offset + (size_t)i * field->stride, size);
  }
  return hash;
}

#define SIGNED(type)                                                                                                   \
  do {                                                                                                                 \
    type number;                                                                                                       \
    memcpy(&number, at, sizeof number);                                                                                \
    co_write_format(text, " %lld", (long long)number);                                                                 \
  } while (0)

static void element(CoStateKind kind, const unsigned char *at, CoWriter *text) {
  float single;
  double twice;
  switch (kind) {
  case CO_STATE_I8:
    SIGNED(int8_t);
    break;
  case CO_STATE_U8:
    SIGNED(uint8_t);
    break;
  case CO_STATE_I16:
    SIGNED(int16_t);
    break;
  case CO_STATE_I32:
    SIGNED(int32_t);
    break;
  case CO_STATE_I64:
    SIGNED(int64_t);
    break;
  case CO_STATE_F32:
    memcpy(&single, at, sizeof single);
    co_write_format(text, " %.9g", (double)single);
    break;
  case CO_STATE_F64:
    memcpy(&twice, at, sizeof twice);
    co_write_format(text, " %.17g", twice);
    break;
  }
}

void co_state_text(const CoWorld *world, const void *state, CoWriter *text) {
  const unsigned char *bytes = state;
  for (const CoStateField *field = co_world_fields(world); field->name; field++) {
    co_write_format(text, "%s", field->name);
    for (int i = 0; i < field->count; i++)
      element(field->kind, bytes + field->offset + (size_t)i * field->stride, text);
    co_write_format(text, "\n");
  }
}

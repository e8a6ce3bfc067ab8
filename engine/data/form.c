// The compact form of an entry: where its parts lie, and bits for bytes.
#include <string.h>

#include "store.h"

// Vectors are kept in the form asked for, or not at all where the state stands for them.
static void plan_vector(Form *form, Part part, const CoEpisodesConfig *config, int view, size_t numbers) {
  if (!(config->views & view)) return;
  form->numbers[part] = numbers;
  if (config->form == CO_FORM_FLOAT) form->bytes[part] = numbers * sizeof(float);
  if (config->form == CO_FORM_HALF) form->bytes[part] = numbers * sizeof(uint16_t);
}

void co_form_plan(Form *form, const CoWorld *world, int team, const CoEpisodesConfig *config) {
  const CoSpec *spec = co_world_team(world, team);
  size_t agents = (size_t)spec->agents, actions = (size_t)spec->actions;
  size_t *bytes = form->bytes, *numbers = form->numbers;
  memset(form, 0, sizeof *form);
  if (config->form == CO_FORM_STATE) bytes[STATE] = (co_world_state_bytes(world) + 3) / 4 * 4;
  numbers[CONTROL] = agents * (size_t)spec->action_size;
  numbers[REWARD] = spec->payoff == CO_PAYOFF_SHARED ? 1 : agents;
  numbers[NOTES] = agents * (size_t)config->notes;
  for (int part = CONTROL; part <= NOTES; part++) bytes[part] = numbers[part] * sizeof(float);
  plan_vector(form, OBS, config, CO_VIEW_OBS, agents * (size_t)spec->obs_size);
  plan_vector(form, PRIVILEGED, config, CO_VIEW_PRIVILEGED, agents * (size_t)spec->privileged_size);
  plan_vector(form, GLOBAL, config, CO_VIEW_GLOBAL, (size_t)spec->global_size);
  numbers[ACTION] = actions ? agents : 0;
  bytes[ACTION] = numbers[ACTION] * (actions > 256 ? 2 : 1);
  numbers[MASK] = agents * actions;
  numbers[ALIVE] = numbers[ACTING] = agents;
  for (int part = MASK; part <= ACTING; part++) bytes[part] = (numbers[part] + 7) / 8;
  for (int part = 0; part < PARTS; part++) {
    form->at[part] = form->entry;
    form->entry += bytes[part];
  }
  size_t unit = config->form == CO_FORM_STATE ? 16 : 4;
  form->entry = (form->entry + unit - 1) / unit * unit;
}

// Eight bytes of 0 or 1 to eight bits and back, by one multiplication each: no two of its partial sums meet.
void co_bits_pack(size_t count, const uint8_t *bytes, uint8_t *bits) {
  for (size_t i = 0; i < count; i += 8) {
    uint64_t word = 0;
    memcpy(&word, bytes + i, count - i < 8 ? count - i : 8);
    bits[i / 8] = (uint8_t)((word * UINT64_C(0x0102040810204080)) >> 56);
  }
}

static uint64_t spread(uint8_t bits) {
  uint64_t word = (bits * UINT64_C(0x0101010101010101)) & UINT64_C(0x8040201008040201);
  return ((word + UINT64_C(0x7F7F7F7F7F7F7F7F)) >> 7) & UINT64_C(0x0101010101010101);
}

void co_bits_unpack(size_t count, const uint8_t *bits, uint8_t *bytes) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t word = spread(bits[i / 8]);
    memcpy(bytes + i, &word, 8);
  }
  if (i == count) return;
  uint64_t word = spread(bits[i / 8]);
  memcpy(bytes + i, &word, count - i);
}

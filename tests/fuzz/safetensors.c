// Weight files: whatever the bytes, either all weights are read or none is touched and a sentence says why.
#include "cohort/params.h"
#include "mutate.h"

static void demand(bool fact) {
  if (!fact) abort();
}

static CoParams net(void) {
  CoParams params = {0};
  demand(co_params_add(&params, "fc.weight", 2, 3, CO_LAYOUT_TRANSPOSED) == 0);
  demand(co_params_add(&params, "fc.bias", 1, 3, CO_LAYOUT_VECTOR) == 1);
  demand(co_params_allocate(&params, NULL));
  return params;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  CoParams params = net();
  CoError error = {""};
  const bool fine = co_safetensors_parse(&params, data, bytes, &error);
  demand(fine || *error.text);
  demand(!fine || bytes > 9 * sizeof(float)); // a header and all numbers
  for (size_t i = 0; i < params.size && !fine; i++) demand(params.values[i] == 0);
  co_params_free(&params);
  return 0;
}

#ifndef CO_LIBFUZZER
#define FILE_OF(length, header) length "\0\0\0\0\0\0\0" header "abcdefghijklmnopqrstuvwxyz0123456789"

static const CoInput inputs[] = {
    CO_INPUT_TEXT(FILE_OF("\x80", "{\"fc.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]},"
                                  "\"fc.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[24,36]}}  ")),
    CO_INPUT_TEXT(FILE_OF("\xb8",
                          "{\"__metadata__\":{\"format\":\"pt\",\"\\u0041\\n\":\"\\\"b\\\\\"},"
                          "\"fc.bias\":{\"data_offsets\":[0,12],\"dtype\":\"F32\",\"shape\":[3]},\n"
                          "\"fc.weight\":{\"shape\":[3,2], \"data_offsets\":[12,36], \"dtype\":\"F32\"}}     ")),
};

int main(void) {
  for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
    CoParams params = net();
    CoError error = {""};
    const bool fine = co_safetensors_parse(&params, inputs[i].data, inputs[i].bytes, &error);
    if (!fine) fprintf(stderr, "input %zu: %s\n", i, error.text);
    demand(fine); // what is mutated is valid
    co_params_free(&params);
  }
  return co_fuzz(inputs, sizeof inputs / sizeof *inputs, 200000, 1);
}
#endif

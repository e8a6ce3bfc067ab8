// Weight files: exact bytes, PyTorch's layout, and a sentence naming the tensor for everything that can be wrong.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cohort/file.h"
#include "cohort/params.h"
#include "suite.h"

#define PATH "nn_safetensors.tmp"

static CoParams net(void) {
  CoParams params = {0};
  co_params_add(&params, "w", 2, 3, CO_LAYOUT_TRANSPOSED);
  co_params_add(&params, "b", 1, 2, CO_LAYOUT_VECTOR);
  ck_assert(co_params_allocate(&params, NULL));
  for (int i = 0; i < 6; i++) co_params_at(&params, 0)[i] = (CoReal)(i + 1);
  for (int i = 0; i < 2; i++) co_params_at(&params, 1)[i] = (CoReal)(-i - 1);
  return params;
}

#define W "\"w\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]}"
#define B "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]}"

// Row by row of the transposed matrix, then the vector.
static const float expected[8] = {1, 4, 2, 5, 3, 6, -1, -2};

// The file of a header and `numbers` bytes, which are those above and then zeros; returns its size.
static size_t file(const char *header, size_t numbers, unsigned char *out) {
  const size_t length = strlen(header);
  memset(out, 0, 8);
  memcpy(out, &length, sizeof length);
  memcpy(out + 8, header, length);
  memset(out + 8 + length, 0, numbers);
  memcpy(out + 8 + length, expected, numbers < sizeof expected ? numbers : sizeof expected);
  return 8 + length + numbers;
}

static bool parse(CoParams *params, const char *header, size_t numbers, CoError *error) {
  unsigned char bytes[2048];
  return co_safetensors_parse(params, bytes, file(header, numbers, bytes), error);
}

START_TEST(exact_bytes) {
  CoParams params = net();
  unsigned char wanted[512];
  size_t bytes = 0;
  ck_assert(co_safetensors_write(&params, NULL, PATH, NULL));
  char *found = co_file_read(PATH, 10000, &bytes, NULL);
  const char *padding = "       ";
  char header[512];
  const size_t length = strlen("{" W "," B "}");
  snprintf(header, sizeof header, "{" W "," B "}%.*s", (int)((8 - length % 8) % 8), padding);
  ck_assert_uint_eq(bytes, file(header, sizeof expected, wanted));
  ck_assert_mem_eq(found, wanted, bytes);
  free(found);
  unlink(PATH);
  co_params_free(&params);
}
END_TEST

START_TEST(round_trip) {
  CoParams params = net(), copy = net();
  const char *const metadata[] = {"format", "pt", "note", "a \"quoted\" \\ and\na line", NULL};
  memset(copy.values, 0, copy.size * sizeof(CoReal));
  ck_assert(co_safetensors_write(&params, metadata, PATH, NULL));
  CoError error;
  ck_assert_msg(co_safetensors_read(&copy, PATH, &error), "%s", error.text);
  ck_assert_mem_eq(copy.values, params.values, params.size * sizeof(CoReal));
  unlink(PATH);
  ck_assert(!co_safetensors_read(&copy, PATH, &error));
  ck_assert_ptr_nonnull(strstr(error.text, PATH));
  co_params_free(&params);
  co_params_free(&copy);
}
END_TEST

// Inside [in * k * k][out], in the file [out][in][k][k].
START_TEST(convolution_layout) {
  CoParams params = {0};
  const CoConv geometry = {.in_channels = 2, .height = 3, .width = 3, .out_channels = 2, .kernel = 2, .stride = 1};
  const CoDense conv = co_conv_add(&params, "c", &geometry);
  ck_assert(co_params_allocate(&params, NULL));
  for (int i = 0; i < 16; i++) co_params_at(&params, conv.weight)[i] = (CoReal)i;
  ck_assert(co_safetensors_write(&params, NULL, PATH, NULL));
  size_t bytes = 0;
  char *data = co_file_read(PATH, 10000, &bytes, NULL);
  ck_assert_ptr_nonnull(strstr(data + 8, "\"c.weight\":{\"dtype\":\"F32\",\"shape\":[2,2,2,2],"));
  float numbers[16];
  memcpy(numbers, data + bytes - 16 * 4 - 2 * 4, sizeof numbers);
  for (int out = 0; out < 2; out++)
    for (int patch = 0; patch < 8; patch++) ck_assert(numbers[out * 8 + patch] == (float)(patch * 2 + out));
  free(data);
  unlink(PATH);
  co_params_free(&params);
}
END_TEST

// Any order of entries and tensors, spaces, escapes in names, no padding.
START_TEST(other_writers) {
  CoParams params = net();
  CoError error;
  memset(params.values, 0, params.size * sizeof(CoReal));
  const char *header = "{ \"__metadata__\" : {\"x\":\"\\u00e9\", \"y\":\"\"} ,\n"
                       "\"\\u0062\":{\"data_offsets\":[0,8], \"shape\":[ 2 ],\"dtype\":\"F32\"},"
                       "\"w\":{\"shape\":[3,2],\"dtype\":\"F32\",\"data_offsets\":[8,32]}}   ";
  ck_assert_msg(parse(&params, header, sizeof expected, &error), "%s", error.text);
  ck_assert(co_params_at(&params, 1)[0] == 1 && co_params_at(&params, 1)[1] == 4);
  ck_assert(co_params_at(&params, 0)[0] == 2 && co_params_at(&params, 0)[5] == -2);
  co_params_free(&params);
}
END_TEST

typedef struct Fault {
  const char *header;
  size_t numbers;
  const char *sentence; // part of what must be said
} Fault;

#define TENSOR(name, type, shape, from, to)                                                                            \
  "\"" name "\":{\"dtype\":\"" type "\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}"

static const Fault faults[] = {
    {"", 32, "expected '{'"},
    {" {" W "," B "}", 32, "expected '{'"},
    {"{" W "," B, 32, "expected '}'"},
    {"{" W "," B ",}", 32, "expected '\"'"},
    {"{" W " " B "}", 32, "expected '}'"},
    {"{" W "," B "}x", 32, "spaces after the header"},
    {"{" W "," B "}\n", 32, "spaces after the header"},
    {"{" W "}", 24, "tensor b is missing"},
    {"{}", 0, "tensor w is missing"},
    {"{" W "," W "," B "}", 32, "tensor w: given twice"},
    {"{" W "," B "," TENSOR("c", "F32", "0", "32", "32") "}", 32, "tensor c: not one"},
    {"{" TENSOR("w", "F16", "3,2", "0", "24") "," B "}", 32, "tensor w: type F16, expected F32"},
    {"{" TENSOR("w", "F32", "2,3", "0", "24") "," B "}", 32, "tensor w: shape [2, 3], expected [3, 2]"},
    {"{" TENSOR("w", "F32", "6", "0", "24") "," B "}", 32, "tensor w: shape [6], expected [3, 2]"},
    {"{" TENSOR("w", "F32", "3,2,1,1,1", "0", "24") "," B "}", 32, "tensor w: header, byte"},
    {"{" TENSOR("w", "F32", "", "0", "24") "," B "}", 32, "tensor w: shape [], expected"},
    {"{" TENSOR("w", "F32", "3,02", "0", "24") "," B "}", 32, "a whole number"},
    {"{" TENSOR("w", "F32", "3,-2", "0", "24") "," B "}", 32, "a whole number"},
    {"{" TENSOR("w", "F32", "3,2.0", "0", "24") "," B "}", 32, "tensor w"},
    {"{" TENSOR("w", "F32", "3,2e0", "0", "24") "," B "}", 32, "tensor w"},
    {"{" TENSOR("w", "F32", "3,99999999999999999999999", "0", "24") "," B "}", 32, "a smaller number"},
    {"{" TENSOR("w", "F32", "3,2", "0", "23") "," B "}", 32, "tensor w: bytes 0 to 23 do not hold"},
    {"{" TENSOR("w", "F32", "3,2", "24", "0") "," B "}", 32, "tensor w: bytes 24 to 0"},
    {"{" TENSOR("w", "F32", "3,2", "0", "24,25") "," B "}", 32, "tensor w: header, byte"},
    {"{" W "," B "}", 28, "tensor b: bytes 24 to 32, but there are 28"},
    {"{" W "," B "}", 0, "tensor w: bytes 0 to 24, but there are 0"},
    {"{" W "," TENSOR("b", "F32", "2", "20", "28") "}", 28, "tensor b: overlaps"},
    {"{" TENSOR("w", "F32", "3,2", "4", "28") "," TENSOR("b", "F32", "2", "28", "36") "}", 36,
     "tensor w: leaves a hole"},
    {"{" W "," TENSOR("b", "F32", "2", "28", "36") "}", 36, "tensor b: leaves a hole"},
    {"{" W "," B "}", 33, "1 bytes behind the last tensor"},
    {"{\"w\":{\"dtype\":\"F32\",\"shape\":[3,2]}," B "}", 32, "tensor w: header, byte"},
    {"{\"w\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[3,2]}," B "}", 32, "tensor w: second entry \"dtype\""},
    {"{\"w\":{\"dtype\":\"F32\",\"size\":[3,2],\"data_offsets\":[0,24]}," B "}", 32,
     "tensor w: unknown entry \"size\""},
    {"{\"w\":[]," B "}", 32, "tensor w: header, byte"},
    {"{\"__metadata__\":{},\"__metadata__\":{}," W "," B "}", 32, "one __metadata__"},
    {"{\"__metadata__\":{\"a\":1}," W "," B "}", 32, "expected '\"'"},
    {"{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}," W "," B "}", 32, "\"a\" twice"},
    {"{\"\\q\":{}," W "," B "}", 32, "an escape"},
    {"{\"\\u00g0\":{}," W "," B "}", 32, "hexadecimal"},
    {"{\"a\tb\":{}," W "," B "}", 32, "control character"},
};

START_TEST(faults_are_named) {
  CoParams params = net(), before = net();
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    const Fault *fault = &faults[i];
    CoError error = {0};
    ck_assert_msg(!parse(&params, fault->header, fault->numbers, &error), "%s", fault->header);
    ck_assert_msg(strstr(error.text, fault->sentence), "%s: %s", fault->header, error.text);
  }
  ck_assert_mem_eq(params.values, before.values, params.size * sizeof(CoReal)); // a refused file changes nothing
  co_params_free(&params);
  co_params_free(&before);
}
END_TEST

// A file cut anywhere is refused, and a header's length that points past the end too.
START_TEST(cut_files) {
  CoParams params = net();
  unsigned char bytes[512];
  CoError error;
  const size_t size = file("{" W "," B "}", sizeof expected, bytes);
  ck_assert(co_safetensors_parse(&params, bytes, size, &error));
  for (size_t cut = 0; cut < size; cut++) {
    unsigned char *copy = malloc(cut + 1); // the sanitizer sees a step too far
    memcpy(copy, bytes, cut);
    ck_assert(!co_safetensors_parse(&params, copy, cut, &error));
    free(copy);
  }
  memset(bytes, 0xff, 8);
  ck_assert(!co_safetensors_parse(&params, bytes, size, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "header of 18446744073709551615 bytes"));
  co_params_free(&params);
}
END_TEST

CO_TESTS(exact_bytes, round_trip, convolution_layout, other_writers, faults_are_named, cut_files)

// Writers and readers: everything comes back, and a cut at any byte is noticed.
#include "suite.h"

#include <string.h>

#include "cohort/bytes.h"

static void fill(CoWriter *writer) {
  co_write_u32(writer, 0xDEADBEEF);
  size_t outer = co_write_begin(writer, "weights");
  co_write_u64(writer, UINT64_C(0x0123456789ABCDEF));
  co_write_text(writer, "fc1.weight");
  co_write_end(writer, outer);
  size_t empty = co_write_begin(writer, "nothing");
  co_write_end(writer, empty);
  co_write(writer, "end", 3);
}

// Reads what fill wrote; true when all is there.
static bool read_back(const void *data, size_t bytes, CoError *error) {
  CoReader reader = co_reader(data, bytes, error), section;
  char text[16], tail[3];
  bool right = co_read_u32(&reader, "magic") == 0xDEADBEEF;
  right = co_read_section(&reader, "weights", &section) && right;
  right = co_read_u64(&section, "count") == UINT64_C(0x0123456789ABCDEF) && right;
  right = co_read_text(&section, text, sizeof text, "name") && strcmp(text, "fc1.weight") == 0 && right;
  right = section.at == section.size && right;
  right = co_read_section(&reader, "nothing", &section) && section.size == 0 && right;
  right = co_read(&reader, tail, 3, "tail") && memcmp(tail, "end", 3) == 0 && right;
  ck_assert_int_eq(right, !reader.failed && !section.failed);
  return right;
}

START_TEST(everything_comes_back) {
  CoWriter writer = {0};
  fill(&writer);
  ck_assert(!writer.failed);
  ck_assert(read_back(writer.data, writer.size, NULL));
  ck_assert_mem_eq(writer.data, "\xEF\xBE\xAD\xDE", 4); // little-endian
  size_t capacity = writer.capacity;
  co_writer_clear(&writer);
  ck_assert_uint_eq(writer.size, 0);
  ck_assert_uint_eq(writer.capacity, capacity);
  co_writer_free(&writer);
  ck_assert_ptr_null(writer.data);
}
END_TEST

START_TEST(every_cut_is_noticed) {
  CoWriter writer = {0};
  fill(&writer);
  for (size_t bytes = 0; bytes < writer.size; bytes++) {
    unsigned char *exact = malloc(bytes + 1); // so that the sanitizer sees a step beyond
    memcpy(exact, writer.data, bytes);
    CoError error = {""};
    ck_assert(!read_back(exact, bytes, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "cut off"));
    free(exact);
  }
  co_writer_free(&writer);
}
END_TEST

START_TEST(a_failed_reader_gives_zeros_and_keeps_its_first_sentence) {
  CoError error;
  CoReader reader = co_reader("\1\2\3\4\5\6", 6, &error);
  ck_assert_uint_eq(co_read_u32(&reader, "first"), 0x04030201);
  ck_assert_uint_eq(co_read_u32(&reader, "second"), 0);
  ck_assert_str_eq(error.text, "second: cut off at byte 4 of 6 (4 bytes expected)");
  unsigned char byte = 9;
  ck_assert(!co_read(&reader, &byte, 1, "third"));
  ck_assert_uint_eq(byte, 0);
  ck_assert_str_eq(error.text, "second: cut off at byte 4 of 6 (4 bytes expected)");
}
END_TEST

START_TEST(texts_are_checked) {
  CoError error;
  CoWriter writer = {0};
  co_write_text(&writer, "12345");
  char text[6];
  CoReader reader = co_reader(writer.data, writer.size, &error);
  ck_assert(co_read_text(&reader, text, 6, "name"));
  ck_assert_str_eq(text, "12345");
  reader = co_reader(writer.data, writer.size, &error);
  ck_assert(!co_read_text(&reader, text, 5, "name"));
  ck_assert_str_eq(error.text, "name: 5 bytes long, at most 4 fit");
  ck_assert_str_eq(text, "");
  writer.data[6] = '\0';
  reader = co_reader(writer.data, writer.size, &error);
  ck_assert(!co_read_text(&reader, text, 6, "name"));
  ck_assert_str_eq(error.text, "name: holds a zero byte");
  memset(writer.data, 0xFF, 4); // a length of 2^32 - 1
  reader = co_reader(writer.data, writer.size, &error);
  ck_assert(!co_read_text(&reader, text, 6, "name"));
  ck_assert(reader.failed);
  co_writer_free(&writer);
}
END_TEST

START_TEST(sections_name_what_is_wrong) {
  CoError error;
  CoWriter writer = {0};
  size_t handle = co_write_begin(&writer, "optimiser");
  co_write_u64(&writer, 1);
  co_write_end(&writer, handle);
  CoReader reader = co_reader(writer.data, writer.size, &error), section;
  ck_assert(!co_read_section(&reader, "weights", &section));
  ck_assert_str_eq(error.text, "section 'weights' expected, found 'optimiser'");
  ck_assert_uint_eq(co_read_u64(&section, "x"), 0);
  memset(writer.data + handle, 0xFF, 8); // a length of 2^64 - 1
  reader = co_reader(writer.data, writer.size, &error);
  ck_assert(!co_read_section(&reader, "optimiser", &section));
  ck_assert(reader.failed && section.failed);
  co_writer_free(&writer);
}
END_TEST

START_TEST(formats_add_bare_bytes) {
  CoWriter writer = {0};
  char long_text[1000];
  memset(long_text, 'a', sizeof long_text);
  long_text[999] = '\0';
  co_write_format(&writer, "%d,%.3g\n", 12, 0.5);
  co_write_format(&writer, "%s", long_text);
  ck_assert_uint_eq(writer.size, 7 + 999);
  ck_assert_mem_eq(writer.data, "12,0.5\naaa", 10);
  co_writer_free(&writer);
}
END_TEST

START_TEST(no_memory_sets_failed) {
  CoWriter writer = {0};
  co_write_u32(&writer, 1);
  writer.size = writer.capacity = SIZE_MAX / 4 * 3; // pretends to be nearly everything
  co_write(&writer, &writer, 16);
  ck_assert(writer.failed);
  co_write_format(&writer, "%d", 1);
  ck_assert_uint_eq(writer.size, SIZE_MAX / 4 * 3);
  co_writer_free(&writer);
}
END_TEST

CO_TESTS(everything_comes_back, every_cut_is_noticed, a_failed_reader_gives_zeros_and_keeps_its_first_sentence,
         texts_are_checked, sections_name_what_is_wrong, formats_add_bare_bytes, no_memory_sets_failed)

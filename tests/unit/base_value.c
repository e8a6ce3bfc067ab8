// Values: building a tree, and the sentence of every reader.
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "cohort/value.h"

static CoError error;

static CoValue *number(CoValue *root, CoValue *parent, const char *key, double value, int line) {
  CoValue *child = co_value_append(root, parent, key, CO_VALUE_NUMBER, line);
  child->number = value;
  return child;
}

// What a reader of Lua would build from: name = "3m", limit = 60.5, allies = {{count = 3}, {count = 0}}, none = {}
static CoValue *sample(void) {
  CoValue *root = co_value_create("maps/3m.lua");
  co_value_set_string(root, co_value_append(root, root, "name", CO_VALUE_STRING, 2), "3m");
  number(root, root, "limit", 60.5, 3);
  CoValue *allies = co_value_append(root, root, "allies", CO_VALUE_LIST, 10);
  number(root, co_value_append(root, allies, NULL, CO_VALUE_TABLE, 11), "count", 3, 11);
  number(root, co_value_append(root, allies, NULL, CO_VALUE_TABLE, 12), "count", 0, 12);
  co_value_append(root, root, "none", CO_VALUE_LIST, 13);
  co_value_append(root, root, "fog", CO_VALUE_BOOL, 0)->boolean = true;
  co_value_sort(root);
  return root;
}

START_TEST(members_are_read) {
  CoValue *root = sample();
  double limit;
  int count;
  bool fog = false;
  ck_assert_str_eq(co_value_text(root, "name", &error), "3m");
  ck_assert(co_value_number(root, "limit", 0, 100, &limit, &error));
  ck_assert_double_eq(limit, 60.5);
  ck_assert(co_value_bool(root, "fog", &fog, &error) && fog);
  const CoValue *allies = co_value_list(root, "allies", 1, 2, &error);
  ck_assert_int_eq(allies->count, 2);
  const CoValue *first = co_value_table(&allies->items[0], NULL, &error); // the item itself
  ck_assert(co_value_int(first, "count", 1, 64, &count, &error));
  ck_assert_int_eq(count, 3);
  ck_assert(co_value_int(&first->items[0], NULL, 1, 64, &count, &error));
  ck_assert_ptr_nonnull(co_value_table(root, "none", &error)); // {} is both
  ck_assert_ptr_null(co_value_find(co_value_table(root, "none", &error), "x"));
  ck_assert_int_eq(co_value_list(root, "none", 0, 2, &error)->count, 0);
  for (int i = 1; i < root->count; i++) ck_assert_int_lt(strcmp(root->items[i - 1].key, root->items[i].key), 0);
  co_value_destroy(root);
  co_value_destroy(NULL);
}
END_TEST

#define FAILS(call, sentence)                                                                                          \
  do {                                                                                                                 \
    ck_assert(!(call));                                                                                                \
    ck_assert_str_eq(error.text, sentence);                                                                            \
  } while (0)

START_TEST(sentences_name_file_line_field_value_and_expectation) {
  CoValue *root = sample();
  double number;
  int count = 77;
  bool fog;
  const CoValue *second = &co_value_find(root, "allies")->items[1];
  FAILS(co_value_int(second, "count", 1, 64, &count, &error),
        "maps/3m.lua:12: allies[2].count is 0, must lie in [1, 64]");
  FAILS(co_value_int(second, "cuont", 1, 64, &count, &error),
        "maps/3m.lua:12: allies[2].cuont is missing, must be a number");
  FAILS(co_value_int(root, "limit", 1, 64, &count, &error),
        "maps/3m.lua:3: limit is 60.5, must be a whole number in [1, 64]");
  FAILS(co_value_number(root, "limit", 0, 0.1, &number, &error), "maps/3m.lua:3: limit is 60.5, must lie in [0, 0.1]");
  FAILS(co_value_number(root, "name", 0, 1, &number, &error), "maps/3m.lua:2: name is '3m', must be a number");
  FAILS(co_value_number(root, "fog", 0, 1, &number, &error), "maps/3m.lua: fog is true, must be a number");
  FAILS(co_value_bool(root, "limit", &fog, &error), "maps/3m.lua:3: limit is 60.5, must be a boolean");
  FAILS(co_value_text(root, "allies", &error), "maps/3m.lua:10: allies is a list, must be a string");
  FAILS(co_value_text(second, NULL, &error), "maps/3m.lua:12: allies[2] is a table, must be a string");
  FAILS(co_value_table(root, "allies", &error), "maps/3m.lua:10: allies is a list, must be a table");
  FAILS(co_value_list(root, "allies", 3, 5, &error), "maps/3m.lua:10: allies has 2 items, must have 3 to 5");
  FAILS(co_value_list(root, "none", 1, 5, &error), "maps/3m.lua:13: none has 0 items, must have 1 to 5");
  FAILS(co_value_list(root, NULL, 1, 5, &error), "maps/3m.lua:1: the whole is a table, must be a list");
  FAILS(co_value_text(root, "zeal", &error), "maps/3m.lua:1: zeal is missing, must be a string");
  FAILS(co_value_fail(second, &error, "must hold %d fields", 2),
        "maps/3m.lua:12: allies[2] is a table, must hold 2 fields");
  ck_assert_int_eq(count, 77);
  ck_assert(!co_value_fail(second, NULL, "x"));
  co_value_destroy(root);
}
END_TEST

START_TEST(unknown_fields_get_the_nearest_name) {
  CoValue *root = sample();
  const char *const all[] = {"name", "limit", "allies", "none", "fog", NULL};
  const char *const typo[] = {"name", "limits", "allies", "none", "fog", NULL};
  const char *const less[] = {"name", "limit", "allies", "none", NULL};
  const char *const item[] = {"counts", NULL};
  ck_assert(co_value_only(root, all, &error));
  FAILS(co_value_only(root, typo, &error), "maps/3m.lua:3: unknown field 'limit' (did you mean 'limits'?)");
  FAILS(co_value_only(root, less, &error), "maps/3m.lua: unknown field 'fog'");
  FAILS(co_value_only(&co_value_find(root, "allies")->items[1], item, &error),
        "maps/3m.lua:12: unknown field 'allies[2].count' (did you mean 'counts'?)");
  ck_assert(co_value_only(co_value_find(root, "none"), less, &error));
  co_value_destroy(root);
}
END_TEST

START_TEST(nearest_names) {
  const char *const known[] = {"lr", "gamma", "batch_size", "buffer_size", NULL};
  ck_assert_str_eq(co_nearest("lrr", known), "lr");
  ck_assert_str_eq(co_nearest("rl", known), "lr"); // a swap is one step
  ck_assert_str_eq(co_nearest("gama", known), "gamma");
  ck_assert_str_eq(co_nearest("gamma", known), "gamma");
  ck_assert_str_eq(co_nearest("batchsize", known), "batch_size");
  ck_assert_str_eq(co_nearest("bufer_sise", known), "buffer_size");
  ck_assert_ptr_null(co_nearest("gmamam", (const char *const[]){"lr", NULL}));
  ck_assert_ptr_null(co_nearest("x", known)); // every letter differs
  ck_assert_ptr_null(co_nearest("", known));
  char long_name[200];
  memset(long_name, 'a', sizeof long_name);
  long_name[199] = '\0';
  ck_assert_ptr_null(co_nearest(long_name, (const char *const[]){long_name, NULL}));
}
END_TEST

START_TEST(large_trees) {
  CoValue *root = co_value_create("large.lua");
  CoValue *list = co_value_append(root, root, "list", CO_VALUE_LIST, 1);
  char text[32];
  for (int i = 0; i < 5000; i++) {
    snprintf(text, sizeof text, "item %d", i);
    CoValue *row = co_value_append(root, list, NULL, CO_VALUE_TABLE, i);
    co_value_set_string(root, co_value_append(root, row, "b", CO_VALUE_STRING, i), text);
    number(root, row, "a", i, i);
  }
  co_value_sort(root);
  ck_assert_int_eq(root->items[0].count, 5000);
  for (int i = 0; i < 5000; i++) {
    const CoValue *row = &root->items[0].items[i];
    snprintf(text, sizeof text, "item %d", i);
    ck_assert_str_eq(co_value_text(row, "b", NULL), text);
    ck_assert_double_eq(row->items[0].number, i);
    snprintf(text, sizeof text, "list[%d].b", i + 1);
    ck_assert_str_eq(row->items[1].path, text);
  }
  co_value_destroy(root);
}
END_TEST

START_TEST(sentences_that_are_too_long_are_cut) {
  char text[2 * CO_ERROR_SIZE];
  memset(text, 'y', sizeof text);
  text[sizeof text - 1] = '\0';
  ck_assert(!co_fail(&error, "%s", text));
  ck_assert_uint_eq(strlen(error.text), CO_ERROR_SIZE - 1);
  ck_assert(!co_fail_within(&error, "context"));
  ck_assert_mem_eq(error.text, "context: yyy", 12);
  ck_assert_uint_eq(strlen(error.text), CO_ERROR_SIZE - 1);
  co_fail(&error, "bad");
  co_fail(&error, "%s again", error.text); // its own text as an argument
  co_fail_within(&error, "%s:%d", "file", 3);
  ck_assert_str_eq(error.text, "file:3: bad again");
  ck_assert(!co_fail(NULL, "x") && !co_fail_within(NULL, "x"));
}
END_TEST

CO_TESTS(members_are_read, sentences_name_file_line_field_value_and_expectation, unknown_fields_get_the_nearest_name,
         nearest_names, large_trees, sentences_that_are_too_long_are_cut)

// Trees of values: building them, one chain of memory blocks a tree, and reading them with sentences.
#include "cohort/value.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "nearest.h"

typedef struct Block {
  struct Block *next;
  size_t used, size;
  _Alignas(16) unsigned char data[]; // [size]
} Block;

typedef struct Tree {
  CoValue root; // first: a root's address is its tree's
  Block *blocks;
} Tree;

static void *take(Tree *tree, size_t bytes) {
  bytes = (bytes + 15) / 16 * 16;
  Block *block = tree->blocks;
  if (!block || bytes > block->size - block->used) {
    size_t size = bytes > 4000 ? bytes : 4000;
    block = malloc(sizeof *block + size);
    if (!block) return NULL;
    *block = (Block){.next = tree->blocks, .size = size};
    tree->blocks = block;
  }
  void *data = block->data + block->used;
  block->used += bytes;
  return data;
}

static const char *copied(Tree *tree, const char *text) {
  size_t bytes = strlen(text) + 1;
  char *copy = take(tree, bytes);
  return copy ? memcpy(copy, text, bytes) : NULL;
}

CoValue *co_value_create(const char *file) {
  Tree *tree = calloc(1, sizeof *tree);
  if (!tree) return NULL;
  tree->root = (CoValue){.type = CO_VALUE_TABLE, .line = 1, .path = ""};
  tree->root.file = copied(tree, file);
  if (tree->root.file) return &tree->root;
  co_value_destroy(&tree->root);
  return NULL;
}

void co_value_destroy(CoValue *root) {
  if (!root) return;
  Tree *tree = (Tree *)root;
  for (Block *block = tree->blocks, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  free(tree);
}

// "units" or "allies[2].units": a place in a list counts from 1, as the file's author does.
static const char *path_of(Tree *tree, const CoValue *parent, const char *key) {
  size_t bytes = strlen(parent->path) + (key ? strlen(key) : 12) + 2;
  char *path = take(tree, bytes);
  if (!path) return NULL;
  if (key)
    snprintf(path, bytes, "%s%s%s", parent->path, *parent->path ? "." : "", key);
  else
    snprintf(path, bytes, "%s[%d]", parent->path, parent->count + 1);
  return path;
}

// Room for one more child: 4, 8, 16 ... so that `count` alone tells when the room is full.
static bool make_room(Tree *tree, CoValue *parent) {
  int count = parent->count;
  if (count != 0 && (count < 4 || (count & (count - 1)) != 0)) return true;
  if (count > INT_MAX / 2) return false;
  CoValue *items = take(tree, (count ? 2 * (size_t)count : 4) * sizeof *items);
  if (!items) return false;
  if (count) memcpy(items, parent->items, (size_t)count * sizeof *items);
  parent->items = items;
  return true;
}

CoValue *co_value_append(CoValue *root, CoValue *parent, const char *key, CoValueType type, int line) {
  assert(parent->type == CO_VALUE_LIST ? !key : parent->type == CO_VALUE_TABLE && key);
  Tree *tree = (Tree *)root;
  CoValue value = {.type = type, .line = line, .file = root->file, .string = "", .path = path_of(tree, parent, key)};
  if (key) value.key = copied(tree, key);
  if (!value.path || (key && !value.key) || !make_room(tree, parent)) return NULL;
  CoValue *child = &parent->items[parent->count++];
  *child = value;
  return child;
}

bool co_value_set_string(CoValue *root, CoValue *value, const char *text) {
  const char *copy = copied((Tree *)root, text);
  if (copy) value->string = copy;
  return copy != NULL;
}

static int by_key(const void *a, const void *b) {
  return strcmp(((const CoValue *)a)->key, ((const CoValue *)b)->key);
}

void co_value_sort(CoValue *root) {
  if (root->type == CO_VALUE_TABLE && root->count > 1)
    qsort(root->items, (size_t)root->count, sizeof *root->items, by_key);
  for (int i = 0; i < root->count; i++) co_value_sort(&root->items[i]);
}

const CoValue *co_value_find(const CoValue *table, const char *key) {
  if (table->type != CO_VALUE_TABLE) return NULL; // an empty list stands for an empty table
  for (int i = 0; i < table->count; i++)
    if (strcmp(table->items[i].key, key) == 0) return &table->items[i];
  return NULL;
}

const char *co_value_type_name(CoValueType type) {
  static const char *const names[] = {"a boolean", "a number", "a string", "a list", "a table"};
  return names[type];
}

static bool within(const CoValue *value, CoError *error) {
  return value->line > 0 ? co_fail_within(error, "%s:%d", value->file, value->line)
                         : co_fail_within(error, "%s", value->file);
}

static const char *shown(const CoValue *value, char out[80]) {
  if (value->type == CO_VALUE_NUMBER) return co_number_text(value->number, out);
  if (value->type == CO_VALUE_BOOL) return value->boolean ? "true" : "false";
  if (value->type != CO_VALUE_STRING) return co_value_type_name(value->type);
  snprintf(out, 80, strlen(value->string) > 60 ? "'%.60s...'" : "'%s'", value->string);
  return out;
}

bool co_value_fail(const CoValue *value, CoError *error, const char *expected, ...) {
  char wanted[CO_ERROR_SIZE / 2], found[80];
  va_list args;
  va_start(args, expected);
  co_format(wanted, sizeof wanted, expected, args);
  va_end(args);
  co_fail(error, "%s is %s, %s", *value->path ? value->path : "the whole", shown(value, found), wanted);
  return within(value, error);
}

// The member of that type; without a key the value itself. An empty list passes for an empty table and the reverse.
static const CoValue *member(const CoValue *table, const char *key, CoValueType type, CoError *error) {
  assert(table);
  const CoValue *value = key ? co_value_find(table, key) : table;
  if (!value) {
    co_fail(error, "%s%s%s is missing, must be %s", table->path, *table->path ? "." : "", key,
            co_value_type_name(type));
    within(table, error);
    return NULL;
  }
  bool nothing = value->count == 0 && (value->type == CO_VALUE_LIST || value->type == CO_VALUE_TABLE);
  if (value->type == type || (nothing && (type == CO_VALUE_LIST || type == CO_VALUE_TABLE))) return value;
  co_value_fail(value, error, "must be %s", co_value_type_name(type));
  return NULL;
}

bool co_value_bool(const CoValue *table, const char *key, bool *out, CoError *error) {
  const CoValue *value = member(table, key, CO_VALUE_BOOL, error);
  if (value) *out = value->boolean;
  return value != NULL;
}

bool co_value_number(const CoValue *table, const char *key, double low, double high, double *out, CoError *error) {
  const CoValue *value = member(table, key, CO_VALUE_NUMBER, error);
  if (!value) return false;
  char least[CO_NUMBER_SIZE], most[CO_NUMBER_SIZE];
  if (!(value->number >= low && value->number <= high))
    return co_value_fail(value, error, "must lie in [%s, %s]", co_number_text(low, least), co_number_text(high, most));
  *out = value->number;
  return true;
}

bool co_value_int(const CoValue *table, const char *key, int low, int high, int *out, CoError *error) {
  double number = 0;
  if (!co_value_number(table, key, low, high, &number, error)) return false;
  if ((double)(int)number != number)
    return co_value_fail(key ? co_value_find(table, key) : table, error, "must be a whole number in [%d, %d]", low,
                         high);
  *out = (int)number;
  return true;
}

const char *co_value_text(const CoValue *table, const char *key, CoError *error) {
  const CoValue *value = member(table, key, CO_VALUE_STRING, error);
  return value ? value->string : NULL;
}

const CoValue *co_value_list(const CoValue *table, const char *key, int low, int high, CoError *error) {
  const CoValue *value = member(table, key, CO_VALUE_LIST, error);
  if (!value || (value->count >= low && value->count <= high)) return value;
  co_fail(error, "%s has %d items, must have %d to %d", *value->path ? value->path : "the whole", value->count, low,
          high);
  within(value, error);
  return NULL;
}

const CoValue *co_value_table(const CoValue *table, const char *key, CoError *error) {
  return member(table, key, CO_VALUE_TABLE, error);
}

bool co_value_only(const CoValue *table, const char *const *known, CoError *error) {
  for (int i = 0; i < table->count && table->type == CO_VALUE_TABLE; i++) {
    const CoValue *value = &table->items[i];
    const char *const *name = known;
    while (*name && strcmp(*name, value->key) != 0) name++;
    if (*name) continue;
    const char *near = co_nearest(value->key, known);
    if (near)
      co_fail(error, "unknown field '%s' (did you mean '%s'?)", value->path, near);
    else
      co_fail(error, "unknown field '%s'", value->path);
    return within(value, error);
  }
  return true;
}

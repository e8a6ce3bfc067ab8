// Lines of a data file's fields: Lua's tokens, read once, and the constructor behind the last outer `return`.
#include "lines.h"

#include <stdlib.h>
#include <string.h>

#include "lexer.h"

#define MOST_DEPTH 200

typedef struct Reader {
  CoLexer lexer;
  CoLines *lines;
} Reader;

// +1 for what opens a bracket or a block, -1 for what closes one. ("while" and "for" are followed by a "do".)
static int nesting(const CoToken *token) {
  static const char *const opening[] = {"function", "do", "if", "repeat"};
  if (token->kind == CO_TOKEN_SYMBOL) {
    if (strchr("([{", *token->text)) return 1;
    return strchr(")]}", *token->text) ? -1 : 0;
  }
  for (int i = 0; i < 4; i++)
    if (co_token_is(token, CO_TOKEN_NAME, opening[i])) return 1;
  return co_token_is(token, CO_TOKEN_NAME, "end") || co_token_is(token, CO_TOKEN_NAME, "until") ? -1 : 0;
}

static int add(Reader *reader, CoLine line) {
  CoLines *lines = reader->lines;
  if (lines->count == lines->capacity) {
    int capacity = lines->capacity ? 2 * lines->capacity : 64;
    CoLine *items = realloc(lines->items, (size_t)capacity * sizeof *items);
    if (!items) {
      lines->failed = true;
      return -1;
    }
    lines->items = items;
    lines->capacity = capacity;
  }
  line.id = lines->count;
  lines->items[lines->count++] = line;
  return line.id;
}

// The rest of an expression, up to the comma or bracket that ends it.
static void skip_expression(Reader *reader) {
  int depth = 0;
  for (; reader->lexer.token.kind != CO_TOKEN_END; co_lexer_next(&reader->lexer)) {
    if (depth == 0 && (co_lexer_symbol(&reader->lexer, ",") || co_lexer_symbol(&reader->lexer, ";") ||
                       co_lexer_symbol(&reader->lexer, "}")))
      return;
    depth += nesting(&reader->lexer.token);
  }
}

// "[...] =" where the brackets hold one string without escapes or one number; else the key stays unknown.
static bool read_bracket_key(Reader *reader, CoLine *field) {
  co_lexer_next(&reader->lexer);
  CoToken key = reader->lexer.token;
  co_lexer_next(&reader->lexer);
  bool single = co_lexer_symbol(&reader->lexer, "]");
  for (int depth = 1; reader->lexer.token.kind != CO_TOKEN_END; co_lexer_next(&reader->lexer)) {
    depth += nesting(&reader->lexer.token);
    if (depth == 0) break;
  }
  co_lexer_next(&reader->lexer); // "]"
  co_lexer_next(&reader->lexer); // "="
  if (!single) return false;
  if (key.kind == CO_TOKEN_STRING && !memchr(key.text, '\\', key.bytes)) {
    field->key = key.text;
    field->bytes = key.bytes;
    return true;
  }
  field->index = key.kind == CO_TOKEN_NUMBER ? strtod(key.text, NULL) : 0;
  return key.kind == CO_TOKEN_NUMBER;
}

static bool is_assignment(const Reader *reader) {
  CoLexer ahead = reader->lexer;
  co_lexer_next(&ahead);
  return co_lexer_symbol(&ahead, "=");
}

// At "{". Deeper ones than Lua's parser takes are left alone.
static void read_table(Reader *reader, int parent, int depth) {
  double place = 0;
  co_lexer_next(&reader->lexer);
  while (reader->lexer.token.kind != CO_TOKEN_END && !co_lexer_symbol(&reader->lexer, "}")) {
    CoLine field = {.parent = parent, .line = reader->lexer.token.line};
    bool known = true;
    if (co_lexer_symbol(&reader->lexer, "[")) {
      known = read_bracket_key(reader, &field);
    } else if (reader->lexer.token.kind == CO_TOKEN_NAME && is_assignment(reader)) {
      field.key = reader->lexer.token.text;
      field.bytes = reader->lexer.token.bytes;
      co_lexer_next(&reader->lexer);
      co_lexer_next(&reader->lexer);
    } else {
      field.index = ++place;
    }
    int id = known ? add(reader, field) : -1;
    if (id >= 0 && depth < MOST_DEPTH && co_lexer_symbol(&reader->lexer, "{")) read_table(reader, id, depth + 1);
    skip_expression(reader);
    if (!co_lexer_symbol(&reader->lexer, "}")) co_lexer_next(&reader->lexer);
  }
  co_lexer_next(&reader->lexer);
}

static int by_field(const CoLine *a, const CoLine *b) {
  if (a->parent != b->parent) return a->parent < b->parent ? -1 : 1;
  if (!a->key != !b->key) return !a->key ? -1 : 1;
  if (!a->key) return (a->index > b->index) - (a->index < b->index);
  int order = memcmp(a->key, b->key, a->bytes < b->bytes ? a->bytes : b->bytes);
  return order ? order : (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

static int by_field_and_id(const void *a, const void *b) {
  int order = by_field(a, b);
  return order ? order : ((const CoLine *)a)->id - ((const CoLine *)b)->id;
}

static int by_field_only(const void *a, const void *b) {
  return by_field(a, b);
}

CoLines co_lines_read(const char *text, size_t bytes) {
  CoLines lines = {0};
  Reader reader = {co_lexer(text, bytes), &lines};
  int depth = 0;
  for (co_lexer_next(&reader.lexer); reader.lexer.token.kind != CO_TOKEN_END &&
                                     !(depth == 0 && co_token_is(&reader.lexer.token, CO_TOKEN_NAME, "return"));
       co_lexer_next(&reader.lexer))
    depth += nesting(&reader.lexer.token);
  co_lexer_next(&reader.lexer);
  if (co_lexer_symbol(&reader.lexer, "{")) {
    int root = add(&reader, (CoLine){.parent = -1, .line = reader.lexer.token.line});
    if (root == 0) read_table(&reader, root, 0);
  }
  if (lines.count > 1) qsort(lines.items, (size_t)lines.count, sizeof *lines.items, by_field_and_id);
  return lines;
}

void co_lines_free(CoLines *lines) {
  free(lines->items);
}

const CoLine *co_lines_find(const CoLines *lines, int parent, const char *key, double index) {
  CoLine wanted = {.parent = parent, .key = key, .bytes = key ? strlen(key) : 0, .index = index};
  if (lines->count == 0) return NULL;
  return bsearch(&wanted, lines->items, (size_t)lines->count, sizeof wanted, by_field_only);
}

const CoLine *co_lines_twice(const CoLines *lines, const CoLine **first) {
  for (int i = 1; i < lines->count; i++) {
    if (by_field(&lines->items[i - 1], &lines->items[i]) != 0) continue;
    *first = &lines->items[i - 1];
    return &lines->items[i];
  }
  return NULL;
}

// Lines of a data file's fields: Lua's tokens, read once, and the constructor behind the last outer `return`.
#include "lines.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef enum Kind { END, NAME, STRING, NUMBER, SYMBOL } Kind;

typedef struct Token {
  Kind kind;
  const char *text; // of a string: what stands between its quotes
  size_t bytes;
  int line;
} Token;

typedef struct Lexer {
  const char *at, *end;
  int line;
  Token token; // the current one
  CoLines *lines;
} Lexer;

static char peek(const Lexer *lexer, size_t ahead) {
  return ahead < (size_t)(lexer->end - lexer->at) ? lexer->at[ahead] : '\0';
}

static bool at_newline(const Lexer *lexer) {
  return peek(lexer, 0) == '\n' || peek(lexer, 0) == '\r';
}

// A step by one character, or by "\r\n" or "\n\r", which are one line end for Lua.
static void step(Lexer *lexer) {
  if (at_newline(lexer)) {
    char other = lexer->at[0] == '\n' ? '\r' : '\n';
    if (peek(lexer, 1) == other) lexer->at++;
    lexer->line++;
  }
  if (lexer->at < lexer->end) lexer->at++;
}

// At "[", "[=" ...: the number of "=" of a long bracket, -1 for any other bracket.
static int long_level(const Lexer *lexer) {
  int level = 0;
  while (peek(lexer, 1 + (size_t)level) == '=') level++;
  return peek(lexer, 0) == '[' && peek(lexer, 1 + (size_t)level) == '[' ? level : -1;
}

static bool closes(const Lexer *lexer, int level) {
  for (int i = 1; i <= level; i++)
    if (peek(lexer, (size_t)i) != '=') return false;
  return peek(lexer, 0) == ']' && peek(lexer, (size_t)level + 1) == ']';
}

static void read_long(Lexer *lexer, int level) {
  lexer->at += level + 2;
  if (at_newline(lexer)) step(lexer); // not part of the string
  lexer->token.text = lexer->at;
  while (lexer->at < lexer->end && !closes(lexer, level)) step(lexer);
  lexer->token.bytes = (size_t)(lexer->at - lexer->token.text);
  for (int i = 0; i < level + 2; i++) step(lexer);
}

static void read_quoted(Lexer *lexer) {
  char quote = *lexer->at++;
  lexer->token.text = lexer->at;
  while (lexer->at < lexer->end && *lexer->at != quote) {
    if (*lexer->at == '\\') lexer->at++;
    step(lexer);
  }
  lexer->token.bytes = (size_t)(lexer->at - lexer->token.text);
  step(lexer);
}

static void skip_blank(Lexer *lexer) {
  for (;;) {
    while (lexer->at < lexer->end && isspace((unsigned char)*lexer->at)) step(lexer);
    if (peek(lexer, 0) != '-' || peek(lexer, 1) != '-') return;
    lexer->at += 2;
    int level = long_level(lexer);
    if (level >= 0) read_long(lexer, level);
    while (level < 0 && lexer->at < lexer->end && !at_newline(lexer)) step(lexer);
  }
}

static bool is_word(char letter) {
  return isalnum((unsigned char)letter) || letter == '_' || (letter & 0x80);
}

static void read_word(Lexer *lexer) {
  bool number = lexer->token.kind == NUMBER;
  for (;; lexer->at++) {
    char letter = peek(lexer, 0), before = lexer->at > lexer->token.text ? lexer->at[-1] : '\0';
    bool sign = (letter == '-' || letter == '+') && before && strchr("eEpP", before);
    if (!is_word(letter) && !(number && (letter == '.' || sign))) break;
  }
  lexer->token.bytes = (size_t)(lexer->at - lexer->token.text);
}

// Symbols of several characters come one by one, but for those with "=" that are not an assignment.
static void read_symbol(Lexer *lexer) {
  bool comparison = strchr("=<>~", *lexer->at) && peek(lexer, 1) == '=';
  lexer->token.bytes = comparison ? 2 : 1;
  lexer->at += lexer->token.bytes;
}

static void next(Lexer *lexer) {
  skip_blank(lexer);
  char letter = peek(lexer, 0);
  lexer->token = (Token){SYMBOL, lexer->at, 0, lexer->line};
  int level = letter == '[' ? long_level(lexer) : -1;
  if (lexer->at >= lexer->end) {
    lexer->token.kind = END;
  } else if (letter == '"' || letter == '\'' || level >= 0) {
    lexer->token.kind = STRING;
    if (level >= 0)
      read_long(lexer, level);
    else
      read_quoted(lexer);
  } else if (isdigit((unsigned char)letter) || (letter == '.' && isdigit((unsigned char)peek(lexer, 1)))) {
    lexer->token.kind = NUMBER;
    read_word(lexer);
  } else if (is_word(letter)) {
    lexer->token.kind = NAME;
    read_word(lexer);
  } else {
    read_symbol(lexer);
  }
}

static bool is(const Token *token, Kind kind, const char *text) {
  return token->kind == kind && token->bytes == strlen(text) && memcmp(token->text, text, token->bytes) == 0;
}

static bool symbol(const Lexer *lexer, const char *text) {
  return is(&lexer->token, SYMBOL, text);
}

// +1 for what opens a bracket or a block, -1 for what closes one. ("while" and "for" are followed by a "do".)
static int nesting(const Token *token) {
  static const char *const opening[] = {"function", "do", "if", "repeat"};
  if (token->kind == SYMBOL) {
    if (strchr("([{", *token->text)) return 1;
    return strchr(")]}", *token->text) ? -1 : 0;
  }
  for (int i = 0; i < 4; i++)
    if (is(token, NAME, opening[i])) return 1;
  return is(token, NAME, "end") || is(token, NAME, "until") ? -1 : 0;
}

static int add(Lexer *lexer, CoLine line) {
  CoLines *lines = lexer->lines;
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
static void skip_expression(Lexer *lexer) {
  int depth = 0;
  for (; lexer->token.kind != END; next(lexer)) {
    if (depth == 0 && (symbol(lexer, ",") || symbol(lexer, ";") || symbol(lexer, "}"))) return;
    depth += nesting(&lexer->token);
  }
}

// "[...] =" where the brackets hold one string without escapes or one number; else the key stays unknown.
static bool read_bracket_key(Lexer *lexer, CoLine *field) {
  next(lexer);
  Token key = lexer->token;
  next(lexer);
  bool single = symbol(lexer, "]");
  for (int depth = 1; lexer->token.kind != END; next(lexer)) {
    depth += nesting(&lexer->token);
    if (depth == 0) break;
  }
  next(lexer); // "]"
  next(lexer); // "="
  if (!single) return false;
  if (key.kind == STRING && !memchr(key.text, '\\', key.bytes)) {
    field->key = key.text;
    field->bytes = key.bytes;
    return true;
  }
  field->index = key.kind == NUMBER ? strtod(key.text, NULL) : 0;
  return key.kind == NUMBER;
}

static bool is_assignment(const Lexer *lexer) {
  Lexer ahead = *lexer;
  next(&ahead);
  return symbol(&ahead, "=");
}

// At "{". Lua's parser, which the text has passed, bounds the depth.
static void read_table(Lexer *lexer, int parent) {
  double place = 0;
  next(lexer);
  while (lexer->token.kind != END && !symbol(lexer, "}")) {
    CoLine field = {.parent = parent, .line = lexer->token.line};
    bool known = true;
    if (symbol(lexer, "[")) {
      known = read_bracket_key(lexer, &field);
    } else if (lexer->token.kind == NAME && is_assignment(lexer)) {
      field.key = lexer->token.text;
      field.bytes = lexer->token.bytes;
      next(lexer);
      next(lexer);
    } else {
      field.index = ++place;
    }
    int id = known ? add(lexer, field) : -1;
    if (id >= 0 && symbol(lexer, "{")) read_table(lexer, id);
    skip_expression(lexer);
    if (!symbol(lexer, "}")) next(lexer);
  }
  next(lexer);
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
  Lexer lexer = {.at = text, .end = text + bytes, .line = 1, .lines = &lines};
  int depth = 0;
  for (next(&lexer); lexer.token.kind != END && !(depth == 0 && is(&lexer.token, NAME, "return")); next(&lexer))
    depth += nesting(&lexer.token);
  next(&lexer);
  if (symbol(&lexer, "{")) {
    int root = add(&lexer, (CoLine){.parent = -1, .line = lexer.token.line});
    if (root == 0) read_table(&lexer, root);
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

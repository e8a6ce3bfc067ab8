// Lua's tokens: names, strings, numbers and symbols, comments left out.
#include "lexer.h"

#include <ctype.h>
#include <string.h>

CoLexer co_lexer(const char *text, size_t bytes) {
  return (CoLexer){.at = text, .end = text + bytes, .line = 1};
}

static char peek(const CoLexer *lexer, size_t ahead) {
  return ahead < (size_t)(lexer->end - lexer->at) ? lexer->at[ahead] : '\0';
}

static bool at_newline(const CoLexer *lexer) {
  return peek(lexer, 0) == '\n' || peek(lexer, 0) == '\r';
}

// A step by one character, or by "\r\n" or "\n\r", which are one line end for Lua.
static void step(CoLexer *lexer) {
  if (at_newline(lexer)) {
    char other = lexer->at[0] == '\n' ? '\r' : '\n';
    if (peek(lexer, 1) == other) lexer->at++;
    lexer->line++;
  }
  if (lexer->at < lexer->end) lexer->at++;
}

// At "[", "[=" ...: the number of "=" of a long bracket, -1 for any other bracket.
static int long_level(const CoLexer *lexer) {
  int level = 0;
  while (peek(lexer, 1 + (size_t)level) == '=') level++;
  return peek(lexer, 0) == '[' && peek(lexer, 1 + (size_t)level) == '[' ? level : -1;
}

static bool closes(const CoLexer *lexer, int level) {
  for (int i = 1; i <= level; i++)
    if (peek(lexer, (size_t)i) != '=') return false;
  return peek(lexer, 0) == ']' && peek(lexer, (size_t)level + 1) == ']';
}

static void read_long(CoLexer *lexer, int level) {
  lexer->at += level + 2;
  if (at_newline(lexer)) step(lexer); // not part of the string
  lexer->token.text = lexer->at;
  while (lexer->at < lexer->end && !closes(lexer, level)) step(lexer);
  lexer->token.bytes = (size_t)(lexer->at - lexer->token.text);
  for (int i = 0; i < level + 2; i++) step(lexer);
}

static void read_quoted(CoLexer *lexer) {
  char quote = *lexer->at++;
  lexer->token.text = lexer->at;
  while (lexer->at < lexer->end && *lexer->at != quote) {
    if (*lexer->at == '\\') lexer->at++;
    step(lexer);
  }
  lexer->token.bytes = (size_t)(lexer->at - lexer->token.text);
  step(lexer);
}

static void skip_blank(CoLexer *lexer) {
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

static void read_word(CoLexer *lexer) {
  bool number = lexer->token.kind == CO_TOKEN_NUMBER;
  for (;; lexer->at++) {
    char letter = peek(lexer, 0), before = lexer->at > lexer->token.text ? lexer->at[-1] : '\0';
    bool sign = (letter == '-' || letter == '+') && before && strchr("eEpP", before);
    if (!is_word(letter) && !(number && (letter == '.' || sign))) break;
  }
  lexer->token.bytes = (size_t)(lexer->at - lexer->token.text);
}

static void read_symbol(CoLexer *lexer) {
  bool comparison = strchr("=<>~", *lexer->at) && peek(lexer, 1) == '=';
  lexer->token.bytes = comparison ? 2 : 1;
  lexer->at += lexer->token.bytes;
}

void co_lexer_next(CoLexer *lexer) {
  skip_blank(lexer);
  char letter = peek(lexer, 0);
  lexer->token = (CoToken){CO_TOKEN_SYMBOL, lexer->at, 0, lexer->line};
  int level = letter == '[' ? long_level(lexer) : -1;
  if (lexer->at >= lexer->end) {
    lexer->token.kind = CO_TOKEN_END;
  } else if (letter == '"' || letter == '\'' || level >= 0) {
    lexer->token.kind = CO_TOKEN_STRING;
    if (level >= 0)
      read_long(lexer, level);
    else
      read_quoted(lexer);
  } else if (isdigit((unsigned char)letter) || (letter == '.' && isdigit((unsigned char)peek(lexer, 1)))) {
    lexer->token.kind = CO_TOKEN_NUMBER;
    read_word(lexer);
  } else if (is_word(letter)) {
    lexer->token.kind = CO_TOKEN_NAME;
    read_word(lexer);
  } else {
    read_symbol(lexer);
  }
}

bool co_token_is(const CoToken *token, CoTokenKind kind, const char *text) {
  return token->kind == kind && token->bytes == strlen(text) && memcmp(token->text, text, token->bytes) == 0;
}

bool co_lexer_symbol(const CoLexer *lexer, const char *text) {
  return co_token_is(&lexer->token, CO_TOKEN_SYMBOL, text);
}

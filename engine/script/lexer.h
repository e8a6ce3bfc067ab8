// Lua's tokens, read from text that need not be valid.
#ifndef COHORT_SCRIPT_LEXER_H
#define COHORT_SCRIPT_LEXER_H

#include <stdbool.h>
#include <stddef.h>

typedef enum CoTokenKind { CO_TOKEN_END, CO_TOKEN_NAME, CO_TOKEN_STRING, CO_TOKEN_NUMBER, CO_TOKEN_SYMBOL } CoTokenKind;

typedef struct CoToken {
  CoTokenKind kind;
  const char *text; // of a string: what stands between its quotes
  size_t bytes;
  int line;
} CoToken;

typedef struct CoLexer {
  const char *at, *end;
  int line;
  CoToken token; // the current one
} CoLexer;

CoLexer co_lexer(const char *text, size_t bytes); // before the first token
// Symbols of several characters come one by one, but for those with "=" that are not an assignment.
void co_lexer_next(CoLexer *lexer);
bool co_token_is(const CoToken *token, CoTokenKind kind, const char *text);
bool co_lexer_symbol(const CoLexer *lexer, const char *text); // the current token is this symbol

#endif

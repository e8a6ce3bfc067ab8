// The language that LuaJIT and Lua 5.4 share: what one of them lacks or does in its own way is refused by name.
#include <string.h>

#include "env.h"
#include "lexer.h"

static bool refuse(const CoScriptFile *file, int line, const char *what, const char *instead, CoError *error) {
  return co_fail(error, "%s:%d: '%s' is not in the Lua that scripts share: %s", file->name, line, what, instead);
}

static bool follows(const CoToken *first, const CoToken *second, const char *symbol) {
  return second->kind == CO_TOKEN_SYMBOL && co_token_is(second, CO_TOKEN_SYMBOL, symbol) &&
         first->text + first->bytes == second->text;
}

static bool check_symbol(const CoScriptFile *file, const CoToken *token, const CoToken *next, CoError *error) {
  const char *symbol = token->text;
  if (token->bytes != 1) return true;
  switch (*symbol) {
  case '/':
    return !follows(token, next, "/") || refuse(file, token->line, "//", "write math.idiv(a, b)", error);
  case '&':
    return refuse(file, token->line, "&", "write bit.band(a, b)", error);
  case '|':
    return refuse(file, token->line, "|", "write bit.bor(a, b)", error);
  case '~':
    return refuse(file, token->line, "~", "write bit.bxor(a, b) or bit.bnot(a)", error);
  case '<':
    return !follows(token, next, "<") || refuse(file, token->line, "<<", "write bit.lshift(a, n)", error);
  case '>':
    return !follows(token, next, ">") || refuse(file, token->line, ">>", "write bit.rshift(a, n)", error);
  case '^':
    return co_token_is(next, CO_TOKEN_NUMBER, "2") ||
           co_fail(error, "%s:%d: '^' differs between machines, but for x ^ 2: write math.pow(x, y)", file->name,
                   token->line);
  default:
    return true;
  }
}

// LuaJIT's numbers of other types: 1LL, 2ULL, 3i.
static bool check_number(const CoScriptFile *file, const CoToken *token, CoError *error) {
  char last = token->text[token->bytes - 1];
  if (!(last == 'L' || last == 'l' || last == 'U' || last == 'u' || last == 'i' || last == 'I')) return true;
  return refuse(file, token->line, "a number with a suffix", "write it without", error);
}

bool co_script_dialect(const CoScriptFile *file, CoError *error) {
  CoLexer lexer = co_lexer(file->text, file->bytes);
  co_lexer_next(&lexer);
  CoToken before = {0};
  while (lexer.token.kind != CO_TOKEN_END) {
    CoToken token = lexer.token;
    co_lexer_next(&lexer);
    if (token.kind == CO_TOKEN_SYMBOL && !check_symbol(file, &token, &lexer.token, error)) return false;
    if (token.kind == CO_TOKEN_NUMBER && !check_number(file, &token, error)) return false;
    bool attribute = before.kind == CO_TOKEN_SYMBOL && co_token_is(&before, CO_TOKEN_SYMBOL, "<") &&
                     (co_token_is(&token, CO_TOKEN_NAME, "const") || co_token_is(&token, CO_TOKEN_NAME, "close")) &&
                     co_lexer_symbol(&lexer, ">");
    if (attribute) return refuse(file, token.line, "<const>", "leave it out", error);
    before = token;
  }
  return true;
}

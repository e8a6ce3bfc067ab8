// Locale-free text: each call runs in the "C" locale, whatever the program around the library has chosen.
#include "format.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// The "C" locale is a constant of the C library: nothing is allocated, nothing to free.
static locale_t plain(void) {
  return uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

int co_format(char *out, size_t capacity, const char *format, va_list args) {
  int reason = errno;
  locale_t before = plain();
  errno = reason;
  int length = vsnprintf(out, capacity, format, args);
  uselocale(before);
  errno = reason;
  return length;
}

const char *co_number_text(double number, char out[CO_NUMBER_SIZE]) {
  locale_t before = plain();
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(out, CO_NUMBER_SIZE, "%.*g", digits, number);
    if (strtod(out, NULL) == number) break;
  }
  uselocale(before);
  return isnan(number) ? "nan" : out; // without its sign
}

bool co_number_parse(const char *text, double *out) {
  if (*text == '\0' || isspace((unsigned char)*text)) return false;
  locale_t before = plain();
  char *end;
  double number = strtod(text, &end);
  uselocale(before);
  if (*end != '\0' || !isfinite(number)) return false;
  *out = number;
  return true;
}

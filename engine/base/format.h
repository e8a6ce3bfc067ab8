// Text that reads the same in every locale: formatting, and numbers written and read back to the same bits.
#ifndef COHORT_BASE_FORMAT_H
#define COHORT_BASE_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define CO_NUMBER_SIZE 32 // bytes that hold any number's text

// vsnprintf with a point as decimal sign; errno is kept, so that %m works.
int co_format(char *out, size_t capacity, const char *format, va_list args) __attribute__((format(printf, 3, 0)));

// The shortest of 15 to 17 digits that reads back to the same bits. Returns `out`.
const char *co_number_text(double number, char out[CO_NUMBER_SIZE]);

// Reads the whole of `text` as one finite number.
bool co_number_parse(const char *text, double *out);

#endif

// Data files: whatever the bytes, co_script_parse gives a sound value or a sentence that names the file.
#include <math.h>

#include "cohort/script.h"
#include "mutate.h"

static void demand(bool fact) {
  if (!fact) abort();
}

static void check(const CoValue *value, int depth, int lines) {
  demand(depth <= 34 && value->line >= 1 && value->line <= lines && value->path);
  if (value->type == CO_VALUE_NUMBER) demand(isfinite(value->number));
  if (value->type == CO_VALUE_STRING) demand(value->string != NULL);
  bool parent = value->type == CO_VALUE_LIST || value->type == CO_VALUE_TABLE;
  demand(parent || value->count == 0);
  for (int i = 0; i < value->count; i++) {
    const CoValue *item = &value->items[i];
    demand((item->key != NULL) == (value->type == CO_VALUE_TABLE));
    if (item->key) demand(i == 0 || strcmp(value->items[i - 1].key, item->key) < 0);
    check(item, depth + 1, lines);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  int lines = 1;
  for (size_t i = 0; i < bytes; i++) lines += data[i] == '\n' || data[i] == '\r';
  CoError error = {""};
  CoValue *value = co_script_parse("fuzz.lua", (const char *)data, bytes, &error);
  if (value)
    check(value, 0, lines);
  else
    demand(strncmp(error.text, "fuzz.lua", 8) == 0 && strlen(error.text) > 9);
  co_value_destroy(value);
  return 0;
}

#ifndef CO_LIBFUZZER
static const CoInput inputs[] = {
    CO_INPUT_TEXT("return {\n  name = \"3m\", limit = 60,\n  allies = {{unit = 'marine', count = 3, x = -9.5e0}},\n"
                  "  enemies = {\n    {unit = \"marine\", count = 3},\n    {},\n  }, -- the end\n}\n"),
    CO_INPUT_TEXT(
        "--[==[ long\n]] ]==]\nlocal t = {}\nfor i = 1, 9 do table.insert(t, {[1] = i, [2] = [[a\nb]]}) end\n"
        "local function f(n) if n > 0 then return f(n - 1) else return {n} end end\n"
        "return {['a b'] = t, c = f(3), d = ('x'):rep(5) .. 'y\\n\\065\\z ', e = #t >= 2 and not nil; g = 0x1F}"),
    CO_INPUT_TEXT("return {\r\n{1, 2, 3},\r\n{4, 5, 6};\r\n{[1] = true, [2] = false},\r\n"
                  "(function(...) repeat local q = {...} until true while false do end return {q = 1} end)(7)}"),
    CO_INPUT_TEXT("return {\n  algo = 'qmix', lr = 5e-4, seed = \"18446744073709551615\",\n  map = \"2s3z\",\n"
                  "  double_q = true, hidden = {64, 64}, s = string.format('%d %s', 3, math.floor(2.5)),\n}"),
};

int main(void) {
  return co_fuzz(inputs, sizeof inputs / sizeof *inputs, 5000, 1);
}
#endif

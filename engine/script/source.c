// The data files that settings name: read once, as text for whoever keeps it and as a value for the settings.
#include <stdio.h>
#include <stdlib.h>

#include "cohort/file.h"
#include "cohort/hash.h"
#include "cohort/script.h"

#define TEXT_MOST ((size_t)4 << 20) // bytes of a data file

bool co_script_source_load(CoScriptSources *sources, const char *data, const CoField *field, void *config,
                           const char *path, CoError *error) {
  CoSource *member = (CoSource *)(void *)((char *)config + field->offset);
  char folder[2048], place[4096];
  if (!member->name[0]) return true;
  if (sources->count == CO_SCRIPT_SOURCES) return co_fail(error, "more than %d data files", CO_SCRIPT_SOURCES);
  CoScriptSource *source = &sources->item[sources->count++];
  *source = (CoScriptSource){.field = field, .name = member->name};
  snprintf(folder, sizeof folder, "%s/%s", data, field->choices);
  if (!path && !co_script_locate(folder, member->name, place, sizeof place, error)) return false;
  if (!path) path = place;
  if (!(source->text = co_file_read(path, TEXT_MOST, &source->bytes, error))) return false;
  member->value = source->value = co_script_parse(path, source->text, source->bytes, error);
  return source->value != NULL;
}

uint64_t co_script_sources_hash(const CoScriptSources *sources, uint64_t hash) {
  for (int i = 0; i < sources->count; i++) hash = co_hash(hash, sources->item[i].text, sources->item[i].bytes);
  return hash;
}

void co_script_sources_free(CoScriptSources *sources) {
  for (int i = 0; i < sources->count; i++) {
    co_value_destroy(sources->item[i].value);
    free(sources->item[i].text);
  }
  *sources = (CoScriptSources){.count = 0};
}

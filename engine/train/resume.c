// Saving a run and taking it up again, bit for bit: everything that the next round depends on is in the checkpoint;
// what only grows (metrics, events, the store's episodes) lies in logs that the checkpoint vouches for up to a size.
#include <stdio.h>
#include <string.h>

#include "cohort/blas.h"
#include "run.h"

static void write_run(const CoTrain *train, const uint64_t sizes[CO_RECORD_FILES], CoWriter *body) {
  size_t handle = co_write_begin(body, "run");
  for (int i = 0; i < CO_RECORD_FILES; i++) co_write_u64(body, sizes[i]);
  co_write_u64(body, (uint64_t)train->episodes);
  co_write_u32(body, train->finished);
  co_write_u32(body, train->has_return);
  co_write(body, &train->last_return, sizeof train->last_return);
  co_write(body, train->scores, (size_t)train->team_count * sizeof *train->scores);
  co_metrics_save(train->common, body);
  if (train->vec) co_vecenv_save(train->vec, body);
  if (train->vec) co_tally_save(&train->tally, body);
  if (train->test) co_match_save(train->test, body);
  co_write_end(body, handle);
}

static bool read_run(CoTrain *train, CoReader *body, uint64_t sizes[CO_RECORD_FILES]) {
  CoReader part;
  if (!co_read_section(body, "run", &part)) return false;
  for (int i = 0; i < CO_RECORD_FILES; i++) sizes[i] = co_read_u64(&part, "the size of a log");
  train->episodes = (int64_t)co_read_u64(&part, "the number of episodes");
  train->finished = co_read_u32(&part, "the end mark");
  train->has_return = co_read_u32(&part, "the return's mark");
  co_read(&part, &train->last_return, sizeof train->last_return, "the last return");
  co_read(&part, train->scores, (size_t)train->team_count * sizeof *train->scores, "the last test");
  if (!co_metrics_load(train->common, &part)) return false;
  if (train->vec && (!co_vecenv_load(train->vec, &part) || !co_tally_load(&train->tally, &part))) return false;
  return (!train->test || co_match_load(train->test, &part)) && !part.failed;
}

static bool write_body(CoTrain *train, const uint64_t sizes[CO_RECORD_FILES], CoWriter *body, CoError *error) {
  for (int i = 0; i < train->team_count; i++) co_team_save_algo(&train->teams[i], body);
  write_run(train, sizes, body);
  for (int i = 0; i < train->team_count; i++)
    if (!co_team_save(&train->teams[i], train->setup.folder, body, error)) return false;
  return true;
}

static bool read_body(CoTrain *train, CoReader *body, uint64_t sizes[CO_RECORD_FILES], CoError *error) {
  for (int i = 0; i < train->team_count; i++)
    if (!co_team_load_algo(&train->teams[i], body)) return false;
  if (!read_run(train, body, sizes)) return false;
  for (int i = 0; i < train->team_count; i++)
    if (!co_team_load(&train->teams[i], train->setup.folder, body, error)) return false;
  return true;
}

bool co_run_weights(CoTrain *train, CoError *error) {
  for (int i = 0; i < train->team_count; i++)
    if (!co_team_weights(&train->teams[i], train->setup.folder, error)) return false;
  return true;
}

bool co_run_save(CoTrain *train, CoError *error) {
  uint64_t sizes[CO_RECORD_FILES];
  const char *folder = train->setup.folder;
  CoWriter body = {0};
  CoCheckpoint head = {.serial = train->serial + 1,
                       .identity = train->setup.identity,
                       .steps = train->steps,
                       .version = COHORT_VERSION,
                       .slot = train->slot == 'a' ? 'b' : 'a'};
  snprintf(head.core, sizeof head.core, "%s", co_blas_core());
  bool ok = co_record_flush(train->record, sizes, error) && write_body(train, sizes, &body, error) &&
            co_checkpoint_write(folder, &head, &body, error);
  co_writer_free(&body);
  if (!ok) return false;
  train->serial = head.serial;
  train->slot = head.slot;
  train->checkpointed = train->steps;
  train->saved = true;
  if (train->setup.seconds) train->saved_seconds = train->setup.seconds();
  for (int i = 0; i < train->team_count; i++)
    if (!co_team_prune(&train->teams[i], folder, error)) return false;
  return co_run_weights(train, error);
}

static bool fits(const CoTrain *train, const CoCheckpoint *checkpoint, CoError *error) {
  if (checkpoint->identity != train->setup.identity)
    return co_fail(error, "%s: its checkpoint was made with other settings than it is resumed with",
                   train->setup.folder);
  if (strcmp(checkpoint->version, COHORT_VERSION))
    return co_fail(error, "%s: its checkpoint was made by cohort %s, this is %s", train->setup.folder,
                   checkpoint->version, COHORT_VERSION);
  if (!train->setup.any_core && strcmp(checkpoint->core, co_blas_core()))
    return co_fail(error,
                   "%s: its checkpoint was made with the BLAS core %s, here it is %s: the bits would differ "
                   "(--any_core goes on all the same)",
                   train->setup.folder, checkpoint->core, co_blas_core());
  return true;
}

static bool take_up(CoTrain *train, CoCheckpoint *checkpoint, uint64_t sizes[CO_RECORD_FILES], CoError *error) {
  if (!fits(train, checkpoint, error)) return false;
  if (!read_body(train, &checkpoint->body, sizes, error))
    return co_fail_within(error, "%s/checkpoint-%c", train->setup.folder, checkpoint->slot);
  train->steps = train->resumed = train->checkpointed = checkpoint->steps;
  train->serial = checkpoint->serial;
  train->slot = checkpoint->slot;
  return true;
}

bool co_run_resume(CoTrain *train, CoError *error) {
  uint64_t sizes[CO_RECORD_FILES] = {0};
  CoCheckpoint checkpoint;
  CoFound found = co_checkpoint_read(train->setup.folder, &checkpoint, error);
  if (found == CO_FOUND_BROKEN) return false;
  if (found == CO_FOUND_ONE) {
    bool taken = take_up(train, &checkpoint, sizes, error);
    co_checkpoint_free(&checkpoint);
    if (!taken) return false;
  }
  train->record = co_record_open(train->setup.folder, train->metrics, train->metric_count, sizes, error);
  return train->record != NULL;
}

// A recorded playthrough of every environment: random legal play from a fixed seed must give these hashes in every
// build, those in Lua under either Lua. `playthroughs --write` records them anew.
#include "suite.h"
#include "worlds.h"

#include "cohort/file.h"
#include "cohort/hash.h"

enum { STEPS = 100, COPIES = 2 };
static const char path[] = COHORT_SOURCE "/tests/golden/playthroughs.txt";

// States, observations, masks and rewards of every step.
static uint64_t hash_step(uint64_t hash, const CoVecEnv *vec) {
  const CoWorld *world = co_vecenv_world(vec);
  const CoSpec *spec = co_world_spec(world);
  for (int i = 0; i < COPIES; i++) {
    uint64_t state = co_state_hash(world, co_vecenv_state(vec, i));
    hash = co_hash(hash, &state, sizeof state);
  }
  for (int team = 0; team < spec->teams; team++) {
    const CoFrame *frame = co_vecenv_frame(vec, team);
    size_t rows = (size_t)(COPIES * frame->agents);
    hash = co_hash(hash, frame->obs, rows * (size_t)spec->obs_size * sizeof(float));
    if (frame->mask) hash = co_hash(hash, frame->mask, rows * (size_t)spec->actions);
    if (frame->global) hash = co_hash(hash, frame->global, (size_t)(COPIES * spec->global_size) * sizeof(float));
  }
  return co_hash(hash, co_vecenv_rewards(vec), (size_t)(COPIES * spec->agents) * sizeof(float));
}

static void record(const char *name, const CoWorld *world, void *user) {
  CoError error;
  uint64_t hash = 0;
  CoRandomPlay random = random_begin(world, COPIES, NULL);
  for (int t = 0; t < STEPS; t++) {
    if (!co_random_step(&random, &error)) worlds_fail(name, &error);
    hash = hash_step(hash, random.vec);
  }
  co_random_end(&random);
  co_write_format(user, "%s %016llx\n", name, (unsigned long long)hash);
}

static void record_script(const char *name, const CoScriptEnv *script, const CoWorld *world, void *user) {
  (void)script;
  record(name, world, user);
}

static CoWriter playthroughs(void) {
  CoWriter text = {0};
  worlds_each(record, &text);
  worlds_scripts(record_script, &text);
  co_write(&text, "", 1);
  return text;
}

START_TEST(playthroughs_are_as_recorded) {
  CoWriter text = playthroughs();
  size_t bytes;
  char *recorded = co_file_read(path, 1 << 20, &bytes, NULL), *rest = recorded, *now = (char *)text.data;
  ck_assert_ptr_nonnull(recorded);
  for (char *line; (line = strtok_r(now, "\n", &now));) {
    const char *expected = strtok_r(rest, "\n", &rest);
    ck_assert_str_eq(line, expected ? expected : "(nothing)");
  }
  ck_assert_ptr_null(strtok_r(rest, "\n", &rest));
  free(recorded);
  co_writer_free(&text);
}
END_TEST

static int write_anew(void) {
  CoError error;
  CoWriter text = playthroughs();
  bool done = co_file_write(path, text.data, text.size - 1, &error);
  if (!done) fprintf(stderr, "%s\n", error.text);
  co_writer_free(&text);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "--write") == 0) return write_anew();
  const TTest *tests[] = {playthroughs_are_as_recorded};
  return co_run_tests(__FILE__, tests, 1);
}

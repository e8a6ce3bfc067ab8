// Exact resume: training processes are killed with SIGKILL at random moments and taken up again, until they end; what
// they leave is the same, byte for byte, as what a run that nobody disturbed leaves.
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cohort/file.h"
#include "cohort/hash.h"
#include "cohort/script.h"
#include "cohort/train.h"
#include "suite.h"

enum { CONFIG = 8192 };

typedef struct Work {
  const char *algo, *store;
  int steps, num_envs;
  uint64_t seed;
  int kills; // at least so many
} Work;

static void need(bool fine, const CoError *error) {
  if (fine) return;
  fprintf(stderr, "resume: %s\n", error->text);
  _exit(1);
}

static void set(const CoSettings *settings, void *config, const char *const *pairs) {
  CoError error;
  for (; *pairs; pairs += 2)
    if (co_settings_find(settings, pairs[0]))
      need(co_settings_set(settings, config, pairs[0], pairs[1], &error), &error);
}

static CoWorld *open_world(CoValue **map, CoError *error) {
  static unsigned char config[CONFIG];
  CoRegistry registry;
  const char *variant;
  co_registry_init(&registry);
  const CoEnvType *type = co_find_env(&registry, "skirmish/3m", &variant, error);
  need(type && type->settings.bytes <= CONFIG, error);
  co_settings_defaults(&type->settings, config);
  *map = co_script_load(COHORT_SOURCE "/scripts/maps/3m.lua", error);
  need(*map, error);
  const CoField *field = co_settings_find(&type->settings, "map");
  ((CoSource *)(void *)(config + field->offset))->value = *map;
  return co_world_open(type, config, error);
}

// Trains in the folder until done: what a process does between two kills.
static void live(const Work *work, const char *folder) {
  static const char *const small[] = {
      "hidden",           "8", "batch_size",     "8", "buffer_size", "24", "target_update_interval", "5",
      "mixing_embed_dim", "4", "hypernet_embed", "4", NULL};
  static unsigned char config[CONFIG];
  CoError error = {""};
  CoRegistry registry;
  CoValue *map;
  CoScore scores[1];
  CoTrainConfig train;
  char steps[16];
  co_registry_init(&registry);
  const CoAlgoType *algo = co_find_algo(&registry, work->algo, &error);
  need(algo, &error);
  co_settings_defaults(&algo->settings, config);
  set(&algo->settings, config, small);
  snprintf(steps, sizeof steps, "%d", work->steps);
  const char *const own[] = {"steps",
                             steps,
                             "test_interval",
                             "300",
                             "test_nepisode",
                             "3",
                             "log_interval",
                             "200",
                             "checkpoint_interval",
                             "150",
                             "final_episodes",
                             "5",
                             "store",
                             work->store,
                             NULL};
  co_settings_defaults(&co_train_settings, &train);
  set(&co_train_settings, &train, own);
  train.seed = work->seed;
  train.num_envs = work->num_envs;
  CoWorld *world = open_world(&map, &error);
  need(world, &error);
  CoSeat seat = {.algo = algo, .config = config};
  const CoTrainSetup setup = {.config = &train, .world = world, .seats = &seat, .folder = folder, .identity = 7};
  CoTrain *run = co_train_create(&setup, &error);
  need(run, &error);
  need(co_train_run(run, NULL, NULL, scores, &error) == CO_TRAIN_DONE, &error);
  co_train_destroy(run);
  co_world_close(world);
  co_value_destroy(map);
}

static pid_t begin(const Work *work, const char *folder) {
  pid_t child = fork();
  ck_assert_int_ge(child, 0);
  if (child) return child;
  live(work, folder);
  _exit(0);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Whether it ended by itself within that time; killed otherwise.
static bool ends_within(pid_t child, double limit) {
  const struct timespec nap = {0, 200000};
  int status;
  double began = seconds();
  pid_t ended = 0;
  while (!(ended = waitpid(child, &status, WNOHANG)) && seconds() - began < limit) nanosleep(&nap, NULL);
  if (!ended) {
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
  }
  bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  ck_assert_msg(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0), "a process failed after a kill");
  return !killed;
}

// Hash of a file of the run; 0 where there is none.
static uint64_t print_of(const char *folder, const char *name) {
  char path[512];
  size_t bytes;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  char *data = co_file_read(path, (size_t)1 << 30, &bytes, NULL);
  if (!data) return 0;
  uint64_t hash = co_hash(1, data, bytes);
  free(data);
  return hash;
}

static const char *const files[] = {"checkpoint-a", "checkpoint-b", "metrics.csv", "events.out.tfevents.0.cohort"};

static void compare(const char *folder, const char *other) {
  DIR *dir = opendir(folder);
  ck_assert_ptr_nonnull(dir);
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    ck_assert_msg(print_of(folder, files[i]) != 0, "no %s", files[i]);
    ck_assert_msg(print_of(folder, files[i]) == print_of(other, files[i]), "%s differs from the undisturbed run's",
                  files[i]);
  }
  for (struct dirent *entry; (entry = readdir(dir));)
    if (strstr(entry->d_name, ".safetensors"))
      ck_assert_msg(print_of(folder, entry->d_name) == print_of(other, entry->d_name), "%s differs", entry->d_name);
  closedir(dir);
}

static void make_folder(char path[64]) {
  snprintf(path, 64, "resume-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(path));
}

static void remove_folder(const char *path) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf ./%s", path);
  ck_assert_int_eq(system(command), 0);
}

// Kills at moments drawn over the whole run: short lives first see the start, longer ones get on.
static int torture(const Work *work, const char *folder, double whole, CoRng *rng) {
  int kills = 0;
  for (;; kills++) {
    double share = 0.05 + 0.4 * co_rng_unit(rng);
    if (kills > 20 * work->kills) share = 1e3; // a machine too slow for the drawn lives: let it end
    if (ends_within(begin(work, folder), whole * share)) return kills;
  }
}

// Kills so often, unless COHORT_KILLS says how often.
static void check_resume(const Work *work) {
  const char *wish = getenv("COHORT_KILLS");
  const int needed = wish ? atoi(wish) : work->kills;
  ck_assert_int_ge(needed, 1);
  char whole[64], pieces[64];
  CoRng rng = co_rng(work->seed, "kills", 0);
  make_folder(whole);
  double began = seconds();
  while (!ends_within(begin(work, whole), 60)) ck_abort_msg("the undisturbed run takes a minute");
  double length = seconds() - began;
  int kills = 0, rounds = 0;
  for (; kills < needed && rounds < 50; rounds++) {
    make_folder(pieces);
    kills += torture(work, pieces, length, &rng);
    compare(whole, pieces);
    remove_folder(pieces);
  }
  remove_folder(whole);
  printf("%s, %s: %d kills in %d runs of %.2f s\n", work->algo, work->store, kills, rounds, length);
  ck_assert_int_ge(kills, needed);
}

START_TEST(qmix_goes_on_bit_for_bit) {
  check_resume(&(Work){.algo = "qmix", .store = "float", .steps = 2400, .num_envs = 2, .seed = 1, .kills = 15});
}
END_TEST

START_TEST(qpd_goes_on_bit_for_bit) {
  check_resume(&(Work){.algo = "qpd", .store = "half", .steps = 1500, .num_envs = 2, .seed = 2, .kills = 15});
}
END_TEST

START_TEST(iql_goes_on_bit_for_bit) {
  check_resume(&(Work){.algo = "iql", .store = "state", .steps = 2400, .num_envs = 4, .seed = 3, .kills = 10});
}
END_TEST

START_TEST(vdn_goes_on_bit_for_bit) {
  check_resume(&(Work){.algo = "vdn", .store = "float", .steps = 2400, .num_envs = 1, .seed = 4, .kills = 10});
}
END_TEST

CO_TESTS(qmix_goes_on_bit_for_bit, qpd_goes_on_bit_for_bit, iql_goes_on_bit_for_bit, vdn_goes_on_bit_for_bit)

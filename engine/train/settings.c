// The trainer's settings and profiles.
#include "cohort/hash.h"
#include "cohort/train.h"

#define T CoTrainConfig
static const CoField fields[] = {
    CO_STRING(T, env, "", "environment, with its variant: skirmish/3m"),
    CO_STRING(T, algo, "", "who learns or plays: qmix; by team: 0=qmix,1=random"),
    CO_STRING(T, profile, "cohort",
              "defaults of all tables: cohort; pymarl for its whole protocol; rainbow: all that dqn knows"),
    CO_STRING(T, out, "", "run folder; runs/ENV/ALGO/seed-N when empty"),
    CO_ALIASED(T, steps, "t_max", CO_FIELD_INT, "1000000", 1, 2e9, "budget in environment steps, of all copies"),
    CO_SEED(T, seed, "1", "every stream of random numbers comes from it"),
    CO_ALIASED(T, num_envs, "batch_size_run", CO_FIELD_INT, "8", 1, 4096, "copies of the environment side by side"),
    CO_INT(T, threads, "1", 1, 256, "threads; the results do not depend on it"),
    CO_INT(T, test_interval, "10000", 0, 2e9, "steps between greedy tests; 0: none"),
    CO_INT(T, test_nepisode, "32", 1, 1e6, "episodes of a test"),
    CO_ALIASED(T, log_interval, "runner_log_interval learner_log_interval", CO_FIELD_INT, "10000", 1, 2e9,
               "steps between rows of metrics"),
    CO_ALIASED(T, checkpoint_interval, "save_model_interval", CO_FIELD_INT, "10000", 1, 2e9,
               "steps between checkpoints, at most one a second; the results do not depend on it"),
    CO_INT(T, final_episodes, "100", 0, 1e6, "fresh episodes that score the final weights; 0: none"),
    CO_BOOL(T, timeout_terminal, "false", "running out of time counts as a true end: no value follows it"),
    CO_CHOICE(T, store, "float", CO_FORM_CHOICES, "episode store: as is, half precision, or states observed again"),
    CO_FIELDS_END,
};
#undef T

static const CoProfile profiles[] = {
    {"pymarl", "num_envs", "1"},
    {"pymarl", "test_interval", "10000"},
    {"pymarl", "test_nepisode", "32"},
    {"pymarl", "log_interval", "10000"},
    {"pymarl", "steps", "2050000"},
    {"pymarl", "timeout_terminal", "true"},
    {NULL, NULL, NULL},
};

const CoSettings co_train_settings = {
    .title = "train", .bytes = sizeof(CoTrainConfig), .fields = fields, .profiles = profiles};

const char *const co_profile_names[] = {"cohort", "pymarl", "rainbow", NULL};

uint64_t co_train_identity(const CoTrainConfig *config) {
  CoTrainConfig copy = *config;
  copy.steps = copy.threads = copy.checkpoint_interval = 1;
  copy.out[0] = '\0';
  return co_settings_hash(&co_train_settings, &copy);
}

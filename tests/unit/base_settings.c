// Settings: every type, every sentence, the way to text and back, profiles, --help.
#include "suite.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/rng.h"
#include "cohort/settings.h"

typedef enum Reward { REWARD_SMAC, REWARD_FIXED, REWARD_SPARSE } Reward;

typedef struct Config {
  bool double_q;
  int num_envs;
  uint64_t seed;
  double lr, gain;
  int reward;
  char out[16];
  CoSource map;
} Config;

static const CoField fields[] = {
    CO_BOOL(Config, double_q, "true", "choose by one network, value by the other"),
    CO_ALIASED(Config, num_envs, "batch_size_run envs", CO_FIELD_INT, "8", 1, 4096,
               "environments stepped side by side"),
    CO_SEED(Config, seed, "0", "seed of every stream"),
    CO_NUMBER(Config, lr, "0.0005", 1e-6, 1,
              "learning rate, the size of a step along the gradient, and a sentence long enough to be wrapped"),
    CO_NUMBER(Config, gain, "-1", -DBL_MAX, DBL_MAX, "any number"),
    CO_CHOICE(Config, reward, "fixed", "smac fixed sparse", "what the team is paid"),
    CO_STRING(Config, out, "", "run folder"),
    CO_SOURCE(Config, map, "3m", "maps", "the map"),
    CO_FIELDS_END,
};

static const CoProfile profiles[] = {
    {"pymarl", "reward", "smac"}, {"other", "lr", "0.1"}, {"pymarl", "num_envs", "1"}, {"broken", "lr", "7"}, {0}};

static const CoSettings settings = {"sample", sizeof(Config), fields, profiles};
static CoError error;

static Config defaults(void) {
  Config config;
  co_settings_defaults(&settings, &config);
  return config;
}

static bool set(Config *config, const char *name, const char *text) {
  return co_settings_set(&settings, config, name, text, &error);
}

START_TEST(defaults_are_the_presets) {
  Config config;
  memset(&config, 0xFF, sizeof config);
  co_settings_defaults(&settings, &config);
  ck_assert(config.double_q);
  ck_assert_int_eq(config.num_envs, 8);
  ck_assert_uint_eq(config.seed, 0);
  ck_assert_double_eq(config.lr, 0.0005);
  ck_assert_int_eq(config.reward, REWARD_FIXED);
  ck_assert_str_eq(config.out, "");
  ck_assert_str_eq(config.map.name, "3m");
  ck_assert_ptr_null(config.map.value);
  ck_assert(co_settings_check(&settings, &config, &error));
}
END_TEST

START_TEST(names_aliases_and_dashes) {
  ck_assert_ptr_eq(co_settings_find(&settings, "num_envs"), &fields[1]);
  ck_assert_ptr_eq(co_settings_find(&settings, "num-envs"), &fields[1]);
  ck_assert_ptr_eq(co_settings_find(&settings, "batch_size_run"), &fields[1]);
  ck_assert_ptr_eq(co_settings_find(&settings, "batch-size-run"), &fields[1]);
  ck_assert_ptr_eq(co_settings_find(&settings, "envs"), &fields[1]);
  ck_assert_ptr_null(co_settings_find(&settings, "env"));
  ck_assert_ptr_null(co_settings_find(&settings, "batch_size_run envs"));
  ck_assert_ptr_null(co_settings_find(&settings, "lrx"));
  ck_assert_ptr_null(co_settings_find(&settings, ""));
}
END_TEST

START_TEST(every_type_is_set) {
  Config config = defaults();
  static const char *const yes[] = {"true", "1", "yes", "on"}, *const no[] = {"false", "0", "no", "off"};
  for (int i = 0; i < 4; i++) {
    ck_assert(set(&config, "double_q", no[i]) && !config.double_q);
    ck_assert(set(&config, "double_q", yes[i]) && config.double_q);
  }
  ck_assert(set(&config, "num_envs", "4096") && config.num_envs == 4096);
  ck_assert(set(&config, "num_envs", "1e3") && config.num_envs == 1000);
  ck_assert(set(&config, "seed", "18446744073709551615") && config.seed == UINT64_MAX);
  ck_assert(set(&config, "seed", "1e6") && config.seed == 1000000);
  ck_assert(set(&config, "lr", "1e-06") && config.lr == 1e-6);
  ck_assert(set(&config, "gain", "-2.5e300") && config.gain == -2.5e300);
  ck_assert(set(&config, "reward", "sparse") && config.reward == REWARD_SPARSE);
  ck_assert(set(&config, "out", "fifteen letters") && strcmp(config.out, "fifteen letters") == 0);
  config.map.value = (const CoValue *)&config;
  ck_assert(set(&config, "map", "2s3z") && strcmp(config.map.name, "2s3z") == 0 && !config.map.value);
}
END_TEST

START_TEST(every_sentence) {
  static const char *const cases[][3] = {
      {"lrr", "1", "unknown setting 'lrr' (did you mean 'lr'?)"},
      {"batch_size_rum", "1", "unknown setting 'batch_size_rum' (did you mean 'batch_size_run'?)"},
      {"zebra", "1", "unknown setting 'zebra'"},
      {"lr", "0", "lr is 0, must lie in [1e-06, 1]"},
      {"lr", "1.1", "lr is 1.1, must lie in [1e-06, 1]"},
      {"lr", "abc", "lr is 'abc', must be a number"},
      {"lr", "", "lr is '', must be a number"},
      {"lr", "0.1x", "lr is '0.1x', must be a number"},
      {"lr", " 0.1", "lr is ' 0.1', must be a number"},
      {"lr", "nan", "lr is 'nan', must be a number"},
      {"gain", "inf", "gain is 'inf', must be a number"},
      {"gain", "1e999", "gain is '1e999', must be a number"},
      {"num_envs", "0", "num_envs is 0, must lie in [1, 4096]"},
      {"envs", "1e300", "num_envs is 1e+300, must lie in [1, 4096]"},
      {"num_envs", "2.5", "num_envs is '2.5', must be a whole number"},
      {"num_envs", "many", "num_envs is 'many', must be a whole number"},
      {"seed", "-1", "seed is '-1', must be a whole number from 0 to 18446744073709551615"},
      {"seed", "18446744073709551616",
       "seed is '18446744073709551616', must be a whole number from 0 to 18446744073709551615"},
      {"seed", "1e300", "seed is '1e300', must be a whole number from 0 to 18446744073709551615"},
      {"seed", "", "seed is '', must be a whole number from 0 to 18446744073709551615"},
      {"double_q", "maybe", "double_q is 'maybe', must be true or false"},
      {"reward", "foo", "reward is 'foo', must be one of smac, fixed, sparse"},
      {"reward", "smac fixed", "reward is 'smac fixed', must be one of smac, fixed, sparse"},
      {"reward", "", "reward is '', must be one of smac, fixed, sparse"},
      {"out", "sixteen letters!", "out is 16 bytes long, must be at most 15"},
  };
  Config config = defaults(), before = config;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ck_assert(!set(&config, cases[i][0], cases[i][1]));
    ck_assert_str_eq(error.text, cases[i][2]);
    ck_assert_mem_eq(&config, &before, sizeof config);
  }
  char long_name[300];
  memset(long_name, 'm', sizeof long_name);
  long_name[299] = '\0';
  ck_assert(!set(&config, "map", long_name));
  ck_assert_str_eq(error.text, "map is 299 bytes long, must be at most 255");
}
END_TEST

#define CHECK_FAILS(change, sentence)                                                                                  \
  do {                                                                                                                 \
    Config config = defaults();                                                                                        \
    change;                                                                                                            \
    ck_assert(!co_settings_check(&settings, &config, &error));                                                         \
    ck_assert_str_eq(error.text, sentence);                                                                            \
  } while (0)

START_TEST(check_finds_what_code_has_set) {
  CHECK_FAILS(config.lr = 0, "lr is 0, must lie in [1e-06, 1]");
  CHECK_FAILS(config.lr = -NAN, "lr is nan, must lie in [1e-06, 1]");
  CHECK_FAILS(config.num_envs = -1, "num_envs is -1, must lie in [1, 4096]");
  CHECK_FAILS(config.reward = 3, "reward is choice 3, must be one of smac, fixed, sparse");
  CHECK_FAILS(config.reward = -1, "reward is choice -1, must be one of smac, fixed, sparse");
  CHECK_FAILS(memset(config.out, 'x', 16), "out does not end within its 16 bytes");
  CHECK_FAILS(memset(config.map.name, 'x', 256), "map does not end within its 256 bytes");
}
END_TEST

START_TEST(text_reads_back_to_the_same_bits) {
  CoRng rng = co_rng(1, "settings", 0);
  char text[64];
  for (int i = 0; i < 3000; i++) {
    Config config = defaults(), again = defaults();
    uint64_t bits = co_rng_next(&rng);
    memcpy(&config.gain, &bits, sizeof bits);
    if (!(config.gain >= -DBL_MAX && config.gain <= DBL_MAX)) continue;
    config.seed = co_rng_next(&rng) >> co_rng_int(&rng, 0, 63);
    config.num_envs = co_rng_int(&rng, 1, 4096);
    for (const CoField *field = fields; field->name; field++) {
      co_settings_text(field, &config, text, sizeof text);
      ck_assert(set(&again, field->name, text));
    }
    ck_assert_mem_eq(&again.gain, &config.gain, sizeof config.gain);
    ck_assert_uint_eq(again.seed, config.seed);
    ck_assert_int_eq(again.num_envs, config.num_envs);
  }
}
END_TEST

START_TEST(text_is_short) {
  Config config = defaults();
  char text[64];
  static const char *const expected[] = {"true", "8", "0", "0.0005", "-1", "fixed", "", "3m"};
  for (int i = 0; i < 8; i++) {
    co_settings_text(&fields[i], &config, text, sizeof text);
    ck_assert_str_eq(text, expected[i]);
  }
  config.gain = 0.1 + 0.2;
  co_settings_text(&fields[4], &config, text, sizeof text);
  ck_assert_str_eq(text, "0.30000000000000004");
  co_settings_text(&fields[4], &config, text, 4);
  ck_assert_str_eq(text, "0.3");
}
END_TEST

START_TEST(the_saved_form_is_lua) {
  Config config = defaults();
  set(&config, "seed", "9007199254740993"); // no double
  set(&config, "out", "a\"b\\c\n\x7f");
  CoWriter lua = {0};
  co_settings_write(&settings, &config, &lua);
  co_write(&lua, "", 1);
  ck_assert_str_eq((const char *)lua.data, "  double_q = true,\n"
                                           "  num_envs = 8,\n"
                                           "  seed = \"9007199254740993\",\n"
                                           "  lr = 0.0005,\n"
                                           "  gain = -1,\n"
                                           "  reward = \"fixed\",\n"
                                           "  out = \"a\\\"b\\\\c\\010\\127\",\n"
                                           "  map = \"3m\",\n");
  co_writer_free(&lua);
}
END_TEST

START_TEST(values_set_by_key) {
  Config config = defaults();
  CoValue *root = co_value_create("exp.lua");
  co_value_append(root, root, "lr", CO_VALUE_NUMBER, 2)->number = 0.1 + 0.2;
  co_value_append(root, root, "double_q", CO_VALUE_BOOL, 3)->boolean = false;
  co_value_set_string(root, co_value_append(root, root, "seed", CO_VALUE_STRING, 4), "9007199254740993");
  co_value_append(root, root, "envs", CO_VALUE_NUMBER, 5)->number = 0;
  co_value_append(root, root, "map", CO_VALUE_LIST, 6);
  co_value_append(root, root, "lrr", CO_VALUE_NUMBER, 0)->number = 1;
  for (int i = 0; i < 3; i++) ck_assert(co_settings_set_value(&settings, &config, &root->items[i], &error));
  ck_assert_double_eq(config.lr, 0.1 + 0.2);
  ck_assert(!config.double_q);
  ck_assert_uint_eq(config.seed, 9007199254740993);
  static const char *const sentences[] = {"exp.lua:5: num_envs is 0, must lie in [1, 4096]",
                                          "exp.lua:6: map is a list, must be a number, a string or a boolean",
                                          "exp.lua: unknown setting 'lrr' (did you mean 'lr'?)"};
  for (int i = 0; i < 3; i++) {
    ck_assert(!co_settings_set_value(&settings, &config, &root->items[3 + i], &error));
    ck_assert_str_eq(error.text, sentences[i]);
  }
  co_value_destroy(root);
}
END_TEST

START_TEST(profiles_change_defaults) {
  Config config = defaults();
  ck_assert(co_settings_has_profile(&settings, "cohort"));
  ck_assert(co_settings_has_profile(&settings, "pymarl"));
  ck_assert(!co_settings_has_profile(&settings, "pymar"));
  ck_assert(co_settings_profile(&settings, &config, "pymarl", &error));
  ck_assert_int_eq(config.reward, REWARD_SMAC);
  ck_assert_int_eq(config.num_envs, 1);
  ck_assert_double_eq(config.lr, 0.0005);
  Config before = config;
  ck_assert(co_settings_profile(&settings, &config, "cohort", &error));
  ck_assert(co_settings_profile(&settings, &config, "elsewhere", &error));
  ck_assert_mem_eq(&config, &before, sizeof config);
  ck_assert(!co_settings_profile(&settings, &config, "broken", &error));
  ck_assert_str_eq(error.text, "profile broken: lr is 7, must lie in [1e-06, 1]");
  CoSettings none = settings;
  none.profiles = NULL;
  ck_assert(!co_settings_has_profile(&none, "pymarl"));
  ck_assert(co_settings_profile(&none, &config, "pymarl", &error));
}
END_TEST

START_TEST(help_is_aligned_and_wrapped) {
  CoWriter text = {0};
  co_settings_help(&settings, &text);
  co_write(&text, "", 1);
  ck_assert_str_eq(
      (const char *)text.data,
      "  --double_q  bool             true          choose by one network, value by the other\n"
      "  --num_envs  int 1..4096      8             environments stepped side by side (also batch_size_run,\n"
      "                                             envs)\n"
      "  --seed      seed             0             seed of every stream\n"
      "  --lr        number 1e-06..1  0.0005        learning rate, the size of a step along the gradient,\n"
      "                                             and a sentence long enough to be wrapped\n"
      "  --gain      number           -1            any number\n"
      "  --reward    choice           fixed         what the team is paid (one of smac, fixed, sparse)\n"
      "  --out       text             -             run folder\n"
      "  --map       file             3m            the map\n");
  co_writer_free(&text);
}
END_TEST

START_TEST(the_hash_sees_every_member) {
  static const char *const changes[][2] = {{"double_q", "false"}, {"num_envs", "9"},  {"seed", "1"}, {"lr", "0.00051"},
                                           {"gain", "-2"},        {"reward", "smac"}, {"out", "x"},  {"map", "8m"}};
  Config config = defaults();
  uint64_t before = co_settings_hash(&settings, &config);
  Config copy = config;
  copy.map.value = (const CoValue *)&copy; // where it was loaded does not count
  ck_assert_uint_eq(co_settings_hash(&settings, &copy), before);
  for (size_t i = 0; i < 8; i++) {
    copy = config;
    ck_assert(set(&copy, changes[i][0], changes[i][1]));
    ck_assert_uint_ne(co_settings_hash(&settings, &copy), before);
  }
}
END_TEST

CO_TESTS(defaults_are_the_presets, names_aliases_and_dashes, every_type_is_set, every_sentence,
         check_finds_what_code_has_set, text_reads_back_to_the_same_bits, text_is_short, the_saved_form_is_lua,
         values_set_by_key, profiles_change_defaults, help_is_aligned_and_wrapped, the_hash_sees_every_member)

// Weight files carry PyMARL's names and shapes, and hold what acting uses.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cohort/agent.h"
#include "cohort/file.h"
#include "suite.h"

static const int kinds[] = {0, 0, 1};
static const CoSpec spec = {.agents = 3,
                            .teams = 1,
                            .kind = kinds,
                            .obs_size = 7,
                            .actions = 5,
                            .global_size = 9,
                            .privileged_size = 8,
                            .payoff = CO_PAYOFF_SHARED};

// Writes the weights of a fresh algorithm; the named file's header and numbers, to be freed.
static char *export(const char *algo, const char *file) {
  char folder[] = COHORT_BINARY "/weights-XXXXXX", path[sizeof folder + 64];
  static const char *const files[] = {"agent", "mixer", "critic"};
  const CoAlgoType *type = NULL;
  unsigned char config[1024];
  size_t bytes;
  for (int i = 0; co_algo_list[i]; i++)
    if (!strcmp(co_algo_list[i]->name, algo)) type = co_algo_list[i];
  co_settings_defaults(&type->settings, config);
  CoAlgoSetup setup = {.spec = &spec, .num_envs = 1, .seed = 1};
  void *self = type->create(config, &setup, NULL);
  ck_assert(self && mkdtemp(folder) && type->weights(self, folder, NULL));
  snprintf(path, sizeof path, "%s/%s.safetensors", folder, file);
  char *data = co_file_read(path, 1 << 24, &bytes, NULL);
  ck_assert_ptr_nonnull(data);
  for (int i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/%s.safetensors", folder, files[i]);
    unlink(path);
  }
  ck_assert_int_eq(rmdir(folder), 0);
  type->destroy(self);
  return data;
}

// name: shape, for all tensors of the header, in any order.
static void check_header(const char *data, const char *const *tensors, int count) {
  const char *header = data + 8;
  int found = 0;
  for (const char *at = header; (at = strstr(at, "\"shape\"")); at++) found++;
  ck_assert_int_eq(found, count);
  for (int i = 0; i < 2 * count; i += 2) {
    const char *name = strstr(header, tensors[i]);
    ck_assert_msg(name, "%s", tensors[i]);
    const char *shape = strstr(name, "\"shape\"");
    ck_assert_msg(shape && !strncmp(strchr(shape, '['), tensors[i + 1], strlen(tensors[i + 1])), "%s", tensors[i]);
  }
}

START_TEST(agents_have_pymarls_names) {
  static const char *const tensors[] = {"\"fc1.weight\"",    "[64,15]",  "\"fc1.bias\"",      "[64]",
                                        "\"rnn.weight_ih\"", "[192,64]", "\"rnn.weight_hh\"", "[192,64]",
                                        "\"rnn.bias_ih\"",   "[192]",    "\"rnn.bias_hh\"",   "[192]",
                                        "\"fc2.weight\"",    "[5,64]",   "\"fc2.bias\"",      "[5]"};
  static const char *const algos[] = {"iql", "vdn", "qmix"};
  for (int i = 0; i < 3; i++) {
    char *data = export(algos[i], "agent");
    check_header(data, tensors, 8);
    free(data);
  }
}
END_TEST

START_TEST(the_mixer_has_pymarls_names) {
  static const char *const tensors[] = {"\"hyper_w_1.0.weight\"",
                                        "[64,9]",
                                        "\"hyper_w_1.0.bias\"",
                                        "[64]",
                                        "\"hyper_w_1.2.weight\"",
                                        "[96,64]",
                                        "\"hyper_w_1.2.bias\"",
                                        "[96]",
                                        "\"hyper_w_final.0.weight\"",
                                        "[64,9]",
                                        "\"hyper_w_final.0.bias\"",
                                        "[64]",
                                        "\"hyper_w_final.2.weight\"",
                                        "[32,64]",
                                        "\"hyper_w_final.2.bias\"",
                                        "[32]",
                                        "\"hyper_b_1.weight\"",
                                        "[32,9]",
                                        "\"hyper_b_1.bias\"",
                                        "[32]",
                                        "\"V.0.weight\"",
                                        "[32,9]",
                                        "\"V.0.bias\"",
                                        "[32]",
                                        "\"V.2.weight\"",
                                        "[1,32]",
                                        "\"V.2.bias\"",
                                        "[1]"};
  char *data = export("qmix", "mixer");
  check_header(data, tensors, 14);
  free(data);
}
END_TEST

// One channel a kind: 0 and 1, each of 8 + 5 inputs; merged 3 x 64.
START_TEST(the_critic_has_a_channel_for_every_kind) {
  static const char *const tensors[] = {"\"channel.0.0.weight\"", "[64,13]", "\"channel.0.0.bias\"", "[64]",
                                        "\"channel.0.2.weight\"", "[64,64]", "\"channel.0.2.bias\"", "[64]",
                                        "\"channel.1.0.weight\"", "[64,13]", "\"channel.1.0.bias\"", "[64]",
                                        "\"channel.1.2.weight\"", "[64,64]", "\"channel.1.2.bias\"", "[64]",
                                        "\"out.weight\"",         "[1,192]", "\"out.bias\"",         "[1]"};
  char *data = export("qpd", "critic");
  check_header(data, tensors, 10);
  free(data);
}
END_TEST

CO_TESTS(agents_have_pymarls_names, the_mixer_has_pymarls_names, the_critic_has_a_channel_for_every_kind)

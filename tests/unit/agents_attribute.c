// QPD's credits of a watched episode are those that its update learns from.
#include <string.h>

#include "cohort/agent.h"
#include "episodes.h"
#include "multi/path.h"
#include "suite.h"

enum { AGENTS = 3, ACTIONS = 4, SEED = 11 };
static const int kinds[AGENTS] = {0, 1, 0};
static const CoSpec spec = {.agents = AGENTS,
                            .teams = 1,
                            .kind = kinds,
                            .obs_size = 6,
                            .actions = ACTIONS,
                            .privileged_size = 5,
                            .payoff = CO_PAYOFF_SHARED};

static const CoAlgoType *find(const char *name) {
  for (int i = 0; co_algo_list[i]; i++)
    if (!strcmp(co_algo_list[i]->name, name)) return co_algo_list[i];
  ck_abort_msg("no %s", name);
}

static void *create(const CoAlgoType *type, const char *const settings[][2]) {
  unsigned char config[1024];
  const CoAlgoSetup setup = {.spec = &spec, .num_envs = 1, .seed = SEED};
  co_settings_defaults(&type->settings, config);
  for (int i = 0; settings[i][0]; i++)
    ck_assert(co_settings_set(&type->settings, config, settings[i][0], settings[i][1], NULL));
  void *self = type->create(config, &setup, NULL);
  ck_assert_ptr_nonnull(self);
  return self;
}

// The critic that `create` begins with, and its path, made by hand.
static void expect(const CoCriticConfig *shape, const CoPathConfig *path, const CoBatch *batch, float *credit) {
  CoCritic critic;
  CoRng rng = co_rng(SEED, "critic", 0);
  CoTape *tape = co_tape_create((size_t)1 << 28, NULL);
  ck_assert(tape && co_critic_create(&critic, shape, &spec, &rng, NULL));
  co_path_credits(path, &critic, tape, co_params_bind(tape, &critic.params), batch, credit, NULL);
  co_tape_destroy(tape);
  co_critic_free(&critic);
}

static void compare(const CoCriticConfig *shape, const CoPathConfig *path, const char *const settings[][2]) {
  const int length = 17;
  float credit[18 * AGENTS], expected[18 * AGENTS];
  CoRng rng = co_rng(5, "test", 0);
  const CoAlgoType *qpd = find("qpd");
  Episodes *episodes = episodes_create(&spec, &length, 1, &rng);
  void *self = create(qpd, settings);
  expect(shape, path, &episodes->batch, expected);
  for (int again = 0; again < 2; again++) { // nothing is left behind
    memset(credit, 0x7f, sizeof credit);
    ck_assert(qpd->attribute(self, &episodes->batch, credit, NULL));
    ck_assert_mem_eq(credit, expected, sizeof credit);
  }
  ck_assert_float_ne(credit[0], 0);
  ck_assert_float_eq(credit[17 * AGENTS], 0); // the path begins at the end
  qpd->destroy(self);
  episodes_destroy(episodes);
}

START_TEST(the_default_critic) {
  const CoCriticConfig shape = {CO_CRITIC_MULTI, CO_CRITIC_CONCAT, 0, 64, true};
  compare(&shape, &(CoPathConfig){5, false}, (const char *const[][2]){{NULL, NULL}});
}
END_TEST

START_TEST(a_critic_with_a_layer_behind_the_merge) {
  const CoCriticConfig shape = {CO_CRITIC_MULTI, CO_CRITIC_ADD, 1, 32, false};
  compare(&shape, &(CoPathConfig){9, false},
          (const char *const[][2]){{"merge", "add"},
                                   {"critic_post_layers", "1"},
                                   {"hidden", "32"},
                                   {"critic_view", "ordinary"},
                                   {"path_points", "9"},
                                   {NULL, NULL}});
}
END_TEST

START_TEST(only_qpd_divides) {
  for (int i = 0; co_algo_list[i]; i++)
    ck_assert_int_eq(co_algo_list[i]->attribute != NULL, !strcmp(co_algo_list[i]->name, "qpd"));
}
END_TEST

CO_TESTS(the_default_critic, a_critic_with_a_layer_behind_the_merge, only_qpd_divides)

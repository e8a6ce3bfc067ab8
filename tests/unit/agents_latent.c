// Latent world models against numbers by hand: what is imagined, its loss and the gradient of that, from weights that
// are given; where a sequence has ended nothing counts. And sequences that are cut short teach what whole ones do.
#include <math.h>

#include "cohort/train.h"
#include "cohort/wrappers.h"
#include "model/latent.h"
#include "planning.h"

extern const CoEnvType co_pendulum;
extern const CoAlgoType co_world_model;

static void set(CoParams *params, int number, const CoReal *numbers) {
  memcpy(co_params_at(params, number), numbers,
         (size_t)(params->items[number].rows * params->items[number].cols) * sizeof *numbers);
}

// One unit everywhere. e(o) = 2 max(o, 0); with h = max(z + a, 0): f = h / 2, r = 3 - h; D(z) = max(z, 0) / 2 + 1.
static CoLatent build(CoParams *params) {
  const CoLatentConfig config = {{.hidden = 1, .layers = 1, .activation = CO_ACTIVATION_RELU}, 1, 1, 2};
  CoLatent model = co_latent_add(params, &config, (const int[3]){0}, 1, 1);
  ck_assert(co_params_allocate(params, NULL));
  set(params, model.encoder.dense[0].weight, (CoReal[]){1});
  set(params, model.encodes.weight, (CoReal[]){2});
  set(params, model.transition.dense[0].weight, (CoReal[]){1, 1});
  set(params, model.moves.weight, (CoReal[]){0.5f, -1});
  set(params, model.moves.bias, (CoReal[]){0, 3});
  set(params, model.decoder.dense[0].weight, (CoReal[]){1});
  set(params, model.decodes.weight, (CoReal[]){0.5f});
  set(params, model.decodes.bias, (CoReal[]){1});
  return model;
}

// Two sequences of two steps, the second of which ends after one. The first: z = 2, 3.5, 4.5, seen as 2, 2.75, 3.25,
// r = 0, 1; the second: z = 1, 1, seen as 1.5, 1.5, r = 3. What is seen later would be z = 4, 6 and 2. So the sums of
// squares are 1 + .75^2 + .25^2 + 1 + .5^2, .5^2 + 1.5^2 + 1 and 1 + 0 + .5^2.
START_TEST(the_loss_is_what_it_is_by_hand) {
  CoReal obs[] = {1, 0.5f, 2, 1, 3, 100}, weight[] = {1, 1, 1, 1, 1, 0};
  CoReal actions[] = {1, -2, -1.5f, 7}, reward[] = {1, 2.5f, 1, -50};
  const CoSequences real = {2, 2, obs, weight, actions, reward};
  CoParams params = {0};
  CoError error;
  const CoLatent model = build(&params);
  CoTape *tape = co_tape_create((size_t)1 << 24, &error);
  ck_assert_ptr_nonnull(tape);
  CoVar **bound = co_params_bind(tape, &params), *grads[3];
  double errors[3];
  CoVar *loss = co_latent_loss(&model, tape, bound, &real, errors);
  ck_assert_double_eq(errors[0], 2.875);
  ck_assert_double_eq(errors[1], 3.5);
  ck_assert_double_eq(errors[2], 1.25);
  ck_assert_float_eq(co_item(loss), 4.4375f); // (2.875 + 3.5 + 2 * 1.25) / 2
  CoVar *const wrt[] = {bound[model.decodes.bias], bound[model.moves.bias], bound[model.transition.dense[0].weight]};
  ck_assert(co_grad(tape, loss, wrt, 3, false, grads, &error));
  ck_assert_float_eq(grads[0]->data[0], 3.5f); // 1 + .75 + .25 + 1 + .5
  ck_assert_float_eq(grads[1]->data[1], -1);   // 2 (-1 + 0 + .5)
  // Of the action's weight: h_0 moves by a_0 = 1, z_1 by .5, h_1 by .5 - 1.5, z_2 by 0; the second sequence's h are 0.
  ck_assert_float_eq(grads[2]->data[1], 1.9375f); // .75 * .5 * .5 - .5 * .5 + 2 (-1)(-1)
  co_tape_destroy(tape);
  co_params_free(&params);
}
END_TEST

// The squares that the first update reports, summed over a sequence: of an episode of 5 steps, all there is.
static double first_errors(const char *unroll, const char *name) {
  const char *const settings[][2] = {
      {"unroll", unroll}, {"hidden", "8"}, {"horizon", "2"}, {"learning_starts", "5"}, {"updates_per_step", "0.2"}};
  CoError error;
  _Alignas(16) unsigned char algo_config[1024];
  CoTrainConfig config;
  double mean = 0;
  CoWorld *world = co_world_limit(plan_world(&co_pendulum, "pixels=6", NULL, &error), 5);
  co_settings_defaults(&co_train_settings, &config);
  co_settings_defaults(&co_world_model.settings, algo_config);
  for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
    ck_assert(co_settings_set(&co_world_model.settings, algo_config, settings[i][0], settings[i][1], &error));
  config.num_envs = 1, config.steps = 5, config.log_interval = 1, config.test_interval = 0;
  const CoSeat seat = {.algo = &co_world_model, .config = algo_config};
  const CoTrainSetup setup = {.config = &config, .world = world, .seats = &seat};
  CoTrain *train = co_train_create(&setup, &error);
  if (!train || !co_train_round(train, &error)) ck_abort_msg("%s", error.text);
  ck_assert(co_train_view(train).updates == 1 && co_train_metric(train, name, &mean));
  co_train_destroy(train);
  co_world_close(world);
  return mean * atoi(unroll);
}

START_TEST(past_an_end_nothing_counts) {
  static const char *const names[] = {"obs_error", "latent_error", "reward_error", "model_loss"};
  for (int i = 0; i < 4; i++) {
    double whole = first_errors("5", names[i]);
    ck_assert_double_gt(whole, 0.1);
    ck_assert_double_eq_tol(first_errors("9", names[i]), whole, 1e-5 * whole);
  }
}
END_TEST

CO_TESTS(the_loss_is_what_it_is_by_hand, past_an_end_nothing_counts)

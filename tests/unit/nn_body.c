// The hidden part of a network by hand: names, widths, an image with what joins it, sizes that do not fit.
#include <string.h>

#include "cohort/body.h"
#include "suite.h"

static const int vector[3] = {0, 0, 0}, image[3] = {1, 3, 3};

static void check_names(const CoParams *params, const char *const *names) {
  for (int i = 0; names[i]; i++) ck_assert_str_eq(params->items[i].name, names[i]);
}

START_TEST(vectors_have_the_names_of_a_sequential) {
  const CoBodyConfig config = {.hidden = 5, .layers = 2, .conv_layers = 1};
  CoParams params = {0};
  CoBody body = co_body_add(&params, "critic", &config, vector, 3);
  co_body_head_add(&params, "critic", &body, 1);
  check_names(&params, (const char *const[]){"critic.0.weight", "critic.0.bias", "critic.2.weight", "critic.2.bias",
                                             "critic.4.weight", "critic.4.bias", NULL});
  ck_assert_int_eq(params.count, 6);
  ck_assert_int_eq(body.width, 5);
  ck_assert_int_eq(params.items[0].rows, 3);
  ck_assert_int_eq(body.config.conv_layers, 0);
  co_params_free(&params);
}
END_TEST

START_TEST(images_have_the_names_of_a_sequential) {
  const CoBodyConfig config = {
      .hidden = 4, .layers = 1, .conv_layers = 2, .conv_channels = 3, .conv_kernel = 2, .conv_stride = 1};
  CoParams params = {0};
  CoBody body = co_body_add(&params, "network", &config, image, 9 + 2);
  co_body_head_add(&params, "network", &body, 7);
  check_names(&params, (const char *const[]){"network.0.weight", "network.0.bias", "network.2.weight", "network.2.bias",
                                             "network.5.weight", "network.5.bias", "network.7.weight", NULL});
  ck_assert_int_eq(params.items[2].rows, 3 * 2 * 2);
  ck_assert_int_eq(params.items[4].rows, 3 * 1 * 1 + 2); // 3 x 3, then 2 x 2, then 1 x 1
  co_params_free(&params);
}
END_TEST

// One kernel of 2 x 2 with weights 1, 0, 0, -1 and bias 1 on 0 .. 8 gives x[i] - x[i + 4] + 1 = -3 everywhere; its
// negative 3. With the number 10 joined: relu(2 (3 + 3 + 3 + 3) + 10 - 30) = 4, and relu(-1) = 0.
START_TEST(an_image_and_a_number) {
  const CoBodyConfig config = {.hidden = 2,
                               .layers = 1,
                               .activation = CO_ACTIVATION_RELU,
                               .conv_layers = 1,
                               .conv_channels = 2,
                               .conv_kernel = 2,
                               .conv_stride = 1};
  const CoReal x[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10};
  const CoReal kernels[] = {1, -1, 0, 0, 0, 0, -1, 1}, bias[] = {1, -1}, outer[] = {-30, -1};
  CoParams params = {0};
  CoBody body = co_body_add(&params, "body", &config, image, 10);
  ck_assert(co_params_allocate(&params, NULL));
  memcpy(co_params_at(&params, body.convs[0].weight), kernels, sizeof kernels);
  memcpy(co_params_at(&params, body.convs[0].bias), bias, sizeof bias);
  CoReal *w = co_params_at(&params, body.dense[0].weight);
  for (int i = 0; i < 4; i++) w[2 * i] = 100; // the first channel is cut off at 0
  for (int i = 4; i < 8; i++) w[2 * i] = 2;
  w[2 * 8] = 1;
  memcpy(co_params_at(&params, body.dense[0].bias), outer, sizeof outer);
  CoTape *tape = co_tape_create((size_t)1 << 30, NULL);
  CoVar *y = co_body(tape, co_params_bind(tape, &params), &body, co_constant(tape, 1, 10, x));
  ck_assert_int_eq(y->cols, 2);
  ck_assert(y->data[0] == 4 && y->data[1] == 0);
  co_tape_destroy(tape);
  co_params_free(&params);
}
END_TEST

START_TEST(kernels_must_fit) {
  CoBodyConfig config = {.conv_layers = 2, .conv_kernel = 2, .conv_stride = 1};
  CoError error;
  ck_assert(co_body_fits(&config, vector, &error));
  ck_assert(co_body_fits(&config, image, &error));
  config.conv_stride = 2;
  ck_assert(!co_body_fits(&config, image, &error));
  ck_assert_str_eq(error.text, "conv_kernel is 2, but convolution 2 of 2 gets an image of 1 x 1");
  config.conv_layers = 0;
  ck_assert(co_body_fits(&config, image, &error));
}
END_TEST

CO_TESTS(vectors_have_the_names_of_a_sequential, images_have_the_names_of_a_sequential, an_image_and_a_number,
         kernels_must_fit)

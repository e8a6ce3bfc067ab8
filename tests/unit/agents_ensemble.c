// Ensembles of probabilistic networks: the mean and the deviation of a known law are learned, and where nothing was
// seen the members disagree.
#include <math.h>

#include "model/ensemble.h"
#include "suite.h"

enum { MEMBERS = 3, ROWS = 64 };

// y = 3 x + 100 + N(0, (1 if x < 0, else 4)^2), x in [-10, 10].
static void draw(CoRng *rng, float *x, float *y) {
  double at = co_rng_uniform(rng, -10, 10);
  *x = (float)at;
  *y = (float)(3 * at + 100 + (at < 0 ? 1 : 4) * co_rng_normal(rng));
}

static double predict(CoEnsemble *ensemble, int member, float x, double *deviation) {
  const float *mean, *spread;
  co_ensemble_predict(ensemble, member, &x, 1, &mean, &spread);
  double got = (double)mean[0];
  *deviation = (double)spread[0];
  co_tape_rewind(ensemble->tape, ensemble->mark);
  return got;
}

START_TEST(mean_and_deviation_are_learned) {
  const CoEnsembleConfig config = {{.hidden = 32, .layers = 2, .activation = CO_ACTIVATION_TANH}, MEMBERS, ROWS, 0.003};
  CoEnsemble ensemble;
  CoError error;
  CoRng rng = co_rng(1, "test", 0);
  ck_assert_msg(co_ensemble_init(&ensemble, &config, 1, 1, 1, NULL, &error), "%s", error.text);
  for (int n = 0; n < 6000; n++) {
    double loss;
    for (int i = 0; i < MEMBERS * ROWS; i++) draw(&rng, &ensemble.x[i], &ensemble.y[i]);
    co_ensemble_see(&ensemble, ensemble.x, ensemble.y);
    ck_assert(co_ensemble_update(&ensemble, &loss, NULL));
  }
  double deviation, far[MEMBERS], near[MEMBERS], ignored;
  for (int member = 0; member < MEMBERS; member++) {
    ck_assert_double_eq_tol(predict(&ensemble, member, -5, &deviation), 85, 0.6);
    ck_assert_double_eq_tol(deviation, 1, 0.3);
    ck_assert_double_eq_tol(predict(&ensemble, member, 5, &deviation), 115, 1.5);
    ck_assert_double_eq_tol(deviation, 4, 1);
    near[member] = predict(&ensemble, member, -5, &ignored);
    far[member] = predict(&ensemble, member, -30, &ignored);
  }
  ck_assert_double_gt(co_variance(far, MEMBERS), 4 * co_variance(near, MEMBERS));
  co_ensemble_free(&ensemble);
}
END_TEST

CO_TESTS(mean_and_deviation_are_learned)

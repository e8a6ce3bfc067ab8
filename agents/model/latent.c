// A latent world model: encoder, transition with reward, decoder, and the loss of imagining many steps at once.
#include "latent.h"

#include "cohort/ops.h"

CoLatent co_latent_add(CoParams *params, const CoLatentConfig *config, const int obs_shape[3], int obs_size,
                       int action_size) {
  static const int numbers[3] = {0};
  CoLatent model = {.config = *config, .obs_size = obs_size, .action_size = action_size};
  model.encoder = co_body_add(params, "encoder", &config->body, obs_shape, obs_size);
  model.encodes = co_body_head_add(params, "encoder", &model.encoder, config->size);
  model.transition = co_body_add(params, "transition", &config->body, numbers, config->size + action_size);
  model.moves = co_body_head_add(params, "transition", &model.transition, config->size + 1);
  model.decoder = co_body_add(params, "decoder", &config->body, numbers, config->size);
  model.decodes = co_body_head_add(params, "decoder", &model.decoder, obs_size);
  return model;
}

static void init(CoParams *params, const CoBody *body, CoDense head, CoInit inner, CoInit outer, CoRng *rng) {
  co_body_init(params, body, inner, 1, rng);
  co_dense_init(params, head, outer, 1, rng);
}

// Pictures and latents keep their size on the way. A transition moves little at first: what doubles z in a step makes
// it a thousandfold in ten.
void co_latent_init(CoParams *params, const CoLatent *model, CoRng *rng) {
  init(params, &model->encoder, model->encodes, CO_INIT_KAIMING, CO_INIT_XAVIER, rng);
  init(params, &model->transition, model->moves, CO_INIT_TORCH, CO_INIT_TORCH, rng);
  init(params, &model->decoder, model->decodes, CO_INIT_KAIMING, CO_INIT_XAVIER, rng);
}

CoVar *co_latent_encode(const CoLatent *model, CoTape *tape, CoVar *const *bound, CoVar *obs) {
  return co_dense(tape, bound, model->encodes, co_body(tape, bound, &model->encoder, obs));
}

CoVar *co_latent_step(const CoLatent *model, CoTape *tape, CoVar *const *bound, CoVar *z, const CoReal *actions,
                      CoVar **reward) {
  CoVar *a = co_constant(tape, z->rows, model->action_size, actions);
  CoVar *x = co_body(tape, bound, &model->transition, co_concat(tape, (CoVar *[]){z, a}, 2));
  CoVar *out = co_dense(tape, bound, model->moves, x);
  *reward = co_slice(tape, out, z->cols, 1);
  return co_add(tape, z, co_slice(tape, out, 0, z->cols));
}

CoVar *co_latent_decode(const CoLatent *model, CoTape *tape, CoVar *const *bound, CoVar *z) {
  return co_dense(tape, bound, model->decodes, co_body(tape, bound, &model->decoder, z));
}

// The sum of weight[rows] |x - y|^2, where y is given.
static CoVar *apart(CoTape *tape, CoVar *x, const CoReal *y, const CoReal *weight) {
  CoVar *squares = co_squared(tape, x, co_constant(tape, x->rows, x->cols, y));
  return co_weighted_sum(tape, co_sum_rows(tape, squares), weight);
}

// e(o_k) for k = 1 ... steps: numbers, which no gradient changes.
static const CoReal *targets(const CoLatent *model, CoTape *tape, CoVar *const *bound, const CoSequences *real) {
  bool recorded = co_tape_record(tape, false);
  const CoReal *obs = real->obs + (size_t)real->count * (size_t)model->obs_size;
  const CoVar *z =
      co_latent_encode(model, tape, bound, co_constant(tape, real->steps * real->count, model->obs_size, obs));
  co_tape_record(tape, recorded);
  return z->data;
}

CoVar *co_latent_loss(const CoLatent *model, CoTape *tape, CoVar *const *bound, const CoSequences *real,
                      double errors[3]) {
  size_t steps = (size_t)real->steps;
  CoVar **z = co_tape_bytes(tape, (steps + 1) * sizeof(CoVar *)), **r = co_tape_bytes(tape, steps * sizeof(CoVar *));
  z[0] = co_latent_encode(model, tape, bound, co_constant(tape, real->count, model->obs_size, real->obs));
  for (int k = 0; k < real->steps; k++)
    z[k + 1] = co_latent_step(model, tape, bound, z[k], real->actions + k * real->count * model->action_size, &r[k]);
  CoVar *o = co_latent_decode(model, tape, bound, co_stack(tape, z, real->steps + 1));
  // A step belongs to its sequence where what follows it does.
  const CoReal *weight = real->weight + real->count;
  CoVar *part[] = {apart(tape, o, real->obs, real->weight),
                   apart(tape, co_stack(tape, z + 1, real->steps), targets(model, tape, bound, real), weight),
                   apart(tape, co_stack(tape, r, real->steps), real->reward, weight)};
  const double scale[] = {1, model->config.latent_scale, model->config.reward_scale};
  CoVar *sum = NULL;
  for (int i = 0; i < 3; i++) {
    CoVar *scaled = co_affine(tape, part[i], (CoReal)(scale[i] / 2), 0);
    errors[i] = (double)co_item(part[i]);
    sum = sum ? co_add(tape, sum, scaled) : scaled;
  }
  return sum;
}

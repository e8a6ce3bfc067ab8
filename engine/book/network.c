// Networks that an example trains by itself: weights, a tape for the mathematics, an optimiser, a replay memory.
#include <string.h>

#include "book.h"

enum { TAPE_BYTES = 1 << 29 }; // of address space

typedef struct Own {
  CoNetwork network;
  CoReal *gradient; // [params.size]
} Own;

static void destroy(void *object) {
  CoNetwork *network = object;
  co_optim_destroy(network->optim);
  co_tape_destroy(network->tape);
  co_params_free(&network->params);
}

CoNetwork *co_example_network(CoExample *example) {
  CoError error;
  CoNetwork *network = co_example_memory(example, 1, sizeof(Own));
  book_own(example, network, destroy);
  network->tape = co_tape_create(TAPE_BYTES, &error);
  book_check(example, network->tape, &error);
  return network;
}

void co_example_allocate(CoExample *example, CoNetwork *network, CoOptimKind kind, double lr) {
  CoError error;
  CoOptimConfig config = co_optim_defaults(kind);
  config.lr = lr;
  book_check(example, co_params_allocate(&network->params, &error), &error);
  network->optim = co_optim_create(&config, network->params.size, &error);
  book_check(example, network->optim, &error);
  ((Own *)network)->gradient = co_example_memory(example, network->params.size, sizeof(CoReal));
}

CoNetwork *co_example_body(CoExample *example, const CoBodyConfig *config, const int shape[3], int outputs, double lr,
                           CoRng *rng) {
  const int none[3] = {0}, inputs = shape[1] ? shape[0] * shape[1] * shape[2] : shape[0];
  CoError error;
  CoNetwork *network = co_example_network(example);
  book_check(example, co_body_fits(config, shape[1] ? shape : none, &error), &error);
  network->body = co_body_add(&network->params, "network", config, shape[1] ? shape : none, inputs);
  network->head = co_body_head_add(&network->params, "network", &network->body, outputs);
  co_example_allocate(example, network, CO_ADAM, lr);
  co_body_init(&network->params, &network->body, CO_INIT_TORCH, 1, rng);
  co_dense_init(&network->params, network->head, CO_INIT_TORCH, 1, rng);
  return network;
}

CoVar *co_example_outputs(const CoNetwork *network, CoVar *x) {
  CoVar *hidden = co_body(network->tape, network->weights, &network->body, x);
  return co_dense(network->tape, network->weights, network->head, hidden);
}

CoNetwork *co_example_copy(CoExample *example, const CoNetwork *network) {
  CoError error;
  CoNetwork *copy = co_example_network(example);
  copy->body = network->body, copy->head = network->head;
  book_check(example, co_params_clone(&copy->params, &network->params, &error), &error);
  co_tape_record(copy->tape, false);
  return copy;
}

CoTape *co_example_tape(CoNetwork *network) {
  co_tape_clear(network->tape);
  network->weights = co_params_bind(network->tape, &network->params);
  return network->tape;
}

const CoReal *co_example_gradient(CoExample *example, CoNetwork *network, CoVar *loss) {
  CoError error;
  CoReal *flat = ((Own *)network)->gradient;
  const size_t count = (size_t)network->params.count;
  CoVar **grads = co_tape_bytes(network->tape, count * sizeof *grads);
  book_check(example, co_grad(network->tape, loss, network->weights, (int)count, false, grads, &error), &error);
  co_params_gather(&network->params, grads, flat);
  return flat;
}

double co_example_descend(CoExample *example, CoNetwork *network, CoVar *loss) {
  co_optim_step(network->optim, network->params.values, co_example_gradient(example, network, loss));
  return (double)co_item(loss);
}

static void destroy_replay(void *replay) {
  co_replay_destroy(replay);
}

CoReplay *co_example_replay(CoExample *example, const CoWorld *world, int capacity) {
  CoError error;
  CoReplay *replay = co_replay_create(co_world_team(world, 0), &(CoReplayConfig){.capacity = capacity}, &error);
  book_check(example, replay, &error);
  book_own(example, replay, destroy_replay);
  return replay;
}

const CoRows *co_example_sample(CoExample *example, CoReplay *replay, int count, CoRng *rng) {
  CoError error;
  const CoRows *rows = co_replay_sample(replay, count, 0, rng, &error);
  book_check(example, rows, &error);
  return rows;
}

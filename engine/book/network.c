// Networks that an example trains by itself: weights, a tape for the mathematics, an optimiser.
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
  memset(flat, 0, network->params.size * sizeof *flat);
  co_params_gather(&network->params, grads, flat);
  return flat;
}

double co_example_descend(CoExample *example, CoNetwork *network, CoVar *loss) {
  co_optim_step(network->optim, network->params.values, co_example_gradient(example, network, loss));
  return (double)co_item(loss);
}

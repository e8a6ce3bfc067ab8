// QMIX: the team's value is a monotonic function of the agents', given by the state (Rashid et al., 2018).
#include "q_learner.h"

typedef struct Config {
  CoQLearnerConfig learner; // first
  int mixing_embed_dim, hypernet_embed;
} Config;

// Hypernetworks: the state gives the weights of a two-layer network over the agents' values.
typedef struct Layers {
  CoDense w_1[2], b_1, w_final[2], v[2];
} Layers;

static void declare(void *to, const void *from, const CoSpec *spec, CoParams *params) {
  Layers *layers = to;
  const Config *config = from;
  int state = spec->global_size, embed = config->mixing_embed_dim, hyper = config->hypernet_embed;
  *layers = (Layers){.w_1 = {co_dense_add(params, "hyper_w_1.0", state, hyper),
                             co_dense_add(params, "hyper_w_1.2", hyper, embed * spec->agents)},
                     .w_final = {co_dense_add(params, "hyper_w_final.0", state, hyper),
                                 co_dense_add(params, "hyper_w_final.2", hyper, embed)},
                     .b_1 = co_dense_add(params, "hyper_b_1", state, embed),
                     .v = {co_dense_add(params, "V.0", state, embed), co_dense_add(params, "V.2", embed, 1)}};
}

static void init(const void *from, CoParams *params, CoRng *rng) {
  const Layers *l = from;
  CoDense all[] = {l->w_1[0], l->w_1[1], l->w_final[0], l->w_final[1], l->b_1, l->v[0], l->v[1]};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) co_dense_init(params, all[i], CO_INIT_TORCH, 1, rng);
}

static CoVar *two_layers(CoTape *tape, CoVar *const *bound, const CoDense *layers, CoVar *x) {
  return co_dense(tape, bound, layers[1], co_relu(tape, co_dense(tape, bound, layers[0], x)));
}

// Q_tot = elu(q |W_1(s)| + b_1(s)) |w(s)| + V(s): positive weights make it monotonic in every q.
static CoVar *mix(const void *from, CoTape *tape, CoVar *const *bound, CoVar *q, CoVar *global) {
  const Layers *l = from;
  CoVar *w_1 = co_abs_of(tape, two_layers(tape, bound, l->w_1, global));
  CoVar *b_1 = co_dense(tape, bound, l->b_1, global);
  CoVar *hidden = co_elu(tape, co_add(tape, co_matmul_rows(tape, q, w_1), b_1));
  CoVar *w_final = co_abs_of(tape, two_layers(tape, bound, l->w_final, global));
  CoVar *v = two_layers(tape, bound, l->v, global);
  return co_add(tape, co_matmul_rows(tape, hidden, w_final), v);
}
static const CoMixer mixer = {sizeof(Layers), declare, init, mix};

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  if (!spec->global_size) return co_fail(error, "needs a global state, this environment has none");
  return co_agents_accepts(spec, true, error);
}

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  co_q_learner_wants(config, spec, out);
  out->views |= CO_VIEW_GLOBAL;
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_q_learner_create(&mixer, config, setup, error);
}

static const CoField fields[] = {
    CO_Q_LEARNER_FIELDS, CO_INT(Config, mixing_embed_dim, "32", 1, 4096, "width of the mixing network"),
    CO_INT(Config, hypernet_embed, "64", 1, 4096, "width of the networks that give its weights"), CO_FIELDS_END};
static const CoProfile profiles[] = {CO_Q_LEARNER_PROFILES,
                                     {"pymarl", "mixing_embed_dim", "32"},
                                     {"pymarl", "hypernet_embed", "64"},
                                     {NULL, NULL, NULL}};

const CoAlgoType co_qmix = {.name = "qmix",
                            .summary = "monotonic mixing of the agents' values, given by the state",
                            .source = "Rashid et al. 2018; PyMARL (Samvelyan et al. 2019)",
                            .settings = {"qmix", sizeof(Config), fields, profiles},
                            .accepts = accepts,
                            .wants = wants,
                            .create = create,
                            CO_Q_LEARNER_HOOKS};

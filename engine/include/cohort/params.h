// Parameters with names, in one block; layers; weight files in the safetensors format.
#ifndef COHORT_PARAMS_H
#define COHORT_PARAMS_H

#include "cohort/bytes.h"
#include "cohort/rng.h"
#include "cohort/sequence.h"

typedef enum CoInit {
  CO_INIT_ZERO,
  CO_INIT_ONE,
  CO_INIT_TORCH,      // uniform in +-1/sqrt(fan_in), PyTorch's default for linear layers (weights and biases)
  CO_INIT_XAVIER,     // Glorot uniform
  CO_INIT_KAIMING,    // He normal, for relu
  CO_INIT_ORTHOGONAL, // gain 1 unless scaled
} CoInit;

typedef enum CoLayout { // how the file holds it
  CO_LAYOUT_SAME,       // [rows][cols]
  CO_LAYOUT_VECTOR,     // rows is 1: a vector [cols]
  CO_LAYOUT_TRANSPOSED, // inside [in][out], in the file [out][in], as PyTorch lays them out
  CO_LAYOUT_CONV,       // inside [in * k * k][out], in the file [out][in][k][k]
} CoLayout;

typedef struct CoParam {
  char name[64]; // "fc1.weight"
  int rows, cols;
  size_t offset; // of its first number in the block
  CoLayout layout;
  int kernel; // CONV: k
} CoParam;

typedef struct CoParams {
  CoParam *items;
  int count, capacity;
  CoReal *values; // [size], one block; each parameter starts on a 64-byte boundary, gaps are zero
  size_t size;
  bool failed; // a declaration found no memory: the set cannot be allocated
} CoParams;

// A zeroed CoParams is empty. First the parameters are declared, then co_params_allocate makes the block; a second set
// of the same shape (a target network) is a copy.
int co_params_add(CoParams *params, const char *name, int rows, int cols, CoLayout layout); // its number; -1: no memory
bool co_params_allocate(CoParams *params, CoError *error);
bool co_params_clone(CoParams *copy, const CoParams *params, CoError *error);
void co_params_free(CoParams *params);
CoReal *co_params_at(CoParams *params, int number);
// fan_in 0: rows of the matrix. gain scales the result.
void co_params_init(CoParams *params, int number, CoInit init, int fan_in, double gain, CoRng *rng);
void co_params_copy(CoParams *to, const CoParams *from);
void co_params_blend(CoParams *to, const CoParams *from, double share); // to += share (from - to): soft target updates
void co_params_save(const CoParams *params, CoWriter *writer);          // bits, for checkpoints
bool co_params_load(CoParams *params, CoReader *reader);                // names and shapes must agree

// Leaves on a tape for all parameters: vars[count], to be given to layers and to co_grad.
CoVar **co_params_bind(CoTape *tape, const CoParams *params);
// The gradients of all parameters, as co_grad gave them, as flat[size], laid out as the block, zeros in its gaps.
void co_params_gather(const CoParams *params, CoVar *const *grads, CoReal *flat);

// Layers: which numbers in the set they use. Names follow PyTorch: NAME.weight, NAME.bias, NAME.weight_ih ...
typedef struct CoDense {
  int weight, bias;
} CoDense;
CoDense co_dense_add(CoParams *params, const char *name, int in, int out);
CoDense co_conv_add(CoParams *params, const char *name, const CoConv *conv); // for co_conv, co_dense_init
void co_dense_init(CoParams *params, CoDense layer, CoInit init, double gain,
                   CoRng *rng); // TORCH: bias too; else bias 0
CoVar *co_dense(CoTape *tape, CoVar *const *bound, CoDense layer, CoVar *x);

typedef struct CoRecurrent {
  int w_ih, w_hh, b_ih, b_hh;
  bool lstm, hard;
  int hidden;
} CoRecurrent;
CoRecurrent co_gru_add(CoParams *params, const char *name, int in, int hidden);
CoRecurrent co_lstm_add(CoParams *params, const char *name, int in, int hidden);
void co_recurrent_init(CoParams *params, CoRecurrent layer, CoRng *rng); // PyTorch's: uniform in +-1/sqrt(hidden)
CoCell co_recurrent_cell(CoVar *const *bound, CoRecurrent layer);

// safetensors (https://huggingface.co/docs/safetensors): F32, PyTorch's layout and gate order. The reader checks
// header length, JSON, types, shapes, offsets, overlaps and holes, and that names agree with the set; each error names
// the tensor. `metadata` is pairs of texts (NULL-terminated) or NULL.
bool co_safetensors_write(const CoParams *params, const char *const *metadata, const char *path, CoError *error);
// folder/name.safetensors, without metadata: what algorithms' `weights` hooks leave.
bool co_safetensors_export(const CoParams *params, const char *folder, const char *name, CoError *error);
bool co_safetensors_read(CoParams *params, const char *path, CoError *error);
bool co_safetensors_parse(CoParams *params, const void *data, size_t bytes, CoError *error); // `path` already read

#endif

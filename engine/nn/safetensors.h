// What the writer and the reader of safetensors share: a tensor's shape and order in the file. Private to nn.
#ifndef COHORT_NN_SAFETENSORS_H
#define COHORT_NN_SAFETENSORS_H

#include "cohort/params.h"

#define CO_SHAPE_MOST 4

// Returns the number of dimensions.
int co_file_shape(const CoParam *param, size_t shape[CO_SHAPE_MOST]);

// Copies between the block's order [rows][cols] and the file's.
void co_to_file(const CoParam *param, const CoReal *values, float *out);
void co_from_file(const CoParam *param, const float *in, CoReal *values);

#endif

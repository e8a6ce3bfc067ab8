// Operations on the tape's matrices. Shapes are stated; a wrong one is the caller's mistake (assert).
#ifndef COHORT_OPS_H
#define COHORT_OPS_H

#include <stdint.h>

#include "cohort/tape.h"

// Index and mask arrays are borrowed: they must live as long as the result. Every operation can be differentiated;
// those marked (1) only once.

// Products.
CoVar *co_matmul(CoTape *t, CoVar *a, CoVar *b);                // [m][k] [k][n] -> [m][n]
CoVar *co_matmul_nt(CoTape *t, CoVar *a, CoVar *b);             // [m][k] [n][k] -> [m][n]
CoVar *co_matmul_tn(CoTape *t, CoVar *a, CoVar *b);             // [k][m] [k][n] -> [m][n]
CoVar *co_linear(CoTape *t, CoVar *x, CoVar *w, CoVar *b);      // [r][in] [in][out] + [1][out] (b may be NULL)
CoVar *co_linear_relu(CoTape *t, CoVar *x, CoVar *w, CoVar *b); // the same and co_relu in one
CoVar *co_linear_tanh(CoTape *t, CoVar *x, CoVar *w, CoVar *b); // the same and co_tanh_of in one
// A vector times a matrix of its own in every row: x[r][n], w[r][n * m] -> [r][m] (hypernetworks).
CoVar *co_matmul_rows(CoTape *t, CoVar *x, CoVar *w);
// Rows in `groups` equal groups, one below the other; products group by group.
CoVar *co_batch_matmul(CoTape *t, CoVar *a, CoVar *b, int groups);    // [g m][k] [g k][n] -> [g m][n]
CoVar *co_batch_matmul_nt(CoTape *t, CoVar *a, CoVar *b, int groups); // [g m][k] [g n][k] -> [g m][n]
CoVar *co_batch_matmul_tn(CoTape *t, CoVar *a, CoVar *b, int groups); // [g k][m] [g k][n] -> [g m][n]

// Elementwise: equal shapes. The row form adds or multiplies [1][cols] to every row, the column form [rows][1].
CoVar *co_add(CoTape *t, CoVar *a, CoVar *b);
CoVar *co_sub(CoTape *t, CoVar *a, CoVar *b);
CoVar *co_mul(CoTape *t, CoVar *a, CoVar *b);
CoVar *co_div(CoTape *t, CoVar *a, CoVar *b);
CoVar *co_minimum(CoTape *t, CoVar *a, CoVar *b); // gradient to the smaller, to a at ties
CoVar *co_maximum(CoTape *t, CoVar *a, CoVar *b);
CoVar *co_add_row(CoTape *t, CoVar *x, CoVar *row);
CoVar *co_mul_row(CoTape *t, CoVar *x, CoVar *row);
CoVar *co_add_col(CoTape *t, CoVar *x, CoVar *col);
CoVar *co_mul_col(CoTape *t, CoVar *x, CoVar *col);
CoVar *co_affine(CoTape *t, CoVar *x, CoReal scale, CoReal shift); // scale x + shift

// Functions of one number.
CoVar *co_relu(CoTape *t, CoVar *x);
CoVar *co_leaky_relu(CoTape *t, CoVar *x, CoReal slope);
CoVar *co_elu(CoTape *t, CoVar *x);  // alpha 1
CoVar *co_gelu(CoTape *t, CoVar *x); // the tanh form
CoVar *co_tanh_of(CoTape *t, CoVar *x);
CoVar *co_sigmoid_of(CoTape *t, CoVar *x);
CoVar *co_hard_sigmoid(CoTape *t, CoVar *x); // clip(0.2 x + 0.5, 0, 1), Keras's
CoVar *co_softplus(CoTape *t, CoVar *x);
CoVar *co_exp_of(CoTape *t, CoVar *x);
CoVar *co_log_of(CoTape *t, CoVar *x);
CoVar *co_square(CoTape *t, CoVar *x);
CoVar *co_sqrt_of(CoTape *t, CoVar *x);
CoVar *co_abs_of(CoTape *t, CoVar *x);
CoVar *co_clip(CoTape *t, CoVar *x, CoReal low, CoReal high); // no gradient outside
CoVar *co_stop(CoTape *t, CoVar *x);                          // a constant: no gradient passes

// Over the columns of each row; mask [rows][cols] (1 legal) or NULL. Illegal entries: 0 in softmax, -1e30 in
// log_softmax, no gradient. Every row has a legal entry.
CoVar *co_softmax_rows(CoTape *t, CoVar *x, const uint8_t *mask);
CoVar *co_log_softmax_rows(CoTape *t, CoVar *x, const uint8_t *mask);
CoVar *co_layer_norm(CoTape *t, CoVar *x, CoVar *gain, CoVar *bias, CoReal epsilon); // [1][cols] each

// Moving numbers about.
CoVar *co_gather(CoTape *t, CoVar *table, const int *row, int rows); // out[i] = table[row[i]]: embedding, rows by index
CoVar *co_scatter(CoTape *t, CoVar *x, const int *row, int rows);    // out[rows][cols], out[row[i]] += x[i]
CoVar *co_pick(CoTape *t, CoVar *x, const int *col);                 // [rows][1]: x[i][col[i]]
CoVar *co_concat(CoTape *t, CoVar *const *parts, int count);         // side by side: equal rows
CoVar *co_stack(CoTape *t, CoVar *const *parts, int count);          // one below the other: equal cols
CoVar *co_slice(CoTape *t, CoVar *x, int col, int cols);
CoVar *co_rows(CoTape *t, CoVar *x, int row, int rows);     // shares the numbers
CoVar *co_reshape(CoTape *t, CoVar *x, int rows, int cols); // shares the numbers
CoVar *co_transpose(CoTape *t, CoVar *x);

// Reductions.
CoVar *co_sum_all(CoTape *t, CoVar *x);                       // [1][1]
CoVar *co_mean_all(CoTape *t, CoVar *x);                      // [1][1]
CoVar *co_sum_rows(CoTape *t, CoVar *x);                      // each row's sum: [rows][1]
CoVar *co_sum_cols(CoTape *t, CoVar *x);                      // each column's sum: [1][cols]
CoVar *co_max_rows(CoTape *t, CoVar *x, const uint8_t *mask); // each row's largest legal entry: [rows][1]
CoVar *co_max_channels(CoTape *t, CoVar *x,
                       int channels); // images [batch][channels * n]: each cell's largest: [batch][n]

// Losses, elementwise; reduce them with a weight and co_sum_all.
CoVar *co_squared(CoTape *t, CoVar *a, CoVar *b);                  // (a - b)^2
CoVar *co_huber(CoTape *t, CoVar *a, CoVar *b, CoReal delta);      // half the square within delta, then linear
CoVar *co_weighted_sum(CoTape *t, CoVar *x, const CoReal *weight); // [1][1]: sum of weight[i] x[i]

// Convolution (1): x [batch][in_channels * height * width], w [in_channels * kernel * kernel][out_channels], b
// [1][out].
typedef struct CoConv {
  int in_channels, height, width, out_channels, kernel, stride, padding;
} CoConv;
int co_conv_height(const CoConv *conv); // of the output
int co_conv_width(const CoConv *conv);
CoVar *co_conv(CoTape *t, CoVar *x, CoVar *w, CoVar *b, const CoConv *conv); // [batch][out_channels * h * w]

#endif

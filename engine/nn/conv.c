// Convolution: each image's patches as columns of a matrix, one matrix product an image.
#include "cohort/blas.h"
#include "cohort/kernels.h"
#include "op.h"

static int extent(const CoConv *conv, int length) {
  return (length + 2 * conv->padding - conv->kernel) / conv->stride + 1;
}

int co_conv_height(const CoConv *conv) {
  return extent(conv, conv->height);
}
int co_conv_width(const CoConv *conv) {
  return extent(conv, conv->width);
}

typedef struct Sizes {
  size_t image, pixels; // numbers of an image in, positions of an image out
  int patch;            // in_channels * kernel * kernel
} Sizes;

static Sizes sizes(const CoConv *c) {
  return (Sizes){.image = (size_t)(c->in_channels * c->height * c->width),
                 .pixels = (size_t)(co_conv_height(c) * co_conv_width(c)),
                 .patch = c->in_channels * c->kernel * c->kernel};
}

// One line of one image under one entry of the kernel: output column j sees input column j * stride + shift, where
// from <= j < to; the others see the padding.
typedef struct Line {
  size_t at; // of the input line's first number; meaningless when from == to
  int shift, from, to;
} Line;

static Line line(const CoConv *c, int entry, int y) {
  const int dx = entry % c->kernel, dy = entry / c->kernel % c->kernel, channel = entry / (c->kernel * c->kernel);
  const int in = y * c->stride + dy - c->padding, width = co_conv_width(c);
  Line l = {.shift = dx - c->padding, .to = width};
  if (in < 0 || in >= c->height) {
    l.to = 0;
    return l;
  }
  l.at = (size_t)(channel * c->height + in) * (size_t)c->width;
  while (l.from < width && l.from * c->stride + l.shift < 0) l.from++;
  while (l.to > l.from && (l.to - 1) * c->stride + l.shift >= c->width) l.to--;
  return l;
}

// patches [patch][pixels] from image [in_channels][height][width].
static void unfold(const CoConv *c, const CoReal *image, CoReal *patches) {
  const int width = co_conv_width(c);
  for (int entry = 0; entry < sizes(c).patch; entry++)
    for (int y = 0; y < co_conv_height(c); y++, patches += width) {
      const Line l = line(c, entry, y);
      memset(patches, 0, (size_t)width * sizeof *patches);
      for (int j = l.from; j < l.to; j++) patches[j] = image[l.at + (size_t)(j * c->stride + l.shift)];
    }
}

// Adds the patches back to where they came from.
static void fold(const CoConv *c, const CoReal *patches, CoReal *image) {
  const int width = co_conv_width(c);
  for (int entry = 0; entry < sizes(c).patch; entry++)
    for (int y = 0; y < co_conv_height(c); y++, patches += width) {
      const Line l = line(c, entry, y);
      for (int j = l.from; j < l.to; j++) image[l.at + (size_t)(j * c->stride + l.shift)] += patches[j];
    }
}

CoVar *co_conv(CoTape *t, CoVar *x, CoVar *w, CoVar *b, const CoConv *conv) {
  const Sizes s = sizes(conv);
  const int out = conv->out_channels, pixels = (int)s.pixels;
  assert((size_t)x->cols == s.image && w->rows == s.patch && w->cols == out && b->rows == 1 && b->cols == out);
  CoVar *y = CO_NODE(t, co_op_conv, x->rows, out * pixels, x, w, b);
  CoReal *patches = co_tape_memory(t, (size_t)s.patch * s.pixels);
  for (size_t i = 0; i < (size_t)x->rows; i++) {
    CoReal *to = y->data + i * (size_t)y->cols;
    for (size_t j = 0; j < (size_t)y->cols; j++) to[j] = b->data[j / s.pixels];
    unfold(conv, x->data + i * s.image, patches);
    co_gemm(true, false, out, pixels, s.patch, 1, w->data, out, patches, pixels, 1, to, pixels);
  }
  co_note(t, y, conv, sizeof *conv);
  return y;
}

static CoVar *images_back(CoTape *t, const CoConv *conv, const CoVar *x, const CoVar *w, const CoVar *dy) {
  const Sizes s = sizes(conv);
  const int out = conv->out_channels, pixels = (int)s.pixels;
  CoReal *patches = co_tape_memory(t, (size_t)s.patch * s.pixels);
  CoVar *dx = co_fill(t, x->rows, x->cols, 0);
  for (size_t i = 0; i < (size_t)x->rows; i++) {
    const CoReal *from = dy->data + i * (size_t)dy->cols;
    co_gemm(false, false, s.patch, pixels, out, 1, w->data, out, from, pixels, 0, patches, pixels);
    fold(conv, patches, dx->data + i * s.image);
  }
  return dx;
}

static CoVar *kernels_back(CoTape *t, const CoConv *conv, const CoVar *x, const CoVar *dy) {
  const Sizes s = sizes(conv);
  const int out = conv->out_channels, pixels = (int)s.pixels;
  CoReal *patches = co_tape_memory(t, (size_t)s.patch * s.pixels);
  CoVar *dw = co_fill(t, s.patch, out, 0);
  for (size_t i = 0; i < (size_t)x->rows; i++) {
    const CoReal *from = dy->data + i * (size_t)dy->cols;
    unfold(conv, x->data + i * s.image, patches);
    co_gemm(false, true, s.patch, out, pixels, 1, patches, pixels, from, pixels, 1, dw->data, out);
  }
  return dw;
}

static CoVar *bias_back(CoTape *t, const CoConv *conv, const CoVar *dy) {
  const size_t pixels = sizes(conv).pixels, out = (size_t)conv->out_channels;
  CoVar *db = co_fill(t, 1, conv->out_channels, 0);
  for (size_t i = 0; i < (size_t)dy->rows; i++)
    for (size_t j = 0; j < out; j++) db->data[j] += co_sum(pixels, dy->data + (i * out + j) * pixels);
  return db;
}

void co_back_conv(CoTape *t, CoBack *b) {
  const CoVar *x = b->y->inputs[0], *w = b->y->inputs[1];
  const CoConv *conv = b->y->extra;
  CO_PASS(b, 0, images_back(t, conv, x, w, b->dy));
  CO_PASS(b, 1, kernels_back(t, conv, x, b->dy));
  CO_PASS(b, 2, bias_back(t, conv, b->dy));
}

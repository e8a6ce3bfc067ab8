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
  int height, width;    // of the output
} Sizes;

static Sizes sizes(const CoConv *c) {
  Sizes s = {.image = (size_t)(c->in_channels * c->height * c->width),
             .patch = c->in_channels * c->kernel * c->kernel,
             .height = co_conv_height(c),
             .width = co_conv_width(c)};
  s.pixels = (size_t)(s.height * s.width);
  return s;
}

// One entry of the kernel: output row i sees input row i * stride + down, output column j input column j * stride +
// right, where from <= j < to; the others see the padding.
typedef struct Entry {
  int channel, down, right, from, to;
} Entry;

static Entry entry_at(const CoConv *c, const Sizes *s, int number) {
  Entry e = {.channel = number / (c->kernel * c->kernel),
             .down = number / c->kernel % c->kernel - c->padding,
             .right = number % c->kernel - c->padding,
             .to = s->width};
  while (e.from < e.to && e.from * c->stride + e.right < 0) e.from++;
  while (e.to > e.from && (e.to - 1) * c->stride + e.right >= c->width) e.to--;
  return e;
}

// Where the input of output row i begins, as a position of the image: column 0 of the output's sees [at + right]. False
// where the row lies in the padding.
static bool line(const CoConv *c, const Entry *e, int i, size_t *at) {
  const int row = i * c->stride + e->down;
  if (row < 0 || row >= c->height) return false;
  *at = (size_t)(e->channel * c->height + row) * (size_t)c->width;
  return true;
}

// patches [patch][pixels] from image [in_channels][height][width].
static void unfold(const CoConv *c, const Sizes *s, const CoReal *image, CoReal *patches) {
  const int stride = c->stride, width = s->width;
  for (int number = 0; number < s->patch; number++) {
    const Entry e = entry_at(c, s, number);
    for (int i = 0; i < s->height; i++, patches += width) {
      size_t at;
      const bool inside = line(c, &e, i, &at);
      if (!inside || e.to - e.from < width) memset(patches, 0, (size_t)width * sizeof *patches);
      if (!inside) continue;
      if (stride == 1)
        for (int j = e.from; j < e.to; j++) patches[j] = image[at + (size_t)(j + e.right)];
      else
        for (int j = e.from; j < e.to; j++) patches[j] = image[at + (size_t)(j * stride + e.right)];
    }
  }
}

// Adds the patches back to where they came from.
static void fold(const CoConv *c, const Sizes *s, const CoReal *patches, CoReal *image) {
  for (int number = 0; number < s->patch; number++) {
    const Entry e = entry_at(c, s, number);
    for (int i = 0; i < s->height; i++, patches += s->width) {
      size_t at;
      if (!line(c, &e, i, &at)) continue;
      for (int j = e.from; j < e.to; j++) image[at + (size_t)(j * c->stride + e.right)] += patches[j];
    }
  }
}

static void spread(const CoReal *bias, int channels, size_t pixels, CoReal *to) {
  for (int i = 0; i < channels; i++)
    for (size_t j = 0; j < pixels; j++) *to++ = bias[i];
}

CoVar *co_conv(CoTape *t, CoVar *x, CoVar *w, CoVar *b, const CoConv *conv) {
  const Sizes s = sizes(conv);
  const int out = conv->out_channels, pixels = (int)s.pixels;
  assert((size_t)x->cols == s.image && w->rows == s.patch && w->cols == out && b->rows == 1 && b->cols == out);
  CoVar *y = CO_NODE(t, co_op_conv, x->rows, out * pixels, x, w, b);
  CoReal *patches = co_tape_memory(t, (size_t)s.patch * s.pixels);
  for (size_t i = 0; i < (size_t)x->rows; i++) {
    CoReal *to = y->data + i * (size_t)y->cols;
    spread(b->data, out, s.pixels, to);
    unfold(conv, &s, x->data + i * s.image, patches);
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
    fold(conv, &s, patches, dx->data + i * s.image);
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
    unfold(conv, &s, x->data + i * s.image, patches);
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

// PNG files (sprites that scripts name): whatever the bytes, pixels within the limit or a sentence.
#include "foreign.h"
#include "mutate.h"

enum { LARGEST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  CoError error = {""};
  int width, height;
  uint8_t *pixels = co_png_decode(data, bytes, LARGEST, &width, &height, &error);
  if (!pixels) {
    if (strlen(error.text) < 5) abort();
    return 0;
  }
  if (width < 1 || height < 1 || width > LARGEST || height > LARGEST) abort();
  unsigned sum = 0;
  for (int i = 0; i < 4 * width * height; i++) sum += pixels[i]; // reads every byte that it says is there
  if (sum > 255U * 4 * LARGEST * LARGEST) abort();
  free(pixels);
  return 0;
}

#ifndef CO_LIBFUZZER
// 3 x 2 pixels of a palette with transparency, and 4 x 4 of sixteen bits of grey, interlaced.
static const uint8_t palette[] = {137, 80,  78, 71, 13, 10,  26,  10, 0,   0,   0,   13,  73,  72,  68,  82, 0,  0,
                                  0,   3,   0,  0,  0,  2,   8,   3,  0,   0,   0,   170, 170, 150, 40,  0,  0,  0,
                                  6,   80,  76, 84, 69, 255, 0,   0,  0,   255, 0,   210, 135, 239, 113, 0,  0,  0,
                                  1,   116, 82, 78, 83, 128, 173, 94, 91,  70,  0,   0,   0,   16,  73,  68, 65, 84,
                                  120, 218, 99, 96, 96, 100, 100, 98, 100, 96,  4,   0,   0,   31,  0,   7,  80, 68,
                                  74,  193, 0,  0,  0,  0,   73,  69, 78,  68,  174, 66,  96,  130};
static const uint8_t grey[] = {137, 80,  78,  71,  13,  10,  26,  10,  0,  0,   0,   13,  73,  72,  68,  82,  0,   0,
                               0,   4,   0,   0,   0,   4,   16,  0,   0,  0,   1,   171, 13,  45,  119, 0,   0,   0,
                               48,  73,  68,  65,  84,  120, 218, 99,  96, 96,  96,  176, 189, 199, 96,  100, 84,  32,
                               192, 32,  247, 62,  230, 44,  99,  160, 98, 223, 127, 134, 153, 146, 59,  56,  174, 125,
                               255, 250, 140, 241, 180, 247, 43,  43,  78, 77,  13,  9,   0,   241, 156, 13,  253, 176,
                               132, 57,  130, 0,   0,   0,   0,   73,  69, 78,  68,  174, 66,  96,  130};

int main(void) {
  uint8_t pixels[16 * 9 * 3];
  for (size_t i = 0; i < sizeof pixels; i++) pixels[i] = (uint8_t)(i * i);
  size_t bytes;
  uint8_t *rgb = co_png_encode(pixels, 16, 9, &bytes);
  if (!rgb) return EXIT_FAILURE;
  const CoInput inputs[] = {{rgb, bytes}, {palette, sizeof palette}, {grey, sizeof grey}};
  for (int i = 0; i < 3; i++) { // mutants of what is no picture would find little
    int width, height;
    uint8_t *decoded = co_png_decode(inputs[i].data, inputs[i].bytes, LARGEST, &width, &height, NULL);
    if (!decoded) return EXIT_FAILURE;
    free(decoded);
  }
  int code = co_fuzz(inputs, 3, 20000, 1);
  free(rgb);
  return code;
}
#endif

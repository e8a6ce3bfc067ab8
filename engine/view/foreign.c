// The only file that includes stb (Sean Barrett's single-file libraries): it compiles them in, private to itself.
#include "foreign.h"

#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"

#pragma GCC diagnostic ignored "-Wunused-function" // found at the file's end: stb has more than is used here
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#ifdef __clang_analyzer__ // declared only: what there is to say of stb's code is not ours to mend
#pragma GCC diagnostic ignored "-Wundefined-internal"
#else
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_TRUETYPE_IMPLEMENTATION
#endif
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 16384
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STBTT_STATIC
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>
#include <stb/stb_truetype.h>
#pragma GCC diagnostic pop

// No chunk claims more bytes than there are: stb makes room for what is claimed. What follows the end counts for
// nothing.
static bool is_whole(const uint8_t *png, size_t bytes) {
  for (size_t at = 8; bytes - at >= 12;) {
    const uint8_t *chunk = png + at;
    size_t length = (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
    if (length > bytes - at - 12) return false;
    if (memcmp(chunk + 4, "IEND", 4) == 0) return true;
    at += 12 + length;
  }
  return false;
}

uint8_t *co_png_decode(const void *data, size_t bytes, int largest, int *width, int *height, CoError *error) {
  int channels;
  uint8_t *pixels = NULL;
  if (bytes > INT32_MAX || !stbi_info_from_memory(data, (int)bytes, width, height, &channels))
    co_fail(error, "not a PNG");
  else if (bytes < 8 || !is_whole(data, bytes))
    co_fail(error, "a PNG that is cut off");
  else if (*width > largest || *height > largest)
    co_fail(error, "a picture of %d x %d pixels, the most is %d a side", *width, *height, largest);
  else if (!(pixels = stbi_load_from_memory(data, (int)bytes, width, height, NULL, 4)))
    co_fail(error, "not a PNG that can be read (%s)", stbi_failure_reason());
  return pixels;
}

uint8_t *co_png_encode(const uint8_t *pixels, int width, int height, size_t *bytes) {
  int size = 0;
  uint8_t *data = stbi_write_png_to_mem(pixels, 3 * width, width, height, 3, &size);
  *bytes = (size_t)size;
  return data;
}

struct CoFont {
  unsigned char *data; // owned: the file
  stbtt_fontinfo info;
  float line; // font units from descender to ascender
};

CoFont *co_font_open(const char *path, CoError *error) {
  size_t bytes = 0;
  CoFont *font = calloc(1, sizeof *font);
  if (!font) {
    co_fail(error, "no memory for a font");
    return NULL;
  }
  font->data = (unsigned char *)co_file_read(path, (size_t)64 << 20, &bytes, error);
  if (!font->data) {
    co_fail_within(error, "texts need the font DejaVu Sans (apt-get install fonts-dejavu-core)");
  } else if (bytes < 12 || stbtt_GetFontOffsetForIndex(font->data, 0) != 0 ||
             !stbtt_InitFont(&font->info, font->data, 0)) {
    co_fail(error, "%s: not a TrueType font", path);
  } else {
    int ascent, descent, gap;
    stbtt_GetFontVMetrics(&font->info, &ascent, &descent, &gap);
    font->line = (float)(ascent - descent);
    return font;
  }
  co_font_close(font);
  return NULL;
}

void co_font_close(CoFont *font) {
  if (!font) return;
  free(font->data);
  free(font);
}

float co_font_capital(const CoFont *font) {
  int left, low, right, high;
  if (!stbtt_GetCodepointBox(&font->info, 'H', &left, &low, &right, &high)) return 0.7f;
  return (float)high / font->line;
}

float co_font_advance(const CoFont *font, uint32_t letter) {
  int advance, bearing;
  stbtt_GetCodepointHMetrics(&font->info, (int)letter, &advance, &bearing);
  return (float)advance / font->line;
}

CoGlyph co_font_measure(const CoFont *font, uint32_t letter, int height, float shift) {
  float scale = (float)height / font->line;
  int left, top, right, bottom;
  stbtt_GetCodepointBitmapBoxSubpixel(&font->info, (int)letter, scale, scale, shift, 0, &left, &top, &right, &bottom);
  return (CoGlyph){right - left, bottom - top, left, top};
}

void co_font_render(const CoFont *font, uint32_t letter, int height, float shift, CoGlyph glyph, uint8_t *out) {
  float scale = (float)height / font->line;
  stbtt_MakeCodepointBitmapSubpixel(&font->info, out, glyph.width, glyph.height, glyph.width, scale, scale, shift, 0,
                                    (int)letter);
}

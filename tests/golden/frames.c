// A picture of every environment that draws itself, after a few steps of random play: equal, pixel for pixel, to the
// ones kept in frames/, in every build. `frames --write` draws them anew; what differs is left in the build folder.
#include "suite.h"
#include "worlds.h"

#include <unistd.h>

#include "cohort/file.h"
#include "cohort/session.h"
#include "cohort/surface.h"

enum { STEPS = 12, WIDTH = 320, HEIGHT = 200 };
static const char folder[] = COHORT_SOURCE "/tests/golden/frames";

static CoSurface *draw(const char *name, const CoWorld *world) {
  CoError error = {""};
  const CoSeat seats[16] = {{0}}; // random
  CoSession *session = co_session_create(&(CoSessionSetup){.world = world, .seats = seats, .seed = 1}, &error);
  CoSurface *surface = co_surface_create(WIDTH, HEIGHT, NULL, &error);
  CoCanvas *canvas = co_canvas_create(&error);
  bool ok = session && surface && canvas && co_session_foresee(session, STEPS, &error) &&
            co_session_draw(session, co_session_last(session), canvas, &error);
  if (!ok) worlds_fail(name, &error);
  co_surface_clear(surface, (CoColor){20, 24, 31, 255});
  if (!co_surface_draw(surface, canvas, co_surface_whole(surface))) abort();
  co_canvas_destroy(canvas);
  co_session_destroy(session);
  return surface;
}

// What to do with a picture.
typedef struct Gallery {
  bool write;
  int pictures, differing;
  char names[128][64]; // files
} Gallery;

static void compare(Gallery *gallery, const CoSurface *drawn, const char *file) {
  char path[1024], copy[1024];
  CoError error = {""};
  snprintf(path, sizeof path, "%s/%s", folder, file);
  CoSurface *kept = co_surface_read_png(path, NULL, &error);
  size_t bytes = sizeof *drawn->pixels * WIDTH * HEIGHT;
  bool same = kept && kept->width == WIDTH && kept->height == HEIGHT && !memcmp(kept->pixels, drawn->pixels, bytes);
  co_surface_destroy(kept);
  if (same) return;
  gallery->differing++;
  snprintf(copy, sizeof copy, "%s/frame-%s", COHORT_BINARY, file);
  co_surface_write_png(drawn, copy, NULL);
  fprintf(stderr, "%s: %s; see %s\n", file, kept ? "differs from the one that is kept" : error.text, copy);
}

static void visit(const char *name, const CoWorld *world, void *user) {
  Gallery *gallery = user;
  CoError error = {""};
  if (!co_world_type(world)->draw) return;
  if (gallery->pictures == 128) abort();
  char *file = gallery->names[gallery->pictures++], path[1024];
  snprintf(file, sizeof gallery->names[0], "%.50s.png", name);
  for (char *at = file; *at; at++)
    if (*at == '/') *at = '-';
  CoSurface *drawn = draw(name, world);
  snprintf(path, sizeof path, "%s/%s", folder, file);
  if (!gallery->write)
    compare(gallery, drawn, file);
  else if (!co_surface_write_png(drawn, path, &error))
    worlds_fail(name, &error);
  co_surface_destroy(drawn);
}

static void visit_script(const char *name, const CoScriptEnv *script, const CoWorld *world, void *user) {
  (void)script;
  visit(name, world, user);
}

static void each(Gallery *gallery) {
  worlds_each(visit, gallery);
  worlds_scripts(visit_script, gallery);
}

// Pictures of environments that there are no longer.
static int leftovers(const Gallery *gallery, bool removed) {
  int count = 0;
  char path[1024];
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    bool known = entry->d_name[0] == '.';
    for (int i = 0; i < gallery->pictures; i++) known |= !strcmp(gallery->names[i], entry->d_name);
    if (known) continue;
    fprintf(stderr, "%s: a picture of nothing that draws itself\n", entry->d_name);
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (removed) unlink(path);
    count++;
  }
  if (dir) closedir(dir);
  return count;
}

START_TEST(frames_are_as_kept) {
  static Gallery gallery;
  each(&gallery);
  ck_assert_int_gt(gallery.pictures, 0);
  ck_assert_int_eq(gallery.differing, 0);
  ck_assert_int_eq(leftovers(&gallery, false), 0);
}
END_TEST

static int write_anew(void) {
  static Gallery gallery = {.write = true};
  CoError error = {""};
  if (!co_folder_create(folder, &error)) worlds_fail(folder, &error);
  each(&gallery);
  leftovers(&gallery, true);
  printf("%d pictures\n", gallery.pictures);
  return EXIT_SUCCESS;
}

int main(int count, char **words) {
  if (count > 1 && strcmp(words[1], "--write") == 0) return write_anew();
  const TTest *tests[] = {frames_are_as_kept};
  return co_run_tests(__FILE__, tests, 1);
}

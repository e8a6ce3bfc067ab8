// The dashboard: bars and charts where the numbers say, the last good picture under an error, any size of window.
#include <string.h>

#include "cohort/dashboard.h"
#include "suite.h"
#include "toy.h"

enum { WIDTH = 1280, HEIGHT = 720 };

// Fills its picture with a colour that tells the clock; fails from clock 3 on.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker;
  int clock = ((const ToyState *)state)->clock;
  if (clock >= 3) return co_fail(error, "draw: nothing to show at %d", clock);
  co_canvas_color(canvas, (CoColor){(uint8_t)(200 + clock), 10, 20, 255});
  co_canvas_rect(canvas, -100, -100, 200, 200);
  return true;
}

static bool act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)self, (void)how, (void)continuous, (void)error;
  for (int i = 0; i < frame->agents; i++) discrete[i] = 0;
  return true;
}

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  (void)config, (void)spec;
  *out = (CoWants){.views = CO_VIEW_OBS};
}

static bool inspect(void *self, int i, CoInspection *out) {
  *out = (CoInspection){"q", self, 2, 3};
  return i == 0;
}

// Agent 0 brings 3, agent 1 brings 1.
static bool attribute(void *self, const CoBatch *batch, float *credit, CoError *error) {
  (void)self, (void)error;
  for (int row = 0; row < batch->rows; row++) credit[2 * row] = 3, credit[2 * row + 1] = 1;
  return true;
}

static const CoAlgoType shower = {
    .name = "shower", .wants = wants, .act = act, .inspect = inspect, .attribute = attribute};

typedef struct Scene {
  CoEnvType type;
  CoWorld *world;
  float values[6];
  CoSeat seats[2];
  CoSession *session;
  CoDashboard *board;
  CoSurface *surface;
  CoDashboardLook look;
} Scene;

static void open_scene(Scene *scene, bool draws, bool trained) {
  *scene = (Scene){.type = toy, .values = {1, 2, 4, 4, 2, 1}};
  scene->type.draw = draws ? draw : NULL;
  if (trained) scene->seats[0] = (CoSeat){.algo = &shower, .self = scene->values};
  scene->world = co_world_open(&scene->type, &(ToyConfig){.length = 6, .actions = 3}, NULL);
  const CoSessionSetup setup = {.world = scene->world, .seats = scene->seats, .seed = 4};
  scene->session = co_session_create(&setup, NULL);
  scene->board = co_dashboard_create(NULL);
  scene->surface = co_surface_create(WIDTH, HEIGHT, NULL, NULL);
  ck_assert(scene->session && scene->board && scene->surface);
  scene->look = (CoDashboardLook){.title = "toy",
                                  .players = "shower against random",
                                  .episode = "seed 4",
                                  .pace = "paused",
                                  .notice = "",
                                  .error = "",
                                  .panels = true};
}

static void close_scene(Scene *scene) {
  co_surface_destroy(scene->surface);
  co_dashboard_destroy(scene->board);
  co_session_destroy(scene->session);
  co_world_close(scene->world);
}

static void show(Scene *scene) {
  CoError error = {""};
  ck_assert_msg(co_dashboard_draw(scene->board, scene->surface, scene->session, &scene->look, &error), "%s",
                error.text);
}

static uint32_t pixel(const Scene *scene, int x, int y) {
  return scene->surface->pixels[y * scene->surface->width + x];
}

static uint32_t rgb(CoColor c) {
  return 0xff000000U | (uint32_t)c.r << 16 | (uint32_t)c.g << 8 | c.b;
}

static int count(const Scene *scene, uint32_t color) {
  int found = 0;
  for (int i = 0; i < scene->surface->width * scene->surface->height; i++) found += scene->surface->pixels[i] == color;
  return found;
}

static uint64_t sum(const Scene *scene) {
  uint64_t hash = 1;
  for (int i = 0; i < scene->surface->width * scene->surface->height; i++)
    hash = hash * 1099511628211U + scene->surface->pixels[i];
  return hash;
}

START_TEST(the_picture_is_the_moments) {
  Scene scene;
  open_scene(&scene, true, false);
  show(&scene);
  ck_assert_uint_eq(pixel(&scene, 400, 300), 0xffc80a14);
  ck_assert(co_session_forward(scene.session, NULL, NULL));
  show(&scene);
  ck_assert_uint_eq(pixel(&scene, 400, 300), 0xffc90a14);
  ck_assert(co_session_back(scene.session));
  show(&scene);
  ck_assert_uint_eq(pixel(&scene, 400, 300), 0xffc80a14);
  close_scene(&scene);
}
END_TEST

START_TEST(the_same_moment_gives_the_same_pixels) {
  Scene scene;
  open_scene(&scene, true, true);
  show(&scene);
  uint64_t before = sum(&scene);
  ck_assert(co_session_forward(scene.session, NULL, NULL));
  show(&scene);
  ck_assert_uint_ne(sum(&scene), before);
  CoSession *again = co_session_create(&(CoSessionSetup){.world = scene.world, .seats = scene.seats, .seed = 4}, NULL);
  co_session_destroy(scene.session);
  scene.session = again;
  show(&scene);
  ck_assert_uint_eq(sum(&scene), before);
  scene.look.agent = 1;
  show(&scene);
  ck_assert_uint_ne(sum(&scene), before);
  close_scene(&scene);
}
END_TEST

START_TEST(an_error_lies_over_the_last_good_picture) {
  Scene scene;
  open_scene(&scene, true, false);
  for (int i = 0; i < 3; i++) {
    if (i) ck_assert(co_session_forward(scene.session, NULL, NULL));
    show(&scene);
  }
  ck_assert_uint_eq(pixel(&scene, 400, 500), 0xffca0a14);
  uint64_t good = sum(&scene);
  ck_assert(co_session_forward(scene.session, NULL, NULL));
  show(&scene); // draw fails here
  ck_assert_uint_eq(pixel(&scene, 400, 500), 0xffca0a14);
  const uint32_t alarm = 0xffff7b72;
  ck_assert_int_gt(count(&scene, alarm), 50);
  ck_assert(co_session_back(scene.session));
  show(&scene);
  ck_assert_int_eq(count(&scene, alarm), 0);
  ck_assert_uint_ne(sum(&scene), good); // it knows one step more
  scene.look.error = "step: it went wrong\n  stack: here\n"
                     "a_word_that_is_much_longer_than_any_line_could_ever_be_"
                     "a_word_that_is_much_longer_than_any_line_could_ever_be_"
                     "a_word_that_is_much_longer_than_any_line_could_ever_be_"
                     "a_word_that_is_much_longer_than_any_line_could_ever_be_";
  show(&scene);
  ck_assert_int_gt(count(&scene, alarm), 200);
  close_scene(&scene);
}
END_TEST

// Values 1, 2, 4: the bars' lengths are 4 %, 36 % and 100 % of the room for one.
START_TEST(bars_are_as_long_as_values_are_large) {
  Scene scene;
  open_scene(&scene, true, true);
  show(&scene);
  const uint32_t chosen = rgb((CoColor){95, 179, 249, 255});
  const uint32_t other = rgb(co_color_mix((CoColor){28, 33, 40, 255}, (CoColor){95, 179, 249, 255}, 0.5F));
  int longest = 0, lengths[HEIGHT] = {0}, rows = 0;
  for (int y = 84; y < 200; y++) { // the panel of the actions
    int run = 0;
    for (int x = 1050; x < WIDTH; x++) run += pixel(&scene, x, y) == other;
    if (run > longest) longest = run;
    if (run && (!rows || lengths[rows - 1] != run)) lengths[rows++] = run;
  }
  int first = 0;
  for (int x = 1050; x < WIDTH; x++) first += pixel(&scene, x, 84 + 34 + 8) == chosen;
  uint8_t mask[3];
  ck_assert(co_session_available(scene.session, 0, 0, mask, NULL));
  ck_assert(mask[1] && mask[2]);
  ck_assert_int_eq(rows, 2);
  ck_assert_int_ge(first, longest * 3 / 100);
  ck_assert_int_le(first, longest * 5 / 100);
  ck_assert_int_eq(lengths[1], longest);
  ck_assert_int_ge(lengths[0], longest * 35 / 100);
  ck_assert_int_le(lengths[0], longest * 37 / 100);
  close_scene(&scene);
}
END_TEST

// Three parts of the first agent, which is selected and so in its full colour, one part of the second.
START_TEST(credits_are_stacked) {
  Scene scene;
  open_scene(&scene, true, true);
  show(&scene);
  const uint32_t mine = rgb((CoColor){86, 180, 233, 255});
  int without = count(&scene, mine);
  ck_assert(co_session_foresee(scene.session, 100, NULL));
  show(&scene);
  ck_assert_int_gt(count(&scene, mine), without + 10000);
  int x = 300, top = 0, bottom = 0, over = 0;
  for (int y = HEIGHT - 220; y < HEIGHT - 45; y++) {
    bool is = pixel(&scene, x, y) == mine;
    if (is && !top) top = y;
    if (is) bottom = y;
  }
  ck_assert_int_gt(bottom - top, 60);
  while (pixel(&scene, x, top - 2 - over) != rgb((CoColor){28, 33, 40, 255}) && over < 100) over++;
  ck_assert_int_ge(3 * (over + 2), bottom - top - 6);
  ck_assert_int_le(3 * over, bottom - top + 9);
  close_scene(&scene);
}
END_TEST

START_TEST(without_a_picture_the_state_is_text) {
  Scene scene;
  for (int draws = 0; draws < 2; draws++) {
    int ink = 0;
    open_scene(&scene, draws, false);
    show(&scene);
    for (int y = 76; y < 670; y++) // below the panel's title
      for (int x = 10; x < 920; x++) ink += (pixel(&scene, x, y) >> 8 & 255) > 100;
    ck_assert_int_eq(ink > 100, !draws); // the picture has little green
    close_scene(&scene);
  }
}
END_TEST

// Records of agents: x is the sum of an agent's actions, 0 at first; y the clock.
static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  static const CoStateField own[] = {{"clock", CO_STATE_I32, offsetof(ToyState, clock), 1, 4},
                                     {"unit.x", CO_STATE_I32, offsetof(ToyState, sum), 3, 4},
                                     {"unit.y", CO_STATE_I32, offsetof(ToyState, clock), 3, 0},
                                     {0}};
  toy_describe(self, spec, state_bytes, fields);
  *fields = own;
}

static bool draw_plain(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)state, (void)error;
  co_canvas_color(canvas, (CoColor){0, 0, 0, 255});
  co_canvas_camera(canvas, -9, -9, 9, 9);
  co_canvas_text(canvas, 0, 0, 1, CO_CENTER, "of another camera");
  co_canvas_camera(canvas, -5, -5, 5, 5);
  co_canvas_text(canvas, -4, 4, 0.5F, CO_CENTER, "7");
  co_canvas_text(canvas, -2, 4, 0.5F, CO_CENTER, "8");
  return true;
}

static void open_units(Scene *scene) {
  open_scene(scene, true, false);
  close_scene(scene);
  scene->type.describe = describe;
  scene->type.draw = draw_plain;
  scene->world = co_world_open(&scene->type, &(ToyConfig){.length = 6, .death = 2, .actions = 3}, NULL);
  const CoSessionSetup setup = {.world = scene->world, .seats = scene->seats, .seed = 4};
  scene->session = co_session_create(&setup, NULL);
  scene->board = co_dashboard_create(NULL);
  scene->surface = co_surface_create(WIDTH, HEIGHT, NULL, NULL);
}

// The camera's ten units are 628 pixels around (466, 358).
START_TEST(clicks_meet_what_is_there) {
  Scene scene;
  char label[24];
  open_units(&scene);
  ck_assert_int_eq(co_dashboard_step_at(scene.board, 600, 700), -1); // nothing is drawn yet
  ck_assert(co_session_foresee(scene.session, 100, NULL));
  show(&scene);
  ck_assert_int_eq(co_dashboard_agent_at(scene.board, 466, 358 + 40), 0);
  ck_assert_int_eq(co_dashboard_agent_at(scene.board, 466, 358 + 50), -1);
  ck_assert(co_dashboard_label_at(scene.board, 466 - 251, 358 - 251, label));
  ck_assert_str_eq(label, "7");
  ck_assert(co_dashboard_label_at(scene.board, 466 - 180, 358 - 251, label)); // nearer to the other
  ck_assert_str_eq(label, "8");
  ck_assert(!co_dashboard_label_at(scene.board, 466, 358, label));
  ck_assert(!co_dashboard_label_at(scene.board, 1100, 358, label));
  int64_t before = -1;
  for (int x = 0; x < WIDTH; x++) {
    int64_t step = co_dashboard_step_at(scene.board, x, HEIGHT - 20);
    if (step >= 0) ck_assert_int_ge(step, before);
    if (step <= before) continue;
    ck_assert_int_eq(step, ++before);
  }
  ck_assert_int_eq(before, 6);
  ck_assert_int_eq(co_dashboard_step_at(scene.board, 600, HEIGHT - 60), -1);
  close_scene(&scene);
}
END_TEST

// Nine tenths of a unit are 56 pixels, the most are 44.
START_TEST(the_selected_agent_is_ringed) {
  Scene scene;
  open_units(&scene);
  scene.look.agent = 1;
  show(&scene);
  ck_assert_uint_gt(pixel(&scene, 466, 358 - 44) & 0xff, 150);
  ck_assert_uint_gt(pixel(&scene, 466, 358 + 43) & 0xff, 150);
  ck_assert_uint_lt(pixel(&scene, 466, 358) & 0xff, 50);
  ck_assert(co_session_forward(scene.session, NULL, NULL));
  show(&scene); // one unit up, which is 62.8 pixels, and as many to the right as its action says
  int32_t x = ((const ToyState *)co_session_moment(scene.session, 1).state)->sum[1];
  ck_assert_uint_gt(pixel(&scene, 466 + (int)(62.8 * x), 358 - 63 - 44) & 0xff, 100);
  ck_assert(co_session_forward(scene.session, NULL, NULL));
  uint64_t dead;
  show(&scene), dead = sum(&scene);
  scene.look.panels = false;
  show(&scene);
  ck_assert_uint_ne(sum(&scene), dead);
  for (int y = 50; y < 660; y++)
    for (int at = 20; at < 900; at++) ck_assert_uint_lt(pixel(&scene, at, y) & 0xff, 50); // nobody is ringed
  close_scene(&scene);
}
END_TEST

START_TEST(every_size_is_drawn) {
  static const int sizes[][2] = {{320, 240}, {500, 900}, {700, 300}, {2000, 260}, {1920, 1080}};
  static const char *const help[] = {"space", "pause", "a very long key indeed that fits nowhere", "help", NULL};
  Scene scene;
  open_scene(&scene, true, true);
  ck_assert(co_session_foresee(scene.session, 100, NULL));
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    ck_assert(co_surface_resize(scene.surface, sizes[i][0], sizes[i][1], NULL));
    scene.look.help = i % 2 ? help : NULL;
    scene.look.notice = "something that is said in a rather long sentence, longer than the window is wide perhaps";
    scene.look.title = "an environment with a rather long name/and a variant";
    show(&scene);
    ck_assert_int_gt(count(&scene, rgb((CoColor){95, 179, 249, 255})), 0);
  }
  close_scene(&scene);
}
END_TEST

CO_TESTS(the_picture_is_the_moments, the_same_moment_gives_the_same_pixels, an_error_lies_over_the_last_good_picture,
         bars_are_as_long_as_values_are_large, credits_are_stacked, without_a_picture_the_state_is_text,
         clicks_meet_what_is_there, the_selected_agent_is_ringed, every_size_is_drawn)

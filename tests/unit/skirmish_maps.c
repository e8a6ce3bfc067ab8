// Skirmish's map files: what is wrong with a bad one, said with line, field, value and what was expected.
#include "unit/skirmish.h"

#define HEAD "return {limit = 60, terrain = 'open', order = {kind = 'hunt'},\n"
#define ALLIES "allies = {{type = 'marine', count = 3, x = 9, y = 16}},\n"
#define ENEMIES "enemies = {{type = 'zealot', count = 3, x = 23, y = 16}},\n"
#define DRAWN(types) HEAD "draw = {allies = 5, enemies = 5, surrounded = 0.5, types = " types "}}"

static const struct Broken {
  const char *text, *error;
} broken[] = {
    {"return {}", "test.lua:1: limit is missing, must be a number"},
    {"return {limit = 0}", "test.lua:1: limit is 0, must lie in [1, 100000]"},
    {"return {\nlimit = '60'}", "test.lua:2: limit is '60', must be a number"},
    {"return {limit = 60, size = 3}", "test.lua:1: unknown field 'size'"},
    {"return {limit = 60, terain = 'open'}", "test.lua:1: unknown field 'terain' (did you mean 'terrain'?)"},
    {"return {limit = 60}", "test.lua:1: terrain is missing, must be a list"},
    {"return {limit = 60, terrain = 'closed'}", "test.lua:1: terrain is 'closed', must be 'open' or a list of spans"},
    {"return {limit = 60,\nterrain = {{1, 2, 3}}}", "test.lua:2: terrain[1] has 3 items, must have 4 to 4"},
    {"return {limit = 60, terrain = {{8, 23, 0, 32}}}", "test.lua:1: terrain[1][4] is 32, must lie in [0, 31]"},
    {"return {limit = 60, terrain = {{8, 7, 0, 31}}}", "test.lua:1: terrain[1][2] is 7, must lie in [8, 31]"},
    {"return {limit = 60, terrain = {{8, 9, 0, 31}}, cliffs = {{8, 9, 0, 31}}}",
     "test.lua:1: cliffs is a list, must leave some of the terrain free"},
    {"return {limit = 60, terrain = 'open'}", "test.lua:1: order is missing, must be a table"},
    {"return {limit = 60, terrain = 'open', order = {kind = 'sleep'}}",
     "test.lua:1: order.kind is 'sleep', must be attack_move, hunt, nearest, guard or stand"},
    {"return {limit = 60, terrain = 'open', order = {kind = 'hunt', x = 3}}", "test.lua:1: unknown field 'order.x'"},
    {"return {limit = 60, terrain = 'open', order = {kind = 'attack_move', x = 3}}",
     "test.lua:1: order.y is missing, must be a number"},
    {HEAD "}", "test.lua:1: allies is missing, must be a list"},
    {HEAD ALLIES "}", "test.lua:1: enemies is missing, must be a list"},
    {HEAD "allies = {}}", "test.lua:2: allies has 0 items, must have 1 to 16"},
    {HEAD "allies = {{type = 'zergeling', count = 3, x = 9, y = 16}}}",
     "test.lua:2: allies[1].type is 'zergeling', did you mean 'zergling'?"},
    {HEAD "allies = {{type = 'dragon', count = 3, x = 9, y = 16}}}",
     "test.lua:2: allies[1].type is 'dragon', must be one of marine, marauder, medivac, stalker, zealot, colossus, "
     "hydralisk, zergling, baneling, spine_crawler"},
    {HEAD "allies = {\n{type = 'marine', count = 0, x = 9, y = 16}}}",
     "test.lua:3: allies[1].count is 0, must lie in [1, 64]"},
    {HEAD "allies = {{type = 'marine', count = 1.5, x = 9, y = 16}}}",
     "test.lua:2: allies[1].count is 1.5, must be a whole number in [1, 64]"},
    {HEAD "allies = {{type = 'marine', count = 60, x = 9, y = 16},\n{type = 'marine', count = 5, x = 9, y = 16}}}",
     "test.lua:3: allies[2].count is 5, must keep the army at 64 units or fewer"},
    {HEAD "allies = {{type = 'marine', count = 3, x = 33, y = 16}}}",
     "test.lua:2: allies[1].x is 33, must lie in [0, 32]"},
    {"return {limit = 60, order = {kind = 'hunt'}, terrain = {{8, 23, 0, 31}},\n"
     "allies = {{type = 'marine', count = 3, x = 9, y = 4}}}",
     "test.lua:2: allies[1].y is 4, must, with x, be a place where a marine can stand"},
    {HEAD ALLIES ENEMIES "type_bits = {'marine'}}",
     "test.lua:4: type_bits is a list, must name each type of unit: 'zealot' is missing"},
    {HEAD ALLIES ENEMIES "type_bits = {'marine', 'zealot', 'marine'}}",
     "test.lua:4: type_bits[3] is 'marine', which is there already"},
    {HEAD ALLIES ENEMIES "enemy_type_bits = {'zealot'}}",
     "test.lua:4: enemy_type_bits is a list, must come with type_bits"},
    {HEAD ALLIES ENEMIES "type_bits = {'marine', 'zealot'}, enemy_type_bits = {'zealot'}}",
     "test.lua:4: enemy_type_bits is a list, must have as many types as type_bits: 2"},
    {HEAD ALLIES "draw = {}}",
     "test.lua:3: draw is a list, must not stand beside allies and enemies: a map draws its armies or lists them"},
    {DRAWN("{}"), "test.lua:2: draw.types has 0 items, must have 1 to 10"},
    {DRAWN("{{type = 'marine', weight = 0}}"), "test.lua:2: draw.types[1].weight is 0, must lie in [0.001, 1000]"},
    {DRAWN("{{type = 'medivac', weight = 1, alone = false}}"),
     "test.lua:2: draw.types is a list, must hold a type that an army may consist of alone"},
    {HEAD ALLIES ENEMIES "unit_ranges = 1}", "test.lua:4: unit_ranges is 1, must be a boolean"},
};

START_TEST(a_bad_map_is_told_what_is_wrong) {
  for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
    Arena arena;
    CoError error = {""};
    ck_assert_msg(!arena_try(&arena, broken[i].text, "", &error), "map %zu", i);
    ck_assert_str_eq(error.text, broken[i].error);
    arena_close(&arena);
  }
}
END_TEST

START_TEST(settings_that_do_not_fit_the_map_are_refused) {
  Arena arena;
  CoError error = {""};
  ck_assert(!arena_try(&arena, "3m", "units=5", &error));
  ck_assert_str_eq(error.text, "units is 5, must be 0: the map '3m' lists its armies");
  arena_close(&arena);
  Config config;
  co_settings_defaults(&co_skirmish.settings, &config);
  ck_assert(!co_world_open(&co_skirmish, &config, &error));
  ck_assert_str_eq(error.text, "skirmish has no map: name one, as in skirmish/3m (map '3m' is not loaded)");
}
END_TEST

START_TEST(armies_start_mirrored) {
  const char *maps[] = {"8m", "2s3z", "MMM", "bane_vs_bane"};
  for (int m = 0; m < 4; m++) {
    Arena arena = arena_open(maps[m], "spawn_jitter=0");
    int n = arena_world(&arena)->size[0];
    for (int i = 0; i < n; i++) {
      const Unit *ally = arena_unit(&arena, i), *enemy = arena_unit(&arena, n + i);
      ck_assert(ally->type == enemy->type && ally->x == -enemy->x && ally->y == -enemy->y);
      if (i > 0) ck_assert(arena_unit(&arena, i - 1)->type != ally->type || arena_unit(&arena, i - 1)->x <= ally->x);
    }
    arena_close(&arena);
  }
}
END_TEST

START_TEST(units_start_near_their_place) {
  Arena exact = arena_open("8m", "spawn_jitter=0"), loose = arena_open("8m", "");
  float most = 0;
  for (int episode = 0; episode < 20; episode++) {
    ck_assert(co_env_reset(loose.env, NULL));
    for (int i = 0; i < 16; i++) {
      float least = 100;
      for (int j = 0; j < 16; j++) {
        const Unit *a = arena_unit(&exact, j), *b = arena_unit(&loose, i);
        least = fminf(least, fmaxf(fabsf(a->x - b->x), fabsf(a->y - b->y)));
      }
      most = fmaxf(most, least);
    }
  }
  ck_assert(most > .2f && most <= .25f);
  arena_close(&exact);
  arena_close(&loose);
}
END_TEST

// SMACv2: both armies from one draw, never medivacs alone, allies numbered by type; both kinds of start occur.
START_TEST(drawn_armies_follow_the_map) {
  Arena arena = arena_open("10gen_terran", "units=5 enemies=6");
  int counts[TYPES] = {0}, surrounded = 0;
  for (int episode = 0; episode < 2000; episode++) {
    ck_assert(co_env_reset(arena.env, NULL));
    const State *state = arena_state(&arena);
    int army[2][TYPES] = {{0}}, left = 0;
    float worth = 200;
    for (int i = 0; i < 11; i++) {
      const Unit *unit = &state->unit[i];
      army[i >= 5][unit->type]++;
      if (i < 5) counts[unit->type]++;
      if (i > 0 && i < 5) ck_assert_int_ge(unit->type, state->unit[i - 1].type); // marine, marauder, medivac
      if (i >= 5) worth += 10 + unit->hp + unit->shield;
      left += i < 5 ? unit->x < .01f : unit->x > -.01f;
      ck_assert(fabsf(unit->x) <= 16 && fabsf(unit->y) <= 16);
    }
    surrounded += left < 11;
    ck_assert(state->worth[0] == worth);
    for (int side = 0; side < 2; side++) ck_assert_int_lt(army[side][MEDIVAC], 5 + side);
    for (int type = 0; type < TYPES; type++) ck_assert(army[1][type] - army[0][type] <= 1);
  }
  ck_assert(abs(counts[MARINE] - 4500) < 200 && abs(counts[MARAUDER] - 4500) < 200 &&
            abs(counts[MEDIVAC] - 1000) < 120);
  ck_assert(surrounded > 800 && surrounded < 1200);
  arena_close(&arena);
}
END_TEST

START_TEST(another_order_replaces_the_maps) {
  const char *orders[] = {"enemy=attack_move", "enemy=hunt", "enemy=nearest", "enemy=guard", "enemy=stand"};
  const bool comes[] = {true, true, true, false, false};
  for (int k = 0; k < 5; k++) {
    Arena arena = arena_open("8m", orders[k]);
    float x = arena_unit(&arena, 8)->x;
    for (int t = 0; t < 5; t++) arena_act(&arena, NOBODY, 0);
    ck_assert_msg((arena_unit(&arena, 8)->x < x - 3) == comes[k], "%s", orders[k]);
    arena_close(&arena);
  }
}
END_TEST

// Digits, letters and whole pieces of good maps changed at random: a sentence, or a battle that can be fought.
static void mutate(char *text, CoRng *rng) {
  int length = (int)strlen(text);
  for (int k = co_rng_int(rng, 1, 4); k > 0; k--) {
    int at = co_rng_int(rng, 0, length - 1), to = co_rng_int(rng, 0, length - 1);
    if (co_rng_int(rng, 0, 2) == 0)
      text[at] = text[to];
    else
      for (int i = at; i < length && i < at + 60; i++)
        if (text[i] >= '0' && text[i] <= '9') text[i] = (char)('0' + co_rng_int(rng, 0, 9));
  }
}

static char *read_map(const char *name) {
  char path[400], *text = calloc(1, 4096);
  snprintf(path, sizeof path, COHORT_SOURCE "/scripts/maps/%s.lua", name);
  FILE *file = fopen(path, "r");
  ck_assert(file && fread(text, 1, 4095, file) > 100);
  fclose(file);
  return text;
}

static bool fight(Arena *arena) {
  for (int t = 0; t < 8 && co_env_ending(arena->env) == CO_PLAYING; t++) {
    arena_play(arena, arena_script(t % 2 ? "random" : "heuristic"));
    for (int i = 0; i < skirmish_total(arena_world(arena)); i++)
      if (!(fabsf(arena_unit(arena, i)->x) <= 16 && fabsf(arena_unit(arena, i)->y) <= 16)) return false;
  }
  return true;
}

START_TEST(changed_maps_are_refused_or_playable) {
  const char *maps[] = {"2s3z", "MMM2", "2m_vs_1z", "2c_vs_64zg", "10gen_zerg"};
  CoRng rng = co_rng(1, "mutate", 0);
  int opened = 0, refused = 0;
  for (int k = 0; k < 300; k++) {
    Arena arena;
    CoError error = {""};
    char *text = read_map(maps[k % 5]);
    mutate(text, &rng);
    bool done = arena_try(&arena, text, "", &error);
    if (done ? !fight(&arena) : error.text[0] == '\0') ck_abort_msg("%s", text);
    opened += done, refused += !done;
    arena_close(&arena);
    free(text);
  }
  ck_assert_msg(opened > 50 && refused > 50, "%d opened, %d refused", opened, refused);
}
END_TEST

START_TEST(the_largest_battle_fits) {
  Arena arena = arena_open(ARMIES("zergling", 64, "zealot", 64, "{kind = 'hunt'}"), "enemy=player");
  ck_assert_int_eq(co_world_spec(arena.world)->agents, 128);
  ck_assert(fight(&arena));
  arena_close(&arena);
}
END_TEST

CO_TESTS(a_bad_map_is_told_what_is_wrong, settings_that_do_not_fit_the_map_are_refused, armies_start_mirrored,
         units_start_near_their_place, drawn_armies_follow_the_map, another_order_replaces_the_maps,
         changed_maps_are_refused_or_playable, the_largest_battle_fits)

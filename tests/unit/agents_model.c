// Methods with a model against numbers by hand: Dyna-Q's updates from experience and from what it remembers.
#include "tabular.h"

static const uint8_t only_first[ACTIONS] = {1, 0, 0};

static Lab dyna(const char *planning) {
  Lab lab = build("dyna_q", 4, COPIES, 1, half);
  ck_assert(co_settings_set(&lab.algo->settings, lab.config, "planning", planning, NULL));
  destroy(&lab);
  CoError error;
  const CoAlgoSetup setup = {.spec = &lab.spec, .num_envs = COPIES, .seed = 1};
  lab.self = lab.algo->create(lab.config, &setup, &error);
  check(lab.self, &error);
  return lab;
}

// Q(2, 1) begins at 1 and moves half the way to 4, which play ends with, once from the step and three times from the
// model, which knows of nothing else: 4 - 3 / 2^4.
START_TEST(the_model_repeats_what_it_saw) {
  Lab lab = dyna("3");
  feed(&lab, row(2, 1, 4, 0, 0, CO_TERMINATED));
  ck_assert_float_eq(value(&lab, 2, 1), 4 - 3.f / 16);
  ck_assert_float_eq(value(&lab, 2, 0), 1);
  destroy(&lab);
}
END_TEST

// State 0 leads to state 1, where only the first action is legal, which is worth 1; the others know of more. 0 is worth
// 2 + 0.5 * 1 after enough of planning, in which 1's own step (its first action ends, for 1) changes nothing.
START_TEST(the_model_keeps_what_was_legal) {
  Lab lab = dyna("200");
  feed(&lab, row(1, 2, 9, 0, 3, CO_TERMINATED));
  CoDecision last = row(1, 0, 1, 0, 3, CO_TERMINATED), first = row(0, 1, 2, 0.5f, 1, CO_PLAYING);
  last.mask = first.next_mask = only_first;
  feed(&lab, last);
  feed(&lab, first);
  ck_assert_float_eq_tol(value(&lab, 1, 2), 9, 1e-3f);
  ck_assert_float_eq_tol(value(&lab, 0, 1), 2.5f, 1e-3f);
  destroy(&lab);
}
END_TEST

// What changes in the world changes in the model: the last outcome counts.
START_TEST(the_model_forgets_what_is_no_longer_so) {
  Lab lab = dyna("100");
  feed(&lab, row(0, 0, 8, 0, 1, CO_TERMINATED));
  feed(&lab, row(0, 0, -8, 0, 1, CO_TERMINATED));
  ck_assert_float_eq_tol(value(&lab, 0, 0), -8, 1e-3f);
  destroy(&lab);
}
END_TEST

// A saved model that leads out of the table is refused with a sentence; the sound one is taken.
START_TEST(a_model_that_leads_nowhere_is_refused) {
  Lab lab = dyna("1");
  CoError error;
  CoWriter saved = {0};
  feed(&lab, row(2, 1, 4, 0, 0, CO_TERMINATED));
  lab.algo->save(lab.self, &saved);
  ck_assert(!saved.failed);
  // The last numbers before the stream: the states that are known, then how many.
  const size_t states = 4, known = saved.size - sizeof(CoRng) - (states + 1) * sizeof(int32_t);
  const struct {
    size_t place;
    int32_t number;
  } wrong[] = {{0, 4}, {0, -1}, {0, 3}, {states, 5}, {states, -1}};
  for (size_t i = 0; i <= sizeof wrong / sizeof wrong[0]; i++) {
    bool sound = i == sizeof wrong / sizeof wrong[0];
    unsigned char *place = (unsigned char *)saved.data + known + (sound ? 0 : wrong[i].place) * sizeof(int32_t);
    int32_t before;
    memcpy(&before, place, sizeof before);
    if (!sound) memcpy(place, &wrong[i].number, sizeof before);
    CoReader reader = co_reader(saved.data, saved.size, &error);
    ck_assert_int_eq(lab.algo->load(lab.self, &reader), sound);
    if (!sound) ck_assert_ptr_nonnull(strstr(error.text, "states which do not exist"));
    memcpy(place, &before, sizeof before);
  }
  co_writer_free(&saved);
  destroy(&lab);
}
END_TEST

CO_TESTS(the_model_repeats_what_it_saw, the_model_keeps_what_was_legal, the_model_forgets_what_is_no_longer_so,
         a_model_that_leads_nowhere_is_refused)

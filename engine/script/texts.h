// The room's own Lua texts (lua/*.lua), which the build turns into C strings.
#ifndef COHORT_SCRIPT_TEXTS_H
#define COHORT_SCRIPT_TEXTS_H

extern const char co_text_pointers[], co_text_language[], co_text_random[], co_text_geometry[], co_text_declare[],
    co_text_layout[], co_text_state[], co_text_sync[], co_text_play[], co_text_trial[], co_text_hidden[];

#endif

// Private to the command: what scripts may use, as a page and for editors; from the script room's one table.
#ifndef COHORT_CLI_API_H
#define COHORT_CLI_API_H

#include "cohort/bytes.h"

void api_page(CoWriter *text);     // for people
void api_stub(CoWriter *text);     // LuaCATS annotations, for lua-language-server
void api_luacheck(CoWriter *text); // a .luacheckrc

#endif

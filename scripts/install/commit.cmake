# Writes OUT, a C file with the commit that is built from, when it is another than before: cmake -DOUT=... -P commit.cmake
cmake_minimum_required(VERSION 3.22)
set(COHORT_COMMIT unknown)
execute_process(COMMAND git -C ${CMAKE_CURRENT_LIST_DIR} describe --always --dirty --abbrev=7 --exclude=*
  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failure ERROR_QUIET)
if(NOT failure)
  set(COHORT_COMMIT ${described})
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "extern const char commit[];\nconst char commit[] = \"@COHORT_COMMIT@\";\n" @ONLY)

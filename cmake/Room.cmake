option(REGISTRAR_UNITY "Compile files of a room together: half the time \
from nothing, more after a change" OFF)

# compile_together(TARGET COUNT): so many files at a time, where that is wanted.
# What their anonymous namespaces hold has one name in the whole room, then. A
# file that cannot join has SKIP_UNITY_BUILD_INCLUSION.
function(compile_together target count)
  if(REGISTRAR_UNITY AND count)
    set_target_properties(${target} PROPERTIES
      UNITY_BUILD ON
      UNITY_BUILD_MODE BATCH
      UNITY_BUILD_BATCH_SIZE ${count}
      # CAF's tests say with it to which suite they belong.
      UNITY_BUILD_CODE_BEFORE_INCLUDE "#undef CAF_SUITE")
    # GCC's own garbage collector takes a tenth of the time, and finds little.
    target_compile_options(${target} PRIVATE
      $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=524288>)
  endif()
endfunction()

# room(NAME SOURCES ... [USES ROOM...] [LIBRARIES ...] [PRIVATE_LIBRARIES ...]
#      [TOGETHER count])
#
# Declares one room as a static library `room_<NAME>`. USES names other rooms
# whose headers it may include; tests/tidy holds that list against the table
# of who may include whom. A room without sources holds headers only. TOGETHER
# many files may be compiled as one.
function(room name)
  cmake_parse_arguments(room "" "TOGETHER"
    "SOURCES;USES;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  list(TRANSFORM room_USES PREPEND room_)
  if(room_SOURCES)
    add_library(room_${name} STATIC ${room_SOURCES})
    target_include_directories(room_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(room_${name}
      PUBLIC ${room_USES} ${room_LIBRARIES}
      PRIVATE warnings ${room_PRIVATE_LIBRARIES})
    compile_together(room_${name} "${room_TOGETHER}")
  else()
    add_library(room_${name} INTERFACE)
    target_include_directories(room_${name} INTERFACE ${PROJECT_SOURCE_DIR})
    target_link_libraries(room_${name}
      INTERFACE ${room_USES} ${room_LIBRARIES})
  endif()
endfunction()

option(REGISTRAR_LONG "Give tests the time that ./check --long needs" OFF)

# test_time(VARIABLE): seconds a test may take. Those of a long run are bounded
# by what they do.
macro(test_time variable)
  if(REGISTRAR_LONG)
    set(${variable} 172800)
  endif()
endmacro()

# room_test(NAME SOURCES ... USES ROOM... [LIBRARIES ...] [LABELS ...]
#           [ARGUMENTS ...] [TIMEOUT seconds] [SERVERS redis|postgres ...]
#           [TOGETHER count] [OPTIMISED])
#
# One test binary and one ctest entry. A binary in which no test ran fails.
# SERVERS are started for it by tests/servers/run_with.py. What a test file does
# itself is seldom worth the compiler's time: only OPTIMISED ones get it.
function(room_test name)
  cmake_parse_arguments(test "OPTIMISED" "TIMEOUT;TOGETHER"
    "SOURCES;USES;LIBRARIES;LABELS;ARGUMENTS;SERVERS" ${ARGN})
  list(TRANSFORM test_USES PREPEND room_)
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name}
    PRIVATE ${test_USES} ${test_LIBRARIES} warnings)
  compile_together(${name} "${test_TOGETHER}")
  if(NOT test_OPTIMISED)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  endif()
  server_test(${name}
    COMMAND ${name} ${test_ARGUMENTS}
    SERVERS ${test_SERVERS}
    LABELS ${test_LABELS}
    TIMEOUT ${test_TIMEOUT})
endfunction()

# server_test(NAME COMMAND target [ARGUMENT...] [SERVERS ...] [LABELS ...]
#             [TIMEOUT seconds])
#
# One more ctest entry of a test binary.
function(server_test name)
  cmake_parse_arguments(test "" "TIMEOUT" "COMMAND;SERVERS;LABELS" ${ARGN})
  if(test_SERVERS)
    find_package(Python3 COMPONENTS Interpreter REQUIRED)
    list(POP_FRONT test_COMMAND target)
    add_test(NAME ${name}
      COMMAND ${Python3_EXECUTABLE}
        ${PROJECT_SOURCE_DIR}/tests/servers/run_with.py ${test_SERVERS} --
        $<TARGET_FILE:${target}> ${test_COMMAND})
  else()
    add_test(NAME ${name} COMMAND ${test_COMMAND})
  endif()
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 300)
  endif()
  test_time(test_TIMEOUT)
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${test_TIMEOUT}
    LABELS "${test_LABELS}"
    FAIL_REGULAR_EXPRESSION
      "test cases: 0 ;test cases: +0 \\|;tests: +0;No tests ran")
endfunction()

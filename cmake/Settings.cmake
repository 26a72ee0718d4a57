# Language, warnings, optimisation, sanitizers: one place for the whole tree.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# clang-tidy reads it.
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
# Assertions stay on in release: REGISTRAR_ASSERT does not depend on NDEBUG.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(warnings INTERFACE)
target_compile_options(warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-missing-field-initializers)

set(REGISTRAR_SANITIZE "" CACHE STRING "address, thread, fuzzer or nothing")
if(REGISTRAR_SANITIZE STREQUAL "address")
  # CAF's headers bind references to null in unevaluated paths, and take the
  # end of a mailbox's list for an element, which it is not.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,vptr
                      -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(REGISTRAR_SANITIZE STREQUAL "fuzzer")
  # Optimised a little: a fuzzer finds by the number of its tries.
  add_compile_options(-O1 -fsanitize=fuzzer-no-link,address,undefined
                      -fno-sanitize=null,vptr -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(REGISTRAR_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
endif()

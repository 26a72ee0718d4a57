# The operators' console: npm's packages into the build tree, one document of
# the page's sources, and a C++ source that holds it.
#
# AUTO builds it where Node.js and npm are there and says so where not; ON
# makes that an error; OFF leaves it out.

set(REGISTRAR_CONSOLE AUTO CACHE STRING "The operators' console: AUTO, ON, OFF")
set_property(CACHE REGISTRAR_CONSOLE PROPERTY STRINGS AUTO ON OFF)
# What esbuild and the tests ask for.
set(node_major_min 18)

# Says what is left out and why; where it must not be, that is the end.
function(leave_console_out what why)
  if(REGISTRAR_CONSOLE STREQUAL "AUTO")
    message(WARNING "${what} is left out: ${why}")
  else()
    message(FATAL_ERROR "${what} cannot be built: ${why}")
  endif()
endfunction()

function(find_node fault)
  find_program(NODE NAMES node nodejs)
  find_program(NPM npm)
  set(${fault} "" PARENT_SCOPE)
  if(NOT NODE OR NOT NPM)
    set(${fault} "node or npm is missing; cmake/install-packages console \
installs them" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${NODE} --version
    OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT version MATCHES "^v([0-9]+)" OR CMAKE_MATCH_1 LESS node_major_min)
    set(${fault} "Node.js ${node_major_min} or newer is needed, not ${version}"
      PARENT_SCOPE)
  endif()
endfunction()

# install_node_modules(FAULT SOURCE_DIR BUILD_DIR)
#
# `npm ci` in BUILD_DIR by the package files of SOURCE_DIR, unless that is done
# already. FAULT is empty, or says what went wrong.
function(install_node_modules fault source build)
  set(${fault} "" PARENT_SCOPE)
  set(wanted "")
  foreach(name IN ITEMS package.json package-lock.json .npmrc)
    set_property(DIRECTORY APPEND PROPERTY
      CMAKE_CONFIGURE_DEPENDS ${source}/${name})
    file(SHA256 ${source}/${name} hash)
    string(APPEND wanted "${hash}\n")
  endforeach()
  if(EXISTS ${build}/installed)
    file(READ ${build}/installed installed)
    if(installed STREQUAL wanted)
      return()
    endif()
  endif()
  file(MAKE_DIRECTORY ${build})
  file(REMOVE ${build}/installed)
  file(COPY ${source}/package.json ${source}/package-lock.json ${source}/.npmrc
    DESTINATION ${build})
  message(STATUS "Installing the npm packages of ${source}")
  execute_process(
    COMMAND ${NPM} ci --ignore-scripts --fetch-retries=2
      --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000
    WORKING_DIRECTORY ${build}
    RESULT_VARIABLE code OUTPUT_VARIABLE text ERROR_VARIABLE text TIMEOUT 300)
  if(NOT code STREQUAL "0")
    set(${fault} "npm ci failed (${code}): ${text}" PARENT_SCOPE)
    return()
  endif()
  file(WRITE ${build}/installed "${wanted}")
endfunction()

function(write_no_console file)
  file(CONFIGURE OUTPUT ${file} @ONLY CONTENT [[
#include "http/console/console_page.hpp"

namespace registrar {

console_page built_console_page() {
  return {};
}

} // namespace registrar
]])
endfunction()

# Sets RESULT to the source that holds the page, or none.
function(embed_console result)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/console)
  set(build ${CMAKE_CURRENT_BINARY_DIR}/console)
  set(empty ${build}/no_console_page.cpp)
  set(${result} ${empty} PARENT_SCOPE)
  write_no_console(${empty})
  if(REGISTRAR_CONSOLE STREQUAL "OFF")
    return()
  endif()
  find_node(fault)
  if(NOT fault)
    install_node_modules(fault ${source} ${build})
  endif()
  if(fault)
    leave_console_out("/console" "${fault}")
    return()
  endif()
  file(GLOB_RECURSE parts CONFIGURE_DEPENDS
    ${source}/page/*.js ${source}/page/*.css ${source}/page/*.html)
  set(made ${build}/built_console_page.cpp)
  add_custom_command(
    OUTPUT ${made} ${build}/console.html
    COMMAND ${NODE} ${source}/build.mjs
      ${build}/node_modules ${build}/console.html ${made}
    DEPENDS ${parts} ${source}/build.mjs ${build}/installed
    COMMENT "Bundling the operators' console"
    VERBATIM)
  set(${result} ${made} PARENT_SCOPE)
endfunction()

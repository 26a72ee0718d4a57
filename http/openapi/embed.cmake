# Joins the fragments of this folder to one OpenAPI document and puts it, and
# the style of its page, into documents.cpp.

# The members of JSON objects in several files, as members of one object.
function(join_members result)
  set(joined "")
  foreach(name IN LISTS ARGN)
    set(file ${CMAKE_CURRENT_SOURCE_DIR}/openapi/${name}.json)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    string(REGEX REPLACE "^{\n" "" text "${text}")
    string(REGEX REPLACE "\n}\n$" "" text "${text}")
    if(joined)
      string(APPEND joined ",")
    endif()
    string(APPEND joined "\n${text}")
  endforeach()
  set(${result} "${joined}\n" PARENT_SCOPE)
endfunction()

# A text file as the inside of a JSON string.
function(read_as_json_string result name)
  set(file ${CMAKE_CURRENT_SOURCE_DIR}/openapi/${name})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n" text "${text}")
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(embed_openapi result)
  # In the order in which the page shows them.
  join_members(paths
    paths/registration paths/student_stream
    paths/sections paths/section_lists paths/section_stream paths/students
    paths/courses paths/semesters paths/service paths/operations
    paths/ops_overview paths/ops_actors paths/ops_sections
    paths/ops_records paths/ops_traces paths/ops_cluster paths/console)
  join_members(parameters components/parameters)
  join_members(headers components/headers)
  join_members(examples components/examples)
  join_members(schemas
    components/schemas/registration components/schemas/sections
    components/schemas/catalogue components/schemas/service
    components/schemas/operations components/schemas/ops
    components/schemas/ops_records components/schemas/ops_traces
    components/schemas/ops_cluster
    components/schemas/problem components/schemas/values)
  join_members(responses
    components/responses/faults components/responses/access
    components/responses/state components/responses/unavailable
    components/responses/protocol components/responses/operations
    components/responses/ops_traces components/responses/ops_cluster
    components/responses/console)
  read_as_json_string(introduction introduction.md)
  configure_file(openapi/openapi.json.in openapi.json @ONLY)
  file(READ ${CMAKE_CURRENT_BINARY_DIR}/openapi.json document)
  string(SHA256 tag "${document}")
  string(SUBSTRING ${tag} 0 16 tag)
  set(file ${CMAKE_CURRENT_SOURCE_DIR}/openapi/docs.css)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} style)
  file(CONFIGURE OUTPUT documents.cpp @ONLY CONTENT [[
#include "http/openapi/documents.hpp"

namespace registrar {

std::string_view openapi_document() {
  return R"json(@document@)json";
}

std::string_view openapi_tag() {
  return "\"@tag@\"";
}

std::string_view docs_style() {
  return R"css(@style@)css";
}

} // namespace registrar
]])
  set(${result} ${CMAKE_CURRENT_BINARY_DIR}/documents.cpp PARENT_SCOPE)
endfunction()

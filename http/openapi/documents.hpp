#pragma once

#include <string_view>

/// What CMake joins from the fragments of this folder (embed.cmake).

namespace registrar {

/// The whole OpenAPI 3.1 document, JSON.
std::string_view openapi_document();

/// An entity tag that changes with it, with its quotes.
std::string_view openapi_tag();

/// The style sheet of /docs.
std::string_view docs_style();

} // namespace registrar

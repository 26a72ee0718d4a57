#pragma once

#include "http/openapi/docs_schema.hpp"

#include <string>

/// One operation of the OpenAPI document as HTML.

namespace registrar {

struct described_operation {
  /// Lower case, as the document has it.
  std::string method;
  std::string path;
  const document_json& operation;
  /// What holds it, with the parameters of all methods of the path.
  const document_json& path_item;
};

void append_operation(std::string& out, const document_json& document,
                      const described_operation& x);

/// Every code of a problem, and the answers that every request can get.
void append_problems(std::string& out, const document_json& document);

/// A line for a shell that asks for the examples.
std::string curl_line(const document_json& document,
                      const described_operation& x);

} // namespace registrar

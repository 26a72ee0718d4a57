#pragma once

#include <string>

namespace registrar {

/// The OpenAPI document as one HTML page that needs nothing else: no script,
/// no picture, its style within it.
struct docs_page {
  std::string html;
  /// Allows the page its own style and nothing more.
  std::string content_security_policy;
  /// With its quotes.
  std::string etag;
};

/// Made on first use.
const docs_page& the_docs_page();

} // namespace registrar

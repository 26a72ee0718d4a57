#pragma once

#include "http/exchange.hpp"

#include <string_view>

namespace registrar {

/// The operators' console as one HTML document that needs nothing else. All
/// empty where it was not built.
struct console_page {
  std::string_view html;
  /// SHA-256 of the one script and the one style within it, in base64: what a
  /// Content-Security-Policy lets in.
  std::string_view script_hash;
  std::string_view style_hash;

  bool is_built() const {
    return !html.empty();
  }
};

/// What the build made.
console_page built_console_page();

/// The page, with a policy that lets it run its own script, use its own style
/// and ask this service; or a problem that says what to install.
http_response console_response(const console_page& page);

/// Where the page was built, it takes the place of a refusal for want of a
/// good token, under the refusal's status and challenge: a browser that is
/// sent to an address bears no token, and the page asks for one. It holds no
/// data itself.
http_response console_refusal(const console_page& page, http_response refusal);

} // namespace registrar

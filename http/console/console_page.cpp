#include "http/console/console_page.hpp"

#include "http/answers.hpp"
#include "http/entity_tag.hpp"

namespace registrar {

namespace {

std::string policy_of(const console_page& page) {
  std::string result = "default-src 'none'; script-src 'sha256-";
  result += page.script_hash;
  result += "'; style-src 'sha256-";
  result += page.style_hash;
  return result
         + "'; connect-src 'self'; img-src data:; base-uri 'none'; "
           "form-action 'none'; frame-ancestors 'none'";
}

void show(const console_page& page, http_response& response) {
  response.content_type = "text/html; charset=utf-8";
  response.body = page.html;
  response.headers.set("Content-Security-Policy", policy_of(page));
}

} // namespace

http_response console_response(const console_page& page) {
  if (!page.is_built())
    return problem(404, "console_not_built",
                   "This registrar was built without the console: install "
                   "Node.js and npm (cmake/install-packages console), and "
                   "build it again; `registrar top` shows the same in a "
                   "terminal.");
  http_response response;
  show(page, response);
  response.headers.add("ETag", tag_of_content(page.html));
  response.headers.add("Cache-Control", "no-cache");
  return response;
}

http_response console_refusal(const console_page& page, http_response refusal) {
  if (page.is_built()) {
    show(page, refusal);
    refusal.headers.set("Cache-Control", "no-store");
  }
  return refusal;
}

} // namespace registrar

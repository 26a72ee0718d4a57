#include "http/openapi/docs_page.hpp"

#include "http/openapi/docs_operation.hpp"
#include "http/openapi/docs_text.hpp"
#include "http/openapi/documents.hpp"
#include "messages/assertion.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

namespace registrar {

namespace {

using json = document_json;

std::array<unsigned char, SHA256_DIGEST_LENGTH> digest(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> result{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         result.data());
  return result;
}

std::string base64(const unsigned char* bytes, int size) {
  std::string result(static_cast<std::size_t>(4 * ((size + 2) / 3)) + 1, '\0');
  auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                                bytes, size);
  result.resize(static_cast<std::size_t>(length));
  return result;
}

std::string digest_text(std::string_view text) {
  auto bytes = digest(text);
  return base64(bytes.data(), static_cast<int>(bytes.size()));
}

template <class Act>
void for_operations_of(const json& document, const std::string& tag, Act act) {
  for (const auto& [path, item] : document["paths"].items())
    for (const auto& [method, operation] : item.items())
      if (operation.is_object() && operation["tags"][0] == tag)
        act(described_operation{method, path, operation, item});
}

void append_navigation(std::string& out, const json& document) {
  out += "<nav aria-label=\"Operations\">\n";
  for (const auto& tag : document["tags"]) {
    auto name = text_of(tag, "name");
    out += "<p><a href=\"#" + escaped(name) + "\">" + escaped(name)
           + "</a></p>\n<ul>\n";
    for_operations_of(document, name, [&](const described_operation& x) {
      out += "<li><a href=\"#" + text_of(x.operation, "operationId") + "\">"
             + escaped(text_of(x.operation, "summary")) + "</a></li>\n";
    });
    out += "</ul>\n";
  }
  out += "<p><a href=\"#problems\">Problems</a></p>\n</nav>\n";
}

void append_head(std::string& out, const json& document) {
  const auto& info = document["info"];
  auto title = escaped(text_of(info, "title") + " " + text_of(info, "version"));
  out += "<!doctype html>\n<html lang=\"en\">\n<head>\n"
         "<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
         + title + "</title>\n<style>";
  out += docs_style();
  out += "</style>\n</head>\n<body>\n"
         "<a class=\"skip\" href=\"#content\">Skip to the text</a>\n";
  append_navigation(out, document);
  out
    += "<main id=\"content\">\n<h1>" + title + "</h1>\n<p class=\"lead\">"
       + marked(text_of(info, "summary"))
       + " This page shows <a href=\"/openapi.json\">/openapi.json</a>.</p>\n";
  append_markdown(out, text_of(info, "description"));
  out += "<h2>Who may</h2>\n<p>"
         + marked(text_of(document["components"]["securitySchemes"]["bearer"],
                          "description"))
         + "</p>\n";
}

std::string page_of(const json& document) {
  std::string out;
  append_head(out, document);
  for (const auto& tag : document["tags"]) {
    auto name = text_of(tag, "name");
    out += "<section id=\"" + escaped(name) + "\">\n<h2>" + escaped(name)
           + "</h2>\n<p>" + marked(text_of(tag, "description")) + "</p>\n";
    for_operations_of(document, name, [&](const described_operation& x) {
      append_operation(out, document, x);
    });
    out += "</section>\n";
  }
  append_problems(out, document);
  return out + "</main>\n</body>\n</html>\n";
}

docs_page make_page() {
  auto document = json::parse(openapi_document(), nullptr, false);
  REGISTRAR_ASSERT(!document.is_discarded());
  docs_page result;
  result.html = page_of(document);
  result.content_security_policy
    = "default-src 'none'; style-src 'sha256-" + digest_text(docs_style())
      + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  result.etag = '"' + digest_text(result.html).substr(0, 16) + '"';
  return result;
}

} // namespace

const docs_page& the_docs_page() {
  static const auto page = make_page();
  return page;
}

} // namespace registrar

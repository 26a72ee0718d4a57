#include "http/middleware/compression.hpp"

#include "config/limits.hpp"
#include "http/entity_tag.hpp"
#include "messages/assertion.hpp"

#include <boost/beast/core/string.hpp>

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace registrar {

namespace {

/// The quickest: a page of 200 sections of the shipped catalogue shrinks to 18
/// % in half the time that the usual level takes for 15 %.
constexpr int deflate_level = Z_BEST_SPEED;
/// 15 is the largest window, 16 asks for a gzip header.
constexpr int window_bits = 15 + 16;
constexpr int memory_level = 8;

/// Each thread keeps the memory that it works in.
class deflater {
public:
  deflater() {
    auto made = deflateInit2(&stream_, deflate_level, Z_DEFLATED, window_bits,
                             memory_level, Z_DEFAULT_STRATEGY);
    REGISTRAR_ASSERT(made == Z_OK);
  }

  ~deflater() {
    deflateEnd(&stream_);
  }

  deflater(const deflater&) = delete;
  deflater& operator=(const deflater&) = delete;

  std::string run(std::string_view content) {
    deflateReset(&stream_);
    std::string result(deflateBound(&stream_, content.size()), '\0');
    stream_.next_in
      = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream_.avail_in = static_cast<uInt>(content.size());
    stream_.next_out = reinterpret_cast<Bytef*>(result.data());
    stream_.avail_out = static_cast<uInt>(result.size());
    auto done = deflate(&stream_, Z_FINISH);
    REGISTRAR_ASSERT(done == Z_STREAM_END);
    result.resize(stream_.total_out);
    return result;
  }

private:
  z_stream stream_{};
};

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_part(std::string_view& text, char separator) {
  auto end = std::min(text.find(separator), text.size());
  auto part = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

/// In thousandths: `0`, `1`, `0.5`, `0.125`, `1.000`. What is no weight counts
/// as none given.
int read_weight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')
      || (text.size() > 1 && text[1] != '.'))
    return 1'000;
  int result = (text[0] - '0') * 1'000;
  int place = 100;
  for (auto digit : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (digit < '0' || digit > '9')
      return 1'000;
    result += (digit - '0') * place;
    place /= 10;
  }
  return std::min(result, 1'000);
}

int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    auto part = take_part(parameters, ';');
    if (part.starts_with("q=") || part.starts_with("Q="))
      return read_weight(part.substr(2));
  }
  return 1'000;
}

bool is_text(std::string_view type) {
  return type.starts_with("text/") ? !type.starts_with("text/event-stream")
                                   : type.starts_with("application/");
}

} // namespace

bool prefers_gzip(std::string_view accept_encoding) {
  std::optional<int> of_gzip;
  std::optional<int> of_identity;
  std::optional<int> of_others;
  while (!accept_encoding.empty()) {
    auto parameters = take_part(accept_encoding, ',');
    auto name = take_part(parameters, ';');
    auto is = [&](std::string_view wanted) {
      return boost::beast::iequals(name, wanted);
    };
    auto& weight = is("gzip") || is("x-gzip") ? of_gzip
                   : is("identity")           ? of_identity
                                              : of_others;
    if (&weight != &of_others || name == "*")
      weight = weight_of(parameters);
  }
  auto gzip = of_gzip ? *of_gzip : of_others.value_or(0);
  return gzip > 0 && gzip >= of_identity.value_or(0);
}

std::string gzip(std::string_view content) {
  thread_local deflater one;
  return one.run(content);
}

bool compression::may_compress(const http_exchange& x,
                               const http_response& response) {
  return response.status == 200 && x.head.route != nullptr
         && !x.head.route->is_personal
         && response.body.size() >= limits::compressed_bytes_min
         && is_text(response.content_type)
         && !response.headers.has("Content-Encoding");
}

bool compression::will_compress(const http_exchange& x,
                                const http_response& response) {
  return may_compress(x, response) && prefers_gzip(x.field("Accept-Encoding"));
}

void compression::leave(http_exchange& x, http_response& response) const {
  if (!may_compress(x, response))
    return;
  response.headers.append("Vary", "Accept-Encoding");
  if (!prefers_gzip(x.field("Accept-Encoding")))
    return;
  response.body = gzip(response.body);
  response.headers.add("Content-Encoding", "gzip");
  if (auto tag = response.headers.find("ETag"); !tag.empty())
    response.headers.set("ETag", gzip_tag_of(tag));
}

} // namespace registrar

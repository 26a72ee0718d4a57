#include "http/middleware/compression.hpp"

#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <zlib.h>

using namespace registrar;

namespace {

std::string gunzip(const std::string& bytes, std::size_t size) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string result(size + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  result.resize(stream.total_out);
  inflateEnd(&stream);
  return result;
}

} // namespace

TEST_CASE("gzip is sent to whoever prefers it") {
  for (std::string accepted :
       {"gzip", "GZip", "x-gzip", "gzip, deflate, br", "deflate, gzip;q=0.1",
        "*", "br, *;q=0.5", "gzip;q=1.0, identity; q=0.5", "identity, gzip",
        " gzip ;q=0.001", "gzip;q=0.5, *;q=0", "identity;q=0, gzip;q=0.2"}) {
    CAPTURE(accepted);
    CHECK(prefers_gzip(accepted));
  }
  for (std::string refused :
       {"", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0",
        "gzip;q=0, *", "gzip;q=0.5, identity;q=0.8", "gzipped", "br;q=1", ",,",
        "*;q=0.3, identity"}) {
    CAPTURE(refused);
    CHECK_FALSE(prefers_gzip(refused));
  }
}

TEST_CASE("what is compressed comes out the same") {
  test::random_source random{1};
  for (std::size_t size : {0, 1, 1'000, 70'000}) {
    std::string repetitive;
    std::string random_bytes;
    while (repetitive.size() < size)
      repetitive
        += R"({"section_id":")" + std::to_string(random.below(50)) + '"';
    for (std::size_t i = 0; i < size; ++i)
      random_bytes += static_cast<char>(random.below(256));
    for (const auto& content : {repetitive, random_bytes})
      CHECK(gunzip(gzip(content), content.size()) == content);
    if (size >= 1'000)
      CHECK(gzip(repetitive).size() < repetitive.size() / 2);
  }
}

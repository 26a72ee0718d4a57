#include "http/auth/base64url.hpp"

#include "tests/seed.hpp"
#include "tests/token_factory.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using registrar::test::to_base64url;

TEST_CASE("the examples of RFC 4648 are decoded") {
  CHECK(decode_base64url("") == "");
  CHECK(decode_base64url("Zg") == "f");
  CHECK(decode_base64url("Zm8") == "fo");
  CHECK(decode_base64url("Zm9v") == "foo");
  CHECK(decode_base64url("Zm9vYmFy") == "foobar");
  CHECK(decode_base64url("-_-_") == "\xfb\xff\xbf");
}

TEST_CASE("what is not the one text of a value is refused") {
  for (auto wrong : {"Z", "Zm9vY", "Zg==", "Zm8=", "Zm 8", "Zm+v", "Zm/v",
                     "Zm9v\n", "Zh", "Zm9", "Z\xc3\xa4g"}) {
    CAPTURE(wrong);
    CHECK_FALSE(decode_base64url(wrong));
  }
  CHECK_FALSE(decode_base64url({"Zm\0v", 4}));
}

TEST_CASE("whatever is encoded comes back") {
  test::random_source random{0};
  for (std::size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(random.below(256));
    REQUIRE(decode_base64url(to_base64url(bytes)) == bytes);
  }
}

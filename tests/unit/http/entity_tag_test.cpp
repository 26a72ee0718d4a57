#include "http/entity_tag.hpp"

#include <doctest/doctest.h>

using namespace registrar;

TEST_CASE("a compressed answer has a tag of its own, which leads back") {
  CHECK(gzip_tag_of("\"4-17\"") == "\"4-17-gzip\"");
  CHECK(identity_tag_of("\"4-17-gzip\"") == "\"4-17\"");
  CHECK(identity_tag_of("\"4-17\"") == "\"4-17\"");
  CHECK(identity_tag_of("\"-gzip\"") == "\"\"");
  for (std::string other : {"", "\"", "\"\"", "gzip", "\"gzip\""})
    CHECK(identity_tag_of(other) == other);
}

TEST_CASE("the same content has the same tag, other content another") {
  CHECK(tag_of_content("a") == tag_of_content("a"));
  CHECK(tag_of_content("a") != tag_of_content("b"));
  CHECK(tag_of_content("").size() == 34);
  CHECK(names_tag(tag_of_content("a"), tag_of_content("a")));
}

TEST_CASE("If-None-Match names a tag in a list, weak or strong, or all") {
  const std::string tag = "\"4-17\"";
  for (std::string list :
       {"\"4-17\"", "W/\"4-17\"", "*", "\"1\", \"4-17\"", "\"1\",W/\"4-17\"",
        " , \"x, y\" ,\"4-17\"", "\"4-17\" , \"broken"}) {
    CAPTURE(list);
    CHECK(names_tag(list, tag));
  }
  for (std::string list : {"", "4-17", "\"4-1\"", "\"4-17", "w/\"4-17\"", "**",
                           "\"a, \"4-17\"", "\"4-17-gzip\"", ", ,"}) {
    CAPTURE(list);
    CHECK_FALSE(names_tag(list, tag));
  }
}

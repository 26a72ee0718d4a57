#include "http/header_list.hpp"

#include <doctest/doctest.h>

using namespace registrar;

TEST_CASE("fields are sent in the order in which they were added") {
  header_list fields;
  CHECK(fields.text() == "");
  fields.add("ETag", "\"1\"");
  fields.add("Link", "");
  CHECK(fields.text() == "ETag: \"1\"\r\nLink: \r\n");
  CHECK(fields.has("Link"));
  CHECK(fields.find("Link") == "");
}

TEST_CASE("a field is found by its whole name, not by a part or by a value") {
  header_list fields;
  fields.add("X-Vary", "Vary: *");
  CHECK_FALSE(fields.has("Vary"));
  CHECK_FALSE(fields.has("X"));
  CHECK_FALSE(fields.has("X-Vary: V"));
  fields.add("Vary", "Origin");
  fields.add("Vary", "Accept");
  CHECK(fields.find("Vary") == "Origin");
}

TEST_CASE("a field that is set replaces all of its name") {
  header_list fields;
  fields.add("A", "1");
  fields.add("B", "2");
  fields.add("A", "3");
  fields.set("A", "4");
  CHECK(fields.text() == "B: 2\r\nA: 4\r\n");
  fields.remove("B");
  fields.remove("B");
  CHECK(fields.text() == "A: 4\r\n");
}

TEST_CASE("a value goes behind those of a list, or begins it") {
  header_list fields;
  fields.append("Vary", "Origin");
  fields.add("B", "2");
  fields.append("Vary", "Accept-Encoding");
  CHECK(fields.text() == "Vary: Origin, Accept-Encoding\r\nB: 2\r\n");
}

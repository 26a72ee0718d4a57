#include "http/auth/key_files.hpp"

#include "config/limits.hpp"
#include "tests/token_factory.hpp"
#include "tests/unit/http/auth/text_file.hpp"
#include "tests/unit/http/says.hpp"

#include <doctest/doctest.h>

using namespace registrar;
using namespace registrar::test;
using nlohmann::json;

namespace {

const std::string secret_of_file = "a secret of 32 bytes and no less";

/// The sentence of a refusal, which must name the file.
template <class T>
std::string why_not(const fallible<T>& result, const text_file& file) {
  REQUIRE_FALSE(result);
  auto detail = result.error().detail;
  CHECK(detail.find(file.path().string()) != std::string::npos);
  CHECK(detail.ends_with('.'));
  return detail;
}

} // namespace

TEST_CASE("a secret is the file's content without its last newline") {
  text_file file;
  for (auto end : {"", "\n", "\r\n"}) {
    file.write(secret_of_file + end);
    auto key = read_secret_file(file.path());
    REQUIRE(key);
    CHECK(key->algorithm == token_algorithm::hs256);
    CHECK(key->material == secret_of_file);
  }
  file.write(secret_of_file + "\n\n");
  CHECK(read_secret_file(file.path())->material == secret_of_file + "\n");
}

TEST_CASE("a secret that is too short is refused") {
  text_file file{secret_of_file.substr(1) + "\n"};
  auto detail = why_not(read_secret_file(file.path()), file);
  CHECK(says(detail, "31 bytes"));
  CHECK(says(detail, "32"));
  file.write("");
  CHECK(says(why_not(read_secret_file(file.path()), file), "0 bytes"));
}

TEST_CASE("a secret that everyone may read is refused") {
  text_file file{secret_of_file};
  for (auto mode : {0604, 0602, 0644}) {
    file.permit(mode);
    CHECK(says(why_not(read_secret_file(file.path()), file), "chmod 600"));
  }
  file.permit(0640);
  CHECK(read_secret_file(file.path()));
}

TEST_CASE("a public key is no secret") {
  text_file file{signing_key::ec().public_pem()};
  CHECK(says(why_not(read_secret_file(file.path()), file), "public_key_file"));
}

TEST_CASE("a file that is missing, no file or too large is named") {
  text_file file{secret_of_file};
  auto place = file.path();
  std::filesystem::remove(place);
  CHECK(says(why_not(read_secret_file(place), file), "No such file"));
  std::filesystem::create_directory(place);
  CHECK(says(why_not(read_key_set_file(place), file), "regular"));
  std::filesystem::remove(place);
  file.write(std::string(limits::key_file_bytes_max + 1, 'x'));
  why_not(read_public_key_file(place), file);
}

TEST_CASE("a public key says by its kind what it is for") {
  text_file file{signing_key::rsa().public_pem()};
  auto key = read_public_key_file(file.path());
  REQUIRE(key);
  CHECK(key->algorithm == token_algorithm::rs256);
  CHECK(key->kid.empty());
  file.write(signing_key::ec().public_pem());
  key = read_public_key_file(file.path());
  REQUIRE(key);
  CHECK(key->algorithm == token_algorithm::es256);
}

TEST_CASE("keys of other kinds and sizes are refused, each with why") {
  text_file file;
  auto said = [&](const std::string& content) {
    file.write(content);
    return why_not(read_public_key_file(file.path()), file);
  };
  CHECK(says(said(signing_key::rsa(1'024).public_pem()), "1024 bits"));
  CHECK(says(said(signing_key::ec("P-384").public_pem()), "P-256"));
  CHECK(says(said(signing_key::ec().private_pem()), "private key"));
  CHECK(says(said(secret_of_file), "no public key"));
  CHECK(says(said(""), "no public key"));
  auto broken = signing_key::ec().public_pem();
  broken[broken.size() / 2] = '!';
  CHECK(says(said(broken), "no public key"));
}

TEST_CASE("keys that everyone may write are refused, reading is free") {
  text_file file{signing_key::ec().public_pem()};
  file.permit(0644);
  CHECK(read_public_key_file(file.path()));
  file.permit(0646);
  CHECK(says(why_not(read_public_key_file(file.path()), file), "chmod 644"));
  file.write(json{{"keys", {signing_key::ec().jwk("a")}}}.dump());
  CHECK(says(why_not(read_key_set_file(file.path()), file), "chmod 644"));
}

TEST_CASE("a set of keys gives each its name and algorithm") {
  auto rsa = signing_key::rsa();
  auto ec = signing_key::ec();
  text_file file{json{{"keys", {rsa.jwk("r"), ec.jwk("e")}}}.dump()};
  auto set = read_key_set_file(file.path());
  REQUIRE(set);
  REQUIRE(set->keys.size() == 2);
  CHECK(set->skipped.empty());
  CHECK(set->keys[0].kid == "r");
  CHECK(set->keys[0].algorithm == token_algorithm::rs256);
  CHECK(set->keys[0].material == rsa.public_pem());
  CHECK(set->keys[1].kid == "e");
  CHECK(set->keys[1].algorithm == token_algorithm::es256);
  CHECK(set->keys[1].material == ec.public_pem());
}

TEST_CASE("a set's keys for other purposes are skipped, each with why") {
  auto good = signing_key::ec().jwk("good");
  auto changed = [&](const char* member, json value) {
    auto entry = signing_key::ec().jwk("bad");
    entry[member] = std::move(value);
    return entry;
  };
  auto weak = signing_key::rsa(1'024).jwk("weak");
  for (const auto& bad :
       {changed("use", "enc"), changed("alg", "ES384"), changed("alg", 7),
        changed("crv", "P-384"), changed("kty", "OKP"), changed("kty", 7),
        changed("x", "AAAA"), changed("y", "!"), changed("x", good["y"]),
        changed("key_ops", {"sign"}), weak}) {
    CAPTURE(bad.dump());
    auto set = read_key_set(json{{"keys", {bad, good}}}.dump());
    REQUIRE(set);
    REQUIRE(set->keys.size() == 1);
    CHECK(set->keys[0].kid == "good");
    REQUIRE(set->skipped.size() == 1);
    CHECK(says(set->skipped[0], bad.value("kid", "")));
  }
}

TEST_CASE("a set in which no key is left is refused") {
  auto entry = signing_key::ec().jwk("a");
  entry["use"] = "enc";
  auto set = read_key_set(json{{"keys", {entry}}}.dump());
  REQUIRE_FALSE(set);
  CHECK(says(set.error().detail, "key a"));
  CHECK_FALSE(read_key_set(R"({"keys":[]})"));
}

TEST_CASE("a set with a private or symmetric key is refused as a whole") {
  auto good = signing_key::ec().jwk("good");
  auto with_private = signing_key::ec().jwk("bad");
  with_private["d"] = "AAAA";
  json symmetric{{"kty", "oct"}, {"kid", "bad"}, {"k", "AAAA"}};
  for (const auto& bad : {with_private, symmetric}) {
    auto set = read_key_set(json{{"keys", {good, bad}}}.dump());
    REQUIRE_FALSE(set);
    CHECK(says(set.error().detail, "key bad"));
  }
}

TEST_CASE("what is no set is refused") {
  for (auto text : {"", "{}", "[]", "null", R"({"keys":{}})", R"({"keys":[7]})",
                    R"({"keys":[],"keys":[]})", "-----BEGIN PUBLIC KEY-----"})
    CHECK_FALSE(read_key_set(text));
}

TEST_CASE("a ring refuses keys that cannot be told apart, and too many") {
  key_ring keys;
  CHECK(keys.add({token_algorithm::rs256, "a", "x"}));
  CHECK(keys.add({token_algorithm::es256, "a", "x"}));
  CHECK(keys.add({token_algorithm::rs256, "", "x"}));
  CHECK_FALSE(keys.add({token_algorithm::rs256, "a", "y"}));
  CHECK_FALSE(keys.add({token_algorithm::rs256, "", "y"}));
  while (keys.size() < limits::verification_keys_max)
    REQUIRE(
      keys.add({token_algorithm::rs256, std::to_string(keys.size()), "x"}));
  CHECK_FALSE(keys.add({token_algorithm::rs256, "more", "x"}));
}

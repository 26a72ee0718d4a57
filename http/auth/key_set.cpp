#include "http/auth/key_set.hpp"

#include "config/limits.hpp"
#include "http/auth/base64url.hpp"
#include "http/auth/public_key.hpp"
#include "http/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace registrar {

namespace {

/// A member that is a text, or nothing.
std::string text_or_empty(const nlohmann::json& object, const char* name) {
  auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string{};
}

/// `kid a` or, where it has none, `number 2`.
std::string entry_name(const nlohmann::json& entry, std::size_t number) {
  auto kid = text_or_empty(entry, "kid");
  return kid.empty() ? "key number " + std::to_string(number) : "key " + kid;
}

bool is_for_verifying(const nlohmann::json& entry) {
  auto use = text_or_empty(entry, "use");
  if (!use.empty() && use != "sig")
    return false;
  auto found = entry.find("key_ops");
  return found == entry.end() || !found->is_array()
         || std::find(found->begin(), found->end(), "verify") != found->end();
}

fallible<verification_key> key_in_entry(const nlohmann::json& entry) {
  auto bytes = [&](const char* member) {
    return decode_base64url(text_or_empty(entry, member)).value_or("");
  };
  auto kind = text_or_empty(entry, "kty");
  if (kind == "RSA")
    return rsa_public_key(bytes("n"), bytes("e"));
  if (kind != "EC")
    return {ec::invalid_value, "is of the kind " + kind + "."};
  if (text_or_empty(entry, "crv") != "P-256")
    return {ec::invalid_value, "is on another curve than P-256."};
  return ec_public_key(bytes("x"), bytes("y"));
}

/// A key whose own `alg` says another algorithm than its kind has here.
bool is_for_other_algorithm(const nlohmann::json& entry,
                            token_algorithm algorithm) {
  auto found = entry.find("alg");
  return found != entry.end() && *found != std::string{to_string(algorithm)};
}

class set_reader {
public:
  fallible<done> take(const nlohmann::json& entry, std::size_t number) {
    auto name = entry_name(entry, number);
    if (!entry.is_object())
      return {ec::invalid_value, "is no key set: " + name + " is no object."};
    if (entry.contains("d") || entry.contains("k"))
      return {ec::invalid_value, "holds a private or symmetric key (" + name
                                   + "); a key set holds public keys only."};
    if (!is_for_verifying(entry)) {
      skip(name, "is not for verifying.");
      return done{};
    }
    auto key = key_in_entry(entry);
    if (!key) {
      skip(name, key.error().detail);
    } else if (is_for_other_algorithm(entry, key->algorithm)) {
      skip(name, "is for another algorithm than "
                   + std::string{to_string(key->algorithm)} + ".");
    } else {
      key->kid = text_or_empty(entry, "kid");
      result_.keys.push_back(std::move(*key));
    }
    return done{};
  }

  fallible<key_set> finish() {
    if (!result_.keys.empty())
      return std::move(result_);
    auto why = result_.skipped.empty() ? "" : ": " + result_.skipped.front();
    return {ec::invalid_value, "holds no RSA key and no P-256 key for verifying"
                                 + why + (why.empty() ? "." : "")};
  }

private:
  void skip(const std::string& name, const std::string& why) {
    result_.skipped.push_back(name + " " + why);
  }

  key_set result_;
};

} // namespace

fallible<key_set> read_key_set(const std::string& text) {
  auto content = read_json(text);
  if (!content || !content->is_object() || !content->contains("keys")
      || !(*content)["keys"].is_array())
    return {ec::invalid_value, R"(is no key set: it must be {"keys": [...]}.)"};
  set_reader reader;
  std::size_t number = 0;
  for (const auto& entry : (*content)["keys"])
    if (auto taken = reader.take(entry, ++number); !taken)
      return taken.error();
  return reader.finish();
}

} // namespace registrar

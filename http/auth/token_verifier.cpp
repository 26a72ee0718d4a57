#include "http/auth/token_verifier.hpp"

#include "config/limits.hpp"
#include "http/auth/base64url.hpp"
#include "http/auth/claims_reader.hpp"
#include "http/auth/signature.hpp"
#include "http/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace registrar {

namespace {

/// The parts of a token, decoded where they are read here.
struct token_parts {
  nlohmann::json header;
  nlohmann::json claims;
};

std::optional<nlohmann::json> read_part(std::string_view text) {
  auto bytes = decode_base64url(text);
  if (!bytes)
    return std::nullopt;
  auto content = read_json(*bytes);
  if (!content || !content->is_object())
    return std::nullopt;
  return std::move(*content);
}

std::optional<token_parts> split(std::string_view token) {
  if (token.size() > limits::token_bytes_max
      || std::count(token.begin(), token.end(), '.') != 2)
    return std::nullopt;
  auto first = token.find('.');
  auto second = token.find('.', first + 1);
  auto header = read_part(token.substr(0, first));
  auto claims = read_part(token.substr(first + 1, second - first - 1));
  if (!header || !claims || !decode_base64url(token.substr(second + 1)))
    return std::nullopt;
  return token_parts{std::move(*header), std::move(*claims)};
}

/// A text member; empty where there is none, nothing where it is no text.
std::optional<std::string> text_in(const nlohmann::json& object,
                                   const char* name) {
  auto found = object.find(name);
  if (found == object.end())
    return "";
  if (!found->is_string())
    return std::nullopt;
  return found->get<std::string>();
}

} // namespace

std::string_view to_string(token_fault fault) {
  switch (fault) {
    case token_fault::none: return "none";
    case token_fault::malformed: return "malformed";
    case token_fault::algorithm_refused: return "algorithm-refused";
    case token_fault::key_unknown: return "key-unknown";
    case token_fault::signature_wrong: return "signature-wrong";
    case token_fault::claims_unusable: return "claims-unusable";
    case token_fault::wrong_issuer: return "wrong-issuer";
    case token_fault::wrong_audience: return "wrong-audience";
    case token_fault::not_yet_valid: return "not-yet-valid";
    case token_fault::expired: return "expired";
  }
  return "unknown";
}

std::string_view description_of(token_fault fault) {
  switch (fault) {
    case token_fault::claims_unusable:
      return "The token must have exp, sub and roles; the sub of a student is "
             "the student's id.";
    case token_fault::wrong_issuer:
      return "The token is from an issuer that is not trusted here.";
    case token_fault::wrong_audience:
      return "The token is for another service.";
    case token_fault::not_yet_valid: return "The token is not valid yet.";
    case token_fault::expired: return "The token has expired; get a new one.";
    default: return "The token is not valid here.";
  }
}

token_fault judge_time(const verified_token& token, unix_seconds now) {
  if (token.not_before > now + limits::token_skew)
    return token_fault::not_yet_valid;
  if (token.expires + limits::token_skew <= now)
    return token_fault::expired;
  return token_fault::none;
}

token_verdict token_verifier::verify(std::string_view token,
                                     unix_seconds now) const {
  auto refuse = [](token_fault why) { return token_verdict{why, {}}; };
  auto parts = split(token);
  if (!parts)
    return refuse(token_fault::malformed);
  const auto& header = parts->header;
  auto algorithm = parse_algorithm(text_in(header, "alg").value_or(""));
  // What `crit` names must be understood (RFC 7515, 4.1.11), and nothing is.
  if (!algorithm || header.contains("crit"))
    return refuse(token_fault::algorithm_refused);
  auto kid = text_in(header, "kid");
  auto* key = kid ? keys_.find(*algorithm, *kid) : nullptr;
  if (key == nullptr)
    return refuse(token_fault::key_unknown);
  if (!is_signed_by(token, *key))
    return refuse(token_fault::signature_wrong);
  token_verdict result;
  result.fault = read_claims(parts->claims, rules_, result.token);
  if (result)
    result.fault = judge_time(result.token, now);
  return result;
}

} // namespace registrar

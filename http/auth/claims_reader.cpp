#include "http/auth/claims_reader.hpp"

#include "config/limits.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace registrar {

namespace {

/// A time of RFC 7519: seconds, also with a fraction. Nothing for what is no
/// number or beyond the year 9999.
std::optional<unix_seconds> to_time(const nlohmann::json& value) {
  if (!value.is_number())
    return std::nullopt;
  auto seconds = value.get<double>();
  auto max = static_cast<double>(limits::token_time_max.count());
  if (!(seconds >= 0 && seconds <= max))
    return std::nullopt;
  return unix_seconds{static_cast<std::int64_t>(std::floor(seconds))};
}

/// False where a time is missing that must be there, or no time.
bool read_times(const nlohmann::json& claims, verified_token& into) {
  auto expires = claims.find("exp");
  if (expires == claims.end())
    return false;
  auto end = to_time(*expires);
  auto begin = claims.find("nbf");
  auto start
    = begin == claims.end() ? std::optional{unix_seconds{0}} : to_time(*begin);
  if (!end || !start)
    return false;
  into.expires = *end;
  into.not_before = *start;
  return true;
}

bool read_roles(const nlohmann::json& claims, principal& who) {
  auto roles = claims.find("roles");
  if (roles == claims.end())
    return true;
  if (!roles->is_array())
    return false;
  for (const auto& word : *roles) {
    if (!word.is_string())
      return false;
    if (auto known = parse_role(word.get_ref<const std::string&>()))
      who.roles.add(*known);
  }
  return true;
}

bool read_subject(const nlohmann::json& claims, principal& who) {
  auto subject = claims.find("sub");
  if (subject == claims.end() || !subject->is_string())
    return false;
  who.subject = subject->get<std::string>();
  who.student = student_id::parse(who.subject);
  return !who.subject.empty()
         && who.subject.size() <= limits::subject_length_max;
}

bool is_from(const nlohmann::json& claims, const std::string& issuer) {
  auto found = claims.find("iss");
  return issuer.empty() || (found != claims.end() && *found == issuer);
}

/// `aud` is one text or a list of them.
bool is_for(const nlohmann::json& claims, const std::string& audience) {
  if (audience.empty())
    return true;
  auto found = claims.find("aud");
  if (found == claims.end())
    return false;
  if (!found->is_array())
    return *found == audience;
  return std::find(found->begin(), found->end(), audience) != found->end();
}

} // namespace

token_fault read_claims(const nlohmann::json& claims, const token_rules& rules,
                        verified_token& into) {
  if (!is_from(claims, rules.issuer))
    return token_fault::wrong_issuer;
  if (!is_for(claims, rules.audience))
    return token_fault::wrong_audience;
  auto& who = into.who;
  if (!read_times(claims, into) || !read_subject(claims, who)
      || !read_roles(claims, who))
    return token_fault::claims_unusable;
  if (!who.roles.has(role::student))
    who.student.reset();
  else if (!who.student)
    return token_fault::claims_unusable;
  return token_fault::none;
}

} // namespace registrar

#pragma once

#include "messages/errors.hpp"

#include <nlohmann/json_fwd.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// Reads bodies strictly: depth at most `limits::json_depth_max`, no member
/// twice, no number beyond 64 bits, valid UTF-8, nothing behind the value.
/// Failures are `ec::invalid_value` and say where and what to change.
fallible<nlohmann::json> read_json(std::string_view body);

/// The body of register and drop.
struct registration_body {
  std::string student_id;
  std::vector<std::string> section_ids;
  bool has_key = false;
  std::string idempotency_key;
};

/// The same strictness without building a tree; checks types and names of the
/// members, not the ids.
fallible<registration_body> read_registration_body(std::string_view body);

/// An object with no members but these, else a failure that names the one to
/// leave out.
fallible<done> only_members(const nlohmann::json& object,
                            std::initializer_list<std::string_view> known);

} // namespace registrar

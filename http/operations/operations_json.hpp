#pragma once

#include "messages/operations.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

/// The JSON of /api/v1/ops/ that several pages share. What is not known is
/// null.

namespace registrar {

using ops_json = nlohmann::ordered_json;

template <class T>
ops_json or_null(const std::optional<T>& x) {
  return x ? ops_json(*x) : ops_json(nullptr);
}

/// With three digits behind the point.
ops_json milliseconds_of(std::chrono::microseconds x);
double rounded(double x);

ops_json to_object(const section_view& x);
ops_json to_object(const actor_view& x);
ops_json to_object(const past_decision& x);

} // namespace registrar

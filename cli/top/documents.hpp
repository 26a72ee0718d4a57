#pragma once

#include "cli/top/number_text.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

/// What the service said, and when. Documents are read leniently: what is not
/// there, or is of another kind, is not known.

namespace registrar::top {

using json = nlohmann::json;
using moment = std::chrono::system_clock::time_point;

/// One of the service's documents.
struct document {
  json content;
  /// As it came.
  std::string text;
  /// Why the latest question had no such answer; empty where it had.
  std::string problem;
};

/// All of them.
struct documents {
  document overview;
  document actors;
  document journal;
  document acts;
  /// Of the latest look that was answered.
  moment at{};
  /// Why the service is not answering; empty where it is.
  std::string failure;
  /// Of the first look of those that failed since.
  moment failing_since{};

  bool is_gone() const {
    return !failure.empty();
  }
};

using json_path = std::initializer_list<const char*>;

/// What stands at `path`, else null.
const json& at_path(const json& from, json_path path);

maybe number_at(const json& from, json_path path);

/// Cleaned; empty where there is no text.
std::string text_at(const json& from, json_path path);

/// Nothing where it is no truth value.
std::optional<bool> truth_at(const json& from, json_path path);

/// Empty where there is no list.
const json& list_at(const json& from, json_path path);

} // namespace registrar::top

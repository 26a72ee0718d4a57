#include "cli/top/documents.hpp"

#include "cli/top/text_columns.hpp"

namespace registrar::top {

const json& at_path(const json& from, json_path path) {
  static const json nothing;
  const auto* here = &from;
  for (const auto* name : path) {
    if (!here->is_object())
      return nothing;
    auto found = here->find(name);
    if (found == here->end())
      return nothing;
    here = &*found;
  }
  return *here;
}

maybe number_at(const json& from, json_path path) {
  const auto& found = at_path(from, path);
  return found.is_number() ? maybe{found.get<double>()} : std::nullopt;
}

std::string text_at(const json& from, json_path path) {
  const auto& found = at_path(from, path);
  return found.is_string() ? cleaned(found.get_ref<const std::string&>())
                           : std::string{};
}

std::optional<bool> truth_at(const json& from, json_path path) {
  const auto& found = at_path(from, path);
  return found.is_boolean() ? std::optional{found.get<bool>()} : std::nullopt;
}

const json& list_at(const json& from, json_path path) {
  static const json none = json::array();
  const auto& found = at_path(from, path);
  return found.is_array() ? found : none;
}

} // namespace registrar::top

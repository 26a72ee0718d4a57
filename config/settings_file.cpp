#include "config/settings_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

namespace registrar {

namespace {

/// A configuration is a page; more is the wrong file.
constexpr auto file_bytes_max = 1024 * 1024;

class reader {
public:
  void read(const std::string& text) {
    try {
      for (auto&& [key, value] : toml::parse(text))
        on_section(std::string{key.str()}, key.source(), value);
    } catch (const toml::parse_error& wrong) {
      fault(wrong.source(), "is not TOML: " + std::string{wrong.description()});
    }
  }

  read_file take() {
    return std::move(result_);
  }

  void fault(std::string what) {
    result_.faults.push_back({0, std::move(what)});
  }

private:
  void fault(const toml::source_region& at, std::string what) {
    result_.faults.push_back({at.begin.line, std::move(what)});
  }

  void on_section(const std::string& section, const toml::source_region& at,
                  const toml::node& content) {
    std::vector<std::string> sections;
    for (auto& x : setting_table())
      if (sections.empty() || sections.back() != x.section())
        sections.emplace_back(x.section());
    if (std::find(sections.begin(), sections.end(), section)
        == sections.end()) {
      fault(at, "there is no section [" + section + "]"
                  + suggestion(section, sections));
    } else if (auto* table = content.as_table()) {
      for (auto&& [key, value] : *table)
        on_value(section, std::string{key.str()}, key.source(), value);
    } else {
      fault(at, section + " is a section: write [" + section
                  + "] on a line of its own and its keys below");
    }
  }

  void on_value(const std::string& section, const std::string& key,
                const toml::source_region& at, const toml::node& value) {
    auto* what = find_setting(section + "." + key);
    if (what == nullptr) {
      std::vector<std::string> keys;
      for (auto& x : setting_table())
        if (x.section() == section)
          keys.emplace_back(x.key());
      fault(at, "there is no key " + key + " in [" + section + "]"
                  + suggestion(key, keys));
    } else if (auto given = given_of(value)) {
      result_.values.push_back({what, std::move(*given), at.begin.line});
    } else {
      fault(at,
            std::string{what->name} + " cannot be a "
              + std::string{
                toml::impl::node_type_friendly_names[static_cast<std::size_t>(
                  value.type())]});
    }
  }

  static std::optional<given_value> given_of(const toml::node& node) {
    if (auto* text = node.as_string())
      return given_value{text->get()};
    if (auto* number = node.as_integer())
      return given_value{number->get()};
    if (auto* flag = node.as_boolean())
      return given_value{flag->get()};
    auto* array = node.as_array();
    if (array == nullptr)
      return std::nullopt;
    std::vector<std::string> list;
    for (auto&& element : *array) {
      auto* text = element.as_string();
      if (text == nullptr)
        return std::nullopt;
      list.push_back(text->get());
    }
    return given_value{std::move(list)};
  }

  read_file result_;
};

} // namespace

read_file read_settings_file(const std::filesystem::path& path) {
  reader result;
  std::error_code error;
  std::ifstream file{path, std::ios::binary};
  auto size = std::filesystem::file_size(path, error);
  if (!file || error) {
    result.fault("cannot be read; give the path of a TOML file to --config");
  } else if (size > file_bytes_max) {
    result.fault("is larger than 1 MB and so no configuration");
  } else {
    std::ostringstream text;
    text << file.rdbuf();
    result.read(text.str());
  }
  return result.take();
}

} // namespace registrar

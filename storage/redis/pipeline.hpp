#pragma once

#include "storage/redis/scripts.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace registrar {

/// The commands of one round trip.
class redis_pipeline {
public:
  struct command {
    /// Where its arguments begin in `ends()`.
    std::size_t first = 0;
    /// Not null: run by its SHA, loaded where Redis does not know it.
    const redis_script* script = nullptr;
  };

  /// Begins a command.
  redis_pipeline& start(std::string_view name);

  /// Begins a script with these keys; what is added are its arguments.
  redis_pipeline& start(const redis_script& script,
                        std::initializer_list<std::string_view> keys);
  redis_pipeline& start(const redis_script& script,
                        const std::vector<std::string>& keys);

  redis_pipeline& add(std::string_view text);

  redis_pipeline& add(const std::string& text) {
    return add(std::string_view{text});
  }

  redis_pipeline& add(const char* text) {
    return add(std::string_view{text});
  }

  redis_pipeline& add(std::int64_t number);
  redis_pipeline& add(std::uint64_t number);

  redis_pipeline& add(std::uint32_t number) {
    return add(std::uint64_t{number});
  }

  redis_pipeline& add(int number) {
    return add(std::int64_t{number});
  }

  /// A whole command.
  template <class... Arguments>
  redis_pipeline& call(std::string_view name, const Arguments&... arguments) {
    start(name);
    (add(arguments), ...);
    return *this;
  }

  /// One more command, the one at `index` of another.
  void copy(const redis_pipeline& other, std::size_t index);

  bool empty() const {
    return commands_.empty();
  }

  std::size_t size() const {
    return commands_.size();
  }

  const redis_script* script_of(std::size_t index) const {
    return commands_[index].script;
  }

  /// The command's arguments, its name first.
  std::vector<std::string_view> arguments(std::size_t index) const;

private:
  std::vector<command> commands_;
  /// All arguments behind each other, and where each ends.
  std::string text_;
  std::vector<std::size_t> ends_;
};

} // namespace registrar

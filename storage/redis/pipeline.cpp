#include "storage/redis/pipeline.hpp"

#include "messages/assertion.hpp"

#include <charconv>

namespace registrar {

redis_pipeline& redis_pipeline::start(std::string_view name) {
  commands_.push_back({ends_.size(), nullptr});
  return add(name);
}

redis_pipeline&
redis_pipeline::start(const redis_script& script,
                      std::initializer_list<std::string_view> keys) {
  start("EVALSHA").add(script.sha).add(std::uint64_t{keys.size()});
  commands_.back().script = &script;
  for (auto key : keys)
    add(key);
  return *this;
}

redis_pipeline& redis_pipeline::start(const redis_script& script,
                                      const std::vector<std::string>& keys) {
  start("EVALSHA").add(script.sha).add(std::uint64_t{keys.size()});
  commands_.back().script = &script;
  for (const auto& key : keys)
    add(key);
  return *this;
}

redis_pipeline& redis_pipeline::add(std::string_view text) {
  REGISTRAR_ASSERT(!commands_.empty());
  text_.append(text);
  ends_.push_back(text_.size());
  return *this;
}

redis_pipeline& redis_pipeline::add(std::int64_t number) {
  char digits[24];
  auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return add(std::string_view{digits, end});
}

redis_pipeline& redis_pipeline::add(std::uint64_t number) {
  char digits[24];
  auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return add(std::string_view{digits, end});
}

void redis_pipeline::copy(const redis_pipeline& other, std::size_t index) {
  commands_.push_back({ends_.size(), other.commands_[index].script});
  for (auto argument : other.arguments(index))
    add(argument);
}

std::vector<std::string_view>
redis_pipeline::arguments(std::size_t index) const {
  auto last
    = index + 1 < commands_.size() ? commands_[index + 1].first : ends_.size();
  std::vector<std::string_view> result;
  result.reserve(last - commands_[index].first);
  for (auto i = commands_[index].first; i < last; ++i) {
    auto begin = i == 0 ? 0 : ends_[i - 1];
    result.push_back(std::string_view{text_}.substr(begin, ends_[i] - begin));
  }
  return result;
}

} // namespace registrar

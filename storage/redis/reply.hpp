#pragma once

#include <charconv>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

struct redisReply;

namespace registrar {

/// One reply of Redis, or a part of one. A view: lives as long as the replies
/// that it came with.
class redis_value {
public:
  explicit redis_value(const redisReply* reply) : reply_(reply) {
  }

  bool is_error() const;
  bool is_nil() const;
  bool is_list() const;

  /// Of strings, statuses and errors; else empty.
  std::string_view text() const;

  /// Of integers, and of strings that are one; else 0.
  std::int64_t number() const;

  /// Of lists; else 0.
  std::size_t size() const;

  /// Nil where there is none.
  redis_value operator[](std::size_t index) const;

private:
  const redisReply* reply_;
};

/// The replies of one round trip, in order of the commands.
class redis_replies {
public:
  void push_back(redisReply* reply);
  void replace(std::size_t index, redis_replies& other, std::size_t from);

  /// Leaves the first `count`.
  void resize(std::size_t count) {
    replies_.resize(count);
  }

  std::size_t size() const {
    return replies_.size();
  }

  redis_value operator[](std::size_t index) const {
    return redis_value{replies_[index].get()};
  }

private:
  struct release {
    void operator()(redisReply* reply) const;
  };

  std::vector<std::unique_ptr<redisReply, release>> replies_;
};

/// Takes a text of ours apart: fields with one space between. Ids are written
/// in full, nil as `-`. What does not fit makes the reader bad and gives zeros
/// from then on.
class field_reader {
public:
  explicit field_reader(std::string_view text) : text_(text) {
  }

  std::string_view take();

  template <class Number>
  Number take_number() {
    auto field = take();
    Number result = 0;
    auto [end, error]
      = std::from_chars(field.data(), field.data() + field.size(), result);
    if (error != std::errc{} || end != field.data() + field.size())
      spoil();
    return result;
  }

  template <class Id>
  Id take_id() {
    auto field = take();
    if (field == "-")
      return Id{};
    auto result = Id::parse(field);
    if (!result)
      spoil();
    return result.value_or(Id{});
  }

  /// All that is left.
  std::string_view rest() {
    auto result = text_;
    text_ = {};
    return result;
  }

  bool is_good() const {
    return is_good_;
  }

private:
  void spoil() {
    is_good_ = false;
    text_ = {};
  }

  std::string_view text_;
  bool is_good_ = true;
};

} // namespace registrar

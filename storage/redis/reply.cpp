#include "storage/redis/reply.hpp"

#include <hiredis/hiredis.h>

namespace registrar {

bool redis_value::is_error() const {
  return reply_ != nullptr && reply_->type == REDIS_REPLY_ERROR;
}

bool redis_value::is_nil() const {
  return reply_ == nullptr || reply_->type == REDIS_REPLY_NIL;
}

bool redis_value::is_list() const {
  return reply_ != nullptr && reply_->type == REDIS_REPLY_ARRAY;
}

std::string_view redis_value::text() const {
  if (reply_ == nullptr || reply_->str == nullptr)
    return {};
  return {reply_->str, static_cast<std::size_t>(reply_->len)};
}

std::int64_t redis_value::number() const {
  if (reply_ != nullptr && reply_->type == REDIS_REPLY_INTEGER)
    return reply_->integer;
  std::int64_t result = 0;
  auto digits = text();
  std::from_chars(digits.data(), digits.data() + digits.size(), result);
  return result;
}

std::size_t redis_value::size() const {
  return is_list() ? reply_->elements : 0;
}

redis_value redis_value::operator[](std::size_t index) const {
  return redis_value{index < size() ? reply_->element[index] : nullptr};
}

void redis_replies::push_back(redisReply* reply) {
  replies_.emplace_back(reply);
}

void redis_replies::replace(std::size_t index, redis_replies& other,
                            std::size_t from) {
  replies_[index] = std::move(other.replies_[from]);
}

void redis_replies::release::operator()(redisReply* reply) const {
  freeReplyObject(reply);
}

std::string_view field_reader::take() {
  if (!is_good_)
    return {};
  auto end = text_.find(' ');
  auto result = text_.substr(0, end);
  if (result.empty())
    spoil();
  else
    text_.remove_prefix(end == text_.npos ? text_.size() : end + 1);
  return result;
}

} // namespace registrar

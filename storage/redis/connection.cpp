#include "storage/redis/connection.hpp"

#include "messages/assertion.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>

namespace registrar {

namespace {

timeval timeval_of(std::chrono::milliseconds x) {
  return {static_cast<time_t>(x.count() / 1000),
          static_cast<suseconds_t>(x.count() % 1000 * 1000)};
}

bool is_unknown_script(redis_value reply) {
  return reply.is_error() && reply.text().starts_with("NOSCRIPT");
}

bool make_non_blocking(int fd) {
  auto flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

/// Nobody listens there.
constexpr std::string_view confirmation_channel = "registrar:confirm";

/// For WAIT: two thirds of what is left, so that its answer is in time.
std::int64_t wait_time(std::chrono::steady_clock::duration left) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(left);
  // 0 would be for ever.
  return std::max<std::int64_t>(ms.count() * 2 / 3, 1);
}

/// The first reply by which a replica refuses what only a primary may do.
std::string refused_as_replica(const redis_replies& replies) {
  for (std::size_t i = 0; i < replies.size(); ++i)
    if (auto text = replies[i].text();
        replies[i].is_error()
        && (text.starts_with("READONLY") || text.starts_with("MASTERDOWN")))
      return std::string{text.substr(0, text.find('.'))};
  return {};
}

bool is_all_errors(const redis_replies& replies, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (!replies[i].is_error())
      return false;
  return true;
}

fallible<redis_replies> without_errors(fallible<redis_replies> replies) {
  if (!replies)
    return failure{ec::dependency_unavailable, replies.error().detail};
  for (std::size_t i = 0; i < replies->size(); ++i)
    if (auto reply = (*replies)[i]; reply.is_error()) {
      auto why = refusal_of(reply.text());
      if (why.code == ec::in_doubt)
        why.code = ec::store_corrupt;
      return why;
    }
  return replies;
}

} // namespace

failure refusal_of(std::string_view error) {
  // Redis looks at these before a command's or script's first write only.
  for (std::string_view door :
       {"OOM", "MISCONF", "READONLY", "LOADING", "BUSY", "MASTERDOWN",
        "NOREPLICAS", "NOAUTH", "NOPERM", "CLUSTERDOWN"})
    if (error.starts_with(door))
      return {ec::dependency_unavailable,
              "Redis refuses to work: " + std::string{error} + "."};
  return {ec::in_doubt, "Redis failed at it: " + std::string{error} + "."};
}

// -- opening and closing ------------------------------------------------------

fallible<std::unique_ptr<redis_connection>>
redis_connection::open(const redis_address& address,
                       const redis_timeouts& timeouts,
                       std::uint32_t replicas_min) {
  auto result = connect(address, timeouts, replicas_min);
  if (!result)
    return result;
  if (auto greeted = (*result)->greet(); !greeted)
    return greeted.error();
  return result;
}

fallible<std::unique_ptr<redis_connection>>
redis_connection::connect(const redis_address& address,
                          const redis_timeouts& timeouts,
                          std::uint32_t replicas_min) {
  auto* context = redisConnectWithTimeout(address.host.c_str(), address.port,
                                          timeval_of(timeouts.connect));
  std::unique_ptr<redis_connection> result{
    new redis_connection{address, timeouts, replicas_min, context}};
  if (context == nullptr || context->err != 0)
    return result->lose(ec::dependency_unavailable,
                        context == nullptr ? "out of memory" : context->errstr);
  // From here on we wait ourselves, so that one deadline covers a whole call.
  if (!make_non_blocking(context->fd))
    return result->lose(ec::dependency_unavailable, std::strerror(errno));
  context->flags &= ~REDIS_BLOCK;
  return result;
}

redis_connection::redis_connection(const redis_address& address,
                                   const redis_timeouts& times,
                                   std::uint32_t replicas_min,
                                   redisContext* context)
  : where_("Redis at " + address.to_string()), address_(address),
    timeouts_(times), replicas_min_(replicas_min), context_(context) {
}

redis_connection::~redis_connection() = default;

void redis_connection::release::operator()(redisContext* context) const {
  redisFree(context);
}

fallible<done> redis_connection::greet() {
  redis_pipeline hello;
  if (!address_.user.empty())
    hello.call("AUTH", address_.user, address_.password);
  else if (!address_.password.empty())
    hello.call("AUTH", address_.password);
  if (address_.database != 0)
    hello.call("SELECT", address_.database);
  for (const auto* script : redis_scripts())
    hello.call("SCRIPT", "LOAD", script->text);
  auto replies = exchange(hello, clock::now() + timeouts_.connect, 0);
  if (!replies)
    return failure{ec::dependency_unavailable, replies.error().detail};
  for (std::size_t i = 0; i < replies->size(); ++i)
    if (auto reply = (*replies)[i]; reply.is_error()) {
      auto code = refusal_of(reply.text()).code;
      auto is_passing
        = code == ec::dependency_unavailable && !reply.text().starts_with("NO");
      return lose(is_passing ? code : ec::store_unusable,
                  std::string{reply.text()});
    }
  return done{};
}

failure redis_connection::lose(ec code, const std::string& what) {
  close(what);
  return {code, closed_because_};
}

void redis_connection::close(std::string why) {
  context_.reset();
  closed_because_ = where_ + " is not available: " + std::move(why) + ".";
}

failure redis_connection::state() const {
  if (is_open())
    return {};
  return {ec::dependency_unavailable, closed_because_};
}

// -- round trips --------------------------------------------------------------

fallible<redis_replies> redis_connection::run(const redis_pipeline& commands) {
  return call(commands, replicas_min_);
}

fallible<redis_replies> redis_connection::tell(const redis_pipeline& commands) {
  return without_errors(call(commands, replicas_min_));
}

fallible<redis_replies> redis_connection::read(const redis_pipeline& commands) {
  return without_errors(call(commands, 0));
}

fallible<redis_replies>
redis_connection::try_read(const redis_pipeline& commands) {
  auto replies = call(commands, 0);
  if (!replies)
    return failure{ec::dependency_unavailable, replies.error().detail};
  return replies;
}

fallible<redis_replies> redis_connection::call(const redis_pipeline& commands,
                                               std::uint32_t replicas) {
  auto deadline = clock::now() + timeouts_.command;
  auto replies = exchange(commands, deadline, replicas);
  if (!replies)
    return replies;
  if (auto loaded = load_again(commands, *replies, deadline, replicas); !loaded)
    return loaded.error();
  return replies;
}

fallible<done> redis_connection::load_again(const redis_pipeline& commands,
                                            redis_replies& replies,
                                            clock::time_point deadline,
                                            std::uint32_t replicas) {
  std::vector<std::size_t> unknown;
  redis_pipeline again;
  for (std::size_t i = 0; i < replies.size(); ++i)
    if (commands.script_of(i) != nullptr && is_unknown_script(replies[i]))
      unknown.push_back(i);
  if (unknown.empty())
    return done{};
  for (const auto* script : redis_scripts())
    again.call("SCRIPT", "LOAD", script->text);
  auto loads = again.size();
  for (auto index : unknown)
    again.copy(commands, index);
  auto answers = exchange(again, deadline, replicas);
  if (!answers)
    // What ran the first time did happen.
    return failure{ec::in_doubt, answers.error().detail};
  for (std::size_t i = 0; i < unknown.size(); ++i)
    replies.replace(unknown[i], *answers, loads + i);
  return done{};
}

/// One round trip. WAIT comes last in it and asks for what is before it.
fallible<redis_replies>
redis_connection::exchange(const redis_pipeline& commands,
                           clock::time_point deadline, std::uint32_t replicas) {
  if (!is_open())
    return state();
  if (commands.empty())
    return redis_replies{};
  if (has_hung_up())
    return lose(ec::dependency_unavailable, "it closed the connection");
  redis_pipeline tail;
  if (replicas > 0) {
    // WAIT asks for what this connection wrote last. What others wrote, and is
    // read here, is before what this says to the replicas and keeps nowhere.
    tail.call("PUBLISH", confirmation_channel, "");
    tail.call("WAIT", replicas, wait_time(deadline - clock::now()));
  }
  if (!append(commands) || !append(tail))
    return lose(ec::dependency_unavailable, "out of memory");
  auto replies = transfer(commands.size() + tail.size(), deadline);
  if (!replies)
    return replies;
  auto answered = commands.size();
  if (auto refused = refused_as_replica(*replies); !refused.empty())
    return lose(is_all_errors(*replies, answered) ? ec::dependency_unavailable
                                                  : ec::in_doubt,
                "it became a replica (" + refused + ")");
  for (auto i = answered; i < replies->size(); ++i)
    if (auto reply = (*replies)[i]; reply.is_error())
      return lose(ec::in_doubt,
                  "replicas did not confirm, " + std::string{reply.text()});
  if (replicas > 0)
    if (auto have_it = (*replies)[answered + 1].number(); have_it < replicas)
      return lose(ec::in_doubt, "replicas did not confirm, "
                                  + std::to_string(have_it) + " of "
                                  + std::to_string(replicas)
                                  + " have what was written");
  replies->resize(answered);
  return replies;
}

bool redis_connection::append(const redis_pipeline& commands) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    texts.clear();
    sizes.clear();
    for (auto argument : commands.arguments(i)) {
      texts.push_back(argument.data());
      sizes.push_back(argument.size());
    }
    if (redisAppendCommandArgv(context_.get(), static_cast<int>(texts.size()),
                               texts.data(), sizes.data())
        != REDIS_OK)
      return false;
  }
  return true;
}

fallible<redis_replies> redis_connection::transfer(std::size_t count,
                                                   clock::time_point deadline) {
  ++round_trips_;
  redis_replies replies;
  int is_sent = 0;
  while (replies.size() < count) {
    if (!is_sent && redisBufferWrite(context_.get(), &is_sent) != REDIS_OK)
      return lose(ec::in_doubt, context_->errstr);
    void* reply = nullptr;
    if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK)
      return lose(ec::in_doubt, context_->errstr);
    if (reply != nullptr) {
      replies.push_back(static_cast<redisReply*>(reply));
      continue;
    }
    auto events = static_cast<short>(is_sent ? POLLIN : POLLIN | POLLOUT);
    if (!await(events, deadline))
      return lose(ec::in_doubt, "it did not answer in time");
    if (redisBufferRead(context_.get()) != REDIS_OK)
      return lose(ec::in_doubt, context_->errstr);
  }
  return replies;
}

bool redis_connection::await(short events, clock::time_point deadline) {
  for (;;) {
    auto left
      = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
    if (left.count() <= 0)
      return false;
    pollfd wanted{context_->fd, events, 0};
    auto ready = ::poll(&wanted, 1, static_cast<int>(left.count()));
    if (ready > 0)
      return true;
    if (ready < 0 && errno != EINTR)
      return true; // The read or write that follows says what is wrong.
  }
}

/// Nothing is on its way to us between calls: what can be read now is the end.
bool redis_connection::has_hung_up() {
  pollfd wanted{context_->fd, POLLIN, 0};
  return ::poll(&wanted, 1, 0) != 0;
}

} // namespace registrar

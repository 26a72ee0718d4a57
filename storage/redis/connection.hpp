#pragma once

#include "config/limits.hpp"
#include "messages/errors.hpp"
#include "storage/redis/address.hpp"
#include "storage/redis/pipeline.hpp"
#include "storage/redis/reply.hpp"

#include <chrono>
#include <memory>

struct redisContext;

namespace registrar {

/// How long a call on Redis may take, whatever the other end does.
struct redis_timeouts {
  std::chrono::milliseconds connect = limits::redis_connect_timeout;
  std::chrono::milliseconds command = limits::redis_command_timeout;
};

/// One connection to Redis, used by one thread at a time. A call is one round
/// trip for any number of commands, under one deadline.
///
/// A connection that failed once is closed for good: of what was sent and not
/// answered nobody knows what became, and what comes next must not be taken
/// for its answer. Who owns it opens another, and looks at the ledger anew.
/// @pre the process ignores SIGPIPE.
class redis_connection {
public:
  /// Connects, authenticates, chooses the database, loads the scripts.
  /// `ec::dependency_unavailable` where there is no answer in time,
  /// `ec::store_unusable` where Redis refuses us.
  /// @param replicas_min replicas that must have what `run` and `tell` answer.
  static fallible<std::unique_ptr<redis_connection>>
  open(const redis_address& address, const redis_timeouts& timeouts = {},
       std::uint32_t replicas_min = 0);

  /// Connects and says nothing: a sentinel has neither databases nor scripts.
  static fallible<std::unique_ptr<redis_connection>>
  connect(const redis_address& address, const redis_timeouts& timeouts,
          std::uint32_t replicas_min = 0);

  redis_connection(const redis_connection&) = delete;
  redis_connection& operator=(const redis_connection&) = delete;
  ~redis_connection();

  /// Runs the commands in order; an error of one is its reply and stops no
  /// other. Scripts that Redis does not know are loaded and run again.
  ///
  /// `ec::dependency_unavailable`: nothing was done. `ec::in_doubt`: it was
  /// sent, and no answer came in time, or too few replicas have it. Both close
  /// the connection. So does the answer of a primary that became a replica.
  fallible<redis_replies> run(const redis_pipeline& commands);

  /// The same for what may be said again: a lost answer leaves no doubt that
  /// matters, and any reply that is an error fails all.
  fallible<redis_replies> tell(const redis_pipeline& commands);

  /// The same for what changes nothing, and for which no replica is waited.
  fallible<redis_replies> read(const redis_pipeline& commands);

  /// Reads; an error of one command is its reply.
  fallible<redis_replies> try_read(const redis_pipeline& commands);

  /// Reads what goes on to SQL: it is on the replicas too.
  fallible<redis_replies> read_confirmed(const redis_pipeline& commands) {
    return tell(commands);
  }

  /// Closes it: every later call answers `ec::dependency_unavailable`.
  void close(std::string why);

  bool is_open() const {
    return context_ != nullptr;
  }

  /// Not `none` once it is closed: why.
  failure state() const;

  /// Round trips so far.
  std::uint64_t round_trips() const {
    return round_trips_;
  }

private:
  using clock = std::chrono::steady_clock;

  struct release {
    void operator()(redisContext* context) const;
  };

  redis_connection(const redis_address& address, const redis_timeouts& times,
                   std::uint32_t replicas_min, redisContext* context);

  fallible<done> greet();
  fallible<redis_replies> call(const redis_pipeline& commands,
                               std::uint32_t replicas);
  fallible<redis_replies> exchange(const redis_pipeline& commands,
                                   clock::time_point deadline,
                                   std::uint32_t replicas);
  bool append(const redis_pipeline& commands);
  fallible<redis_replies> transfer(std::size_t count,
                                   clock::time_point deadline);
  fallible<done> load_again(const redis_pipeline& commands,
                            redis_replies& replies, clock::time_point deadline,
                            std::uint32_t replicas);
  bool await(short events, clock::time_point deadline);
  bool has_hung_up();
  failure lose(ec code, const std::string& what);

  std::string where_;
  redis_address address_;
  redis_timeouts timeouts_;
  std::uint32_t replicas_min_;
  std::unique_ptr<redisContext, release> context_;
  std::string closed_because_;
  std::uint64_t round_trips_ = 0;
};

/// What an error in place of an answer means. `ec::dependency_unavailable` with
/// a sentence where Redis refused the command at its door: nothing happened.
/// `ec::in_doubt` where it failed inside.
failure refusal_of(std::string_view error);

} // namespace registrar

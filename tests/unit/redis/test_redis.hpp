#pragma once

#include "storage/redis/connection.hpp"

namespace registrar::test {

/// The Redis that REGISTRAR_TEST_REDIS names: one that is there for tests alone
/// (tests/servers/run_with.py). Fails the test where there is none.
redis_address test_redis();

/// Deletes everything in it. Fails where something lies there that no test
/// made: then this is not a Redis for tests.
void empty(const redis_address& address);

/// A connection; fails the test where there is none.
std::unique_ptr<redis_connection> connect(const redis_address& address);

/// Asks one command and gives its replies; fails the test where there are none.
template <class... Arguments>
redis_replies ask(redis_connection& redis, std::string_view name,
                  const Arguments&... arguments);

/// The replies, or a failed test.
redis_replies replies_of(redis_connection& redis,
                         const redis_pipeline& commands);

template <class... Arguments>
redis_replies ask(redis_connection& redis, std::string_view name,
                  const Arguments&... arguments) {
  redis_pipeline one;
  one.call(name, arguments...);
  return replies_of(redis, one);
}

} // namespace registrar::test

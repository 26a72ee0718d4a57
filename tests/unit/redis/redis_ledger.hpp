#pragma once

#include "storage/redis/keys.hpp"
#include "storage/redis/ledger_stores.hpp"
#include "tests/ids_of.hpp"
#include "tests/unit/redis/test_redis.hpp"

#include <doctest/doctest.h>

namespace registrar::test {

/// The value, or a failed test that names the failure.
template <class T>
T must_have(fallible<T> result) {
  REQUIRE_MESSAGE(bool(result), (result ? "" : result.error().detail));
  return std::move(*result);
}

/// A new ledger in the test's Redis, opened, with an owner and one section of
/// one seat.
struct redis_ledger {
  redis_ledger() {
    options.address = test_redis();
    empty(options.address);
    must_have(create_redis_ledger(options, uuid::random()));
    side = connect(options.address);
    stores = must_have(open_redis_ledger(options));
    must_have(stores->ledger().fence(owner));
    auto made = decide(register_of(1), true);
    REQUIRE_MESSAGE(made.error.code == ec::none, made.error.detail);
    REQUIRE(made.outcomes[0].status == seat_status::enrolled);
  }

  static ledger_command register_of(std::uint64_t student) {
    ledger_command result;
    result.request = id<request_id>(100 + student);
    result.student = id<student_id>(student);
    result.registration = id<registration_id>(1000 + student);
    result.memo_ttl = std::chrono::minutes{10};
    return result;
  }

  batch_decided decide(const ledger_command& command, bool may_create = false) {
    decide_batch batch;
    batch.section = section;
    batch.owner = owner;
    batch.may_create = may_create;
    batch.initial.total_seats = 1;
    batch.commands = {command};
    return stores->ledger().execute({&batch, 1}, now_utc())[0].answer;
  }

  redis_options options;
  section_id section = id<section_id>(1);
  epoch owner{1, 77};
  std::unique_ptr<ledger_stores> stores;
  /// Beside the ledger's own connection.
  std::unique_ptr<redis_connection> side;
};

} // namespace registrar::test

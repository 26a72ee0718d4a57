#pragma once

#include "messages/catalogue.hpp"
#include "storage/ports/stores.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace registrar::test {

/// Students and sections that every back end under test knows, called 1, 2, 3.
inline constexpr std::uint64_t students_max = 12;
inline constexpr std::uint64_t sections_max = 6;

/// What lies below a store: files, a server. Lives through the starts and ends
/// of the processes that use it.
class back_end {
public:
  virtual ~back_end() = default;

  /// Starts a process on what the last one left.
  /// @pre what the start before gave is gone.
  virtual std::shared_ptr<store_factory> start() = 0;

  /// Called while everything is open: the next start finds what a kill at this
  /// moment leaves, whatever is closed in order afterwards.
  virtual void die() = 0;
};

/// A parameter of the suite.
struct back_end_kind {
  std::string name;
  std::function<std::unique_ptr<back_end>()> make;
  /// One journal for all: entries carry the digest of the live rows, and all of
  /// them have one order. Else they carry none, and only each section's own
  /// entries have an order.
  bool has_one_journal = true;
};

/// What the others are compared with.
const back_end_kind& reference_back_end();

/// Every back end that must do as the reference does. Each binary of the suite
/// has its own list: back_ends.cpp, redis_back_end.cpp.
std::span<const back_end_kind> back_ends();

/// Those whose registration store is compared: where a server is there for it
/// (tests/servers/run_with.py), it alone, since a plain run covers the others.
std::span<const back_end_kind> projection_back_ends();

/// Rows for all that the suite names.
catalogue_content suite_catalogue();

} // namespace registrar::test

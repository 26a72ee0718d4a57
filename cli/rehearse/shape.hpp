#pragma once

#include "cli/rehearse/stage.hpp"
#include "cli/rehearse/trace.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace registrar::rehearsal {

/// A day of registration: what it needs, and what happens.
class shape {
public:
  virtual ~shape() = default;

  virtual world_plan plan() const = 0;

  /// Called once the world is there, before `play`.
  virtual void prepare(const world&) {
  }

  /// Plays the day and judges it; what is broken goes to the stage.
  virtual fallible<done> play(stage& on) = 0;
};

struct shape_options {
  std::uint64_t seed = 0;
  /// `scale` only.
  std::uint32_t sections = 2000;
  std::uint32_t registrations = 100'000;
};

/// 320 sections of 30 seats, 8,200 students, 3 to 6 sections each.
std::unique_ptr<shape> make_homework(const shape_options& options);

/// One section of 30 seats, 10,000 students, each request three times with the
/// same key from different connections.
std::unique_ptr<shape> make_hot_section(const shape_options& options);

/// A full section, 500 waiters, every enrolled student drops.
std::unique_ptr<shape> make_drop_storm(const shape_options& options);

/// Cost per request and memory as sections and registrations grow.
std::unique_ptr<shape> make_scale(const shape_options& options);

/// A recorded day.
std::unique_ptr<shape> make_trace(std::vector<observation> rows,
                                  const shape_options& options);

/// `homework`, `hot-section`, `drop-storm`, `scale`; nothing for other names.
std::unique_ptr<shape> make_shape(const std::string& name,
                                  const shape_options& options);

/// The names that `make_shape` knows.
const std::vector<std::string>& shape_names();

} // namespace registrar::rehearsal

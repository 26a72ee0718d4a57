#pragma once

#include "cli/rehearse/workload.hpp"
#include "tests/bench/bench_world.hpp"

#include <string>
#include <vector>

namespace registrar::bench {

/// What requests bear besides what they must.
struct request_style {
  /// An idempotency key.
  bool has_key = false;
  /// Whatever middleware looks at: a token, an origin, a trace, encodings, the
  /// address of a client behind a proxy.
  bool is_dressed = false;
};

/// Registrations of one section each, every pair of student and section once,
/// sections in turn. Endless until all pairs are used: end it by time.
class bench_load : public rehearsal::workload {
public:
  /// @param first number of the first request: pairs before are used already.
  bench_load(bench_world world, std::string authority, request_style style,
             std::uint64_t first);

  std::size_t total() const override;

  bool next(std::size_t lane, std::string& bytes,
            std::uint64_t& token) override;

  std::optional<std::chrono::milliseconds>
  on_answer(std::uint64_t token, const rehearsal::answer& got) override;

  void on_given_up(std::uint64_t) override {
    ++wrong_;
  }

  /// Number of the next request.
  std::uint64_t used() const {
    return next_;
  }

  /// Answers that were not a 200 with a seat.
  std::uint64_t wrong() const {
    return wrong_;
  }

  /// The first of them.
  const std::string& first_wrong() const {
    return first_wrong_;
  }

private:
  void dress(std::string& bytes, std::size_t student);

  bench_world world_;
  std::string authority_;
  request_style style_;
  std::uint64_t next_;
  std::uint64_t wrong_ = 0;
  std::string first_wrong_;
  std::vector<section_id> sections_;
  std::vector<student_id> students_;
  /// Of each student; empty until it is needed.
  std::vector<std::string> tokens_;
};

/// GETs of sections, each of which starts that section's actor.
class touch_load : public rehearsal::workload {
public:
  touch_load(std::string authority, std::uint32_t from, std::uint32_t to)
    : authority_(std::move(authority)), next_(from), first_(from), end_(to) {
  }

  std::size_t total() const override {
    return end_ - first_;
  }

  bool next(std::size_t lane, std::string& bytes,
            std::uint64_t& token) override;

  std::optional<std::chrono::milliseconds>
  on_answer(std::uint64_t token, const rehearsal::answer& got) override;

  void on_given_up(std::uint64_t) override {
  }

  std::uint64_t touched() const {
    return touched_;
  }

private:
  std::string authority_;
  std::uint32_t next_;
  std::uint32_t first_;
  std::uint32_t end_;
  std::uint64_t touched_ = 0;
};

} // namespace registrar::bench

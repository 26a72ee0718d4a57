#pragma once

#include "cli/rehearse/invariants.hpp"
#include "cli/rehearse/workload.hpp"
#include "messages/registration.hpp"

#include <string>
#include <vector>

namespace registrar::rehearsal {

/// One request of a student.
struct wish {
  student_id student;
  std::vector<section_id> sections;
};

/// Sends each wish under a key of its own, again until it is answered. Answers
/// are kept as they came and read only afterwards, so that reading them does
/// not take time from the server that is measured.
class registration_load : public workload {
public:
  struct plan {
    route asked = route::register_sections;
    std::string authority;
    /// Keys are `<key_prefix>-<number>`.
    std::string key_prefix;
    std::vector<wish> wishes;
    /// Each wish is sent so often under the same key, from different
    /// connections (at least as many as copies).
    std::size_t copies = 1;
  };

  /// @param clock_start the zero of all times told to the checker.
  registration_load(plan what, moment clock_start);

  std::size_t total() const override {
    return replies_.size();
  }

  bool next(std::size_t lane, std::string& bytes,
            std::uint64_t& token) override;

  std::optional<std::chrono::milliseconds>
  on_answer(std::uint64_t token, const answer& got) override;

  void on_given_up(std::uint64_t token) override;

  bool any_lane() const override {
    return plan_.copies == 1;
  }

  /// Tells the checker every answer. @return requests that were not answered
  /// as they must be.
  std::vector<violation> settle(invariant_checker& checker) const;

private:
  struct reply {
    /// Since the start of the clock; 0: not yet sent or not answered.
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    int status = 0;
    std::uint32_t size = 0;
    /// Into `bodies_`.
    std::uint64_t at = 0;
  };

  std::string key_of(std::size_t number) const;
  std::uint64_t since_start(moment at) const;
  std::string_view body_of(const reply& of) const;
  void settle(std::size_t number, invariant_checker& checker,
              std::vector<violation>& found) const;

  plan plan_;
  moment start_;
  /// The next wish of each copy.
  std::vector<std::size_t> next_;
  /// By wish and copy.
  std::vector<reply> replies_;
  std::string bodies_;
};

} // namespace registrar::rehearsal

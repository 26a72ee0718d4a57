#pragma once

#include "cli/rehearse/invariants.hpp"
#include "cli/rehearse/trace.hpp"
#include "cli/rehearse/workload.hpp"
#include "cli/rehearse/world.hpp"

#include <deque>
#include <string>
#include <vector>

namespace registrar::rehearsal {

/// Replays the scripts of many sections side by side: the events of one
/// section in order, each after the answer to the one before.
class trace_load : public workload {
public:
  trace_load(const trace_script& script, const world& where,
             std::string authority, std::string key_prefix);

  /// Falls where a section is given up.
  std::size_t total() const override {
    return total_;
  }

  bool next(std::size_t lane, std::string& bytes,
            std::uint64_t& token) override;

  std::optional<std::chrono::milliseconds>
  on_answer(std::uint64_t token, const answer& got) override;

  void on_given_up(std::uint64_t token) override;

  /// Answers that were not what the model says.
  std::vector<violation> settle() const;

private:
  struct reply {
    int status = 0;
    std::string body;
  };

  void judge(std::size_t section, std::size_t event, const reply& got,
             std::vector<violation>& found) const;

  const trace_script& script_;
  const world& where_;
  std::string authority_;
  std::string key_prefix_;
  std::size_t total_ = 0;
  /// Sections whose next event may be sent.
  std::deque<std::size_t> ready_;
  /// By section and event.
  std::vector<std::vector<reply>> replies_;
  std::vector<violation> unanswered_;
};

} // namespace registrar::rehearsal

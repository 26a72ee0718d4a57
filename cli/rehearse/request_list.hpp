#pragma once

#include "cli/rehearse/driver.hpp"

#include <string>
#include <vector>

namespace registrar::rehearsal {

/// Requests written beforehand, each sent until it is answered; keeps every
/// answer. For setting up and looking, not for load.
class request_list : public workload {
public:
  struct reply {
    int status = 0;
    std::string body;
  };

  explicit request_list(std::vector<std::string> requests)
    : requests_(std::move(requests)), replies_(requests_.size()) {
  }

  std::size_t total() const override {
    return requests_.size();
  }

  bool next(std::size_t, std::string& bytes, std::uint64_t& token) override {
    if (next_ == requests_.size())
      return false;
    token = next_;
    bytes = requests_[next_++];
    return true;
  }

  std::optional<std::chrono::milliseconds>
  on_answer(std::uint64_t token, const answer& got) override;

  void on_given_up(std::uint64_t) override {
  }

  const std::vector<reply>& replies() const {
    return replies_;
  }

private:
  std::vector<std::string> requests_;
  std::vector<reply> replies_;
  std::size_t next_ = 0;
};

/// Sends all and returns the bodies in order; fails at the first that is not
/// answered with 200 or 201. @param was_there_is_fine accepts a 409 too.
fallible<std::vector<std::string>> ask_all(const target& to,
                                           const driver_options& options,
                                           std::vector<std::string> requests,
                                           const on_progress& progress,
                                           bool was_there_is_fine = false);

} // namespace registrar::rehearsal

#pragma once

#include "actors/operations_gateway.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

namespace registrar {

/// What is kept of an act on one letter.
operator_act act_on(const dead_letter& letter, std::string action,
                    const std::string& outcome, const operator_reason& why);

/// One act that makes the registrations of dead letters again: reads the
/// letters, asks for all of their registrations at once, notes each as an act,
/// and deletes the letters of those that stand. Each step has a deadline, so
/// that the whole is answered shortly after the request's.
///
/// A letter is deleted only after its student is registered; where nobody knows
/// whether that worked the letter stays, and the next retry finds the student
/// registered already.
class retried_letters : public std::enable_shared_from_this<retried_letters> {
public:
  using results = std::vector<dead_letter_result>;
  using reply = operations_service::reply_to<acted<results>>;

  /// @param gateway outlives this.
  retried_letters(operations_gateway& gateway, operator_reason why, reply done)
    : gateway_(gateway), why_(std::move(why)), done_(std::move(done)) {
  }

  void start(std::vector<uuid> ids);

private:
  void choose(const std::vector<uuid>& ids, std::vector<dead_letter> all);
  void submit(std::size_t place);
  void on_reply(std::size_t place, const registration_reply& reply);
  void note_acts();
  void delete_letters();
  void answer();

  /// A letter that is being retried, and where its result belongs.
  struct retried {
    dead_letter letter;
    std::size_t result = 0;
    bool is_registered = false;
  };

  operations_gateway& gateway_;
  operator_reason why_;
  reply done_;
  /// Guards what follows while answers come in.
  std::mutex mutex_;
  results results_;
  std::vector<retried> retried_;
  std::size_t open_ = 0;
  bool is_audited_ = true;
};

} // namespace registrar

#pragma once

#include "storage/rules/key_rules.hpp"
#include "storage/rules/ledger_rules.hpp"

#include <array>
#include <functional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

/// A small world around the real rules and key rules: one section of one seat
/// without a waitlist, one student with up to three keys (register, drop,
/// register), tries of each key that may be late or die at every step, another
/// student, a registration window, leases that end, processes that crash. The
/// model walks every order of events.

namespace registrar::test {

/// One rule of DESIGN 3 broken on purpose: the model must find it out.
enum class mutation {
  none,
  complete_without_comparing_attempts,
  broker_refuses_any_attempt,
  no_memos,
  no_memo_of_passing_refusals,
  passing_refusals_bind_later_attempts,
  begin_is_lost_though_its_effect_is_not,
  answer_is_sent_before_it_is_durable,
};

/// How far the walk goes.
struct extent {
  std::size_t keys = 3;
  std::size_t tries = 2;
  int crashes = 1;
  int lease_ends = 1;
  int window_flips = 1;
  bool opens_late = false;
  bool with_other_student = true;
};

enum class step { idle, sent, answered, over };

/// One request of a client under a key.
struct key_try {
  step at = step::idle;
  std::uint32_t attempt = 0;
  bool has_verdict = false;
  /// What the ledger or the broker said.
  seat_outcome outcome;
};

struct key_world {
  ledger_rules ledger;
  std::uint64_t incarnation = 1;
  timestamp now{std::chrono::hours{1}};
  bool is_open = true;
  int other = 0;
  int crashes = 0, lease_ends = 0, window_flips = 0;
  std::array<std::optional<key_record>, 3> records, durable;
  std::array<std::array<key_try, 3>, 3> tries;
  /// Attempts that took effect, of each key.
  std::array<std::vector<std::uint32_t>, 3> effects;
  /// Answers that were kept, and how far passing ones went, of each key.
  std::array<std::set<std::string>, 3> answers;
  std::array<std::uint32_t, 3> passed_until{};
};

class key_protocol_model {
public:
  key_protocol_model(extent size, mutation broken);

  /// Walks every order of events. @returns what broke, or nothing.
  std::optional<std::string> run();

  std::size_t states() const {
    return seen_.size();
  }

private:
  void walk(const key_world& world);
  void move(const key_world& from, const std::string& why,
            const std::function<void(key_world&)>& event);
  void walk_try(const key_world& world, std::size_t key, std::size_t number);
  void begin(key_world& world, std::size_t key, key_try& mine);
  void execute(key_world& world, std::size_t key, key_try& mine);
  void complete(key_world& world, std::size_t key, key_try& mine,
                bool is_delivered);
  void answer(key_world& world, std::size_t key, const std::string& response);
  void crash(key_world& world);
  void check(const key_world& world);
  void fail(const std::string& what);
  std::string signature(const key_world& world) const;

  extent size_;
  mutation broken_;
  std::unordered_set<std::string> seen_;
  std::vector<std::string> path_;
  std::optional<std::string> failure_;
};

} // namespace registrar::test

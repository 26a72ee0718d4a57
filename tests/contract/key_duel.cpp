#include "tests/contract/key_duel.hpp"

#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

namespace registrar::test {

namespace {

using namespace std::chrono_literals;

constexpr epoch owner{1, 1};

const char* name_of(key_state state) {
  switch (state) {
    case key_state::begun: return "begun";
    case key_state::in_flight: return "in flight";
    case key_state::stored: return "stored";
    case key_state::mismatch: return "mismatch";
  }
  return "";
}

} // namespace

key_duel::key_duel(const back_end_kind& kind, std::uint64_t round)
  : model_(reference_back_end()), other_(kind), random_(round) {
  for (auto* x : {&model_, &other_})
    must(x->ledger().fence(owner));
}

void key_duel::step() {
  pass_time();
  auto kind = random_.below(30);
  if (kind < 2) {
    start_again();
  } else if (kind < 4) {
    trim();
  } else if (kind < 8) {
    have_an_effect();
  } else if (kind < 14) {
    ++taken["group"];
    for (auto* x : {&model_, &other_})
      must(x->group().open());
    for (auto left = random_.below(5); left > 0; --left)
      ask();
    if (random_.one_in(3))
      have_an_effect();
    for (auto* x : {&model_, &other_})
      must(x->group().commit());
  } else {
    ask();
  }
}

void key_duel::ask() {
  switch (random_.below(5)) {
    case 0:
    case 1: begin(); break;
    case 2:
    case 3: complete(); break;
    default: look_up();
  }
}

void key_duel::begin() {
  std::vector<begin_key> keys(1 + random_.below(5));
  for (auto& key : keys) {
    key.scope = any_scope();
    // One in some uses a key for other data.
    key.fingerprint[31] = random_.one_in(8) ? 1 : 0;
    key.lease = 1s * (1 + random_.below(6));
    key.ttl = random_.one_in(3) ? 2s : 24h;
  }
  auto expected = model_.keys().begin(keys, now_);
  auto begun = other_.keys().begin(keys, now_);
  REQUIRE(begun.size() == keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    REQUIRE(begun[i] == expected[i]);
    REQUIRE(begun[i].error.code == ec::none);
    ++taken[name_of(begun[i].state)];
    if (begun[i].state == key_state::begun && begun[i].attempt > 1)
      ++taken["taken over"];
    attempts_[keys[i].scope] = begun[i].attempt;
  }
}

void key_duel::complete() {
  std::vector<complete_key> keys(1 + random_.below(5));
  for (auto& key : keys) {
    key.scope = any_scope();
    key.attempt = attempts_[key.scope];
    // One in some is late, or never was.
    if (random_.one_in(4))
      key.attempt += static_cast<std::uint32_t>(random_.below(3)) - 1;
    key.keep = !random_.one_in(3);
    if (key.keep)
      key.response = std::string(random_.below(400), 'a')
                     + std::to_string(random_.below(1000));
  }
  auto expected = model_.keys().complete(keys, now_);
  auto completed = other_.keys().complete(keys, now_);
  REQUIRE(completed.size() == keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    REQUIRE(completed[i] == expected[i]);
    REQUIRE(completed[i].error.code == ec::none);
    ++taken[completed[i].accepted ? "completed" : "too late"];
  }
}

void key_duel::look_up() {
  auto scope = any_scope();
  auto found = must(other_.keys().look_up(scope, now_));
  REQUIRE(found == must(model_.keys().look_up(scope, now_)));
}

void key_duel::start_again() {
  // A begin is durable with the first effect after it, not before.
  if (random_.one_in(2)) {
    ++taken["crash"];
    have_an_effect();
    for (auto* x : {&model_, &other_})
      x->crash();
  } else {
    ++taken["reopen"];
    for (auto* x : {&model_, &other_})
      x->reopen();
  }
}

void key_duel::crash_at_once() {
  for (auto* x : {&model_, &other_})
    x->crash();
  for (const auto& [scope, attempt] : attempts_) {
    auto expected = must(model_.keys().look_up(scope, now_));
    auto found = must(other_.keys().look_up(scope, now_));
    if (expected.state == key_state::stored) {
      ++taken["survived"];
      REQUIRE(found == expected);
    } else {
      REQUIRE(found.state != key_state::stored);
      REQUIRE(found.attempt <= expected.attempt);
    }
  }
}

void key_duel::have_an_effect() {
  decide_batch batch;
  batch.section = id<section_id>(1);
  batch.owner = owner;
  batch.may_create = true;
  ledger_command command;
  command.kind = command_kind::change_settings;
  command.request = id<request_id>(++last_request_);
  command.changed = changes_total_seats;
  command.settings.total_seats = static_cast<std::uint32_t>(last_request_);
  batch.commands.push_back(command);
  for (auto* x : {&model_, &other_}) {
    auto decided = x->ledger().execute({&batch, 1}, now_);
    REQUIRE(decided.at(0).answer.outcomes.at(0).status
            == seat_status::settings_changed);
  }
}

void key_duel::pass_time() {
  if (random_.one_in(20))
    now_ += 13h;
  else if (random_.one_in(3))
    now_ += std::chrono::milliseconds{random_.below(4000)};
}

void key_duel::trim() {
  ++taken["trim"];
  for (auto* x : {&model_, &other_})
    must(x->journal().trim({}, now_, 1 + random_.below(50)));
}

key_scope key_duel::any_scope() {
  return {id<student_id>(1 + random_.below(2)),
          random_.one_in(2) ? route::register_sections : route::drop_sections,
          "key " + std::to_string(random_.below(4))};
}

} // namespace registrar::test

#include "key_protocol_model.hpp"

#include "messages/refusals.hpp"
#include "tests/ids_of.hpp"

#include <algorithm>

namespace registrar::test {

namespace {

using namespace std::chrono_literals;

const auto here = id<section_id>(1);
const auto ours = id<student_id>(1);
const auto other = id<student_id>(2);
constexpr epoch owner{1, 1};

bool registers(std::size_t key) {
  return key != 1;
}

request_id request_of(std::size_t key) {
  return id<request_id>(key + 1);
}

bool is_passing_answer(const seat_outcome& outcome) {
  return outcome.status == seat_status::rejected
         && std::all_of(outcome.refusals.begin(), outcome.refusals.end(),
                        [](const refusal& x) { return is_passing(x.reason); });
}

std::string body_of(const seat_outcome& outcome) {
  return std::to_string(static_cast<int>(outcome.status)) + "/"
         + std::to_string(outcome.registration.value.bytes[15]);
}

seat_outcome refused(refusal_reason reason) {
  seat_outcome result;
  result.status = seat_status::rejected;
  result.refusals = {{reason, timestamp{}}};
  return result;
}

ledger_rules::decision decide(key_world& world, ledger_command command) {
  return world.ledger.decide({here, owner, true, {1, 0}, {command}}, world.now);
}

/// The other student takes the seat or gives it back.
void command_other(key_world& world, command_kind kind) {
  ledger_command command;
  command.kind = kind;
  command.request = id<request_id>(50 + static_cast<unsigned>(world.other));
  command.student = other;
  command.registration = id<registration_id>(99);
  decide(world, command);
  ++world.other;
}

} // namespace

key_protocol_model::key_protocol_model(extent size, mutation broken)
  : size_(size), broken_(broken) {
}

std::optional<std::string> key_protocol_model::run() {
  key_world world;
  REGISTRAR_ASSERT(world.ledger.fence(owner));
  REGISTRAR_ASSERT(
    world.ledger.decide({here, owner, true, {1, 0}, {}}, world.now)
      .entries.size()
    == 1);
  world.is_open = !size_.opens_late;
  walk(world);
  return failure_;
}

void key_protocol_model::move(const key_world& from, const std::string& why,
                              const std::function<void(key_world&)>& event) {
  if (failure_)
    return;
  auto to = from;
  path_.push_back(why);
  event(to);
  check(to);
  walk(to);
  path_.pop_back();
}

void key_protocol_model::walk(const key_world& world) {
  if (failure_ || !seen_.insert(signature(world)).second)
    return;
  if (world.window_flips < size_.window_flips)
    move(world, "window flips", [](key_world& x) {
      x.is_open = !x.is_open;
      ++x.window_flips;
    });
  if (world.lease_ends < size_.lease_ends)
    move(world, "leases end", [](key_world& x) {
      x.now += 10s;
      ++x.lease_ends;
    });
  if (world.crashes < size_.crashes)
    move(world, "crash", [this](key_world& x) { crash(x); });
  const auto* row = world.ledger.state().find(here)->find(other);
  if (size_.with_other_student && row == nullptr && world.other == 0
      && world.ledger.state().find(here)->has_free_seat())
    move(world, "other enrols", [](key_world& x) {
      command_other(x, command_kind::register_student);
    });
  if (row != nullptr)
    move(world, "other drops",
         [](key_world& x) { command_other(x, command_kind::drop); });
  for (std::size_t key = 0; key < size_.keys; ++key)
    for (std::size_t number = 0; number < size_.tries; ++number)
      walk_try(world, key, number);
}

void key_protocol_model::walk_try(const key_world& world, std::size_t key,
                                  std::size_t number) {
  const auto& mine = world.tries[key][number];
  auto name = "K" + std::to_string(key + 1) + "#" + std::to_string(number + 1);
  auto on = [=](auto what) {
    return [=](key_world& x) { what(x, x.tries[key][number]); };
  };
  if (mine.at == step::idle) {
    auto is_next = number == 0 || world.tries[key][number - 1].at != step::idle;
    auto may_start = key == 0 || world.tries[key - 1][0].at != step::idle;
    if (is_next && may_start)
      move(world, name + " begins",
           on([=, this](key_world& x, key_try& t) { begin(x, key, t); }));
  } else if (mine.at == step::sent) {
    move(world, name + " is decided",
         on([=, this](key_world& x, key_try& t) { execute(x, key, t); }));
  } else if (mine.at == step::answered) {
    move(world, name + " dies",
         on([](key_world&, key_try& t) { t = {step::over}; }));
    move(
      world, name + " completes, dies",
      on([=, this](key_world& x, key_try& t) { complete(x, key, t, false); }));
    move(
      world, name + " completes " + body_of(mine.outcome),
      on([=, this](key_world& x, key_try& t) { complete(x, key, t, true); }));
  }
}

void key_protocol_model::begin(key_world& world, std::size_t key,
                               key_try& mine) {
  begin_key command;
  command.lease = 5s;
  command.ttl = 24h;
  auto begun = key_rules{world.incarnation}.begin(world.records[key], command,
                                                  world.now);
  if (begun.state == key_state::stored) {
    answer(world, key, begun.response);
    mine = {step::over};
  }
  if (begun.state != key_state::begun)
    return;
  mine.attempt = begun.attempt;
  mine.at = step::sent;
  mine.has_verdict = registers(key) && !world.is_open;
  auto may_refuse
    = begun.attempt == 1 || broken_ == mutation::broker_refuses_any_attempt;
  if (!may_refuse || !registers(key))
    return;
  // The broker refuses by its own knowledge, without the ledger.
  const auto* taken = world.ledger.state().find(here)->find(other);
  if (mine.has_verdict)
    mine.outcome = refused(refusal_reason::window_over);
  else if (taken != nullptr)
    mine.outcome = refused(refusal_reason::section_full);
  if (mine.outcome.status == seat_status::rejected)
    mine.at = step::answered;
}

void key_protocol_model::execute(key_world& world, std::size_t key,
                                 key_try& mine) {
  ledger_command command;
  command.kind
    = registers(key) ? command_kind::register_student : command_kind::drop;
  command.request = request_of(key);
  command.student = ours;
  command.registration = id<registration_id>(10 * (key + 1) + mine.attempt);
  command.memo_ttl = 25h;
  command.attempt = mine.attempt;
  if (mine.has_verdict)
    command.verdict = {{refusal_reason::window_over, timestamp{}}};
  if (broken_ == mutation::no_memos
      || (broken_ == mutation::no_memo_of_passing_refusals && mine.has_verdict))
    command.memo_ttl = 0ms;
  if (broken_ == mutation::passing_refusals_bind_later_attempts)
    command.attempt = 1;
  auto decision = decide(world, command);
  mine.outcome = decision.answer.outcomes.at(0);
  mine.at = step::answered;
  auto has_effect
    = std::any_of(decision.entries.begin(), decision.entries.end(),
                  [](const auto& x) { return x.kind != entry_kind::decided; });
  if (has_effect) {
    world.effects[key].push_back(mine.attempt);
    if (mine.attempt <= world.passed_until[key])
      fail("an effect behind a passing answer");
  }
  auto is_latest
    = world.records[key] && world.records[key]->attempt == mine.attempt;
  if (is_latest && !mine.has_verdict && is_passing_answer(mine.outcome))
    fail("the latest attempt is refused for what has passed");
  // The commit that holds the effect holds every begin before it.
  if (broken_ != mutation::begin_is_lost_though_its_effect_is_not)
    world.durable = world.records;
}

void key_protocol_model::complete(key_world& world, std::size_t key,
                                  key_try& mine, bool is_delivered) {
  complete_key command;
  command.attempt = mine.attempt;
  command.keep = !is_passing_answer(mine.outcome);
  command.response = body_of(mine.outcome);
  auto& record = world.records[key];
  if (broken_ == mutation::complete_without_comparing_attempts && record)
    command.attempt = record->attempt;
  auto completed
    = key_rules{world.incarnation}.complete(record, command, world.now);
  if (broken_ != mutation::answer_is_sent_before_it_is_durable && command.keep)
    world.durable = world.records;
  mine.at = step::over;
  if (is_delivered && completed.accepted && command.keep)
    answer(world, key, command.response);
  else if (is_delivered && !completed.response.empty())
    answer(world, key, completed.response);
  else if (is_delivered && completed.accepted) {
    world.passed_until[key] = std::max(world.passed_until[key], mine.attempt);
    if (!world.effects[key].empty())
      fail("a passing answer behind an effect");
  }
  mine = {step::over};
}

void key_protocol_model::answer(key_world& world, std::size_t key,
                                const std::string& response) {
  world.answers[key].insert(response);
}

void key_protocol_model::crash(key_world& world) {
  ++world.crashes;
  ++world.incarnation;
  world.records = world.durable;
  // Nothing that was late is left; numbers may start again.
  world.passed_until = {};
  for (auto& tries : world.tries)
    for (auto& mine : tries)
      if (mine.at != step::idle)
        mine = {step::over};
}

void key_protocol_model::check(const key_world& world) {
  for (std::size_t key = 0; key < size_.keys; ++key) {
    const auto& answers = world.answers[key];
    const auto& effects = world.effects[key];
    if (answers.size() > 1)
      fail("two answers of one key");
    if (effects.size() > 1)
      fail("two effects of one key");
    if (answers.empty())
      continue;
    auto says_effect = answers.begin()->starts_with("1/")
                       || answers.begin()->starts_with("5/");
    if (says_effect == effects.empty())
      fail("an answer contradicts the effect");
  }
}

void key_protocol_model::fail(const std::string& what) {
  if (failure_)
    return;
  failure_ = what + " after";
  for (const auto& event : path_)
    *failure_ += " | " + event;
}

std::string key_protocol_model::signature(const key_world& world) const {
  std::string result;
  auto put = [&](auto x) { result.push_back(static_cast<char>(x)); };
  put(world.is_open);
  put(world.other);
  put(world.crashes);
  put(world.lease_ends);
  put(world.window_flips);
  const auto& section = *world.ledger.state().find(here);
  for (const auto& student : {ours, other}) {
    const auto* row = section.find(student);
    put(row == nullptr ? 0 : row->registration.value.bytes[15]);
  }
  for (std::size_t key = 0; key < size_.keys; ++key) {
    for (const auto* record : {&world.records[key], &world.durable[key]}) {
      put(!*record ? 0 : (*record)->attempt);
      if (!*record)
        continue;
      put((*record)->lease_ends > world.now
          && (*record)->incarnation == world.incarnation);
      result += (*record)->response + ";";
    }
    auto memo
      = world.ledger.state().find_memo(section, request_of(key), world.now);
    put(memo ? memo->attempt : 0);
    if (memo)
      result += body_of(memo->outcome)
                + (is_passing_answer(memo->outcome) ? "p;" : ";");
    for (std::size_t number = 0; number < size_.tries; ++number) {
      const auto& mine = world.tries[key][number];
      put(mine.at);
      put(mine.attempt);
      put(mine.has_verdict);
      result += body_of(mine.outcome)
                + (is_passing_answer(mine.outcome) ? "p;" : ";");
    }
    for (auto effect : world.effects[key])
      put(effect);
    put(';');
    for (const auto& body : world.answers[key])
      result += body + ",";
    put(world.passed_until[key]);
  }
  return result;
}

} // namespace registrar::test

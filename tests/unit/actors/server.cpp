#include "tests/unit/actors/server.hpp"

#include "actors/supervisor.hpp"
#include "storage/rules/invariants.hpp"
#include "tests/unit/actors/plain_tree.hpp"

#include <algorithm>

namespace actor_tests {

server::server() = default;

server::~server() {
  caf::anon_send_exit(root, caf::exit_reason::user_shutdown);
  root = nullptr;
  consume_messages();
}

void server::start(settings config) {
  root = sys.spawn(
    supervisor, "test", peers->actors,
    plain_children(sys, {std::move(config), factory, peers, view, {}}));
  pass(50ms);
}

bool server::step() {
  auto has_run = consume_message();
  collect();
  return has_run;
}

void server::settle() {
  while (step())
    ;
}

void server::pass(std::chrono::milliseconds time) {
  settle();
  for (; time > 0ms; time -= 10ms) {
    now += 10ms;
    advance_time(10ms);
    settle();
  }
}

void server::kill(const caf::strong_actor_ptr& actor) {
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  settle();
}

void server::post(registration_request x) {
  asked_at[x.request] = now;
  replies.erase(x.request);
  self->send(peers->broker.get(), std::move(x));
}

void server::post(int number, int student, std::vector<int> sections) {
  post(request_for(number, student, std::move(sections)));
}

void server::drop(int number, int student, int section) {
  auto x = request_for(number, student, {section});
  x.route = route::drop_sections;
  post(std::move(x));
}

bool server::is_answered(int number) const {
  return replies.count(request_of(number)) > 0;
}

const registration_reply& server::reply(int number) const {
  return replies.at(request_of(number));
}

seat_status server::status(int number) const {
  if (!is_answered(number) || reply(number).error.code != ec::none
      || reply(number).results.empty())
    return seat_status::undecided;
  return reply(number).results[0].outcome.status;
}

section_rows server::in_ledger(int section) {
  auto id = section_of(section);
  auto stores = factory->ledger.open();
  auto rows = stores->ledger().rows({&id, 1});
  return rows ? (*rows)[0] : section_rows{};
}

std::uint64_t server::sql_cursor(const section_id& section) const {
  auto found = factory->sql->sections.find(section);
  return found == factory->sql->sections.end() ? 0 : found->second.sequence();
}

section_rows server::in_sql(int section) const {
  auto found = factory->sql->sections.find(section_of(section));
  return found == factory->sql->sections.end() ? section_rows{}
                                               : found->second.rows();
}

std::size_t server::effects_of(int student) {
  auto page = factory->ledger.open_journal()->read(0, 100'000);
  return static_cast<std::size_t>(std::count_if(
    page->entries.begin(), page->entries.end(), [&](const journal_entry& x) {
      return x.student == student_of(student)
             && (x.kind == entry_kind::enrolled
                 || x.kind == entry_kind::waitlisted);
    }));
}

std::int64_t server::figure_of(const actor_interface<>& actor,
                               const std::string& name) {
  std::int64_t result = -1;
  self->send(actor, get_status{});
  // Not `settle`, which looks for nothing but replies.
  consume_messages();
  self->receive([&](const actor_status& x) {
    for (const auto& [figure, value] : x.figures)
      if (figure == name)
        result = value;
  });
  return result;
}

void server::check_section(int section) {
  auto rows = in_ledger(section);
  for (const auto& broken : broken_invariants(rows))
    CAF_ERROR(broken);
  CAF_CHECK(rows == in_sql(section));
}

void server::collect() {
  while (!self->mailbox().empty())
    self->receive([this](registration_reply& x) {
      longest = std::max(longest, now - asked_at[x.request]);
      for (const auto& result : x.results)
        if (result.error.code == ec::none
            && sql_cursor(result.section) < result.outcome.sequence)
          ++answers_before_sql;
      auto request = x.request;
      CAF_CHECK(replies.emplace(request, std::move(x)).second);
    });
}

} // namespace actor_tests

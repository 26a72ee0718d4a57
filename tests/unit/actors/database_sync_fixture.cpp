#include "tests/unit/actors/database_sync_fixture.hpp"

namespace actor_tests {

sync_fixture::sync_fixture() {
  start_ledger();
  reader = sys.spawn(silent_reader, log);
  peers->journal_reader.set(reader);
  peers->waitlist[0].set(sys.spawn(silent_waitlist, log));
}

sync_fixture::~sync_fixture() {
  kill();
}

void sync_fixture::start() {
  uut = sys.spawn(database_sync, std::size_t{0}, peers,
                  std::shared_ptr<store_factory>{factory});
  consume_messages();
}

void sync_fixture::start_ledger() {
  peers->ledger[0].set(sys.spawn(silent_ledger, ledger));
}

void sync_fixture::kill() {
  caf::anon_send_exit(uut, caf::exit_reason::kill);
  consume_messages();
}

void sync_fixture::post(std::vector<journal_entry> entries) {
  self->send(uut, entries_appended{std::move(entries)});
}

void sync_fixture::pass(std::chrono::milliseconds time) {
  consume_messages();
  for (; time > 0ms; time -= 10ms) {
    advance_time(std::min<std::chrono::milliseconds>(time, 10ms));
    consume_messages();
  }
}

void sync_fixture::bring(std::vector<journal_entry> entries) {
  post(std::move(entries));
  pass(gathered);
}

std::uint64_t sync_fixture::in_sql(int section) {
  auto found = factory->sql->sections.find(section_of(section));
  return found == factory->sql->sections.end() ? 0 : found->second.sequence();
}

failure sync_fixture::ping_it() {
  failure result;
  self->send(uut, ping{});
  consume_messages();
  self->receive([&](failure& x) { result = std::move(x); });
  return result;
}

std::string sync_fixture::state() {
  std::string result;
  self->send(uut, get_status{});
  consume_messages();
  self->receive([&](const actor_status& x) { result = x.state; });
  return result;
}

} // namespace actor_tests

#include "storage/rules/digest.hpp"
#include "tests/contract/ledger_script.hpp"
#include "tests/contract/side.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace registrar;
using namespace registrar::test;

namespace {

/// What a server does at once: a worker decides, a journal reader carries to
/// SQL, others read SQL. Threads note what went wrong; the test looks at it.
class crowd {
public:
  crowd(const back_end_kind& kind, std::uint64_t round)
    : stores_(kind), script_(round) {
    script_.owner = {1, 1};
    must(stores_.ledger().fence(script_.owner));
  }

  void run() {
    std::thread worker{[this] { decide(); }};
    std::thread carrier{[this] { carry(); }};
    std::thread spectator{[this] { watch(); }};
    worker.join();
    carrier.join();
    spectator.join();
    REQUIRE_MESSAGE(worker_failed_.code == ec::none, worker_failed_.detail);
    REQUIRE_MESSAGE(carrier_failed_.code == ec::none, carrier_failed_.detail);
    REQUIRE_MESSAGE(spectator_failed_.code == ec::none,
                    spectator_failed_.detail);
    REQUIRE(effects_ > 0);
    REQUIRE(carried_ == effects_);
    std::vector<section_id> sections;
    for (const auto& header : must(stores_.ledger().headers()))
      sections.push_back(header.section);
    REQUIRE(must(stores_.sql().load())
            == must(stores_.ledger().rows(sections)));
  }

private:
  void decide() {
    for (int i = 0; i < 60 && worker_failed_.code == ec::none; ++i) {
      script_.pass_time();
      auto batches = script_.batches();
      auto decided = stores_.ledger().execute(batches, script_.now);
      script_.learn(batches, decided);
      for (const auto& x : decided) {
        for (const auto& entry : x.entries)
          effects_ += entry.kind == entry_kind::decided ? 0 : 1;
        auto code = x.answer.error.code;
        if (code != ec::none && code != ec::fenced && code != ec::ledger_lost)
          worker_failed_ = x.answer.error;
      }
    }
    has_ended_ = true;
  }

  void carry() {
    std::uint64_t position = 0;
    for (;;) {
      auto is_last = has_ended_.load();
      auto page = stores_.reader().read(position, 50);
      if (!page) {
        carrier_failed_ = page.error();
        return;
      }
      if (page->entries.empty() && is_last)
        return;
      position = page->position;
      carried_ += page->entries.size();
      auto applied = stores_.sql().apply(page->entries);
      if (!applied || !applied->gaps.empty()) {
        carrier_failed_
          = applied ? failure{ec::store_corrupt, "gap"} : applied.error();
        return;
      }
    }
  }

  void watch() {
    auto beside = stores_.open_sql();
    while (beside && !has_ended_) {
      auto rows = (*beside)->load();
      if (!rows)
        spectator_failed_ = rows.error();
      else
        for (const auto& x : *rows)
          if (x.header.enrolled != x.roster.size())
            spectator_failed_ = {ec::store_corrupt, "not one snapshot"};
    }
    if (!beside)
      spectator_failed_ = beside.error();
  }

  side stores_;
  ledger_script script_;
  std::atomic<bool> has_ended_ = false;
  std::size_t effects_ = 0;
  std::size_t carried_ = 0;
  failure worker_failed_, carrier_failed_, spectator_failed_;
};

} // namespace

TEST_CASE("worker, journal reader and readers of SQL do not disturb each "
          "other") {
  std::vector<back_end_kind> all{back_ends().begin(), back_ends().end()};
  all.push_back(reference_back_end());
  for (const auto& kind : all) {
    auto count = rounds(2);
    for (std::uint64_t round = 0; round < count; ++round) {
      INFO(kind.name, ", seed ", seed(), ", round ", round);
      crowd{kind, round}.run();
    }
  }
}

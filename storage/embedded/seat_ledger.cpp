#include "storage/embedded/seat_ledger.hpp"

#include <exception>

namespace registrar {

namespace {

failure behind(const section_id& section) {
  return {ec::ledger_behind,
          "The journal holds less of section " + section.to_string()
            + " than SQL: it lost writes; put the right journal.db back, or "
              "run `registrar rebuild-ledger`."};
}

} // namespace

fallible<done> embedded_seat_ledger::fence(const epoch& owner) {
  return core_.in_group([&]() -> fallible<done> {
    if (auto fenced = core_.rules().fence(owner); !fenced)
      return fenced;
    if (auto begun = core_.write(); !begun)
      return begun;
    auto written = core_.file().write_owner(owner);
    if (!written)
      core_.spoil(written.error());
    return written;
  });
}

fallible<epoch> embedded_seat_ledger::current_epoch() {
  epoch result;
  auto ran = core_.in_group([&]() -> fallible<done> {
    result = core_.rules().state().owner();
    return done{};
  });
  if (!ran)
    return ran.error();
  return result;
}

std::vector<seat_ledger::decision>
embedded_seat_ledger::execute(std::span<const decide_batch> batches,
                              timestamp at) {
  std::vector<decision> result(batches.size());
  auto ran = core_.in_group([&]() -> fallible<done> {
    for (std::size_t i = 0; i < batches.size(); ++i)
      if (auto decided = execute(batches[i], at, result[i]); !decided)
        return decided;
    return done{};
  });
  if (ran)
    return result;
  for (auto& decided : result) {
    decided = {};
    decided.answer.error = ran.error();
  }
  return result;
}

fallible<done> embedded_seat_ledger::execute(const decide_batch& batch,
                                             timestamp at, decision& result) {
  if (core_.is_behind(batch.section)) {
    result.answer.error = behind(batch.section);
    return done{};
  }
  try {
    auto decided = core_.rules().decide(batch, at);
    result = {std::move(decided.answer), std::move(decided.entries)};
  } catch (const std::exception& broken) {
    // The state in memory cannot be trusted any more; the one on disk can.
    failure why{ec::internal, "Deciding a batch of section "
                                + batch.section.to_string()
                                + " failed: " + broken.what()};
    core_.spoil(why);
    return why;
  }
  return core_.append(result.entries);
}

fallible<std::vector<std::vector<live_registration>>>
embedded_seat_ledger::registrations(std::span<const student_id> students) {
  std::vector<std::vector<live_registration>> result;
  auto ran = core_.in_group([&]() -> fallible<done> {
    for (const auto& student : students) {
      auto& found
        = result.emplace_back(core_.rules().state().registrations(student));
      std::erase_if(found, [&](const live_registration& x) {
        return core_.is_behind(x.section);
      });
    }
    return done{};
  });
  if (!ran)
    return ran.error();
  return result;
}

fallible<std::vector<section_rows>>
embedded_seat_ledger::rows(std::span<const section_id> sections) {
  std::vector<section_rows> result;
  auto ran = core_.in_group([&]() -> fallible<done> {
    for (const auto& id : sections) {
      const auto* section = core_.rules().state().find(id);
      if (section == nullptr)
        return ledger_rules::missing(id);
      if (core_.is_behind(id))
        return behind(id);
      result.push_back(section->rows());
    }
    return done{};
  });
  if (!ran)
    return ran.error();
  return result;
}

fallible<std::vector<section_header>> embedded_seat_ledger::headers() {
  std::vector<section_header> result;
  auto ran = core_.in_group([&]() -> fallible<done> {
    result = core_.rules().state().headers();
    std::erase_if(result, [&](const section_header& x) {
      return core_.is_behind(x.section);
    });
    return done{};
  });
  if (!ran)
    return ran.error();
  return result;
}

fallible<done> embedded_seat_ledger::set_standing(
  std::span<const std::pair<student_id, bool>> is_active) {
  for (const auto& [student, active] : is_active)
    core_.set_standing(student, active);
  return done{};
}

fallible<done> embedded_seat_ledger::ping() {
  return core_.in_group([&]() -> fallible<done> {
    auto identity = core_.file().read_identity();
    if (!identity)
      return identity.error();
    return done{};
  });
}

} // namespace registrar

#include "cli/rehearse/invariants.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace registrar::rehearsal {

namespace {

struct seat {
  bool is_waiting = false;
  registration_id registration;
};

using seat_map = std::unordered_map<student_id, seat>;

std::string count(std::size_t n) {
  return std::to_string(n);
}

/// Who has which place; a student who is found twice is a violation.
seat_map seats_of(const section_end& section, std::vector<violation>& found) {
  seat_map result;
  auto add = [&](const listed_row& row, bool is_waiting) {
    if (!result.emplace(row.student, seat{is_waiting, row.registration}).second)
      found.push_back({"doubled", "student " + row.student.to_string()
                                    + " has two places in " + section.name});
  };
  for (auto& row : section.roster)
    add(row, false);
  for (auto& row : section.waitlist)
    add(row, true);
  return result;
}

/// What the last answer says about the place; nothing where it leaves it open.
std::optional<bool> promised_place(const std::string& status) {
  if (status == "enrolled" || status == "waitlisted"
      || status == "already_registered")
    return true;
  if (status == "dropped" || status == "left_waitlist"
      || status == "not_registered" || status == "rejected")
    return false;
  return std::nullopt;
}

std::string placed(const seat* at) {
  if (at == nullptr)
    return "has no place";
  return at->is_waiting ? "waits" : "is enrolled";
}

} // namespace

void invariant_checker::acknowledge(const acknowledgement& what) {
  auto& word = told_[what.told.section][what.student];
  // A refused request leaves the place as it was.
  if (what.told.status == "rejected" && promised_place(word.status) == true)
    return;
  auto is_same_seat = what.told.status == "already_registered"
                      && promised_place(word.status) == true;
  if (is_same_seat)
    return;
  word = {what.asked, what.told.status, what.told.registration,
          what.sent,  what.received,    false};
}

void invariant_checker::leave_in_doubt(const student_id& student,
                                       const section_id& section) {
  told_[section][student].is_in_doubt = true;
}

void invariant_checker::compare_copies(std::string_view key,
                                       std::string_view body) {
  auto [first, is_new] = copies_.try_emplace(std::string{key}, body);
  if (!is_new && first->second != body)
    different_.push_back({"different-answer", "key " + std::string{key}
                                                + " was answered first "
                                                + first->second + " and then "
                                                + std::string{body}});
}

void invariant_checker::check_places(const section_end& section,
                                     const words& told,
                                     std::vector<violation>& found) const {
  std::vector<violation> already_named;
  auto places = seats_of(section, already_named);
  for (auto& [student, word] : told) {
    auto at = places.find(student);
    auto* seat = at == places.end() ? nullptr : &at->second;
    auto promised = promised_place(word.status);
    if (word.is_in_doubt || !promised)
      continue;
    auto is_kept = *promised == (seat != nullptr)
                   && !(word.status == "enrolled" && seat->is_waiting)
                   && (seat == nullptr || seat->registration.is_nil()
                       || word.registration.is_nil()
                       || seat->registration == word.registration);
    if (!is_kept)
      found.push_back(
        {"lost-answer",
         "student " + student.to_string() + " was told " + word.status + " in "
           + section.name + " and " + placed(seat)
           + (seat != nullptr && *promised
                ? " under registration " + seat->registration.to_string()
                : "")});
  }
  for (auto& [student, seat] : places)
    if (!told.contains(student))
      found.push_back({"unasked", "student " + student.to_string()
                                    + " never asked for " + section.name
                                    + " and " + placed(&seat)});
}

void invariant_checker::check_order(const section_end& section,
                                    const words& told,
                                    std::vector<violation>& found) const {
  constexpr auto never = std::numeric_limits<std::uint64_t>::max();
  auto word_of = [&](const listed_row& row) -> const last_word* {
    auto word = told.find(row.student);
    auto is_known = word != told.end() && !word->second.is_in_doubt
                    && (word->second.status == "enrolled"
                        || word->second.status == "waitlisted");
    return is_known ? &word->second : nullptr;
  };
  // Nobody was answered before somebody asked who stands before him.
  auto latest_sent = std::uint64_t{0};
  const listed_row* latest = nullptr;
  auto earliest_received = never;
  const listed_row* earliest = nullptr;
  for (auto& row : section.waitlist) {
    auto* word = word_of(row);
    if (word == nullptr)
      continue;
    if (word->received < latest_sent)
      found.push_back({"line-order", "student " + row.student.to_string()
                                       + " waited in " + section.name
                                       + " before "
                                       + latest->student.to_string()
                                       + " came, who stands before him"});
    if (word->sent > latest_sent) {
      latest_sent = word->sent;
      latest = &row;
    }
    if (word->received < earliest_received) {
      earliest_received = word->received;
      earliest = &row;
    }
  }
  // Nobody got a seat who came when somebody waited who still waits.
  for (auto& row : section.roster) {
    auto* word = word_of(row);
    if (word != nullptr && word->sent > earliest_received)
      found.push_back(
        {"line-order", "student " + row.student.to_string() + " got a seat in "
                         + section.name + " although "
                         + earliest->student.to_string()
                         + " was waiting before and still waits"});
  }
}

std::vector<violation>
invariant_checker::check(std::span<const section_end> sections) const {
  auto result = different_;
  static const words nobody;
  auto known = std::unordered_map<section_id, bool>{};
  for (auto& section : sections) {
    auto told = told_.find(section.section);
    known[section.section] = true;
    auto& answers = told == told_.end() ? nobody : told->second;
    for (auto& broken : check_section(section))
      result.push_back(std::move(broken));
    check_places(section, answers, result);
    check_order(section, answers, result);
  }
  for (auto& [section, students] : told_)
    if (!known.contains(section))
      result.push_back({"lost-answer", "section " + section.to_string()
                                         + " was not read at the end, and "
                                         + count(students.size())
                                         + " students were answered there"});
  return result;
}

std::vector<violation> check_section(const section_end& section) {
  std::vector<violation> found;
  auto& counts = section.counts;
  if (section.roster.size()
      > std::max<std::size_t>(counts.total_seats, section.enrolled_before_cut))
    found.push_back(
      {"oversold", section.name + " has " + count(section.roster.size())
                     + " students on " + count(counts.total_seats) + " seats"});
  if (section.roster.size() != counts.enrolled
      || section.waitlist.size() != counts.waitlisted)
    found.push_back(
      {"miscounted", section.name + " says " + count(counts.enrolled)
                       + " enrolled and " + count(counts.waitlisted)
                       + " waiting, and lists " + count(section.roster.size())
                       + " and " + count(section.waitlist.size())});
  if (section.roster.size() < counts.total_seats && !section.waitlist.empty())
    found.push_back({"idle-seat", section.name + " has a free seat while "
                                    + count(section.waitlist.size())
                                    + " students wait"});
  seats_of(section, found);
  return found;
}

std::vector<violation> compare_with_model(const section_end& section,
                                          std::span<const student_id> roster,
                                          std::span<const student_id> line) {
  std::vector<violation> result;
  auto compare = [&](const char* what, const std::vector<listed_row>& is,
                     std::span<const student_id> ought) {
    for (auto i = std::size_t{0}; i < std::max(is.size(), ought.size()); ++i) {
      auto name = [](const student_id* student) {
        return student ? student->to_string() : std::string{"nobody"};
      };
      auto* there = i < is.size() ? &is[i].student : nullptr;
      auto* expected = i < ought.size() ? &ought[i] : nullptr;
      if (!there || !expected || *there != *expected)
        result.push_back(
          {"not-as-the-model", "place " + count(i + 1) + " of the "
                                 + std::string{what} + " of " + section.name
                                 + " is " + name(there) + " and ought to be "
                                 + name(expected)});
    }
  };
  compare("roster", section.roster, roster);
  compare("waitlist", section.waitlist, line);
  return result;
}

} // namespace registrar::rehearsal

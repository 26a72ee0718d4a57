#include "storage/redis/codec.hpp"
#include "tests/ids_of.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace registrar;
using namespace registrar::redis_codec;
using namespace registrar::test;

namespace {

std::string text_of(const auto& x) {
  return x.to_string();
}

/// No text that ends too early, within a field or before one, is read as
/// something else than what it is.
template <class Take>
void check_cuts(std::string_view whole, std::size_t last_field, Take take) {
  for (std::size_t size = 0; size < last_field; ++size) {
    CAPTURE(size);
    CHECK(!take(whole.substr(0, size)));
  }
}

} // namespace

TEST_CASE("a header has settings, sequence and counts") {
  auto section = id<section_id>(1);
  std::string text{"30 4294967295 2 1 0 17 12 3"};
  auto found = take_header(section, text);
  REQUIRE(bool(found));
  section_header wanted{section, {30, unlimited, true, false, 2}, 17, 12, 3};
  CHECK(*found == wanted);
  check_cuts(text, text.size() - 1,
             [&](auto cut) { return take_header(section, cut).has_value(); });
  CHECK(!take_header(section, "30 4294967296 2 1 0 17 12 3"));
  CHECK(!take_header(section, "30 -1 2 1 0 17 12 3"));
}

TEST_CASE("an outcome keeps its refusals and their times") {
  auto registration = id<registration_id>(2);
  auto take = [](const std::string& outcome) {
    return take_memo("1700000090123 1 0 " + outcome);
  };
  auto waits = take("2 " + text_of(registration) + " 4 9 -");
  REQUIRE(bool(waits));
  CHECK(*waits
        == seat_outcome{seat_status::waitlisted, registration, 4, {}, 9});
  auto refused = take("4 - 0 9 5:1700000000000,7:0");
  REQUIRE(bool(refused));
  CHECK(refused->registration.is_nil());
  CHECK(refused->refusals
        == std::vector<refusal>{
          {refusal_reason::window_not_yet_open, moment_of(1700000000000)},
          {refusal_reason::section_frozen, {}}});
  for (auto text : {"", "13 - 0 9 -", "4 - 0 9 10:0", "4 - 0 9 5",
                    "4 - 0 9 5:", "4 x 0 9 -", "4 - 0 9"}) {
    CAPTURE(text);
    CHECK(!take(text));
  }
  for (auto text : {"x 1 0 4 - 0 9 -", "1 x 0 4 - 0 9 -", "1 1 x 4 - 0 9 -",
                    "1 1 4 - 0 9 -"}) {
    CAPTURE(text);
    CHECK(!take_memo(text));
  }
}

TEST_CASE("an entry is what the script appended") {
  auto section = id<section_id>(1);
  auto request = id<request_id>(2);
  auto student = id<student_id>(3);
  auto registration = id<registration_id>(4);
  auto text = "2 " + text_of(section) + " 5 10 1 1 0 8 5 2 1700000000123 "
              + text_of(request) + ' ' + text_of(student)
              + " = 8 1700000090123 1 0 2 " + text_of(registration)
              + " 2 8 - because of it";
  auto found = take_entry(text);
  REQUIRE(bool(found));
  journal_entry wanted;
  wanted.kind = entry_kind::waitlisted;
  wanted.after = {section, {5, 10, true, false, 1}, 8, 5, 2};
  wanted.at = moment_of(1700000000123);
  wanted.request = request;
  wanted.student = student;
  wanted.registration = registration;
  wanted.ticket = 8;
  wanted.memo_expires = moment_of(1700000090123);
  wanted.memo_attempt = 1;
  wanted.memo = {seat_status::waitlisted, registration, 2, {}, 8};
  wanted.failure_reason = "because of it";
  CHECK(*found == wanted);
  auto name = take_entry_name(text);
  REQUIRE(bool(name));
  CHECK(name->section == text_of(section));
  CHECK(name->sequence == 8);
  check_cuts(text, text.find(" because") - 2,
             [](auto cut) { return take_entry(cut).has_value(); });
  auto other = id<registration_id>(5);
  auto promoted = text;
  promoted.replace(text.find(" = "), 3, ' ' + text_of(other) + ' ');
  wanted.registration = other;
  found = take_entry(promoted);
  REQUIRE(bool(found));
  CHECK(*found == wanted);
  text[0] = 'x';
  CHECK(!take_entry(text));
  promoted.replace(promoted.find(text_of(other)), text_of(other).size(), "?");
  CHECK(!take_entry(promoted));
}

TEST_CASE("live rows are read from their fields and values") {
  auto registration = id<registration_id>(4);
  auto student = id<student_id>(3);
  auto request = id<request_id>(2);
  auto seat = take_roster_row(text_of(registration), text_of(student) + ' '
                                                       + text_of(request)
                                                       + " 8 1700000000123");
  live_row wanted{
    student, registration, request, 8, 0, moment_of(1700000000123)};
  REQUIRE(bool(seat));
  CHECK(*seat == wanted);
  auto place = text_of(registration) + ' ' + text_of(student) + ' '
               + text_of(request) + " 1700000000123";
  auto waiter = take_waitlist_row(place, "8");
  wanted.sequence = 0;
  wanted.ticket = 8;
  REQUIRE(bool(waiter));
  CHECK(*waiter == wanted);
  CHECK(!take_roster_row("x", text_of(student)));
  CHECK(!take_waitlist_row(place, "8.5"));
}

TEST_CASE("a key's record keeps its response, whatever is in it") {
  key_record wanted;
  for (std::size_t i = 0; i < wanted.fingerprint.size(); ++i)
    wanted.fingerprint[i] = static_cast<std::uint8_t>(7 * i + 1);
  wanted.attempt = 3;
  wanted.lease_ends = moment_of(1700000000000);
  wanted.incarnation = 5;
  wanted.expires = moment_of(1700086400000);
  wanted.is_completed = true;
  wanted.response = R"({"a b": [" ", 1]})";
  auto print = fingerprint_text(wanted.fingerprint);
  auto text = print + " 3 1700000000000 5 1700086400000 1 " + wanted.response;
  auto found = take_key(text);
  REQUIRE(bool(found));
  CHECK(*found == wanted);
  CHECK(!take_key(text.substr(1)));
  CHECK(!take_key("zz" + text.substr(2)));
  check_cuts(text, print.size() + std::string{" 3 1700000000000 5 "}.size(),
             [](auto cut) { return take_key(cut).has_value(); });
}

TEST_CASE("a batch says all that the script takes") {
  decide_batch batch;
  batch.section = id<section_id>(1);
  batch.owner = {7, 8};
  batch.may_create = true;
  batch.initial = {5, 10, true, true, 1};
  ledger_command command;
  command.kind = command_kind::drop;
  command.request = id<request_id>(2);
  command.student = id<student_id>(3);
  command.memo_ttl = std::chrono::seconds{1};
  batch.commands = {command};
  command.kind = command_kind::register_student;
  command.attempt = 2;
  command.registration = id<registration_id>(4);
  command.verdict = {{refusal_reason::section_frozen, moment_of(5)}};
  batch.commands.push_back(command);
  redis_pipeline out;
  out.start("X");
  add_batch(out, batch, moment_of(1000),
            [](const student_id&) { return false; });
  std::vector<std::string> wanted{"X",
                                  text_of(batch.section),
                                  "2 7 8 5 10 1 1 1",
                                  "D 1 2000 61000",
                                  text_of(command.request),
                                  text_of(command.student),
                                  "R 2 2000 61000 0 1 7:5",
                                  text_of(command.request),
                                  text_of(command.student),
                                  text_of(command.registration)};
  auto found = out.arguments(0);
  CHECK(std::vector<std::string>(found.begin(), found.end()) == wanted);
}

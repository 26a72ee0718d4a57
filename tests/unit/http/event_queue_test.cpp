#include "config/limits.hpp"
#include "http/event_queue.hpp"
#include "http/event_text.hpp"
#include "tests/ids_of.hpp"
#include "tests/seed.hpp"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

using namespace registrar;
using namespace std::chrono_literals;
using test::id;

namespace {

using queue_time = event_queue::time_point;
constexpr auto stream_period = limits::stream_period;

/// A state of a section that differs with `version`.
shared_state state(std::uint64_t section, std::uint64_t version) {
  section_view view;
  view.section.section_id = id<section_id>(section);
  view.header.sequence = version;
  view.header.enrolled = static_cast<std::uint32_t>(version);
  return state_of(view);
}

struct event {
  std::string name;
  std::string id;
  std::string data;
};

/// As a browser reads them.
std::vector<event> events_of(const std::string& text) {
  std::vector<event> result;
  event next;
  bool has_data = false;
  std::size_t at = 0;
  while (at < text.size()) {
    auto end = text.find('\n', at);
    auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) {
      if (has_data)
        result.push_back(next);
      next = {};
      has_data = false;
      continue;
    }
    auto colon = line.find(": ");
    auto field = line.substr(0, colon);
    auto value = line.substr(colon + 2);
    if (field == "event")
      next.name = value;
    else if (field == "id")
      next.id = value;
    else if (field == "data") {
      next.data += (has_data ? "\n" : "") + value;
      has_data = true;
    }
  }
  return result;
}

std::vector<event> taken(event_queue& queue, queue_time now) {
  std::string text;
  queue.take(text, now);
  return events_of(text);
}

std::vector<section_id> sections(std::uint64_t count) {
  std::vector<section_id> result;
  // Not in their order, and one twice.
  for (auto i = count; i > 0; --i)
    result.push_back(id<section_id>(i));
  result.push_back(id<section_id>(count));
  return result;
}

} // namespace

TEST_CASE("an event bears its name, its id and its data in lines") {
  auto text_of = [](std::string_view data) {
    std::string out;
    append_event(out, "section", "7", data);
    return out;
  };
  CHECK(text_of("{}") == "event: section\nid: 7\ndata: {}\n\n");
  CHECK(text_of("") == "event: section\nid: 7\ndata: \n\n");
  auto lines = text_of("a\nb\r\nc\rd\n\n");
  CHECK(lines
        == "event: section\nid: 7\ndata: a\ndata: b\ndata: c\ndata: d\n"
           "data: \ndata: \n\n");
  CHECK(events_of(lines).at(0).data == "a\nb\nc\nd\n\n");
  std::string out;
  append_retry(out, 1'500ms);
  append_heartbeat(out);
  CHECK(out == "retry: 1500\n\n:\n\n");
}

TEST_CASE("what is told at once is sent at once, each with its own id") {
  event_queue uut{"section", sections(2), ""};
  auto now = queue_time{} + 1h;
  uut.put(state(2, 1));
  uut.put(state(1, 1));
  auto got = taken(uut, now);
  REQUIRE(got.size() == 2);
  CHECK(got[0].name == "section");
  CHECK(got[0].data == state(1, 1)->data);
  CHECK(got[1].data == state(2, 1)->data);
  CHECK(got[0].id.substr(8) == "........");
  CHECK(got[1].id.find('.') == std::string::npos);
  CHECK(taken(uut, now + 1h).empty());
}

TEST_CASE("the newest state of a section replaces the one that waits") {
  event_queue uut{"section", sections(1), ""};
  auto now = queue_time{} + 1h;
  uut.put(state(1, 1));
  CHECK(taken(uut, now).size() == 1);
  for (std::uint64_t version = 2; version < 100; ++version)
    uut.put(state(1, version));
  CHECK(uut.due_at() == now + stream_period);
  CHECK(taken(uut, now + stream_period - 1ns).empty());
  auto got = taken(uut, now + stream_period);
  REQUIRE(got.size() == 1);
  CHECK(got[0].data == state(1, 99)->data);
  CHECK(uut.due_at() == queue_time::max());
}

TEST_CASE("who has a state is not told it, nor what came back to it") {
  event_queue uut{"section", sections(1), ""};
  auto now = queue_time{} + 1h;
  uut.put(state(1, 1));
  CHECK(taken(uut, now).size() == 1);
  uut.put(state(1, 1));
  CHECK(uut.due_at() == queue_time::max());
  uut.put(state(1, 2));
  uut.put(state(1, 1));
  CHECK(taken(uut, now + 1h).empty());
}

TEST_CASE("a stream goes on from the id of its last event") {
  auto now = queue_time{} + 1h;
  event_queue first{"section", sections(3), ""};
  for (std::uint64_t i = 1; i <= 3; ++i)
    first.put(state(i, 1));
  auto last = taken(first, now).back().id;
  event_queue again{"section", sections(3), last};
  for (std::uint64_t i = 1; i <= 3; ++i)
    again.put(state(i, i == 2 ? 5 : 1));
  auto got = taken(again, now);
  REQUIRE(got.size() == 1);
  CHECK(got[0].data == state(2, 5)->data);
}

TEST_CASE("an id that is not of this stream gives everything") {
  event_queue made{"section", sections(2), ""};
  made.put(state(1, 1));
  made.put(state(2, 1));
  auto of_two = taken(made, queue_time{} + 1h).back().id;
  for (const auto& given :
       {std::string{"x"}, std::string(24, 'A'), std::string(23, '.'), of_two,
        std::string(8'000, 'z'), std::string{"\xff\n\0", 3}}) {
    event_queue uut{"section", sections(3), given};
    for (std::uint64_t i = 1; i <= 3; ++i)
      uut.put(state(i, 1));
    CHECK(taken(uut, queue_time{} + 1h).size() == 3);
  }
}

TEST_CASE("what is not watched is passed over") {
  event_queue uut{"section", sections(2), ""};
  uut.put(state(3, 1));
  uut.put(state_of(id<student_id>(1), {}));
  CHECK(uut.due_at() == queue_time::max());
}

TEST_CASE("however states come, no section comes twice in a period, and the "
          "last one comes") {
  test::random_source random{4};
  for (std::size_t round = 0; round < test::rounds(200); ++round) {
    event_queue uut{"section", sections(4), ""};
    std::map<std::string, queue_time> sent;
    std::map<std::string, std::string> has;
    std::array<shared_state, 5> newest;
    auto now = queue_time{} + 1h;
    auto look = [&] {
      for (const auto& x : taken(uut, now)) {
        auto section = x.data.substr(0, 52);
        CHECK(
          (sent.count(section) == 0 || now - sent[section] >= stream_period));
        sent[section] = now;
        has[section] = x.data;
      }
    };
    for (auto step = 0; step < 200; ++step) {
      now += std::chrono::milliseconds{random.below(100)};
      auto section = 1 + random.below(4);
      newest[section] = state(section, random.below(5));
      uut.put(newest[section]);
      if (random.below(2) == 0)
        look();
    }
    now += stream_period;
    look();
    CHECK(uut.due_at() == queue_time::max());
    for (std::size_t i = 1; i <= 4; ++i)
      if (newest[i])
        CHECK(has[newest[i]->data.substr(0, 52)] == newest[i]->data);
  }
}

#include "cli/rehearse/registration_load.hpp"

#include "cli/rehearse/request_text.hpp"

#include <algorithm>
#include <limits>

namespace registrar::rehearsal {

registration_load::registration_load(plan what, moment clock_start)
  : plan_(std::move(what)), start_(clock_start), next_(plan_.copies),
    replies_(plan_.wishes.size() * plan_.copies) {
}

std::string registration_load::key_of(std::size_t number) const {
  return plan_.key_prefix + "-" + std::to_string(number);
}

std::uint64_t registration_load::since_start(moment at) const {
  // Never 0, which says that nothing happened.
  return static_cast<std::uint64_t>((at - start_).count()) + 1;
}

std::string_view registration_load::body_of(const reply& of) const {
  return std::string_view{bodies_}.substr(of.at, of.size);
}

bool registration_load::next(std::size_t lane, std::string& bytes,
                             std::uint64_t& token) {
  // Copies keep to connections of their own: each wish comes over several.
  auto copy = lane % plan_.copies;
  auto number = next_[copy];
  if (number == plan_.wishes.size())
    return false;
  ++next_[copy];
  token = number * plan_.copies + copy;
  auto& wish = plan_.wishes[number];
  write_registration(bytes, plan_.authority, plan_.asked, wish.student,
                     wish.sections, key_of(number));
  return true;
}

std::optional<std::chrono::milliseconds>
registration_load::on_answer(std::uint64_t token, const answer& got) {
  auto& mine = replies_[token];
  // The first try may have taken effect.
  if (mine.sent == 0)
    mine.sent = since_start(got.sent);
  if (auto again = ask_again_after(got))
    return again;
  mine.received = since_start(got.received);
  mine.status = got.status;
  mine.at = bodies_.size();
  mine.size = static_cast<std::uint32_t>(got.body.size());
  bodies_ += got.body;
  return std::nullopt;
}

void registration_load::on_given_up(std::uint64_t) {
}

void registration_load::settle(std::size_t number, invariant_checker& checker,
                               std::vector<violation>& found) const {
  auto& wish = plan_.wishes[number];
  auto sent = std::numeric_limits<std::uint64_t>::max();
  auto received = sent;
  const reply* answered = nullptr;
  for (auto copy = std::size_t{0}; copy < plan_.copies; ++copy) {
    auto& one = replies_[number * plan_.copies + copy];
    if (one.sent != 0)
      sent = std::min(sent, one.sent);
    if (one.received == 0) {
      if (one.sent != 0)
        found.push_back(
          {"unanswered", "key " + key_of(number) + " never got an answer"});
    } else if (one.status != 200) {
      found.push_back(
        {"wrong-status", "key " + key_of(number) + " was answered with "
                           + std::to_string(one.status) + ": "
                           + std::string{body_of(one).substr(0, 300)}});
    } else {
      received = std::min(received, one.received);
      answered = &one;
      if (plan_.copies > 1)
        checker.compare_copies(key_of(number), body_of(one));
    }
  }
  if (answered == nullptr) {
    for (auto& section : wish.sections)
      checker.leave_in_doubt(wish.student, section);
    return;
  }
  auto seats = read_seats(body_of(*answered));
  if (!seats) {
    found.push_back({"wrong-answer", seats.error().detail});
    return;
  }
  auto is_complete = std::equal(
    seats->begin(), seats->end(), wish.sections.begin(), wish.sections.end(),
    [](auto& seat, auto& section) { return seat.section == section; });
  if (!is_complete)
    found.push_back(
      {"wrong-answer", "key " + key_of(number)
                         + " was not answered for its sections in order: "
                         + std::string{body_of(*answered).substr(0, 300)}});
  for (auto& seat : *seats)
    checker.acknowledge({plan_.asked, wish.student, seat, sent, received});
}

std::vector<violation>
registration_load::settle(invariant_checker& checker) const {
  std::vector<violation> result;
  for (auto number = std::size_t{0}; number < plan_.wishes.size(); ++number)
    settle(number, checker, result);
  return result;
}

} // namespace registrar::rehearsal

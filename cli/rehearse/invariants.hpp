#pragma once

#include "cli/rehearse/answer_text.hpp"
#include "messages/registration.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace registrar::rehearsal {

/// A section as the API shows it once all is quiet.
struct section_end {
  section_id section;
  /// For people: course and number.
  std::string name;
  section_answer counts;
  /// How many may have kept a seat although the capacity was lowered.
  std::size_t enrolled_before_cut = 0;
  std::vector<listed_row> roster;
  std::vector<listed_row> waitlist;
};

/// What one student was told about one section.
struct acknowledgement {
  route asked = route::register_sections;
  student_id student;
  seat_answer told;
  /// When the request was sent first and when its answer was there, by any
  /// one clock.
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};

/// One broken promise.
struct violation {
  /// Stable: `oversold`, `doubled`, `miscounted`, `lost-answer`, `unasked`,
  /// `line-order`, `idle-seat`, `different-answer`, `unanswered`, ...
  std::string invariant;
  /// Who, where, what was said and what is.
  std::string text;
};

/// Compares what students were told with what is. Pure: no clock, no network.
/// Knows only what can be concluded from outside: two requests are in order
/// where the first was answered before the second was sent.
///
/// @pre Of one student and section at most one request was in flight at a
///      time, except copies of one request under one key.
class invariant_checker {
public:
  /// The answer to one request for one section; later ones replace earlier
  /// ones of the same student and section.
  void acknowledge(const acknowledgement& what);

  /// No answer ever came: the student may have a place there or not.
  void leave_in_doubt(const student_id& student, const section_id& section);

  /// Copies of a request under one key must be answered alike, byte by byte.
  void compare_copies(std::string_view key, std::string_view body);

  /// Everything that is broken, most telling first, in section order.
  std::vector<violation> check(std::span<const section_end> sections) const;

private:
  struct last_word {
    route asked = route::register_sections;
    std::string status;
    registration_id registration;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    bool is_in_doubt = false;
  };
  using words = std::unordered_map<student_id, last_word>;

  void check_places(const section_end& section, const words& told,
                    std::vector<violation>& found) const;
  void check_order(const section_end& section, const words& told,
                   std::vector<violation>& found) const;

  std::unordered_map<section_id, words> told_;
  std::unordered_map<std::string, std::string> copies_;
  std::vector<violation> different_;
};

/// What is broken in a section as it is, whatever anybody was told.
std::vector<violation> check_section(const section_end& section);

/// Compares one section with the plain model, student by student, in order.
std::vector<violation> compare_with_model(const section_end& section,
                                          std::span<const student_id> roster,
                                          std::span<const student_id> line);

} // namespace registrar::rehearsal

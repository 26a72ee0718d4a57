#include "cli/rehearse/trace.hpp"

#include "messages/assertion.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <random>
#include <unordered_map>

#include <zlib.h>

namespace registrar::rehearsal {

namespace {

using place = sequential_section::place;
using section_name = std::pair<std::string, std::string>;

/// No section is larger; more is a broken file.
constexpr auto count_max = std::uint32_t{1'000'000};

/// One in so many arrivals is somebody who was here before.
constexpr auto returning_one_in = 8;

std::uint32_t rise(std::uint32_t from, std::uint32_t to) {
  return to > from ? to - from : 0;
}

/// Fields between tabs; true where there are exactly as many as wanted.
template <std::size_t N>
bool split(std::string_view line, std::array<std::string_view, N>& fields) {
  for (auto& field : fields) {
    auto is_last = &field == &fields.back();
    auto end = line.find('\t');
    if ((end == std::string_view::npos) != is_last)
      return false;
    field = line.substr(0, end);
    line.remove_prefix(is_last ? line.size() : end + 1);
  }
  return true;
}

bool read_count(std::string_view text, std::uint32_t& into) {
  auto [end, error]
    = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc{} && end == text.data() + text.size()
         && into <= count_max;
}

/// Plays one section's rows on the model and writes down what happens.
class script_writer {
public:
  script_writer(const observation& first, std::uint32_t first_student,
                const std::vector<student_id>& students, std::uint64_t seed)
    : model_(first.capacity), next_student_(first_student), students_(students),
      random_(seed) {
    script_.course = first.course;
    script_.section = first.section;
    script_.capacity = first.capacity;
    before_.capacity = first.capacity;
  }

  void observe(const observation& now) {
    if (now.capacity != before_.capacity) {
      model_.set_capacity(now.capacity);
      script_.events.push_back(
        {trace_event::kind::capacity, 0, now.capacity, place::nowhere});
    }
    for (auto n = rise(now.enrolled, before_.enrolled); n > 0; --n)
      depart(place::enrolled);
    for (auto n = rise(now.waitlisted, before_.waitlisted); n > 0; --n)
      depart(place::waiting);
    auto arrivals = rise(before_.enrolled, now.enrolled)
                    + rise(before_.waitlisted, now.waitlisted);
    for (auto n = arrivals; n > 0; --n)
      arrive();
    before_ = now;
  }

  section_script finish() {
    script_.end = std::move(model_);
    return std::move(script_);
  }

  std::uint32_t next_student() const {
    return next_student_;
  }

private:
  void arrive() {
    auto student = next_student_;
    if (!gone_.empty() && random_() % returning_one_in == 0) {
      student = gone_.back();
      gone_.pop_back();
    } else {
      ++next_student_;
    }
    REGISTRAR_ASSERT(student < students_.size());
    index_[students_[student]] = student;
    auto got = model_.arrive(students_[student]);
    script_.events.push_back({trace_event::kind::arrival, student, 0, got});
  }

  /// @param from the place that got emptier, else the other.
  void depart(place from) {
    auto& roster = model_.roster();
    auto& line = model_.line();
    auto from_line
      = roster.empty() || (from == place::waiting && !line.empty());
    // As many left as were there: somebody is.
    REGISTRAR_ASSERT(!roster.empty() || !line.empty());
    auto who = from_line ? line[random_() % line.size()]
                         : roster[random_() % roster.size()];
    auto student = index_.at(who);
    auto left = model_.depart(who);
    gone_.push_back(student);
    script_.events.push_back({trace_event::kind::departure, student, 0, left});
  }

  sequential_section model_;
  std::uint32_t next_student_;
  const std::vector<student_id>& students_;
  std::mt19937_64 random_;
  section_script script_;
  observation before_;
  std::vector<std::uint32_t> gone_;
  std::unordered_map<student_id, std::uint32_t> index_;
};

} // namespace

read_trace parse_trace(std::string_view text) {
  read_trace result;
  for (auto number = 1; !text.empty(); ++number) {
    auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    std::array<std::string_view, 6> fields;
    if (line.empty() || (number == 1 && line.starts_with("time\t")))
      continue;
    observation row;
    if (split(line, fields) && !fields[1].empty() && !fields[2].empty()
        && read_count(fields[3], row.enrolled)
        && read_count(fields[4], row.waitlisted)
        && read_count(fields[5], row.capacity)) {
      row.course = fields[1];
      row.section = fields[2];
      result.rows.push_back(std::move(row));
    } else {
      result.faults.push_back(
        "line " + std::to_string(number)
        + ": give time, course, section, enrolled, waitlisted and capacity "
          "separated by tabs, the last three from 0 to 1000000");
    }
  }
  return result;
}

fallible<std::string> read_text_file(const std::filesystem::path& path) {
  auto unreadable = [&](std::string_view why) {
    return failure{ec::not_found, path.string() + " " + std::string{why}
                                    + "; give a trace that can be read."};
  };
  // Reads plain files too.
  auto* file = ::gzopen(path.c_str(), "rb");
  if (file == nullptr)
    return unreadable("cannot be opened");
  std::string result;
  std::array<char, 64 * 1024> buffer;
  auto size = 0;
  while ((size = ::gzread(file, buffer.data(), buffer.size())) > 0)
    result.append(buffer.data(), static_cast<std::size_t>(size));
  auto closed = ::gzclose(file);
  if (size < 0 || closed != Z_OK)
    return unreadable("is broken");
  return result;
}

std::uint32_t students_needed(const std::vector<observation>& rows) {
  std::map<section_name, observation> before;
  std::uint32_t result = 0;
  for (auto& row : rows) {
    auto& last = before[{row.course, row.section}];
    result += rise(last.enrolled, row.enrolled)
              + rise(last.waitlisted, row.waitlisted);
    last = row;
  }
  return result;
}

trace_script script_of(const std::vector<observation>& rows,
                       const std::vector<student_id>& students,
                       std::uint64_t seed) {
  // One section's rows stay in order; the sections' days are independent.
  std::map<section_name, std::vector<const observation*>> days;
  for (auto& row : rows)
    days[{row.course, row.section}].push_back(&row);
  trace_script result;
  for (auto& [name, day] : days) {
    script_writer writer{*day.front(), result.students, students,
                         seed + result.sections.size()};
    for (auto* row : day)
      writer.observe(*row);
    result.students = writer.next_student();
    result.sections.push_back(writer.finish());
  }
  return result;
}

} // namespace registrar::rehearsal

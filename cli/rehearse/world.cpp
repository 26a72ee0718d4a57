#include "cli/rehearse/world.hpp"

#include <cstdio>
#include <fstream>

namespace registrar::rehearsal {

namespace {

template <class Id>
Id named(const std::string& name) {
  return Id{uuid::named(uuid::url_namespace(), "registrar:" + name)};
}

std::string student_number(const std::string& tag, std::uint32_t n) {
  char number[16];
  std::snprintf(number, sizeof number, "S%07u", n);
  return tag.empty() ? number : tag + "-" + number;
}

world name_world(world_plan plan, const std::string& tag) {
  world result;
  result.semester = tag.empty() ? "rehearsal" : "rehearsal-" + tag;
  for (auto& section : plan.sections) {
    if (!tag.empty())
      section.course = tag + "-" + section.course;
    result.sections.push_back(named<section_id>("section:" + result.semester
                                                + ":" + section.course + ":"
                                                + section.number));
  }
  for (auto n = std::uint32_t{1}; n <= plan.students; ++n)
    result.students.push_back(
      named<student_id>("student:" + student_number(tag, n)));
  result.plan = std::move(plan);
  return result;
}

/// As RFC 4180 wants it.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (auto c : text)
    result += c == '"' ? std::string{"\"\""} : std::string{c};
  return result + "\"";
}

} // namespace

std::string world::name_of(std::size_t section) const {
  return plan.sections[section].course + " " + plan.sections[section].number;
}

world name_own_world(world_plan plan) {
  return name_world(std::move(plan), "");
}

world name_guest_world(world_plan plan, const std::string& tag) {
  return name_world(std::move(plan), tag);
}

fallible<done> write_sections_csv(const world& of,
                                  const std::filesystem::path& path) {
  std::ofstream file{path};
  file << "semester,course_code,course_name,section_number,total_seats,"
          "meetings\n";
  for (auto& section : of.plan.sections)
    file << of.semester << ',' << quoted(section.course) << ','
         << quoted(section.course) << ',' << quoted(section.number) << ','
         << section.seats << ",\n";
  file.close();
  if (!file)
    return failure{ec::store_write_failed,
                   path.string() + " cannot be written; make room there."};
  return done{};
}

} // namespace registrar::rehearsal

#pragma once

#include "messages/errors.hpp"
#include "messages/ids.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace registrar::rehearsal {

struct section_plan {
  std::string course;
  std::string number;
  std::uint32_t seats = 0;
};

/// What a shape needs to exist.
struct world_plan {
  std::vector<section_plan> sections;
  std::uint32_t students = 0;
};

/// A semester with sections and students of its own, touched by nobody else.
/// Ids follow the rule by which import names rows.
struct world {
  std::string semester;
  world_plan plan;
  std::vector<section_id> sections;
  std::vector<student_id> students;

  /// For people: course and number.
  std::string name_of(std::size_t section) const;
};

/// In a store of its own: students are those of `--students-synthetic`.
world name_own_world(world_plan plan);

/// Beside others: names and numbers hold `tag`.
world name_guest_world(world_plan plan, const std::string& tag);

/// The sections of a world as a file for import.
fallible<done> write_sections_csv(const world& of,
                                  const std::filesystem::path& path);

} // namespace registrar::rehearsal

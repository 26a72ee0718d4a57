#include "actors/catalogue_view.hpp"
#include "actors/contains_text.hpp"

namespace registrar {

std::vector<section_view> catalogue_view::search(const std::string& text,
                                                 std::uint32_t limit) const {
  std::shared_lock guard{mutex_};
  std::vector<section_view> result;
  // What begins with it is what was meant; after that, what has it in it.
  for (auto must_begin : {true, false}) {
    for (auto at = order_.begin(); at != order_.end(); ++at) {
      if (result.size() == limit)
        return result;
      const auto& row = sections_.at(at->second);
      const auto& course = courses_.at(row.section.course_id);
      auto id = at->second.to_string();
      auto name = course.course_code + " " + row.section.section_number;
      auto begins = contains_text(name.substr(0, text.size()), text)
                    || contains_text(id.substr(0, text.size()), text);
      auto is_wanted = must_begin
                         ? begins
                         : !begins
                             && (contains_text(name, text)
                                 || contains_text(course.course_name, text)
                                 || contains_text(id, text));
      if (is_wanted)
        result.push_back(view_of(row));
    }
  }
  return result;
}

} // namespace registrar

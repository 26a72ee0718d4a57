#include "cli/rehearse/answer_text.hpp"

#include <nlohmann/json.hpp>

namespace registrar::rehearsal {

namespace {

using nlohmann::json;

/// Runs `read` on the parsed body; what the answer lacks is a failure.
template <class Read>
auto parsed(std::string_view body, Read read)
  -> fallible<decltype(read(json{}))> {
  try {
    return read(json::parse(body));
  } catch (const json::exception& wrong) {
    return failure{ec::invalid_value,
                   "The server's answer is not what the API promises ("
                     + std::string{wrong.what()}
                     + "): " + std::string{body.substr(0, 200)}};
  }
}

template <class Id>
Id id_of(const json& object, const char* name) {
  auto id = Id::parse(object.at(name).get_ref<const std::string&>());
  if (!id)
    throw json::other_error::create(501, "no id", &object);
  return *id;
}

} // namespace

fallible<std::vector<seat_answer>> read_seats(std::string_view body) {
  return parsed(body, [](const json& whole) {
    std::vector<seat_answer> result;
    for (auto& item : whole.at("results")) {
      auto& seat = result.emplace_back();
      seat.section = id_of<section_id>(item, "section_id");
      seat.status = item.at("status").get<std::string>();
      if (item.contains("registration_id"))
        seat.registration = id_of<registration_id>(item, "registration_id");
      seat.waitlist_position = item.value("waitlist_position", 0u);
    }
    return result;
  });
}

fallible<section_answer> read_section(std::string_view body) {
  return parsed(body, [](const json& whole) {
    return section_answer{whole.at("total_seats").get<std::uint32_t>(),
                          whole.at("enrolled").get<std::uint32_t>(),
                          whole.at("waitlisted").get<std::uint32_t>()};
  });
}

fallible<std::vector<listed_row>> read_rows(std::string_view body,
                                            const char* name) {
  return parsed(body, [name](const json& whole) {
    std::vector<listed_row> result;
    for (auto& item : whole.at(name)) {
      auto& row = result.emplace_back();
      row.student = id_of<student_id>(item, "student_id");
      if (item.contains("registration_id"))
        row.registration = id_of<registration_id>(item, "registration_id");
    }
    return result;
  });
}

fallible<std::string> read_member(std::string_view body, const char* name) {
  return parsed(body, [name](const json& whole) {
    return whole.at(name).get<std::string>();
  });
}

} // namespace registrar::rehearsal

#include "cli/verify_command.hpp"

#include "cli/http_client.hpp"
#include "storage/embedded/registration_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace registrar {

namespace {

using json = nlohmann::json;

/// How long SQL may take to reach a section's sequence.
constexpr auto patience = std::chrono::seconds{10};
constexpr auto poll_period = std::chrono::milliseconds{50};

fallible<std::uint64_t> sequence_of(const http_client::answer& answer) {
  auto dash = answer.etag.find('-');
  if (answer.status != 200 || dash == std::string::npos)
    return {ec::dependency_unavailable, "The server answered "
                                          + std::to_string(answer.status) + ": "
                                          + answer.body};
  return static_cast<std::uint64_t>(
    std::strtoull(answer.etag.c_str() + dash + 1, nullptr, 10));
}

fallible<section_rows> live_rows(http_client& client,
                                 const section_id& section) {
  auto path = "/api/v1/sections/" + section.to_string();
  auto view = client.get(path);
  auto roster = client.get(path + "/roster");
  auto line = client.get(path + "/waitlist");
  section_rows rows;
  for (auto* answer : {&view, &roster, &line}) {
    if (!*answer)
      return answer->error();
    auto sequence = sequence_of(**answer);
    if (!sequence)
      return sequence.error();
    // The three were asked one after the other: sequence 0 says that they do
    // not belong together.
    if (answer == &view)
      rows.header.sequence = *sequence;
    else if (rows.header.sequence != *sequence)
      rows.header.sequence = 0;
  }
  auto body = json::parse(view->body, nullptr, false);
  auto seats = json::parse(roster->body, nullptr, false);
  auto waits = json::parse(line->body, nullptr, false);
  if (body.is_discarded() || seats.is_discarded() || waits.is_discarded())
    return {ec::dependency_unavailable, "The server answered no JSON."};
  auto& header = rows.header;
  header.section = section;
  header.settings.total_seats = body.value("total_seats", 0u);
  header.settings.version = body.value("version", std::uint64_t{0});
  header.settings.waitlist_capacity
    = body["waitlist_capacity"].is_null()
        ? unlimited
        : body["waitlist_capacity"].get<std::uint32_t>();
  auto status = body.value("status", "");
  header.settings.is_active = status != "inactive";
  header.settings.is_frozen = status == "frozen";
  header.enrolled = body.value("enrolled", 0u);
  header.waitlisted = body.value("waitlisted", 0u);
  auto take = [](const json& list, std::vector<live_row>& to) {
    for (const auto& x : list) {
      live_row row;
      row.student
        = student_id::parse(x.value("student_id", "")).value_or(student_id{});
      to.push_back(row);
    }
  };
  take(seats["roster"], rows.roster);
  take(waits["waitlist"], rows.waitlist);
  return rows;
}

} // namespace

fallible<verification> verify_running(const std::filesystem::path& directory,
                                      const std::string& url) {
  http_client client{url};
  verification result;
  auto deadline = std::chrono::steady_clock::now() + patience;
  std::vector<section_rows> left;
  bool is_first = true;
  do {
    auto store = embedded_registration_store::open(directory / "registrar.db",
                                                   database::mode::read);
    if (!store)
      return store.error();
    auto sections = (*store)->load();
    if (!sections)
      return sections.error();
    std::vector<section_id> wanted;
    for (const auto& rows : is_first ? *sections : left)
      wanted.push_back(rows.header.section);
    if (is_first)
      result.sections = wanted.size();
    is_first = false;
    left.clear();
    for (auto& rows : *sections) {
      if (std::find(wanted.begin(), wanted.end(), rows.header.section)
          == wanted.end())
        continue;
      auto live = live_rows(client, rows.header.section);
      if (!live)
        return live.error();
      if (live->header.sequence != rows.header.sequence) {
        left.push_back(std::move(rows));
        continue;
      }
      // The API does not tell frozen of an inactive section.
      if (!live->header.settings.is_active)
        live->header.settings.is_frozen = rows.header.settings.is_frozen;
      for (auto& x : compare_with_ledger(rows, *live))
        result.differences.push_back(std::move(x));
    }
    if (!left.empty())
      std::this_thread::sleep_for(poll_period);
  } while (!left.empty() && std::chrono::steady_clock::now() < deadline);
  for (const auto& rows : left)
    result.differences.push_back({rows.header.section,
                                  {},
                                  "last_sequence stays at "
                                    + std::to_string(rows.header.sequence)
                                    + " in SQL, and the ledger is elsewhere"});
  return result;
}

} // namespace registrar

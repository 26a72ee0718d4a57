#include "cli/verify_command.hpp"

#include "cli/http_client.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <map>
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

/// Whether the answer says that this section's ledger lost writes, or all.
bool tells_of_loss(const http_client::answer& answer) {
  if (answer.status != 503)
    return false;
  auto problem = json::parse(answer.body, nullptr, false);
  if (problem.is_discarded() || !problem.is_object())
    return false;
  auto code = problem.value("code", "");
  return code == "ledger_behind" || code == "ledger_lost";
}

/// A section as three requests one after the other show it.
struct live_section {
  /// At the sequence of the first.
  section_rows rows;
  /// Whether nothing changed until the last.
  bool is_one_moment = true;
  bool is_lost = false;
};

fallible<live_section> live_rows(http_client& client,
                                 const section_id& section) {
  auto path = "/api/v1/sections/" + section.to_string();
  auto view = client.get(path);
  auto roster = client.get(path + "/roster");
  auto line = client.get(path + "/waitlist");
  live_section result;
  auto& rows = result.rows;
  for (auto* answer : {&view, &roster, &line}) {
    if (!*answer)
      return answer->error();
    if (tells_of_loss(**answer)) {
      result.is_lost = true;
      return result;
    }
    auto sequence = sequence_of(**answer);
    if (!sequence)
      return sequence.error();
    if (answer == &view)
      rows.header.sequence = *sequence;
    result.is_one_moment
      = result.is_one_moment && rows.header.sequence == *sequence;
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
      row.registration = registration_id::parse(x.value("registration_id", ""))
                           .value_or(registration_id{});
      to.push_back(row);
    }
  };
  take(seats["roster"], rows.roster);
  take(waits["waitlist"], rows.waitlist);
  return result;
}

/// A section whose ledger and SQL were not at the same sequence yet.
struct pending_section {
  /// SQL's cursor when first seen, and now.
  std::uint64_t first_cursor = 0;
  std::uint64_t cursor = 0;
  std::uint64_t ledger = 0;
};

class running_verifier {
public:
  running_verifier(open_sql sql, const std::string& url,
                   const std::string& token)
    : sql_(std::move(sql)), client_(url, {token}) {
  }

  fallible<verification> run() {
    // Also where there is nothing to compare.
    if (auto alive = client_.get("/live"); !alive)
      return alive.error();
    auto deadline = std::chrono::steady_clock::now() + patience;
    for (auto is_first = true;; is_first = false) {
      if (auto looked = look(is_first); !looked)
        return looked.error();
      if (pending_.empty() || std::chrono::steady_clock::now() >= deadline)
        break;
      std::this_thread::sleep_for(poll_period);
    }
    judge_pending();
    return std::move(result_);
  }

private:
  /// Compares every section that is still wanted and can be.
  fallible<done> look(bool is_first) {
    auto store = sql_();
    if (!store)
      return store.error();
    auto sections = (*store)->load();
    if (!sections)
      return sections.error();
    if (is_first)
      result_.sections = sections->size();
    for (const auto& rows : *sections)
      if (is_first || pending_.contains(rows.header.section))
        if (auto compared = compare(rows); !compared)
          return compared;
    return done{};
  }

  fallible<done> compare(const section_rows& sql) {
    const auto& id = sql.header.section;
    auto live = live_rows(client_, id);
    if (!live)
      return live.error();
    if (live->is_lost) {
      pending_.erase(id);
      result_.differences.push_back(
        {id,
         {},
         "last_sequence is " + std::to_string(sql.header.sequence)
           + " in SQL, and the ledger lost writes of the section"});
      return done{};
    }
    auto& header = live->rows.header;
    if (!live->is_one_moment || header.sequence != sql.header.sequence) {
      auto cursor = sql.header.sequence;
      auto& x = pending_.try_emplace(id, pending_section{cursor}).first->second;
      x.cursor = cursor;
      x.ledger = header.sequence;
      return done{};
    }
    pending_.erase(id);
    // The API does not tell frozen of an inactive section.
    if (!header.settings.is_active)
      header.settings.is_frozen = sql.header.settings.is_frozen;
    for (auto& x : compare_with_ledger(sql, live->rows))
      result_.differences.push_back(std::move(x));
    return done{};
  }

  /// Where SQL moves, it is only behind. Where it stands still, or is ahead of
  /// the ledger, something is wrong.
  void judge_pending() {
    for (const auto& [id, x] : pending_) {
      if (x.ledger >= x.cursor)
        result_.lag += x.ledger - x.cursor;
      if (x.ledger >= x.cursor && x.cursor != x.first_cursor)
        ++result_.in_motion;
      else
        result_.differences.push_back(
          {id,
           {},
           "last_sequence stays at " + std::to_string(x.cursor)
             + " in SQL, and the ledger is at " + std::to_string(x.ledger)});
    }
  }

  open_sql sql_;
  http_client client_;
  verification result_;
  std::map<section_id, pending_section> pending_;
};

} // namespace

fallible<verification> verify_running(const open_sql& sql,
                                      const std::string& url,
                                      const std::string& token) {
  return running_verifier{sql, url, token}.run();
}

} // namespace registrar

#include "cli/dead_letters_command.hpp"

#include "cli/chosen_stores.hpp"
#include "cli/http_client.hpp"
#include "cli/running_server.hpp"
#include "cli/server_token.hpp"
#include "config/limits.hpp"
#include "storage/ports/dead_letters.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>

namespace registrar {

namespace {

using json = nlohmann::json;

/// Who acts on this machine: the command, and the user who gives it.
std::string actor() {
  auto* user = ::getpwuid(::geteuid());
  auto name = user == nullptr ? std::to_string(::geteuid())
                              : std::string{user->pw_name};
  return "registrar dead-letters, " + name;
}

/// The letters that were named, and where they are.
struct chosen_letters {
  settings config;
  std::unique_ptr<registration_store> sql;
  std::vector<dead_letter> letters;
};

fallible<chosen_letters> find_letters(settings config,
                                      const std::vector<std::string>& ids) {
  chosen_letters result;
  result.config = std::move(config);
  auto sql = open_chosen_registrations(result.config);
  if (!sql)
    return sql.error();
  result.sql = std::move(*sql);
  auto all = result.sql->dead_letters();
  if (!all)
    return all.error();
  if (ids.empty())
    result.letters = std::move(*all);
  for (const auto& text : ids) {
    auto id = uuid::parse(text);
    auto found = std::find_if(all->begin(), all->end(),
                              [&](const auto& x) { return id && x.id == *id; });
    if (found == all->end())
      return failure{ec::not_found, "There is no dead letter " + text
                                      + "; see registrar dead-letters list."};
    auto is_named = [&](const auto& x) { return x.id == *id; };
    if (std::none_of(result.letters.begin(), result.letters.end(), is_named))
      result.letters.push_back(*found);
  }
  return result;
}

std::string text_of(timestamp at) {
  return to_rfc3339(at);
}

nlohmann::ordered_json to_object(const dead_letter& x) {
  nlohmann::ordered_json result;
  result["dead_letter_id"] = x.id.to_string();
  result["section_id"] = x.section.to_string();
  if (!x.student.is_nil())
    result["student_id"] = x.student.to_string();
  if (!x.registration.is_nil())
    result["registration_id"] = x.registration.to_string();
  result["sequence"] = x.sequence;
  result["kind"] = x.kind;
  result["sqlstate"] = x.sqlstate;
  result["reason"] = x.reason;
  result["created_at"] = text_of(x.at);
  result["entry"] = json::parse(x.entry, nullptr, false);
  return result;
}

void print(const dead_letter& x) {
  std::printf("%s  %s\n  %s of section %s, sequence %llu",
              x.id.to_string().c_str(), text_of(x.at).c_str(), x.kind.c_str(),
              x.section.to_string().c_str(),
              static_cast<unsigned long long>(x.sequence));
  if (!x.student.is_nil())
    std::printf(", student %s", x.student.to_string().c_str());
  std::printf("\n  SQLSTATE %s: %s\n", x.sqlstate.c_str(), x.reason.c_str());
}

/// What became of each letter: a line when it happens, or JSON at the end.
class letters_report {
public:
  explicit letters_report(bool is_json) : is_json_(is_json) {
  }

  ~letters_report() {
    if (is_json_)
      std::puts(json{{"dead_letters", list_}}.dump(2).c_str());
  }

  letters_report(const letters_report&) = delete;

  void add(const dead_letter& x, const std::string& status,
           const std::string& detail = "") {
    auto id = x.id.to_string();
    if (is_json_)
      list_.push_back(
        {{"dead_letter_id", id}, {"status", status}, {"detail", detail}});
    else
      std::printf("%s: %s%s%s\n", id.c_str(), status.c_str(),
                  detail.empty() ? "" : ", ", detail.c_str());
  }

private:
  bool is_json_;
  json list_ = json::array();
};

fallible<done> forget(registration_store& sql, const dead_letter& x,
                      const char* action, const std::string& detail,
                      const std::string& reason) {
  audit_entry why{
    actor(), action, x.id.to_string(),
    x.kind + " of section " + x.section.to_string() + ": " + detail, reason};
  if (auto noted = sql.note(why); !noted)
    return noted;
  auto deleted = sql.delete_dead_letter(x.id);
  if (!deleted)
    return deleted.error();
  return done{};
}

/// What the server answered about the one section, as a word and, where it
/// refused, its sentence.
struct retried {
  std::string status;
  std::string detail;

  bool is_registered() const {
    return status == "enrolled" || status == "waitlisted"
           || status == "already_registered";
  }
};

fallible<retried> register_again(http_client& server, const dead_letter& x) {
  json body{{"student_id", x.student.to_string()},
            {"section_ids", {x.section.to_string()}}};
  auto answer = server.post("/api/v1/register", body.dump());
  if (!answer)
    return answer.error();
  auto parsed = json::parse(answer->body, nullptr, false);
  if (parsed.is_discarded() || !parsed.is_object())
    return failure{ec::dependency_unavailable, "The server answered no JSON."};
  if (answer->status != 200)
    return retried{parsed.value("code", "refused"),
                   parsed.value("detail", "The server refused it.")};
  const auto& result = parsed.at("results").at(0);
  return retried{result.value("status", ""), result.value("detail", "")};
}

/// As the service asks of a reason.
std::string can_be_kept(const std::string& reason) {
  if (reason.size() > limits::reason_length_max)
    return "the reason is longer than "
           + std::to_string(limits::reason_length_max) + " bytes; shorten it";
  return "";
}

} // namespace

int run_dead_letters_list(const dead_letters_options& options) {
  auto config = settings_of(options.common);
  if (!config)
    return exit_could_not_run;
  auto found = find_letters(*config, {});
  if (!found)
    return could_not_run(found.error().detail);
  if (options.common.json) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& x : found->letters)
      list.push_back(to_object(x));
    nlohmann::ordered_json all;
    all["dead_letters"] = std::move(list);
    std::puts(all.dump(2).c_str());
    return exit_done;
  }
  for (const auto& x : found->letters)
    print(x);
  std::printf("%zu dead letters\n", found->letters.size());
  return exit_done;
}

int run_dead_letters_retry(const dead_letters_options& options) {
  auto config = settings_of(options.common);
  if (!config)
    return exit_could_not_run;
  auto found = find_letters(*config, options.ids);
  if (!found)
    return could_not_run(found.error().detail);
  auto url = options.url.empty() ? url_of_running_server(*config)
                                 : fallible<std::string>{options.url};
  if (!url)
    return could_not_run(url.error().detail);
  if (url->empty())
    return could_not_run("No server is running on these stores; start it, "
                         "because a retry is a new registration.");
  auto as = bearer_for_server(*config);
  if (!as)
    return could_not_run(as.error().detail);
  http_client server{*url, *as};
  letters_report report{options.common.json};
  auto exit_code = int{exit_done};
  for (const auto& x : found->letters) {
    if (!can_be_retried(x)) {
      report.add(x, "nothing to retry",
                 "SQL has the ledger's rows; discard it");
      exit_code = exit_answer_is_no;
      continue;
    }
    auto again = register_again(server, x);
    if (!again)
      return could_not_run(again.error().detail);
    report.add(x, again->status, again->detail);
    if (!again->is_registered()) {
      exit_code = exit_answer_is_no;
      continue;
    }
    auto kept = forget(*found->sql, x, "dead letter retried", again->status,
                       options.reason);
    if (!kept)
      return could_not_run(kept.error().detail);
  }
  return exit_code;
}

int run_dead_letters_discard(const dead_letters_options& options) {
  auto config = settings_of(options.common);
  if (!config)
    return exit_could_not_run;
  auto found = find_letters(*config, options.ids);
  if (!found)
    return could_not_run(found.error().detail);
  letters_report report{options.common.json};
  for (const auto& x : found->letters) {
    auto forgotten = forget(*found->sql, x, "dead letter discarded", x.entry,
                            options.reason);
    if (!forgotten)
      return could_not_run(forgotten.error().detail);
    report.add(x, "discarded");
  }
  return exit_done;
}

void add_dead_letters(CLI::App& app, int& exit_code) {
  auto& command = add_command(
    app, "dead-letters",
    "Registrations that SQL refused for good, and what to do with them",
    "  registrar dead-letters list\n"
    "  registrar dead-letters list --redis redis://... --postgres "
    "postgresql://... --json\n"
    "  registrar dead-letters retry 0b1f2c3d-...\n"
    "  registrar dead-letters discard 0b1f2c3d-... --reason 'left the "
    "university'");
  command.require_subcommand(1);
  auto add = [&](const char* name, const char* description,
                 int (*run)(const dead_letters_options&)) -> auto& {
    auto options = std::make_shared<dead_letters_options>();
    auto& part = *command.add_subcommand(name, description);
    add_common_options(part, options->common);
    part.callback([options, run, &exit_code] { exit_code = run(*options); });
    return *options;
  };
  auto name_letters = [&](const char* name, dead_letters_options& options) {
    command.get_subcommand(name)
      ->add_option("id", options.ids, "As dead-letters list shows them")
      ->type_name("ID")
      ->required();
    command.get_subcommand(name)
      ->add_option("--reason", options.reason,
                   "Why; the audit log keeps it with who did it")
      ->type_name("TEXT")
      ->check(can_be_kept);
  };
  add("list", "Show them, oldest first", run_dead_letters_list);
  auto& retry
    = add("retry", "Register the student again, through the running server",
          run_dead_letters_retry);
  name_letters("retry", retry);
  command.get_subcommand("retry")
    ->add_option("--url", retry.url,
                 "The running server; by default the one that holds the stores")
    ->type_name("URL");
  name_letters("discard",
               add("discard", "Delete them; the audit log keeps what they were",
                   run_dead_letters_discard));
}

} // namespace registrar

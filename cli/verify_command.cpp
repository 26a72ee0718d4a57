#include "cli/verify_command.hpp"

#include "cli/chosen_stores.hpp"
#include "cli/running_server.hpp"
#include "cli/server_token.hpp"
#include "storage/embedded/registration_store.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace registrar {

namespace {

/// The server that is asked, if one runs.
struct running_place {
  std::string url;
  std::string token;
};

fallible<verification> verify_shared(const settings& config,
                                     const running_place& server,
                                     bool repairs) {
  auto options = production_options_of(config);
  if (!options)
    return options.error();
  auto sql = [&] { return open_postgres_registrations(options->postgres); };
  if (repairs && !server.url.empty())
    return failure{ec::store_locked,
                   "The server on " + server.url
                     + " is running and carries its ledger into SQL by "
                       "itself; stop it before --repair."};
  if (!server.url.empty()) {
    auto found = verify_running(sql, server.url, server.token);
    if (!found)
      return found.error();
    if (auto compared = compare_keys(*options, *found); !compared)
      return compared.error();
    return found;
  }
  return repairs ? repair_production(*options) : verify_production(*options);
}

fallible<verification> verify_directory(const std::filesystem::path& directory,
                                        const running_place& server,
                                        bool repairs) {
  if (repairs)
    return failure{
      ec::store_unusable,
      "The embedded ledger starts from SQL's rows: there is no second copy to "
      "repair them from. Restore both files from one backup."};
  if (server.url.empty()) {
    auto held = data_directory::open(directory, data_directory::purpose::read);
    if (!held)
      return held.error();
    return verify_stopped(directory);
  }
  auto sql = [&] {
    return embedded_registration_store::open(directory / "registrar.db",
                                             database::mode::read);
  };
  return verify_running(sql, server.url, server.token);
}

fallible<verification> verify(const settings& config,
                              const verify_options& asked) {
  auto url = asked.url.empty() ? url_of_running_server(config)
                               : fallible<std::string>{asked.url};
  if (!url)
    return url.error();
  auto as = bearer_for_server(config);
  if (!as)
    return as.error();
  running_place server{*url, as->token};
  return is_production(config)
           ? verify_shared(config, server, asked.repairs)
           : verify_directory(config.data_dir, server, asked.repairs);
}

void print_json(const verification& found) {
  nlohmann::ordered_json x;
  x["sections"] = found.sections;
  x["lag"] = found.lag;
  x["in_motion"] = found.in_motion;
  x["keys"] = found.keys;
  x["differences"] = nlohmann::ordered_json::array();
  for (const auto& one : found.differences) {
    nlohmann::ordered_json y;
    y["section_id"] = one.section.to_string();
    if (!one.student.is_nil())
      y["student_id"] = one.student.to_string();
    y["what"] = one.what;
    x["differences"].push_back(std::move(y));
  }
  if (!found.repaired.empty()) {
    x["repaired"] = nlohmann::ordered_json::array();
    for (const auto& section : found.repaired)
      x["repaired"].push_back(section.to_string());
  }
  std::puts(x.dump(2).c_str());
}

void print_text(const verification& found) {
  for (const auto& one : found.differences) {
    std::printf("section %s", one.section.to_string().c_str());
    if (!one.student.is_nil())
      std::printf(", student %s", one.student.to_string().c_str());
    std::printf(": %s\n", one.what.c_str());
  }
  for (const auto& section : found.repaired)
    std::printf("section %s: SQL holds the ledger's rows again\n",
                section.to_string().c_str());
  auto number = [](std::uint64_t x) { return std::to_string(x); };
  auto sum = number(found.sections - found.in_motion) + " sections";
  if (found.keys > 0)
    sum += " and " + number(found.keys) + " keys";
  sum += " compared, " + number(found.differences.size()) + " differences";
  if (found.lag > 0)
    sum += "; " + number(found.lag) + " entries are on their way into SQL";
  if (found.in_motion > 0)
    sum += "; " + number(found.in_motion)
           + " sections changed too fast to be compared";
  std::puts(sum.c_str());
}

} // namespace

int run_verify(const verify_options& options) {
  auto config = settings_of(options.common);
  if (!config)
    return exit_could_not_run;
  auto found = verify(*config, options);
  if (!found)
    return could_not_run(found.error().detail);
  if (options.common.json)
    print_json(*found);
  else
    print_text(*found);
  return found->differences.empty() ? exit_done : exit_answer_is_no;
}

void add_verify(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<verify_options>();
  auto& command = add_command(
    app, "verify", "Compare the ledger with SQL and name every difference",
    "  registrar verify --data-dir data\n"
    "  registrar verify --data-dir data --json\n"
    "  registrar verify --redis redis://... --postgres postgresql://...\n"
    "  registrar verify --redis ... --postgres ... --repair");
  add_common_options(command, options->common);
  command
    .add_option("--url", options->url,
                "A running server; by default the one that holds the "
                "stores, if there is one")
    ->type_name("URL");
  command.add_flag("--repair", options->repairs,
                   "Of a stopped production service: replace rows in SQL that "
                   "contradict the ledger by the ledger's, with a row in "
                   "audit_log for each section");
  command.callback([options, &exit_code] { exit_code = run_verify(*options); });
}

} // namespace registrar

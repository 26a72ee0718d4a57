#include "cli/rebuild_command.hpp"

#include "cli/chosen_stores.hpp"
#include "storage/ledger_rebuild.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace registrar {

namespace {

/// What no rebuild brings back.
constexpr const char* unknown_facts[] = {
  "Registrations and drops that were acknowledged and had not reached SQL when "
  "Redis lost them: these students must register or drop again.",
  "What was decided on earlier requests: one that is repeated now is decided "
  "anew. Nobody can be enrolled twice by that.",
};

void print_json(const rebuild_report& report) {
  nlohmann::ordered_json x;
  x["ledger_id"] = report.ledger_id.to_string();
  x["was_lost"] = report.was_lost;
  x["kept"] = report.kept;
  x["enrolled"] = report.enrolled;
  x["waitlisted"] = report.waitlisted;
  x["rebuilt"] = nlohmann::ordered_json::array();
  for (const auto& one : report.rebuilt)
    x["rebuilt"].push_back({{"section_id", one.section.to_string()},
                            {"was_at", one.was_at},
                            {"is_at", one.is_at}});
  x["unknown"] = unknown_facts;
  std::puts(x.dump(2).c_str());
}

void print_text(const rebuild_report& report) {
  if (report.was_lost)
    std::printf("Redis held no ledger. Ledger %s was made from SQL.\n",
                report.ledger_id.to_string().c_str());
  else
    for (const auto& one : report.rebuilt)
      std::printf("section %s: the ledger was at sequence %llu, SQL at %llu\n",
                  one.section.to_string().c_str(),
                  static_cast<unsigned long long>(one.was_at),
                  static_cast<unsigned long long>(one.is_at));
  std::printf("%zu sections with %zu enrolled and %zu waiting students loaded "
              "from SQL, %zu sections kept.\n"
              "What cannot be known any more:\n",
              report.rebuilt.size(), report.enrolled, report.waitlisted,
              report.kept);
  for (const auto* sentence : unknown_facts)
    std::printf("- %s\n", sentence);
}

} // namespace

int run_rebuild_ledger(const common_options& options) {
  auto config = settings_of(options);
  if (!config)
    return exit_could_not_run;
  if (!is_production(*config))
    return could_not_run(
      "The embedded ledger is made from journal.db and registrar.db at every "
      "start; give --redis and --postgres to rebuild a ledger in Redis.");
  auto stores = production_options_of(*config);
  if (!stores)
    return could_not_run(stores.error().detail);
  auto report = rebuild_ledger(*stores);
  if (!report)
    return could_not_run(report.error().detail);
  if (options.json)
    print_json(*report);
  else
    print_text(*report);
  return exit_done;
}

void add_rebuild_ledger(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<common_options>();
  auto& command = add_command(
    app, "rebuild-ledger", "Make from SQL what a Redis has lost",
    "  registrar rebuild-ledger --redis redis://127.0.0.1:6379/0 --postgres "
    "postgresql://registrar@127.0.0.1/registrar");
  add_common_options(command, *options);
  command.callback(
    [options, &exit_code] { exit_code = run_rebuild_ledger(*options); });
}

} // namespace registrar

#include "cli/verify_command.hpp"

#include "cli/chosen_stores.hpp"
#include "config/limits.hpp"
#include "storage/embedded/registration_store.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>

namespace registrar {

namespace {

constexpr auto lease_poll_period = std::chrono::milliseconds{100};

/// The URL that the holder of the directory wrote, or empty.
std::string url_of_holder(const std::filesystem::path& directory) {
  std::ifstream file{directory / "registrar.lock"};
  std::string pid;
  std::string url;
  std::getline(file, pid);
  std::getline(file, url);
  return url;
}

/// The lease in force. Who took it a moment ago says where it serves with its
/// next renewal.
fallible<std::optional<lease_in_force>>
named_lease(const redis_options& redis) {
  auto deadline = std::chrono::steady_clock::now() + limits::lease_ttl / 2;
  for (;;) {
    auto lease = read_redis_lease(redis);
    if (!lease || !*lease || !(*lease)->url.empty()
        || std::chrono::steady_clock::now() > deadline)
      return lease;
    std::this_thread::sleep_for(lease_poll_period);
  }
}

fallible<verification> verify_shared(const settings& config,
                                     const verify_options& asked) {
  auto options = production_options_of(config);
  if (!options)
    return options.error();
  auto sql = [&] { return open_postgres_registrations(options->postgres); };
  auto url = asked.url;
  if (url.empty()) {
    auto lease = named_lease(options->redis);
    if (!lease)
      return lease.error();
    if (*lease && (*lease)->url.empty())
      return failure{ec::store_locked,
                     to_sentence(**lease) + " To verify it, give --url."};
    if (*lease)
      url = (*lease)->url;
  }
  if (asked.repairs && !url.empty())
    return failure{ec::store_locked,
                   "The server on " + url
                     + " is running and carries its ledger into SQL by "
                       "itself; stop it before --repair."};
  if (!url.empty())
    return verify_running(sql, url);
  return asked.repairs ? repair_production(*options)
                       : verify_production(*options);
}

fallible<verification> verify_directory(const std::filesystem::path& directory,
                                        const verify_options& asked) {
  if (asked.repairs)
    return failure{
      ec::store_unusable,
      "The embedded ledger starts from SQL's rows: there is no second copy to "
      "repair them from. Restore both files from one backup."};
  auto sql = [&] {
    return embedded_registration_store::open(directory / "registrar.db",
                                             database::mode::read);
  };
  if (!asked.url.empty())
    return verify_running(sql, asked.url);
  auto held = data_directory::open(directory, data_directory::purpose::read);
  if (held)
    return verify_stopped(directory);
  if (held.error().code != ec::store_locked)
    return held.error();
  auto holder = url_of_holder(directory);
  if (holder.empty())
    return {ec::store_locked,
            held.error().detail
              + " It does not say where it serves; give --url."};
  return verify_running(sql, holder);
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
  auto found = is_production(*config)
                 ? verify_shared(*config, options)
                 : verify_directory(config->data_dir, options);
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

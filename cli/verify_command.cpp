#include "cli/verify_command.hpp"

#include "storage/embedded/data_directory.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>
#include <memory>

namespace registrar {

namespace {

/// The URL that the holder of the directory wrote, or empty.
std::string url_of_holder(const std::filesystem::path& directory) {
  std::ifstream file{directory / "registrar.lock"};
  std::string pid;
  std::string url;
  std::getline(file, pid);
  std::getline(file, url);
  return url;
}

fallible<verification> verify(const std::filesystem::path& directory,
                              const std::string& url) {
  if (!url.empty())
    return verify_running(directory, url);
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
  return verify_running(directory, holder);
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
  std::puts(x.dump(2).c_str());
}

void print_text(const verification& found) {
  for (const auto& one : found.differences) {
    std::printf("section %s", one.section.to_string().c_str());
    if (!one.student.is_nil())
      std::printf(", student %s", one.student.to_string().c_str());
    std::printf(": %s\n", one.what.c_str());
  }
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
  auto found = verify(config->data_dir, options.url);
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
    "  registrar verify --data-dir data --json");
  add_common_options(command, options->common);
  command
    .add_option("--url", options->url,
                "A running server; by default the one that holds the "
                "data directory, if there is one")
    ->type_name("URL");
  command.callback([options, &exit_code] { exit_code = run_verify(*options); });
}

} // namespace registrar

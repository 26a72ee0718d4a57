#include "cli/import_command.hpp"

#include "cli/chosen_stores.hpp"
#include "cli/import_plan.hpp"
#include "storage/factory.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

namespace registrar {

namespace {

/// More students than a country has.
constexpr std::size_t synthetic_max = 9'999'999;

fallible<std::string> read_file(const std::string& name) {
  std::ifstream file{name, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  std::error_code error;
  if (file.is_open() && !std::filesystem::is_directory(name, error))
    return text;
  auto why = file.is_open() ? "it is a directory" : std::strerror(errno);
  return {ec::not_found, "The file " + name + " cannot be read ("
                           + std::string{why}
                           + "); check its name and rights."};
}

template <class Row>
struct input_file {
  std::string name;
  imported_rows<Row> content;
};

/// Everything that was given, before it is compared with what is there.
struct import_input {
  std::vector<input_file<imported_section>> sections;
  std::vector<input_file<imported_student>> students;
};

template <class Row>
fallible<done> read_files(const std::vector<std::string>& names,
                          imported_rows<Row> (*read)(std::string_view),
                          std::vector<input_file<Row>>& into) {
  for (const auto& name : names) {
    auto text = read_file(name);
    if (!text)
      return text.error();
    into.push_back({name, read(*text)});
  }
  return done{};
}

fallible<import_input> read_input(const import_options& options) {
  import_input input;
  auto sections = read_files(options.sections, read_sections, input.sections);
  if (!sections)
    return sections.error();
  auto students = read_files(options.students, read_students, input.students);
  if (!students)
    return students.error();
  if (options.synthetic > 0)
    input.students.push_back(
      {"--students-synthetic", {synthetic_students(options.synthetic), {}}});
  return input;
}

/// Every fault, file by file, in order of the lines.
std::vector<import_fault> compare(const import_input& input,
                                  import_plan& plan) {
  std::vector<import_fault> faults;
  auto add_all = [&](const auto& files) {
    for (const auto& file : files) {
      auto first = static_cast<std::ptrdiff_t>(faults.size());
      auto known = static_cast<std::ptrdiff_t>(plan.faults().size());
      for (const auto& fault : file.content.faults)
        faults.push_back({file.name, fault});
      for (const auto& row : file.content.rows)
        plan.add(file.name, row);
      faults.insert(faults.end(), plan.faults().begin() + known,
                    plan.faults().end());
      std::stable_sort(faults.begin() + first, faults.end(),
                       [](const import_fault& x, const import_fault& y) {
                         return x.fault.line < y.fault.line;
                       });
    }
  };
  add_all(input.sections);
  add_all(input.students);
  return faults;
}

int say_faults(const std::vector<import_fault>& faults, bool as_json) {
  auto list = nlohmann::json::array();
  for (const auto& x : faults) {
    std::fprintf(stderr, "%s:%zu: %s\n", x.file.c_str(), x.fault.line,
                 x.fault.what.c_str());
    list.push_back(
      {{"file", x.file}, {"line", x.fault.line}, {"what", x.fault.what}});
  }
  if (as_json)
    std::puts(nlohmann::json{{"faults", list}}.dump(2).c_str());
  return could_not_run("Nothing was imported: "
                       + (faults.size() == 1
                            ? "one fault is"
                            : std::to_string(faults.size()) + " faults are")
                       + " listed above; mend it and import again.");
}

int say_done(const import_plan& plan, bool as_json) {
  const auto& rows = plan.rows();
  if (as_json) {
    nlohmann::ordered_json x;
    x["sections"] = rows.sections.size();
    x["students"] = rows.students.size();
    x["courses"] = rows.courses.size();
    x["semesters"] = rows.semesters.size();
    x["unchanged"] = plan.unchanged();
    std::puts(x.dump(2).c_str());
  } else {
    std::printf("Imported %zu sections, %zu courses, %zu semesters and %zu "
                "students; %zu rows were there already.\n",
                rows.sections.size(), rows.courses.size(),
                rows.semesters.size(), rows.students.size(), plan.unchanged());
  }
  return exit_done;
}

/// The catalogue, with what must be held while it is changed.
struct import_target {
  std::unique_ptr<data_directory> directory;
  std::shared_ptr<store_factory> factory;
  std::unique_ptr<catalogue_store> catalogue;
};

fallible<import_target> open_target(const settings& config) {
  import_target result;
  if (is_production(config)) {
    auto options = production_options_of(config);
    if (!options)
      return options.error();
    auto catalogue = open_production_catalogue(*options);
    if (!catalogue)
      return catalogue.error();
    result.catalogue = std::move(*catalogue);
    return result;
  }
  auto stores = open_chosen_stores(config);
  if (!stores) {
    auto why = stores.error();
    if (why.code == ec::store_locked)
      why.detail += " While it runs, change the catalogue through its API: "
                    "POST /api/v1/sections and /api/v1/students.";
    return why;
  }
  auto catalogue = stores->factory->open_catalogue();
  if (!catalogue)
    return catalogue.error();
  result.directory = std::move(stores->directory);
  result.factory = std::move(stores->factory);
  result.catalogue = std::move(*catalogue);
  return result;
}

} // namespace

int run_import(const import_options& options) {
  auto config = settings_of(options.common);
  if (!config)
    return exit_could_not_run;
  if (options.sections.empty() && options.students.empty()
      && options.synthetic == 0)
    return could_not_run("There is nothing to import; give --sections, "
                         "--students or --students-synthetic.");
  auto input = read_input(options);
  if (!input)
    return could_not_run(input.error().detail);
  auto now = now_utc();
  // An import that fails leaves no new directory behind.
  if (!is_production(*config)
      && !std::filesystem::exists(config->data_dir / "registrar.db")) {
    import_plan trial{{}, options.updates, now};
    if (auto faults = compare(*input, trial); !faults.empty())
      return say_faults(faults, options.common.json);
  }
  auto opened = open_target(*config);
  if (!opened)
    return could_not_run(opened.error().detail);
  auto* catalogue = opened->catalogue.get();
  auto existing = catalogue->load();
  if (!existing)
    return could_not_run(existing.error().detail);
  import_plan plan{*existing, options.updates, now};
  if (auto faults = compare(*input, plan); !faults.empty())
    return say_faults(faults, options.common.json);
  if (auto put = catalogue->put(plan.rows(), now); !put)
    return could_not_run("Nothing was imported: " + put.error().detail);
  return say_done(plan, options.common.json);
}

void add_import(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<import_options>();
  auto& command = add_command(
    app, "import", "Bring sections and students from CSV files",
    "  registrar import --sections fall.csv --students students.csv\n"
    "  registrar import --students-synthetic 8200\n"
    "  registrar import --sections corrected.csv --update");
  add_common_options(command, options->common);
  command
    .add_option("--sections", options->sections,
                "CSV with semester, course_code, course_name, section_number, "
                "total_seats, meetings and, if given, section_id, credits")
    ->type_name("FILE")
    ->expected(1)
    ->take_all();
  command
    .add_option("--students", options->students,
                "CSV with student_number, first_name, last_name, email, "
                "enrollment_status and, if given, student_id")
    ->type_name("FILE")
    ->expected(1)
    ->take_all();
  command
    .add_option("--students-synthetic", options->synthetic,
                "Make students numbered S0000001 to N")
    ->type_name("N")
    ->check(CLI::Range(std::size_t{0}, synthetic_max));
  command.add_flag("--update", options->updates,
                   "Replace rows that are there with other values; seats are "
                   "changed through the API only");
  command.callback([options, &exit_code] { exit_code = run_import(*options); });
}

} // namespace registrar

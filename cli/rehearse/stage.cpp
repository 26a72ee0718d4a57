#include "cli/rehearse/stage.hpp"

#include "cli/rehearse/registration_load.hpp"
#include "cli/rehearse/request_list.hpp"
#include "cli/rehearse/request_text.hpp"

#include <algorithm>
#include <iterator>

namespace registrar::rehearsal {

stage::stage(target to, driver_options options, const world& where,
             std::string key_prefix, show_progress show)
  : to_(std::move(to)), options_(options), where_(where),
    key_prefix_(std::move(key_prefix)), show_(std::move(show)),
    start_(std::chrono::steady_clock::now()) {
}

on_progress stage::progress_of(const std::string& name) const {
  return [this, name](const load_report& so_far, std::size_t total) {
    return show_(name, so_far, total);
  };
}

fallible<done> stage::run(const std::string& name, workload& load) {
  auto report = drive(to_, options_, load, progress_of(name));
  if (!report)
    return report.error();
  phases.push_back({name, std::move(*report), {}});
  return done{};
}

fallible<done> stage::ask(const std::string& name, route which,
                          std::vector<wish> wishes, std::size_t copies) {
  // Keys of one rehearsal differ from phase to phase.
  registration_load load{{which, to_.authority,
                          key_prefix_ + "-" + std::to_string(phases.size()),
                          std::move(wishes), copies},
                         start_};
  if (auto ran = run(name, load); !ran)
    return ran.error();
  complain(load.settle(checker_));
  return done{};
}

fallible<std::vector<section_end>> stage::look() {
  std::vector<std::string> requests;
  for (auto& section : where_.sections)
    for (auto* what : {"", "/roster", "/waitlist"})
      write_get(requests.emplace_back(), to_.authority,
                "/api/v1/sections/" + section.to_string() + what);
  auto bodies
    = ask_all(to_, options_, std::move(requests), progress_of("look"));
  if (!bodies)
    return bodies.error();
  std::vector<section_end> result;
  for (auto i = std::size_t{0}; i < where_.sections.size(); ++i) {
    auto counts = read_section((*bodies)[3 * i]);
    auto roster = read_rows((*bodies)[3 * i + 1], "roster");
    auto line = read_rows((*bodies)[3 * i + 2], "waitlist");
    for (auto* wrong :
         {counts ? nullptr : &counts.error(),
          roster ? nullptr : &roster.error(), line ? nullptr : &line.error()})
      if (wrong != nullptr)
        return *wrong;
    result.push_back({where_.sections[i], where_.name_of(i), *counts, 0,
                      std::move(*roster), std::move(*line)});
  }
  return result;
}

fallible<std::vector<section_end>> stage::finish() {
  auto ends = look();
  if (ends)
    complain(checker_.check(*ends));
  return ends;
}

void stage::complain(std::vector<violation> found) {
  std::move(found.begin(), found.end(), std::back_inserter(violations));
}

} // namespace registrar::rehearsal

#pragma once

#include "cli/rehearse/driver.hpp"
#include "cli/rehearse/invariants.hpp"
#include "cli/rehearse/own_server.hpp"
#include "cli/rehearse/world.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace registrar::rehearsal {

/// One part of a rehearsal, measured.
struct phase {
  std::string name;
  load_report load;
  /// More figures with their names, in order.
  std::vector<std::pair<std::string, double>> figures;
};

/// Shows how far a phase is. @return false to end at once.
using show_progress = std::function<bool(const std::string& phase,
                                         const load_report&, std::size_t)>;

/// What a shape plays on: a server, a world in it, and what was seen so far.
class stage {
public:
  stage(target to, driver_options options, const world& where,
        std::string key_prefix, show_progress show);

  /// Runs load and keeps its report as a phase.
  fallible<done> run(const std::string& name, workload& load);

  /// Registers or drops: runs, tells the checker, keeps what was wrong.
  fallible<done> ask(const std::string& name, route which,
                     std::vector<struct wish> wishes, std::size_t copies = 1);

  /// Sections, rosters and lines as the API shows them now, in order.
  fallible<std::vector<section_end>> look();

  /// Looks and judges every section.
  fallible<std::vector<section_end>> finish();

  void complain(std::vector<violation> found);

  /// The server's use of the machine, where it is ours.
  std::function<std::optional<process_usage>()> usage;

  const world& where() const {
    return where_;
  }

  const target& to() const {
    return to_;
  }

  const std::string& key_prefix() const {
    return key_prefix_;
  }

  std::vector<phase> phases;
  std::vector<violation> violations;

private:
  on_progress progress_of(const std::string& name) const;

  target to_;
  driver_options options_;
  const world& where_;
  std::string key_prefix_;
  show_progress show_;
  invariant_checker checker_;
  moment start_;
};

} // namespace registrar::rehearsal

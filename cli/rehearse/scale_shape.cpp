#include "cli/rehearse/registration_load.hpp"
#include "cli/rehearse/shape.hpp"

#include <algorithm>
#include <numeric>
#include <random>

namespace registrar::rehearsal {

namespace {

/// The world grows to 1/8, 1/4, 1/2 and all of itself.
constexpr std::uint32_t divisors[] = {8, 4, 2, 1};

/// Seats for three in four: both ways of the ledger are walked.
constexpr std::uint32_t seats_in_hundred = 75;

std::uint32_t rounded_up(std::uint32_t a, std::uint32_t b) {
  return (a + b - 1) / b;
}

class scale : public shape {
public:
  explicit scale(const shape_options& options) : options_(options) {
  }

  world_plan plan() const override {
    world_plan result;
    auto each = per_section();
    for (auto n = std::uint32_t{1}; n <= options_.sections; ++n)
      result.sections.push_back({"SCALE " + std::to_string(n), "A00",
                                 rounded_up(each * seats_in_hundred, 100)});
    // Enough for every section to be full of different students, and about
    // five sections for each student.
    result.students = std::max(each + 1, rounded_up(options_.registrations, 5));
    return result;
  }

  fallible<done> play(stage& on) override {
    auto sections_before = std::uint32_t{0};
    auto registrations_before = std::uint32_t{0};
    for (auto divisor : divisors) {
      auto sections = rounded_up(options_.sections, divisor);
      auto registrations = rounded_up(options_.registrations, divisor);
      if (sections == sections_before)
        continue;
      if (auto grown = grow(on, sections_before, sections,
                            registrations - registrations_before);
          !grown)
        return grown;
      sections_before = sections;
      registrations_before = registrations;
    }
    auto ends = on.finish();
    if (!ends)
      return ends.error();
    return done{};
  }

private:
  /// Registrations for one section, rounded up.
  std::uint32_t per_section() const {
    return rounded_up(options_.registrations, options_.sections);
  }

  /// Registrations spread evenly over sections not used before.
  fallible<done> grow(stage& on, std::uint32_t from, std::uint32_t to,
                      std::uint32_t registrations) {
    auto& students = on.where().students;
    std::vector<wish> wishes;
    for (auto n = std::uint32_t{0}; n < registrations; ++n) {
      auto section = from + n % (to - from);
      // Different for every registration of one section.
      auto student
        = (n / (to - from) + std::size_t{section} * 7919) % students.size();
      wishes.push_back({students[student], {on.where().sections[section]}});
    }
    std::mt19937_64 random{options_.seed + to};
    std::shuffle(wishes.begin(), wishes.end(), random);
    auto before = on.usage ? on.usage() : std::nullopt;
    if (auto asked = on.ask(std::to_string(to) + " sections",
                            route::register_sections, std::move(wishes));
        !asked)
      return asked;
    auto after = on.usage ? on.usage() : std::nullopt;
    auto& figures = on.phases.back().figures;
    figures.emplace_back("sections", to);
    figures.emplace_back("registrations", done_ += registrations);
    if (before && after) {
      auto cpu
        = std::chrono::duration<double, std::micro>{after->cpu - before->cpu};
      figures.emplace_back("server_us_per_request",
                           cpu.count() / std::max(registrations, 1u));
      figures.emplace_back("server_mib",
                           static_cast<double>(after->resident_bytes)
                             / (1024 * 1024));
    }
    return done{};
  }

  shape_options options_;
  std::uint32_t done_ = 0;
};

} // namespace

std::unique_ptr<shape> make_scale(const shape_options& options) {
  return std::make_unique<scale>(options);
}

} // namespace registrar::rehearsal

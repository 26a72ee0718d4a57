#include "cli/rehearse/registration_load.hpp"
#include "cli/rehearse/shape.hpp"

#include <algorithm>
#include <random>

namespace registrar::rehearsal {

namespace {

constexpr auto hot_seats = std::uint32_t{30};
constexpr auto hot_students = std::uint32_t{10'000};
constexpr auto copies = std::size_t{3};

class hot_section : public shape {
public:
  explicit hot_section(const shape_options& options) : random_(options.seed) {
  }

  world_plan plan() const override {
    return {{{"HOT 1", "A00", hot_seats}}, hot_students};
  }

  fallible<done> play(stage& on) override {
    std::vector<wish> wishes;
    for (auto& student : on.where().students)
      wishes.push_back({student, on.where().sections});
    std::shuffle(wishes.begin(), wishes.end(), random_);
    if (auto asked = on.ask("register", route::register_sections,
                            std::move(wishes), copies);
        !asked)
      return asked.error();
    auto ends = on.finish();
    if (!ends)
      return ends.error();
    auto& end = ends->front();
    if (end.roster.size() != hot_seats
        || end.roster.size() + end.waitlist.size() != hot_students)
      on.complain({{"miscounted",
                    "everybody asked, and " + std::to_string(end.roster.size())
                      + " are enrolled and "
                      + std::to_string(end.waitlist.size()) + " wait"}});
    return done{};
  }

private:
  std::mt19937_64 random_;
};

} // namespace

std::unique_ptr<shape> make_hot_section(const shape_options& options) {
  return std::make_unique<hot_section>(options);
}

} // namespace registrar::rehearsal

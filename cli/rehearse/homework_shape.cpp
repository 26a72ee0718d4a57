#include "cli/rehearse/registration_load.hpp"
#include "cli/rehearse/shape.hpp"

#include <algorithm>
#include <random>

namespace registrar::rehearsal {

namespace {

constexpr auto section_count = std::uint32_t{320};
constexpr auto homework_seats = std::uint32_t{30};
constexpr auto homework_students = std::uint32_t{8200};
constexpr auto fewest = std::uint32_t{3};
constexpr auto most = std::uint32_t{6};

class homework : public shape {
public:
  explicit homework(const shape_options& options) : random_(options.seed) {
  }

  world_plan plan() const override {
    world_plan result;
    for (auto n = std::uint32_t{1}; n <= section_count; ++n)
      result.sections.push_back(
        {"HOME " + std::to_string(n), "A00", homework_seats});
    result.students = homework_students;
    return result;
  }

  fallible<done> play(stage& on) override {
    std::vector<wish> wishes;
    for (auto& student : on.where().students)
      wishes.push_back({student, choose(on.where().sections)});
    std::shuffle(wishes.begin(), wishes.end(), random_);
    if (auto asked
        = on.ask("register", route::register_sections, std::move(wishes));
        !asked)
      return asked.error();
    auto ends = on.finish();
    if (!ends)
      return ends.error();
    return done{};
  }

private:
  /// 3 to 6 different ones.
  std::vector<section_id> choose(const std::vector<section_id>& from) {
    std::vector<section_id> result;
    std::sample(from.begin(), from.end(), std::back_inserter(result),
                fewest + random_() % (most - fewest + 1), random_);
    std::shuffle(result.begin(), result.end(), random_);
    return result;
  }

  std::mt19937_64 random_;
};

} // namespace

std::unique_ptr<shape> make_homework(const shape_options& options) {
  return std::make_unique<homework>(options);
}

} // namespace registrar::rehearsal

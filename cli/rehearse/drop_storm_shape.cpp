#include "cli/rehearse/registration_load.hpp"
#include "cli/rehearse/shape.hpp"

#include <algorithm>
#include <random>

namespace registrar::rehearsal {

namespace {

/// Fewer than wait, so that some still wait after the storm.
constexpr auto storm_seats = std::uint32_t{300};
constexpr auto waiter_count = std::uint32_t{500};

std::vector<student_id> students_of(const std::vector<listed_row>& rows) {
  std::vector<student_id> result;
  for (auto& row : rows)
    result.push_back(row.student);
  return result;
}

class drop_storm : public shape {
public:
  explicit drop_storm(const shape_options& options) : random_(options.seed) {
  }

  world_plan plan() const override {
    return {{{"STORM 1", "A00", storm_seats}}, storm_seats + waiter_count};
  }

  fallible<done> play(stage& on) override {
    auto& all = on.where().students;
    std::vector<student_id> first(all.begin(), all.begin() + storm_seats);
    std::vector<student_id> later(all.begin() + storm_seats, all.end());
    if (auto asked = ask(on, "fill", route::register_sections, first); !asked)
      return asked;
    if (auto asked = ask(on, "wait", route::register_sections, later); !asked)
      return asked;
    auto before = on.look();
    if (!before)
      return before.error();
    if (auto asked = ask(on, "storm", route::drop_sections, first); !asked)
      return asked;
    auto ends = on.finish();
    if (!ends)
      return ends.error();
    // Whoever stood first has the seats now, in this order.
    auto line = students_of(before->front().waitlist);
    auto promoted = std::min<std::size_t>(storm_seats, line.size());
    on.complain(compare_with_model(ends->front(),
                                   std::span{line}.first(promoted),
                                   std::span{line}.subspan(promoted)));
    return done{};
  }

private:
  fallible<done> ask(stage& on, const char* name, route which,
                     std::vector<student_id> students) {
    std::shuffle(students.begin(), students.end(), random_);
    std::vector<wish> wishes;
    for (auto& student : students)
      wishes.push_back({student, on.where().sections});
    return on.ask(name, which, std::move(wishes));
  }

  std::mt19937_64 random_;
};

} // namespace

std::unique_ptr<shape> make_drop_storm(const shape_options& options) {
  return std::make_unique<drop_storm>(options);
}

} // namespace registrar::rehearsal

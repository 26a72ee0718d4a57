#include "cli/rehearse/shape.hpp"
#include "cli/rehearse/trace_load.hpp"

namespace registrar::rehearsal {

namespace {

class trace : public shape {
public:
  trace(std::vector<observation> rows, const shape_options& options)
    : rows_(std::move(rows)), seed_(options.seed) {
  }

  world_plan plan() const override {
    // Ids do not matter for what exists.
    world_plan result;
    result.students = students_needed(rows_);
    auto nobody = std::vector<student_id>(result.students);
    for (auto n = std::uint32_t{0}; n < result.students; ++n)
      nobody[n] = student_id{uuid::named({}, std::to_string(n))};
    for (auto& section : script_of(rows_, nobody, seed_).sections)
      result.sections.push_back(
        {section.course, section.section, section.capacity});
    return result;
  }

  void prepare(const world& where) override {
    script_ = script_of(rows_, where.students, seed_);
  }

  fallible<done> play(stage& on) override {
    trace_load load{script_, on.where(), on.to().authority, on.key_prefix()};
    if (auto ran = on.run("replay", load); !ran)
      return ran.error();
    on.complain(load.settle());
    auto ends = on.look();
    if (!ends)
      return ends.error();
    for (auto i = std::size_t{0}; i < ends->size(); ++i) {
      auto& model = script_.sections[i].end;
      std::vector<student_id> line(model.line().begin(), model.line().end());
      (*ends)[i].enrolled_before_cut = model.roster().size();
      on.complain(check_section((*ends)[i]));
      on.complain(compare_with_model((*ends)[i], model.roster(), line));
      if ((*ends)[i].counts.total_seats != model.capacity())
        on.complain(
          {{"not-as-the-model",
            (*ends)[i].name + " has "
              + std::to_string((*ends)[i].counts.total_seats)
              + " seats, and the model " + std::to_string(model.capacity())}});
    }
    return done{};
  }

private:
  std::vector<observation> rows_;
  std::uint64_t seed_;
  trace_script script_;
};

} // namespace

std::unique_ptr<shape> make_trace(std::vector<observation> rows,
                                  const shape_options& options) {
  return std::make_unique<trace>(std::move(rows), options);
}

} // namespace registrar::rehearsal

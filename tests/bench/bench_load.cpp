#include "tests/bench/bench_load.hpp"

#include "cli/rehearse/request_text.hpp"

namespace registrar::bench {

bench_load::bench_load(bench_world world, std::string authority, bool has_keys,
                       std::uint64_t first)
  : world_(world), authority_(std::move(authority)), has_keys_(has_keys),
    next_(first) {
  for (auto n = std::uint32_t{0}; n < world_.sections; ++n)
    sections_.push_back(bench_world::section(n));
  for (auto n = std::uint32_t{0}; n < world_.students; ++n)
    students_.push_back(bench_world::student(n));
}

std::size_t bench_load::total() const {
  return std::size_t{world_.sections} * world_.students;
}

bool bench_load::next(std::size_t, std::string& bytes, std::uint64_t& token) {
  if (next_ >= total())
    return false;
  token = next_++;
  auto& section = sections_[token % sections_.size()];
  auto& student = students_[token / sections_.size()];
  rehearsal::write_registration(
    bytes, authority_, route::register_sections, student, {&section, 1},
    has_keys_ ? "bench-" + std::to_string(token) : std::string{});
  return true;
}

std::optional<std::chrono::milliseconds>
bench_load::on_answer(std::uint64_t, const rehearsal::answer& got) {
  if (got.status == 200
      && got.body.find(R"("status":"enrolled")") != std::string_view::npos)
    return std::nullopt;
  if (wrong_++ == 0)
    first_wrong_ = std::to_string(got.status) + " " + std::string{got.body};
  return std::nullopt;
}

bool touch_load::next(std::size_t, std::string& bytes, std::uint64_t& token) {
  if (next_ == end_)
    return false;
  token = next_++;
  rehearsal::write_get(
    bytes, authority_,
    "/api/v1/sections/"
      + bench_world::section(static_cast<std::uint32_t>(token)).to_string());
  return true;
}

std::optional<std::chrono::milliseconds>
touch_load::on_answer(std::uint64_t, const rehearsal::answer& got) {
  if (auto again = rehearsal::ask_again_after(got))
    return again;
  touched_ += got.status == 200;
  return std::nullopt;
}

} // namespace registrar::bench

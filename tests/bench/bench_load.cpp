#include "tests/bench/bench_load.hpp"

#include "cli/rehearse/request_text.hpp"
#include "config/limits.hpp"
#include "http/auth/token_issuer.hpp"

namespace registrar::bench {

namespace {

constexpr std::string_view dress_fields
  = "Origin: https://portal.example.edu\r\n"
    "Accept-Encoding: gzip, deflate, br\r\n"
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
    "X-Request-Id: 0f8fad5b-d9cb-469f-a165-70867728950e\r\n"
    "X-Forwarded-For: 198.51.100.7\r\n"
    "Authorization: Bearer ";

std::string token_of(const student_id& student) {
  token_order order;
  order.subject = student.to_string();
  order.roles = role_set{role::student};
  order.ttl = limits::token_ttl;
  order.issuer = bench_issuer;
  order.audience = bench_audience;
  auto now = std::chrono::duration_cast<unix_seconds>(
    std::chrono::system_clock::now().time_since_epoch());
  auto token = issue_token(order, bench_secret, now);
  return token ? *token : std::string{};
}

} // namespace

bench_load::bench_load(bench_world world, std::string authority,
                       request_style style, std::uint64_t first)
  : world_(world), authority_(std::move(authority)), style_(style),
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
    style_.has_key ? "bench-" + std::to_string(token) : std::string{});
  if (style_.is_dressed)
    dress(bytes, token / sections_.size());
  return true;
}

void bench_load::dress(std::string& bytes, std::size_t student) {
  tokens_.resize(students_.size());
  auto& token = tokens_[student];
  if (token.empty())
    token = token_of(students_[student]);
  auto at = bytes.find("\r\n") + 2;
  bytes.insert(at, "\r\n");
  bytes.insert(at, token);
  bytes.insert(at, dress_fields);
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

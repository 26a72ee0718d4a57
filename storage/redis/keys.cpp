#include "storage/redis/keys.hpp"

namespace registrar::redis_keys {

namespace {

std::string of_section(std::string_view kind, const section_id& id) {
  auto result = prefix(partition_of(id));
  result += kind;
  id.value.append_to(result);
  return result;
}

} // namespace

std::string cluster_alive(std::uint64_t incarnation) {
  return "cluster:alive:" + std::to_string(incarnation);
}

std::string prefix(std::uint32_t partition) {
  static_assert(partition_count <= 100, "two digits name a partition");
  std::string result{"{p00}:"};
  result[2] = static_cast<char>('0' + partition / 10);
  result[3] = static_cast<char>('0' + partition % 10);
  return result;
}

std::string epoch(std::uint32_t partition) {
  return prefix(partition) + "epoch";
}

std::string lease(std::uint32_t partition) {
  return prefix(partition) + "lease";
}

std::string journal(std::uint32_t partition) {
  return prefix(partition) + "journal";
}

std::string section(const section_id& id) {
  return of_section("section:", id);
}

std::string roster(const section_id& id) {
  return of_section("roster:", id);
}

std::string waitlist(const section_id& id) {
  return of_section("waitlist:", id);
}

std::string memo(const section_id& id, const request_id& request) {
  auto result = of_section("memo:", id);
  result += ':';
  request.value.append_to(result);
  return result;
}

std::string idempotency(const key_scope& scope) {
  std::string result{"idem:"};
  scope.student.value.append_to(result);
  result += ':';
  result += to_string(scope.route);
  result += ':';
  result += scope.key;
  return result;
}

} // namespace registrar::redis_keys

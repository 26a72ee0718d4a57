#include "storage/postgres/sqlstate.hpp"

namespace registrar {

ec code_of_sqlstate(std::string_view state) {
  if (state.size() != 5)
    return ec::dependency_unavailable;
  auto of_class = state.substr(0, 2);
  if (of_class == "22")
    return ec::invalid_value;
  // 21: an upsert that meets one row twice, by which two sections claim the
  // same registration.
  if (of_class == "23" || of_class == "21")
    return ec::conflict;
  // 53100 disk full, 58030 input/output error, 25006 read only.
  if (state == "53100" || state == "58030" || state == "25006")
    return ec::store_write_failed;
  // 08 connection, 40 deadlock and serialization, 53 resources, 55 locks, 57
  // shutdown and timeouts, 25 a transaction that ended behind our back.
  for (auto each : {"08", "40", "53", "55", "57", "25"})
    if (of_class == each)
      return ec::dependency_unavailable;
  if (of_class == "XX")
    return ec::store_corrupt;
  // 42P01 missing schema, 42501 and 28 rights, 3D and 3F missing database, and
  // whatever else an operator has to look at.
  return ec::store_unusable;
}

} // namespace registrar

#include "storage/redis/ledger_failures.hpp"

#include "storage/rules/ledger_rules.hpp"

namespace registrar::redis_failures {

failure lost_epoch(std::uint32_t partition) {
  return {ec::ledger_lost, "The ledger lost the epoch of partition "
                             + std::to_string(partition)
                             + "; run `registrar rebuild-ledger`."};
}

failure corrupt(const std::string& what) {
  return {ec::store_corrupt, "Redis holds what the ledger never wrote: " + what
                               + "; run `registrar verify`."};
}

failure named(std::string_view name, const section_id& section) {
  if (name == "no epoch")
    return {ec::ledger_lost, "The ledger has no owner's epoch."};
  if (name == "fenced")
    return {ec::fenced, "Another owner took the ledger over."};
  if (name == "no section")
    return ledger_rules::missing(section);
  if (name == "no rows")
    return {ec::ledger_lost,
            "The roster or waitlist of section " + section.to_string()
              + " is not what the ledger counts; run `registrar "
                "rebuild-ledger`."};
  if (name == "no journal")
    return {ec::ledger_lost, "The ledger lost the journal of partition "
                               + std::to_string(partition_of(section))
                               + "; run `registrar rebuild-ledger`."};
  return corrupt("an answer named " + std::string{name});
}

} // namespace registrar::redis_failures

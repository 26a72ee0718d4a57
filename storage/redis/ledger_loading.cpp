#include "storage/redis/ledger_loading.hpp"

#include "storage/redis/codec.hpp"
#include "storage/redis/keys.hpp"
#include "storage/redis/ledger_failures.hpp"

#include <string>

namespace registrar {

namespace {

constexpr auto leftovers_per_scan = 1'000;
constexpr std::string_view lease_suffix = ":lease";

void add_row(redis_pipeline& out, const live_row& row) {
  out.add(row.student.to_string())
    .add(redis_codec::id_text(row.registration.value))
    .add(redis_codec::id_text(row.request.value))
    .add(row.sequence)
    .add(row.ticket)
    .add(redis_codec::milliseconds_of(row.since));
}

} // namespace

fallible<done> clear_partitions(redis_connection& redis) {
  std::string cursor = "0";
  do {
    redis_pipeline scan;
    scan.call("SCAN", cursor, "MATCH", "{p[0-9][0-9]}:*", "COUNT",
              leftovers_per_scan);
    auto page = redis.read(scan);
    if (!page)
      return page.error();
    cursor = (*page)[0][0].text();
    auto names = (*page)[0][1];
    redis_pipeline remove;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (!names[i].text().ends_with(lease_suffix))
        remove.call("UNLINK", names[i].text());
    if (remove.empty())
      continue;
    if (auto removed = redis.tell(remove); !removed)
      return removed.error();
  } while (cursor != "0");
  return done{};
}

fallible<done> make_partitions(redis_connection& redis) {
  redis_pipeline all;
  for (std::uint32_t i = 0; i < partition_count; ++i) {
    all.call("HSETNX", redis_keys::epoch(i), "number", 0);
    all.call("HSETNX", redis_keys::epoch(i), "token", 0);
    // An empty stream: one that is missing was lost.
    all.call("XGROUP", "CREATE", redis_keys::journal(i), "make", "$",
             "MKSTREAM");
    all.call("XGROUP", "DESTROY", redis_keys::journal(i), "make");
  }
  if (auto made = redis.tell(all); !made)
    return made.error();
  return done{};
}

fallible<done> load_section(redis_connection& redis, const epoch& owner,
                            const section_rows& rows) {
  const auto& header = rows.header;
  const auto& x = header.settings;
  auto settings = std::to_string(x.total_seats) + ' '
                  + std::to_string(x.waitlist_capacity) + ' '
                  + std::to_string(x.version) + (x.is_active ? " 1" : " 0")
                  + (x.is_frozen ? " 1" : " 0");
  redis_pipeline one;
  one.start(load_section_script,
            {redis_keys::epoch(partition_of(header.section))});
  one.add(owner.number).add(owner.token).add(header.section.to_string());
  one.add(settings).add(header.sequence);
  for (const auto& row : rows.roster)
    add_row(one, row);
  for (const auto& row : rows.waitlist)
    add_row(one, row);
  auto replies = redis.tell(one);
  if (!replies)
    return replies.error();
  if (auto name = (*replies)[0].text(); !name.empty())
    return redis_failures::named(name, header.section);
  return done{};
}

fallible<done> name_ledger(redis_connection& redis, const uuid& id) {
  redis_pipeline one;
  one.call("SET", redis_keys::ledger_id, id.to_string(), "NX");
  auto replies = redis.tell(one);
  if (!replies)
    return replies.error();
  if ((*replies)[0].is_nil())
    return failure{ec::store_locked,
                   "Another ledger was made in this Redis meanwhile."};
  return done{};
}

} // namespace registrar

#include "storage/postgres/registration_store.hpp"

#include <limits>

namespace registrar {

namespace {

constexpr sql_statement insert_audit{"insert_audit", R"(
insert into audit_log (actor, action, subject, detail, reason, created_at)
select x.actor, x.action, x.subject, x.detail, x.reason, x.at
from (values ($1::text, $2::text, $3::text, $4::text, $5::text,
              from_ms($6::bigint)))
     as x (actor, action, subject, detail, reason, at)
where $7::bigint = 1 or not exists (
  select from audit_log a
  where a.created_at = x.at and a.actor = x.actor and a.action = x.action
    and a.subject = x.subject and a.detail is not distinct from x.detail
    and a.reason is not distinct from x.reason))"};

constexpr sql_statement select_audit{"select_audit", R"(
select audit_id, actor, action, subject, detail, reason, to_ms(created_at)
from audit_log where audit_id < $1::bigint
order by audit_id desc limit $2::bigint)"};

} // namespace

fallible<done> postgres_registration_store::note(const audit_entry& entry) {
  auto has_no_time = entry.at == timestamp{};
  sql_values values;
  values.add(std::string_view{entry.actor})
    .add(std::string_view{entry.action})
    .add(std::string_view{entry.subject})
    .add(std::string_view{entry.detail})
    .add_optional(std::string_view{entry.reason})
    .add(has_no_time ? now_utc() : entry.at)
    .add(std::int64_t{has_no_time ? 1 : 0});
  if (auto noted = db_.run(insert_audit, values); !noted)
    return noted.error();
  return done{};
}

fallible<std::vector<audit_row>>
postgres_registration_store::audit_log(std::size_t limit,
                                       std::uint64_t before) {
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  auto rows
    = db_.run(select_audit,
              sql_values{before == 0 ? last : static_cast<std::int64_t>(before),
                         static_cast<std::int64_t>(limit)});
  if (!rows)
    return rows.error();
  std::vector<audit_row> result;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    audit_row row;
    row.id = static_cast<std::uint64_t>(rows->number(i, 0));
    row.entry.actor = rows->text(i, 1);
    row.entry.action = rows->text(i, 2);
    row.entry.subject = rows->text(i, 3);
    row.entry.detail = rows->text(i, 4);
    row.entry.reason = rows->text(i, 5);
    row.entry.at = rows->time(i, 6);
    result.push_back(std::move(row));
  }
  return result;
}

} // namespace registrar

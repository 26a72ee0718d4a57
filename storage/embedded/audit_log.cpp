#include "storage/embedded/registration_store.hpp"

#include <limits>

namespace registrar {

namespace {

constexpr auto insert_audit
  = "insert into audit_log (actor, action, subject, detail, reason, "
    "created_at) select ?1, ?2, ?3, ?4, ?5, ?6 where ?7 or not exists ("
    "select 1 from audit_log where created_at = ?6 and actor = ?1 "
    "and action = ?2 and subject = ?3 and detail is ?4 and reason is ?5)";

constexpr auto select_audit
  = "select audit_id, actor, action, subject, detail, reason, created_at "
    "from audit_log where audit_id < ?1 order by audit_id desc limit ?2";

} // namespace

fallible<done> embedded_registration_store::note(const audit_entry& entry) {
  auto insert = db_.prepare(insert_audit);
  if (!insert)
    return insert.error();
  transaction whole{db_};
  if (auto begun = whole.begin(); !begun)
    return begun;
  auto has_no_time = entry.at == timestamp{};
  insert->bind(1, std::string_view{entry.actor})
    .bind(2, std::string_view{entry.action})
    .bind(3, std::string_view{entry.subject})
    .bind(4, std::string_view{entry.detail})
    .bind_optional(5, entry.reason)
    .bind(6, has_no_time ? now_utc() : entry.at)
    .bind(7, has_no_time);
  if (auto put = insert->run(); !put)
    return put.error();
  return whole.commit();
}

fallible<std::vector<audit_row>>
embedded_registration_store::audit_log(std::size_t limit,
                                       std::uint64_t before) {
  auto query = db_.prepare(select_audit);
  if (!query)
    return query.error();
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  query->bind(1, before == 0 ? last : static_cast<std::int64_t>(before))
    .bind(2, static_cast<std::int64_t>(limit));
  std::vector<audit_row> result;
  for (;;) {
    auto more = query->step();
    if (!more)
      return more.error();
    if (!*more)
      return result;
    audit_row row;
    row.id = static_cast<std::uint64_t>(query->number(0));
    row.entry.actor = query->text(1);
    row.entry.action = query->text(2);
    row.entry.subject = query->text(3);
    row.entry.detail = query->text(4);
    row.entry.reason = query->text(5);
    row.entry.at = query->time(6);
    result.push_back(std::move(row));
  }
}

} // namespace registrar

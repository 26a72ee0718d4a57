#include "storage/redis/key_sample.hpp"

#include "storage/redis/codec.hpp"
#include "storage/redis/keys.hpp"
#include "storage/redis/ledger_failures.hpp"

namespace registrar {

namespace {

constexpr auto answers_per_scan = 1'000;

} // namespace

fallible<std::vector<std::string>> sample_answers(redis_connection& redis,
                                                  std::size_t limit) {
  std::vector<std::string> result;
  std::string cursor = "0";
  do {
    redis_pipeline scan;
    scan.call("SCAN", cursor, "MATCH", "idem:*", "COUNT", answers_per_scan);
    auto page = redis.read(scan);
    if (!page)
      return page.error();
    cursor = (*page)[0][0].text();
    auto names = (*page)[0][1];
    if (names.size() == 0)
      continue;
    redis_pipeline get;
    get.start("MGET");
    for (std::size_t i = 0; i < names.size(); ++i)
      get.add(names[i].text());
    auto records = redis.read(get);
    if (!records)
      return records.error();
    auto values = (*records)[0];
    for (std::size_t i = 0; i < values.size() && result.size() < limit; ++i) {
      if (values[i].is_nil())
        continue;
      auto record = redis_codec::take_key(values[i].text());
      if (!record)
        return redis_failures::corrupt("the idempotency key "
                                       + std::string{names[i].text()});
      if (record->is_completed)
        result.push_back(std::move(record->response));
    }
  } while (cursor != "0" && result.size() < limit);
  return result;
}

fallible<redis_memos>
read_memos(redis_connection& redis,
           std::span<const std::pair<section_id, request_id>> names) {
  redis_memos result;
  if (names.empty())
    return result;
  redis_pipeline get;
  get.start("MGET");
  for (const auto& [section, request] : names)
    get.add(redis_keys::memo(section, request));
  auto memos = redis.read(get);
  if (!memos)
    return memos.error();
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto text = (*memos)[0][i];
    if (text.is_nil())
      continue;
    auto outcome = redis_codec::take_memo(text.text());
    if (!outcome)
      return redis_failures::corrupt("a memo of section "
                                     + names[i].first.to_string());
    result[names[i]] = std::move(*outcome);
  }
  return result;
}

} // namespace registrar

#include "storage/embedded/ledger_core.hpp"

#include "messages/assertion.hpp"
#include "storage/embedded/journal_load.hpp"

#include <algorithm>

namespace registrar {

ledger_core::ledger_core(std::filesystem::path journal, open_registrations sql)
  : path_(std::move(journal)), sql_(std::move(sql)) {
}

ledger_core::~ledger_core() {
  try {
    keep_begins();
  } catch (const std::exception&) {
    // The file stays as the last commit left it.
  }
}

fallible<done> ledger_core::start() {
  REGISTRAR_ASSERT(!file_);
  return load();
}

fallible<done> ledger_core::open() {
  REGISTRAR_ASSERT(!is_open_);
  if (!file_)
    if (auto loaded = load(); !loaded)
      return loaded;
  is_open_ = true;
  return done{};
}

fallible<done> ledger_core::commit() {
  REGISTRAR_ASSERT(is_open_);
  is_open_ = false;
  auto result = spoiled_.code == ec::none ? commit_transaction() : spoiled_;
  if (!result)
    close();
  return result;
}

fallible<done>
ledger_core::in_group(const std::function<fallible<done>()>& work) {
  if (is_open_)
    return spoiled_.code == ec::none ? work() : spoiled_;
  if (auto opened = open(); !opened)
    return opened;
  auto worked = work();
  auto committed = commit();
  return committed ? worked : committed;
}

fallible<done> ledger_core::write() {
  if (is_writing_)
    return done{};
  auto begun = file_->begin();
  if (begun)
    is_writing_ = true;
  else
    spoil(begun.error());
  return begun;
}

fallible<done> ledger_core::append(std::span<const journal_entry> entries) {
  if (entries.empty())
    return done{};
  if (auto begun = write(); !begun)
    return begun;
  for (const auto& entry : entries) {
    auto row = row_of(++last_position_, entry);
    encode_entry(row, entry, payload_);
    if (auto put = file_->append_entry(row, payload_); !put) {
      spoil(put.error());
      return put;
    }
  }
  return done{};
}

void ledger_core::spoil(failure why) {
  if (spoiled_.code == ec::none)
    spoiled_ = std::move(why);
}

void ledger_core::set_standing(const student_id& student, bool is_active) {
  if (is_active)
    inactive_.erase(student);
  else
    inactive_.insert(student);
  if (rules_)
    rules_->set_standing(student, is_active);
}

fallible<done> ledger_core::commit_transaction() {
  if (keys_->needs_commit())
    if (auto begun = write(); !begun)
      return begun;
  if (!is_writing_)
    return done{};
  // What rides along, begins included, is never later than the effects.
  if (auto written = keys_->write(*file_); !written)
    return written;
  is_writing_ = false;
  if (auto committed = file_->commit(); !committed)
    return committed;
  keys_->committed();
  return done{};
}

fallible<done> ledger_core::load() {
  auto file = journal_file::open(path_, database::mode::write);
  if (!file)
    return file.error();
  auto identity = (*file)->read_identity();
  if (!identity)
    return identity.error();
  auto sql = sql_();
  if (!sql)
    return sql.error();
  auto loaded = load_ledger(**file, **sql);
  if (!loaded)
    return loaded.error();
  if (!loaded->faults.empty())
    return failure{ec::store_corrupt, loaded->faults.front()};
  if (!keys_) {
    auto incarnation = identity->incarnation + 1;
    if (auto put = (*file)->write_incarnation(incarnation); !put)
      return put;
    keys_.emplace(incarnation);
  }
  if (auto read = keys_->load(**file); !read)
    return read;
  loaded->state.set_owner(identity->owner);
  for (const auto& student : inactive_)
    loaded->state.set_standing(student, false);
  rules_.emplace(std::move(loaded->state));
  behind_ = std::move(loaded->behind);
  ledger_id_ = identity->ledger_id;
  // Positions that readers may have seen are not given twice.
  last_position_ = std::max(last_position_, loaded->last_position);
  file_ = std::move(*file);
  ++generation_;
  return done{};
}

void ledger_core::keep_begins() {
  // Begins that no commit took along yet: a successor in this process must
  // not number attempts anew while these still run.
  if (!file_)
    return;
  if (is_writing_)
    file_->roll_back();
  auto is_void = is_open_;
  is_writing_ = is_open_ = false;
  if (is_void && !keys_->load(*file_))
    return;
  if (keys_->has_unwritten() && write())
    static_cast<void>(commit_transaction());
}

void ledger_core::close() {
  if (is_writing_)
    file_->roll_back();
  is_writing_ = false;
  spoiled_ = {};
  rules_.reset();
  file_.reset();
}

} // namespace registrar

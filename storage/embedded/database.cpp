#include "storage/embedded/database.hpp"

#include <sqlite3.h>

#include <utility>

namespace registrar {

namespace {

/// Of another process that holds the file for a moment (backup, sqlite3).
constexpr int busy_timeout_ms = 5'000;

constexpr auto write_pragmas
  = "pragma journal_mode = wal; pragma synchronous = full; "
    "pragma foreign_keys = on; "
    "pragma cache_size = -65536; pragma temp_store = memory;";

ec code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_CONSTRAINT: return ec::conflict;
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE: return ec::invalid_value;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY: return ec::store_write_failed;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ec::store_corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ec::dependency_unavailable;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return ec::store_unusable;
    default: return ec::store_unusable;
  }
}

failure failed(sqlite3* handle, int result, const std::string& where) {
  std::string why
    = handle == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(handle);
  return {code_of(result), where + ": " + why + "."};
}

/// A file name as SQLite's URI form wants it.
std::string uri_of(const std::filesystem::path& path, const char* options) {
  std::string result = "file:";
  for (char x : path.string()) {
    auto is_special = x == '%' || x == '?' || x == '#';
    constexpr auto digits = "0123456789abcdef";
    if (is_special) {
      result += '%';
      result += digits[static_cast<unsigned char>(x) >> 4];
      result += digits[static_cast<unsigned char>(x) & 15];
    } else {
      result += x;
    }
  }
  return result + options;
}

/// SQLite's hook after a commit that wrote to the log.
int on_commit(void* carrier, sqlite3* writer, const char*, int pages) {
  static_cast<log_carrier*>(carrier)->committed(writer, pages);
  return SQLITE_OK;
}

/// Without statistics an allocation takes no lock that all connections share.
void use_sqlite() {
  static const auto configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(configured);
}

bool has_log(const std::filesystem::path& path) {
  std::error_code error;
  auto size = std::filesystem::file_size(path.string() + "-wal", error);
  return !error && size > 0;
}

} // namespace

// -- statement ----------------------------------------------------------------

statement::statement(statement&& other) noexcept
  : handle_(std::exchange(other.handle_, nullptr)), where_(other.where_) {
}

statement& statement::operator=(statement&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(where_, other.where_);
  return *this;
}

statement::~statement() {
  sqlite3_finalize(handle_);
}

statement& statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(handle_, index, value);
  return *this;
}

statement& statement::bind(int index, std::uint64_t value) {
  return bind(index, static_cast<std::int64_t>(value));
}

statement& statement::bind(int index, std::uint32_t value) {
  return bind(index, static_cast<std::int64_t>(value));
}

statement& statement::bind(int index, bool value) {
  return bind(index, std::int64_t{value ? 1 : 0});
}

statement& statement::bind(int index, std::string_view text) {
  sqlite3_bind_text(handle_, index, text.data() == nullptr ? "" : text.data(),
                    static_cast<int>(text.size()), SQLITE_STATIC);
  return *this;
}

statement& statement::bind(int index, timestamp at) {
  auto text = to_rfc3339(at);
  sqlite3_bind_text(handle_, index, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

statement& statement::bind_bytes(int index, std::string_view bytes) {
  sqlite3_bind_blob(handle_, index, bytes.data(),
                    static_cast<int>(bytes.size()), SQLITE_STATIC);
  return *this;
}

statement& statement::bind_null(int index) {
  sqlite3_bind_null(handle_, index);
  return *this;
}

statement& statement::bind_optional(int index, std::string_view text) {
  return text.empty() ? bind_null(index) : bind(index, text);
}

statement& statement::bind_id(int index, const uuid& id) {
  constexpr auto digits = "0123456789abcdef";
  char text[36];
  auto* at = text;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      *at++ = '-';
    *at++ = digits[id.bytes[i] >> 4];
    *at++ = digits[id.bytes[i] & 15];
  }
  sqlite3_bind_text(handle_, index, text, sizeof text, SQLITE_TRANSIENT);
  return *this;
}

fallible<bool> statement::step() {
  auto result = sqlite3_step(handle_);
  if (result == SQLITE_ROW)
    return true;
  auto* db = sqlite3_db_handle(handle_);
  if (result == SQLITE_DONE) {
    sqlite3_reset(handle_);
    return false;
  }
  auto why = failed(db, result, *where_);
  sqlite3_reset(handle_);
  return why;
}

fallible<std::int64_t> statement::run() {
  for (;;) {
    auto stepped = step();
    if (!stepped)
      return stepped.error();
    if (!*stepped)
      return std::int64_t{sqlite3_changes(sqlite3_db_handle(handle_))};
  }
}

void statement::reset() {
  sqlite3_reset(handle_);
}

std::int64_t statement::number(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view statement::text(int column) const {
  const auto* data = sqlite3_column_text(handle_, column);
  if (data == nullptr)
    return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::string_view statement::bytes(int column) const {
  const auto* data = sqlite3_column_blob(handle_, column);
  if (data == nullptr)
    return {};
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

bool statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

timestamp statement::time(int column) const {
  return parse_rfc3339(text(column)).value_or(timestamp{});
}

// -- database -----------------------------------------------------------------

fallible<database> database::open(const std::filesystem::path& path, mode how) {
  use_sqlite();
  auto flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  flags |= how == mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                              : SQLITE_OPEN_READONLY;
  auto is_still = how == mode::read_stopped && !has_log(path);
  auto uri = uri_of(path, is_still ? "?immutable=1" : "");
  sqlite3* handle = nullptr;
  auto result = sqlite3_open_v2(uri.c_str(), &handle, flags, nullptr);
  // Owned from here on, also where opening failed.
  database opened{handle, path.string()};
  if (result != SQLITE_OK)
    return failed(handle, result, opened.name());
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  if (how != mode::write) {
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    return opened;
  }
  opened.turns_ = write_turns_of(path);
  std::lock_guard turn{*opened.turns_};
  if (auto set = opened.execute(write_pragmas); !set)
    return set.error();
  opened.carrier_ = std::make_unique<log_carrier>(path);
  sqlite3_wal_hook(handle, on_commit, opened.carrier_.get());
  return opened;
}

database::database(sqlite3* handle, std::string name)
  : handle_(handle), name_(std::make_unique<std::string>(std::move(name))) {
}

database::database(database&& other) noexcept
  : handle_(std::exchange(other.handle_, nullptr)),
    name_(std::move(other.name_)), carrier_(std::move(other.carrier_)),
    turns_(std::move(other.turns_)),
    has_turn_(std::exchange(other.has_turn_, false)) {
}

database& database::operator=(database&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(name_, other.name_);
  std::swap(carrier_, other.carrier_);
  std::swap(turns_, other.turns_);
  std::swap(has_turn_, other.has_turn_);
  return *this;
}

database::~database() {
  roll_back();
  // First: who closes last carries all that is left and removes the log.
  carrier_.reset();
  sqlite3_close_v2(handle_);
}

fallible<statement> database::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  auto result
    = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (result != SQLITE_OK)
    return failed(handle_, result, *name_);
  return statement{handle, name_.get()};
}

fallible<done> database::execute(const std::string& sql) {
  auto result = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK)
    return failed(handle_, result, *name_);
  return done{};
}

fallible<std::int64_t> database::ask(std::string_view sql) {
  auto query = prepare(sql);
  if (!query)
    return query.error();
  auto row = query->step();
  if (!row)
    return row.error();
  return *row ? query->number(0) : std::int64_t{0};
}

fallible<done> database::begin() {
  if (turns_) {
    turns_->lock();
    has_turn_ = true;
  }
  auto begun = execute(turns_ ? "begin immediate" : "begin");
  if (!begun)
    roll_back();
  return begun;
}

fallible<done> database::commit() {
  auto committed = execute("commit");
  if (!committed) {
    roll_back();
    return committed;
  }
  if (std::exchange(has_turn_, false))
    turns_->unlock();
  return committed;
}

void database::roll_back() {
  if (handle_ != nullptr && sqlite3_get_autocommit(handle_) == 0)
    sqlite3_exec(handle_, "rollback", nullptr, nullptr, nullptr);
  if (std::exchange(has_turn_, false))
    turns_->unlock();
}

} // namespace registrar

#include "storage/postgres/connection.hpp"

#include "storage/postgres/call_watch.hpp"
#include "storage/postgres/sqlstate.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <charconv>
#include <set>

namespace registrar {

namespace {

using std::chrono::milliseconds;

/// Beyond a statement's own timeout, for the way there and back.
constexpr milliseconds grace{3'000};

/// A client that stops in the middle gives its locks back after this.
constexpr milliseconds idle_in_transaction{30'000};

/// Adds a parameter that the operator did not give.
void add_parameter(std::string& url, std::string_view name,
                   std::string_view value) {
  std::string key{name};
  key += '=';
  if (url.find(key) != std::string::npos)
    return;
  auto is_uri = url.find("://") != std::string::npos;
  auto is_first = url.find('?') == std::string::npos;
  url += !is_uri ? " " : is_first ? "?" : "&";
  url += key;
  url += value;
}

std::string connection_string(const postgres_options& options) {
  auto url = options.url;
  auto seconds
    = std::chrono::ceil<std::chrono::seconds>(options.connect_timeout);
  add_parameter(url, "connect_timeout", std::to_string(seconds.count()));
  add_parameter(url, "application_name", "registrar");
  return url;
}

std::string session_settings(const postgres_options& options) {
  auto set = [](std::string_view name, milliseconds value) {
    return "set " + std::string{name} + " = " + std::to_string(value.count())
           + ";";
  };
  std::string result = set("statement_timeout", options.statement_timeout);
  result += set("idle_in_transaction_session_timeout", idle_in_transaction);
  result += "set timezone = 'UTC'; set client_min_messages = error;"
            "set client_encoding = 'UTF8';"
            // To compile a statement takes longer than to run one of ours.
            "set jit = off;";
  if (options.is_writer)
    // Made once: a plan for each run costs more than the run, in triggers too.
    result += "set plan_cache_mode = force_generic_plan;"
              "set enable_seqscan = off; set enable_hashjoin = off;"
              "set enable_mergejoin = off;";
  else
    // Arrays differ in length from batch to batch.
    result += "set plan_cache_mode = force_custom_plan;";
  // What a commit returned for survives a crash of the server.
  result += "select set_config('synchronous_commit', 'on', false)"
            " where current_setting('synchronous_commit') = 'off';";
  return result;
}

/// The driver's text, which has several lines, as one sentence.
std::string sentence(std::string_view text, std::string_view state) {
  std::string result = "PostgreSQL: ";
  for (auto x : text) {
    auto is_space = x == '\n' || x == ' ' || x == '\t';
    if (!is_space)
      result += x;
    else if (result.back() != ' ')
      result += ' ';
  }
  while (result.back() == ' ' || result.back() == '.')
    result.pop_back();
  if (!state.empty())
    result += " (SQLSTATE " + std::string{state} + ")";
  return result + ".";
}

pqxx::result run_prepared(pqxx::nontransaction& work, const char* name,
                          const sql_values& values) {
#if PQXX_VERSION_MAJOR >= 7
  pqxx::params params;
  for (const auto& value : values.all()) {
    if (value)
      params.append(*value);
    else
      params.append();
  }
#if PQXX_VERSION_MAJOR > 7 || PQXX_VERSION_MINOR >= 10
  return work.exec(pqxx::prepped{name}, params);
#else
  return work.exec_prepared(name, params);
#endif
#else
  std::vector<const char*> params;
  params.reserve(values.all().size());
  for (const auto& value : values.all())
    params.push_back(value ? value->c_str() : nullptr);
  return work.exec_prepared(name, pqxx::prepare::make_dynamic_params(params));
#endif
}

/// libpqxx 6 forgets the state of some errors, but throws them by type.
std::string state_of(const pqxx::sql_error& x) {
  if (!x.sqlstate().empty())
    return x.sqlstate();
  if (dynamic_cast<const pqxx::insufficient_privilege*>(&x))
    return "42501";
  if (dynamic_cast<const pqxx::undefined_table*>(&x))
    return "42P01";
  if (dynamic_cast<const pqxx::disk_full*>(&x))
    return "53100";
  if (dynamic_cast<const pqxx::insufficient_resources*>(&x))
    return "53000";
  return "";
}

/// SQLSTATE and text of the exception that is being handled.
std::pair<std::string, std::string> caught() {
  try {
    throw;
  } catch (const pqxx::too_many_connections& x) {
    return {"53300", x.what()};
#if PQXX_VERSION_MAJOR < 7
  } catch (const pqxx::deadlock_detected& x) {
    return {"40P01", x.what()};
  } catch (const pqxx::serialization_failure& x) {
    return {"40001", x.what()};
  } catch (const pqxx::transaction_rollback& x) {
    return {"40000", x.what()};
#endif
  } catch (const pqxx::sql_error& x) {
    return {state_of(x), x.what()};
  } catch (const pqxx::broken_connection& x) {
    return {"", x.what()};
  } catch (const std::exception& x) {
    // Nothing that we do throws it; an operator has to look.
    return {"HV000", x.what()};
  }
}

} // namespace

// -- rows ---------------------------------------------------------------------

struct sql_rows::content {
  pqxx::result rows;
};

namespace {

auto at(const pqxx::result& rows, std::size_t row, std::size_t column) {
  using row_number = pqxx::result::size_type;
  using column_number = pqxx::row::size_type;
  return rows[static_cast<row_number>(row)][static_cast<column_number>(column)];
}

} // namespace

std::size_t sql_rows::size() const {
  return static_cast<std::size_t>(content_->rows.size());
}

std::size_t sql_rows::changed() const {
  return static_cast<std::size_t>(content_->rows.affected_rows());
}

bool sql_rows::is_null(std::size_t row, std::size_t column) const {
  return at(content_->rows, row, column).is_null();
}

std::string_view sql_rows::text(std::size_t row, std::size_t column) const {
  auto field = at(content_->rows, row, column);
  // Lives as long as the rows do.
  return {field.c_str(), static_cast<std::size_t>(field.size())};
}

std::int64_t sql_rows::number(std::size_t row, std::size_t column) const {
  auto digits = text(row, column);
  std::int64_t result = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), result);
  return result;
}

bool sql_rows::flag(std::size_t row, std::size_t column) const {
  return text(row, column) == "t";
}

timestamp sql_rows::time(std::size_t row, std::size_t column) const {
  return timestamp{milliseconds{number(row, column)}};
}

// -- connection ---------------------------------------------------------------

struct connection::state {
  explicit state(const postgres_options& given) : options(given) {
  }

  failure failed(bool was_cut, milliseconds patience);
  fallible<done> ensure_open();
  /// Runs `action` with a transaction object of the driver.
  template <class Action>
  fallible<sql_rows> call(Action action);

  postgres_options options;
  std::unique_ptr<pqxx::connection> db;
  /// Names of what this connection has prepared.
  std::set<std::string_view> prepared;
  std::string sqlstate;
  bool in_transaction = false;
  /// Of each statement of the transaction.
  milliseconds patience{0};
};

/// Of the exception that is being handled. A connection that may be broken is
/// given up.
failure connection::state::failed(bool was_cut, milliseconds patience_then) {
  auto [code, text] = caught();
  sqlstate = code;
  auto is_gone = was_cut || code.empty() || code.starts_with("08")
                 || code.starts_with("57P") || !db || !db->is_open();
  if (is_gone) {
    db.reset();
    prepared.clear();
  }
  if (was_cut)
    return {ec::dependency_unavailable,
            "PostgreSQL did not answer within "
              + std::to_string(patience_then.count()) + " ms."};
  return {code_of_sqlstate(code), sentence(text, code)};
}

fallible<done> connection::state::ensure_open() {
  if (db)
    return done{};
  if (in_transaction)
    return {ec::dependency_unavailable,
            "PostgreSQL: the connection broke within the transaction."};
  sqlstate.clear();
  try {
    prepared.clear();
    db = std::make_unique<pqxx::connection>(connection_string(options));
    // No details: they name people.
#if PQXX_VERSION_MAJOR >= 7
    db->set_verbosity(pqxx::error_verbosity::terse);
#else
    db->set_verbosity(pqxx::connection_base::terse);
#endif
  } catch (...) {
    return failed(false, {});
  }
  auto set = call([this](pqxx::nontransaction& work) {
    return work.exec(session_settings(options));
  });
  if (!set)
    return set.error();
  return done{};
}

template <class Action>
fallible<sql_rows> connection::state::call(Action action) {
  auto limit
    = grace
      + (in_transaction && patience.count() > 0 ? patience
                                                : options.statement_timeout);
  call_watch watch{db->sock(), limit};
  sqlstate.clear();
  try {
    pqxx::nontransaction work{*db};
    sql_rows result;
    result.content_ = std::make_shared<const sql_rows::content>(
      sql_rows::content{action(work)});
    return result;
  } catch (...) {
    return failed(watch.has_cut(), limit);
  }
}

connection::connection(std::unique_ptr<state> made) : state_(std::move(made)) {
}

connection::connection(connection&& other) noexcept = default;
connection& connection::operator=(connection&& other) noexcept = default;
connection::~connection() = default;

fallible<connection> connection::open(const postgres_options& options) {
  auto made = std::make_unique<state>(options);
  if (auto opened = made->ensure_open(); !opened)
    return opened.error();
  return connection{std::move(made)};
}

fallible<sql_rows> connection::run(const sql_statement& statement,
                                   const sql_values& values) {
  for (const auto& value : values.all())
    if (value && value->find('\0') != std::string::npos) {
      state_->sqlstate = "22021";
      return {ec::invalid_value, "A text contains a zero byte."};
    }
  if (auto opened = state_->ensure_open(); !opened)
    return opened.error();
  return state_->call([&](pqxx::nontransaction& work) {
    if (!state_->prepared.contains(statement.name)) {
      state_->db->prepare(statement.name, statement.sql);
      state_->prepared.insert(statement.name);
    }
    return run_prepared(work, statement.name, values);
  });
}

fallible<sql_rows> connection::query(std::string_view sql) {
  if (auto opened = state_->ensure_open(); !opened)
    return opened.error();
  return state_->call(
    [sql](pqxx::nontransaction& work) { return work.exec(std::string{sql}); });
}

fallible<done> connection::execute(std::string_view sql) {
  auto ran = query(sql);
  if (!ran)
    return ran.error();
  return done{};
}

fallible<done> connection::begin(milliseconds patience) {
  std::string sql = "begin isolation level read committed";
  if (patience.count() > 0)
    sql
      += "; set local statement_timeout = " + std::to_string(patience.count());
  auto begun = execute(sql);
  state_->in_transaction = bool(begun);
  state_->patience = patience;
  return begun;
}

fallible<done> connection::begin_snapshot() {
  auto begun = execute("begin isolation level repeatable read read only");
  state_->in_transaction = bool(begun);
  state_->patience = {};
  return begun;
}

fallible<done> connection::commit() {
  auto committed = execute("commit");
  // Whatever PostgreSQL says to it ends the transaction.
  state_->in_transaction = false;
  if (!committed && state_->sqlstate.empty())
    return {ec::in_doubt, committed.error().detail};
  return committed;
}

void connection::roll_back() {
  if (!state_->in_transaction)
    return;
  // A failure that the caller is about to report keeps its state.
  auto sqlstate = state_->sqlstate;
  if (state_->db)
    static_cast<void>(execute("rollback"));
  state_->in_transaction = false;
  state_->sqlstate = sqlstate;
}

const std::string& connection::sqlstate() const {
  return state_->sqlstate;
}

} // namespace registrar

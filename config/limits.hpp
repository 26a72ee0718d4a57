#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every bound of the service: value, unit, reason. Those of API 5 are what
/// clients may rely on; config may change the ones that appear in settings.hpp.

namespace registrar::limits {

using namespace std::chrono_literals;

// -- HTTP ---------------------------------------------------------------------

/// Bytes of request line and fields: real clients stay under 2 KB.
inline constexpr std::size_t header_bytes_max = 8 * 1024;
/// Fields of one request: more is an attack on memory, not a browser.
inline constexpr std::size_t header_fields_max = 100;
/// From the first byte of a request to the end of its header, in all.
inline constexpr auto header_time_max = 10s;
/// Bytes of a body: 20 section ids need less than 1 KB.
inline constexpr std::size_t body_bytes_max = 64 * 1024;
/// From the end of the header to the end of the body, in all.
inline constexpr auto body_time_max = 10s;
/// Nesting of JSON: ours is 2 deep; recursion must stay far from the stack.
inline constexpr std::size_t json_depth_max = 32;
/// A connection without a request.
inline constexpr auto idle_time_max = 60s;
/// Time to take an answer off our hands.
inline constexpr auto write_time_max = 10s;
/// Open connections; each costs about 20 KB.
inline constexpr std::size_t connections_max = 10'000;
/// Of one address, except loopback and trusted proxies.
inline constexpr std::size_t connections_per_address_max = 2'000;
/// Connections above the bounds that are told so before they are closed; more
/// are cut off.
inline constexpr std::size_t turned_away_max = 256;
/// Requests being worked on; above, 503 at once beats a queue.
inline constexpr std::size_t requests_in_flight_max = 4'096;
/// Shares of the bound of uncommitted entries, and of a request's deadline
/// that a step of the ledger takes, from which registrations are refused by
/// chance.
inline constexpr double shed_from_lag = 0.95;
inline constexpr double shed_from_time = 0.5;
/// However slow the ledger is, a tenth is let through, to see it heal.
inline constexpr double shed_by_time_max = 0.9;
/// Characters of a request id that a client sends.
inline constexpr std::size_t request_id_length_max = 128;
/// Characters of an idempotency key.
inline constexpr std::size_t key_length_max = 255;
/// Sections of one request.
inline constexpr std::size_t sections_per_request_max = 20;
/// Rows of one page of a list.
inline constexpr std::uint32_t page_rows_max = 200;
inline constexpr std::uint32_t page_rows_default = 50;
/// Ids in one `ids` query.
inline constexpr std::size_t query_ids_max = 50;
/// What rate limits count over: short enough to wait for.
inline constexpr auto rate_window = 60s;
/// Addresses, and students, of which a rate limit keeps count, 24 bytes each;
/// beyond, those that have asked least are forgotten.
inline constexpr std::size_t rate_entries_max = 65'536;
/// How long a browser may keep the answer to a preflight.
inline constexpr auto preflight_age = 600s;
/// Bytes of a body from which compression pays: below, it fits into one packet
/// anyway.
inline constexpr std::size_t compressed_bytes_min = 1'024;

// -- streams of events --------------------------------------------------------

/// Streams at a time: half of the connections, so that requests find one.
inline constexpr std::size_t streams_max = 5'000;
/// Of one address, except loopback and trusted proxies: a campus may be one.
inline constexpr std::size_t streams_per_address_max = 1'000;
/// Between two events of one section in one stream: faster than anybody reads.
inline constexpr auto stream_period = 250ms;
/// A silent stream says that it lives: proxies give up after 30 to 60 s.
inline constexpr auto stream_heartbeat = 15s;
/// How long clients are told to wait before they come back: each stream gets
/// another value, so that those of a server that ends do not come together.
inline constexpr auto stream_retry_min = 1000ms;
inline constexpr auto stream_retry_max = 4000ms;
/// Bytes that the system may keep for a reader that is slow; what does not fit
/// waits in us as the newest state of each section.
inline constexpr int stream_send_buffer = 16 * 1024;
/// Bytes that a client may send behind its request; it has nothing to say.
inline constexpr std::size_t stream_received_max = 16 * 1024;
/// When the server stops, for the write under way.
inline constexpr auto stream_stop_time_max = 500ms;
/// Students whose registrations are read from the ledger in one period; more
/// wait for the next.
inline constexpr std::size_t stream_reads_max = 256;
/// A watched student is looked at so often whatever is heard of them.
inline constexpr auto stream_look_period = 15s;
/// What was under way when somebody began to watch is decided by then.
inline constexpr auto stream_second_look = 2500ms;
/// A ledger that could not be read is asked again after this; SQL has by then
/// what it refused.
inline constexpr auto stream_look_again = 1000ms;

// -- authentication -----------------------------------------------------------

/// Bytes of a token; the header that brings it has no more.
inline constexpr std::size_t token_bytes_max = header_bytes_max;
/// By which the clocks of those who issue tokens may differ from ours.
inline constexpr auto token_skew = 30s;
/// Latest time in a token, the end of the year 9999: what is later is no time.
inline constexpr auto token_time_max = std::chrono::seconds{253'402'300'799};
/// Bytes of a token's `sub`.
inline constexpr std::size_t subject_length_max = 255;
/// Bytes of a secret: HS256 wants as many as its digest has (RFC 7518, 3.2).
inline constexpr std::size_t secret_bytes_min = 32;
/// Bits of an RSA key: less is not safe, more makes a forged token costly.
inline constexpr int rsa_bits_min = 2'048;
inline constexpr int rsa_bits_max = 8'192;
/// Keys at a time; identity providers have two to five.
inline constexpr std::size_t verification_keys_max = 64;
/// Bytes of a file with keys.
inline constexpr std::uint64_t key_file_bytes_max = 256 * 1024;
/// Verified tokens that are remembered, about 200 bytes each; more students
/// than register in one minute.
inline constexpr std::size_t verified_tokens_max = 65'536;
/// A JWKS file is looked at so often: how long a key lives that is taken out.
inline constexpr auto jwks_check_period = 10s;
/// Life of a token that is made on the command line, unless it is said.
inline constexpr auto token_ttl = 1h;
inline constexpr auto token_ttl_max = 366 * 24h;

// -- requests -----------------------------------------------------------------

/// From the end of the body to the answer.
inline constexpr auto request_deadline = 2000ms;
/// A key's lease outlives its attempt's deadline by this.
inline constexpr auto lease_margin = 2000ms;
/// Idempotency keys are promised for this long.
inline constexpr auto key_ttl = 24h;
/// Memos of keyed requests outlive their key by an hour, so that a retry at
/// the last moment still finds one.
inline constexpr auto memo_ttl = 25h;
/// Memos of requests without a key: only our own retries ask for them.
inline constexpr auto memo_ttl_without_key = 10min;

// -- operators' acts ----------------------------------------------------------

/// Characters of the reason that an act must give: a sentence or two.
inline constexpr std::size_t reason_length_max = 500;
/// Dead letters of one act: a page of them.
inline constexpr std::size_t letters_per_act_max = page_rows_max;
/// Acts that wait until SQL takes their rows, about 500 bytes each: more than
/// operators do in a day without SQL. The log has them all.
inline constexpr std::size_t pending_acts_max = 10'000;
/// The connection for what operators ask is closed when nobody asked for so
/// long.
inline constexpr auto records_idle_time = 60s;
/// For an actor to say how it is; one that does not is shown as unreachable.
inline constexpr auto status_time_max = 1s;
/// For an act's row to be written; one that takes longer is said to wait.
inline constexpr auto audit_time_max = 1s;

// -- traces -------------------------------------------------------------------

/// Traces that run at a time: each step of each request looks at them.
inline constexpr std::size_t traces_running_max = 8;
/// Traces that are kept, those that ended included; the oldest are forgotten.
inline constexpr std::size_t traces_kept_max = 32;
/// Events of one trace, about 200 bytes each; the oldest are forgotten, and
/// counted.
inline constexpr std::size_t trace_events_max = 2'000;
/// How long one trace runs: long enough to ask the student to try again.
inline constexpr auto trace_time_max = 600s;

// -- ledger and SQL -----------------------------------------------------------

/// How long a server holds a shared ledger without renewing; renewed at a
/// third of it, so that two renewals may fail.
inline constexpr auto lease_ttl = 6s;

/// A node of a cluster says that it lives so often, and counts as lost when it
/// did not for so long: noticed in 3 s (DESIGN 6), however the looks fall.
inline constexpr auto heartbeat_period = 400ms;
inline constexpr auto node_ttl = 2200ms;
/// When a node starts: for it and the others to reach each other.
inline constexpr auto join_time_max = 5s;
/// Moves of partitions that a node remembers for operators.
inline constexpr std::size_t moves_remembered = 200;
/// When a node stops: for the others to take its partitions.
inline constexpr auto handoff_time_max = 5s;

/// A catalogue that others change too is looked at so often (DESIGN 3.4), and
/// trusted about ids that it lacks for so long since SQL was asked.
inline constexpr auto catalogue_period = 700ms;
inline constexpr auto catalogue_trusted_for = 3s;

/// Entries that SQL refuses for good and that are given up within the period;
/// above, the database-sync pool stops instead (DESIGN 5).
inline constexpr std::size_t refusals_max = 10;
inline constexpr auto refusal_period = 60s;

/// Entries that SQL does not hold yet; above, registrations get 503.
inline constexpr std::uint64_t uncommitted_entries_max = 1'000'000;
/// Drops and withdrawals go on above the bound by this many.
inline constexpr std::uint64_t uncommitted_head_room = 100'000;
/// Commands in one section's batch: keeps one hot section from holding up the
/// commit of all others.
inline constexpr std::size_t section_batch_max = 512;
/// Commands that wait in one section; above, 503.
inline constexpr std::size_t section_queue_max = 16'384;
/// Entries in one SQL transaction: about 50 ms of work for SQLite.
inline constexpr std::size_t sync_batch_max = 4'096;
/// Database-sync workers (SQLite has one writer and takes 1).
inline constexpr std::size_t sync_workers = 10;
inline constexpr std::size_t waitlist_workers = 10;
/// SQL connections of one node, all pools together.
inline constexpr std::size_t sql_connections_max = 25;
/// Connections to Redis that share the ledger's partitions: while one waits for
/// its answer, Redis works for another. More only make its rounds smaller, and
/// each may take an SQL connection when it opens.
inline constexpr std::size_t ledger_workers = 2;
inline constexpr std::size_t ledger_workers_max = 3;
/// Seats of one section.
inline constexpr std::uint32_t total_seats_max = 1'000'000;
/// `failed` registrations are shown for this long.
inline constexpr auto failed_shown_for = 30 * 24h;

// -- Redis --------------------------------------------------------------------

/// To connect, authenticate and load scripts.
inline constexpr auto redis_connect_timeout = 1000ms;
/// Of one round trip, scripts that must be loaded again included: a request
/// whose answer is lost still has time to say so.
inline constexpr auto redis_command_timeout = 1500ms;
/// Redis keeps memos and keys for this much longer than they live; what has
/// expired is judged by the time that the commands carry, not by its clock.
inline constexpr auto redis_expiry_margin = 60s;

// -- logging ------------------------------------------------------------------

/// Bytes of log lines that wait for a slow reader; above, they are dropped and
/// counted.
inline constexpr std::size_t log_bytes_max = 4 * 1024 * 1024;
/// At exit, for the reader to take what is left.
inline constexpr auto log_stop_time_max = 1s;

/// A change of the level that ends by itself ends within it: longer than any
/// search for a fault, and a day's log at most.
inline constexpr auto log_level_time_max = 24h;

// -- supervision --------------------------------------------------------------

/// More restarts than this within the period escalate.
inline constexpr std::size_t restarts_max = 5;
inline constexpr auto restart_period = 30s;
inline constexpr auto restart_backoff_min = 10ms;
inline constexpr auto restart_backoff_max = 5s;

// -- operators ----------------------------------------------------------------

/// Decisions that a section remembers: 64 bytes each.
inline constexpr std::size_t decisions_remembered = 50;
/// A look at all actors that is not older serves everybody.
inline constexpr auto look_period = 900ms;
/// Older looks say nothing about the present rates; and whoever has not looked
/// for so long is gone.
inline constexpr auto look_kept_for = 5s;
/// In one message for so long, an actor counts as stuck: a ledger step or a
/// transaction takes milliseconds.
inline constexpr auto stuck_after = 2s;
/// How often a live page comes.
inline constexpr auto live_period = 1s;
/// Live pages at once: a hundred operators, and what they cost stays small.
inline constexpr std::size_t live_pages_max = 100;
/// Actors and sections of one answer.
inline constexpr std::uint32_t actors_listed_max = 500;
inline constexpr std::uint32_t sections_found_max = 200;
/// Students in line that a section's page shows; the waitlist has all.
inline constexpr std::size_t waiting_shown = 50;

// -- registrar top ------------------------------------------------------------

/// Between two looks: the service looks itself about once a second, and rates
/// need a look before that it has not forgotten.
inline constexpr auto top_interval_min = 500ms;
inline constexpr auto top_interval_max = 4s;
inline constexpr auto top_interval_default = 1s;
/// For an answer; a service that takes longer counts as gone.
inline constexpr auto top_patience = 3s;
/// Actors that are asked for beyond the screen, so that scrolling finds some.
inline constexpr std::uint32_t top_actors_ahead = 50;
/// Actors of a picture that is printed: a screen of them.
inline constexpr std::uint32_t top_actors_printed = 20;
/// Bytes of a filter: names are shorter.
inline constexpr std::size_t top_filter_bytes_max = 100;
/// Columns of a picture that is no terminal's.
inline constexpr std::size_t top_columns_printed = 100;
/// Lines from which a screen has room for every figure above its table.
inline constexpr std::size_t top_header_lines_min = 20;

// -- stopping -----------------------------------------------------------------

/// From the first signal to exit.
inline constexpr auto stop_time_max = 30s;
/// Of it, for the journal to reach SQL.
inline constexpr auto drain_time_max = 15s;
/// Of it, for load balancers to see that `/ready` says no and to turn
/// elsewhere: a few of their periods.
inline constexpr auto drain_delay_max = 10s;

static_assert(node_ttl + 2 * heartbeat_period <= 3s);
// A lost node's partitions are writable elsewhere within 10 s.
static_assert(lease_ttl + heartbeat_period + redis_command_timeout < 10s);
static_assert(memo_ttl > key_ttl, "a memo outlives its key");
static_assert(drain_time_max < stop_time_max);
static_assert(page_rows_default <= page_rows_max);
static_assert(streams_max < connections_max);
static_assert(top_interval_max < look_kept_for);
static_assert(stream_second_look > request_deadline);
static_assert(stream_retry_min < stream_retry_max);
static_assert(sections_per_request_max * 64 < body_bytes_max);
static_assert(redis_command_timeout < request_deadline);
static_assert(request_deadline < stop_time_max);
// Requests in flight finish however long the delay is.
static_assert(request_deadline
              < stop_time_max - drain_time_max - drain_delay_max);
static_assert(ledger_workers <= ledger_workers_max);
// The catalogue and the records worker have one each; a ledger worker has one
// while it opens.
static_assert(sync_workers + waitlist_workers + ledger_workers_max + 2
              <= sql_connections_max);
static_assert(traces_running_max <= traces_kept_max);
static_assert(request_deadline + lease_margin < memo_ttl_without_key);

} // namespace registrar::limits

#include "http/metrics/family_samples.hpp"

#include <array>

namespace registrar {

namespace {

using namespace samples;
using load = service_load;
using process = process_figures;
using census = service_census;
using service = service_meters;

constexpr auto counter = metric_kind::counter;
constexpr auto gauge = metric_kind::gauge;
constexpr auto histogram = metric_kind::histogram;
constexpr auto none = metric_unit::none;
constexpr auto seconds = metric_unit::seconds;
constexpr auto bytes = metric_unit::bytes;

/// A figure that the actors of a role give in their status.
#define FIGURE(role, name)                                                     \
  [](const scrape& x, sample_sink& out) { out.add_figure(x, role, name); }

// Name, kind, unit, help, samples.
constexpr metric_family all_families[] = {
  // -- http ------------------------------------------------------------------
  {"registrar_http_requests_total", counter, none,
   "Requests answered, by route and status; HEAD counts as GET.",
   requests_by_status},
  {"registrar_http_request_duration_seconds", histogram, seconds,
   "From the whole header to the answer, by route.", request_times},
  {"registrar_http_response_bytes_total", counter, bytes,
   "Bytes of answers, headers included.", value_of<&http_meters::answer_bytes>},
  {"registrar_http_requests_in_flight", gauge, none,
   "Requests being worked on, probes left out.", requests_in_flight},
  {"registrar_http_requests_refused_total", counter, none,
   "Requests turned away before their handler, by cause.", refusals},
  {"registrar_http_connections_total", counter, none,
   "Connections that came, by what became of them.", connections},
  {"registrar_http_connections_open", gauge, none, "Connections that are open.",
   open_connections},
  {"registrar_http_streams_total", counter, none,
   "Streams of events that were opened.",
   value_of<&http_meters::streams_opened>},
  {"registrar_http_streams_open", gauge, none,
   "Streams of events that are open.", open_streams},

  // -- registrations ---------------------------------------------------------
  {"registrar_registration_requests_total", counter, none,
   "Requests to register or drop that were judged; replays not.",
   registration_requests},
  {"registrar_registration_results_total", counter, none,
   "Results of single sections, replays not.", results},
  {"registrar_registration_rejections_total", counter, none,
   "Rejected results by the first of their codes.", rejections},
  {"registrar_idempotency_keys_total", counter, none,
   "Requests with an idempotency key, by what the key was.", keys},

  // -- registration broker ---------------------------------------------------
  {"registrar_broker_requests_total", counter, none,
   "Requests that the registration broker answered.",
   value_of<&service::requests_answered>},
  {"registrar_broker_requests_expired_total", counter, none,
   "Requests left undecided at their deadline.",
   value_of<&service::requests_expired>},
  {"registrar_broker_sections_asked_again_total", counter, none,
   "Sections asked again because no answer came.",
   value_of<&service::sections_asked_again>},
  {"registrar_broker_requests_awaited", gauge, none,
   "Requests that wait for their sections.",
   FIGURE("registration-broker", "awaited")},

  {"registrar_broker_section_duration_seconds", histogram, seconds,
   "From asking a section to its answer, by the node that owns it.",
   section_times},

  // -- other nodes of the cluster --------------------------------------------
  {"registrar_cluster_message_sections", histogram, none,
   "Sections in one message to another node, or in one answer from there.",
   cluster_messages},
  {"registrar_cluster_links", gauge, none,
   "Other nodes, by whether this one reaches them.", cluster_links},

  // -- ledger ----------------------------------------------------------------
  {"registrar_ledger_step_commands", histogram, none,
   "Commands decided in one step of the ledger.",
   value_of<&service::ledger_step_commands>},
  {"registrar_ledger_step_duration_seconds", histogram, seconds,
   "Time of one step of the ledger, its commit included.",
   value_of<&service::ledger_step_time>},
  {"registrar_ledger_batches_total", counter, none,
   "Batches of single sections that were decided.",
   value_of<&service::ledger_batches>},
  {"registrar_ledger_entries_total", counter, none,
   "Effects that the ledger appended to its journal, by kind.", entries},
  {"registrar_ledger_openings_total", counter, none,
   "Times a ledger worker opened its ledger.",
   value_of<&service::ledger_openings>},
  {"registrar_ledger_failures_total", counter, none,
   "Times a ledger worker closed its ledger after a failure.",
   value_of<&service::ledger_failures>},
  {"registrar_ledger_answers_parked", gauge, none,
   "Answers that wait until SQL has their entries.",
   FIGURE("ledger-worker", "parked")},
  {"registrar_ledger_partitions_owned", gauge, none,
   "Partitions of the ledger that this server owns.",
   value_of<&census::partitions_owned>},
  {"registrar_ledger_leases_held", gauge, none,
   "Partitions that nobody else can own at the moment.",
   value_of<&census::leases_held>},

  // -- from the journal to SQL -----------------------------------------------
  {"registrar_journal_uncommitted_entries", gauge, none,
   "Entries that SQL does not hold yet.", value_of<&load::uncommitted>},
  {"registrar_journal_uncommitted_entries_max", gauge, none,
   "Uncommitted entries from which registrations are refused.",
   value_of<&load::uncommitted_max>},
  {"registrar_journal_oldest_uncommitted_seconds", gauge, seconds,
   "Age of the oldest entry that waits for SQL.",
   value_of<&census::oldest_uncommitted>},
  {"registrar_journal_entries_read_total", counter, none,
   "Entries that had to be read from the journal.",
   value_of<&service::journal_entries_read>},
  {"registrar_journal_failures_total", counter, none,
   "Times the journal could not be read.",
   value_of<&service::journal_failures>},
  {"registrar_sync_transaction_entries", histogram, none,
   "Entries written in one SQL transaction.",
   value_of<&service::sync_transaction_entries>},
  {"registrar_sync_transaction_duration_seconds", histogram, seconds,
   "Time of one SQL transaction.", value_of<&service::sync_transaction_time>},
  {"registrar_sync_failures_total", counter, none,
   "Failed attempts to open SQL or to write, each tried again.",
   value_of<&service::sync_failures>},
  {"registrar_sync_dead_letters_total", counter, none,
   "Entries that SQL refused for good.", value_of<&service::dead_letters>},
  {"registrar_sync_sections_projected_total", counter, none,
   "Sections whose rows in SQL were replaced by the ledger's.",
   value_of<&service::sections_projected>},
  {"registrar_sync_entries_waiting", gauge, none,
   "Entries that a database-sync worker has yet to write.",
   FIGURE("database-sync", "waiting")},
  {"registrar_sync_sections_lacking", gauge, none,
   "Sections of which a worker lacks entries in between.",
   FIGURE("database-sync", "lacking_sections")},

  // -- pushing ---------------------------------------------------------------
  {"registrar_feed_sections_watched", gauge, none,
   "Sections that matter to somebody who watches.",
   FIGURE("event-feed", "sections")},
  {"registrar_feed_students_watched", gauge, none,
   "Students whose registrations are watched.",
   FIGURE("event-feed", "students")},

  // -- notices ---------------------------------------------------------------
  {"registrar_notices_written_total", counter, none,
   "Notices to students that were written.",
   value_of<&service::notices_written>},
  {"registrar_notices_forgotten_total", counter, none,
   "Notices given up because too many waited for SQL.",
   value_of<&service::notices_forgotten>},
  {"registrar_notice_failures_total", counter, none,
   "Failed attempts to write notices.", value_of<&service::notice_failures>},
  {"registrar_notices_waiting", gauge, none,
   "Entries of which notices are to be written.", FIGURE("waitlist", "kept")},

  // -- catalogue -------------------------------------------------------------
  {"registrar_sections", gauge, none, "Sections that are known, by state.",
   sections},
  {"registrar_section_seats", gauge, none, "Seats of all sections.",
   value_of<&census::seats>},
  {"registrar_section_seats_taken", gauge, none, "Seats that are taken.",
   value_of<&census::seats_taken>},
  {"registrar_section_waitlist_places", gauge, none,
   "Places on waitlists that are taken.", value_of<&census::students_waiting>},
  {"registrar_students", gauge, none, "Students that are known.",
   value_of<&census::students>},
  {"registrar_catalogue_loads_total", counter, none,
   "Times the catalogue was read whole.", value_of<&service::catalogue_loads>},
  {"registrar_catalogue_failures_total", counter, none,
   "Times the catalogue could not be read.",
   value_of<&service::catalogue_failures>},

  // -- actors ----------------------------------------------------------------
  {"registrar_actor_answered", gauge, none,
   "1 where the actor answered this scrape in time.", answered},
  {"registrar_actor_running", gauge, none,
   "1 where the actor says that all is well with it.", running},
  {"registrar_actor_restarts_total", counter, none,
   "Restarts by the supervisors, by role.", restarts},
  {"registrar_mailbox_wait_seconds", histogram, seconds,
   "Samples of the time from sending to handling, by role.", mailbox_waits},
  {"registrar_section_actors", gauge, none, "Sections that have an actor.",
   FIGURE("section-supervisor", "running")},
  {"registrar_section_actors_quarantined", gauge, none,
   "Sections set aside because their actor died too often.",
   FIGURE("section-supervisor", "quarantined")},

  // -- health ----------------------------------------------------------------
  {"registrar_dependency_up", gauge, none,
   "1 where the dependency answered this scrape.", dependencies},
  {"registrar_ready", gauge, none, "1 where /ready would answer 200.",
   value_of<&service_status::is_ready>},
  {"registrar_takes_registrations", gauge, none,
   "0 where SQL is too far behind for more registrations.",
   value_of<&census::takes_registrations>},
  {"registrar_log_lines_dropped_total", counter, none,
   "Log lines lost because stderr was too slow.",
   value_of<&scrape::dropped_log_lines>},
  {"registrar_build_info", gauge, none,
   "Always 1; the label says which version runs.", build},

  // -- process, by the names that every program uses -------------------------
  {"process_cpu_seconds_total", counter, seconds,
   "Processor time, user and system.", value_of<&process::cpu_seconds>},
  {"process_resident_memory_bytes", gauge, bytes, "Memory in use.",
   value_of<&process::resident_bytes>},
  {"process_virtual_memory_bytes", gauge, bytes, "Address space.",
   value_of<&process::virtual_bytes>},
  {"process_open_fds", gauge, none, "Open files and sockets.",
   value_of<&process::open_files>},
  {"process_max_fds", gauge, none, "Bound on open files and sockets.",
   value_of<&process::open_files_max>},
  {"process_threads", gauge, none, "Threads.", value_of<&process::threads>},
  {"process_start_time_seconds", gauge, seconds,
   "When the process started, since 1970.", value_of<&process::start_seconds>},
};

} // namespace

std::span<const metric_family> metric_families() {
  return all_families;
}

} // namespace registrar

#pragma once

#include "http/refusal_cause.hpp"
#include "http/routes.hpp"
#include "messages/idempotency.hpp"
#include "messages/meter.hpp"
#include "messages/registration.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <vector>

namespace registrar {

/// Every status that the service answers; what is none of them counts as 500.
inline constexpr std::array<unsigned, 23> known_statuses{
  200, 201, 204, 304, 400, 401, 403, 404, 405, 408, 409, 411,
  412, 413, 414, 415, 417, 422, 429, 431, 500, 503, 505};

/// What became of a request to register or drop.
enum class request_fate : std::uint8_t {
  /// In every section; each has its own result.
  decided,
  /// A 503 that lists what was decided.
  undecided,
  student_not_found,
  student_inactive,
};

inline constexpr std::array<std::string_view, 4> request_fate_names{
  "decided", "undecided", "student_not_found", "student_inactive"};

inline constexpr std::size_t key_state_count
  = static_cast<std::size_t>(key_state::mismatch) + 1;
inline constexpr std::size_t seat_status_count
  = static_cast<std::size_t>(seat_status::version_mismatch) + 1;
/// What may become of a section of a request, as it is counted and shown.
inline constexpr std::array section_results{seat_status::enrolled,
                                            seat_status::waitlisted,
                                            seat_status::already_registered,
                                            seat_status::rejected,
                                            seat_status::dropped,
                                            seat_status::left_waitlist,
                                            seat_status::not_registered};

inline constexpr std::size_t refusal_reason_count
  = static_cast<std::size_t>(refusal_reason::student_inactive) + 1;

/// What `http/` counts. Written by every request without a lock or a look-up:
/// where a request's meters are follows from its route.
struct http_meters {
  struct route_meters {
    std::array<meter, known_statuses.size()> by_status;
    duration_spread time;
  };

  http_meters();

  http_meters(const http_meters&) = delete;
  http_meters& operator=(const http_meters&) = delete;

  // -- every request ----------------------------------------------------------

  /// @param route null where there is none for the request
  void answered(const http_route* route, unsigned status,
                std::chrono::nanoseconds took, std::size_t bytes);

  /// In the order of `routes()`; the last is of requests without a route.
  std::vector<route_meters> by_route;
  meter answer_bytes;
  /// By `refusal_cause`.
  std::array<meter, refusal_cause_names.size()> refused;
  /// Probes are not counted.
  std::atomic<std::size_t> in_flight{0};

  // -- connections ------------------------------------------------------------

  meter connections_served;
  meter connections_turned_away;
  meter connections_cut_off;
  /// Of those that were served or turned away.
  meter connections_closed;

  // -- streams ----------------------------------------------------------------

  meter streams_opened;
  /// Of those.
  meter streams_closed;

  // -- registrations ----------------------------------------------------------

  void begun(const key_begun& key);
  void replied(route which, const registration_reply& reply);

  /// By `key_state`.
  std::array<meter, key_state_count> keys;
  /// The store did not answer what the key's state is.
  meter keys_failed;
  /// By `route` and `request_fate`.
  std::array<std::array<meter, request_fate_names.size()>, 2> requests;
  /// Of single sections, by `seat_status`.
  std::array<meter, seat_status_count> results;
  meter results_undecided;
  /// By the first `refusal_reason` of a rejected one.
  std::array<meter, refusal_reason_count> rejections;
};

} // namespace registrar

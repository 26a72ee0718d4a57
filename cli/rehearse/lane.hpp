#pragma once

#include "cli/rehearse/driver.hpp"
#include "cli/rehearse/response_parser.hpp"

#include <cstdint>
#include <string>

namespace registrar::rehearsal {

/// One request on its way, with what is needed to send it again.
struct flight {
  std::string bytes;
  std::uint64_t token = 0;
  /// When it had to be sent; latency counts from here.
  moment due;
  /// When it was due for the first time; patience counts from here.
  moment first_due;
};

/// One keep-alive connection with at most one request in flight.
class lane {
public:
  enum class state { closed, connecting, idle, busy };

  /// What reading gave.
  enum class event { nothing, answered, lost };

  lane() = default;
  ~lane();
  lane(lane&& other) noexcept;
  lane& operator=(lane&&) = delete;

  /// Begins to connect and adds itself to `epoll` under `index`.
  bool open(const target& to, int epoll, std::uint64_t index);

  void close();

  /// Takes `request` over and sends what the socket takes. @pre idle
  /// @return false where the connection is lost.
  bool send(flight& request, moment now);

  /// The socket can be written. @return false where it is lost.
  bool on_writable();

  /// Reads what is there; `answered` fills `response`, valid until the next
  /// call.
  event on_readable(http_response& response);

  state now() const {
    return state_;
  }

  /// The request in flight, or the last one.
  flight& current() {
    return current_;
  }

  moment sent_at() const {
    return sent_at_;
  }

private:
  bool flush();
  event parse(std::string_view bytes, http_response& response);

  int file_ = -1;
  state state_ = state::closed;
  flight current_;
  std::size_t written_ = 0;
  moment sent_at_;
  /// Bytes of an answer that came in pieces.
  std::string partial_;
};

} // namespace registrar::rehearsal

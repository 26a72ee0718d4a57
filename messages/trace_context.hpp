#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace registrar {

/// Names the work that a message is a part of, as W3C Trace Context does: the
/// trace is the client's, or ours where it names none; the span is our part.
struct trace_context {
  std::array<std::uint8_t, 16> trace{};
  std::array<std::uint8_t, 8> span{};
  /// Bit 0: whoever asked records the trace.
  std::uint8_t flags = 0;

  /// Reads `traceparent`: `00-<trace>-<span>-<flags>`, lower case; of later
  /// versions what version 00 knows. None where it is anything else.
  static std::optional<trace_context> parse(std::string_view text);

  /// A new trace.
  static trace_context random();

  /// The same trace, with a span of ours.
  trace_context child() const;

  bool is_empty() const {
    return trace == std::array<std::uint8_t, 16>{};
  }

  /// `traceparent` of this span, 55 characters.
  std::string to_string() const;

  /// The trace's 32 hexadecimal digits, as log lines bear them.
  std::string trace_text() const;

  friend bool operator==(const trace_context&, const trace_context&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, trace_context& x) {
  return f(x.trace, x.span, x.flags);
}

} // namespace registrar

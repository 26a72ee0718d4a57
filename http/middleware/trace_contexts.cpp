#include "http/middleware/trace_contexts.hpp"

namespace registrar {

namespace {

constexpr std::string_view field_name = "traceparent";

trace_context context_of(const http_exchange& x) {
  auto [begin, end] = x.head.fields.equal_range(field_name);
  // Given twice, neither is to be trusted.
  if (begin == end || std::next(begin) != end)
    return trace_context::random();
  auto given = trace_context::parse(begin->value());
  return given ? given->child() : trace_context::random();
}

} // namespace

refusal_response trace_contexts::enter(http_exchange& x) {
  x.head.request.trace = context_of(x);
  return {};
}

void trace_contexts::leave(http_exchange& x, http_response& response) {
  auto& trace = x.head.request.trace;
  if (trace.is_empty())
    trace = context_of(x);
  response.headers.add(field_name, trace.to_string());
}

} // namespace registrar

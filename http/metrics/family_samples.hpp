#pragma once

#include "http/metrics/metric_family.hpp"

#include <chrono>
#include <type_traits>

/// How samples are made: `value_of` for what is one number, a function each for
/// what has labels.

namespace registrar {

namespace samples {

template <class T>
const T& pick(const scrape& x, T http_meters::*member) {
  return x.http.*member;
}

template <class T>
const T& pick(const scrape& x, T service_meters::*member) {
  return x.service.*member;
}

template <class T>
const T& pick(const scrape& x, T service_census::*member) {
  return x.census.*member;
}

template <class T>
const T& pick(const scrape& x, T service_load::*member) {
  return x.load.*member;
}

template <class T>
const T& pick(const scrape& x, T service_status::*member) {
  return x.status.*member;
}

template <class T>
const T& pick(const scrape& x, T process_figures::*member) {
  return x.process.*member;
}

template <class T>
const T& pick(const scrape& x, T scrape::*member) {
  return x.*member;
}

inline double number_from(std::chrono::milliseconds x) {
  return std::chrono::duration<double>{x}.count();
}

template <class T>
requires std::is_arithmetic_v<T>
double number_from(T x) {
  return static_cast<double>(x);
}

/// The one value of a member of `scrape` or of one of its parts.
template <auto Member>
void value_of(const scrape& x, sample_sink& out) {
  const auto& value = pick(x, Member);
  if constexpr (requires { number_from(value); })
    out.add(number_from(value));
  else
    out.add(value);
}

// -- http ---------------------------------------------------------------------

void requests_by_status(const scrape& x, sample_sink& out);
void request_times(const scrape& x, sample_sink& out);
void requests_in_flight(const scrape& x, sample_sink& out);
void refusals(const scrape& x, sample_sink& out);
void connections(const scrape& x, sample_sink& out);
void open_connections(const scrape& x, sample_sink& out);
void open_streams(const scrape& x, sample_sink& out);

// -- registrations ------------------------------------------------------------

void registration_requests(const scrape& x, sample_sink& out);
void results(const scrape& x, sample_sink& out);
void rejections(const scrape& x, sample_sink& out);
void keys(const scrape& x, sample_sink& out);

// -- the service --------------------------------------------------------------

void section_times(const scrape& x, sample_sink& out);
void cluster_messages(const scrape& x, sample_sink& out);
/// None up and none down for a server that is no node.
void cluster_links(const scrape& x, sample_sink& out);
void entries(const scrape& x, sample_sink& out);
void sections(const scrape& x, sample_sink& out);
void dependencies(const scrape& x, sample_sink& out);
void answered(const scrape& x, sample_sink& out);
void running(const scrape& x, sample_sink& out);
void restarts(const scrape& x, sample_sink& out);
void mailbox_waits(const scrape& x, sample_sink& out);
void build(const scrape& x, sample_sink& out);

} // namespace samples

} // namespace registrar

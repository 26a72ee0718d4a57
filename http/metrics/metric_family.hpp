#pragma once

#include "http/metrics/http_meters.hpp"
#include "http/metrics/process_figures.hpp"
#include "messages/load.hpp"
#include "messages/service_meters.hpp"
#include "messages/status.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

/// What /metrics shows: the table of families, and how their samples are made.

namespace prometheus {
struct ClientMetric;
struct MetricFamily;
} // namespace prometheus

namespace registrar {

/// Everything that one page is made of.
struct scrape {
  const http_meters& http;
  const service_meters& service;
  service_census census;
  service_load load;
  /// Every actor is in it; one that did not answer is `unreachable`.
  service_status status;
  process_figures process;
  std::uint64_t dropped_log_lines = 0;
};

struct metric_label {
  std::string_view name;
  std::string_view value;
};

/// Takes the samples of one family.
class sample_sink {
public:
  using labels = std::initializer_list<metric_label>;

  explicit sample_sink(prometheus::MetricFamily& into) : into_(into) {
  }

  void add(double value, labels with = {});
  void add(std::uint64_t value, labels with = {});
  void add(const meter& value, labels with = {});
  void add(const spread& value, labels with = {});

  /// A figure of the actors of a role, by their name: what one that did not
  /// answer would say is not a number.
  void add_figure(const scrape& x, std::string_view role,
                  std::string_view figure);

private:
  prometheus::ClientMetric& next(labels with);

  prometheus::MetricFamily& into_;
};

enum class metric_kind : std::uint8_t { counter, gauge, histogram };

/// Base units; the last word of the name, before `_total`.
enum class metric_unit : std::uint8_t { none, seconds, bytes };

struct metric_family {
  std::string_view name;
  metric_kind kind;
  metric_unit unit;
  /// One sentence for whoever meets it on a dashboard.
  std::string_view help;
  /// Gives at least one sample, whatever has happened so far; labels have
  /// values of a fixed set only.
  void (*collect)(const scrape& x, sample_sink& out);
};

/// Every family, in the order of the page.
std::span<const metric_family> metric_families();

/// The page, in the text format of Prometheus (version 0.0.4).
std::string metrics_page(const scrape& x);

inline constexpr std::string_view metrics_content_type
  = "text/plain; version=0.0.4; charset=utf-8";

} // namespace registrar

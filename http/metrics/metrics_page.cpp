#include "http/metrics/metric_family.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

namespace registrar {

namespace {

constexpr auto unknown_figure = std::numeric_limits<double>::quiet_NaN();

prometheus::MetricType type_of(metric_kind kind) {
  switch (kind) {
    case metric_kind::counter: return prometheus::MetricType::Counter;
    case metric_kind::gauge: return prometheus::MetricType::Gauge;
    case metric_kind::histogram: return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

/// What comes before the number: `ledger-worker/0`.
std::string_view role_of(std::string_view name) {
  return name.substr(0, name.find('/'));
}

double figure_of(const actor_status& actor, std::string_view figure) {
  for (const auto& [name, value] : actor.figures)
    if (name == figure)
      return static_cast<double>(value);
  return unknown_figure;
}

} // namespace

prometheus::ClientMetric& sample_sink::next(labels with) {
  auto& result = into_.metric.emplace_back();
  for (const auto& x : with)
    result.label.push_back({std::string{x.name}, std::string{x.value}});
  return result;
}

void sample_sink::add(double value, labels with) {
  auto& sample = next(with);
  if (into_.type == prometheus::MetricType::Counter)
    sample.counter.value = value;
  else
    sample.gauge.value = value;
}

void sample_sink::add(std::uint64_t value, labels with) {
  add(static_cast<double>(value), with);
}

void sample_sink::add(const meter& value, labels with) {
  add(value.value(), with);
}

void sample_sink::add(const spread& value, labels with) {
  auto& histogram = next(with).histogram;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < value.bound_count(); ++i) {
    count += value.count_in(i);
    histogram.bucket.push_back({count, value.bound(i)});
  }
  count += value.count_in(value.bound_count());
  histogram.bucket.push_back({count, std::numeric_limits<double>::infinity()});
  histogram.sample_count = count;
  histogram.sample_sum = value.sum();
}

void sample_sink::add_figure(const scrape& x, std::string_view role,
                             std::string_view figure) {
  for (const auto& actor : x.status.actors)
    if (role_of(actor.name) == role)
      add(figure_of(actor, figure), {{"actor", actor.name}});
  if (into_.metric.empty())
    add(unknown_figure, {{"actor", role}});
}

std::string metrics_page(const scrape& x) {
  std::vector<prometheus::MetricFamily> page;
  for (const auto& family : metric_families()) {
    auto& next = page.emplace_back();
    next.name = family.name;
    next.help = family.help;
    next.type = type_of(family.kind);
    sample_sink out{next};
    family.collect(x, out);
  }
  return prometheus::TextSerializer{}.Serialize(page);
}

} // namespace registrar

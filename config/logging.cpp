#include "config/logging.hpp"

#include "config/log_level.hpp"
#include "config/log_writer.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include <unistd.h>

namespace registrar {

namespace {

constexpr auto text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %*";
constexpr auto json_pattern
  = R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%*})";

/// Keeps an event on one line: what a client sent cannot forge another.
template <class Buffer>
void append_escaped(Buffer& into, std::string_view text, bool is_json) {
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(into), "\\u{:04x}", byte);
    } else {
      if (is_json && (c == '"' || c == '\\'))
        into.push_back('\\');
      into.push_back(c);
    }
  }
}

/// The payload: as it is, or as members `event` and `text`.
class payload_flag : public spdlog::custom_flag_formatter {
public:
  explicit payload_flag(log_format format) : format_(format) {
  }

  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& into) override {
    auto text
      = std::string_view{message.payload.data(), message.payload.size()};
    if (format_ == log_format::text) {
      append_escaped(into, text, false);
      return;
    }
    auto space = std::min(text.find(' '), text.size());
    auto add = [&](std::string_view part) {
      into.append(part.data(), part.data() + part.size());
    };
    add(R"("event":")");
    append_escaped(into, text.substr(0, space), true);
    add(R"(","text":")");
    append_escaped(into, text.substr(std::min(space + 1, text.size())), true);
    add("\"");
  }

  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<payload_flag>(format_);
  }

private:
  log_format format_;
};

std::unique_ptr<spdlog::formatter> make_formatter(log_format format) {
  auto result = std::make_unique<spdlog::pattern_formatter>(
    spdlog::pattern_time_type::utc);
  result->add_flag<payload_flag>('*', format)
    .set_pattern(format == log_format::text ? text_pattern : json_pattern);
  return result;
}

std::string report_drops(log_format format, std::uint64_t count) {
  auto text = fmt::format("log-lines-dropped logging dropped {} lines because "
                          "stderr was too slow",
                          count);
  spdlog::memory_buf_t line;
  make_formatter(format)->format(
    spdlog::details::log_msg{"", spdlog::level::warn, text}, line);
  return {line.data(), line.size()};
}

/// Formats on the thread that logs, writes on another.
class stderr_sink : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit stderr_sink(log_format format)
    : writer_(STDERR_FILENO,
              [format](auto count) { return report_drops(format, count); }) {
    set_formatter_(make_formatter(format));
  }

  std::uint64_t dropped() const {
    return writer_.dropped();
  }

protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    line_.clear();
    formatter_->format(message, line_);
    writer_.append({line_.data(), line_.size()});
  }

  void flush_() override {
  }

private:
  spdlog::memory_buf_t line_;
  log_writer writer_;
};

/// Of the default logger; set before other threads log, and let go after.
std::shared_ptr<stderr_sink>& present_sink() {
  static std::shared_ptr<stderr_sink> one;
  return one;
}

spdlog::level::level_enum level_of(log_severity severity) {
  switch (severity) {
    case log_severity::debug: return spdlog::level::debug;
    case log_severity::info: return spdlog::level::info;
    case log_severity::warn: return spdlog::level::warn;
    default: return spdlog::level::err;
  }
}

} // namespace

bool is_logged(log_severity severity) {
  return spdlog::default_logger_raw()->should_log(level_of(severity));
}

void write_log(log_severity severity, std::string_view event,
               std::string_view text) {
  spdlog::default_logger_raw()->log(level_of(severity), "{} {}", event, text);
}

void start_logging(std::string_view level, log_format format) {
  auto sink = std::make_shared<stderr_sink>(format);
  present_sink() = sink;
  auto logger = std::make_shared<spdlog::logger>("", std::move(sink));
  logger->set_level(spdlog::level::from_str(std::string{level}));
  spdlog::set_default_logger(std::move(logger));
  log_level().configure(std::string{level});
}

std::uint64_t dropped_log_lines() {
  const auto& sink = present_sink();
  return sink ? sink->dropped() : 0;
}

void stop_logging() {
  log_level().stop();
  present_sink().reset();
  auto logger = std::make_shared<spdlog::logger>(
    "", std::make_shared<spdlog::sinks::null_sink_mt>());
  logger->set_level(spdlog::level::off);
  spdlog::set_default_logger(std::move(logger));
}

} // namespace registrar

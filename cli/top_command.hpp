#pragma once

#include "cli/common_options.hpp"
#include "config/limits.hpp"

#include <string>

namespace registrar {

struct top_options {
  common_options common;
  /// Empty: the server that holds the stores.
  std::string url;
  double interval_s
    = std::chrono::duration<double>{limits::top_interval_default}.count();
  std::string sort = "messages";
  std::string filter;
  std::string kind = "all";
  /// 0: as many as are seen, or a few where a picture is printed.
  std::uint32_t limit = 0;
  bool is_once = false;
};

/// `registrar top`: the live service on the whole terminal, or one picture of
/// it, or the service's own documents.
int run_top(const top_options& options);

void add_top(CLI::App& app, int& exit_code);

} // namespace registrar

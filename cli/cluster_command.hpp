#pragma once

#include "cli/common_options.hpp"

#include <string>

namespace registrar {

struct cluster_options {
  common_options common;
  /// A running node; empty: one that holds the stores.
  std::string url;
  /// Not for `status` and `rebalance`.
  std::string node;
  /// Why; not for `status`.
  std::string reason;
};

/// Shows nodes and partitions. @returns exit_answer_is_no where a node is lost
/// or a partition has no owner.
int run_cluster_status(const cluster_options& options);

/// Takes a node's partitions away, lets it have some again, or shares out all
/// anew.
int run_cluster_drain(const cluster_options& options);
int run_cluster_undrain(const cluster_options& options);
int run_cluster_rebalance(const cluster_options& options);

void add_cluster(CLI::App& app, int& exit_code);

} // namespace registrar

#pragma once

#include "config/settings.hpp"
#include "storage/embedded/data_directory.hpp"
#include "storage/ports/stores.hpp"
#include "storage/production_stores.hpp"

#include <memory>
#include <optional>
#include <string>

namespace registrar {

/// How to reach Redis and PostgreSQL. @pre is_production(config)
fallible<production_options> production_options_of(const settings& config);

/// The stores that a server serves from, with what it holds of them.
struct chosen_stores {
  /// The embedded ones' directory, held; none with the production stores.
  std::unique_ptr<data_directory> directory;
  std::shared_ptr<store_factory> factory;
  /// For people: where the data is.
  std::string where;

  /// Tells others under which URL the holder serves.
  void announce(const std::string& url);
};

/// Opens what the configuration chooses, for a server.
fallible<chosen_stores> open_chosen_stores(const settings& config);

/// SQL's part alone, for a command beside a server or none. @pre for the
/// embedded stores: the file exists, else `ec::store_unusable`.
fallible<std::unique_ptr<registration_store>>
open_chosen_registrations(const settings& config);

/// Says of a store that is not available what to do about it.
failure with_remedy(failure why, const char* flag);

} // namespace registrar

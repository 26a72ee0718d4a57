#include "cli/running_server.hpp"

#include "cli/chosen_stores.hpp"
#include "cli/http_client.hpp"

#include <fstream>
#include <thread>

namespace registrar {

namespace {

constexpr auto lease_poll_period = std::chrono::milliseconds{100};

bool answers(const std::string& url) {
  http_client server{url};
  auto answer = server.get("/live");
  return answer && answer->status == 200;
}

/// A lease outlives a server that was killed; whose server lives renews it, and
/// says where it serves at the latest then.
fallible<std::string> url_of_leaseholder(const settings& config) {
  auto options = production_options_of(config);
  if (!options)
    return options.error();
  auto least = std::chrono::milliseconds::max();
  for (;;) {
    auto lease = read_redis_lease(options->redis);
    if (!lease)
      return with_remedy(lease.error(), "--redis");
    if (!*lease)
      return std::string{};
    if (!(*lease)->url.empty() && answers((*lease)->url))
      return (*lease)->url;
    if ((*lease)->left > least)
      return failure{ec::store_locked,
                     to_sentence(**lease)
                       + " It does not answer there; give --url, or stop it."};
    least = (*lease)->left;
    std::this_thread::sleep_for(lease_poll_period);
  }
}

/// The URL that the holder of the directory wrote, or empty.
std::string url_in_lock_file(const std::filesystem::path& directory) {
  std::ifstream file{directory / "registrar.lock"};
  std::string pid;
  std::string url;
  std::getline(file, pid);
  std::getline(file, url);
  return url;
}

fallible<std::string>
url_of_lock_holder(const std::filesystem::path& directory) {
  auto held = data_directory::open(directory, data_directory::purpose::read);
  if (held)
    return std::string{};
  if (held.error().code != ec::store_locked)
    return held.error();
  auto url = url_in_lock_file(directory);
  if (url.empty())
    return failure{ec::store_locked,
                   held.error().detail
                     + " It does not say where it serves; give --url."};
  return url;
}

} // namespace

fallible<std::string> url_of_running_server(const settings& config) {
  return is_production(config) ? url_of_leaseholder(config)
                               : url_of_lock_holder(config.data_dir);
}

} // namespace registrar

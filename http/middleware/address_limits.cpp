#include "http/middleware/address_limits.hpp"

#include "http/trusted_peers.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace registrar {

namespace {

namespace ip = boost::asio::ip;

/// Of IPv6, what one site has.
constexpr std::size_t site_bytes = 8;

rate_limiter::key site_key(std::string_view text) {
  boost::system::error_code error;
  auto address = ip::make_address(std::string{text}, error);
  rate_limiter::key result{};
  if (error)
    return result;
  if (address.is_v4()) {
    auto bytes = ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
    std::copy(bytes.begin(), bytes.end(), result.begin());
  } else {
    auto bytes = address.to_v6().to_bytes();
    auto is_mapped = address.to_v6().is_v4_mapped();
    std::copy_n(bytes.begin(), is_mapped ? bytes.size() : site_bytes,
                result.begin());
  }
  return result;
}

} // namespace

address_limits::address_limits(const middleware_setup& setup)
  : config_(setup.config),
    limit_("address", "from this address", setup.config.rate_per_address,
           setup.config.rate_window) {
}

refusal_response address_limits::enter(http_exchange& x) {
  auto is_probe = x.head.route != nullptr && x.head.route->is_probe;
  if (!limit_.is_on() || is_probe || is_trusted(config_, x.address))
    return {};
  return limit_.judge(site_key(x.address), x.of_address);
}

void address_limits::leave(http_exchange& x, http_response& response) const {
  limit_.show(x.of_address, response.headers);
}

} // namespace registrar

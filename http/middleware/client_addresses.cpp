#include "http/middleware/client_addresses.hpp"

#include "http/trusted_peers.hpp"

#include <boost/asio/ip/address.hpp>

namespace registrar {

namespace {

bool is_address(std::string_view text) {
  boost::system::error_code error;
  boost::asio::ip::make_address(std::string{text}, error);
  return !error;
}

/// Cuts the last of a list off.
std::string_view take_last(std::string_view& list) {
  auto comma = list.rfind(',');
  auto last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view{}
                                         : list.substr(0, comma);
  auto first = last.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return last.substr(first, last.find_last_not_of(" \t") - first + 1);
}

} // namespace

refusal_response client_addresses::enter(http_exchange& x) const {
  if (!is_trusted(config_, x.address))
    return {};
  auto [begin, end] = x.head.fields.equal_range("X-Forwarded-For");
  // Fields of one name are one list; its end is in the last of them.
  while (begin != end) {
    std::string_view list = (--end)->value();
    while (!list.empty()) {
      auto address = take_last(list);
      if (!is_address(address))
        return {};
      x.address = address;
      if (!is_trusted(config_, address))
        return {};
    }
  }
  return {};
}

} // namespace registrar

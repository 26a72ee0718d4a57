#pragma once

#include "config/setting_table.hpp"

#include <chrono>
#include <optional>

/// How each type of value is read and shown. `read_x` puts what is wrong into
/// `fault`, as an instruction, and then returns nothing.

namespace registrar {

struct listen_address {
  std::string host;
  std::uint16_t port = 0;
};

/// An integer with bounds, typed or as text.
std::optional<std::uint64_t> read_number(const given_value& given,
                                         std::uint64_t min, std::uint64_t max,
                                         std::string& fault);

/// `24h`, `10min`, `90s`, `2000ms`; a number without unit means seconds.
std::optional<std::chrono::milliseconds>
read_duration(const given_value& given, std::chrono::milliseconds min,
              std::chrono::milliseconds max, std::string& fault);

std::optional<bool> read_bool(const given_value& given, std::string& fault);

std::optional<std::string> read_text(const given_value& given,
                                     std::string& fault);

/// The same, and may be empty.
std::optional<std::string> read_optional_text(const given_value& given,
                                              std::string& fault);

/// One of a few words.
std::optional<std::string> read_word(const given_value& given,
                                     std::span<const std::string> words,
                                     std::string& fault);

/// `127.0.0.1:8080`, `[::1]:8080`, `localhost:0` (any free port).
std::optional<listen_address> read_listen(const given_value& given,
                                          std::string& fault);

/// Where other machines reach this one: `HOST:PORT` by name or address, an IPv6
/// one in brackets; `localhost` is 127.0.0.1. Empty: nowhere.
std::optional<listen_address> read_reachable(const given_value& given,
                                             std::string& fault);

/// Of an address, without brackets.
bool is_loopback(std::string_view host);

/// `HOST:PORT`, an IPv6 address in brackets.
std::string show_place(const std::string& host, std::uint16_t port);

/// `HOST:PORT,HOST:PORT` of other machines, by name or address, an IPv6 one in
/// brackets; may be empty. The text without spaces.
std::optional<std::string> read_places(const given_value& given,
                                       std::string& fault);

/// IP addresses; as text separated by commas.
std::optional<std::vector<std::string>> read_addresses(const given_value& given,
                                                       std::string& fault);

/// Origins as browsers write them: scheme, host, and the port where it is not
/// the scheme's own; in lower case, without a path.
std::optional<std::vector<std::string>> read_origins(const given_value& given,
                                                     std::string& fault);

std::string show_text(std::string_view text);
std::string show_duration(std::chrono::milliseconds span);

} // namespace registrar

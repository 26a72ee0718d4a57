#pragma once

#include "config/limits.hpp"
#include "config/settings.hpp"
#include "http/auth/file_stamp.hpp"
#include "http/auth/token_cache.hpp"
#include "http/auth/token_verifier.hpp"

#include <atomic>
#include <memory>
#include <mutex>

namespace registrar {

/// Judges tokens by the keys that the settings name, and remembers those that
/// it found sound. Thread-safe.
///
/// A JWKS file that changes is read again, at most every `check_period`; what
/// was remembered is then forgotten, so that a key that is taken out ends its
/// tokens. A file that cannot be used is logged, and the keys before it stay.
class authenticator {
public:
  using clock = std::chrono::steady_clock;

  /// Reads the files of `[auth]`. Failures are sentences that name the setting
  /// or file and say what to change. @pre `config.auth` is `auth_mode::jwt`
  static fallible<std::unique_ptr<authenticator>>
  open(const settings& config,
       clock::duration check_period = limits::jwks_check_period);

  /// Whether `open` would succeed; logs nothing.
  static fallible<done> check(const settings& config);

  token_verdict judge(std::string_view token, unix_seconds now);

  /// Tokens that are remembered.
  std::size_t remembered() const;

private:
  using shared_verifier = std::shared_ptr<const token_verifier>;

  authenticator(const settings& config, clock::duration check_period);

  fallible<key_ring> read_files(bool says_skipped) const;
  bool is_check_due();
  void read_again_if_changed();

  std::string secret_file_;
  std::string public_key_file_;
  std::string jwks_file_;
  token_rules rules_;
  clock::duration check_period_;
  std::atomic<clock::rep> next_check_;

  mutable std::mutex mutex_;
  shared_verifier verifier_;
  token_cache cache_;
  /// Of the key set that was read last, usable or not.
  file_stamp stamp_;
};

} // namespace registrar

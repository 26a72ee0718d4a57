#include "http/auth/authenticator.hpp"

#include "config/logging.hpp"
#include "http/auth/key_files.hpp"

namespace registrar {

namespace {

fallible<done> add(key_ring& keys, fallible<verification_key> key) {
  return key ? keys.add(std::move(*key)) : fallible<done>{key.error()};
}

fallible<done> add(key_ring& keys, fallible<key_set> set, bool says_skipped) {
  if (!set)
    return set.error();
  if (says_skipped)
    for (const auto& why : set->skipped)
      log_warn("key-skipped", "key set has a key that is not used: {}", why);
  for (auto& key : set->keys)
    if (auto added = keys.add(std::move(key)); !added)
      return added;
  return done{};
}

/// A public key's owner signs for other services too.
void warn_of_open_rules(const settings& config) {
  if (config.auth_public_key_file.empty() && config.auth_jwks_file.empty())
    return;
  if (config.auth_audience.empty())
    log_warn("audience-unchecked",
             "tokens are taken whatever service they are for; set "
             "auth.audience");
  if (config.auth_issuer.empty())
    log_warn("issuer-unchecked",
             "tokens are taken whoever issued them with a key of ours; set "
             "auth.issuer");
}

} // namespace

authenticator::authenticator(const settings& config,
                             clock::duration check_period)
  : secret_file_(config.auth_hs256_secret_file),
    public_key_file_(config.auth_public_key_file),
    jwks_file_(config.auth_jwks_file), rules_{config.auth_issuer,
                                              config.auth_audience},
    check_period_(check_period),
    next_check_((clock::now() + check_period).time_since_epoch().count()),
    cache_(limits::verified_tokens_max), stamp_(file_stamp::of(jwks_file_)) {
}

fallible<std::unique_ptr<authenticator>>
authenticator::open(const settings& config, clock::duration check_period) {
  std::unique_ptr<authenticator> result{
    new authenticator{config, check_period}};
  auto keys = result->read_files(true);
  if (!keys)
    return keys.error();
  result->verifier_
    = std::make_shared<const token_verifier>(std::move(*keys), result->rules_);
  warn_of_open_rules(config);
  return result;
}

fallible<done> authenticator::check(const settings& config) {
  auto keys = authenticator{config, {}}.read_files(false);
  return keys ? fallible<done>{done{}} : keys.error();
}

fallible<key_ring> authenticator::read_files(bool says_skipped) const {
  key_ring keys;
  fallible<done> added{done{}};
  if (!secret_file_.empty())
    added = add(keys, read_secret_file(secret_file_));
  if (added && !public_key_file_.empty())
    added = add(keys, read_public_key_file(public_key_file_));
  if (added && !jwks_file_.empty())
    added = add(keys, read_key_set_file(jwks_file_), says_skipped);
  if (!added)
    return added.error();
  return keys;
}

/// True for one caller in each period.
bool authenticator::is_check_due() {
  auto now = clock::now().time_since_epoch().count();
  auto due = next_check_.load(std::memory_order_relaxed);
  return now >= due
         && next_check_.compare_exchange_strong(due,
                                                now + check_period_.count());
}

void authenticator::read_again_if_changed() {
  auto stamp = file_stamp::of(jwks_file_);
  {
    std::lock_guard guard{mutex_};
    if (stamp == stamp_)
      return;
    stamp_ = stamp;
  }
  auto keys = read_files(true);
  if (!keys) {
    log_warn("keys-unusable", "keys of before stay in use: {}",
             keys.error().detail);
    return;
  }
  auto verifier
    = std::make_shared<const token_verifier>(std::move(*keys), rules_);
  log_info("keys-changed", "keys were read again from {}", jwks_file_);
  std::lock_guard guard{mutex_};
  verifier_ = std::move(verifier);
  cache_.clear();
}

token_verdict authenticator::judge(std::string_view token, unix_seconds now) {
  if (!jwks_file_.empty() && is_check_due())
    read_again_if_changed();
  auto digest = digest_of(token);
  shared_verifier verifier;
  {
    std::lock_guard guard{mutex_};
    if (auto* known = cache_.find(digest)) {
      token_verdict result{judge_time(*known, now), *known};
      if (result.fault == token_fault::expired)
        cache_.erase(digest);
      return result;
    }
    verifier = verifier_;
  }
  auto result = verifier->verify(token, now);
  if (result) {
    std::lock_guard guard{mutex_};
    // Keys may have changed meanwhile: this one may be gone.
    if (verifier == verifier_)
      cache_.put(digest, result.token);
  }
  return result;
}

std::size_t authenticator::remembered() const {
  std::lock_guard guard{mutex_};
  return cache_.size();
}

} // namespace registrar

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace registrar {

/// Operational failures. A domain refusal is not an error but a value
/// (`refusal`); a bug is an assertion.
enum class ec : std::uint8_t {
  /// No failure.
  none,
  /// We cannot know whether the command took effect: ask again with the same
  /// request id.
  in_doubt,
  /// The deadline passed before anything was decided.
  deadline_exceeded,
  /// A bound on work in flight or on uncommitted journal entries is reached.
  overloaded,
  /// A store or an actor that is needed does not answer.
  dependency_unavailable,
  /// The ledger has no epoch or no section that it must have.
  ledger_lost,
  /// The ledger is behind SQL for this section: writes were lost.
  ledger_behind,
  /// The sender's epoch is not the ledger's: another owner took over.
  fenced,
  /// This node does not own the section's partition.
  not_owner,
  /// The section keeps failing and is set aside alone.
  quarantined,
  /// There is no such student, section, course or semester.
  not_found,
  /// The row exists already, or another row holds one of its unique values.
  conflict,
  /// The version given is not the current one.
  version_mismatch,
  /// A value breaks a rule of the data; the text says which.
  invalid_value,
  /// A store's file or schema cannot be used as it is; the text says why.
  store_unusable,
  /// A store's content contradicts itself; the text says where.
  store_corrupt,
  /// The data directory or ledger is in use by another server.
  store_locked,
  /// The device is full, failing or read-only; may heal.
  store_write_failed,
  /// The service is stopping.
  shutting_down,
  /// A command of one batch failed inside its actor; the text says why.
  internal,
};

/// Stable kebab-case name for logs.
std::string_view to_string(ec code);

/// A failure with the sentence an operator needs.
struct failure {
  ec code = ec::none;
  std::string detail;

  friend bool operator==(const failure&, const failure&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, failure& x) {
  return f(x.code, x.detail);
}

/// Either a value or why there is none.
template <class T>
class [[nodiscard]] fallible {
public:
  fallible(T value) : content_(std::in_place_index<0>, std::move(value)) {
  }

  fallible(failure why) : content_(std::in_place_index<1>, std::move(why)) {
  }

  fallible(ec code, std::string detail)
    : content_(std::in_place_index<1>, failure{code, std::move(detail)}) {
  }

  explicit operator bool() const {
    return content_.index() == 0;
  }

  T& operator*() & {
    return std::get<0>(content_);
  }

  const T& operator*() const& {
    return std::get<0>(content_);
  }

  T&& operator*() && {
    return std::get<0>(std::move(content_));
  }

  T* operator->() {
    return &std::get<0>(content_);
  }

  const T* operator->() const {
    return &std::get<0>(content_);
  }

  const failure& error() const {
    return std::get<1>(content_);
  }

private:
  std::variant<T, failure> content_;
};

/// What a fallible action without a result returns.
struct done {
  friend bool operator==(const done&, const done&) = default;
};

template <class Inspector>
auto inspect(Inspector& f, done&) {
  return f();
}

} // namespace registrar

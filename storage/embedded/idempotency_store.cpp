#include "storage/embedded/idempotency_store.hpp"

namespace registrar {

namespace {

/// Answers every input by `ask`; all of them fail where the group does.
template <class Answer, class Input, class Ask>
std::vector<Answer> for_each(ledger_core& core, std::span<const Input> inputs,
                             Ask ask) {
  std::vector<Answer> result(inputs.size());
  auto ran = core.in_group([&]() -> fallible<done> {
    for (std::size_t i = 0; i < inputs.size(); ++i)
      result[i] = ask(inputs[i]);
    return done{};
  });
  if (ran)
    return result;
  for (auto& answer : result) {
    answer = {};
    answer.error = ran.error();
  }
  return result;
}

} // namespace

std::vector<key_begun>
embedded_idempotency_store::begin(std::span<const begin_key> keys,
                                  timestamp at) {
  return for_each<key_begun>(core_, keys, [&](const begin_key& key) {
    return core_.keys().begin(core_.file(), key, at);
  });
}

std::vector<key_completed>
embedded_idempotency_store::complete(std::span<const complete_key> keys,
                                     timestamp at) {
  return for_each<key_completed>(core_, keys, [&](const complete_key& key) {
    return core_.keys().complete(core_.file(), key, at);
  });
}

fallible<key_begun> embedded_idempotency_store::look_up(const key_scope& scope,
                                                        timestamp at) {
  key_begun result;
  auto ran = core_.in_group([&]() -> fallible<done> {
    result = core_.keys().look_up(core_.file(), scope, at);
    return done{};
  });
  if (!ran)
    return ran.error();
  if (result.error.code != ec::none)
    return result.error;
  return result;
}

} // namespace registrar

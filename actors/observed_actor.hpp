#pragma once

#include "actors/actor_vitals.hpp"

#include <caf/execution_unit.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/stateful_actor.hpp>

namespace registrar {

/// An actor that shows its vitals.
/// @tparam Base what it is otherwise, an event-based actor
template <class Base>
class observed_actor : public Base, public actor_vitals {
public:
  using Base::Base;
  using Base::consume;
  using Base::enqueue;

  void enqueue(caf::mailbox_element_ptr element,
               caf::execution_unit* host) override {
    on_arrival();
    Base::enqueue(std::move(element), host);
  }

  caf::resumable::resume_result resume(caf::execution_unit* host,
                                       std::size_t max) override {
    on_resumed();
    auto result = Base::resume(host, max);
    on_paused();
    return result;
  }

  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    on_begun();
    auto result = Base::consume(element);
    on_ended();
    return result;
  }
};

/// What a behavior gets as `self`, in place of `Handle::stateful_pointer`.
template <class Handle, class State>
using observed_pointer
  = caf::stateful_actor<State, observed_actor<typename Handle::base>>*;

} // namespace registrar

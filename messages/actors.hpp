#pragma once

#include "messages/actor_messages.hpp"
#include "messages/cluster_messages.hpp"
#include "messages/operator_messages.hpp"
#include "messages/watching.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

/// Every typed actor interface and the type-id block. What is particular to
/// CAF 0.17 stays in this file, the *_messages.hpp beside it and
/// messages/caf_types.cpp.
///
/// On the path of a registration, actors answer by plain messages that name
/// what they answer (`token`, `number`): a CAF request with a timeout would set
/// and cancel a timer each time. Who waits sweeps by one tick of its own.

// Ids are positions: only ever add at the end.
CAF_BEGIN_TYPE_ID_BLOCK(registrar, caf::first_custom_type_id)

CAF_ADD_TYPE_ID(registrar, (registrar::get_status))
CAF_ADD_TYPE_ID(registrar, (registrar::actor_status))
CAF_ADD_TYPE_ID(registrar, (registrar::ping))
CAF_ADD_TYPE_ID(registrar, (registrar::failure))
CAF_ADD_TYPE_ID(registrar, (registrar::done))
CAF_ADD_TYPE_ID(registrar, (registrar::tick))
CAF_ADD_TYPE_ID(registrar, (registrar::flush))
CAF_ADD_TYPE_ID(registrar, (registrar::registration_request))
CAF_ADD_TYPE_ID(registrar, (registrar::registration_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::change_settings))
CAF_ADD_TYPE_ID(registrar, (registrar::settings_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::decide_seat))
CAF_ADD_TYPE_ID(registrar, (registrar::seats_decided))
CAF_ADD_TYPE_ID(registrar, (registrar::decide_batch))
CAF_ADD_TYPE_ID(registrar, (registrar::batch_decided))
CAF_ADD_TYPE_ID(registrar, (registrar::get_header))
CAF_ADD_TYPE_ID(registrar, (registrar::header_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::get_rows))
CAF_ADD_TYPE_ID(registrar, (registrar::rows_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::get_live_registrations))
CAF_ADD_TYPE_ID(registrar, (registrar::live_registrations))
CAF_ADD_TYPE_ID(registrar, (registrar::begin_key))
CAF_ADD_TYPE_ID(registrar, (registrar::key_begun))
CAF_ADD_TYPE_ID(registrar, (registrar::complete_key))
CAF_ADD_TYPE_ID(registrar, (registrar::key_completed))
CAF_ADD_TYPE_ID(registrar, (registrar::start_section))
CAF_ADD_TYPE_ID(registrar, (registrar::section_started))
CAF_ADD_TYPE_ID(registrar, (registrar::restart_child))
CAF_ADD_TYPE_ID(registrar, (registrar::entries_appended))
CAF_ADD_TYPE_ID(registrar, (registrar::entries_committed))
CAF_ADD_TYPE_ID(registrar, (registrar::fill_gap))
CAF_ADD_TYPE_ID(registrar, (registrar::project_section))
CAF_ADD_TYPE_ID(registrar, (registrar::headers_changed))
CAF_ADD_TYPE_ID(registrar, (registrar::standing_changed))
CAF_ADD_TYPE_ID(registrar, (registrar::get_failed_registrations))
CAF_ADD_TYPE_ID(registrar, (registrar::failed_registrations_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::catalogue_request))
CAF_ADD_TYPE_ID(registrar, (registrar::catalogue_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::watch_request))
CAF_ADD_TYPE_ID(registrar, (registrar::watch_started))
CAF_ADD_TYPE_ID(registrar, (registrar::student_touched))
CAF_ADD_TYPE_ID(registrar, (registrar::get_actors))
CAF_ADD_TYPE_ID(registrar, (registrar::actor_list))
CAF_ADD_TYPE_ID(registrar, (registrar::get_decisions))
CAF_ADD_TYPE_ID(registrar, (registrar::past_decisions))
CAF_ADD_TYPE_ID(registrar, (registrar::get_lag))
CAF_ADD_TYPE_ID(registrar, (registrar::ledger_lag))
CAF_ADD_TYPE_ID(registrar, (registrar::get_cursor))
CAF_ADD_TYPE_ID(registrar, (registrar::cursor_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::records_request))
CAF_ADD_TYPE_ID(registrar, (registrar::records_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::note_act))
CAF_ADD_TYPE_ID(registrar, (registrar::act_noted))
CAF_ADD_TYPE_ID(registrar, (registrar::node_hello))
CAF_ADD_TYPE_ID(registrar, (registrar::node_welcome))
CAF_ADD_TYPE_ID(registrar, (registrar::seats_asked))
CAF_ADD_TYPE_ID(registrar, (registrar::get_section_header))
CAF_ADD_TYPE_ID(registrar, (registrar::partitions_moved))
CAF_ADD_TYPE_ID(registrar, (registrar::own_partitions))
CAF_ADD_TYPE_ID(registrar, (registrar::get_cluster))
CAF_ADD_TYPE_ID(registrar, (registrar::cluster_reply))
CAF_ADD_TYPE_ID(registrar, (registrar::change_drain))
CAF_ADD_TYPE_ID(registrar, (registrar::leave_cluster))
CAF_ADD_TYPE_ID(registrar, (registrar::gate_found))
CAF_ADD_TYPE_ID(registrar, (registrar::sections_decided))

CAF_END_TYPE_ID_BLOCK(registrar)

// Never leave the node: a catalogue change goes to this node's SQL.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::catalogue_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::catalogue_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::failed_registrations_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::watch_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::watch_started)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::get_actors)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::actor_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::past_decisions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::records_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::records_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(registrar::cluster_reply)

namespace registrar {

template <class... Ts>
using actor_interface
  = caf::typed_actor<caf::replies_to<get_status>::with<actor_status>, Ts...>;

/// Who asked sections to decide.
using decision_listener_actor = caf::typed_actor<caf::reacts_to<seats_decided>>;

/// Who asked a ledger worker to decide.
using batch_listener_actor = caf::typed_actor<caf::reacts_to<batch_decided>>;

using section_actor
  = actor_interface<caf::reacts_to<decide_seat>, caf::reacts_to<batch_decided>,
                    caf::replies_to<get_header>::with<header_reply>,
                    caf::replies_to<get_decisions>::with<past_decisions>>;

using section_supervisor_actor
  = actor_interface<caf::replies_to<start_section>::with<section_started>,
                    caf::reacts_to<partitions_moved>, caf::reacts_to<tick>>;

using supervisor_actor = actor_interface<caf::reacts_to<restart_child>>;

using registration_broker_actor = actor_interface<
  caf::replies_to<registration_request>::with<registration_reply>,
  caf::replies_to<change_settings>::with<settings_reply>,
  caf::reacts_to<seats_decided>, caf::reacts_to<sections_decided>,
  caf::reacts_to<tick>, caf::reacts_to<flush>>;

using ledger_worker_actor = actor_interface<
  caf::reacts_to<decide_batch>, caf::replies_to<begin_key>::with<key_begun>,
  caf::replies_to<complete_key>::with<key_completed>,
  caf::replies_to<get_rows>::with<rows_reply>,
  caf::replies_to<get_live_registrations>::with<live_registrations>,
  caf::reacts_to<standing_changed>, caf::reacts_to<entries_committed>,
  caf::replies_to<get_lag>::with<ledger_lag>,
  caf::replies_to<get_cursor>::with<cursor_reply>,
  caf::replies_to<ping>::with<failure>, caf::reacts_to<flush>,
  caf::reacts_to<tick>, caf::reacts_to<own_partitions>>;

using database_sync_worker_actor = actor_interface<
  caf::reacts_to<entries_appended>, caf::reacts_to<project_section>,
  caf::reacts_to<batch_decided>,
  caf::replies_to<get_failed_registrations>::with<failed_registrations_reply>,
  caf::replies_to<ping>::with<failure>, caf::reacts_to<flush>,
  caf::reacts_to<tick>, caf::reacts_to<entries_committed>>;

using journal_reader_actor
  = actor_interface<caf::reacts_to<fill_gap>,
                    caf::replies_to<ping>::with<failure>, caf::reacts_to<tick>,
                    caf::reacts_to<partitions_moved>>;

using waitlist_worker_actor
  = actor_interface<caf::reacts_to<entries_appended>, caf::reacts_to<flush>>;

using catalogue_actor
  = actor_interface<caf::replies_to<catalogue_request>::with<catalogue_reply>,
                    caf::reacts_to<headers_changed>,
                    caf::replies_to<ping>::with<failure>, caf::reacts_to<tick>>;

using event_feed_actor
  = actor_interface<caf::replies_to<watch_request>::with<watch_started>,
                    caf::reacts_to<headers_changed>,
                    caf::reacts_to<student_touched>, caf::reacts_to<tick>>;

using observer_actor
  = actor_interface<caf::replies_to<get_actors>::with<actor_list>,
                    caf::reacts_to<tick>>;

using records_worker_actor
  = actor_interface<caf::replies_to<records_request>::with<records_reply>,
                    caf::replies_to<note_act>::with<act_noted>,
                    caf::reacts_to<tick>>;

/// What another node may send to: published on the cluster's own network.
using cluster_gate_actor = actor_interface<
  caf::replies_to<node_hello>::with<node_welcome>, caf::reacts_to<seats_asked>,
  caf::replies_to<get_section_header>::with<header_reply>,
  caf::reacts_to<headers_changed>, caf::reacts_to<partitions_moved>,
  caf::reacts_to<seats_decided>, caf::reacts_to<flush>>;

/// The broker of another node, as a gate knows it.
using guest_actor = caf::typed_actor<caf::reacts_to<sections_decided>>;

using cluster_member_actor
  = actor_interface<caf::replies_to<get_cluster>::with<cluster_reply>,
                    caf::replies_to<change_drain>::with<cluster_reply>,
                    caf::replies_to<leave_cluster>::with<done>,
                    caf::reacts_to<partitions_moved>,
                    caf::reacts_to<gate_found>, caf::reacts_to<headers_changed>,
                    caf::replies_to<ping>::with<failure>, caf::reacts_to<tick>>;

} // namespace registrar

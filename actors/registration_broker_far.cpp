#include "actors/registration_broker.hpp"

#include <caf/actor_system.hpp>

#include <algorithm>

/// Sections that other nodes of the cluster own.

namespace registrar {

void registration_broker_state::ask_far(std::uint64_t token,
                                        awaited_section& wanted,
                                        std::size_t index) {
  auto gate = peers->gates[partition_of(wanted.section)].get();
  if (!gate) {
    // The next sweep asks again.
    wanted.error = {ec::dependency_unavailable,
                    "No node that can be reached owns the section now."};
    return;
  }
  auto found = std::find_if(outgoing.begin(), outgoing.end(),
                            [&](const auto& x) { return x.first == gate; });
  if (found == outgoing.end()) {
    if (outgoing.empty())
      self->send(self, flush{});
    outgoing.emplace_back(std::move(gate), seats_asked{});
    found = std::prev(outgoing.end());
  }
  found->second.seats.push_back({wanted.section,
                                 {token, static_cast<std::uint32_t>(index),
                                  wanted.was_sent, wanted.command, 0}});
  wanted.was_sent = wanted.is_asked = true;
}

void registration_broker_state::on_sections_decided(sections_decided& x) {
  peers->meters.far_answers.note(x.sections.size());
  for (auto& section : x.sections)
    on_seats_decided(section);
}

void registration_broker_state::on_flush() {
  for (auto& [gate, asked] : outgoing) {
    ++far_messages;
    far_seats += asked.seats.size();
    peers->meters.far_seats.note(asked.seats.size());
    self->send(gate, std::move(asked));
  }
  outgoing.clear();
}

} // namespace registrar

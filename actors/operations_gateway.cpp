#include "actors/operations_gateway.hpp"

#include "actors/act_log.hpp"
#include "actors/gateway_calls.hpp"
#include "config/limits.hpp"
#include "config/node_name.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

namespace registrar {

namespace {

std::string quoted_who(const operator_reason& why) {
  return why.who + ": " + why.why;
}

/// What the settings are now, for the audit log.
std::string detail_of(const fallible<section_view>& x) {
  if (!x)
    return "not done, or in doubt: " + x.error().detail;
  const auto& header = x->header;
  return std::to_string(header.settings.total_seats) + " seats, "
         + std::to_string(header.enrolled) + " enrolled, "
         + std::to_string(header.waitlisted) + " waiting, sequence "
         + std::to_string(header.sequence);
}

} // namespace

operations_gateway::operations_gateway(caf::actor_system& system,
                                       const settings& config,
                                       std::shared_ptr<directory> peers,
                                       std::shared_ptr<catalogue_view> view,
                                       std::shared_ptr<call_table> calls,
                                       service& requests)
  : clock_(system.clock()), config_(config), node_(node_name_of(config)),
    peers_(std::move(peers)), view_(std::move(view)), calls_(std::move(calls)),
    requests_(requests) {
}

// -- looking ------------------------------------------------------------------

void operations_gateway::actors(list_actors query, reply_to<actor_list> done) {
  auto why_not = std::make_shared<failure>();
  calls_->ask<actor_list>(
    peers_->observer.get(), get_actors{std::move(query)},
    limits::status_time_max,
    [done = std::move(done), why_not](actor_list x) {
      if (why_not->code == ec::none)
        done(std::move(x));
      else
        done(failure{ec::dependency_unavailable, why_not->detail});
    },
    [why_not](failure why) {
      *why_not = std::move(why);
      return actor_list{};
    });
}

std::vector<section_view>
operations_gateway::find_sections(const std::string& text,
                                  std::uint32_t limit) const {
  return view_->search(text, limit);
}

// -- acting -------------------------------------------------------------------

void operations_gateway::act_on_section(change_section change, operator_act act,
                                        reply_to<acted<section_view>> done) {
  // The act of an id that names nothing is none.
  if (auto known = view_->find(change.section_id); !known) {
    done(known.error());
    return;
  }
  auto on_changed = [this, act = std::move(act),
                     done = std::move(done)](fallible<section_view> x) mutable {
    act.detail += detail_of(x);
    audit(std::move(act),
          [done = std::move(done), x = std::move(x)](bool is_written) mutable {
            if (x)
              done(acted<section_view>{std::move(*x), is_written});
            else
              done(x.error());
          });
  };
  requests_.change(std::move(change), std::move(on_changed));
}

void operations_gateway::freeze(section_id section, bool is_frozen,
                                operator_reason why,
                                reply_to<acted<section_view>> done) {
  change_section change;
  change.section_id = section;
  change.is_frozen = is_frozen;
  act_on_section(std::move(change),
                 act_of(std::move(why),
                        is_frozen ? "section frozen" : "section thawed",
                        section.to_string()),
                 std::move(done));
}

void operations_gateway::set_capacity(section_id section,
                                      std::uint32_t total_seats,
                                      operator_reason why,
                                      reply_to<acted<section_view>> done) {
  change_section change;
  change.section_id = section;
  change.total_seats = total_seats;
  act_on_section(std::move(change),
                 act_of(std::move(why), "capacity set", section.to_string(),
                        "to " + std::to_string(total_seats) + " seats; "),
                 std::move(done));
}

void operations_gateway::restart(std::string name, operator_reason why,
                                 reply_to<acted<actor_view>> done) {
  // Looked at before it ends, so that the answer shows what it was.
  list_actors query;
  query.filter = name;
  query.limit = limits::actors_listed_max;
  query.order = actor_order::name;
  query.is_descending = false;
  actors(std::move(query),
         [this, name, why = std::move(why),
          done = std::move(done)](fallible<actor_list> seen) mutable {
           auto actor = running(name);
           if (!actor) {
             done(failure{ec::not_found, "No actor of the name " + name
                                           + " runs; see /api/v1/ops/actors."});
             return;
           }
           actor_view before;
           before.name = name;
           if (seen)
             for (auto& x : seen->actors)
               if (x.name == name)
                 before = std::move(x);
           end(name, actor, std::move(why), std::move(before), std::move(done));
         });
}

caf::strong_actor_ptr
operations_gateway::running(const std::string& name) const {
  constexpr std::string_view prefix = "section/";
  if (name.starts_with(prefix)) {
    auto id = section_id::parse(std::string_view{name}.substr(prefix.size()));
    return id
             ? caf::actor_cast<caf::strong_actor_ptr>(peers_->sections.get(*id))
             : nullptr;
  }
  auto found = peers_->actors->find(name);
  // The root is the service: that is stopped by its manager.
  return found && !found->parent.empty() ? found->actor : nullptr;
}

void operations_gateway::end(const std::string& name,
                             const caf::strong_actor_ptr& actor,
                             operator_reason why, actor_view before,
                             reply_to<acted<actor_view>> done) {
  peers_->actors->order(name, actor->id(),
                        "an operator restarted it, " + quoted_who(why));
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  auto act
    = act_of(std::move(why), "actor restarted", name,
             "it was " + (before.state.empty() ? "running" : before.state)
               + ", after " + std::to_string(before.messages) + " messages");
  audit(std::move(act), [done = std::move(done),
                         before = std::move(before)](bool is_written) mutable {
    done(acted<actor_view>{std::move(before), is_written});
  });
}

} // namespace registrar

#include "actors/gateway_calls.hpp"
#include "actors/gathering.hpp"
#include "actors/operations_gateway.hpp"
#include "config/limits.hpp"

#include <memory>

namespace registrar {

namespace {

/// Gathers what several actors say of one section, as far as they say it in
/// time.
class inspection : public std::enable_shared_from_this<inspection> {
public:
  inspection(std::shared_ptr<directory> peers,
             std::shared_ptr<call_table> calls, section_inspection begun,
             std::function<void(section_inspection)> done)
    : peers_(std::move(peers)), calls_(std::move(calls)),
      id_(begun.section.section.section_id),
      all_(std::move(begun), std::move(done)) {
  }

  void start() {
    if (peers_->sections.get(id_)) {
      ask_header([] {});
      ask_rest();
      all_.note([](section_inspection&) {});
      return;
    }
    // Its actor brings it into the ledger: only then the others know of it.
    ask<section_started>(
      peers_->sections_supervisor.get(), start_section{id_},
      "The section's actor could not be started: ",
      [](section_inspection&, section_started&) {},
      [self = shared_from_this()] {
        self->ask_header([self] { self->ask_rest(); });
      });
    all_.note([](section_inspection&) {});
  }

private:
  /// @param otherwise begins the sentence where there is no answer
  /// @param then what is to be asked after it, whatever it was
  template <class Reply, class Handle, class Message, class Note>
  void ask(
    const Handle& actor, Message message, const char* otherwise, Note note,
    std::function<void()> then = [] {}) {
    all_.expect();
    auto has_failed = std::make_shared<failure>();
    calls_->ask<Reply>(
      actor, std::move(message), limits::status_time_max,
      [self = shared_from_this(), note, otherwise, has_failed,
       then](Reply reply) {
        auto why = *has_failed;
        if constexpr (requires { reply.error; })
          why = reply.error.code == ec::none ? why : reply.error;
        // Expects before it is noted, or all would seem to be there.
        then();
        self->all_.note([&](section_inspection& x) {
          if (why.code == ec::none)
            note(x, reply);
          else
            x.problems.push_back(otherwise + why.detail);
        });
      },
      [has_failed](failure why) {
        *has_failed = std::move(why);
        return Reply{};
      });
  }

  void ask_header(std::function<void()> then) {
    ask<header_reply>(
      peers_->sections.get(id_), get_header{}, "The section's actor: ",
      [](section_inspection& x, header_reply& reply) {
        x.section.header = reply.header;
        x.section.is_stale = reply.is_stale;
      },
      std::move(then));
  }

  void ask_rest() {
    auto ledger = peers_->ledger_of(partition_of(id_)).get();
    ask<rows_reply>(ledger, get_rows{id_}, "The ledger's rows: ",
                    [](section_inspection& x, rows_reply& reply) {
                      x.rows = std::move(reply.rows);
                    });
    ask<cursor_reply>(ledger, get_cursor{id_}, "How far SQL is: ",
                      [](section_inspection& x, cursor_reply& reply) {
                        x.sql_sequence = reply.sequence;
                      });
    ask<past_decisions>(
      peers_->sections.get(id_), get_decisions{},
      "The last decisions: ", [](section_inspection& x, past_decisions& reply) {
        x.decisions = std::move(reply.decisions);
      });
    get_actors one;
    one.query.filter = "section/" + id_.to_string();
    one.query.limit = 1;
    ask<actor_list>(peers_->observer.get(), std::move(one), "The observer: ",
                    [](section_inspection& x, actor_list& reply) {
                      if (!reply.actors.empty())
                        x.actor = std::move(reply.actors.front());
                    });
  }

  std::shared_ptr<directory> peers_;
  std::shared_ptr<call_table> calls_;
  section_id id_;
  gathering<section_inspection> all_;
};

} // namespace

void operations_gateway::inspect(section_id section,
                                 reply_to<section_inspection> done) {
  auto known = view_->find(section);
  if (!known) {
    done(known.error());
    return;
  }
  section_inspection begun;
  begun.section = std::move(*known);
  begun.node = node_;
  begun.partition = partition_of(section);
  begun.epoch = peers_->owner(begun.partition).number;
  begun.holds_lease = peers_->holds_lease(begun.partition, clock_.now());
  if (peers_->is_foreign(begun.partition)) {
    auto owner = peers_->far_owner_of(begun.partition);
    begun.epoch = owner.epoch;
    begun.node = owner.node;
    begun.problems.push_back(owner.node.empty()
                               ? "No node owns this section now."
                               : "Node " + owner.node
                                   + " owns this section: its actor and its "
                                     "last decisions are there.");
  }
  std::make_shared<inspection>(peers_, calls_, std::move(begun),
                               std::move(done))
    ->start();
}

} // namespace registrar

#include "actors/gateway_calls.hpp"
#include "actors/operations_gateway.hpp"
#include "config/limits.hpp"

#include <mutex>

namespace registrar {

namespace {

/// Gathers what several actors say of one section, as far as they say it in
/// time.
class inspection : public std::enable_shared_from_this<inspection> {
public:
  inspection(std::shared_ptr<directory> peers,
             std::shared_ptr<call_table> calls, section_inspection begun,
             std::function<void(fallible<section_inspection>)> done)
    : peers_(std::move(peers)), calls_(std::move(calls)),
      result_(std::move(begun)), done_(std::move(done)),
      id_(result_.section.section.section_id) {
  }

  void start() {
    if (peers_->sections.get(id_)) {
      ask_header([] {});
      ask_rest();
      said();
      return;
    }
    // Its actor brings it into the ledger: only then the others know of it.
    ask<section_started>(
      peers_->sections_supervisor.get(), start_section{id_},
      "The section's actor could not be started: ",
      [](inspection& x, section_started&) {
        x.ask_header([self = x.shared_from_this()] { self->ask_rest(); });
      });
    said();
  }

private:
  template <class Reply, class Handle, class Message, class Note>
  void ask(
    const Handle& actor, Message message, const char* otherwise, Note note,
    std::function<void()> then = [] {}) {
    {
      std::lock_guard guard{mutex_};
      ++open_;
    }
    auto has_failed = std::make_shared<failure>();
    calls_->ask<Reply>(
      actor, std::move(message), limits::status_time_max,
      [self = shared_from_this(), note, otherwise, has_failed,
       then](Reply reply) {
        auto why = *has_failed;
        if constexpr (requires { reply.error; })
          why = reply.error.code == ec::none ? why : reply.error;
        if (why.code == ec::none)
          note(*self, reply);
        else
          self->note_problem(otherwise + why.detail);
        then();
        self->said();
      },
      [has_failed](failure why) {
        *has_failed = std::move(why);
        return Reply{};
      });
  }

  void ask_header(std::function<void()> then) {
    ask<header_reply>(
      peers_->sections.get(id_), get_header{}, "The section's actor: ",
      [](inspection& x, header_reply& reply) {
        std::lock_guard guard{x.mutex_};
        x.result_.section.header = reply.header;
        x.result_.section.is_stale = reply.is_stale;
      },
      std::move(then));
  }

  void ask_rest() {
    auto ledger = peers_->ledger_of(partition_of(id_)).get();
    ask<rows_reply>(ledger, get_rows{id_}, "The ledger's rows: ",
                    [](inspection& x, rows_reply& reply) {
                      std::lock_guard guard{x.mutex_};
                      x.result_.rows = std::move(reply.rows);
                    });
    ask<cursor_reply>(ledger, get_cursor{id_}, "How far SQL is: ",
                      [](inspection& x, cursor_reply& reply) {
                        std::lock_guard guard{x.mutex_};
                        x.result_.sql_sequence = reply.sequence;
                      });
    ask<past_decisions>(
      peers_->sections.get(id_), get_decisions{},
      "The last decisions: ", [](inspection& x, past_decisions& reply) {
        std::lock_guard guard{x.mutex_};
        x.result_.decisions = std::move(reply.decisions);
      });
    get_actors one;
    one.query.filter = "section/" + id_.to_string();
    one.query.limit = 1;
    ask<actor_list>(peers_->observer.get(), std::move(one),
                    "The observer: ", [](inspection& x, actor_list& reply) {
                      std::lock_guard guard{x.mutex_};
                      if (!reply.actors.empty())
                        x.result_.actor = std::move(reply.actors.front());
                    });
  }

  void note_problem(std::string text) {
    std::lock_guard guard{mutex_};
    result_.problems.push_back(std::move(text));
  }

  void said() {
    std::unique_lock guard{mutex_};
    if (--open_ > 0)
      return;
    auto whole = std::move(result_);
    guard.unlock();
    done_(std::move(whole));
  }

  std::shared_ptr<directory> peers_;
  std::shared_ptr<call_table> calls_;
  std::mutex mutex_;
  section_inspection result_;
  std::function<void(fallible<section_inspection>)> done_;
  section_id id_;
  std::size_t open_ = 1;
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
  std::make_shared<inspection>(peers_, calls_, std::move(begun),
                               std::move(done))
    ->start();
}

} // namespace registrar

#include "actors/gateway.hpp"

#include "actors/gateway_calls.hpp"
#include "actors/operations_gateway.hpp"
#include "actors/registration_views.hpp"
#include "actors/traced_steps.hpp"
#include "storage/ports/catalogue_store.hpp"

namespace registrar {

namespace {

using namespace std::chrono_literals;

/// The actors keep the deadline themselves; this is for one that fails to.
constexpr auto call_backstop = 500ms;
/// For another node; afterwards what this one heard last is shown as stale.
constexpr auto far_read_timeout = 1s;

/// Turns a reply message with an `error` and a value into a fallible.
template <class T, class Reply, class Value>
std::function<void(Reply)> unpack(std::function<void(fallible<T>)> done,
                                  Value value) {
  return [done = std::move(done), value](Reply x) {
    if (x.error.code != ec::none)
      done(fallible<T>{std::move(x.error)});
    else
      done(fallible<T>{std::move(x.*value)});
  };
}

template <class Reply>
std::function<Reply(failure)> with_error() {
  return [](failure why) {
    Reply reply{};
    reply.error = std::move(why);
    return reply;
  };
}

/// Deadlines that passed without an answer leave reads merely unanswered.
failure unanswered_read(failure why) {
  if (why.code == ec::in_doubt)
    why.code = ec::dependency_unavailable;
  return why;
}

template <class T>
std::function<void(fallible<T>)>
as_read(std::function<void(fallible<T>)> done) {
  return [done = std::move(done)](fallible<T> x) {
    done(x ? std::move(x) : fallible<T>{unanswered_read(x.error())});
  };
}

ledger_command settings_command(const change_section& change) {
  ledger_command result;
  result.kind = command_kind::change_settings;
  result.request = request_id::random();
  result.memo_ttl = limits::memo_ttl_without_key;
  result.if_version = change.if_version;
  if (change.total_seats) {
    result.settings.total_seats = *change.total_seats;
    result.changed |= changes_total_seats;
  }
  if (change.waitlist_capacity) {
    result.settings.waitlist_capacity = *change.waitlist_capacity;
    result.changed |= changes_waitlist_capacity;
  }
  if (change.is_active) {
    result.settings.is_active = *change.is_active;
    result.changed |= changes_is_active;
  }
  if (change.is_frozen) {
    result.settings.is_frozen = *change.is_frozen;
    result.changed |= changes_is_frozen;
  }
  return result;
}

} // namespace

gateway::gateway(caf::actor_system& system, const settings& config,
                 std::shared_ptr<directory> peers,
                 std::shared_ptr<catalogue_view> view)
  : system_(system), calls_(std::make_shared<call_table>(system)),
    peers_(std::move(peers)), view_(std::move(view)),
    deadline_(config.request_deadline),
    uncommitted_max_(config.uncommitted_entries_max),
    operations_(std::make_unique<operations_gateway>(system, config, peers_,
                                                     view_, calls_, *this)) {
  calls_->start();
}

gateway::~gateway() {
  calls_->stop();
}

operations_service& gateway::operations() {
  return *operations_;
}

// -- students' requests -------------------------------------------------------

void gateway::begin(begin_key key, reply_to<key_begun> done) {
  auto ledger = peers_->ledger_for(key.scope.student).get();
  calls_->ask<key_begun>(ledger, std::move(key), deadline_ + call_backstop,
                         std::move(done), with_error<key_begun>());
}

void gateway::complete(complete_key key, reply_to<key_completed> done) {
  auto ledger = peers_->ledger_for(key.scope.student).get();
  calls_->ask<key_completed>(ledger, std::move(key), deadline_ + call_backstop,
                             std::move(done), with_error<key_completed>());
}

void gateway::submit(registration_request request,
                     reply_to<registration_reply> done) {
  auto wait = request.time_left + call_backstop;
  if (peers_->watched_students.may_have(request.student))
    done = telling_feed(request.student, std::move(done));
  if (peers_->traces.is_on())
    done = trace_request(peers_, request, std::move(done));
  calls_->ask<registration_reply>(peers_->broker.get(), std::move(request),
                                  wait, std::move(done),
                                  with_error<registration_reply>());
}

void gateway::registrations(
  student_id student, reply_to<fallible<std::vector<registration_view>>> done) {
  using rows = std::vector<registration_view>;
  if (auto known = view_->find(student); !known) {
    done(known.error());
    return;
  }
  auto sync = peers_->sync[0].get();
  auto on_live = [this, student, sync, done](live_registrations live) {
    if (live.error.code != ec::none) {
      done(fallible<rows>{unanswered_read(std::move(live.error))});
      return;
    }
    // While SQL is down the live states are still the whole present.
    auto on_failed = [this, done, live](failed_registrations_reply failed) {
      done(fallible<rows>{registration_views(live.rows, failed.rows, *view_)});
    };
    calls_->ask<failed_registrations_reply>(
      sync, get_failed_registrations{student}, call_backstop,
      std::move(on_failed), with_error<failed_registrations_reply>());
  };
  calls_->ask<live_registrations>(
    peers_->ledger_for(student).get(), get_live_registrations{student},
    deadline_, std::move(on_live), with_error<live_registrations>());
}

// -- sections -----------------------------------------------------------------

void gateway::sections(list_sections query,
                       reply_to<fallible<section_page>> done) {
  if (!view_->is_loaded())
    done({ec::dependency_unavailable,
          "The catalogue has not been read from SQL yet."});
  else
    done(view_->list(query));
}

void gateway::with_header(section_id section,
                          reply_to<fallible<header_reply>> done) {
  auto ask = [this, section, done] {
    auto on_header = [done](header_reply x) {
      if (x.error.code != ec::none)
        done(unanswered_read(std::move(x.error)));
      else
        done(std::move(x));
    };
    calls_->ask<header_reply>(peers_->sections.get(section), get_header{},
                              deadline_, std::move(on_header),
                              with_error<header_reply>());
  };
  if (peers_->is_foreign(section)) {
    ask_far_header(section, done);
    return;
  }
  if (peers_->sections.get(section)) {
    ask();
    return;
  }
  auto on_started = [ask, done](section_started x) {
    if (x.error.code != ec::none)
      done(unanswered_read(std::move(x.error)));
    else
      ask();
  };
  calls_->ask<section_started>(
    peers_->sections_supervisor.get(), start_section{section}, deadline_,
    std::move(on_started), with_error<section_started>());
}

void gateway::ask_far_header(section_id section,
                             reply_to<fallible<header_reply>> done) {
  auto on_header = [this, section, done](header_reply x) {
    if (x.error.code == ec::none) {
      done(std::move(x));
      return;
    }
    // Between two owners, or out of reach: what this node heard last.
    if (x.error.code == ec::not_owner)
      x.error.code = ec::dependency_unavailable;
    auto known = view_->find(section);
    if (!known || known->header.sequence == 0) {
      done(unanswered_read(std::move(x.error)));
      return;
    }
    done(header_reply{{}, known->header, true});
  };
  calls_->ask<header_reply>(peers_->gates[partition_of(section)].get(),
                            get_section_header{section}, far_read_timeout,
                            std::move(on_header), with_error<header_reply>());
}

void gateway::section(section_id section,
                      reply_to<fallible<section_view>> done) {
  auto known = view_->find(section);
  if (!known) {
    done(known.error());
    return;
  }
  with_header(section,
              [done, view = *known](fallible<header_reply> reply) mutable {
                if (!reply) {
                  done(reply.error());
                  return;
                }
                view.header = reply->header;
                view.is_stale = reply->is_stale;
                done(std::move(view));
              });
}

void gateway::rows(section_id section, reply_to<fallible<section_rows>> done) {
  if (auto known = view_->find(section); !known) {
    done(known.error());
    return;
  }
  // The section's actor sees to it that the ledger has the section.
  with_header(section, [this, section, done](fallible<header_reply> reply) {
    if (!reply) {
      done(reply.error());
      return;
    }
    calls_->ask<rows_reply>(
      peers_->ledger_of(partition_of(section)).get(), get_rows{section},
      deadline_,
      unpack<section_rows, rows_reply>(as_read(done), &rows_reply::rows),
      with_error<rows_reply>());
  });
}

void gateway::change(change_section change,
                     reply_to<fallible<section_view>> done) {
  auto known = view_->find(change.section_id);
  if (!known) {
    done(known.error());
    return;
  }
  auto on_settled = [this, done, view = *known](settings_reply x) mutable {
    if (x.error.code != ec::none) {
      done(std::move(x.error));
    } else if (x.outcome.status == seat_status::version_mismatch) {
      done({ec::version_mismatch, "The section is at version "
                                    + std::to_string(x.header.settings.version)
                                    + "."});
    } else {
      view_->refresh({x.header});
      view.header = x.header;
      done(std::move(view));
    }
  };
  calls_->ask<settings_reply>(
    peers_->broker.get(),
    change_settings{change.section_id, settings_command(change), deadline_},
    deadline_ + call_backstop, std::move(on_settled),
    with_error<settings_reply>());
}

// -- catalogue ----------------------------------------------------------------

template <class Row, class Change>
void gateway::store_change(student_id whose, Change change,
                           reply_to<fallible<Row>> done) {
  auto result = std::make_shared<fallible<Row>>(failure{});
  catalogue_request request;
  request.student = whose;
  request.change = [change, result, view = view_](catalogue_store& store) {
    *result = change(store);
    if (!*result)
      return result->error();
    view->put(**result);
    return failure{};
  };
  auto on_changed = [result, done](catalogue_reply x) {
    if (x.error.code != ec::none)
      done(fallible<Row>{std::move(x.error)});
    else
      done(std::move(*result));
  };
  calls_->ask<catalogue_reply>(peers_->catalogue.get(), std::move(request),
                               deadline_ + call_backstop, std::move(on_changed),
                               with_error<catalogue_reply>());
}

void gateway::create(registrar::section row,
                     reply_to<fallible<section_view>> done) {
  store_change<registrar::section>(
    {}, [row](catalogue_store& store) { return store.insert(row, now_utc()); },
    [this, done](fallible<registrar::section> x) {
      if (!x)
        done(x.error());
      else
        done(view_->find(x->section_id));
    });
}

void gateway::create(student row, reply_to<fallible<student>> done) {
  store_change<student>(
    row.student_id,
    [row](catalogue_store& store) { return store.insert(row, now_utc()); },
    std::move(done));
}

void gateway::create(course row, reply_to<fallible<course>> done) {
  store_change<course>(
    {}, [row](catalogue_store& store) { return store.insert(row, now_utc()); },
    std::move(done));
}

void gateway::create(semester row, reply_to<fallible<semester>> done) {
  store_change<semester>(
    {}, [row](catalogue_store& store) { return store.insert(row, now_utc()); },
    std::move(done));
}

void gateway::change(change_student change, reply_to<fallible<student>> done) {
  store_change<student>(
    change.student_id,
    [change](catalogue_store& store) {
      return store.change(change, now_utc());
    },
    std::move(done));
}

void gateway::change(change_course change, reply_to<fallible<course>> done) {
  store_change<course>(
    {},
    [change](catalogue_store& store) {
      return store.change(change, now_utc());
    },
    std::move(done));
}

void gateway::change(change_semester change,
                     reply_to<fallible<semester>> done) {
  store_change<semester>(
    {},
    [change](catalogue_store& store) {
      return store.change(change, now_utc());
    },
    std::move(done));
}

void gateway::find(student_id id, reply_to<fallible<student>> done) {
  done(view_->find(id));
}

void gateway::find(course_id id, reply_to<fallible<course>> done) {
  done(view_->find(id));
}

void gateway::find(semester_id id, reply_to<fallible<semester>> done) {
  done(view_->find(id));
}

void gateway::list_students(list_rows query,
                            reply_to<fallible<std::vector<student>>> done) {
  done(view_->list_students(query));
}

void gateway::list_courses(list_rows query,
                           reply_to<fallible<std::vector<course>>> done) {
  done(view_->list_courses(query));
}

void gateway::list_semesters(list_rows query,
                             reply_to<fallible<std::vector<semester>>> done) {
  done(view_->list_semesters(query));
}

} // namespace registrar

#include "actors/act_log.hpp"
#include "actors/operations_gateway.hpp"

namespace registrar {

namespace {

std::string name_of(const trace_subject& x) {
  if (!x.student.is_nil())
    return "student " + x.student.to_string();
  if (!x.request.is_nil())
    return "request " + x.request.to_string();
  return "section " + x.section.to_string();
}

operator_act act_on(const trace_view& trace, operator_reason why,
                    std::string action, const std::string& detail) {
  return act_of(std::move(why), std::move(action), name_of(trace.subject),
                "trace " + trace.id.to_string() + ", " + detail);
}

} // namespace

std::vector<trace_view> operations_gateway::traces() const {
  return peers_->traces.list(now_utc());
}

fallible<trace_content> operations_gateway::trace(const uuid& id) const {
  return peers_->traces.get(id, now_utc());
}

fallible<done>
operations_gateway::is_there(const trace_subject& subject) const {
  failure why;
  if (!subject.student.is_nil()) {
    if (auto found = view_->find(subject.student); !found)
      why = found.error();
  } else if (!subject.section.is_nil()) {
    if (auto found = view_->find(subject.section); !found)
      why = found.error();
  }
  // While the catalogue is not known, anything may be there.
  if (why.code == ec::not_found)
    return why;
  return registrar::done{};
}

void operations_gateway::start(start_trace trace, operator_reason why,
                               reply_to<acted<trace_view>> done) {
  if (auto known = is_there(trace.subject); !known) {
    done(known.error());
    return;
  }
  auto started = peers_->traces.start(trace, why, now_utc());
  if (!started) {
    done(started.error());
    return;
  }
  auto act = act_on(*started, std::move(why), "trace started",
                    "for " + std::to_string(trace.span.count()) + " s");
  audit(std::move(act), [view = *started, done](bool is_audited) {
    done(acted<trace_view>{view, is_audited});
  });
}

void operations_gateway::stop(uuid trace, operator_reason why,
                              reply_to<acted<trace_view>> done) {
  auto stopped = peers_->traces.stop(trace, now_utc());
  if (!stopped) {
    done(stopped.error());
    return;
  }
  auto act = act_on(*stopped, std::move(why), "trace stopped",
                    std::to_string(stopped->events) + " events");
  audit(std::move(act), [view = *stopped, done](bool is_audited) {
    done(acted<trace_view>{view, is_audited});
  });
}

} // namespace registrar

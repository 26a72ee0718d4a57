#include "cli/rehearse/guest_setup.hpp"

#include "cli/rehearse/request_text.hpp"
#include "messages/timestamp.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <map>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>

namespace registrar::rehearsal {

namespace {

using nlohmann::json;

/// Long enough for any rehearsal.
constexpr auto window = std::chrono::hours{24};

class creation {
public:
  explicit creation(const target& to) : to_(to) {
  }

  void post(const char* path, const json& body) {
    write_request(batch_.emplace_back(), "POST", to_.authority,
                  std::string{"/api/v1/"} + path, "", body.dump());
  }

  std::vector<std::string> take() {
    return std::move(batch_);
  }

private:
  const target& to_;
  std::vector<std::string> batch_;
};

template <class Id>
std::string derived_id(const world& of, const std::string& name) {
  return uuid::named(uuid::url_namespace(),
                     "registrar:" + of.semester + ":" + name)
    .to_string();
}

std::vector<std::string> first_batch(const target& to, const world& what) {
  creation result{to};
  auto now = now_utc();
  result.post(
    "semesters",
    {{"semester_id", derived_id<semester_id>(what, "semester")},
     {"semester_name", what.semester},
     {"registration_start", to_rfc3339(now - std::chrono::minutes{1})},
     {"registration_end", to_rfc3339(now + window)}});
  std::map<std::string, bool> seen;
  for (auto& section : what.plan.sections)
    if (!std::exchange(seen[section.course], true))
      result.post(
        "courses",
        {{"course_id", derived_id<course_id>(what, "course:" + section.course)},
         {"course_code", section.course},
         {"course_name", section.course}});
  return result.take();
}

std::vector<std::string> second_batch(const target& to, const world& what) {
  creation result{to};
  for (auto i = std::size_t{0}; i < what.sections.size(); ++i) {
    auto& section = what.plan.sections[i];
    result.post(
      "sections",
      {{"section_id", what.sections[i].to_string()},
       {"course_id", derived_id<course_id>(what, "course:" + section.course)},
       {"semester_id", derived_id<semester_id>(what, "semester")},
       {"section_number", section.number},
       {"total_seats", section.seats}});
  }
  for (auto& student : what.students) {
    auto id = student.to_string();
    result.post("students", {{"student_id", id},
                             {"student_number", "R-" + id},
                             {"first_name", "Rehearsal"},
                             {"last_name", what.semester}});
  }
  return result.take();
}

} // namespace

fallible<done> create_world(const target& to, const driver_options& options,
                            const world& what, const on_progress& progress) {
  // Names hold a random tag: a row that is there already is our own, from a
  // request whose answer was lost.
  for (auto batch : {first_batch, second_batch})
    if (auto made = ask_all(to, options, batch(to, what), progress, true);
        !made)
      return made.error();
  return done{};
}

fallible<target> target_of(const std::string& url) {
  auto wrong = [&](std::string_view why) {
    return failure{ec::invalid_value, "--url " + url + " " + std::string{why}
                                        + "; give http://HOST:PORT."};
  };
  constexpr auto scheme = std::string_view{"http://"};
  if (!url.starts_with(scheme))
    return wrong("does not begin with http://");
  target result;
  result.authority = url.substr(scheme.size());
  while (result.authority.ends_with('/'))
    result.authority.pop_back();
  auto colon = result.authority.rfind(':');
  auto has_port = colon != std::string::npos
                  && result.authority.find(']', colon) == std::string::npos;
  auto host = result.authority.substr(0, has_port ? colon : std::string::npos);
  auto port = has_port ? result.authority.substr(colon + 1) : "80";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  auto [end, error]
    = std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (error != std::errc{} || end != port.data() + port.size()
      || result.port == 0 || host.empty())
    return wrong("names no host and port");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
    return wrong("names a host that is not known");
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found,
                                                             ::freeaddrinfo};
  char address[NI_MAXHOST];
  if (::getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address,
                    nullptr, 0, NI_NUMERICHOST)
      != 0)
    return wrong("names a host without an address");
  result.host = address;
  return result;
}

} // namespace registrar::rehearsal

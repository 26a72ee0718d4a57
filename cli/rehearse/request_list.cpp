#include "cli/rehearse/request_list.hpp"

namespace registrar::rehearsal {

namespace {

std::string advice_on(int status) {
  return status == 401 || status == 403
           ? " Set REGISTRAR_TOKEN to a token with the role admin (`registrar "
             "token --help`)."
           : "";
}

} // namespace

std::optional<std::chrono::milliseconds>
request_list::on_answer(std::uint64_t token, const answer& got) {
  // A POST that is sent again meets its own row: 409 is final here.
  if (auto again = ask_again_after(got, true))
    return again;
  replies_[token] = {got.status, std::string{got.body}};
  return std::nullopt;
}

fallible<std::vector<std::string>> ask_all(const target& to,
                                           const driver_options& options,
                                           std::vector<std::string> requests,
                                           const on_progress& progress,
                                           bool was_there_is_fine) {
  auto unhurried = options;
  unhurried.rate = 0;
  request_list list{requests};
  auto report = drive(to, unhurried, list, progress);
  if (!report)
    return report.error();
  std::vector<std::string> result;
  for (auto i = std::size_t{0}; i < requests.size(); ++i) {
    auto& reply = list.replies()[i];
    auto is_fine = reply.status == 200 || reply.status == 201
                   || (was_there_is_fine && reply.status == 409);
    if (!is_fine)
      return failure{ec::dependency_unavailable,
                     requests[i].substr(0, requests[i].find(" HTTP/"))
                       + " was answered with "
                       + (reply.status == 0 ? std::string{"nothing"}
                                            : std::to_string(reply.status))
                       + ": " + reply.body.substr(0, 300)
                       + advice_on(reply.status)};
    result.push_back(reply.body);
  }
  return result;
}

} // namespace registrar::rehearsal

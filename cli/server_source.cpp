#include "cli/server_source.hpp"

namespace registrar {

server_source::server_source(std::string url, token_maker make_token,
                             std::chrono::milliseconds patience)
  : url_(std::move(url)), make_token_(std::move(make_token)),
    patience_(patience) {
}

fallible<server_source::chosen_client> server_source::client() {
  std::lock_guard lock{mutex_};
  if (is_cancelled_)
    return failure{ec::shutting_down, "Nothing is asked any more."};
  if (client_)
    return chosen_client{client_, false};
  auto as = make_token_();
  if (!as)
    return as.error();
  client_ = std::make_shared<http_client>(url_, std::move(*as), patience_);
  return chosen_client{client_, true};
}

void server_source::forget_client() {
  std::lock_guard lock{mutex_};
  client_.reset();
}

fallible<top::document_source::reply>
server_source::get(const std::string& path) {
  for (;;) {
    auto asked = client();
    if (!asked)
      return asked.error();
    auto answer = asked->http->get(path);
    if (answer)
      return reply{answer->status, std::move(answer->body)};
    forget_client();
    // Old ones may only want a new token, or have been closed for idleness.
    if (asked->is_new || answer.error().code == ec::deadline_exceeded)
      return answer.error();
  }
}

void server_source::cancel() {
  std::lock_guard lock{mutex_};
  is_cancelled_ = true;
  if (client_)
    client_->cancel();
}

} // namespace registrar

#include "http/server.hpp"

#include "http/listener.hpp"
#include "http/session.hpp"

#include <thread>

namespace registrar {

namespace {

constexpr auto poll_period = std::chrono::milliseconds{5};

} // namespace

struct http_server::impl {
  impl(const settings& config, registrar::service& service)
    : state(std::make_shared<server_state>(config, service)) {
  }

  std::shared_ptr<server_state> state;
  std::shared_ptr<listener> door;
};

http_server::http_server(const settings& config, service& service)
  : impl_(std::make_unique<impl>(config, service)) {
}

http_server::~http_server() {
  stop(std::chrono::milliseconds{0});
}

fallible<done> http_server::start(const std::string& host, std::uint16_t port) {
  if (auto started = impl_->state->chain.start(); !started)
    return started;
  auto door = std::make_shared<listener>(impl_->state);
  if (auto listening = door->open(host, port); !listening)
    return listening;
  impl_->door = std::move(door);
  impl_->door->start();
  impl_->state->threads.start();
  return done{};
}

std::uint16_t http_server::port() const {
  return impl_->door == nullptr ? 0 : impl_->door->port();
}

void http_server::walk_threads(std::function<void()> work) {
  impl_->state->threads.walk(std::move(work));
}

void http_server::drain() {
  impl_->state->chain.drain();
}

void http_server::stop(std::chrono::milliseconds patience) {
  auto& state = *impl_->state;
  if (impl_->door == nullptr)
    return;
  state.stop();
  impl_->door->stop();
  state.for_all([](session& one) { one.stop(); });
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (state.connections() > 0 && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(poll_period);
  state.for_all([](session& one) { one.abort(); });
  state.threads.join();
  state.finish();
  impl_->door.reset();
}

} // namespace registrar

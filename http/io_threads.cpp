#include "http/io_threads.hpp"

#include "config/logging.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace registrar {

namespace {

/// An exception ends what the handler owned, not the thread.
void run(boost::asio::io_context& context) {
  for (;;) {
    try {
      context.run();
      return;
    } catch (const std::exception& unexpected) {
      log_error("io-handler-threw", "an io handler threw: {}",
                unexpected.what());
    }
  }
}

} // namespace

io_threads::io_threads(std::size_t count) {
  for (std::size_t i = 0; i < std::max<std::size_t>(count, 1); ++i) {
    contexts_.push_back(std::make_unique<boost::asio::io_context>(1));
    guards_.emplace_back(contexts_.back()->get_executor());
  }
}

void io_threads::start() {
  for (auto& context : contexts_)
    threads_.emplace_back([&one = *context] { run(one); });
}

void io_threads::join() {
  guards_.clear();
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
}

void io_threads::walk(std::function<void()> work) {
  step(0, std::move(work));
}

void io_threads::step(std::size_t at, std::function<void()> work) {
  boost::asio::post(*contexts_[at],
                    [this, at, work = std::move(work)]() mutable {
                      if (at + 1 < contexts_.size())
                        step(at + 1, std::move(work));
                      else
                        work();
                    });
}

boost::asio::io_context& io_threads::next() {
  return *contexts_[turn_++ % contexts_.size()];
}

} // namespace registrar

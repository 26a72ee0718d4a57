#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace registrar {

/// An executor that is known at compile time: each operation saves a virtual
/// call.
using io_executor = boost::asio::io_context::executor_type;
using tcp_socket
  = boost::asio::basic_stream_socket<boost::asio::ip::tcp, io_executor>;
using tcp_acceptor
  = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, io_executor>;

/// A fixed number of threads, each with a context of its own, so that whatever
/// belongs to one context needs no lock. Outlives the connections that live on
/// it: a late answer may still hold one when the threads are long gone.
class io_threads {
public:
  explicit io_threads(std::size_t count);

  void start();

  /// Returns when all contexts have run out of work.
  void join();

  /// Each in turn.
  boost::asio::io_context& next();

  /// Calls `work` from the last thread after all others had a turn: never where
  /// one of them hangs. @pre until `join` only
  void walk(std::function<void()> work);

  /// The one of whoever accepts.
  boost::asio::io_context& first() {
    return *contexts_.front();
  }

private:
  void step(std::size_t at, std::function<void()> work);

  using work_guard = boost::asio::executor_work_guard<io_executor>;

  std::vector<std::unique_ptr<boost::asio::io_context>> contexts_;
  std::vector<work_guard> guards_;
  std::vector<std::thread> threads_;
  std::size_t turn_ = 0;
};

} // namespace registrar

#include "config/limits.hpp"
#include "config/log_writer.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

using namespace registrar;

namespace {

std::string report(std::uint64_t count) {
  return "dropped " + std::to_string(count) + "\n";
}

struct pipe_ends {
  int read = -1;
  int write = -1;

  pipe_ends() {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    read = ends[0];
    write = ends[1];
  }

  ~pipe_ends() {
    ::close(read);
    close_write();
  }

  void close_write() {
    if (write >= 0)
      ::close(write);
    write = -1;
  }

  std::string read_all() const {
    std::string result;
    char buffer[65536];
    for (auto n = ::read(read, buffer, sizeof buffer); n > 0;
         n = ::read(read, buffer, sizeof buffer))
      result.append(buffer, static_cast<std::size_t>(n));
    return result;
  }
};

} // namespace

TEST_CASE("lines of every thread come out whole, none is lost") {
  pipe_ends pipe;
  std::string text;
  std::thread reader{[&] { text = pipe.read_all(); }};
  {
    log_writer writer{pipe.write, report};
    std::vector<std::thread> threads;
    for (auto t = 0; t < 4; ++t)
      threads.emplace_back([&writer, t] {
        for (auto i = 0; i < 1000; ++i)
          writer.append("line " + std::to_string(t) + " of many\n");
      });
    for (auto& thread : threads)
      thread.join();
    CHECK(writer.dropped() == 0);
  }
  pipe.close_write();
  reader.join();
  auto lines = 0;
  auto line = std::string{};
  for (auto c : text) {
    line += c;
    if (c != '\n')
      continue;
    ++lines;
    CHECK(line.starts_with("line "));
    CHECK(line.ends_with(" of many\n"));
    line.clear();
  }
  CHECK(lines == 4000);
}

TEST_CASE("lines that come close together are written together") {
  using clock = std::chrono::steady_clock;
  constexpr auto lines = 200;
  int ends[2];
  // One packet for each write.
  REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
  auto bytes = ssize_t{0};
  auto packets = 0;
  std::thread reader{[&] {
    char buffer[4096];
    for (auto n = ::read(ends[0], buffer, sizeof buffer); n > 0;
         n = ::read(ends[0], buffer, sizeof buffer), ++packets)
      bytes += n;
  }};
  auto begun = clock::now();
  {
    log_writer writer{ends[1], report};
    for (auto i = 0; i < lines; ++i) {
      writer.append("line\n");
      std::this_thread::sleep_for(std::chrono::microseconds{50});
    }
  }
  std::chrono::duration<double, std::milli> span = clock::now() - begun;
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  CHECK(bytes == lines * 5);
  // Each waited 5 ms for its lines, but the last.
  CHECK(packets <= 1 + span.count() / 5);
}

TEST_CASE("a reader that does not read costs lines, never the writer's time") {
  pipe_ends pipe;
  std::optional<log_writer> writer{std::in_place, pipe.write, report};
  auto line = std::string(1023, 'x') + "\n";
  for (auto i = std::size_t{0}; i < 3 * limits::log_bytes_max / 1024; ++i)
    writer->append(line);
  auto dropped = writer->dropped();
  CHECK(dropped > 0);
  std::string text;
  std::thread reader{[&] { text = pipe.read_all(); }};
  writer.reset();
  pipe.close_write();
  reader.join();
  CHECK(text.find("dropped ") != std::string::npos);
}

TEST_CASE("it ends even where nobody reads any more") {
  pipe_ends pipe;
  {
    log_writer writer{pipe.write, report};
    for (auto i = 0; i < 1000; ++i)
      writer.append(std::string(1023, 'x') + "\n");
  }
  CHECK(true);
}

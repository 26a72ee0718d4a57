// What CAF would make of other connections' errors, with sockets of the test.

#include "cli/tls_error_queue.hpp"

#include <doctest/doctest.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string_view>

using namespace registrar;

namespace {

struct end_of_tls {
  void operator()(SSL* x) const {
    SSL_free(x);
  }
  void operator()(SSL_CTX* x) const {
    SSL_CTX_free(x);
  }
};

using tls_context = std::unique_ptr<SSL_CTX, end_of_tls>;
using tls_connection = std::unique_ptr<SSL, end_of_tls>;

/// Two ends that have greeted each other, without certificates.
struct tls_pair {
  tls_pair() {
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets.data())
            == 0);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    REQUIRE(
      SSL_CTX_set_cipher_list(context.get(), "AECDH-AES256-SHA@SECLEVEL=0")
      == 1);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      ends[i].reset(SSL_new(context.get()));
      SSL_set_fd(ends[i].get(), sockets[i]);
    }
    auto is_done = false;
    for (int i = 0; i < 10 && !is_done; ++i) {
      auto connected = SSL_connect(ends[0].get());
      is_done = SSL_accept(ends[1].get()) == 1 && connected == 1;
    }
    REQUIRE(is_done);
  }

  ~tls_pair() {
    for (auto x : sockets)
      close(x);
  }

  /// What became of reading from a connection that has nothing to say.
  int error_of_reading() {
    std::array<char, 16> some;
    auto count = SSL_read(ends[0].get(), some.data(), some.size());
    return SSL_get_error(ends[0].get(), count);
  }

  tls_context context{SSL_CTX_new(TLS_method())};
  std::array<int, 2> sockets{-1, -1};
  std::array<tls_connection, 2> ends;
};

} // namespace

TEST_CASE("what failed on one connection does not end another") {
  tls_pair before;
  ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
  CHECK(before.error_of_reading() == SSL_ERROR_SSL);
  ERR_clear_error();
  separate_tls_errors();
  tls_pair after;
  CHECK(after.error_of_reading() == SSL_ERROR_WANT_READ);
  ERR_raise(ERR_LIB_USER, ERR_R_INTERNAL_ERROR);
  CHECK(after.error_of_reading() == SSL_ERROR_WANT_READ);
}

TEST_CASE("what fails on a connection ends it") {
  separate_tls_errors();
  tls_pair pair;
  constexpr std::string_view no_tls = "this is no record of TLS";
  REQUIRE(write(pair.sockets[1], no_tls.data(), no_tls.size())
          == static_cast<ssize_t>(no_tls.size()));
  CHECK(pair.error_of_reading() == SSL_ERROR_SSL);
  ERR_clear_error();
}

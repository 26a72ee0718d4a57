#include "cli/tls_error_queue.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <mutex>
#include <new>

namespace registrar {

namespace {

/// What OpenSSL asks around each step of a BIO; not above zero would stop it.
long before_read(BIO*, int step, const char*, std::size_t, int, long,
                 int result, std::size_t*) {
  if (step == BIO_CB_READ)
    ERR_clear_error();
  return result;
}

void on_handshake(const SSL* connection, int where, int) {
  if ((where & SSL_CB_HANDSHAKE_START) == 0)
    return;
  if (auto* socket = SSL_get_rbio(connection))
    BIO_set_callback_ex(socket, before_read);
}

/// CAF keeps its contexts to itself; this is told of each.
void on_new_context(void* context, void*, CRYPTO_EX_DATA*, int, long, void*) {
  SSL_CTX_set_info_callback(static_cast<SSL_CTX*>(context), on_handshake);
}

} // namespace

void separate_tls_errors() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_CTX, 0, nullptr,
                                on_new_context, nullptr, nullptr)
        < 0)
      throw std::bad_alloc{};
  });
}

} // namespace registrar

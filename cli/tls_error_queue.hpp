#pragma once

namespace registrar {

/// Keeps what fails on one TLS connection of a thread from ending another.
///
/// OpenSSL notes errors in a queue of the thread, and `SSL_get_error` takes a
/// connection for broken while the queue holds any, whosever they are
/// (SSL_get_error(3)); CAF neither empties it before a call nor after one that
/// failed. So each stranger without a good certificate would end the links of
/// all nodes that know each other. From here on every connection of this
/// process empties it before it reads from its socket: what is found afterwards
/// is its own.
///
/// Once, before the first context for TLS is made; more often does no harm.
void separate_tls_errors();

} // namespace registrar

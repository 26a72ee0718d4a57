#include "cli/cluster_files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace registrar {

namespace {

failure refuse(const char* name, const std::string& file,
               const std::string& why) {
  return {ec::invalid_value, std::string{name} + ": " + file + " " + why};
}

/// The first that cannot be read.
failure unreadable_among(const settings& config) {
  const std::pair<const char*, const std::string*> files[]
    = {{"cluster.ca_file", &config.cluster_ca_file},
       {"cluster.certificate_file", &config.cluster_certificate_file},
       {"cluster.key_file", &config.cluster_key_file}};
  for (const auto& [name, file] : files) {
    std::ifstream in{*file};
    if (!in || in.peek() == std::ifstream::traits_type::eof()) {
      auto why = in.is_open() ? "nothing is in it" : std::strerror(errno);
      return refuse(name, *file,
                    "cannot be read (" + std::string{why}
                      + "); give a PEM file that this user may read.");
    }
  }
  return {};
}

/// Instead of a question on the terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

failure unusable_among(const settings& config) {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{
    SSL_CTX_new(TLS_method()), SSL_CTX_free};
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  if (SSL_CTX_load_verify_locations(context.get(),
                                    config.cluster_ca_file.c_str(), nullptr)
      != 1)
    return refuse("cluster.ca_file", config.cluster_ca_file,
                  "holds no certificate in PEM; give that of the authority "
                  "that has signed the nodes'.");
  if (SSL_CTX_use_certificate_chain_file(
        context.get(), config.cluster_certificate_file.c_str())
      != 1)
    return refuse("cluster.certificate_file", config.cluster_certificate_file,
                  "holds no certificate in PEM; give this node's.");
  if (SSL_CTX_use_PrivateKey_file(
        context.get(), config.cluster_key_file.c_str(), SSL_FILETYPE_PEM)
        != 1
      || SSL_CTX_check_private_key(context.get()) != 1)
    return refuse("cluster.key_file", config.cluster_key_file,
                  "holds no private key in PEM, without a passphrase, that "
                  "belongs to "
                    + config.cluster_certificate_file
                    + "; give the one that it was made with.");
  return {};
}

} // namespace

failure fault_of_cluster_files(const settings& config) {
  if (!is_clustered(config) || config.cluster_ca_file.empty())
    return {};
  if (auto fault = unreadable_among(config); fault.code != ec::none)
    return fault;
  auto fault = unusable_among(config);
  ERR_clear_error();
  return fault;
}

} // namespace registrar

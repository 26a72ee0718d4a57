#pragma once

namespace registrar {

/// Frees with a function of C: `std::unique_ptr<BIO, freed_by<BIO_free_all>>`.
template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* x) const {
    Free(x);
  }
};

} // namespace registrar

#pragma once

#include "storage/ports/catalogue_store.hpp"

#include <memory>
#include <mutex>

namespace registrar {

/// A catalogue in memory, shared by all connections opened on it.
class memory_catalogue {
public:
  explicit memory_catalogue(catalogue_content first)
    : content(std::move(first)) {
  }

  std::mutex mutex;
  catalogue_content content;
};

class memory_catalogue_store : public catalogue_store {
public:
  explicit memory_catalogue_store(std::shared_ptr<memory_catalogue> shared)
    : shared_(std::move(shared)) {
  }

  fallible<catalogue_content> load() override;

  fallible<student> insert(const student& row, timestamp at) override;
  fallible<course> insert(const course& row, timestamp at) override;
  fallible<semester> insert(const semester& row, timestamp at) override;
  fallible<section> insert(const section& row, timestamp at) override;

  fallible<student> change(const change_student& change, timestamp at) override;
  fallible<course> change(const change_course& change, timestamp at) override;
  fallible<semester> change(const change_semester& change,
                            timestamp at) override;

  fallible<done> put(const catalogue_content& rows, timestamp at) override;
  fallible<done> ping() override;

private:
  std::shared_ptr<memory_catalogue> shared_;
};

} // namespace registrar

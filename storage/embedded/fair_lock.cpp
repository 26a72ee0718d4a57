#include "storage/embedded/fair_lock.hpp"

#include <map>
#include <string>

namespace registrar {

void fair_lock::lock(const std::function<void()>& queued) {
  std::unique_lock guard{mutex_};
  auto ticket = next_ticket_++;
  queued();
  is_next_.wait(guard, [&] { return serving_ == ticket; });
}

void fair_lock::unlock() {
  {
    std::lock_guard guard{mutex_};
    ++serving_;
  }
  is_next_.notify_all();
}

std::shared_ptr<fair_lock> write_turns_of(const std::filesystem::path& file) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<fair_lock>> locks;
  std::error_code error;
  auto canonical = std::filesystem::weakly_canonical(file, error);
  std::lock_guard guard{mutex};
  auto& known = locks[error ? file.string() : canonical.string()];
  auto result = known.lock();
  if (!result)
    known = result = std::make_shared<fair_lock>();
  return result;
}

} // namespace registrar

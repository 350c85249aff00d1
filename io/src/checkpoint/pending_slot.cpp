#include "checkpoint/pending_slot.hpp"
#include "behind/background_save.hpp"

#include <exception>
#include <map>
#include <mutex>

namespace tessera::detail {

std::shared_ptr<pending_slot> pending_slot::of(const std::string& folder) {
  static std::mutex changing;
  static std::map<std::string, std::weak_ptr<pending_slot>> slots;
  const std::lock_guard lock(changing);
  std::weak_ptr<pending_slot>& known = slots[folder];
  if (auto slot = known.lock()) return slot;
  auto slot = std::make_shared<pending_slot>();
  known = slot;
  return slot;
}

pending_slot::~pending_slot() {
  if (std::uncaught_exceptions() == 0) pending_access::wait_here(save);
}

std::shared_ptr<held_memory> pending_slot::memory_for(index_t limit) {
  if (memory_ == nullptr || limit_ != limit) memory_ = std::make_shared<held_memory>(limit);
  limit_ = limit;
  return memory_;
}

} // namespace tessera::detail

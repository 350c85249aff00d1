#include <tessera/distributed/messages/persistent_request.hpp>

#include <tessera/core/error.hpp>

#include <exception>

namespace tessera {

void persistent_request::check_idle() const {
  if (is_active())
    throw argument_error("start: this message is still under way; wait for it before it is "
                         "started again");
  if (starter_ == nullptr)
    throw argument_error("start: a persistent request that was made without a message");
}

void wait_all(std::span<persistent_request> requests) {
  std::exception_ptr first;
  for (persistent_request& each : requests) {
    try {
      each.wait();
    } catch (...) {
      if (first == nullptr) first = std::current_exception();
    }
  }
  if (first != nullptr) std::rethrow_exception(first);
}

} // namespace tessera

// Buffers of messages under way, in check mode: who changes or receives into one is told.
#pragma once

#include <tessera/distributed/messages/message_data.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <memory>

namespace tessera::detail {

/// What is done with a buffer while its message is under way.
enum class buffer_use { sent, received };

struct noted_buffer;
/// Takes a buffer off the list.
struct forget_buffer {
  void operator()(noted_buffer* noted) const noexcept;
};

/// As long as it lives, a buffer belongs to a message. Nothing outside of check mode.
class buffer_guard {
public:
  buffer_guard() = default;
  /// @throws argument_error, naming both calls and their lines, where another message that is under
  /// way has some of the same memory, and one of them is received.
  buffer_guard(const message_data& data, const char* call, buffer_use use) {
    if (checks_arguments()) note(data, call, use);
  }
  /// @throws argument_error, naming the call that started the message, where what is sent is no
  /// longer what it was.
  void check_unchanged() const {
    if (noted_ != nullptr) compare();
  }

  void release() noexcept { noted_.reset(); }

private:
  void note(const message_data& data, const char* call, buffer_use use);
  void compare() const;

  std::unique_ptr<noted_buffer, forget_buffer> noted_;
};

/// For calls that wait themselves.
inline void check_not_under_way(const message_data& data, const char* call, buffer_use use) {
  const buffer_guard here(data, call, use);
}

} // namespace tessera::detail

#include "messages/staging_memory.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/messages/object_bytes.hpp>

#include <string>

namespace tessera::detail {

namespace {

constexpr index_t first_room = 4096;

} // namespace

object_bytes::object_bytes() : memory_(staging_memory(first_room).release()) {}

object_bytes::~object_bytes() { staging_memory(std::move(memory_)); }

void object_bytes::grow(std::size_t bytes) {
  std::size_t wanted = 2 * memory_.capacity();
  if (wanted < size_ + bytes) wanted = size_ + bytes;
  staging_memory larger(static_cast<index_t>(wanted));
  if (size_ > 0) std::memcpy(larger.data(), memory_.data(), size_);
  staging_memory(std::exchange(memory_, larger.release()));
}

void object_bytes::resize(std::size_t bytes) {
  if (bytes > memory_.capacity()) grow(bytes - size_);
  size_ = bytes;
}

void throw_short_object(std::size_t wanted, std::size_t left) {
  throw argument_error(
      "recv: the object that was sent is of another type than the one asked for: " +
      std::to_string(wanted) + " bytes more are wanted, " + std::to_string(left) + " are left");
}

void check_all_read(std::size_t left) {
  if (left > 0)
    throw argument_error("recv: the object that was sent is of another type than the one asked "
                         "for: " +
                         std::to_string(left) + " bytes are left over");
}

} // namespace tessera::detail

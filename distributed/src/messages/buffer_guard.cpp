#include "messages/buffer_guard.hpp"

#include "messages/envelope.hpp"
#include "messages/received.hpp"
#include "messages/sending.hpp"
#include "messages/staging_memory.hpp"
#include "stack/call_site.hpp"

#include <tessera/core/error.hpp>

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace tessera::detail {

struct noted_buffer {
  receive_target elements;
  const char* call;
  buffer_use use;
  portable_stack stack;
  std::uint64_t checksum; // of what is sent
};

namespace {

/// Of all threads.
struct buffers_under_way {
  std::mutex mutex;
  std::vector<const noted_buffer*> all;
};
buffers_under_way& under_way() {
  static auto* const buffers = new buffers_under_way;
  return *buffers;
}

std::uint64_t checksum_of(const message_data& data) {
  const index_t bytes = data.count * data.itemsize;
  if (data.is_contiguous)
    return fingerprint().add_bytes(data.data, static_cast<std::size_t>(bytes)).value();
  const staging_memory packed(bytes);
  pack(data, packed.data());
  return fingerprint().add_bytes(packed.data(), static_cast<std::size_t>(bytes)).value();
}

/// "isend at heat.cpp:41"
std::string started_text(const noted_buffer& noted) {
  const call_site site = find_call_site(noted.stack);
  return noted.call + (site.has_line ? " at " + site.place : std::string());
}

const char* text_of(buffer_use use) { return use == buffer_use::sent ? "sends" : "receives into"; }

[[noreturn]] void throw_shared(const noted_buffer& first, const noted_buffer& second) {
  throw argument_error(started_text(second) + ": what it " + text_of(second.use) + ", " +
                       contents_text(second.elements.get()) + ", shares memory with what " +
                       started_text(first) + " " + text_of(first.use) + ", " +
                       contents_text(first.elements.get()) +
                       ", which is still under way; wait for that first, or use other memory");
}

} // namespace

void forget_buffer::operator()(noted_buffer* noted) const noexcept {
  {
    const std::lock_guard lock(under_way().mutex);
    std::erase(under_way().all, noted);
  }
  delete noted;
}

void buffer_guard::note(const message_data& data, const char* call, buffer_use use) {
  if (data.count == 0) return;
  auto mine = std::make_unique<noted_buffer>();
  mine->elements.set(data);
  mine->call = call;
  mine->use = use;
  mine->stack = current_stack();
  mine->checksum = use == buffer_use::sent ? checksum_of(data) : 0;
  const std::lock_guard lock(under_way().mutex);
  for (const noted_buffer* const other : under_way().all) {
    const bool is_read_only = use == buffer_use::sent && other->use == buffer_use::sent;
    if (!is_read_only && share_elements(other->elements.get(), data)) throw_shared(*other, *mine);
  }
  under_way().all.push_back(mine.get());
  noted_.reset(mine.release());
}

void buffer_guard::compare() const {
  if (noted_->use != buffer_use::sent) return;
  if (checksum_of(noted_->elements.get()) == noted_->checksum) return;
  throw argument_error(started_text(*noted_) + ": what it sends, " +
                       contents_text(noted_->elements.get()) +
                       ", was changed before the message had gone; wait for the request before the "
                       "memory is used again");
}

} // namespace tessera::detail

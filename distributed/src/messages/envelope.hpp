// What travels with the elements of a message where their number alone does not say what they are.
#pragma once

#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/distributed/messages/message_data.hpp>

#include <string>

namespace tessera::detail {

/// Type and shape of what a message holds. It lies behind the elements of a short message; of a
/// long one it goes ahead, alone, and names the tag under which the elements follow.
struct envelope {
  char kind = 'V';
  index_t itemsize = 1;
  std::size_t ndim = 0;
  index_t shape[max_ndim] = {};
  int elements_tag = -1; // none where they are in the same message

  [[nodiscard]] index_t count() const;
  [[nodiscard]] index_t bytes() const { return count() * itemsize; }
  [[nodiscard]] bool elements_follow() const { return elements_tag >= 0; }
};

/// Of objects, whose archive is the message.
inline constexpr char object_kind = 'o';
/// What is longer goes apart from its envelope, without a copy.
inline constexpr index_t longest_inline = 4096;

envelope envelope_of(const message_data& data);
/// An odd number, so that no message with an envelope is as long as one of elements of an even
/// number of bytes.
index_t envelope_bytes(std::size_t ndim);
inline constexpr index_t longest_envelope = 8 * index_t{max_ndim} + 19;

void write_envelope(const envelope& from, std::byte* to);
/// Reads what ends a message. False where it is none.
bool read_envelope(const std::byte* message, index_t bytes, envelope& to);

/// Does such a message go without an envelope? What has one axis, or none, does: MPI counts it.
bool goes_plain(const message_data& data);

/// "float64 (3, 4)"
std::string contents_text(const envelope& contents);
std::string contents_text(const message_data& data);

/// Is some element of both in the same memory?
bool share_elements(const message_data& one, const message_data& other);
/// Throws argument_error for what is sent and received into at once and shares memory.
void check_apart(const message_data& sent, const message_data& into, const char* call,
                 const char* advice);

/// Tags of users end below those of elements that follow their envelope.
int largest_tag();
/// Another one for each message, as far as there are tags.
int next_elements_tag();

} // namespace tessera::detail

#include "messages/envelope.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <atomic>
#include <cstring>
#include <limits>

namespace tessera::detail {

namespace {

constexpr std::uint64_t mark = 0x9d3f6b21e4c857a1U;

/// Behind the shape; in the order of the host, since all ranks of a job run on the same kind.
struct fixed_part {
  std::uint64_t mark;
  std::uint32_t itemsize;
  std::int32_t elements_tag;
  char kind;
  std::uint8_t ndim;
};
constexpr index_t fixed_bytes = 8 + 4 + 4 + 1 + 1;

void put(std::byte*& to, const void* from, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  to += bytes;
}
void get(const std::byte*& from, void* to, std::size_t bytes) {
  std::memcpy(to, from, bytes);
  from += bytes;
}

int tag_limit() {
  static const int limit = [] {
    void* value = nullptr;
    int found = 0;
    check_mpi(MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, &value, &found), "MPI_Comm_get_attr");
    return found != 0 ? *static_cast<int*>(value) : 32767;
  }();
  return limit;
}

} // namespace

index_t envelope::count() const {
  index_t count = 1;
  for (std::size_t d = 0; d < ndim; ++d) count *= shape[d];
  return count;
}

envelope envelope_of(const message_data& data) {
  envelope result{data.kind, data.itemsize, data.ndim, {}, -1};
  if (data.shape == nullptr && data.ndim == 1) result.shape[0] = data.count;
  for (std::size_t d = 0; data.shape != nullptr && d < data.ndim; ++d)
    result.shape[d] = data.shape[d];
  return result;
}

index_t envelope_bytes(std::size_t ndim) {
  return 8 * static_cast<index_t>(ndim) + fixed_bytes + 1;
}

void write_envelope(const envelope& from, std::byte* to) {
  const fixed_part fixed{mark, static_cast<std::uint32_t>(from.itemsize), from.elements_tag,
                         from.kind, static_cast<std::uint8_t>(from.ndim)};
  put(to, from.shape, 8 * from.ndim);
  *to++ = std::byte{0}; // makes it odd
  put(to, &fixed.kind, 1);
  put(to, &fixed.ndim, 1);
  put(to, &fixed.itemsize, 4);
  put(to, &fixed.elements_tag, 4);
  put(to, &fixed.mark, 8);
}

bool read_envelope(const std::byte* message, index_t bytes, envelope& to) {
  if (bytes < envelope_bytes(0)) return false;
  fixed_part fixed{};
  const std::byte* from = message + bytes - fixed_bytes;
  get(from, &fixed.kind, 1);
  get(from, &fixed.ndim, 1);
  get(from, &fixed.itemsize, 4);
  get(from, &fixed.elements_tag, 4);
  get(from, &fixed.mark, 8);
  if (fixed.mark != mark || fixed.ndim > max_ndim || bytes < envelope_bytes(fixed.ndim))
    return false;
  to.kind = fixed.kind;
  to.itemsize = fixed.itemsize;
  to.ndim = fixed.ndim;
  to.elements_tag = fixed.elements_tag;
  from = message + bytes - envelope_bytes(fixed.ndim);
  get(from, to.shape, 8 * to.ndim);
  return true;
}

bool goes_plain(const message_data& data) {
  return data.ndim <= 1 && data.count * data.itemsize <= transfer_plan::piece_bytes() &&
         !checks_arguments();
}

std::string contents_text(const envelope& contents) {
  if (contents.kind == object_kind) return "an object";
  return element_text(contents.kind, contents.itemsize) + " " +
         tuple_text(contents.shape, contents.ndim);
}

std::string contents_text(const message_data& data) { return contents_text(envelope_of(data)); }

namespace {

/// Without a shape, elements lie one after another.
struct array_of_message {
  explicit array_of_message(const message_data& data)
      : ref{data.data, data.itemsize, 1, &data.count, &step} {
    if (data.shape != nullptr)
      ref = {data.data, data.itemsize, data.ndim, data.shape, data.strides};
  }
  index_t step = 1;
  array_ref ref;
};

} // namespace

bool share_elements(const message_data& one, const message_data& other) {
  const std::byte* const end_of_one = one.data + one.count * one.itemsize;
  const std::byte* const end_of_other = other.data + other.count * other.itemsize;
  if (one.is_contiguous && other.is_contiguous &&
      (end_of_one <= other.data || end_of_other <= one.data))
    return false;
  const array_of_message a(one);
  const array_of_message b(other);
  return share_memory(a.ref, b.ref);
}

void check_apart(const message_data& sent, const message_data& into, const char* call,
                 const char* advice) {
  if (!share_elements(sent, into)) return;
  throw argument_error(std::string(call) + ": what is sent, " + contents_text(sent) +
                       ", and what is received into, " + contents_text(into) +
                       ", share memory: " + advice);
}

int largest_tag() { return tag_limit() / 2; }

int next_elements_tag() {
  static std::atomic<unsigned> number = 0;
  const auto first = static_cast<unsigned>(largest_tag()) + 1;
  return static_cast<int>(first + number++ % (static_cast<unsigned>(tag_limit()) - first));
}

} // namespace tessera::detail

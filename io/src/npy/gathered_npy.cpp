#include "npy/gathered_npy.hpp"
#include "parts/part_in_memory.hpp"

#include <tessera/core/types/padding.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/copies/gather.hpp>

#include <algorithm>
#include <array>
#include <cstring>

namespace tessera {

namespace detail {

namespace {

index_t piece_bytes = index_t{8} << 20U;
constexpr index_t nothing_more = -1;

} // namespace

void set_npz_piece_bytes(index_t bytes) { piece_bytes = bytes; }

npz_gatherer::npz_gatherer(const communicator& comm, std::span<const npz_array> arrays)
    : comm_(comm), arrays_(arrays) {
  index_t largest = 0;
  for (const npz_array& array : arrays) {
    roots_.push_back(array.global() == nullptr ? 0 : array.global()->block->comm().rank());
    if (array.global() != nullptr)
      largest = std::max(largest, cut(array).largest() * array.type().size);
  }
  broadcast(comm, roots_.data(), static_cast<index_t>(roots_.size()), 0);
  if (comm.rank() != 0) largest = 0;
  memory_ = collectively(comm, [&] { return buffer(static_cast<std::size_t>(largest)); });
}

pieces npz_gatherer::cut(const npz_array& array) const {
  return {array.shape(), array.type().size, piece_bytes};
}

void npz_gatherer::gather(const npz_array& array, index_t piece, int root) {
  std::vector<index_t> lower;
  std::vector<index_t> shape;
  cut(array).get(piece, lower, shape);
  const source_box box({array.type(), array.shape(), array.global()}, lower, shape);
  gather_elements(*box.get().global, root, memory_.data());
}

void npz_gatherer::serve() {
  std::array<index_t, 2> asked{};
  while (true) {
    broadcast(comm_, asked.data(), 2, 0);
    if (asked[0] == nothing_more) return;
    const auto number = static_cast<std::size_t>(asked[0]);
    try {
      gather(arrays_[number], asked[1], roots_[number]);
    } catch (...) { // NOLINT(bugprone-empty-catch): all ranks have it, and rank 0 tells
    }
  }
}

void npz_gatherer::end() {
  std::array<index_t, 2> asked{nothing_more, 0};
  broadcast(comm_, asked.data(), 2, 0);
}

std::string_view npz_gatherer::get(index_t array, index_t piece) {
  const npz_array& from = arrays_[static_cast<std::size_t>(array)];
  const pieces all = cut(from);
  if (piece >= all.count()) return {};
  std::array<index_t, 2> asked{array, piece};
  broadcast(comm_, asked.data(), 2, 0);
  gather(from, piece, roots_[static_cast<std::size_t>(array)]);
  std::vector<index_t> lower;
  std::vector<index_t> shape;
  all.get(piece, lower, shape);
  index_t count = 1;
  for (const index_t n : shape) count *= n;
  zero_padding(memory_.data(), from.type(), count);
  return {reinterpret_cast<const char*>(memory_.data()),
          static_cast<std::size_t>(count * from.type().size)};
}

gathered_npy::gathered_npy(npz_gatherer& from, const npz_array& array, index_t number)
    : from_(from), number_(number),
      head_(npy_head(array.type(), array.shape().data(), array.shape().size())) {
  index_t bytes = array.type().size;
  for (const index_t n : array.shape()) bytes *= n;
  size_ = static_cast<index_t>(head_.size()) + bytes;
}

std::string_view gathered_npy::next() {
  const index_t piece = piece_++;
  return piece < 0 ? std::string_view(head_) : from_.get(number_, piece);
}

void gathered_npy::read(char* to, index_t bytes) {
  while (bytes > 0) {
    if (left_.empty()) left_ = next();
    const auto count = std::min(bytes, static_cast<index_t>(left_.size()));
    std::memcpy(to, left_.data(), static_cast<std::size_t>(count));
    left_.remove_prefix(static_cast<std::size_t>(count));
    to += count;
    bytes -= count;
  }
}

} // namespace detail

} // namespace tessera

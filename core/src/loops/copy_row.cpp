#include "loops/move_item.hpp"
#include "loops/register_transpose.hpp"
#include "loops/staged_tile.hpp"

#include <cstdlib>
#include <cstring>

namespace tessera::detail {

namespace {

constexpr index_t short_item = 4096; // bytes

/// A loop whose step is known to the compiler, which can then load whole vectors.
template <std::size_t Size, index_t Step>
void gather_items(std::byte* __restrict to, index_t, const std::byte* __restrict from, index_t,
                  index_t n, index_t) {
  constexpr index_t size = Size;
  for (index_t i = 0; i < n; ++i) move_item<Size>(to + i * size, from + i * Step * size);
}

/// Every second item of two vectors; the second one may begin `Early` items too early.
template <std::size_t Early, class Lanes, std::size_t... K>
Lanes every_second(const Lanes& a, const Lanes& b, std::index_sequence<K...>) {
  constexpr std::size_t half = sizeof...(K) / 2;
  return __builtin_shufflevector(a, b, (K < half ? 2 * K : 2 * K + Early)...);
}

template <std::size_t Size, std::size_t Early>
void gather_second_vector(std::byte* to, const std::byte* from) {
  using lanes = typename lanes_type<Size, wide_vector_bytes>::type;
  lanes a;
  lanes b;
  std::memcpy(&a, from, sizeof a);
  std::memcpy(&b, from + sizeof a - Early * Size, sizeof b);
  const lanes items =
      every_second<Early>(a, b, std::make_index_sequence<wide_vector_bytes / Size>());
  std::memcpy(to, &items, sizeof items);
}

/// Every second item. The last vector ends with the last item that is asked for, and may overlap
/// the one before: rows that are a vector or longer are written by vectors alone, which whoever
/// reads them need not wait for.
template <std::size_t Size>
void gather_second_items(std::byte* __restrict to, index_t to_step,
                         const std::byte* __restrict from, index_t from_step, index_t n,
                         index_t itemsize) {
  constexpr index_t size = Size;
  constexpr index_t side = wide_vector_bytes / Size;
  if (n < side) return gather_items<Size, 2>(to, to_step, from, from_step, n, itemsize);
  const index_t last = n - side;
  for (index_t i = 0; i < last; i += side)
    gather_second_vector<Size, 0>(to + i * size, from + 2 * i * size);
  gather_second_vector<Size, 1>(to + last * size, from + 2 * last * size);
}

/// Items to be stored with a known step.
template <std::size_t Size, index_t Step>
void scatter_items(std::byte* __restrict to, index_t, const std::byte* __restrict from, index_t,
                   index_t n, index_t) {
  constexpr index_t size = Size;
  for (index_t i = 0; i < n; ++i) move_item<Size>(to + i * Step * size, from + i * size);
}

/// Where every item is on a cache line of its own, asking early lets several misses be under way.
template <std::size_t Size>
void copy_far_items(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
                    index_t n, index_t) {
  for (index_t i = 0; i < n; ++i) {
    __builtin_prefetch(from + (i + ahead) * from_step, 0);
    __builtin_prefetch(to + (i + ahead) * to_step, 1);
    move_item<Size>(to + i * to_step, from + i * from_step);
  }
}

template <std::size_t Size>
void copy_items(std::byte* to, index_t to_step, const std::byte* from, index_t from_step, index_t n,
                index_t) {
#pragma GCC unroll 4
  for (index_t i = 0; i < n; ++i) move_item<Size>(to + i * to_step, from + i * from_step);
}

template <std::size_t Size> row_copier gatherer(index_t step) {
  switch (step) {
  case -1: return &gather_items<Size, -1>;
  case 0: return &gather_items<Size, 0>;
  case 1: return &gather_items<Size, 1>;
  case 2:
    if constexpr (Size == 4 || Size == 8)
      return &gather_second_items<Size>;
    else
      return &gather_items<Size, 2>;
  case 3: return &gather_items<Size, 3>;
  case 4: return &gather_items<Size, 4>;
  default: return nullptr;
  }
}

template <std::size_t Size> row_copier scatterer(index_t step) {
  switch (step) {
  case -1: return &scatter_items<Size, -1>;
  case 2: return &scatter_items<Size, 2>;
  case 3: return &scatter_items<Size, 3>;
  default: return nullptr;
  }
}

template <std::size_t Size> row_copier copier(index_t to_step, index_t from_step) {
  constexpr index_t size = Size;
  row_copier known = nullptr;
  if (to_step == size && from_step % size == 0)
    known = gatherer<Size>(from_step / size);
  else if (from_step == size && to_step % size == 0)
    known = scatterer<Size>(to_step / size);
  if (known != nullptr) return known;
  return std::abs(to_step) >= line || std::abs(from_step) >= line ? &copy_far_items<Size>
                                                                  : &copy_items<Size>;
}

/// Copies adjacent bytes; cheaper than a call of memcpy for each short row.
void copy_bytes(std::byte* to, const std::byte* from, index_t bytes) {
  for (; bytes >= line; bytes -= line, to += line, from += line) std::memcpy(to, from, line);
  for (; bytes >= 8; bytes -= 8, to += 8, from += 8) std::memcpy(to, from, 8);
  if (bytes > 0) std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

void copy_odd_items(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
                    index_t n, index_t itemsize) {
  for (index_t i = 0; i < n; ++i) {
    if (itemsize <= short_item)
      copy_bytes(to + i * to_step, from + i * from_step, itemsize);
    else
      std::memcpy(to + i * to_step, from + i * from_step, static_cast<std::size_t>(itemsize));
  }
}

} // namespace

row_copier row_copier_of(index_t to_step, index_t from_step, index_t itemsize) {
  switch (itemsize) {
  case 1: return copier<1>(to_step, from_step);
  case 2: return copier<2>(to_step, from_step);
  case 4: return copier<4>(to_step, from_step);
  case 8: return copier<8>(to_step, from_step);
  case 16: return copier<16>(to_step, from_step);
  case 32: return copier<32>(to_step, from_step);
  default: return &copy_odd_items;
  }
}

} // namespace tessera::detail

#include "nest.hpp"

#include <cstdlib>
#include <cstring>

namespace tessera::detail {

namespace {

constexpr index_t line = 64;        // bytes of a cache line
constexpr index_t ahead = 32;       // items
constexpr index_t short_run = 4096; // bytes

/// Bytes that are moved as one. The arrays' elements are of other types, and may be less aligned.
template <std::size_t Size> struct item { std::byte bytes[Size]; };
template <std::size_t Size> struct item_type { using type = item<Size>; };
template <> struct item_type<4> {
  typedef std::uint32_t type __attribute__((may_alias, aligned(1)));
};
template <> struct item_type<8> {
  typedef std::uint64_t type __attribute__((may_alias, aligned(1)));
};
template <std::size_t Size> using item_of = typename item_type<Size>::type;

/// A loop whose step is known to the compiler, which can then load whole vectors.
template <std::size_t Size, index_t Step>
void gather_items(std::byte* to, const std::byte* from, index_t n) {
  using item = item_of<Size>;
  auto* __restrict t = reinterpret_cast<item*>(to);
  const auto* __restrict f = reinterpret_cast<const item*>(from);
  for (index_t i = 0; i < n; ++i) t[i] = f[i * Step];
}

template <std::size_t Size, bool Far>
void copy_items(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
                index_t n) {
  using item = item_of<Size>;
  for (index_t i = 0; i < n; ++i) {
    if constexpr (Far) {
      __builtin_prefetch(from + (i + ahead) * from_step, 0);
      __builtin_prefetch(to + (i + ahead) * to_step, 1);
    }
    *reinterpret_cast<item*>(to + i * to_step) =
        *reinterpret_cast<const item*>(from + i * from_step);
  }
}

template <std::size_t Size>
void copy_items(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
                index_t n) {
  constexpr index_t size = Size;
  if (to_step == size) {
    if (from_step == 0) return gather_items<Size, 0>(to, from, n);
    if (from_step == size) return gather_items<Size, 1>(to, from, n);
    if (from_step == -size) return gather_items<Size, -1>(to, from, n);
    if (from_step == 2 * size) return gather_items<Size, 2>(to, from, n);
    if (from_step == 3 * size) return gather_items<Size, 3>(to, from, n);
  }
  // Where every item is on a cache line of its own, asking early lets several misses be under way.
  if (std::abs(to_step) >= line || std::abs(from_step) >= line)
    copy_items<Size, true>(to, to_step, from, from_step, n);
  else
    copy_items<Size, false>(to, to_step, from, from_step, n);
}

/// Copies adjacent bytes; cheaper than a call of memcpy for each short row.
void copy_run(std::byte* to, const std::byte* from, index_t bytes) {
  for (; bytes >= line; bytes -= line, to += line, from += line) std::memcpy(to, from, line);
  for (; bytes >= 8; bytes -= 8, to += 8, from += 8) std::memcpy(to, from, 8);
  if (bytes > 0) std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

/// Turns `Rows` columns that are adjacent on one side into rows: each cache line is visited once.
template <std::size_t Size, index_t Rows>
void turn_items(std::byte* to, index_t to_outer, index_t to_inner, const std::byte* from,
                index_t from_outer, index_t from_inner, index_t n) {
  using item = item_of<Size>;
  for (index_t j = 0; j < n; ++j) {
    __builtin_prefetch(from + (j + ahead) * from_inner, 0);
    __builtin_prefetch(to + (j + ahead) * to_inner, 1);
    for (index_t i = 0; i < Rows; ++i)
      *reinterpret_cast<item*>(to + i * to_outer + j * to_inner) =
          *reinterpret_cast<const item*>(from + i * from_outer + j * from_inner);
  }
}

/// Copies one row to adjacent rows.
void repeat_row(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize) {
  copy_row(to.data, to.inner, from.data, from.inner, n, itemsize);
  for (index_t done = 1; done < rows; done *= 2) {
    const index_t more = done < rows - done ? done : rows - done;
    std::memcpy(to.data + done * to.outer, to.data, static_cast<std::size_t>(more * to.outer));
  }
}

} // namespace

void copy_row(std::byte* to, index_t to_step, const std::byte* from, index_t from_step, index_t n,
              index_t itemsize) {
  switch (itemsize) {
  case 1: return copy_items<1>(to, to_step, from, from_step, n);
  case 2: return copy_items<2>(to, to_step, from, from_step, n);
  case 4: return copy_items<4>(to, to_step, from, from_step, n);
  case 8: return copy_items<8>(to, to_step, from, from_step, n);
  case 16: return copy_items<16>(to, to_step, from, from_step, n);
  case 32: return copy_items<32>(to, to_step, from, from_step, n);
  default: break;
  }
  for (index_t i = 0; i < n; ++i) {
    if (itemsize <= short_run)
      copy_run(to + i * to_step, from + i * from_step, itemsize);
    else
      std::memcpy(to + i * to_step, from + i * from_step, static_cast<std::size_t>(itemsize));
  }
}

void copy_plane(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize) {
  if (from.outer == 0 && to.inner == itemsize && to.outer == n * itemsize)
    return repeat_row(to, from, rows, n, itemsize);
  index_t i = 0;
  if (std::abs(from.inner) >= line || std::abs(to.inner) >= line) {
    for (; itemsize == 8 && i + 8 <= rows; i += 8)
      turn_items<8, 8>(to.data + i * to.outer, to.outer, to.inner, from.data + i * from.outer,
                       from.outer, from.inner, n);
    for (; itemsize == 4 && i + 16 <= rows; i += 16)
      turn_items<4, 16>(to.data + i * to.outer, to.outer, to.inner, from.data + i * from.outer,
                        from.outer, from.inner, n);
  }
  for (; i < rows; ++i)
    copy_row(to.data + i * to.outer, to.inner, from.data + i * from.outer, from.inner, n, itemsize);
}

} // namespace tessera::detail

// Small squares of items whose rows become columns, in vector registers.
#pragma once

#include "loops/loop_order.hpp"

#include <cstring>
#include <utility>

namespace tessera::detail {

/// Unaligned vectors of items, wide enough to need few of them, narrow enough for most processors.
inline constexpr std::size_t vector_bytes = 32;
/// The widest that this processor has.
#ifdef __AVX512F__
inline constexpr std::size_t wide_vector_bytes = 64;
#else
inline constexpr std::size_t wide_vector_bytes = vector_bytes;
#endif

template <std::size_t Size, std::size_t Bytes = vector_bytes> struct lanes_type;
template <std::size_t Bytes> struct lanes_type<4, Bytes> {
  using item = std::uint32_t;
  typedef std::uint32_t type __attribute__((vector_size(Bytes)));
};
template <std::size_t Bytes> struct lanes_type<8, Bytes> {
  using item = std::uint64_t;
  typedef std::uint64_t type __attribute__((vector_size(Bytes)));
};

/// Turns a square of items whose columns are adjacent in `from`: neighbours that are 1, 2, 4...
/// apart change places in pairs of rows.
template <std::size_t Size, std::size_t Bytes = vector_bytes> class register_transpose {
  using lanes = typename lanes_type<Size, Bytes>::type;

public:
  static constexpr index_t side = Bytes / Size;

  register_transpose(const std::byte* from, index_t step) {
    for (lanes& row : rows_) {
      std::memcpy(&row, from, Bytes);
      from += step;
    }
    exchange<1>();
  }
  void store(std::byte* to, index_t step) const {
    for (const lanes& row : rows_) {
      std::memcpy(to, &row, Bytes);
      to += step;
    }
  }

private:
  static constexpr std::size_t width = Bytes / Size;

  template <std::size_t Apart> void exchange() {
    if constexpr (Apart < width) {
      for (std::size_t i = 0; i < width; ++i)
        if ((i & Apart) == 0)
          exchange<Apart>(rows_[i], rows_[i + Apart], std::make_index_sequence<width>());
      exchange<2 * Apart>();
    }
  }
  template <std::size_t Apart, std::size_t... J>
  static void exchange(lanes& a, lanes& b, std::index_sequence<J...>) {
    const lanes low = __builtin_shufflevector(a, b, ((J & Apart) ? width + J - Apart : J)...);
    b = __builtin_shufflevector(a, b, ((J & Apart) ? width + J : J + Apart)...);
    a = low;
  }

  lanes rows_[width];
};

} // namespace tessera::detail

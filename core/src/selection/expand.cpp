#include <tessera/core/selection/mask_bits.hpp>

#include <bit>
#include <cstring>

namespace tessera::detail {

namespace {

/// Values in turn, from the beginning again after the last.
struct value_source {
  const std::byte* next;
  const std::byte* first;
  const std::byte* end;
};

template <std::size_t Size>
void expand_row(std::byte* to, index_t step, index_t n, index_t itemsize, const mask_bits& bits,
                index_t first, value_source& values) {
  const index_t size = Size > 0 ? static_cast<index_t>(Size) : itemsize;
  for (index_t i = 0; i < n; i += mask_word) {
    std::uint64_t word = bits.word(first + i, n - i < mask_word ? n - i : mask_word);
    if (word == ~std::uint64_t{0} && step == size && values.end - values.next > mask_word * size) {
      std::memcpy(to + i * size, values.next, static_cast<std::size_t>(mask_word * size));
      values.next += mask_word * size;
      continue;
    }
    for (; word != 0; word &= word - 1) {
      std::byte* const at = to + (i + std::countr_zero(word)) * step;
      std::memcpy(at, values.next, Size > 0 ? Size : static_cast<std::size_t>(size));
      values.next += size;
      if (values.next == values.end) values.next = values.first;
    }
  }
}

template <std::size_t Size>
void expand_rows(const array_ref& to, const mask_bits& bits, value_source values) {
  const std::size_t last = to.ndim - 1;
  const index_t n = to.shape[last];
  index_t at[max_ndim]{};
  std::byte* row = to.data;
  for (index_t first = 0; first < bits.size(); first += n) {
    expand_row<Size>(row, to.strides[last] * to.itemsize, n, to.itemsize, bits, first, values);
    for (std::size_t d = last; d-- > 0;) {
      row += to.strides[d] * to.itemsize;
      if (++at[d] < to.shape[d]) break;
      row -= at[d] * to.strides[d] * to.itemsize;
      at[d] = 0;
    }
  }
}

} // namespace

void expand_elements(const array_ref& to, const mask_bits& bits, const std::byte* values,
                     index_t count) {
  if (bits.count() == 0) return;
  const value_source source{values, values, values + count * to.itemsize};
  switch (to.itemsize) {
  case 1: return expand_rows<1>(to, bits, source);
  case 2: return expand_rows<2>(to, bits, source);
  case 4: return expand_rows<4>(to, bits, source);
  case 8: return expand_rows<8>(to, bits, source);
  case 16: return expand_rows<16>(to, bits, source);
  default: return expand_rows<0>(to, bits, source);
  }
}

} // namespace tessera::detail

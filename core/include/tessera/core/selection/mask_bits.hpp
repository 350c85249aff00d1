/// @file
/// A mask as one bit for each element, and what is done where bits are set: elements are brought
/// together or written one by one, places are listed.
///
/// Its parts lie in mask_bits.cpp, compress.cpp and expand.cpp.
#pragma once

#include <tessera/core/expressions/leaves.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/reductions/panels.hpp>

#include <cstdint>

namespace tessera::detail {

/// Elements of a mask whose bits are in one word.
inline constexpr index_t mask_word = 64;

/// Bits of a mask in row-major order, so that a mask is evaluated once, and read again at a 64th of
/// the memory that numbers take. Move-only.
class mask_bits {
public:
  mask_bits() = default;
  /// For so many elements, which are to be appended.
  /// @throws memory_error
  explicit mask_bits(index_t size);

  /// Appends the next n elements.
  void append(const bool* is, index_t n);
  [[nodiscard]] index_t size() const { return size_; }
  /// How many are true of those that were appended.
  [[nodiscard]] index_t count() const { return count_; }
  /// How many are true of n from the first on.
  [[nodiscard]] index_t count(index_t first, index_t n) const;
  /// The bits of 64 elements from the first on; those beyond the end are zero.
  [[nodiscard]] std::uint64_t word(index_t first) const {
    const auto* const at = words() + first / mask_word;
    const auto shift = static_cast<unsigned>(first % mask_word);
    return shift == 0 ? *at : *at >> shift | at[1] << (mask_word - shift);
  }
  /// The bits of n elements, 0 <= n <= 64.
  [[nodiscard]] std::uint64_t word(index_t first, index_t n) const {
    return n == mask_word ? word(first) : word(first) & ((std::uint64_t{1} << n) - 1);
  }
  /// How many elements from the first on there are until `chosen` of them were true.
  [[nodiscard]] index_t length_until(index_t first, index_t chosen) const;

private:
  [[nodiscard]] const std::uint64_t* words() const {
    return reinterpret_cast<const std::uint64_t*>(words_.data());
  }

  buffer words_; // one more than are filled
  index_t size_ = 0;
  index_t filled_ = 0;
  index_t count_ = 0;
};

/// The bits of a Boolean node.
template <class Mask> mask_bits bits_of_mask(const Mask& mask) {
  mask_bits bits(size_of(mask.shape()));
  for_chunks(mask, [&bits](const bool* is, index_t n, index_t) { bits.append(is, n); });
  return bits;
}

/// Memory for `count` elements, one behind another; what lies behind them up to `end` may be
/// overwritten meanwhile.
struct element_stretch {
  std::byte* to;
  index_t count;
  std::byte* end;
};

/// Brings elements together that a mask chooses: those of chunks that come one after another go to
/// stretches of memory in turn. As many as the mask chooses must find room.
class element_collector {
public:
  element_collector(const mask_bits& bits, index_t itemsize, const element_stretch* stretches);
  /// Takes n elements, of which the first is element `first` of the mask.
  void take(const std::byte* elements, index_t n, index_t first);

private:
  void go_to_next_stretch();

  const mask_bits& bits_;
  index_t itemsize_;
  const element_stretch* stretch_;
  std::byte* to_ = nullptr; // none yet
  index_t room_ = 0;        // elements, of the stretch
};

/// Writes those of n adjacent elements that are chosen to `to`, whose memory ends at `end`. Returns
/// how many there are.
index_t compress_elements(std::byte* to, const std::byte* end, const std::byte* from, index_t n,
                          index_t itemsize, const mask_bits& bits, index_t first);

/// Writes `base` + i for those i < n for which element first + i of the mask is true; `end` as
/// above.
index_t list_places(index_t* to, const index_t* end, index_t base, index_t n, const mask_bits& bits,
                    index_t first);

/// Writes values, one after another, to those elements of an array that are chosen. They are taken
/// from the beginning again after `count` of them.
void expand_elements(const array_ref& to, const mask_bits& bits, const std::byte* values,
                     index_t count);

/// The elements of a node that a mask of the same shape chooses, to stretches.
template <class Node>
void collect_elements(const Node& node, const mask_bits& bits, const element_stretch* stretches) {
  element_collector collector(bits, sizeof(typename Node::value_type), stretches);
  for_chunks(node, [&collector](const auto* elements, index_t n, index_t first) {
    collector.take(reinterpret_cast<const std::byte*>(elements), n, first);
  });
}

/// Calls f(first, n, subscripts) for each row of a shape, along its last axis.
template <std::size_t N, class F> void for_rows(const shape_t<N>& shape, F f) {
  if (size_of(shape) == 0) return;
  shape_t<N> at{};
  for (index_t first = 0;; first += shape[N - 1]) {
    f(first, shape[N - 1], at);
    std::size_t d = N - 1;
    while (d > 0 && ++at[d - 1] == shape[d - 1]) at[--d] = 0;
    if (d == 0) return;
  }
}

} // namespace tessera::detail

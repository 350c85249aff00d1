// The words that random numbers are made of.
#pragma once

#include <tessera/core/random.hpp>

namespace tessera::detail {

/// Words first, ..., first + n - 1 of a stream, those of NumPy's Philox with the same key: word w
/// is lane w % 4 of the block with counter 1 + w / 4.
class word_stretch {
public:
  static constexpr index_t longest = 512;

  /// n is at most `longest`.
  word_stretch(const draw_position& at, index_t first, index_t n);

  [[nodiscard]] const std::uint64_t* data() const { return words_ + skipped_; }

private:
  static constexpr index_t lanes = 4;
  alignas(64) std::uint64_t words_[longest + 2 * lanes];
  index_t skipped_;
};

/// Calls `use(words, first, n)` for pieces of the elements 0, ..., n - 1 of a draw, in order.
template <class Use> void for_each_stretch(const draw_position& at, index_t n, Use use) {
  for (index_t first = 0; first < n; first += word_stretch::longest) {
    const index_t m = n - first < word_stretch::longest ? n - first : word_stretch::longest;
    const word_stretch stretch(at, first, m);
    use(stretch.data(), first, m);
  }
}

/// What a block is for, the third number of its counter: (k, 0, words, 0) holds words 4 (k - 1),
/// ... of the stream; (position, 0, element, 0), (position, 1, element, 0), ... belong to the
/// element at one position alone, for methods that need an unknown number of words; and so do those
/// of `second`, for elements that are made of two such numbers.
enum class block_use : std::uint64_t { words, element, children, second };

/// The words of one element's own blocks.
class element_words {
public:
  element_words(const draw_position& at, index_t element)
      : key_{at.key[0], at.key[1]}, position_(at.first + static_cast<std::uint64_t>(element)) {}
  /// The first block is at hand, and `used` words of it are used up.
  element_words(const draw_position& at, index_t element, block_use use, const std::uint64_t* block,
                std::size_t used)
      : element_words(at, element) {
    use_ = use;
    block_ = 1;
    used_ = used;
    for (std::size_t i = 0; i < 4; ++i) words_[i] = block[i];
  }

  std::uint64_t next();
  /// Uniform in (0, 1].
  double positive() { return static_cast<double>((next() >> 11U) + 1) * 0x1p-53; }
  /// Uniform in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }

private:
  std::uint64_t key_[2];
  std::uint64_t position_;
  block_use use_ = block_use::element;
  std::uint64_t block_ = 0;
  std::size_t used_ = 4;
  std::uint64_t words_[4] = {};
};

/// The first blocks of elements first, ..., first + n - 1 of a draw, made together.
class element_stretch {
public:
  static constexpr index_t longest = 128;

  /// n is at most `longest`.
  element_stretch(const draw_position& at, block_use use, index_t first, index_t n);

  /// The four words of element first + i.
  [[nodiscard]] const std::uint64_t* block(index_t i) const { return words_ + 4 * i; }

private:
  alignas(64) std::uint64_t words_[4 * longest];
};

/// Calls `use(stretch, first, m)` for pieces of the elements 0, ..., n - 1 of a draw, in order.
template <class Use>
void for_each_element_stretch(const draw_position& at, block_use kind, index_t n, Use use) {
  for (index_t first = 0; first < n; first += element_stretch::longest) {
    const index_t m = n - first < element_stretch::longest ? n - first : element_stretch::longest;
    use(element_stretch(at, kind, first, m), first, m);
  }
}

/// One block of Philox4x64-10.
void philox_block(const std::uint64_t (&key)[2], const std::uint64_t (&counter)[4],
                  std::uint64_t* to);

/// `count` blocks with the counters (first, 0, use, 0), (first + 1, 0, use, 0), ...
void philox_blocks(const std::uint64_t (&key)[2], std::uint64_t first, block_use use, index_t count,
                   std::uint64_t* to);

/// Numbers low + width * u, with u uniform in [0, 1), straight from the registers where the
/// processor and the position allow it; returns how many of the first it has made.
index_t philox_uniform(const draw_position& at, double low, double width, double* to, index_t n);

} // namespace tessera::detail

// The words that random numbers are made of.
#pragma once

#include <tessera/core/random.hpp>

namespace tessera::detail {

/// Words first, ..., first + n - 1 of a stream, those of NumPy's Philox with the same key: word w
/// is lane w % 4 of the block with counter 1 + w / 4.
class word_run {
public:
  static constexpr index_t longest = 512;

  /// n is at most `longest`.
  word_run(const draw_position& at, index_t first, index_t n);

  [[nodiscard]] const std::uint64_t* data() const { return words_ + skipped_; }

private:
  static constexpr index_t lanes = 4;
  alignas(64) std::uint64_t words_[longest + 2 * lanes];
  index_t skipped_;
};

/// Calls `use(words, first, n)` for pieces of the elements 0, ..., n - 1 of a draw, in order.
template <class Use> void for_each_run(const draw_position& at, index_t n, Use use) {
  for (index_t first = 0; first < n; first += word_run::longest) {
    const index_t m = n - first < word_run::longest ? n - first : word_run::longest;
    const word_run run(at, first, m);
    use(run.data(), first, m);
  }
}

/// A stream of its own for one element of a draw, for methods that need an unknown number of words:
/// blocks with the counters (position, 0, 1, 0), (position, 1, 1, 0), ..., which no other draw
/// uses.
class element_words {
public:
  element_words(const draw_position& at, index_t element)
      : key_{at.key[0], at.key[1]}, position_(at.first + static_cast<std::uint64_t>(element)) {}

  std::uint64_t next();
  /// Uniform in (0, 1].
  double positive() { return static_cast<double>((next() >> 11U) + 1) * 0x1p-53; }
  /// Uniform in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11U) * 0x1p-53; }

private:
  std::uint64_t key_[2];
  std::uint64_t position_;
  std::uint64_t block_ = 0;
  std::size_t used_ = 4;
  std::uint64_t words_[4] = {};
};

/// One block of Philox4x64-10.
void philox_block(const std::uint64_t (&key)[2], const std::uint64_t (&counter)[4],
                  std::uint64_t* to);

/// `count` blocks with the counters (first, 0, 0, 0), (first + 1, 0, 0, 0), ...
void philox_blocks(const std::uint64_t (&key)[2], std::uint64_t first, index_t count,
                   std::uint64_t* to);

/// Uniform numbers in [0, 1) straight from the registers, where the processor and the position
/// allow it; returns how many of the first it has made.
index_t philox_uniform(const draw_position& at, double* to, index_t n);

} // namespace tessera::detail

// Sums of doubles by sign and exponent: the path of exact_sum for exponents that lie far apart.
#pragma once

#include <tessera/core/shape.hpp>

#include <array>

namespace tessera::detail {

/// One integer per sign and exponent, so wide that each addition costs just that, with no checks.
/// Small enough for the first-level cache; empty between uses.
class wide_sum {
public:
  /// There is room for so many values before it must be emptied.
  static constexpr index_t most_values = index_t{1} << 26;

  /// Its memory is made once a thread.
  static wide_sum& of_this_thread();

  /// Adds all values that are finite; tells whether all were.
  bool add(const double* values, index_t count);

  /// Adds the sum to the digits of an exact_sum and starts anew from zero. The digits must be
  /// normalized afterwards.
  void empty_into(std::int64_t* digits);

private:
  static constexpr std::size_t exponents = 2048;
  static constexpr std::size_t slots = 2 * exponents; // positive, then negative

  void add_to_slot(std::size_t slot, std::uint64_t mantissa);
  void add_four(const double* values);
  void remove_leading_bits(const double* values, index_t count);

  // The low and high words of 80-bit integers.
  alignas(64) std::array<std::uint64_t, slots> low_{};
  std::array<std::uint16_t, slots> high_{};
};

} // namespace tessera::detail

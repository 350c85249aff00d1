#include "sums/wide_sum.hpp"

#include <bit>

namespace tessera::detail {

namespace {

constexpr unsigned mantissa_bits = 52;
constexpr std::uint64_t leading_bit = std::uint64_t{1} << mantissa_bits;
constexpr unsigned digit_bits = 32;
constexpr std::uint64_t digit_mask = (std::uint64_t{1} << digit_bits) - 1;

__extension__ using wide_integer = __int128;

constexpr index_t fetched_ahead = 256; // values that are fetched early

std::uint64_t with_leading_bit(std::uint64_t bits) {
  return (bits & (leading_bit - 1)) | leading_bit;
}

/// Adds value * 2^position to digits of 32 bits, each in 64.
void add_shifted(std::int64_t* digits, wide_integer value, std::size_t position) {
  std::int64_t* digit = digits + position / digit_bits;
  const auto offset = static_cast<unsigned>(position % digit_bits);
  // The lowest digit takes what fits above the offset, so that the others are whole.
  const auto low = static_cast<std::uint64_t>(value) & (digit_mask >> offset);
  *digit++ += static_cast<std::int64_t>(low << offset);
  value >>= digit_bits - offset;
  for (; value != 0 && value != -1; value >>= digit_bits)
    *digit++ += static_cast<std::int64_t>(static_cast<std::uint64_t>(value) & digit_mask);
  // What stays of a negative number is ones without end: -1.
  if (value == -1) *digit -= 1;
}

} // namespace

wide_sum& wide_sum::of_this_thread() {
  static thread_local wide_sum sum;
  return sum;
}

inline void wide_sum::add_to_slot(std::size_t slot, std::uint64_t mantissa) {
  std::uint64_t sum = 0;
  const bool carry = __builtin_add_overflow(low_[slot], mantissa, &sum);
  high_[slot] = static_cast<std::uint16_t>(high_[slot] + carry);
  low_[slot] = sum;
}

/// All addresses are known before the first of the additions, which may hit the same slot.
inline void wide_sum::add_four(const double* values) {
  std::size_t slot[4];
  std::uint64_t mantissa[4];
  for (int k = 0; k < 4; ++k) {
    const auto bits = std::bit_cast<std::uint64_t>(values[k]);
    slot[k] = bits >> mantissa_bits;
    mantissa[k] = with_leading_bit(bits);
  }
  for (int k = 0; k < 4; ++k) add_to_slot(slot[k], mantissa[k]);
}

bool wide_sum::add(const double* values, index_t count) {
  index_t i = 0;
  for (; i + 8 <= count; i += 8) {
    __builtin_prefetch(values + i + fetched_ahead);
    add_four(values + i);
    add_four(values + i + 4);
  }
  for (; i < count; ++i) {
    const auto bits = std::bit_cast<std::uint64_t>(values[i]);
    add_to_slot(bits >> mantissa_bits, with_leading_bit(bits));
  }
  // What the loop took for numbers with a leading bit: zeros and denormals; infinities and NaN.
  constexpr std::size_t last = exponents - 1;
  if ((low_[0] | high_[0] | low_[exponents] | high_[exponents]) != 0)
    remove_leading_bits(values, count);
  const bool finite = (low_[last] | high_[last] | low_[slots - 1] | high_[slots - 1]) == 0;
  low_[last] = low_[slots - 1] = 0;
  high_[last] = high_[slots - 1] = 0;
  return finite;
}

void wide_sum::remove_leading_bits(const double* values, index_t count) {
  for (index_t i = 0; i < count; ++i) {
    const std::size_t slot = std::bit_cast<std::uint64_t>(values[i]) >> mantissa_bits;
    if (slot % exponents != 0) continue;
    high_[slot] = static_cast<std::uint16_t>(high_[slot] - (low_[slot] < leading_bit));
    low_[slot] -= leading_bit;
  }
}

void wide_sum::empty_into(std::int64_t* digits) {
  for (std::size_t slot = 0; slot < slots; ++slot) {
    if ((low_[slot] | high_[slot]) == 0) continue;
    const auto sum = static_cast<wide_integer>(high_[slot]) << 64U | low_[slot];
    low_[slot] = 0;
    high_[slot] = 0;
    // Denormals count units of 2^-1074, as exponent 1 does; digits, units of 2^-1075.
    const std::size_t exponent = slot % exponents;
    add_shifted(digits, slot < exponents ? sum : -sum, exponent == 0 ? 1 : exponent);
  }
}

} // namespace tessera::detail

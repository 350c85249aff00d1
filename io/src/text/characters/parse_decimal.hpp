/// @file
/// Decimal numbers of up to 19 digits, eight or sixteen digits at a time.
#pragma once

#include "text/characters/powers_of_ten.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <fast_float/fast_float.h>
#ifdef __SSSE3__
#include <immintrin.h>
#endif

namespace tessera::detail {

/// Bytes that may be looked at behind the end of a number.
inline constexpr std::size_t decimal_lookahead = 16;

/// A number as it is written: digits * 10^exponent.
struct decimal {
  std::uint64_t digits = 0;
  std::int64_t exponent = 0;
  bool is_negative = false;
};

/// The value of eight digits, the first of which is the lowest byte.
inline std::uint64_t value_of_eight(std::uint64_t digits) {
  // Neighbours become numbers of two, then of four, then of eight digits.
  digits = (digits * 10) + (digits >> 8U);
  constexpr std::uint64_t pairs = 0x000000ff000000ff;
  constexpr std::uint64_t first = 100 + (std::uint64_t{1000000} << 32U);
  constexpr std::uint64_t second = 1 + (std::uint64_t{10000} << 32U);
  return ((digits & pairs) * first + ((digits >> 16U) & pairs) * second) >> 32U;
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Appends the digits at p to `value` and returns where they end; eight at a time.
inline const char* append_eights(const char* p, std::uint64_t& value) {
  constexpr std::uint64_t zeros = 0x3030303030303030;
  constexpr std::uint64_t beyond_nine = 0x4646464646464646; // lifts what is above '9' to the sign
  constexpr std::uint64_t signs = 0x8080808080808080;
  for (;; p += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    const std::uint64_t others = ((word + beyond_nine) | (word - zeros)) & signs;
    if (others == 0) {
      value = value * 100000000 + value_of_eight(word - zeros);
      continue;
    }
    // Carries change bytes behind the first that is no digit only.
    const int count = std::countr_zero(others) / 8;
    if (count == 0) return p;
    const auto missing = 64U - 8U * static_cast<unsigned>(count);
    value = value * powers_of_ten[count] + value_of_eight((word - zeros) << missing);
    return p + count;
  }
}

#ifdef __SSSE3__
/// Appends sixteen digits at p to `value`, if there are as many.
inline bool append_sixteen(const char* p, std::uint64_t& value) {
  const auto row = [](int first, int second) {
    return _mm_set1_epi16(static_cast<std::int16_t>((second << 8) | first));
  };
  __m128i digits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  digits = _mm_sub_epi8(digits, row('0', '0'));
  const __m128i rest = _mm_subs_epu8(digits, row(9, 9)); // of what is no digit
  if (_mm_movemask_epi8(_mm_cmpeq_epi8(rest, _mm_setzero_si128())) != 0xffff) return false;
  // Neighbours become numbers of two, four and eight digits.
  const __m128i twos = _mm_maddubs_epi16(digits, row(10, 1));
  const __m128i fours = _mm_madd_epi16(twos, _mm_set1_epi32((1 << 16) | 100));
  const __m128i eights =
      _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32((1 << 16) | 10000));
  const auto both = static_cast<std::uint64_t>(_mm_cvtsi128_si64(eights));
  value = value * 10000000000000000 + (both & 0xffffffff) * 100000000 + (both >> 32U);
  return true;
}
#endif

/// Appends the digits at p to `value` and returns where they end.
inline const char* append_digits(const char* p, std::uint64_t& value) {
#ifdef __SSSE3__
  if (append_sixteen(p, value)) {
    // Few are left of 19. Processors foresee the end of the loop, and go on behind the number.
    for (p += 16; is_digit(*p); ++p) value = value * 10 + static_cast<std::uint64_t>(*p - '0');
    return p;
  }
#endif
  return append_eights(p, value);
}

/// Does the text from first to last hold more significant digits than a `decimal`?
inline bool has_too_many_digits(const char* first, const char* last, std::ptrdiff_t count) {
  for (; count > 19 && first != last && (*first == '0' || *first == '.'); ++first)
    if (*first == '0') --count;
  return count > 19;
}

/// Reads an exponent behind its 'e'; null when there is none, or an absurd one.
inline const char* append_exponent(const char* p, std::int64_t& exponent) {
  const bool is_negative = *p == '-';
  if (is_negative || *p == '+') ++p;
  std::uint64_t value = 0;
  const char* end = p + 2;
  if (is_digit(p[0]) && is_digit(p[1]) && !is_digit(p[2]))
    value = 10 * static_cast<std::uint64_t>(p[0] - '0') + static_cast<std::uint64_t>(p[1] - '0');
  else
    end = append_eights(p, value);
  if (end == p || end - p > 4) return nullptr;
  exponent += is_negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
  return end;
}

/// Reads the number at p and returns where it ends; null for anything but a sign, up to 19
/// significant digits, and an exponent. The bytes behind the text can be read, and none of them
/// continues the number.
inline const char* read_decimal(const char* p, decimal& number) {
  number.is_negative = *p == '-';
  p += static_cast<int>(number.is_negative) | static_cast<int>(*p == '+'); // signs come at random
  const char* const first = p;
  if (is_digit(p[0]) && p[1] == '.')
    number.digits = static_cast<std::uint64_t>(*p++ - '0');
  else
    p = append_digits(p, number.digits);
  std::ptrdiff_t count = p - first;
  if (*p == '.') {
    const char* const fraction = ++p;
    p = append_digits(p, number.digits);
    count += p - fraction;
    number.exponent = fraction - p;
  }
  if (count == 0 || (count > 19 && has_too_many_digits(first, p, count))) return nullptr;
  return *p == 'e' || *p == 'E' ? append_exponent(p + 1, number.exponent) : p;
}

/// Rounds a number to a normal one of type T; false where it is none, or in doubt. As in Lemire,
/// "Number parsing at a gigabyte per second" (2021), but for one thing: the digits of a printed
/// double lie so close to it that half of them need the lower word of the power of five. So that no
/// branch has to be guessed, all get it.
template <class T> bool round_decimal(const decimal& number, T& value) {
  using format = fast_float::binary_format<T>;
  using bits = typename format::equiv_uint;
  constexpr int fraction = format::mantissa_explicit_bits();
  const std::int64_t exponent = number.exponent;
  if (number.digits == 0 || exponent < format::smallest_power_of_ten() ||
      exponent > format::largest_power_of_ten())
    return false;
  const int zeros = std::countl_zero(number.digits);
  const std::uint64_t digits = number.digits << static_cast<unsigned>(zeros);
  const wide product = times(digits, words_of_ten(exponent));
  const auto high = static_cast<std::uint64_t>(product >> 64U);
  const auto low = static_cast<std::uint64_t>(product);

  const int carry = static_cast<int>(high >> 63U);
  const auto cut = static_cast<unsigned>(carry + 64 - fraction - 3);
  const std::uint64_t doubled = high >> cut; // one bit more than is kept
  const bool may_be_tie = low <= 1 && (doubled & 1U) != 0 && doubled << cut == high;
  if (may_be_tie || low + 1 == 0) return false;
  const int power2 =
      binary_exponent_of_ten(exponent) + 63 + carry - zeros - format::minimum_exponent();
  if (power2 < 1 || power2 + 1 >= format::infinite_power()) return false;
  // The leading bit is one, or two after rounding up, and counts as part of the exponent.
  const auto magnitude =
      (static_cast<std::uint64_t>(power2 - 1) << static_cast<unsigned>(fraction)) +
      ((doubled + 1) >> 1U);
  const auto sign = static_cast<bits>(number.is_negative) << (8 * sizeof(T) - 1);
  value = std::bit_cast<T>(static_cast<bits>(static_cast<bits>(magnitude) | sign));
  return true;
}

/// The same for any number of type T; false for subnormal and infinite ones, and in doubt.
template <class T> bool round_any(const decimal& number, T& value) {
  using format = fast_float::binary_format<T>;
  const fast_float::adjusted_mantissa rounded =
      fast_float::compute_float<format>(number.exponent, number.digits);
  const bool is_zero = rounded.mantissa == 0 && rounded.power2 == 0;
  // Neither doubtful, nor too large or too small.
  if (rounded.power2 < 0 || rounded.power2 == format::infinite_power() ||
      (is_zero && number.digits != 0))
    return false;
  fast_float::to_float(number.is_negative, rounded, value);
  return true;
}

/// Parses a number as std::from_chars does, and returns where it ends; null where that has to
/// decide. Up to `decimal_lookahead` bytes behind the text are looked at; the caller compares the
/// end with that of the text.
template <class T> const char* parse_decimal(const char* p, T& value) {
  if constexpr (std::endian::native != std::endian::little) return nullptr;
  decimal number;
  const char* const end = read_decimal(p, number);
  if (end == nullptr) return nullptr;
  return round_decimal(number, value) || round_any(number, value) ? end : nullptr;
}

} // namespace tessera::detail

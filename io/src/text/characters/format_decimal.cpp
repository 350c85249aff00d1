#include "text/characters/format_decimal.hpp"

#include "text/characters/powers_of_ten.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace tessera::detail {

namespace {

/// A positive number as mantissa * 2^exponent, the highest bit of the mantissa set.
struct binary {
  explicit binary(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const auto biased = static_cast<int>(bits >> 52U);
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52U) - 1);
    mantissa = biased == 0 ? fraction : fraction | (std::uint64_t{1} << 52U);
    const int shift = std::countl_zero(mantissa);
    mantissa <<= static_cast<unsigned>(shift);
    exponent = (biased == 0 ? 1 : biased) - 1075 - shift;
  }
  std::uint64_t mantissa;
  int exponent;
};

/// A number times a power of ten: what stands before the point, and whether to round it up.
struct scaled {
  std::uint64_t whole = 0;
  bool rounds_up = false;
  bool is_certain = false;
};

/// Multiplies by 10^k: exact where the power is, and else wrong by less than one in the last bit.
scaled scale(const binary& number, int k) {
  if (k < least_power || k > greatest_power) return {};
  const std::uint64_t* const power = words_of_ten(k);
  const wide product = times(number.mantissa, power);
  const bool is_exact = k >= 0 && k <= 55 && number.mantissa * power[1] == 0;
  const int shift = -(number.exponent + binary_exponent_of_ten(k) - 127) - 64;
  if (shift < 2 || shift > 126) return {};
  const wide one = static_cast<wide>(1) << static_cast<unsigned>(shift);
  const wide fraction = product & (one - 1);
  const wide half = one >> 1U;
  constexpr wide error = 2;
  scaled result;
  result.whole = static_cast<std::uint64_t>(product >> static_cast<unsigned>(shift));
  if (product >> static_cast<unsigned>(shift) != result.whole) return {};
  result.rounds_up = fraction > half;
  result.is_certain = fraction + error < half || fraction > half + error;
  if (is_exact && fraction == half) {
    result.rounds_up = (result.whole & 1U) != 0; // a tie goes to the even digit
    result.is_certain = true;
  }
  return result;
}

/// Two digits.
char* write_pair(char* to, unsigned value) {
  static constexpr char pairs[] = "0001020304050607080910111213141516171819"
                                  "2021222324252627282930313233343536373839"
                                  "4041424344454647484950515253545556575859"
                                  "6061626364656667686970717273747576777879"
                                  "8081828384858687888990919293949596979899";
  std::memcpy(to, pairs + std::size_t{2} * value, 2);
  return to + 2;
}

/// Eight digits.
char* write_eight(char* to, std::uint32_t value) {
  const std::uint32_t high = value / 10000;
  const std::uint32_t low = value % 10000;
  to = write_pair(to, high / 100);
  to = write_pair(to, high % 100);
  to = write_pair(to, low / 100);
  return write_pair(to, low % 100);
}

/// Exactly `count` <= 19 digits, with zeros in front.
char* write_digits(char* to, std::uint64_t value, int count) {
  constexpr std::uint32_t billion = 1000000000;
  if (count > 9) {
    to = write_digits(to, value / billion, count - 9);
    value %= billion;
    count = 9;
  }
  auto rest = static_cast<std::uint32_t>(value);
  if (count == 9) {
    *to++ = static_cast<char>('0' + rest / 100000000);
    return write_eight(to, rest % 100000000);
  }
  for (char* p = to + count; p != to; rest /= 10) *--p = static_cast<char>('0' + rest % 10);
  return to + count;
}

char* write_exponent(char* to, int exponent) {
  *to++ = 'e';
  *to++ = exponent < 0 ? '-' : '+';
  auto magnitude = static_cast<unsigned>(exponent < 0 ? -exponent : exponent);
  if (magnitude >= 100) {
    *to++ = static_cast<char>('0' + magnitude / 100);
    magnitude %= 100;
  }
  return write_pair(to, magnitude);
}

char* write_sign(char* to, double value) {
  *to = '-';
  return to + (std::signbit(value) ? 1 : 0);
}

/// Digits with a point behind the first `before` of them.
char* write_with_point(char* to, std::uint64_t digits, int before, int behind) {
  if (behind == 0) return write_digits(to, digits, before);
  char* const end = write_digits(to + 1, digits, before + behind);
  for (int k = 0; k < before; ++k) to[k] = to[k + 1];
  to[before] = '.';
  return end;
}

} // namespace

char* format_scientific(char* to, double value, int precision) {
  if (value == 0 || precision < 0 || precision > most_fast_digits) return nullptr;
  const binary number(std::fabs(value));
  const std::uint64_t least = powers_of_ten[precision];
  // floor(log10(value)), or one less.
  int exponent = ((number.exponent + 63) * 78913) >> 18;
  scaled digits = scale(number, precision - exponent);
  if (digits.whole >= 10 * least) {
    ++exponent;
    digits = scale(number, precision - exponent);
  }
  std::uint64_t whole = digits.whole + (digits.rounds_up ? 1 : 0);
  if (!digits.is_certain || digits.whole < least) return nullptr;
  if (whole == 10 * least) {
    whole = least;
    ++exponent;
  }
  to = write_with_point(write_sign(to, value), whole, 1, precision);
  return write_exponent(to, exponent);
}

char* format_fixed(char* to, double value, int precision) {
  if (value == 0 || precision < 0 || precision > most_fast_digits) return nullptr;
  const scaled digits = scale(binary(std::fabs(value)), precision);
  constexpr std::uint64_t most = powers_of_ten[19];
  if (!digits.is_certain || digits.whole >= most - 1) return nullptr;
  const std::uint64_t whole = digits.whole + (digits.rounds_up ? 1 : 0);
  int before = 1;
  while (precision + before < 19 && whole >= powers_of_ten[precision + before]) ++before;
  return write_with_point(write_sign(to, value), whole, before, precision);
}

} // namespace tessera::detail

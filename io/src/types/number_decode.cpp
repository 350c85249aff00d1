#include "types/number_decode.hpp"
#include "types/swap_bytes.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace tessera::detail {

namespace {

template <class T> T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class T> void store(std::byte* to, T value) { std::memcpy(to, &value, sizeof value); }

std::uint64_t ones(int bits) {
  return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << static_cast<unsigned>(bits)) - 1;
}

/// Of at most 8 bytes.
std::uint64_t load_bytes(const std::byte* from, int size, bool swapped) {
  const bool is_little = (std::endian::native == std::endian::little) != swapped;
  std::uint64_t value = 0;
  for (int k = 0; k < size; ++k) {
    const int at = is_little ? size - 1 - k : k;
    value = value << 8U | static_cast<std::uint64_t>(from[at]);
  }
  return value;
}

/// The bits of an integer within a word as wide as its type.
template <class Word, bool Swapped>
void extract_words(const stored_number& stored, const std::byte* from, std::byte* to,
                   index_t count) {
  const auto first = static_cast<unsigned>(stored.first_bit);
  const auto mask = static_cast<Word>(ones(stored.bits));
  const auto sign = static_cast<Word>(
      stored.type.kind == 'i' ? std::uint64_t{1} << static_cast<unsigned>(stored.bits - 1) : 0);
  for (index_t i = 0; i < count; ++i) {
    auto word = load<Word>(from + i * index_t{sizeof(Word)});
    if constexpr (Swapped) word = swapped(word);
    const auto value = static_cast<Word>((word >> first) & mask);
    store(to + i * index_t{sizeof(Word)}, static_cast<Word>((value ^ sign) - sign));
  }
}

template <class Word>
void extract(const stored_number& stored, const std::byte* from, std::byte* to, index_t count) {
  if (stored.swapped) return extract_words<Word, true>(stored, from, to, count);
  extract_words<Word, false>(stored, from, to, count);
}

/// Integers of 3, 5, 6 and 7 bytes.
void extract_unusual(const stored_number& stored, const std::byte* from, std::byte* to,
                     index_t count) {
  const std::uint64_t sign =
      stored.type.kind == 'i' ? std::uint64_t{1} << static_cast<unsigned>(stored.bits - 1) : 0;
  for (index_t i = 0; i < count; ++i, from += stored.size, to += stored.type.size) {
    const std::uint64_t all = load_bytes(from, stored.size, stored.swapped);
    const std::uint64_t bits = (all >> static_cast<unsigned>(stored.first_bit)) & ones(stored.bits);
    const std::uint64_t value = (bits ^ sign) - sign;
    if (stored.type.size == 4)
      store(to, static_cast<std::uint32_t>(value));
    else
      store(to, value);
  }
}

void decode_part_words(const stored_number& stored, const std::byte* from, std::byte* to,
                       index_t count) {
  if (stored.size != stored.type.size) return extract_unusual(stored, from, to, count);
  switch (stored.size) {
  case 1: return extract<std::uint8_t>(stored, from, to, count);
  case 2: return extract<std::uint16_t>(stored, from, to, count);
  case 4: return extract<std::uint32_t>(stored, from, to, count);
  default: return extract<std::uint64_t>(stored, from, to, count);
  }
}

void decode_bools(const stored_number& stored, const std::byte* from, std::byte* to,
                  index_t count) {
  const std::uint64_t mask = stored.bits == 0 ? ~std::uint64_t{0} : ones(stored.bits);
  for (index_t i = 0; i < count; ++i, from += stored.size) {
    const std::uint64_t all = load_bytes(from, stored.size, stored.swapped);
    const bool is_set = ((all >> static_cast<unsigned>(stored.first_bit)) & mask) != 0;
    to[i] = is_set ? std::byte{1} : std::byte{0};
  }
}

/// IEEE 754 binary16 in binary32, bit for bit.
float float_of_half(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16U;
  const std::uint32_t exponent = half >> 10U & 0x1fU;
  const std::uint32_t mantissa = half & 0x3ffU;
  if (exponent == 0) { // zero and subnormal numbers
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23U | mantissa << 13U);
}

void decode_halves(const stored_number& stored, const std::byte* from, std::byte* to,
                   index_t count) {
  for (index_t i = 0; i < count; ++i) {
    auto half = load<std::uint16_t>(from + i * 2);
    if (stored.swapped) half = __builtin_bswap16(half);
    store(to + i * 4, float_of_half(half));
  }
}

/// A number in a format that a double holds. Its exponents of ones are infinities and NaN, as IEEE
/// 754 has it.
double odd_float(const float_format& f, std::uint64_t bits) {
  const std::uint64_t exponent = bits >> static_cast<unsigned>(f.exponent) & ones(f.exponent_bits);
  const std::uint64_t mantissa = bits >> static_cast<unsigned>(f.mantissa) & ones(f.mantissa_bits);
  const bool is_negative = (bits >> static_cast<unsigned>(f.sign) & 1U) != 0;
  double magnitude = 0;
  if (exponent == ones(f.exponent_bits)) {
    const std::uint64_t fraction =
        f.has_hidden_bit ? mantissa : mantissa & ones(f.mantissa_bits - 1);
    magnitude = fraction == 0 ? HUGE_VAL : std::nan("");
  } else {
    const bool is_hidden = f.has_hidden_bit && exponent != 0;
    const auto whole = static_cast<double>(mantissa + (is_hidden ? ones(f.mantissa_bits) + 1 : 0));
    const auto power = static_cast<index_t>(exponent) + (exponent == 0 ? 1 : 0) - f.bias -
                       f.mantissa_bits + (f.has_hidden_bit ? 0 : 1);
    magnitude = std::ldexp(whole, static_cast<int>(power));
  }
  return is_negative ? -magnitude : magnitude;
}

void decode_odd_floats(const stored_number& stored, const std::byte* from, std::byte* to,
                       index_t count) {
  for (index_t i = 0; i < count; ++i, from += stored.size) {
    const double value = odd_float(stored.format, load_bytes(from, stored.size, stored.swapped));
    if (stored.type.size == 4)
      store(to + 4 * i, static_cast<float>(value));
    else
      store(to + 8 * i, value);
  }
}

} // namespace

void decode_numbers(const stored_number& stored, const std::byte* from, std::byte* to,
                    index_t count) {
  if (stored.type.kind == 'b') return decode_bools(stored, from, to, count);
  if (stored.is_odd) return decode_odd_floats(stored, from, to, count);
  if (stored.type == dtype{'f', 2}) return decode_halves(stored, from, to, count);
  if (stored.bits != 0) return decode_part_words(stored, from, to, count);
  std::memcpy(to, from, static_cast<std::size_t>(count * stored.size));
  if (stored.swapped) swap_bytes(to, stored.type, count);
}

} // namespace tessera::detail

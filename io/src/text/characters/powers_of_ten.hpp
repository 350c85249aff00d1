/// @file
/// Powers of ten: small ones, and any that a double needs, in 128 bits.
#pragma once

#include <cstdint>
#include <fast_float/fast_float.h>

namespace tessera::detail {

__extension__ using wide = unsigned __int128;

inline constexpr std::uint64_t powers_of_ten[] = {1,
                                                  10,
                                                  100,
                                                  1000,
                                                  10000,
                                                  100000,
                                                  1000000,
                                                  10000000,
                                                  100000000,
                                                  1000000000,
                                                  10000000000,
                                                  100000000000,
                                                  1000000000000,
                                                  10000000000000,
                                                  100000000000000,
                                                  1000000000000000,
                                                  10000000000000000,
                                                  100000000000000000,
                                                  1000000000000000000,
                                                  10000000000000000000U};

inline constexpr std::int64_t least_power = fast_float::powers::smallest_power_of_five;
inline constexpr std::int64_t greatest_power = fast_float::powers::largest_power_of_five;

/// floor(k * log2(10)), for least_power <= k <= greatest_power.
inline int binary_exponent_of_ten(std::int64_t k) { return static_cast<int>((217706 * k) >> 16U); }

/// The highest 128 bits of 10^k, for k as above, as two words, the higher first; exact for
/// 0 <= k <= 55, and else wrong by less than one in the last bit. The highest bit is set.
inline const std::uint64_t* words_of_ten(std::int64_t k) {
  return fast_float::powers::power_of_five_128 + 2 * (k - least_power);
}

/// The highest 128 of the 192 bits of a number times a power of ten; what is below counts less than
/// one in the last of them.
inline wide times(std::uint64_t number, const std::uint64_t* power) {
  return wide{number} * power[0] + static_cast<std::uint64_t>((wide{number} * power[1]) >> 64U);
}

} // namespace tessera::detail

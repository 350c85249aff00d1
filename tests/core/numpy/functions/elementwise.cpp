// Operators and functions of integers, of mixed types, and choices.
#include "function.hpp"

#include <tessera/core.hpp>

using namespace tessera;

namespace {

using i8 = std::int8_t;
using u8 = std::uint8_t;
using i32 = std::int32_t;
using i64 = std::int64_t;

// Functions of two arrays of two axes and the given types.
#define OF_TWO(name, A, B, expression)                                                             \
  const add_function name(#name, [](arguments& in, results& out) {                                 \
    const auto first = in.array<A, 2>();                                                           \
    const auto second = in.array<B, 2>();                                                          \
    const auto& a = first.elements;                                                                \
    [[maybe_unused]] const auto& b = second.elements;                                              \
    out(expression);                                                                               \
  });
#define INTEGER_OPERATORS(types, A, B)                                                             \
  OF_TWO(remainder_##types, A, B, a % b)                                                           \
  OF_TWO(floor_divide_##types, A, B, floor_divide(a, b))                                           \
  OF_TWO(fmod_##types, A, B, fmod(a, b))                                                           \
  OF_TWO(and_##types, A, B, a& b)                                                                  \
  OF_TWO(or_##types, A, B, a | b)                                                                  \
  OF_TWO(xor_##types, A, B, a ^ b)                                                                 \
  OF_TWO(shift_left_##types, A, B, a << b)                                                         \
  OF_TWO(shift_right_##types, A, B, a >> b)                                                        \
  OF_TWO(unary_##types, A, B, abs(a) + sign(b) - (~a) * (+b) - (-a))
INTEGER_OPERATORS(ii, i32, i32)
INTEGER_OPERATORS(bb, i8, i8)
INTEGER_OPERATORS(lB, i64, u8)
OF_TWO(and_bool, bool, bool, a& b)
OF_TWO(or_bool, bool, bool, a | ~b)
OF_TWO(xor_bool, bool, bool, a ^ b)
OF_TWO(power_ii, i32, i32, pow(a, abs(b % 16)))
OF_TWO(power_lB, i64, u8, pow(a, b))
OF_TWO(power_df, double, float, pow(a, b))
OF_TWO(remainder_di, double, i32, a % b)
OF_TWO(hypot_fi, float, i32, hypot(a, b))

// Scalars on either side.
OF_TWO(scalars_ii, i32, i32, (7 % a) + (b % 5) + (a & 12) + (3 | b) + (1 << (a & 7)) + (b >> 2))
OF_TWO(scalars_df, double, float, (1.5 % b) + floor_divide(a, 0.25) + fmin(a, 2) + fmax(0.5, b))
OF_TWO(squares_di, double, i32, pow(a, 2) - square(b) + pow(b, 3))

// In place.
const add_function in_place_ii("in_place_ii", [](arguments& in, results& out) {
  const auto first = in.array<i32, 2>();
  const auto second = in.array<i32, 2>();
  auto a = first.elements;
  const auto& b = second.elements;
  a %= 1000;
  a |= b;
  a ^= 12345;
  a <<= 3;
  a >>= b & 3;
  a &= ~b;
  a %= b;
  out(a.copy());
});

// Choices.
OF_TWO(where_di, double, i32, where(a > b, a, b))
OF_TWO(select_dd, double, double, select(a<b, -1, a> b, b, a == b, 0.5, a))
OF_TWO(clip_dd, double, double, clip(a, -1.5, maximum(b, 0.0)))
OF_TWO(clip_bb, i8, i8, clip(a, b, 100))

// Conversions.
OF_TWO(astype_dB, double, u8, astype<float>(a) + astype<float>(b))
OF_TWO(wrap_il, i32, i64, astype<u8>(a) + astype<u8>(b))
OF_TWO(truncate_df, double, float,
       astype<i32>(clip(a, -1e9, 1e9)) - astype<i64>(clip(b, -1e9, 1e9)))

// Functions of the user.
OF_TWO(map_di, double, i32, map([](double x, i32 n) { return x > 0 ? x * n : x; }, a, b) + 1.0)
OF_TWO(map_row, double, double,
       vectorize([](double x, double y) noexcept { return x * x - y; })(a, b(slice(0, 1), all)))

} // namespace

#include "vectors/all_numbers.hpp"
#include "vectors/vector_kernels.hpp"

#include <tessera/core/exact_sum.hpp>
#include <tessera/core/sums/integer_total.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

namespace tessera::detail {

namespace {

__extension__ using wide_integer = __int128;
__extension__ using wide_unsigned = unsigned __int128;

constexpr unsigned half_bits = 32;
constexpr unsigned word_bits = 64;
constexpr std::uint64_t half_mask = (std::uint64_t{1} << half_bits) - 1;
constexpr index_t most_at_once = index_t{1} << 30; // of which sums of 32 bits fit into 64

wide_integer wide_of(const integer_total& total) {
  return static_cast<wide_integer>(static_cast<wide_unsigned>(total.high) << word_bits | total.low);
}
integer_total total_of(wide_integer x) {
  return {static_cast<std::uint64_t>(x), static_cast<std::int64_t>(x >> word_bits)};
}

/// Sums of integers modulo 2^64, and of their upper halves.
struct half_sums {
  std::uint64_t whole = 0;
  std::uint64_t upper = 0;
};

/// With their signs changed, all integers are taken as unsigned ones.
template <std::uint64_t Sign> struct half_sums_kernel {
  template <std::size_t Bytes>
  TESSERA_INLINE static half_sums run(const std::uint64_t* values, index_t n) {
    using vector = vector_of<std::uint64_t, Bytes>;
    constexpr index_t lanes = Bytes / sizeof(std::uint64_t);
    constexpr int vectors = 4;
    vector whole[vectors]{};
    vector upper[vectors]{};
    index_t i = 0;
    for (; i + vectors * lanes <= n; i += vectors * lanes)
      for (int k = 0; k < vectors; ++k) {
        const vector x = *reinterpret_cast<const vector*>(values + i + k * lanes);
        whole[k] += x;
        upper[k] += (x ^ Sign) >> half_bits;
      }
    half_sums sums;
    for (int k = 0; k < vectors; ++k)
      for (index_t lane = 0; lane < lanes; ++lane) {
        sums.whole += whole[k][lane];
        sums.upper += upper[k][lane];
      }
    for (; i < n; ++i) {
      sums.whole += values[i];
      sums.upper += (values[i] ^ Sign) >> half_bits;
    }
    return sums;
  }
};

template <class T>
inline constexpr std::uint64_t sign_of = std::is_signed_v<T> ? std::uint64_t{1} << 63U : 0;

template <class T> integer_total total_of_some(const T* values, index_t n) {
  if constexpr (sizeof(T) == sizeof(std::uint64_t)) {
    const half_sums sums =
        run_widest<half_sums_kernel<sign_of<T>>>(reinterpret_cast<const std::uint64_t*>(values), n);
    return total_of_halves<T>(sums.whole, sums.upper, n);
  } else {
    std::int64_t sum = 0;
    for (index_t i = 0; i < n; ++i) sum += static_cast<std::int64_t>(values[i]);
    return total_of(sum);
  }
}

/// The nearest double to x * 2^exponent, a little more where `sticky`; x has 64 bits or more.
double rounded(wide_unsigned x, bool sticky, int exponent) {
  const auto high = static_cast<std::uint64_t>(x >> word_bits);
  const unsigned dropped =
      high == 0 ? 0 : word_bits - static_cast<unsigned>(std::countl_zero(high));
  const auto kept = static_cast<std::uint64_t>(x >> dropped);
  sticky = sticky || (static_cast<wide_unsigned>(kept) << dropped) != x;
  // 64 bits become 53: the last one decides no more than whether half a place is exceeded.
  return std::ldexp(static_cast<double>(kept | (sticky ? 1U : 0U)),
                    exponent + static_cast<int>(dropped));
}

double rounded_quotient(wide_unsigned total, std::uint64_t count) {
  constexpr std::uint64_t exact = std::uint64_t{1} << 53U; // doubles hold all integers up to it
  if (total <= exact && count <= exact)
    return static_cast<double>(static_cast<std::uint64_t>(total)) / static_cast<double>(count);
  constexpr int word = word_bits;
  if ((total >> word_bits) == 0) {
    const int shift = std::countl_zero(static_cast<std::uint64_t>(total));
    total <<= word_bits + static_cast<unsigned>(shift);
    return rounded(total / count, total % count != 0, -word - shift);
  }
  const wide_unsigned whole = total / count;
  const wide_unsigned rest = total % count;
  if ((whole >> word_bits) != 0) return rounded(whole, rest != 0, 0);
  // Another 64 bits, behind the point.
  const wide_unsigned behind = rest << word_bits;
  return rounded(whole << word_bits | behind / count, behind % count != 0, -word);
}

/// Adds total * 2^exponent.
void add_to(exact_sum& sum, const integer_total& total, int exponent) {
  const auto add = [&](double x, unsigned shift) {
    sum.add(std::ldexp(x, exponent + static_cast<int>(shift)));
  };
  add(static_cast<double>(total.low & half_mask), 0);
  add(static_cast<double>(total.low >> half_bits), half_bits);
  add(static_cast<double>(static_cast<std::uint64_t>(total.high) & half_mask), word_bits);
  add(static_cast<double>(total.high >> half_bits), word_bits + half_bits);
}

bool is_below(wide_integer x, unsigned bits) {
  const wide_integer limit = wide_integer{1} << bits;
  return x < limit && x > -limit;
}

} // namespace

template <class T> integer_total total_of_adjacent(const T* values, index_t n) {
  integer_total total;
  for (index_t first = 0; first < n; first += most_at_once)
    total.add(total_of_some(values + first, n - first < most_at_once ? n - first : most_at_once));
  return total;
}

template <class T>
integer_total total_of_halves(std::uint64_t whole, std::uint64_t upper, index_t count) {
  // The lower halves are not changed by the signs, and their sum has no more than 64 bits.
  const std::uint64_t changed = whole + static_cast<std::uint64_t>(count) * sign_of<T>;
  const std::uint64_t lower = changed - (upper << half_bits);
  const auto total = (static_cast<wide_integer>(upper) << half_bits) + lower;
  return total_of(total - static_cast<wide_integer>(count) * sign_of<T>);
}

double rounded(const integer_total& total) { return quotient_of(total, 1); }

double quotient_of(const integer_total& total, index_t count) {
  const wide_integer x = wide_of(total);
  if (count == 0) return static_cast<double>(x) / 0.0;
  const bool is_negative = (x < 0) != (count < 0);
  const auto divisor = static_cast<std::uint64_t>(count);
  const double quotient = rounded_quotient(static_cast<wide_unsigned>(x < 0 ? -x : x),
                                           count < 0 ? 0 - divisor : divisor);
  return is_negative && quotient != 0 ? -quotient : quotient;
}

template <class T> integer_center<T> center_of(const integer_total& total, index_t count) {
  if (count == 0) return {T{}, std::numeric_limits<double>::quiet_NaN()};
  const wide_integer x = wide_of(total);
  wide_integer whole = x / count;
  if (whole * count > x) --whole;
  return {static_cast<T>(whole), static_cast<double>(static_cast<std::int64_t>(x - whole * count)) /
                                     static_cast<double>(count)};
}

double weighted_mean(const product_totals& products, const integer_total& weights) {
  const wide_integer weight = wide_of(weights);
  const wide_integer upper = wide_of(products.upper);
  const wide_integer middle = wide_of(products.left) + wide_of(products.right);
  const wide_integer lower = wide_of(products.lower);
  if (is_below(weight, 63) && is_below(upper, 61) && is_below(middle, 93) && is_below(lower, 125))
    return quotient_of(total_of((upper << word_bits) + (middle << half_bits) + lower),
                       static_cast<index_t>(weight));
  exact_sum sum;
  add_to(sum, products.upper, word_bits);
  add_to(sum, products.left, half_bits);
  add_to(sum, products.right, half_bits);
  add_to(sum, products.lower, 0);
  exact_sum divisor;
  add_to(divisor, weights, 0);
  return sum.value() / divisor.value();
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template integer_total total_of_adjacent(const T*, index_t);                                     \
  template integer_center<T> center_of<T>(const integer_total&, index_t);
TESSERA_FOR_ALL_INTEGERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE
template integer_total total_of_halves<long>(std::uint64_t, std::uint64_t, index_t);
template integer_total total_of_halves<unsigned long>(std::uint64_t, std::uint64_t, index_t);

} // namespace tessera::detail

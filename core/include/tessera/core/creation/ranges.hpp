/// @file
/// Evenly spaced numbers: arange, linspace, logspace, geomspace.
#pragma once

#include <tessera/core/creation/create.hpp>
#include <tessera/core/expressions/elementwise.hpp>
#include <tessera/core/threads/pieces.hpp>
#include <tessera/core/types/promotion.hpp>

namespace tessera {

namespace detail {

/// Numbers from start towards stop: the distance and the step without their signs.
/// @throws argument_error for a step of zero.
index_t count_of_integers(std::uint64_t distance, std::uint64_t step);
/// The number of steps in (stop - start) / step, rounded up.
/// @throws argument_error when that is no number that an array could have.
index_t count_of_steps(double ratio, double start, double stop, double step);

/// Numbers first, ..., first + count - 1 of `num` from start to stop.
struct linspace_part {
  double start;
  double stop;
  index_t num;
  bool endpoint;
  index_t first;
  index_t count;
};
void fill_linspace(const linspace_part& part, double* to);
void fill_logspace(double start, double stop, double* to, index_t num, bool endpoint, double base);
/// @throws argument_error for ends that are zero or differ in sign.
void fill_geomspace(double start, double stop, double* to, index_t num, bool endpoint);
void round_down(double* values, index_t count);
/// @throws argument_error when a number between the ends has no place in an integer type.
void check_integer_range(double start, double stop, bool with_sign, std::size_t bits);

template <class T>
inline constexpr bool is_real_number = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

/// Integers that are not named as a type count as Python's: 64 bits.
template <class Common>
using range_type =
    std::conditional_t<std::is_integral_v<Common> && sizeof(Common) < 8, index_t, Common>;

template <class T> bool is_infinite(T x) { return x == x && x - x != 0; }

template <class T> index_t count_of_range(T start, T stop, T step) {
  if constexpr (std::is_integral_v<T>) {
    const auto bits = [](T x) { return static_cast<std::uint64_t>(x); };
    if (step < 0)
      return count_of_integers(stop < start ? bits(start) - bits(stop) : 0, 0 - bits(step));
    return count_of_integers(start < stop ? bits(stop) - bits(start) : 0, bits(step));
  } else {
    T ratio = (stop - start) / step;
    // The distance of finite numbers may be none.
    if (is_infinite(ratio) && !is_infinite(stop) && !is_infinite(start))
      ratio = (stop / 2 - start / 2) / (step / 2);
    return count_of_steps(static_cast<double>(ratio), static_cast<double>(start),
                          static_cast<double>(stop), static_cast<double>(step));
  }
}

/// Evenly spaced numbers, given by the first two.
template <class T> struct number_range {
  index_t count;
  T first;
  T second;

  /// Writes the numbers at, at + 1, ..., at + n - 1: first + i * (second - first), in which
  /// unsigned arithmetic stands in for integers' overflow.
  void fill(T* to, index_t at, index_t n) const {
    constexpr index_t whole_lines = 64;
    for_parts(n, least_piece, whole_lines,
              [&](index_t begin, index_t end) { fill_part(to + begin, at + begin, end - begin); });
  }

private:
  void fill_part(T* to, index_t at, index_t n) const {
    using computed = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;
    if (!distances_overflow()) {
      add_steps<computed>(to, at, n, 1);
    } else {
      add_steps<computed>(to, at, n, static_cast<computed>(0.5));
      for (index_t i = 0; i < n; ++i) to[i] = static_cast<T>(2 * to[i]);
    }
    // Not first + 0 * infinity, nor first + 1 * (second - first), which rounding may make another
    // number.
    if (at == 0 && n > 0) to[0] = first;
    if (at <= 1 && 1 - at < n) to[1 - at] = second;
  }

  /// Is the distance of the last number, which is finite, from the first none?
  [[nodiscard]] bool distances_overflow() const {
    if constexpr (std::is_integral_v<T>)
      return false;
    else
      return count > 1 && is_infinite(static_cast<T>(count) * (second - first));
  }

  template <class C> void add_steps(T* to, index_t at, index_t n, C scale) const {
    const auto start = static_cast<C>(first) * scale;
    const auto step = static_cast<C>(second) * scale - start;
    for (index_t i = 0; i < n; ++i) to[i] = static_cast<T>(start + static_cast<C>(at + i) * step);
  }
};

/// The numbers of `arange`.
template <class T, class Start, class Stop, class Step>
auto range_of(Start start, Stop stop, Step step) {
  using common = range_type<promoted<promoted<Start, Stop>, Step>>;
  using type = type_or<T, common>;
  static_assert(is_real_number<type>, "arange makes integers and real numbers");
  static_assert(std::is_integral_v<common> || !std::is_integral_v<type>,
                "integers do not hold fractional steps");
  const auto from = static_cast<common>(start);
  const auto by = static_cast<common>(step);
  using sum = std::conditional_t<std::is_integral_v<common>, std::uint64_t, common>;
  const auto second = static_cast<sum>(from) + static_cast<sum>(by);
  return number_range<type>{count_of_range(from, static_cast<common>(stop), by),
                            static_cast<type>(from),
                            static_cast<type>(static_cast<common>(second))};
}

template <class T> ndarray<T, 1> converted(ndarray<double, 1>&& values, double start, double stop) {
  if constexpr (std::is_integral_v<T>) {
    check_integer_range(start, stop, std::is_signed_v<T>, 8 * sizeof(T));
    round_down(values.data(), values.size());
  }
  if constexpr (std::is_same_v<T, double>)
    return std::move(values);
  else
    return ndarray<T, 1>(elementwise(converted_to<T>(), values));
}

/// An array of doubles that f(pointer) fills, as T.
/// @throws shape_error for a negative number.
template <class T, class F>
ndarray<T, 1> filled_as(index_t num, double start, double stop, F fill) {
  ndarray<double, 1> values(shape_t<1>{num});
  fill(values.data());
  return converted<T>(std::move(values), start, stop);
}

} // namespace detail

/// Numbers from start (0 unless given) up to, but without, stop: start + i * step.
///
///     arange(5)             // 0 1 2 3 4
///     arange(2, 10, 3)      // 2 5 8
///     arange(0.0, 1.0, 0.1)
///     arange<float>(8)
///
/// Integers give 64 bits unless a type is named; otherwise the type is that of a sum. As in NumPy,
/// there are ceil((stop - start) / step) numbers, so that with a fractional step rounding decides
/// whether one just below stop is among them (linspace is exact there).
/// @throws argument_error for a step of zero, or ends that are no finite numbers.
template <class T = void, class Start, class Stop, class Step>
requires(detail::is_real_number<Start>&& detail::is_real_number<Stop>&&
             detail::is_real_number<Step>) auto arange(Start start, Stop stop, Step step) {
  const auto range = detail::range_of<T>(start, stop, step);
  ndarray<std::remove_const_t<decltype(range.first)>, 1> result(shape_t<1>{range.count});
  range.fill(result.data(), 0, range.count);
  return result;
}
template <class T = void, class Start, class Stop> auto arange(Start start, Stop stop) {
  return arange<T>(start, stop, Stop{1});
}
template <class T = void, class Stop> auto arange(Stop stop) {
  return arange<T>(Stop{0}, stop, Stop{1});
}

/// Is the stop the last number?
struct linspace_options {
  bool endpoint = true;
};

/// `num` numbers from start to stop, the last of them exactly stop; without the endpoint, from
/// start up to one step before stop. They are double, or another type where it is named; integers
/// are rounded down. The bits are NumPy's.
///
///     linspace(0, 1, 11)
///     linspace<float>(0, 1, 10, {.endpoint = false})
///
/// @throws shape_error for a negative number.
template <class T = double>
requires std::is_arithmetic_v<T> ndarray<T, 1> linspace(double start, double stop, index_t num = 50,
                                                        linspace_options options = {}) {
  return detail::filled_as<T>(num, start, stop, [&](double* to) {
    detail::fill_linspace({start, stop, num, options.endpoint, 0, num}, to);
  });
}
/// The same between two complex numbers (include <tessera/core/complex.hpp>).
template <class T>
requires detail::is_complex<T> ndarray<T, 1> linspace(T start, T stop, index_t num = 50,
                                                      linspace_options options = {}) {
  using real = typename T::value_type;
  const auto x = linspace<real>(start.real(), stop.real(), num, options);
  const auto y = linspace<real>(start.imag(), stop.imag(), num, options);
  ndarray<T, 1> result(x.shape());
  for (index_t i = 0; i < num; ++i) result.data()[i] = T(x.data()[i], y.data()[i]);
  return result;
}

/// What logspace raises to powers, and whether the stop is the last number.
struct logspace_options {
  double base = 10.0;
  bool endpoint = true;
};

/// base ** linspace(start, stop, num).
template <class T = double>
ndarray<T, 1> logspace(double start, double stop, index_t num = 50, logspace_options options = {}) {
  static_assert(std::is_floating_point_v<T>, "powers are no integers");
  return detail::filled_as<T>(num, 0, 0, [&](double* to) {
    detail::fill_logspace(start, stop, to, num, options.endpoint, options.base);
  });
}

/// `num` numbers from start to stop of which each is the one before times a constant. The ends are
/// exactly start and stop.
/// @throws argument_error unless the ends are both positive or both negative.
template <class T = double>
ndarray<T, 1> geomspace(double start, double stop, index_t num = 50,
                        linspace_options options = {}) {
  static_assert(std::is_floating_point_v<T>, "geometric sequences are no integers");
  return detail::filled_as<T>(num, 0, 0, [&](double* to) {
    detail::fill_geomspace(start, stop, to, num, options.endpoint);
  });
}

} // namespace tessera

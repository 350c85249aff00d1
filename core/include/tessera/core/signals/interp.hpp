/// @file
/// Linear interpolation in a table.
#pragma once

#include <tessera/core/expressions/map.hpp>
#include <tessera/core/ndarray.hpp>

namespace tessera {

/// What `interp` gives beyond the ends of its table: NaN stands for the value at the end.
struct interp_options {
  double left = __builtin_nan("");
  double right = __builtin_nan("");
  /// Places repeat after so much; then `left` and `right` mean nothing. 0: they do not.
  double period = 0.0;
};

namespace detail {

/// Values at increasing places.
class interpolation_table {
public:
  /// @throws shape_error where there are not as many of both, argument_error where there are none,
  /// where places do not increase, and for a period that is negative or not finite.
  interpolation_table(ndarray<double, 1> places, ndarray<double, 1> values,
                      const interp_options& options);
  [[nodiscard]] double operator()(double x) const noexcept;

private:
  void repeat(double period);

  ndarray<double, 1> places_;
  ndarray<double, 1> values_;
  interp_options options_;
};

/// A table looked up for each element.
struct look_up {
  const interpolation_table* table;
  template <class T> double operator()(const T& x) const noexcept {
    return (*table)(static_cast<double>(x));
  }
};

} // namespace detail

/// Values between those of a table, on straight lines: `values(i)` belongs to `places(i)`, which
/// increase. Before the first place there is the first value, behind the last one the last, unless
/// `left` or `right` say otherwise; a NaN gives NaN. In double, as NumPy's `interp` computes it.
///
///     interp(x, places, values)
///     interp(x, places, values, {.left = 0.0, .right = 0.0})
///     interp(angle, places, values, {.period = 360.0})   // places in any order
///
/// @throws shape_error, argument_error for what is no table (see above); NumPy does not look.
template <local_operand X, local_operand P, local_operand V>
requires(P::ndim == 1 &&
         V::ndim == 1) ndarray<double, X::ndim> interp(const X& x, const P& places, const V& values,
                                                       const interp_options& options = {}) {
  const detail::interpolation_table table(ndarray<double, 1>(places), ndarray<double, 1>(values),
                                          options);
  return ndarray<double, X::ndim>(map(detail::look_up{&table}, x));
}
/// The same at one place.
template <scalar_operand X, local_operand P, local_operand V>
requires(P::ndim == 1 && V::ndim == 1) double interp(X x, const P& places, const V& values,
                                                     const interp_options& options = {}) {
  return detail::interpolation_table(ndarray<double, 1>(places), ndarray<double, 1>(values),
                                     options)(static_cast<double>(x));
}

} // namespace tessera

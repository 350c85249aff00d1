/// @file
/// Subscripts: slices of one axis, a whole axis, a new axis.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera {

/// An end of a slice that is left out, as in Python's `a[2:]`.
struct none_t {};
inline constexpr none_t none{};

/// The whole axis, as in Python's `a[:]`. As a function it is the reduction `all(a)`: is every
/// element true? See reduce.hpp.
struct all_t {
  template <class A, class... Options> auto operator()(const A& a, const Options&... options) const;
};
inline constexpr all_t all{};

/// An axis of one element that is not in the array, as in NumPy.
struct newaxis_t {};
inline constexpr newaxis_t newaxis{};

/// Start, stop (exclusive) and step of one axis, with Python's meaning: negative ends count from
/// the end, ends beyond the axis are clamped, a negative step runs backwards.
///
///     a(slice(1, -1))           // a[1:-1]
///     a(slice(2, none))         // a[2:]
///     a(slice(none, none, -1))  // a[::-1]
class slice {
public:
  /// One end: a subscript, or `none`.
  struct bound {
    constexpr bound(index_t i) : value(i), given(true) {} // NOLINT: converts on purpose
    constexpr bound(none_t) {}                            // NOLINT: converts on purpose
    index_t value = 0;
    bool given = false;
  };

  /// The elements of an axis that a slice selects: first, how many, how far apart.
  struct selection {
    index_t start;
    index_t count;
    index_t step;
  };

  constexpr slice(bound start, bound stop, index_t step = 1)
      : start_(start), stop_(stop), step_(step) {}

  /// What it selects of an axis of n elements.
  /// @throws argument_error when the step is zero.
  [[nodiscard]] selection of(index_t n) const {
    if (step_ != 1) return with_step(n);
    const index_t start = resolve(start_, n, 0, 0, n);
    const index_t stop = resolve(stop_, n, n, 0, n);
    return {start, stop > start ? stop - start : 0, 1};
  }

private:
  /// One end counted from the start of the axis and moved into [low, high].
  static index_t resolve(const bound& end, index_t n, index_t when_none, index_t low,
                         index_t high) {
    if (!end.given) return when_none;
    const index_t i = end.value < 0 ? end.value + n : end.value;
    return i < low ? low : i > high ? high : i;
  }
  [[nodiscard]] selection with_step(index_t n) const;

  bound start_;
  bound stop_;
  index_t step_;
};

} // namespace tessera

/// @file
/// What is reduced of the values that a stencil kernel gives beside those of its cells.
///
/// A part of it lies in cell_totals.cpp.
#pragma once

#include <tessera/core/types/convert.hpp>
#include <tessera/core/types/promotion.hpp>
#include <tessera/distributed/collective/operations.hpp>
#include <tessera/distributed/functions/reduction_message.hpp>
#include <tessera/distributed/stencils/sum_of_terms.hpp>

#include <array>
#include <tuple>
#include <utility>

namespace tessera::detail {

template <class... T> struct types;

/// How one reduction is computed.
enum class total_kind { exact, plain, integers, extremum };

template <class Op>
inline constexpr bool is_extremum_operation =
    std::is_same_v<Op, op::min_t> || std::is_same_v<Op, op::max_t>;
/// An operation that what kernels give is reduced by.
template <class Op>
concept cell_operation = std::is_same_v<Op, op::sum_t> || std::is_same_v<Op, op::plain_sum_t> ||
    is_extremum_operation<Op>;

/// Element k of the values that a kernel gives for a cell; of a single one, that.
template <std::size_t K, class Values>
[[gnu::always_inline]] constexpr decltype(auto) value_at(const Values& values) {
  if constexpr (requires { std::tuple_size<Values>::value; })
    return std::get<K>(values);
  else
    return (values);
}

template <class Op, class T> constexpr total_kind total_kind_of() {
  static_assert(std::is_arithmetic_v<T> && sizeof(T) <= sizeof(double),
                "what a kernel gives to be reduced are real numbers, of 64 bits at most");
  if constexpr (is_extremum_operation<Op>)
    return total_kind::extremum;
  else if constexpr (std::is_integral_v<T>)
    return total_kind::integers;
  else
    return std::is_same_v<Op, op::sum_t> ? total_kind::exact : total_kind::plain;
}

[[noreturn]] void throw_no_cells();

/// What the terms of a row come to, but for those of exact sums: added up in registers.
struct row_totals {
  static constexpr std::size_t most = 4;
  double plain[most]{};
  std::uint64_t integers[most]{};
  std::int64_t keys[most]{INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN};
};

/// How many of the first `n` are of a kind.
constexpr std::size_t count_of_kind(const total_kind* kinds, std::size_t n, total_kind kind) {
  std::size_t found = 0;
  for (std::size_t r = 0; r < n; ++r) found += kinds[r] == kind ? 1 : 0;
  return found;
}

template <class Ops, class Terms> class cell_totals;

/// Reductions by each `Op` of terms of each `T`, of one thread, one rank or all. Sums that are
/// exact do not depend on who adds which terms; neither do extrema, and sums of integers.
template <class... Op, class... T> class cell_totals<types<Op...>, types<T...>> {
  static constexpr std::size_t count = sizeof...(Op);
  static constexpr total_kind kinds[] = {total_kind_of<Op, T>()...};

public:
  static constexpr std::size_t count_of(total_kind kind) {
    return count_of_kind(kinds, count, kind);
  }
  /// The reduction that is number `place` of its kind.
  static constexpr std::size_t at_place(total_kind kind, std::size_t place) {
    std::size_t r = 0;
    for (; r < count; ++r)
      if (kinds[r] == kind && place-- == 0) break;
    return r;
  }
  static constexpr std::size_t exact_sums = count_of_kind(kinds, count, total_kind::exact);
  static_assert(
      count_of_kind(kinds, count, total_kind::plain) <= row_totals::most &&
          count_of_kind(kinds, count, total_kind::integers) <= row_totals::most &&
          count_of_kind(kinds, count, total_kind::extremum) <= row_totals::most,
      "a kernel gives at most four terms of plain sums, four of sums of integers and four "
      "of extrema; exact sums may be more");

  /// Number `place` of the terms of a kind that stand in a kernel's values behind the first ones,
  /// as it is added up, or compared.
  template <std::size_t First, total_kind Kind, std::size_t Place, class Values>
  [[gnu::always_inline]] static auto term(const Values& values) {
    constexpr std::size_t r = at_place(Kind, Place);
    const auto& value = value_at<First + r>(values);
    if constexpr (Kind == total_kind::integers)
      return static_cast<std::uint64_t>(value);
    else if constexpr (Kind == total_kind::extremum)
      return order_of(value, is_minimum<r>);
    else
      return static_cast<double>(value);
  }

  /// Stores the values of a cell, and adds the terms behind them.
  template <class... To, class Values>
  void keep_cell(std::byte* const* to, index_t i, const Values& values) {
    [&]<std::size_t... O>(std::index_sequence<O...>) {
      (static_cast<void>(reinterpret_cast<To*>(to[O])[i] = kept<To>(value_at<O>(values))), ...);
    }
    (std::index_sequence_for<To...>());
    [&]<std::size_t... R>(std::index_sequence<R...>) { (add_term<sizeof...(To), R>(values), ...); }
    (std::index_sequence_for<Op...>());
    has_cells_ = true;
  }

  /// Where the terms of n cells go.
  [[nodiscard]] double* terms(std::size_t exact, index_t n) { return exact_[exact].next(n); }
  void add(const row_totals& row, index_t n) {
    has_cells_ = has_cells_ || n > 0;
    for (std::size_t k = 0; k < count_of_kind(kinds, count, total_kind::plain); ++k)
      all_.plain[k] += row.plain[k];
    for (std::size_t k = 0; k < count_of_kind(kinds, count, total_kind::integers); ++k)
      all_.integers[k] += row.integers[k];
    for (std::size_t k = 0; k < count_of_kind(kinds, count, total_kind::extremum); ++k)
      all_.keys[k] = row.keys[k] > all_.keys[k] ? row.keys[k] : all_.keys[k];
  }
  void merge(cell_totals& other) {
    add(other.all_, other.has_cells_ ? 1 : 0);
    for (std::size_t k = 0; k < exact_sums; ++k) exact_[k].merge(other.exact_[k]);
  }

  void put(reduction_message& message) {
    [&]<std::size_t... R>(std::index_sequence<R...>) { (put_one<R>(message), ...); }
    (std::index_sequence_for<Op...>());
    if constexpr (count_of_kind(kinds, count, total_kind::extremum) > 0)
      message.add_maximum(has_cells_ ? 1 : 0);
  }
  /// The results over all ranks: one, or a tuple of them. Throws argument_error where there is an
  /// extremum of no cells.
  static auto take(reduction_message& message) {
    return [&]<std::size_t... R>(std::index_sequence<R...>) {
      const std::tuple found{take_one<R>(message)...}; // in this order
      if constexpr (count_of_kind(kinds, count, total_kind::extremum) > 0)
        if (message.next_maximum() == 0) throw_no_cells();
      if constexpr (count == 1)
        return std::get<0>(found);
      else
        return found;
    }
    (std::index_sequence_for<Op...>());
  }

private:
  template <std::size_t R>
  static constexpr bool is_minimum =
      std::is_same_v<std::tuple_element_t<R, std::tuple<Op...>>, op::min_t>;

  template <std::size_t First, std::size_t R, class Values> void add_term(const Values& values) {
    constexpr total_kind kind = kinds[R];
    constexpr std::size_t k = count_of_kind(kinds, R, kind);
    const auto one = term<First, kind, k>(values);
    if constexpr (kind == total_kind::exact)
      *exact_[k].next(1) = one;
    else if constexpr (kind == total_kind::plain)
      all_.plain[k] += one;
    else if constexpr (kind == total_kind::integers)
      all_.integers[k] += one;
    else
      all_.keys[k] = one > all_.keys[k] ? one : all_.keys[k];
  }

  template <std::size_t R> void put_one(reduction_message& message) {
    constexpr total_kind kind = kinds[R];
    constexpr std::size_t k = count_of_kind(kinds, R, kind);
    if constexpr (kind == total_kind::exact)
      message.add(exact_[k].total());
    else if constexpr (kind == total_kind::plain)
      message.add_plain(all_.plain[k]);
    else if constexpr (kind == total_kind::integers)
      message.add(static_cast<std::int64_t>(all_.integers[k]));
    else
      message.add_maximum(all_.keys[k]);
  }

  template <std::size_t R> static auto take_one(reduction_message& message) {
    using term = std::tuple_element_t<R, std::tuple<T...>>;
    constexpr total_kind kind = kinds[R];
    if constexpr (kind == total_kind::exact) {
      const exact_sum sum = message.next_exact_sum();
      if constexpr (std::is_same_v<term, float>)
        return sum.value_as_float();
      else
        return sum.value();
    } else if constexpr (kind == total_kind::plain) {
      return static_cast<term>(message.next_plain());
    } else if constexpr (kind == total_kind::integers) {
      return static_cast<sum_type<term>>(message.next_sum());
    } else {
      const auto found = number_at<term>(message.next_maximum(), is_minimum<R>);
      return found == term{} ? term{} : found; // no zero is -0
    }
  }

  row_totals all_;
  bool has_cells_ = false;
  std::array<sum_of_terms, exact_sums> exact_;
};

} // namespace tessera::detail

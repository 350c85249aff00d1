/// @file
/// The innermost loop of stencils whose kernels give something to be reduced beside their values.
#pragma once

#include <tessera/distributed/stencils/cell_totals.hpp>
#include <tessera/distributed/stencils/stencil.hpp>

#include <array>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera::detail {

/// What a kernel returns.
template <std::size_t N, class Kernel, class... From>
using kernel_values =
    std::remove_cvref_t<decltype(std::declval<const bound_kernel<N, Kernel, From...>&>().at(
        index_t{}, index_t{}, std::declval<const stencil_point<From, N>&>()...))>;

/// The totals of kernels that return the values of so many arrays, then a term for each operation.
template <std::size_t Outputs, class Values, class... Op> struct totals_of_values {
  template <std::size_t... R> static auto find(std::index_sequence<R...>) {
    return std::type_identity<cell_totals<
        types<Op...>,
        types<std::remove_cvref_t<decltype(value_at<Outputs + R>(std::declval<Values>()))>...>>>{};
  }
  using type = typename decltype(find(std::index_sequence_for<Op...>()))::type;
};

/// Refuses kernels that do not give a value for each array and a term for each reduction.
template <std::size_t Outputs, std::size_t N, class Kernel, class From, class... Op>
struct reducing_kernel;
template <std::size_t Outputs, std::size_t N, class Kernel, class... From, class... Op>
struct reducing_kernel<Outputs, N, Kernel, types<From...>, Op...> {
  static_assert(check_points<N, Kernel, From...>());
  using values = kernel_values<N, Kernel, From...>;
  static constexpr bool fits = count_of_values<values>() == Outputs + sizeof...(Op);
  static_assert(fits, "a kernel with reductions returns a value for each array that is computed, "
                      "then a term for each reduction, as a std::pair or std::tuple: "
                      "std::pair(value, term)");
  using totals = typename std::conditional_t<fits, totals_of_values<Outputs, values, Op...>,
                                             std::type_identity<void>>::type;
};

template <class To, class From, std::size_t N, class Kernel, class Totals> struct reducing_rows;

/// A kernel as in stencil_rows, and where the terms go that it gives behind the values of cells.
template <class... To, class... From, std::size_t N, class Kernel, class Totals>
struct reducing_rows<types<To...>, types<From...>, N, Kernel, Totals> {
  static constexpr std::size_t outputs = sizeof...(To);
  static constexpr std::size_t inputs = sizeof...(From);
  static constexpr std::size_t operands = outputs + inputs;

  using bound = bound_kernel<N, Kernel, From...>;

  const Kernel& kernel;
  neighbourhood<N> around[inputs];
  block_origin<N> origin{};
  Totals* totals;

  /// All rows of a plane, for `run_planes`; the arrays that are computed come first.
  static void plane(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
                    const void* stencil) {
    static_cast<const reducing_rows*>(stencil)->run(corners, steps, rows, n,
                                                    std::index_sequence_for<To...>(),
                                                    std::index_sequence_for<From...>());
  }

private:
  using kind = total_kind;
  static constexpr std::size_t exact = Totals::exact_sums;
  static constexpr std::size_t plain = Totals::count_of(kind::plain);
  static constexpr std::size_t integers = Totals::count_of(kind::integers);
  static constexpr std::size_t extrema = Totals::count_of(kind::extremum);
  using exact_places = std::make_index_sequence<exact>;

  template <std::size_t... O, std::size_t... I>
  void run(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
           std::index_sequence<O...>, std::index_sequence<I...>) const {
    run_rows(bound_at<bound>(kernel, origin, corners[0]), rows, n, *totals,
             output_row<To>{reinterpret_cast<To*>(corners[O]), steps[O]}...,
             input_row<From, N>{reinterpret_cast<const From*>(corners[outputs + I]), around[I],
                                steps[outputs + I]}...);
  }

  // All that the kernel calls must be inlined, however much it is, or nothing is vectorised.
  [[gnu::flatten]] static void run_rows(bound kernel, index_t rows, index_t n, Totals& totals,
                                        output_row<To>... to, input_row<From, N>... from) {
    const index_t stretch = exact > 0 && n > longest_stretch ? longest_stretch : n;
    for (; rows > 0; --rows) {
      for (index_t first = 0; first < n; first += stretch)
        compute(kernel, first, n - first < stretch ? n : first + stretch, totals, to..., from...);
      kernel.advance(1);
      (to.advance(1), ...);
      (from.advance(1), ...);
    }
  }

  // Nothing can be thrown out of a loop marked for OpenMP: the program ends there. Kernels that may
  // throw do not come here. Only variables by themselves are kept in registers by its reductions,
  // hence no arrays.
  [[gnu::always_inline]] static void compute(const bound& kernel, index_t first, index_t last,
                                             Totals& totals, const output_row<To>&... to,
                                             const input_row<From, N>&... from) {
    const std::array<double*, exact> terms = terms_of(totals, last - first, exact_places());
    double plain0 = 0, plain1 = 0, plain2 = 0, plain3 = 0;
    std::uint64_t integers0 = 0, integers1 = 0, integers2 = 0, integers3 = 0;
    std::int64_t key0 = INT64_MIN, key1 = INT64_MIN, key2 = INT64_MIN, key3 = INT64_MIN;
#pragma omp simd reduction(+ : plain0, plain1, plain2, plain3)                                     \
    reduction(+ : integers0, integers1, integers2, integers3) reduction(max : key0, key1, key2, key3)
    for (index_t i = first; i < last; ++i) {
      const auto values = kernel.at(0, i, from.point(0, i)...);
      store(i, values, std::index_sequence_for<To...>(), to...);
      store_terms(terms, i - first, values, exact_places());
      if constexpr (plain > 0) plain0 += term<kind::plain, 0>(values);
      if constexpr (plain > 1) plain1 += term<kind::plain, 1>(values);
      if constexpr (plain > 2) plain2 += term<kind::plain, 2>(values);
      if constexpr (plain > 3) plain3 += term<kind::plain, 3>(values);
      if constexpr (integers > 0) integers0 += term<kind::integers, 0>(values);
      if constexpr (integers > 1) integers1 += term<kind::integers, 1>(values);
      if constexpr (integers > 2) integers2 += term<kind::integers, 2>(values);
      if constexpr (integers > 3) integers3 += term<kind::integers, 3>(values);
      if constexpr (extrema > 0) key0 = larger(key0, term<kind::extremum, 0>(values));
      if constexpr (extrema > 1) key1 = larger(key1, term<kind::extremum, 1>(values));
      if constexpr (extrema > 2) key2 = larger(key2, term<kind::extremum, 2>(values));
      if constexpr (extrema > 3) key3 = larger(key3, term<kind::extremum, 3>(values));
    }
    totals.add({{plain0, plain1, plain2, plain3},
                {integers0, integers1, integers2, integers3},
                {key0, key1, key2, key3}},
               last - first);
  }

  template <kind Kind, std::size_t Place, class Values>
  [[gnu::always_inline]] static auto term(const Values& values) {
    return Totals::template term<outputs, Kind, Place>(values);
  }
  [[gnu::always_inline]] static std::int64_t larger(std::int64_t a, std::int64_t b) {
    return b > a ? b : a;
  }

  template <class Values, std::size_t... O>
  [[gnu::always_inline]] static void store([[maybe_unused]] index_t i,
                                           [[maybe_unused]] const Values& values,
                                           std::index_sequence<O...>, const output_row<To>&... to) {
    (to.store(0, i, value_at<O>(values)), ...);
  }
  template <std::size_t... E>
  static std::array<double*, exact>
  terms_of([[maybe_unused]] Totals& totals, [[maybe_unused]] index_t n, std::index_sequence<E...>) {
    return {totals.terms(E, n)...};
  }
  template <class Values, std::size_t... E>
  [[gnu::always_inline]] static void
  store_terms([[maybe_unused]] const std::array<double*, exact>& terms, [[maybe_unused]] index_t at,
              [[maybe_unused]] const Values& values, std::index_sequence<E...>) {
    ((terms[E][at] = term<kind::exact, E>(values)), ...);
  }
};

/// What kernels give for a box, on the threads of the process; each has totals of its own, which
/// are merged in their order.
template <std::size_t N, class Rows, class Totals>
void run_by_threads(const Rows& rows, const std::array<stencil_array<N>, Rows::operands>& arrays,
                    const flat_box& where, index_t band, Totals& totals) {
  const box_cut<N> cut(arrays[0], where);
  if (cut.pieces() == 1) return run_in_box(rows, arrays, where, band);
  std::vector<Totals> parts(static_cast<std::size_t>(cut.pieces()));
  cut.for_parts([&](const flat_box& part, index_t piece) {
    Rows own = rows;
    own.totals = &parts[static_cast<std::size_t>(piece)];
    run_in_box(own, arrays, part, band);
  });
  for (Totals& part : parts) totals.merge(part);
}

} // namespace tessera::detail

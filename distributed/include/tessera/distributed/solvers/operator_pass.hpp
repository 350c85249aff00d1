/// @file
/// One pass over arrays of one distribution, row by row, with the image of one of them under an
/// operator: what is computed from a row is still in the cache when it is added up.
#pragma once

#include <tessera/distributed/solvers/stencil_operator.hpp>
#include <tessera/distributed/stencils/sum_of_terms.hpp>

#include <utility>

namespace tessera::detail {

/// Adds products of corresponding elements; those of float in double.
inline void add_products(exact_sum& sum, const double* a, const double* b, index_t n) {
  sum.add_products(a, b, n);
}
inline void add_products(exact_sum& sum, const float* a, const float* b, index_t n) {
  double products[longest_stretch];
  for (index_t i = 0; i < n; ++i)
    products[i] = static_cast<double>(a[i]) * static_cast<double>(b[i]);
  sum.add(products, n);
}

/// The image of a row under a stencil, computed where it is asked for.
template <class T, std::size_t N, class Kernel> struct stencil_image {
  Kernel kernel;
  neighbourhood<N> around;
  const T* cells;

  auto operator()(index_t i) const { return kernel(stencil_point<T, N>(cells + i, around)); }
};
/// The image of a row that was computed before.
template <class T> struct stored_image {
  const T* cells;
  T operator()(index_t i) const { return cells[i]; }
};

/// No operator: a body gets the rows alone.
struct no_image {};

/// Calls `body(n, image, rows...)`, or without an image, for stretches of all rows of a box. The
/// first operand is that of which the image is, unless there is none.
template <std::size_t N, class Image, class Body, class... Row> struct row_pass {
  static constexpr bool has_image = !std::is_same_v<Image, no_image>;
  static constexpr std::size_t operands = sizeof...(Row) + (has_image ? 1 : 0);

  Image image;
  const Body& body;

  static void plane(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
                    const void* pass) {
    const auto& self = *static_cast<const row_pass*>(pass);
    for (index_t r = 0; r < rows; ++r)
      for (index_t first = 0; first < n; first += longest_stretch) {
        const index_t some = n - first < longest_stretch ? n - first : longest_stretch;
        self.run(corners, steps, r, first, some, std::index_sequence_for<Row...>());
      }
  }

private:
  template <class T>
  static T* row(std::byte* const* corners, const index_t* steps, std::size_t k, index_t r,
                index_t first) {
    return reinterpret_cast<T*>(corners[k]) + r * steps[k] + first;
  }
  template <std::size_t... I>
  void run(std::byte* const* corners, const index_t* steps, index_t r, index_t first, index_t n,
           std::index_sequence<I...>) const {
    if constexpr (has_image) {
      Image here = image;
      here.cells = row<std::remove_pointer_t<decltype(here.cells)>>(corners, steps, 0, r, first);
      body(n, here, row<Row>(corners, steps, 1 + I, r, first)...);
    } else {
      body(n, row<Row>(corners, steps, I, r, first)...);
    }
  }
};

template <class T, std::size_t N> view<const T, N> part_for_pass(const global_array<T, N>& a) {
  return a.owned();
}
template <class T, std::size_t N> view<T, N> part_for_pass(global_array<T, N>& a) {
  return writable_part(a);
}
template <class Array>
using row_of = std::conditional_t<std::is_const_v<Array>, const typename Array::value_type,
                                  typename Array::value_type>;

/// All that this rank owns.
template <std::size_t N> flat_box whole_box(const shape_t<N>& shape) {
  return {std::vector<index_t>(N), {shape.begin(), shape.end()}};
}

/// Planes are visited one after another.
template <std::size_t N> index_t all_rows(const flat_box& cells) {
  return N > 1 ? cells.upper[N - 2] - cells.lower[N - 2] + 1 : 1;
}

/// Calls `body(n, rows...)` for stretches of all rows of arrays of one distribution; those that are
/// not const are written. Local.
template <class Body, class First, class... Others>
void pass_rows(const Body& body, First& first, Others&... others) {
  constexpr std::size_t N = First::ndim;
  using pass = row_pass<N, no_image, Body, row_of<First>, row_of<Others>...>;
  const std::array<stencil_array<N>, pass::operands> arrays{
      stencil_array<N>(part_for_pass(first)), stencil_array<N>(part_for_pass(others))...};
  const flat_box cells = whole_box<N>(first.local_shape());
  run_in_box(pass{{}, body}, arrays, cells, all_rows<N>(cells));
}

/// The same with the image of `u`, which any operator has written to `image`.
template <class Body, class T, std::size_t N, class... Others>
void pass_stored(const Body& body, const flat_box& cells, const global_array<T, N>& image,
                 Others&... others) {
  using pass = row_pass<N, stored_image<T>, Body, row_of<Others>...>;
  const std::array<stencil_array<N>, pass::operands> arrays{
      stencil_array<N>(image.owned()), stencil_array<N>(part_for_pass(others))...};
  run_in_box(pass{{nullptr}, body}, arrays, cells, all_rows<N>(cells));
}

/// Calls `body(n, image, rows...)` where `image(i)` is the image of cell i of the stretch under the
/// operator. Where it is a stencil, cells that it leaves alone are not visited, and `scratch` is
/// not touched, unless the kernel must be watched; any other operator writes to `scratch`, which
/// may be among the arrays that the body writes. Collective.
template <class Operator, class T, std::size_t N, class Body, class... Others>
void pass_operator(const Operator& op, global_array<T, N>& u, global_array<T, N>& scratch,
                   const Body& body, Others&... others) {
  op(scratch, u);
  pass_stored(body, whole_box<N>(u.local_shape()), scratch, others...);
}

template <class Kernel, class T, std::size_t N, class Body, class... Others>
void pass_operator(const stencil_operator<Kernel>& op, global_array<T, N>& u,
                   global_array<T, N>& scratch, const Body& body, Others&... others) {
  global_block* const read = block_of(u);
  const auto reach = kernel_probe<N, Kernel, types<T>>::of(op.kernel());
  stencil_plan plan;
  plan_stencil(plan, &read, 1, reach_list(reach).get());
  if (plan.is_watched || !plan.contested.empty()) {
    apply(scratch, u, op.kernel());
    pass_stored(body, plan.regions->computed, scratch, others...);
    for (const flat_box& slab : plan.contested) pass_stored(body, slab, scratch, others...);
    return;
  }
  using pass = row_pass<N, stencil_image<T, N, Kernel>, Body, row_of<Others>...>;
  const view<const T, N> from = std::as_const(u).owned();
  const std::array<stencil_array<N>, pass::operands> arrays{
      stencil_array<N>(from), stencil_array<N>(part_for_pass(others))...};
  const pass run{{op.kernel(), {from.strides(), u.halo()}, nullptr}, body};
  const index_t row_bytes = N > 1 ? from.strides()[N > 1 ? N - 2 : 0] * index_t{sizeof(T)} : 0;
  const index_t planes = u.halo().lower[0] + u.halo().upper[0] + 1;
  const index_t band = rows_per_band(row_bytes, planes + static_cast<index_t>(sizeof...(Others)));
  transfer exchange = u.start_halo();
  for_regions(
      plan, true, [&] { read->finish_halo(exchange); },
      [&](const flat_box& cells) { run_in_box(run, arrays, cells, band); });
}

} // namespace tessera::detail

/// @file
/// One kernel of a step: what it reads and computes, how far it reads, and where.
#pragma once

#include <tessera/distributed/stencils/choosing_kernels.hpp>
#include <tessera/distributed/stencils/stage_facts.hpp>
#include <tessera/distributed/stencils/stencil.hpp>
#include <tessera/distributed/stencils/stencil_radius.hpp>

#include <array>
#include <cstdint>
#include <tuple>
#include <utility>

namespace tessera {

namespace detail {

/// How many of `n` elements lie before the next cache line. A row written from there on goes out in
/// whole lines: from the second-level cache that is twice as fast.
template <class T> index_t cells_to_line(const T* row, index_t n) {
  const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(row) % cache_line);
  const index_t cells = (cache_line - past) % cache_line / index_t{sizeof(T)};
  return cells > 0 && cells < n ? cells : n;
}

template <class To, class From, std::size_t N, class Kernel> struct stage_code;

/// The typed code of a stage.
template <class... To, class... From, std::size_t N, class Kernel>
struct stage_code<types<To...>, types<From...>, N, Kernel> {
  using stencil = stencil_rows<types<To...>, types<From...>, N, Kernel>;
  static constexpr std::size_t outputs = sizeof...(To);
  static constexpr std::size_t inputs = sizeof...(From);
  using all_outputs = std::make_index_sequence<outputs>;
  using all_inputs = std::make_index_sequence<inputs>;
  /// What rows read in common is read once; of more arrays there is no room for it in registers.
  static constexpr index_t rows_together = N == 1                  ? 1
                                           : outputs + inputs == 2 ? rows_at_once
                                           : outputs + inputs <= 4 ? 2
                                                                   : 1;

  const Kernel* kernel;
  std::size_t number;
  shape_t<N> to_strides[outputs];
  neighbourhood<N> around[inputs];
  bool has_colour;
  bool is_computed[inputs];

  static void run(std::byte* const* corners, index_t rows, index_t n, const cell_origin& origin,
                  const void* context) {
    const auto& c = *static_cast<const stage_code*>(context);
    c.run_rows(corners, rows, n, origin, all_outputs(), all_inputs());
  }

  static void run_in_box(std::byte* const* first, const flat_box& cells, const cell_origin& origin,
                         index_t band, const void* context) {
    const auto& c = *static_cast<const stage_code*>(context);
    c.run_box(first, cells, origin, band, all_outputs(), all_inputs());
  }

  /// Cell by cell: for kernels that may throw, or read farther than was said.
  static void watch(std::byte* const* corners, index_t rows, index_t n, const cell_origin& origin,
                    const void* context) {
    const auto& c = *static_cast<const stage_code*>(context);
    auto kernel = bind_kernel<N, From...>(*c.kernel, origin);
    std::byte* row[outputs + inputs];
    for (index_t r = 0; r < rows; ++r, kernel.advance(1)) {
      c.find_row(corners, r, row, all_outputs(), all_inputs());
      for (index_t i = 0; i < n; ++i) c.watch_cell(kernel, row, i, all_inputs());
    }
  }

  /// @throws index_error for what is read farther than was said; argument_error for a neighbour of
  /// the same colour in an array that is computed.
  void check_record(std::size_t k, const reach_record<N>& record) const {
    if (has_colour && is_computed[k] && record.is_even_neighbour) throw_same_colour(number, k);
    bool is_beyond = false;
    read_range reach[N];
    for (std::size_t d = 0; d < N; ++d) {
      reach[d] = {around[k].reach.lower[d], around[k].reach.upper[d]};
      is_beyond = is_beyond || record.along[d].lower > reach[d].lower ||
                  record.along[d].upper > reach[d].upper;
    }
    if (is_beyond) throw_beyond_reach(number, k, N, record.along, reach);
  }

private:
  template <std::size_t... O, std::size_t... I>
  void run_rows(std::byte* const* corners, index_t rows, index_t n, const cell_origin& origin,
                std::index_sequence<O...> to, std::index_sequence<I...> from) const {
    const shape_t<N>& strides = to_strides[0];
    const bool are_alike =
        ((to_strides[O] == strides) && ...) && ((around[I].strides == strides) && ...);
    if (are_alike)
      run_alike(corners, rows, n, origin, to, from);
    else
      run_any(corners, rows, n, origin, to, from);
  }

  /// Of arrays that lie alike in memory: one distance to each neighbour, which leaves registers to
  /// the kernel.
  // All that the kernel calls must be inlined, however much it is, or nothing is vectorised.
  template <std::size_t... O, std::size_t... I>
  [[gnu::flatten, gnu::noinline]] void
  run_alike(std::byte* const* corners, index_t rows, index_t n, const cell_origin& origin,
            std::index_sequence<O...>, std::index_sequence<I...>) const {
    const shape_t<N> strides = to_strides[0];
    run_typed_rows(bind_kernel<N, From...>(*kernel, origin), rows, n,
                   output_row<To>{reinterpret_cast<To*>(corners[O]), row_step(strides)}...,
                   input_row<From, N>{reinterpret_cast<const From*>(corners[outputs + I]),
                                      {strides, {}},
                                      row_step(strides)}...);
  }
  template <std::size_t... O, std::size_t... I>
  [[gnu::flatten, gnu::noinline]] void run_any(std::byte* const* corners, index_t rows, index_t n,
                                               const cell_origin& origin, std::index_sequence<O...>,
                                               std::index_sequence<I...>) const {
    run_typed_rows(bind_kernel<N, From...>(*kernel, origin), rows, n,
                   output_row<To>{reinterpret_cast<To*>(corners[O]), row_step(to_strides[O])}...,
                   input_row<From, N>{reinterpret_cast<const From*>(corners[outputs + I]),
                                      around[I], row_step(around[I].strides)}...);
  }

  [[gnu::always_inline]] static void run_typed_rows(typename stencil::bound kernel, index_t rows,
                                                    index_t n, output_row<To>... to,
                                                    input_row<From, N>... from) {
    if constexpr (rows_together > 1)
      for (; rows >= rows_together; rows -= rows_together) {
        index_t end = cells_to_line(std::get<0>(std::tie(to...)).cells, n);
        for (index_t i = 0; i < n; i = std::exchange(end, n))
          stencil::compute(kernel, i, end, std::make_index_sequence<std::size_t{rows_together}>(),
                           to..., from...);
        kernel.advance(rows_together);
        (to.advance(rows_together), ...);
        (from.advance(rows_together), ...);
      }
    for (; rows > 0; --rows) {
      stencil::compute(kernel, 0, n, std::make_index_sequence<1>(), to..., from...);
      kernel.advance(1);
      (to.advance(1), ...);
      (from.advance(1), ...);
    }
  }

  template <std::size_t... O, std::size_t... I>
  void run_box(std::byte* const* first, const flat_box& cells, const cell_origin& origin,
               index_t band, std::index_sequence<O...>, std::index_sequence<I...>) const {
    const std::array<stencil_array<N>, outputs + inputs> arrays{
        stencil_array<N>(first[O], sizeof(To), to_strides[O])...,
        stencil_array<N>(first[outputs + I], sizeof(From), around[I].strides)...};
    const stencil rows{
        *kernel,
        {around[I]...},
        {arrays[0].data, arrays[0].itemsize, arrays[0].strides, placed_origin<N>(origin)}};
    run_by_threads(rows, arrays, cells, band);
  }

  static index_t row_step(const shape_t<N>& strides) { return N > 1 ? strides[0] : 0; }

  template <std::size_t... O, std::size_t... I>
  void find_row(std::byte* const* corners, index_t r, std::byte** row, std::index_sequence<O...>,
                std::index_sequence<I...>) const {
    ((row[O] = corners[O] + r * row_step(to_strides[O]) * index_t{sizeof(To)}), ...);
    ((row[outputs + I] =
          corners[outputs + I] + r * row_step(around[I].strides) * index_t{sizeof(From)}),
     ...);
  }

  template <class Bound, std::size_t... I>
  void watch_cell(const Bound& bound, std::byte* const* row, index_t i,
                  std::index_sequence<I...>) const {
    reach_record<N> records[inputs];
    store_values<To...>(
        row, i,
        bound.at(0, i,
                 stencil_point<From, N>(reinterpret_cast<const From*>(row[outputs + I]) + i,
                                        around[I], 0, &records[I])...));
    for (std::size_t k = 0; k < inputs; ++k) check_record(k, records[k]);
  }
};

} // namespace detail

/// A kernel as a stage of a step: see `stage`.
template <class To, class From, std::size_t N, class Kernel> class kernel_stage;

/// A kernel as a stage of a step: see `stage`. A value; all members are local.
template <class... To, class... From, std::size_t N, class Kernel>
class kernel_stage<detail::types<To...>, detail::types<From...>, N, Kernel> final
    : public detail::any_stage {
  using code = detail::stage_code<detail::types<To...>, detail::types<From...>, N, Kernel>;
  static constexpr std::size_t outputs = sizeof...(To);
  static constexpr std::size_t inputs = sizeof...(From);

public:
  /// As `stage` makes it.
  kernel_stage(const std::tuple<global_array<To, N>&...>& to,
               const std::tuple<global_array<From, N>&...>& from, Kernel kernel)
      : to_(pointers(to)), from_(pointers(from)), kernel_(std::move(kernel)) {
    detail::check_kernel<outputs, N, Kernel, From...>();
  }
  kernel_stage(const kernel_stage& other)
      : to_(other.to_), from_(other.from_), kernel_(other.kernel_), radius_(other.radius_),
        is_declared_(other.is_declared_), within_(other.within_), delay_(other.delay_),
        has_colour_(other.has_colour_) {}
  kernel_stage& operator=(const kernel_stage&) = delete;

  /// Says how far the kernel reads from its cell: one that reads farther is refused. Needed where a
  /// trial call does not show it, as for a kernel that chooses by what it reads.
  [[nodiscard]] kernel_stage reading(const stencil_radius<N>& radius) const {
    kernel_stage result(*this);
    for (std::size_t k = 0; k < inputs; ++k) {
      result.radius_[k] = radius.along;
      result.is_declared_[k] = true;
    }
    return result;
  }
  /// The same of one of the arrays that it reads, counted from 0.
  /// @throws index_error when it does not read so many.
  [[nodiscard]] kernel_stage reading(std::size_t array, const stencil_radius<N>& radius) const {
    kernel_stage result(*this);
    if (array >= inputs) detail::throw_no_such_input(array, inputs);
    result.radius_[array] = radius.along;
    result.is_declared_[array] = true;
    return result;
  }
  /// For the cells lower <= i < upper alone, by global index; the others keep what they hold.
  [[nodiscard]] kernel_stage within(const shape_t<N>& lower, const shape_t<N>& upper) const {
    kernel_stage result(*this);
    result.within_.clear();
    for (std::size_t d = 0; d < N; ++d) result.within_.push_back({lower[d], upper[d]});
    return result;
  }
  /// For one cell, such as a source: `stage(p, p, source).at({i, j})`.
  [[nodiscard]] kernel_stage at(const shape_t<N>& cell) const {
    shape_t<N> upper = cell;
    for (index_t& i : upper) ++i;
    return within(cell, upper);
  }
  /// The time of the stage, in steps after the beginning of its step: 0.5 is halfway. Boundary
  /// conditions are met, and `here.time()` is, as they are then.
  [[nodiscard]] kernel_stage after(double steps) const {
    kernel_stage result(*this);
    result.delay_ = steps;
    return result;
  }
  /// For the cells of one colour, as of a chess board: those whose indices add up to an even number
  /// (0) or an odd one (1). The others keep what they hold, so the kernel may read neighbours, of
  /// the other colour, in the arrays that it computes: Gauss-Seidel, Ising. It is called for all
  /// cells.
  [[nodiscard]] auto on_colour(index_t colour) const;
  /// For the cells where `mask` is true; the others keep what they hold. The mask lines up with the
  /// arrays, is referred to, and may change from step to step; where several steps are to go
  /// together, it needs a halo as deep as theirs. The kernel is called for all cells, and what it
  /// gives elsewhere counts for nothing.
  [[nodiscard]] auto only_where(global_array<bool, N>& mask) const;

  /// For those who run it.
  detail::stage_facts facts(std::size_t number) override;

private:
  template <class T, class F, std::size_t M, class K> friend class kernel_stage;

  template <class... T>
  static std::tuple<global_array<T, N>*...> pointers(const std::tuple<global_array<T, N>&...>& of) {
    return std::apply([](auto&... a) { return std::tuple<global_array<T, N>*...>(&a...); }, of);
  }
  /// The same with a kernel made of this one, which reads more arrays, of these the cell alone.
  template <class K, class... More>
  auto with_kernel(K kernel, const std::tuple<global_array<More, N>*...>& more) const;
  /// Can it not throw, nor read farther than was declared?
  [[nodiscard]] bool is_within_bound(const detail::kernel_reach<N, inputs>& known) const;
  void find_reach(std::size_t number, const detail::kernel_reach<N, inputs>& known,
                  detail::stage_facts& found) const;

  std::tuple<global_array<To, N>*...> to_;
  std::tuple<global_array<From, N>*...> from_;
  Kernel kernel_;
  std::array<shape_t<N>, inputs> radius_{};
  std::array<bool, inputs> is_declared_{};
  std::vector<interval> within_;
  double delay_ = 0;
  bool has_colour_ = false;
  code code_{};
};

} // namespace tessera

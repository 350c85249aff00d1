/// @file
/// Stencils whose kernels may throw or read beyond a halo, and cells of which only their own
/// stencil tells whether it stays in the domain: computed one by one, watched.
#pragma once

#include <tessera/core/view.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/stencils/stencil_cell.hpp>
#include <tessera/distributed/stencils/stencil_plan.hpp>

#include <array>
#include <utility>

namespace tessera::detail {

/// An array of a stencil without its type: this rank's elements of it.
template <std::size_t N> struct stencil_array {
  template <class T>
  explicit stencil_array(const view<T, N>& owned)
      : data(reinterpret_cast<std::byte*>(const_cast<std::remove_const_t<T>*>(owned.data()))),
        itemsize(sizeof(T)), strides(owned.strides()) {}
  stencil_array(std::byte* first, std::size_t bytes, const shape_t<N>& strides_in_elements)
      : data(first), itemsize(static_cast<index_t>(bytes)), strides(strides_in_elements) {}

  std::byte* data;
  index_t itemsize;
  shape_t<N> strides;
};

/// The first cell that this rank owns of an array, now.
template <std::size_t N> placed_origin<N> origin_of(const global_block& block) {
  placed_origin<N> origin;
  for (std::size_t d = 0; d < N; ++d) origin.index[d] = block.owned(d).lower;
  origin.time = block.time();
  return origin;
}
template <std::size_t N>
block_origin<N> block_origin_of(const global_block& block, const stencil_array<N>& array) {
  return {array.data, array.itemsize, array.strides, origin_of<N>(block)};
}

template <class... To, class Values>
void store_values(std::byte* const* to, index_t i, const Values& values) {
  [&]<std::size_t... O>(std::index_sequence<O...>) {
    if constexpr (sizeof...(To) == 1)
      (static_cast<void>(reinterpret_cast<To*>(to[O])[i] = static_cast<To>(values)), ...);
    else
      (static_cast<void>(reinterpret_cast<To*>(to[O])[i] = static_cast<To>(std::get<O>(values))),
       ...);
  }
  (std::index_sequence_for<To...>());
}

template <class To, class From, std::size_t N, class Kernel, class Totals = void>
class watched_stencil;

/// The arrays that are written come first. One that is read as well may be read in the cell alone.
template <class... To, class... From, std::size_t N, class Kernel, class Totals>
class watched_stencil<types<To...>, types<From...>, N, Kernel, Totals> {
  static constexpr std::size_t outputs = sizeof...(To);
  static constexpr std::size_t inputs = sizeof...(From);
  static constexpr std::size_t operands = outputs + inputs;

public:
  watched_stencil(const Kernel& kernel, const std::array<stencil_array<N>, operands>& arrays,
                  global_block* const* read, const placed_origin<N>& origin,
                  Totals* totals = nullptr)
      : kernel_(kernel), arrays_(arrays), read_(read), origin_(origin), totals_(totals) {
    for (std::size_t k = 0; k < inputs; ++k) {
      around_[k].strides = arrays[outputs + k].strides;
      for (std::size_t o = 0; o < outputs; ++o)
        in_place_[k] = in_place_[k] || arrays[o].data == arrays[outputs + k].data;
      for (std::size_t d = 0; d < N && !in_place_[k]; ++d) {
        around_[k].reach.lower[d] = read[k]->halo()[d].lower;
        around_[k].reach.upper[d] = read[k]->halo()[d].upper;
      }
    }
  }

  /// All cells; the ranks agree on how it went. Collective.
  void run_together(const communicator& comm, const stencil_plan& plan) const {
    collectively(comm, [&] {
      run(plan.regions->computed);
      run_contested(plan.contested);
    });
  }

  /// Cells whose stencil stays in the domain.
  /// @throws what the kernel throws, and index_error when it reads beyond a halo.
  void run(const flat_box& cells) const {
    for_rows(cells, [this](std::byte* const* row, const index_t* first, index_t n) {
      bool is_beyond = false;
      for (index_t i = 0; i < n; ++i) {
        reach_record<N> records[inputs];
        keep(row, i, call(row, first, i, around_, records, all_inputs()));
        for (const reach_record<N>& record : records) is_beyond |= record.is_beyond;
      }
      if (is_beyond) find_beyond(row, first, n);
    });
  }

  /// Cells near ends without conditions. Those that read neighbours of them in an array that has
  /// no condition there keep what they hold.
  void run_contested(const std::vector<flat_box>& slabs) const {
    for (const flat_box& cells : slabs)
      for_rows(cells, [this](std::byte* const* row, const index_t* first, index_t n) {
        for (index_t i = 0; i < n; ++i) contest(row, first, i);
      });
  }

private:
  using all_inputs = std::make_index_sequence<inputs>;

  template <class F> void for_rows(const flat_box& cells, const F& treat) const {
    index_t at[N];
    for (std::size_t d = 0; d < N; ++d) {
      at[d] = cells.lower[d];
      if (cells.upper[d] <= at[d]) return;
    }
    while (true) {
      std::byte* row[operands];
      for (std::size_t k = 0; k < operands; ++k) {
        row[k] = arrays_[k].data;
        for (std::size_t d = 0; d < N; ++d)
          row[k] += at[d] * arrays_[k].strides[d] * arrays_[k].itemsize;
      }
      treat(row, at, cells.upper[N - 1] - at[N - 1]);
      std::size_t d = N - 1;
      while (d > 0 && ++at[d - 1] == cells.upper[d - 1]) {
        --d;
        at[d] = cells.lower[d];
      }
      if (d == 0) return;
    }
  }

  /// Cell i of a row whose first one is at `first` in the block.
  template <std::size_t... I>
  auto call(std::byte* const* row, const index_t* first, index_t i, const neighbourhood<N>* around,
            reach_record<N>* records, std::index_sequence<I...>) const {
    const auto with = [&](const auto&... cell_if_any) {
      return kernel_(cell_if_any...,
                     stencil_point<From, N>(reinterpret_cast<const From*>(row[outputs + I]) + i,
                                            around[I], 0, &records[I])...);
    };
    if constexpr (takes_cell<N, Kernel, From...>()) {
      placed_origin<N> at = origin_;
      for (std::size_t d = 0; d < N; ++d) at.index[d] += first[d];
      return with(stencil_cell<N>(at, 0, i));
    } else {
      return with();
    }
  }

  void contest(std::byte* const* row, const index_t* first, index_t i) const {
    neighbourhood<N> around[inputs];
    for (std::size_t k = 0; k < inputs; ++k) {
      around[k] = around_[k];
      if (is_near_bare_end(*read_[k], first, i)) around[k].reach = halo<N>();
    }
    reach_record<N> records[inputs];
    try {
      const auto values = call(row, first, i, around, records, all_inputs());
      if (!leaves_domain(records)) keep(row, i, values);
    } catch (...) {
      // Of a cell that is left alone, what it was given in place of what is beyond counts for
      // nothing.
      if (!leaves_domain(records)) throw;
    }
    for (std::size_t k = 0; k < inputs; ++k) check_record(k, records[k]);
  }

  template <class Values> void keep(std::byte* const* to, index_t i, const Values& values) const {
    if constexpr (std::is_void_v<Totals>)
      store_values<To...>(to, i, values);
    else
      totals_->template keep_cell<To...>(to, i, values);
  }

  void check_record(std::size_t k, const reach_record<N>& record) const {
    if (in_place_[k] && record.is_beyond) throw_replaced_neighbour(k, inputs);
    if (is_beyond_halo(*read_[k], record.along))
      throw_beyond_halo(*read_[k], record.along, k, inputs);
  }

  static bool leaves_domain(const reach_record<N>* records) {
    bool leaves = false;
    for (std::size_t k = 0; k < inputs; ++k) leaves |= records[k].is_beyond;
    return leaves;
  }

  static bool is_near_bare_end(global_block& array, const index_t* first, index_t i) {
    const flat_box& computed = array.regions().computed;
    for (std::size_t d = 0; d < N; ++d) {
      const index_t at = first[d] + (d + 1 == N ? i : 0);
      if (at < computed.lower[d] || at >= computed.upper[d]) return true;
    }
    return false;
  }

  /// Repeats a row to find what was read there.
  void find_beyond(std::byte* const* row, const index_t* first, index_t n) const {
    reach_record<N> records[inputs];
    for (index_t i = 0; i < n; ++i) {
      static_cast<void>(call(row, first, i, around_, records, all_inputs()));
      for (std::size_t k = 0; k < inputs; ++k) check_record(k, records[k]);
    }
  }

  const Kernel& kernel_;
  const std::array<stencil_array<N>, operands>& arrays_;
  global_block* const* read_;
  placed_origin<N> origin_;
  neighbourhood<N> around_[inputs];
  bool in_place_[inputs]{};
  Totals* totals_;
};

} // namespace tessera::detail

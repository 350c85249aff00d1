/// @file
/// Bodies of global_array's members.
#pragma once

#include <tessera/core/threads/pieces.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/arrays/global_array_class.hpp>

#include <limits>

namespace tessera {

namespace detail {

template <class T, std::size_t N> struct operand_traits<global_array<T, N>> {
  static auto capture(const global_array<T, N>& a) { return a.view().node(); }
  static auto capture(global_array<T, N>&& a) { return owning_global_node<T, N>(std::move(a)); }
};

template <std::size_t N> axes_span axes_of(const distribution<N>& d) {
  return {d.axes().begin(), d.axes().end()};
}

template <std::size_t N> std::vector<halo_axis> halo_axes(const halo<N>& width) {
  std::vector<halo_axis> result;
  for (std::size_t d = 0; d < N; ++d)
    result.push_back({width.lower[d], width.upper[d], width.periodic[d]});
  return result;
}

/// See global_block.
template <class T>
inline constexpr char kind_of_element = std::is_same_v<T, bool>       ? 'b'
                                        : std::is_floating_point_v<T> ? 'f'
                                        : !std::is_integral_v<T>      ? '?'
                                        : std::is_signed_v<T>         ? 'i'
                                                                      : 'u';

/// Can an F be called with the indices of an element?
template <class F, class Axes> inline constexpr bool takes_indices = false;
template <class F, std::size_t... D>
inline constexpr bool takes_indices<F, std::index_sequence<D...>> =
    std::is_invocable_v<F, decltype(static_cast<index_t>(D))...>;

/// What a halo holds before its first update: where checks are on, something that shows when it is
/// read.
template <class T> T unset_cell() {
  if constexpr (std::is_floating_point_v<T>)
    if (checks_are_on()) return std::numeric_limits<T>::quiet_NaN();
  return T{};
}

} // namespace detail

template <class T, std::size_t N>
global_array<T, N>::global_array(const process_grid<N>& grid,
                                 const tessera::distribution<N>& distribution,
                                 const tessera::halo<N>& width,
                                 const detail::callers_memory* memory)
    : grid_(grid), distribution_(distribution), halo_(width),
      state_(new detail::global_block(comm(), detail::axes_of(distribution),
                                      detail::halo_axes(width), sizeof(T), grid.size(),
                                      detail::kind_of_element<T>, grid.request(), memory)) {
  local_shape_ = distribution.local_shape(comm().rank());
  if (!distribution.is_cyclic()) block_ = distribution.block(comm().rank());
  if (memory != nullptr) return;
  const local_view<T> all_cells(reinterpret_cast<T*>(state_->data()), padded_shape());
  if (all_cells.size() > size_of(local_shape_)) all_cells.assign(detail::unset_cell<T>());
}

template <class T, std::size_t N> shape_t<N> global_array<T, N>::padded_shape() const {
  shape_t<N> shape;
  for (std::size_t d = 0; d < N; ++d) shape[d] = state_->padded_shape()[d];
  return shape;
}

template <class T, std::size_t N> shape_t<N> global_array<T, N>::memory_strides() const {
  shape_t<N> strides;
  for (std::size_t d = 0; d < N; ++d) strides[d] = state_->layout().strides[d];
  return strides;
}

template <class T, std::size_t N> detail::global_node<T, N> global_array<T, N>::whole_node() const {
  detail::global_node<T, N> node{state_.get(), {}};
  node.layout.shape = shape();
  for (std::size_t d = 0; d < N; ++d) node.layout.walks[d].axis = static_cast<int>(d);
  return node;
}

template <class T, std::size_t N>
template <class U>
view<U, N> global_array<T, N>::owned_view(U* data) const {
  return {data + state_->layout().origin, local_shape_, memory_strides()};
}

template <class T, std::size_t N>
template <class U>
view<U, N> global_array<T, N>::inner_view(U* data) const {
  const shape_t<N> strides = memory_strides();
  shape_t<N> shape = local_shape_;
  U* first = data + state_->layout().origin;
  for (std::size_t d = 0; d < N; ++d) {
    const index_t width = halo_.lower[d] + halo_.upper[d];
    shape[d] = shape[d] > width ? shape[d] - width : 0;
    first += shape[d] > 0 ? halo_.lower[d] * strides[d] : 0;
  }
  return {first, shape, strides};
}

template <class T, std::size_t N> template <class F>
requires(!detail::is_value<F, T>) global_array<T, N>
&global_array<T, N>::fill(F&& value) {
  state_->agree_on_call("the array that is filled");
  const local_view<T> mine = detail::writable_part(*this);
  if constexpr (noexcept(std::apply(value, shape_t<N>())))
    fill_own(mine, value);
  else
    collectively(comm(), [&] { fill_own(mine, value); });
  return *this;
}

template <class T, std::size_t N>
template <class F>
void global_array<T, N>::fill_own(const local_view<T>& mine, F& value) const {
  // Threads share what may be called by several of them at once.
  if constexpr (detail::takes_indices<const F&, std::make_index_sequence<N>>) {
    constexpr index_t whole_lines = 64;
    detail::for_parts(
        mine.size(), detail::least_piece, whole_lines,
        [&](index_t begin, index_t end) { fill_part(mine, std::as_const(value), begin, end); });
  } else {
    fill_part(mine, value, 0, mine.size());
  }
}

template <class T, std::size_t N>
template <class F>
void global_array<T, N>::fill_part(const local_view<T>& mine, F& value, index_t begin,
                                   index_t end) const {
  const int rank = comm().rank();
  const axis_distribution& last = distribution_.axis(N - 1);
  const int part = state_->part(N - 1);
  while (begin < end) {
    shape_t<N> local{};
    index_t offset = 0;
    index_t before = begin;
    for (std::size_t d = N; d-- > 0; before /= local_shape_[d]) {
      local[d] = before % local_shape_[d];
      if (d + 1 < N) offset += local[d] * mine.strides()[d];
    }
    T* const row = mine.data() + offset;
    const index_t left = local_shape_[N - 1] - local[N - 1];
    const index_t row_end = local[N - 1] + (left < end - begin ? left : end - begin);
    begin += row_end - local[N - 1];
    // Elements that follow each other on the axis, then the next such run.
    for (index_t i = local[N - 1]; i < row_end;) {
      local[N - 1] = i;
      shape_t<N> index = distribution_.to_global(rank, local);
      const index_t stretch = i + last.stretch_length(part, i);
      const index_t upper = stretch < row_end ? stretch : row_end;
      for (; i < upper; ++i, ++index[N - 1]) row[i] = detail::kept<T>(std::apply(value, index));
    }
  }
}

template <class T, std::size_t N>
template <std::size_t K, class Lower, class Upper>
void global_array<T, N>::set_boundary(const axis_list<K>& axes, const Lower& lower,
                                      const Upper& upper) {
  for (const index_t axis : axes.axes)
    state_->set_boundary(axis, detail::boundary_side_of<T, N>(lower),
                         detail::boundary_side_of<T, N>(upper), detail::number_format_of<T>());
  for (std::size_t d = 0; d < N; ++d) halo_.periodic[d] = state_->halo()[d].periodic;
}

template <class T, std::size_t N>
template <class Condition>
void global_array<T, N>::set_boundary(const Condition& all_ends) {
  for (std::size_t d = 0; d < N; ++d)
    if (!halo_.periodic[d]) set_boundary(axis(d), all_ends);
}

template <class T, std::size_t N>
void global_array<T, N>::scatter(const local_view<const T>& whole, int root) {
  const auto node = whole_node();
  detail::check_root(root, comm().size());
  detail::check_scatter(comm(), root, whole.shape().data(), shape().data(), N);
  detail::scatter_elements(node.ref(), root, whole.data(), whole.strides().data());
}

// The usual types are compiled once, in the library.
extern template class global_array<double, 1>;
extern template class global_array<double, 2>;
extern template class global_array<double, 3>;
extern template class global_array<float, 1>;
extern template class global_array<float, 2>;
extern template class global_array<float, 3>;

} // namespace tessera

/// @file
/// Bodies of global_array's members.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/global_array.hpp>

#include <string>

namespace tessera {

namespace detail {

template <class T, std::size_t N> struct operand_traits<global_array<T, N>> {
  static auto capture(const global_array<T, N>& a) { return global_node<T, N>{a.owned(), &a}; }
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

/// Throws unless every array in an expression has this distribution over these ranks.
template <std::size_t N, class Node>
void check_distributions(const communicator& comm, const distribution<N>& expected,
                         const Node& node) {
  node.visit([&]<class Leaf>(const Leaf& leaf) {
    static_assert(Leaf::is_global, "an expression assigned to a global array holds a local one");
    static_assert(Leaf::ndim == N, "global arrays in an expression have the same number of axes");
    if (!(leaf.array->distribution() == expected))
      throw_distributions(to_string(leaf.array->distribution()), to_string(expected));
    if (!leaf.array->comm().same_ranks(comm))
      throw_distributions(to_string(expected), to_string(expected) + " of another communicator");
  });
}

} // namespace detail

template <class T, std::size_t N>
global_array<T, N>::global_array(const process_grid<N>& grid,
                                 const tessera::distribution<N>& distribution,
                                 const tessera::halo<N>& width)
    : grid_(grid), distribution_(distribution), halo_(width) {
  detail::check_grid_fits(detail::axes_of(distribution), comm().size());
  detail::check_halo(detail::axes_of(distribution), detail::halo_axes(width), sizeof(T));
  block_ = distribution.block(comm().rank());
  padded_shape_ = block_.shape();
  if (!block_.empty())
    for (std::size_t d = 0; d < N; ++d) padded_shape_[d] += width.lower[d] + width.upper[d];
  const index_t elements = size_of(padded_shape_);
  storage_ = detail::block_storage(comm(), elements * static_cast<index_t>(sizeof(T)));
  if (elements > size_of(block_.shape())) padded() = T{};
}

template <class T, std::size_t N>
template <class E>
global_array<T, N>& global_array<T, N>::assign(const E& from) {
  const auto& node = detail::as_node(from);
  detail::check_distributions(comm(), distribution_, node);
  detail::assign_node(owned(), node, owned().shape());
  return *this;
}

template <class T, std::size_t N>
template <class F>
global_array<T, N>& global_array<T, N>::fill(F&& value) {
  const view<T, N> mine = owned();
  const shape_t<N> shape = block_.shape();
  if (block_.empty()) return *this;
  shape_t<N> local{};
  while (true) {
    shape_t<N> index{};
    index_t offset = 0;
    for (std::size_t d = 0; d < N; ++d) {
      index[d] = block_.lower[d] + local[d];
      offset += local[d] * mine.strides()[d];
    }
    T* const row = mine.data() + offset;
    for (index_t i = 0; i < shape[N - 1]; ++i) {
      row[i] = std::apply(value, index);
      ++index[N - 1];
    }
    std::size_t d = N - 1;
    while (d > 0 && ++local[d - 1] == shape[d - 1]) local[--d] = 0;
    if (d == 0) return *this;
  }
}

template <class T, std::size_t N> const transfer_plan& global_array<T, N>::halo_plan() {
  if (!halo_plan_)
    halo_plan_ = detail::plan_halo(comm(), detail::axes_of(distribution_), detail::halo_axes(halo_),
                                   layout(), sizeof(T));
  return halo_plan_;
}

template <class T, std::size_t N> const detail::stencil_regions& global_array<T, N>::regions() {
  if (regions_.interior.lower.empty()) {
    std::vector<interval> block;
    for (std::size_t d = 0; d < N; ++d) block.push_back({block_.lower[d], block_.upper[d]});
    regions_ =
        detail::divide_block(detail::axes_of(distribution_), detail::halo_axes(halo_), block);
  }
  return regions_;
}

template <class T, std::size_t N> detail::block_layout global_array<T, N>::layout() const {
  const shape_t<N> strides = row_major_strides(padded_shape_);
  return {origin(), {strides.begin(), strides.end()}};
}

template <class T, std::size_t N>
transfer_plan redistribution_plan(const global_array<T, N>& from, const global_array<T, N>& to) {
  if (from.shape() != to.shape())
    throw shape_error("cannot redistribute shape " + to_string(from.shape()) + " to shape " +
                      to_string(to.shape()));
  if (!from.comm().same_ranks(to.comm()))
    throw argument_error("cannot redistribute between arrays over different ranks");
  return detail::plan_redistribution(to.comm(), detail::axes_of(from.distribution()), from.layout(),
                                     detail::axes_of(to.distribution()), to.layout(), sizeof(T));
}

template <class T, std::size_t N>
void redistribute(const global_array<T, N>& from, global_array<T, N>& to) {
  redistribution_plan(from, to).run(from.data(), to.data());
}

template <class T, std::size_t N> ndarray<T, N> global_array<T, N>::gather(int root) const {
  detail::check_root(root, comm().size());
  const detail::axes_span axes = detail::axes_of(distribution_);
  ndarray<T, N> whole = collectively(
      comm(), [&] { return ndarray<T, N>(comm().rank() == root ? shape() : shape_t<N>{}); });
  const shape_t<N> strides = row_major_strides(shape());
  detail::plan_redistribution(comm(), axes, layout(),
                              detail::all_on_rank(axes, root, comm().size()),
                              {0, {strides.begin(), strides.end()}}, sizeof(T))
      .run(data(), whole.data());
  return whole;
}

template <class T, std::size_t N> ndarray<T, N> global_array<T, N>::gather_all() const {
  ndarray<T, N> whole = collectively(comm(), [&] { return ndarray<T, N>(shape()); });
  detail::plan_allgather(comm(), detail::axes_of(distribution_), layout(), sizeof(T))
      .run(data(), whole.data());
  return whole;
}

template <class T, std::size_t N>
void global_array<T, N>::scatter(const view<const T, N>& whole, int root) {
  detail::check_root(root, comm().size());
  detail::check_scatter(comm(), root, whole.shape().data(), shape().data(), N);
  const detail::axes_span axes = detail::axes_of(distribution_);
  const shape_t<N>& strides = whole.strides();
  detail::plan_redistribution(comm(), detail::all_on_rank(axes, root, comm().size()),
                              {0, {strides.begin(), strides.end()}}, axes, layout(), sizeof(T))
      .run(whole.data(), data());
}

// The usual types are compiled once, in the library.
extern template class global_array<double, 1>;
extern template class global_array<double, 2>;
extern template class global_array<double, 3>;
extern template class global_array<float, 1>;
extern template class global_array<float, 2>;
extern template class global_array<float, 3>;

} // namespace tessera

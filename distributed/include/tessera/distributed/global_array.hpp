/// @file
/// An array spread over ranks in blocks, each with a halo of its neighbours' elements.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/distributed/block_storage.hpp>
#include <tessera/distributed/distribution.hpp>
#include <tessera/distributed/halo.hpp>
#include <tessera/distributed/plans.hpp>
#include <tessera/distributed/regions.hpp>

#include <string>
#include <tuple>
#include <utility>

namespace tessera {

template <class T, std::size_t N> class global_array;

namespace detail {

[[noreturn]] void throw_distributions(const std::string& a, const std::string& b);
void check_grid_fits(const axes_span& axes, int ranks);
void check_halo(const axes_span& axes, const std::vector<halo_axis>& halo, index_t itemsize);
void check_root(int root, int ranks);
void check_scatter(const communicator& comm, int root, const index_t* given,
                   const index_t* expected, std::size_t ndim);

/// A global array in an expression: the elements that this rank owns.
template <class T, std::size_t N> struct global_node {
  using value_type = T;
  static constexpr std::size_t ndim = N;
  static constexpr std::size_t leaves = 1;
  static constexpr bool is_global = true;

  view<const T, N> elements;
  const global_array<T, N>* array;

  /// The global one: broadcasting is decided on what all ranks see.
  [[nodiscard]] shape_t<N> shape() const { return array->shape(); }
  template <class Visit> void visit(Visit&& see) const { see(*this); }
  template <std::size_t First, bool, class Rows> auto bind(const Rows* rows) const {
    return reader_of<T>(rows[First]);
  }
};

template <class T, std::size_t N>
inline constexpr bool reads_numbers<global_node<T, N>> = is_plain_number<T>;

} // namespace detail

/// An array of N axes over the ranks of a process grid. Every rank holds one block, stored with its
/// halo in one piece of memory, the last axis fastest.
///
/// Whole expressions work on it: `v = 2.0 * u + w` runs on every rank's own elements, without
/// communication; all arrays in it must have the same distribution. Halos are filled by
/// `update_halo`. Copies copy the elements; copying and constructing are collective.
///
///     process_grid<2> grid(world);
///     global_array<double, 2> u(grid, {4096, 4096}, halo<2>(1));
///     u = 1.0;
///     u.update_halo();
template <class T, std::size_t N> class global_array : public detail::operand_tag {
  static_assert(element<T> && !std::is_const_v<T>, "elements must be trivially copyable");

public:
  using value_type = T;
  static constexpr std::size_t ndim = N;
  static constexpr bool is_global = true;
  static constexpr bool is_assignable = true;

  global_array() = default;
  /// An array of a global shape in equal blocks; its elements have no values yet, its halo is zero.
  /// Collective.
  /// @throws shape_error, argument_error, memory_error on all ranks.
  global_array(const process_grid<N>& grid, const shape_t<N>& shape, const halo<N>& width = {})
      : global_array(grid, tessera::distribution<N>(shape, grid), width) {}
  /// An array under a given distribution, whose dims multiply to the number of ranks. Collective.
  global_array(const process_grid<N>& grid, const tessera::distribution<N>& distribution,
               const halo<N>& width = {});

  global_array(const global_array& other) : global_array() {
    if (other.comm().size() == 0) return;
    *this = global_array(other.grid_, other.distribution_, other.halo_);
    padded().assign(other.padded());
  }
  global_array(global_array&& other) noexcept = default;
  /// Copies the elements; the other array must have the same distribution, unless this one was made
  /// without arguments: then it becomes a copy. Collective in that case.
  global_array& operator=(const global_array& other) {
    return comm().size() == 0 ? *this = global_array(other) : assign(other);
  }
  global_array& operator=(global_array&& other) noexcept = default;
  ~global_array() = default;

  /// Assigns an expression of global arrays with this distribution, or a scalar, on every rank's
  /// own elements. No communication; the halo becomes stale.
  /// @throws argument_error naming both distributions when they differ.
  template <class E>
  requires(array_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) global_array&
  operator=(const E& from) {
    return assign(from);
  }
  template <class E> global_array& assign(const E& from);

  /// Sets every element to a function of its global index: `u.fill([](index_t i, index_t j)
  /// {...})`. No communication.
  template <class F> global_array& fill(F&& value);

  [[nodiscard]] const communicator& comm() const { return grid_.comm(); }
  [[nodiscard]] const process_grid<N>& grid() const { return grid_; }
  [[nodiscard]] const tessera::distribution<N>& distribution() const { return distribution_; }
  [[nodiscard]] const tessera::halo<N>& halo() const { return halo_; }
  /// The global shape.
  [[nodiscard]] shape_t<N> shape() const { return distribution_.shape(); }
  [[nodiscard]] index_t size() const { return size_of(shape()); }
  /// The box of global index space that this rank owns.
  [[nodiscard]] const box<N>& block() const { return block_; }

  /// This rank's own elements.
  [[nodiscard]] view<T, N> owned() { return owned_view<T>(data()); }
  [[nodiscard]] view<const T, N> owned() const { return owned_view<const T>(data()); }
  /// Own elements and halo together.
  [[nodiscard]] view<T, N> padded() { return {data(), padded_shape_}; }
  [[nodiscard]] view<const T, N> padded() const { return {data(), padded_shape_}; }
  /// Own elements that are farther from every side of the block than the halo is wide.
  [[nodiscard]] view<T, N> interior() { return inner_view<T>(data()); }
  [[nodiscard]] view<const T, N> interior() const { return inner_view<const T>(data()); }

  /// Fills the halo from the owners of its elements, corners included. Collective; see
  /// detail::plan_halo for the messages. The first call finds the plan, later ones allocate
  /// nothing.
  void update_halo() { start_halo().finish(); }
  /// The same, split: own elements may be read, and interior ones computed from, until `finish`.
  [[nodiscard]] transfer start_halo() { return halo_plan().start(data(), data()); }
  /// The messages of a halo update.
  const transfer_plan& halo_plan();

  /// The whole array on rank `root`; empty elsewhere. Collective, one message per rank.
  [[nodiscard]] ndarray<T, N> gather(int root = 0) const;
  /// The whole array on every rank. Collective, a message from every rank to every other.
  [[nodiscard]] ndarray<T, N> gather_all() const;
  /// Distributes an array that `root` has, of the global shape; other ranks' argument is ignored.
  /// Collective, one message per rank.
  /// @throws shape_error on all ranks when the shape differs.
  void scatter(const view<const T, N>& whole, int root = 0);

  /// The cells of the block that need no halo for a stencil as wide as it, and the others.
  const detail::stencil_regions& regions();
  /// Where the block lies in memory, for plans.
  [[nodiscard]] detail::block_layout layout() const;
  [[nodiscard]] T* data() { return reinterpret_cast<T*>(storage_.data()); }
  [[nodiscard]] const T* data() const { return reinterpret_cast<const T*>(storage_.data()); }

private:
  [[nodiscard]] index_t origin() const {
    const shape_t<N> strides = row_major_strides(padded_shape_);
    index_t offset = 0;
    for (std::size_t d = 0; d < N; ++d) offset += halo_.lower[d] * strides[d];
    return block_.empty() ? 0 : offset;
  }
  template <class U> [[nodiscard]] view<U, N> owned_view(U* data) const {
    return {data + origin(), block_.shape(), row_major_strides(padded_shape_)};
  }
  template <class U> [[nodiscard]] view<U, N> inner_view(U* data) const {
    const shape_t<N> strides = row_major_strides(padded_shape_);
    shape_t<N> shape = block_.shape();
    U* first = data + origin();
    for (std::size_t d = 0; d < N; ++d) {
      shape[d] = shape[d] > halo_.lower[d] + halo_.upper[d]
                     ? shape[d] - halo_.lower[d] - halo_.upper[d]
                     : 0;
      first += shape[d] > 0 ? halo_.lower[d] * strides[d] : 0;
    }
    return {first, shape, strides};
  }

  process_grid<N> grid_;
  tessera::distribution<N> distribution_;
  tessera::halo<N> halo_;
  box<N> block_;
  shape_t<N> padded_shape_{};
  detail::block_storage storage_;
  transfer_plan halo_plan_; // made when first used, as are the regions
  detail::stencil_regions regions_;
};

/// Copies every element of one array to its place under another's distribution. Both have the same
/// shape and ranks. Collective; each element travels once at most, one message between two ranks.
/// @throws shape_error naming both shapes, argument_error when the ranks differ.
template <class T, std::size_t N>
void redistribute(const global_array<T, N>& from, global_array<T, N>& to);

/// The messages of `redistribute` between arrays like these, for repeated use:
/// `plan.run(from.data(), to.data())`. Collective in no way.
template <class T, std::size_t N>
[[nodiscard]] transfer_plan redistribution_plan(const global_array<T, N>& from,
                                                const global_array<T, N>& to);

/// Fills the halos of several arrays, their messages under way at the same time. Collective.
template <class... Arrays> void update_halos(Arrays&... arrays) {
  std::tuple started(arrays.start_halo()...);
  std::apply([](auto&... each) { (each.finish(), ...); }, started);
}

} // namespace tessera

#include <tessera/distributed/global_array_impl.hpp>

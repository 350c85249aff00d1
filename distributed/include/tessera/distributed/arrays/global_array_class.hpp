/// @file
/// An array spread over ranks in blocks, each with a halo of its neighbours' elements.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/core/views/axis.hpp>
#include <tessera/distributed/arrays/copy_plan.hpp>
#include <tessera/distributed/arrays/global_view.hpp>
#include <tessera/distributed/arrays/local_only.hpp>
#include <tessera/distributed/distribution.hpp>
#include <tessera/distributed/distribution/halo.hpp>

#include <tuple>
#include <utility>

namespace tessera {

namespace detail {

/// Does an X stand for one element of type T?
template <class X, class T>
inline constexpr bool is_value = scalar_operand<X> || std::is_same_v<std::remove_cvref_t<X>, T>;

template <class X> inline constexpr bool is_global_array = false;
template <class T, std::size_t N> inline constexpr bool is_global_array<global_array<T, N>> = true;

/// The elements of a global array that this rank owns, to be written by a collective operation.
template <class T, std::size_t N> view<T, N> writable_part(global_array<T, N>& a) {
  a.state_->mark_written();
  return a.owned_view(reinterpret_cast<T*>(a.state_->data()));
}

template <class T, std::size_t N> global_block* block_of(global_array<T, N>& a) {
  return a.state_.get();
}

/// An array whose block lies in memory of the caller's; see <tessera/distributed/arrays/wrap.hpp>.
struct in_callers_memory;

/// A temporary global array in an expression, which keeps it.
template <class T, std::size_t N> struct owning_global_node {
  using value_type = T;
  static constexpr std::size_t ndim = N;
  static constexpr std::size_t leaves = 1;
  static constexpr bool is_global = true;

  explicit owning_global_node(global_array<T, N>&& from)
      : array(std::move(from)), node(array.view().node()) {}

  global_array<T, N> array;
  global_node<T, N> node;

  [[nodiscard]] const shape_t<N>& shape() const { return node.shape(); }
  template <class Visit> void visit(Visit&& see) const { see(node); }
};

} // namespace detail

/// An array of N axes over the ranks of a process grid. Every rank holds one block, stored with its
/// halo in one piece of memory, the last axis fastest.
///
/// Whole expressions work on it: `v = 2.0 * u + w` runs on every rank's own elements, without
/// communication; all arrays in it must have the same distribution. Halos are filled by
/// `update_halo`. Copies copy the elements; copying and constructing are collective. Members that
/// do not say that they are collective are local. Those of an array that was made without arguments
/// throw argument_error where they need its elements.
///
///     process_grid<2> grid(world);
///     global_array<double, 2> u(grid, {4096, 4096}, halo<2>(1));
///     u = 1.0;
///     u.update_halo();
template <class T, std::size_t N> class global_array : public detail::operand_tag {
  static_assert(element<T> && !std::is_const_v<T>, "elements must be trivially copyable");

  template <class U> using local_view = tessera::view<U, N>;

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
               const halo<N>& width = {})
      : global_array(grid, distribution, width, nullptr) {}

  /// An array of the elements that an array, an expression or a view has: a local one that every
  /// rank has, or a global one, under whatever distribution. Collective.
  ///
  ///     global_array u(grid, ndarray{{1.0, 2.0}, {3.0, 4.0}});
  template <array_operand E>
  requires(E::ndim == N)
      global_array(const process_grid<N>& grid, const E& from, const tessera::halo<N>& width = {})
      : global_array(grid, detail::as_node(from).shape(), width) {
    if constexpr (detail::is_global_array<E>)
      view().assign(from.view());
    else
      view().assign(from);
  }

  global_array(const global_array& other) : global_array() {
    if (other.comm().size() == 0) return;
    *this = global_array(other.grid_, other.distribution_, other.halo_);
    state_->copy_from(*other.state_.get());
  }
  global_array(global_array&& other) noexcept = default;
  /// Copies the elements; the other array must have the same distribution, unless this one was made
  /// without arguments: then it becomes a copy. Collective in that case.
  global_array& operator=(const global_array& other) {
    return comm().size() == 0 ? *this = global_array(other) : assign(other);
  }
  global_array& operator=(global_array&& other) noexcept = default;
  ~global_array() = default;

  /// Assigns an expression, a scalar, or a local array that every rank has: every rank computes its
  /// own elements. Operands have this distribution, or are views that are shifted by no more than
  /// their halos are wide; then stale halos are updated. Other operands are refused:
  /// nothing moves silently, see `redistribute`. Operands may overlap this array. Collective.
  /// @throws shape_error, argument_error naming both distributions, on all ranks.
  template <class E>
  requires(array_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) global_array&
  operator=(const E& from) {
    return assign(from);
  }
  /// The same by name.
  template <class E> global_array& assign(const E& from) {
    detail::assign_global(whole_node(), detail::as_node(from));
    return *this;
  }

  /// @name Views
  /// `u(slice(1, -1), 3)` is a view of a part, distributed as the array is; see global_view. Views
  /// refer to the array, and must not outlive it; those of a const array are read-only. Local.
  /// @throws index_error, argument_error on all ranks for subscripts that the array has not, and
  /// for steps of zero.
  /// @{
  template <class... S>
  requires(detail::is_subscript<S>&&...) auto operator()(S... s) & {
    return global_view<T, N>(whole_node())(s...);
  }
  template <class... S>
  requires(detail::is_subscript<S>&&...) auto operator()(S... s) const& {
    return global_view<const T, N>(whole_node())(s...);
  }
  template <class... S>
  requires(detail::is_subscript<S>&&...) decltype(std::declval<const global_view<T, N>&>()(
      std::declval<S>()...))
  operator()(S... s) && {
    static_assert(
        detail::never<S...>,
        "a part of a temporary global array would refer to what is gone: give the array a "
        "name first, or evaluate the part with copy(...) where the array has a name");
    return global_view<T, N>(whole_node())(s...);
  }
  /// The elements that a mask or arrays of subscripts choose: see global_view.
  template <class... S>
  requires detail::chooses_places<S...>
  auto operator()(S&&... subscripts) & { return view()(std::forward<S>(subscripts)...); }
  template <class... S>
  requires detail::chooses_places<S...>
  auto operator()(S&&... subscripts) const& { return view()(std::forward<S>(subscripts)...); }
  template <class... S>
  requires detail::chooses_places<S...> detail::refused operator()(S&&... /*subscripts*/) && {
    static_assert(detail::never<S...>,
                  "elements of a temporary global array would refer to what is gone: give the "
                  "array a name first");
    return {};
  }
  /// All of it.
  [[nodiscard]] global_view<T, N> view() & { return global_view<T, N>(whole_node()); }
  [[nodiscard]] global_view<const T, N> view() const& {
    return global_view<const T, N>(whole_node());
  }
  /// The same elements with the axes in reverse order; nothing moves.
  [[nodiscard]] global_view<T, N> transpose() & { return view().transpose(); }
  [[nodiscard]] global_view<const T, N> transpose() const& { return view().transpose(); }
  /// @}

  /// An array of its own with the same elements, distribution and halo: `auto v = u.copy();`.
  /// Collective.
  [[nodiscard]] global_array copy() const { return *this; }

  /// One element, on all ranks: `u.at(0, -1)`. Collective: the ranks agree, the owner
  /// broadcasts.
  /// @throws index_error on all ranks.
  template <class... I>
  requires(sizeof...(I) == N && (detail::is_integer<I> && ...)) [[nodiscard]] T at(I... i) const {
    return view().at(i...);
  }
  /// Sets one element, which its owner writes: `u.set({0, -1}, 2.5)`. Collective: all ranks agree
  /// that the subscripts are right.
  /// @throws index_error on all ranks.
  void set(const shape_t<N>& index, const T& value) { view().set(index, value); }

  /// Sets every element to a function of its global index: `u.fill([](index_t i, index_t j)
  /// {...})`. What the function throws on any rank is thrown on all of them, after which elements
  /// may have been set, or not; so they agree, by an Allreduce, unless it is `noexcept`. With
  /// several threads, these call it at once, unless only what is not `const` can be called, as a
  /// `mutable` lambda is. Collective.
  template <class F>
  requires(!detail::is_value<F, T>) global_array& fill(F&& value);
  /// Sets every element to a value: the same as assigning it, `u.fill(0.5)`. Collective.
  template <class V>
  requires detail::is_value<V, T> global_array& fill(const V& value) { return *this = value; }

  /// The communicator of the grid.
  [[nodiscard]] const communicator& comm() const { return grid_.comm(); }
  [[nodiscard]] const process_grid<N>& grid() const { return grid_; }
  [[nodiscard]] const tessera::distribution<N>& distribution() const { return distribution_; }
  [[nodiscard]] const tessera::halo<N>& halo() const { return halo_; }
  /// The global shape.
  [[nodiscard]] shape_t<N> shape() const { return distribution_.shape(); }
  /// How many elements it has on all ranks together.
  [[nodiscard]] index_t size() const { return size_of(shape()); }
  /// The box of global index space that this rank owns.
  /// @throws argument_error when an axis is cyclic: it owns no box then, but `local_shape()`
  /// elements at distribution().to_global(rank, position).
  [[nodiscard]] const box<N>& block() const {
    if (distribution_.is_cyclic()) static_cast<void>(distribution_.block(0)); // says so
    return block_;
  }
  /// The shape of what this rank owns.
  [[nodiscard]] const shape_t<N>& local_shape() const { return local_shape_; }

  /// @name Memory of this rank
  /// Views that refer to the memory of the array, and must not outlive it. An array that is not
  /// const is opened for writing by them: who keeps the view may write at any time, so the halo is
  /// never again taken to be up to date. Open it on all ranks or on none (debug builds check that);
  /// to read, use a const array. Local; a call may wait for neighbours that still read the block.
  /// @{

  /// This rank's own elements.
  [[nodiscard]] local_view<T> owned() { return owned_view<T>(data()); }
  [[nodiscard]] local_view<const T> owned() const { return owned_view<const T>(data()); }
  /// Own elements and halo together.
  [[nodiscard]] local_view<T> padded() { return {data(), padded_shape(), memory_strides()}; }
  [[nodiscard]] local_view<const T> padded() const {
    return {data(), padded_shape(), memory_strides()};
  }
  /// Own elements that are farther from every side of the block than the halo is wide.
  [[nodiscard]] local_view<T> interior() { return inner_view<T>(data()); }
  [[nodiscard]] local_view<const T> interior() const { return inner_view<const T>(data()); }
  /// The first cell of the block with its halo, `padded()` in one piece (but for what was wrapped
  /// with gaps between its rows).
  [[nodiscard]] T* data() { return reinterpret_cast<T*>(state_->raw_data()); }
  [[nodiscard]] const T* data() const { return reinterpret_cast<const T*>(state_->data()); }
  /// @}

  /// Fills the halo from the owners of its elements, corners included; does nothing when it is up
  /// to date. Collective; see detail::plan_halo for the messages. The first call finds the plan,
  /// later ones allocate nothing.
  void update_halo() {
    transfer exchange = start_halo();
    state_->finish_halo(exchange);
  }
  /// The same, split: own elements may be read, and interior ones computed from, until `finish`.
  /// Collective.
  [[nodiscard]] transfer start_halo() { return state_->start_halo(); }
  /// Adds what the halos hold to the elements that they stand for, corners included: the reverse of
  /// an update, as when particles or finite elements have left contributions there. The halos
  /// themselves stay as they are, and count as stale; set them to zero before they collect again.
  /// Cells beyond the ends of a non-periodic axis stand for nothing. An element takes the cells of
  /// the ranks in their order, and those of one rank row by row: the same bits at every run.
  /// Collective; the messages of an update, the other way.
  void add_halo() { state_->add_halo(&detail::add_row<T>); }
  /// Does the halo hold what the owners of its elements hold? It does from an update on until
  /// elements are assigned, and never once they were opened for writing.
  [[nodiscard]] bool halo_is_fresh() const { return state_->halo_is_fresh(); }
  /// The messages of a halo update.
  const transfer_plan& halo_plan() { return state_->halo_plan(); }

  /// What lies beyond the ends of some axes, at the lower end and at the upper one: boundary::none
  /// (as at first), periodic, reflecting, antireflecting, extrapolated, fixed(value), or a function
  /// of the global index and, if it takes one more argument, the time. Halo updates fill these
  /// cells, of whatever width; `apply` then computes all cells up to that end. Cells beyond the
  /// ends of two axes follow the condition of the later axis, of what that of the earlier one gave.
  ///
  /// Functions may be called for any cell beyond the end, also for those at corners, which lie
  /// beyond the ends of other axes as well, and are the same on all ranks. What one throws leaves
  /// the update, or whatever made it, on all ranks. Conditions belong to the array, as its halo
  /// does: copies have them, assignments and swaps of elements do not change them. Collective, but
  /// without messages: the same on all ranks, while no exchange is under way.
  ///
  ///     u.set_boundary(axis(0), boundary::fixed(1.0), boundary::reflecting);
  ///     u.set_boundary(axis(1), [](index_t i, index_t, double t) { return wave(i, t); });
  ///
  /// @throws argument_error on all ranks: no such axis, periodic at one end only, arithmetic on
  /// elements that are no numbers, or cells to mirror that lie neither in the block nor in the halo
  /// (where blocks are thinner than the halo).
  template <std::size_t K, class Lower, class Upper>
  void set_boundary(const axis_list<K>& axes, const Lower& lower, const Upper& upper);
  /// The same at both ends. Collective.
  template <std::size_t K, class Condition>
  void set_boundary(const axis_list<K>& axes, const Condition& both) {
    set_boundary(axes, both, both);
  }
  /// The same at all ends: those of axes that are periodic have none. Collective.
  template <class Condition> void set_boundary(const Condition& all_ends);
  /// The time that functions in boundary conditions are given; 0 at first. Collective, but without
  /// messages: the same on all ranks.
  void set_time(double time) { state_->set_time(time); }

  /// The whole array on rank `root`; empty elsewhere: `const auto whole = u.gather();`. A copy.
  /// Collective, one message per rank.
  /// @throws argument_error for a rank that is not there; memory_error on all ranks.
  [[nodiscard]] ndarray<T, N> gather(int root = 0) const { return view().gather(root); }
  /// The whole array on every rank. A copy. Collective, a message from every rank to every other.
  /// @throws memory_error on all ranks.
  [[nodiscard]] ndarray<T, N> gather_all() const { return view().gather_all(); }
  /// Distributes an array that `root` has, of the global shape; other ranks' argument is ignored:
  /// `u.scatter(whole);`. The array is a copy, and its halo stale. Collective, one message per
  /// rank.
  /// @throws shape_error on all ranks when the shape differs.
  void scatter(const local_view<const T>& whole, int root = 0);

  /// The cells of the block that need no halo for a stencil as wide as it, and the others.
  const detail::stencil_regions& regions() { return state_->regions(); }

private:
  friend local_view<T> detail::writable_part<T, N>(global_array& a);
  friend detail::global_block* detail::block_of<T, N>(global_array& a);
  friend detail::in_callers_memory;

  global_array(const process_grid<N>& grid, const tessera::distribution<N>& distribution,
               const tessera::halo<N>& width, const detail::callers_memory* memory);
  [[nodiscard]] shape_t<N> padded_shape() const;
  [[nodiscard]] shape_t<N> memory_strides() const;
  [[nodiscard]] detail::global_node<T, N> whole_node() const;
  template <class F> void fill_own(const local_view<T>& mine, F& value) const;
  /// Of the elements in row-major order, those from `begin` to `end`.
  template <class F>
  void fill_part(const local_view<T>& mine, F& value, index_t begin, index_t end) const;
  template <class U> [[nodiscard]] local_view<U> owned_view(U* data) const;
  template <class U> [[nodiscard]] local_view<U> inner_view(U* data) const;

  process_grid<N> grid_;
  tessera::distribution<N> distribution_;
  tessera::halo<N> halo_;
  box<N> block_;
  shape_t<N> local_shape_{};
  detail::block_owner state_;
};

template <std::size_t N, array_operand E, class... Halo>
global_array(const process_grid<N>&, const E&, const Halo&...)
    -> global_array<typename E::value_type, N>;

} // namespace tessera

/// @file
/// A part of a global array: what its subscripts give.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/core/views/subscript.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/arrays/single_element.hpp>
#include <tessera/distributed/copies/gather.hpp>
#include <tessera/distributed/copies/view_copies.hpp>
#include <tessera/distributed/expressions/evaluation.hpp>

#include <array>
#include <utility>

namespace tessera {

template <class T, std::size_t N> class global_array;
template <class T, std::size_t N> class global_view;

namespace detail {

/// How a view lies in its array; filled by compiled code.
template <std::size_t N> struct global_layout {
  shape_t<N> shape{};
  std::array<axis_walk, N> walks{};
  index_t fixed[max_ndim]{};
};

/// The part of a view that subscripts select, as far as they were applied to its axes, one after
/// another.
struct global_selection {
  std::size_t ndim;
  const index_t* shape;
  const axis_walk* walks;
  index_t* part_shape;
  axis_walk* part_walks;
  index_t* fixed;
  std::size_t axis = 0;
  std::size_t filled = 0;

  /// @throws index_error
  void take(index_t i);
  /// @throws argument_error when the step is zero.
  void take(const slice& s);
  void take(all_t);
  void take(newaxis_t);
  void take_rest();

private:
  void push(index_t n, const axis_walk& walk);
};

void copy_fixed(const index_t* from, index_t* to);

/// @throws shape_error unless the value broadcasts to the view that is assigned.
void check_assignment(const view_ref& to, const index_t* shape, std::size_t ndim);

/// Subscripts of which one at least is an array, local or global: a mask, or places.
template <class... S>
concept chooses_places = ((is_subscript<std::remove_cvref_t<S>> || array_operand<S>)&&...) &&
                         (array_operand<S> || ...);

template <class X> inline constexpr bool is_global_view = false;
template <class T, std::size_t N> inline constexpr bool is_global_view<global_view<T, N>> = true;

/// A view of a global array in an expression.
template <class T, std::size_t N> struct global_node {
  using value_type = T;
  static constexpr std::size_t ndim = N;
  static constexpr std::size_t leaves = 1;
  static constexpr bool is_global = true;

  global_block* block;
  global_layout<N> layout;

  [[nodiscard]] const shape_t<N>& shape() const { return layout.shape; }
  template <class Visit> void visit(Visit&& see) const { see(*this); }
  [[nodiscard]] view_ref ref() const {
#ifdef TESSERA_CHECKED
    check_lives(block);
#endif
    return {N, layout.shape.data(), sizeof(T), block, layout.walks.data(), layout.fixed};
  }
};

template <class T, std::size_t N> ndarray<T, N> gathered(const global_node<T, N>& from, int root) {
  const communicator& comm = from.block->comm();
  const bool here = root < 0 || comm.rank() == root;
  ndarray<T, N> whole =
      collectively(comm, [&] { return ndarray<T, N>(here ? from.layout.shape : shape_t<N>{}); });
  gather_elements(from.ref(), root, whole.data());
  return whole;
}

/// Evaluates a node on every rank into the elements that it owns of `to`.
template <class T, std::size_t N, class Node>
void assign_global(const global_node<T, N>& to, const Node& node) {
  check_assigned<T>(node);
  const operand_refs<Node> operands(node);
  const view_ref result = to.ref();
  check_assignment(result, node.shape().data(), Node::ndim);
  agree_on_node<T>(to.block->comm(), node);
  evaluation run(result, true, operands.data(), operands.size(), number_of_types<T, Node>());
  const auto assign_boxes = [&] {
    while (run.next()) {
      const view<T, N> target = local_view<T, N>(run.part_of(result));
      part_maker make(run, operands.data());
      const auto part = make(node);
      if constexpr (std::is_same_v<decltype(part), const array_node<T, Node::ndim>>)
        copy_elements(array_ref_of(target), array_ref_of(part.elements));
      else
        assign_node(target, part, part.shape());
    }
  };
  if constexpr (may_throw<Node>) {
    run.join(); // messages are for all ranks, whatever one of them throws
    collectively(to.block->comm(), assign_boxes);
  } else {
    assign_boxes();
  }
}

} // namespace detail

/// A view of a global array: the part that subscripts choose, distributed as the array is. Making
/// one costs no communication; **assigning to one writes the array's elements**, as `a[1:3] = b`
/// does in NumPy. It must not outlive the array, which may be moved. Constness is shallow:
/// `global_view<const T, N>` is the read-only one. Members that do not say that they are collective
/// are local.
///
///     u(0, all) = 1.0;                                    // the first row
///     du = u(slice(1, none)) - u(slice(none, -1));        // u has a halo
///     t(all, 0) = u(3, all);                              // moves elements between ranks
template <class T, std::size_t N> class global_view : public detail::operand_tag {
  static_assert(N >= 1, "a view has at least one axis");

public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t ndim = N;
  static constexpr bool is_global = true;
  static constexpr bool is_assignable = !std::is_const_v<T>;

  /// For global arrays.
  explicit global_view(const detail::global_node<value_type, N>& node) : node_(node) {}
  global_view(const global_view&) = default;
  ~global_view() = default;

  /// A writable view is also a read-only one.
  operator global_view<const T, N>() const // NOLINT: converts on purpose
      requires(!std::is_const_v<T>) {
    return global_view<const T, N>(node_);
  }

  /// @name Assignment
  /// Assigns a scalar, a local array that every rank has, or an expression; right-hand sides
  /// broadcast, and may overlap this view. Collective. An expression is computed where this view's
  /// elements are: its operands have the same distribution, or lie no farther off than their halos
  /// are wide; stale halos are updated first. Another view may be distributed in any way: then its
  /// elements travel, each once, one message between two ranks.
  /// @throws shape_error, argument_error on all ranks.
  /// @{
  const global_view& operator=(const global_view& other) const { return assign(other); }
  template <class E>
  requires(array_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) const global_view&
  operator=(const E& from) const {
    return assign(from);
  }
  template <class E> const global_view& assign(const E& from) const {
    static_assert(!std::is_const_v<T>, "this view is read-only");
    if constexpr (detail::is_global_view<E>) {
      const detail::view_ref target = node_.ref();
      const detail::view_ref source = from.node().ref();
      if (std::is_same_v<typename E::value_type, T> && detail::must_travel(target, source)) {
        detail::copy_between(target, source);
        return *this;
      }
    } else if constexpr (requires { from.distribution(); }) {
      return assign(from.view()); // a whole array is a view of all of it
    }
    detail::assign_global(node_, detail::as_node(from));
    return *this;
  }
  /// @}

  /// A view of a part: slices, `all`, `newaxis` and integers, as for local arrays; trailing axes
  /// left out are taken whole. An integer drops its axis; one axis must remain (see `at`).
  /// @throws index_error on all ranks.
  template <class... S>
  requires(detail::is_subscript<S>&&...) auto operator()(S... s) const {
    constexpr std::size_t integers = (std::size_t{detail::is_integer<S>} + ... + 0);
    constexpr std::size_t axes = (std::size_t{!std::is_same_v<S, newaxis_t>} + ... + 0);
    static_assert(axes <= N, "more subscripts than axes");
    static_assert(integers < N, "an element of a global array is read by u.at(i, j)");
    constexpr std::size_t M = N - integers + sizeof...(S) - axes;
    detail::global_node<value_type, M> part{node_.block, {}};
    detail::copy_fixed(node_.layout.fixed, part.layout.fixed);
    detail::global_selection selection{N,
                                       node_.layout.shape.data(),
                                       node_.layout.walks.data(),
                                       part.layout.shape.data(),
                                       part.layout.walks.data(),
                                       part.layout.fixed};
    (selection.take(s), ...);
    selection.take_rest();
    return global_view<T, M>(part);
  }

  /// The elements that a mask chooses, or arrays of subscripts, as in NumPy. Which arrays these can
  /// be is told by whoever takes them: `global_subscript_by(view, subscripts...)`, in namespace
  /// detail, of a header that must be included. Collective where that is.
  template <class... S>
  requires detail::chooses_places<S...>
  auto operator()(S&&... subscripts) const {
    return global_subscript_by(*this, std::forward<S>(subscripts)...);
  }

  /// An array of its own with the elements of the view, distributed as they are where that can be:
  /// see `copy` in <tessera/distributed/arrays/copy.hpp>. Collective.
  [[nodiscard]] global_array<value_type, N> copy() const;
  /// The same elements with the axes in reverse order; nothing moves.
  [[nodiscard]] global_view transpose() const {
    detail::global_node<value_type, N> turned = node_;
    for (std::size_t m = 0; m < N; ++m) {
      turned.layout.shape[m] = node_.layout.shape[N - 1 - m];
      turned.layout.walks[m] = node_.layout.walks[N - 1 - m];
    }
    return global_view(turned);
  }

  /// One element, on all ranks: `u(slice(1, -1)).at(-1)`; negative subscripts count from the end.
  /// Collective: the ranks agree, the owner broadcasts, so reading many elements this way is slow.
  /// @throws index_error on all ranks.
  template <class... I>
  requires(sizeof...(I) == N && (detail::is_integer<I> && ...)) [[nodiscard]] value_type
      at(I... i) const {
    const index_t index[] = {static_cast<index_t>(i)...};
    value_type value{};
    detail::read_element(node_.ref(), index, &value);
    return value;
  }
  /// Sets one element: `u.set({0, -1}, 2.5)`. All ranks give the same; the owner writes.
  /// Collective: all ranks agree that the subscripts are right.
  /// @throws index_error on all ranks.
  void set(const shape_t<N>& index, const value_type& value) const {
    static_assert(!std::is_const_v<T>, "this view is read-only");
    detail::write_element(node_.ref(), index.data(), &value);
  }

  /// The communicator of the array.
  [[nodiscard]] const communicator& comm() const { return node_.block->comm(); }
  /// The global shape.
  [[nodiscard]] const shape_t<N>& shape() const { return node_.layout.shape; }
  /// How many elements it has on all ranks together.
  [[nodiscard]] index_t size() const { return size_of(shape()); }

  /// The whole view on rank `root`; empty elsewhere. A copy. Collective, one message per rank.
  /// @throws argument_error for a rank that is not there; memory_error on all ranks.
  [[nodiscard]] ndarray<value_type, N> gather(int root = 0) const {
    detail::check_root(root, comm().size());
    return detail::gathered(node_, root);
  }
  /// The whole view on every rank. A copy. Collective.
  /// @throws memory_error on all ranks.
  [[nodiscard]] ndarray<value_type, N> gather_all() const { return detail::gathered(node_, -1); }

  /// How the view lies in its array, for compiled code.
  [[nodiscard]] const detail::global_node<value_type, N>& node() const { return node_; }

private:
  detail::global_node<value_type, N> node_;
};

namespace detail {

template <class T, std::size_t N> struct operand_traits<global_view<T, N>> {
  static auto capture(const global_view<T, N>& v) { return v.node(); }
};

} // namespace detail

} // namespace tessera

/// @file
/// Evaluation of expressions: one loop over the elements that are assigned and all that are read.
#pragma once

#include <tessera/core/convert.hpp>
#include <tessera/core/expression.hpp>
#include <tessera/core/loop_nest.hpp>
#include <tessera/core/overlap.hpp>

namespace tessera::detail {

/// Steps of a leaf along the N axes of the loop: zero where it is broadcast.
template <std::size_t N, class T, std::size_t M> shape_t<N> broadcast_strides(const view<T, M>& v) {
  static_assert(M <= N, "more axes than the array that is assigned");
  shape_t<N> strides{};
  for (std::size_t d = 0; d < M; ++d) strides[d + N - M] = v.shape()[d] == 1 ? 0 : v.strides()[d];
  return strides;
}

/// The operands of a loop over `shape`: what is written, if anything, then an expression's leaves.
template <std::size_t N, std::size_t Count> class loop_operands {
public:
  template <class T, std::size_t M> void add(const view<T, M>& v) {
    strides_[filled_] = broadcast_strides<N>(v);
    // The loop nest moves bytes; what may be written is decided by its callers.
    auto* data = reinterpret_cast<std::byte*>(const_cast<std::remove_const_t<T>*>(v.data()));
    operands_[filled_] = {data, sizeof(T), strides_[filled_].data()};
    ++filled_;
  }

  template <class E> void add_leaves(const E& e) {
    e.visit([this](const auto& leaf) { add(leaf.elements); });
  }

  void run(shape_t<N> shape, loop_mode mode, row_function row, const void* context) {
    static_assert(N <= max_ndim, "too many axes");
    run_loop_nest(shape.data(), N, operands_, Count, mode, row, context);
  }

private:
  std::size_t filled_ = 0;
  loop_operand operands_[Count > 0 ? Count : 1];
  shape_t<N> strides_[Count > 0 ? Count : 1];
};

/// Strides in bytes, and what else the test for shared memory wants.
template <class T, std::size_t N> class extent_of {
public:
  explicit extent_of(const view<T, N>& v) : view_(v), strides_(v.strides()) {
    for (index_t& s : strides_) s *= static_cast<index_t>(sizeof(T));
  }
  [[nodiscard]] memory_extent get() const {
    return {reinterpret_cast<const std::byte*>(view_.data()), sizeof(T), N, view_.shape().data(),
            strides_.data()};
  }

private:
  const view<T, N>& view_;
  shape_t<N> strides_;
};

/// Reads element i exactly where element i is written, or nowhere near.
template <class T, std::size_t N, class U, std::size_t M>
bool reads_in_place(const view<T, N>& to, const view<U, M>& from) {
  if constexpr (sizeof(T) == sizeof(U)) {
    if (static_cast<const void*>(to.data()) == static_cast<const void*>(from.data())) {
      const shape_t<N> strides = broadcast_strides<N>(from);
      bool same = true;
      for (std::size_t d = 0; d < N; ++d)
        same = same && (to.shape()[d] == 1 || strides[d] == to.strides()[d]);
      if (same) return true;
    }
  }
  return !share_memory(extent_of(to).get(), extent_of(from).get());
}

/// What is written and what is read, where all of it lies in memory in the same order, without
/// gaps, and nothing is read where something else is written: then one row is all.
template <class T, std::size_t N, std::size_t Leaves> class single_row {
public:
  explicit single_row(const view<T, N>& to)
      : to_(to), size_(to.size()),
        possible_(to.is_contiguous()), rows_{reinterpret_cast<std::byte*>(to.data())} {}

  template <class U, std::size_t M> void add(const view<const U, M>& from) {
    if constexpr (M == N)
      possible_ = possible_ && from.shape() == to_.shape() && from.is_contiguous() &&
                  reads_in_order(from.data());
    else
      possible_ = false;
    rows_[++filled_] = reinterpret_cast<std::byte*>(const_cast<U*>(from.data()));
  }

  [[nodiscard]] bool possible() const { return possible_; }
  void run(row_function row, const void* context) const {
    if (size_ > 0) row(rows_, size_, context);
  }

private:
  template <class U> bool reads_in_order(const U* from) const {
    const auto first = reinterpret_cast<std::uintptr_t>(from);
    const auto written = reinterpret_cast<std::uintptr_t>(to_.data());
    const auto count = static_cast<std::uintptr_t>(size_);
    return (sizeof(T) == sizeof(U) && first == written) || first + count * sizeof(U) <= written ||
           written + count * sizeof(T) <= first;
  }

  const view<T, N>& to_;
  index_t size_;
  bool possible_;
  std::size_t filled_ = 0;
  std::byte* rows_[1 + Leaves];
};

/// The function of a row that starts at `rows[First...]`, in its simple form or not.
template <std::size_t First, bool Simple, class Node>
auto bind_row(const Node& node, std::byte* const* rows) {
  if constexpr (Simple)
    return node.template bind<First, true>(rows);
  else
    return node.template bind<First>(rows);
}

template <class T, class Node, bool Simple>
void assign_row(std::byte* const* rows, index_t n, const void* context) {
  const auto value = bind_row<1, Simple>(*static_cast<const Node*>(context), rows);
  T* const to = reinterpret_cast<T*>(rows[0]);
  if constexpr (may_throw<Node>) {
    // What leaves a simd loop ends the program.
    for (index_t i = 0; i < n; ++i) to[i] = convert<T>(value(i));
  } else {
#pragma omp simd
    for (index_t i = 0; i < n; ++i) to[i] = convert<T>(value(i));
  }
}

/// The loop over one row of this node: the simple one if its functions allow.
template <class T, class Node> row_function row_assignment(const Node& node) {
  if constexpr (has_simple_form<Node>)
    if (node.is_simple()) return &assign_row<T, Node, true>;
  return &assign_row<T, Node, false>;
}

/// Evaluates a node into `to`, whose shape it broadcasts to and whose memory it does not overlap.
template <class T, std::size_t N, class Node>
void evaluate(const view<T, N>& to, const Node& node) {
  loop_operands<N, 1 + Node::leaves> operands;
  operands.add(to);
  operands.add_leaves(node);
  operands.run(to.shape(), loop_mode::first_is_written, row_assignment<T>(node), &node);
}

/// Evaluates a node into `to`; a temporary is made only where it reads memory that was written.
template <class T, std::size_t N, class Node>
void evaluate_aliased(const view<T, N>& to, const Node& node) {
  single_row<T, N, Node::leaves> all(to);
  node.visit([&](const auto& leaf) { all.add(leaf.elements); });
  if (all.possible()) return all.run(row_assignment<T>(node), &node);
  bool in_place = true;
  node.visit([&](const auto& leaf) { in_place = in_place && reads_in_place(to, leaf.elements); });
  if (in_place) return evaluate(to, node);
  const ndarray<T, N> result = [&] {
    ndarray<T, N> fresh(to.shape());
    evaluate(fresh.view(), node);
    return fresh;
  }();
  evaluate(to, capture(result));
}

template <class T, std::size_t N, class E> void assign(const view<T, N>& to, const E& from) {
  if constexpr (std::is_arithmetic_v<E>) check_fits<T>(from);
  const auto& node = as_node(from);
  static_assert(std::remove_cvref_t<decltype(node)>::ndim <= N,
                "more axes than the array that is assigned");
  if (broadcast(node.shape(), to.shape()) != to.shape())
    throw_broadcast(node.shape().data(), node.ndim, to.shape().data(), N);
  evaluate_aliased(to, node);
}

} // namespace tessera::detail

/// @file
/// The options of reductions: axes, `keepdims`, and which elements take part.
#pragma once

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/panels.hpp>

namespace tessera {

namespace detail {

/// Which elements take part.
template <class Node> struct mask_option { Node mask; };

template <class O> inline constexpr bool is_axes = false;
template <std::size_t K> inline constexpr bool is_axes<axis_list<K>> = true;
template <class O> inline constexpr bool is_mask = false;
template <class Node> inline constexpr bool is_mask<mask_option<Node>> = true;
template <class O> inline constexpr bool is_keepdims = std::is_same_v<O, keepdims_t>;

} // namespace detail

/// Something that may follow the array in the call of a reduction, in any order: `axis(...)`,
/// `keepdims`, `masked(...)`.
template <class O>
concept reduce_option = detail::is_axes<O> || detail::is_mask<O> || detail::is_keepdims<O>;

/// Lets only those elements take part where the mask is true, as `where=` does in NumPy. The mask
/// broadcasts to the shape of what is reduced.
///
///     sum(a, masked(a > 0.0))
///     mean(a, axis(0), masked(valid))
template <array_operand M> auto masked(M&& mask) {
  static_assert(std::is_same_v<typename std::remove_cvref_t<M>::value_type, bool>,
                "a mask holds bool");
  auto node = detail::capture(std::forward<M>(mask));
  return detail::mask_option<decltype(node)>{std::move(node)};
}

namespace detail {

[[noreturn]] void throw_mask(const index_t* mask, std::size_t mask_ndim, const index_t* shape,
                             std::size_t ndim);
[[noreturn]] void throw_empty_reduction(const char* name, const index_t* shape, std::size_t ndim);
[[noreturn]] void throw_masked_reduction(const char* name, const index_t* shape, std::size_t ndim);

template <class... Options> inline constexpr bool with_mask = (is_mask<Options> || ...);
template <class... Options> inline constexpr bool with_keepdims = (is_keepdims<Options> || ...);

template <std::size_t N> constexpr axis_list<N> all_axes() {
  axis_list<N> axes{};
  for (std::size_t d = 0; d < N; ++d) axes.axes[d] = static_cast<index_t>(d);
  return axes;
}

/// The axes among the options, or all.
template <std::size_t N> constexpr auto axes_of() { return all_axes<N>(); }
template <std::size_t N, class First, class... Rest>
constexpr auto axes_of(const First& first, const Rest&... rest) {
  if constexpr (is_axes<First>)
    return first;
  else
    return axes_of<N>(rest...);
}

template <class First, class... Rest>
constexpr const auto& mask_of(const First& first, const Rest&... rest) {
  if constexpr (is_mask<First>)
    return first.mask;
  else
    return mask_of(rest...);
}

template <std::size_t M, std::size_t N>
bool broadcasts_to(const shape_t<M>& from, const shape_t<N>& to) {
  if constexpr (M > N) return false;
  for (std::size_t d = 0; d < M && M <= N; ++d)
    if (from[d] != 1 && from[d] != to[d + N - M]) return false;
  return true;
}

/// A node that stays where it is, for the duration of a call.
template <class Node> struct node_reference {
  using value_type = typename Node::value_type;
  static constexpr std::size_t ndim = Node::ndim;
  static constexpr std::size_t leaves = Node::leaves;
  static constexpr bool is_global = Node::is_global;

  const Node* node;

  [[nodiscard]] auto shape() const { return node->shape(); }
  template <class Visit> void visit(Visit&& see) const { node->visit(see); }
  template <std::size_t First, bool Simple, class Rows> auto bind(const Rows* rows) const {
    return node->template bind<First, Simple>(rows);
  }
};
template <class Node> inline constexpr bool may_throw<node_reference<Node>> = may_throw<Node>;
template <class Node> node_reference(const Node*) -> node_reference<Node>;

/// What takes part, with another value elsewhere.
template <class Node, class Mask>
auto masked_node(const Node& node, const Mask& mask, typename Node::value_type elsewhere) {
  const auto shape = node.shape();
  if (!broadcasts_to(mask.shape(), shape))
    throw_mask(mask.shape().data(), Mask::ndim, shape.data(), Node::ndim);
  return make_expression(choose(), node_reference{&mask}, node_reference{&node},
                         scalar_node<typename Node::value_type>{elsewhere});
}

/// The axes that a reduction of N axes works along, and the shape of its result.
template <std::size_t N, bool Keep, std::size_t K> class reduced_axes {
  static_assert(K <= N, "more axes than the array has");

public:
  static constexpr std::size_t result_ndim = Keep ? N : N - K;

  reduced_axes(const axis_list<K>& axes, const shape_t<N>& from) {
    mark_axes(axes.axes, K, N, reduced);
    std::size_t filled = 0;
    for (std::size_t d = 0; d < N; ++d) {
      if (reduced[d]) count *= from[d];
      if (!reduced[d] || Keep) shape[filled++] = reduced[d] ? 1 : from[d];
    }
  }

  bool reduced[N];
  index_t count = 1; ///< elements to reduce for each output
  shape_t<result_ndim> shape{};
};

template <std::size_t N, class... Options>
using axes_type = decltype(axes_of<N>(std::declval<const Options&>()...));
template <class Axes> inline constexpr std::size_t axes_count = sizeof(Axes) / sizeof(index_t);

/// Is the result one value?
template <std::size_t N, class... Options>
inline constexpr bool reduces_all =
    !with_keepdims<Options...> && axes_count<axes_type<N, Options...>> == N;

template <std::size_t N, class... Options>
auto reduced_axes_of(const shape_t<N>& shape, const Options&... options) {
  constexpr std::size_t K = axes_count<axes_type<N, Options...>>;
  return reduced_axes<N, with_keepdims<Options...>, K>(axes_of<N>(options...), shape);
}

} // namespace detail

} // namespace tessera

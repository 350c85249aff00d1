/// @file
/// Sums of products by the names of axes, over ranks. Not in distributed.hpp, as `einsum` is not in
/// core.hpp.
///
/// Its parts lie in einsum.cpp.
#pragma once

#include <tessera/core/einsum.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/reductions/reduction_kernels.hpp>
#include <tessera/distributed/functions/axes.hpp>
#include <tessera/distributed/functions/rearrange.hpp>

#include <tuple>

namespace tessera {

namespace detail {

/// One operand of a sum over ranks.
struct einsum_part {
  const axis_labels* labels;
  const index_t* shape;
  bool is_global;
};

/// Which axis of the result is divided over the ranks: that which the global arrays with most
/// elements have.
std::size_t divided_axis(const einsum_part* parts, std::size_t count, const axis_labels& result,
                         const index_t* shape);

/// Where an array has an axis of a name and size; `ndim` where it has none.
inline std::size_t place_of_axis(const axis_labels& labels, const index_t* shape, axis_label name,
                                 index_t size) {
  std::size_t d = 0;
  while (d < labels.ndim && (labels.names[d] != name || shape[d] != size)) ++d;
  return d;
}

/// The axis that is divided, and which of its elements this rank has.
struct divided_range {
  axis_label name;
  index_t size;
  index_t first;
  index_t count;
};

/// The part of a local array with these elements of the axes that are divided.
template <class T, std::size_t N>
view<T, N> own_elements(view<T, N> v, const axis_labels& labels, const divided_range& own,
                        std::size_t but) {
  for (std::size_t d = 0; d < N; ++d)
    if (d != but && labels.names[d] == own.name && v.shape()[d] == own.size)
      v.rebind(part_of(v, d, own.first, own.count));
  return v;
}

/// An operand, and what of it is wanted.
template <class X> struct einsum_source {
  const X& x;
  const axis_labels& labels;
  const divided_range& own;
};

/// Elements of an operand that this rank needs.
template <class T, class X> class einsum_elements {
  static constexpr std::size_t N = X::ndim;

public:
  explicit einsum_elements(const einsum_source<X>& source) {
    if constexpr (X::is_global) {
      bring(source.x, source.labels, source.own);
    } else {
      copy_ = ndarray<T, N>(source.x);
      part_.rebind(own_elements(copy_.view(), source.labels, source.own, N));
    }
  }
  einsum_elements(const einsum_elements&) = delete;
  einsum_elements& operator=(const einsum_elements&) = delete;
  [[nodiscard]] view<const T, N> get() const { return part_; }

private:
  /// The lines across the divided axis, or everything.
  void bring(const X& x, const axis_labels& labels, const divided_range& own) {
    const auto held = global_elements_of<T>(x);
    const global_view<const T, N> from = global_view_of(held);
    const shape_t<N> shape = from.shape();
    const std::size_t at = place_of_axis(labels, shape.data(), own.name, own.size);
    if (at == N) {
      copy_ = from.gather_all();
      part_.rebind(copy_.view());
      return;
    }
    const communicator& comm = from.node().block->comm();
    grid_dims<N> dims{};
    for (std::size_t d = 0; d < N; ++d) dims[d] = d == at ? comm.size() : 1;
    lines_ = global_array<T, N>(process_grid<N>::sharing(comm, dims), shape);
    lines_.view().assign(from);
    part_.rebind(own_elements(writable_part(lines_), labels, own, at));
  }

  ndarray<T, N> copy_;
  global_array<T, N> lines_;
  view<T, N> part_;
};

/// The communicator of a global operand; null for a local one.
template <class X> const communicator* comm_of(const X& x) {
  if constexpr (X::is_global) {
    const auto& node = as_node(x);
    const operand_refs<std::remove_cvref_t<decltype(node)>> operands(node);
    return &result_layout(operands.data(), operands.size(), node.shape().data(), X::ndim).comm();
  } else {
    return nullptr;
  }
}

/// An array in equal blocks of one axis.
template <class T, std::size_t M>
global_array<T, M> divided_along(const communicator& comm, std::size_t axis,
                                 const shape_t<M>& shape) {
  grid_dims<M> dims{};
  for (std::size_t d = 0; d < M; ++d) dims[d] = d == axis ? comm.size() : 1;
  return {process_grid<M>::sharing(comm, dims), shape};
}

/// The shape of the result, and its divided axis.
template <axis_letters Text, class... As> struct einsum_over_ranks {
  static constexpr auto labels = labels_of<Text, As::ndim...>();
  static constexpr std::size_t M = labels.result.ndim;
  static_assert(M > 0,
                "einsum of global arrays leaves an axis: for a number, use sum, vdot or trace");
  using T = common_of<typename As::value_type...>;

  shape_t<M> shape{};
  std::size_t divided = 0;

  explicit einsum_over_ranks(const As&... as) {
    const auto shapes = std::tuple(as_node(as).shape()...);
    std::size_t filled = 0;
    std::apply(
        [&](const auto&... each) {
          const einsum_shape all_axes[] = {{&labels.operands[filled++], each.data(), nullptr}...};
          find_einsum_shape(Text.text, all_axes, sizeof...(As), labels.result, shape.data());
          filled = 0;
          const einsum_part parts[] = {{&labels.operands[filled++], each.data(), As::is_global}...};
          divided = divided_axis(parts, sizeof...(As), labels.result, shape.data());
        },
        shapes);
  }

  [[nodiscard]] global_array<T, M> run(const As&... as) const {
    const communicator* comm = nullptr;
    ((comm = comm == nullptr ? comm_of(as) : comm), ...);
    auto result = divided_along<T>(*comm, divided, shape);
    const box<M> block = result.block();
    const divided_range own{labels.result.names[divided], shape[divided], block.lower[divided],
                            block.upper[divided] - block.lower[divided]};
    std::size_t filled = 0;
    const std::tuple<einsum_elements<T, As>...> parts{
        einsum_source<As>{as, labels.operands[filled++], own}...};
    const auto found = std::apply(
        [](const auto&... each) { return einsum_of_views<Text, T>(each.get()...); }, parts);
    writable_part(result).assign(found);
    return result;
  }
};

} // namespace detail

/// Einstein's sums over ranks, of global arrays, views and expressions, and of local arrays that
/// every rank has: as the local `einsum`. The result is a global array, divided along one of its
/// axes: that which the largest global arrays have. These are redistributed along it, so that each
/// element travels once; **other global arrays are gathered on every rank**, and must fit there. So
/// in `einsum<"ij,jk->ik">(a, b)` the smaller one is. The rest is local, through BLAS, whose
/// roundings may depend on the blocks: so may the bits. Collective.
///
///     einsum<"ijk,kl->ijl">(u, table)
///
/// @throws shape_error on all ranks where axes of one name differ in size.
template <axis_letters Text, array_operand... As>
requires(std::remove_cvref_t<As>::is_global || ...) auto einsum(const As&... as) {
  return detail::einsum_over_ranks<Text, As...>(as...).run(as...);
}

namespace detail {

/// The subscripts of a product over the last K axes of A and the first K of B.
template <std::size_t A, std::size_t B, std::size_t K> consteval auto tensordot_subscripts() {
  char text[2 * (A + B) + 4 - 2 * K]{};
  std::size_t at = 0;
  const auto add = [&](std::size_t from, std::size_t to) {
    for (std::size_t d = from; d < to; ++d) text[at++] = static_cast<char>('a' + d);
  };
  add(0, A);
  text[at++] = ',';
  add(A - K, A - K + B);
  text[at++] = '-';
  text[at++] = '>';
  add(0, A - K);
  add(A, A - K + B);
  return axis_letters<sizeof(text)>(text);
}

/// The axes of two arrays in turn.
template <std::size_t N> consteval auto kron_subscripts() {
  char text[4 * N + 4]{};
  std::size_t at = 0;
  for (std::size_t d = 0; d < N; ++d) text[at++] = static_cast<char>('a' + d);
  text[at++] = ',';
  for (std::size_t d = 0; d < N; ++d) text[at++] = static_cast<char>('A' + d);
  text[at++] = '-';
  text[at++] = '>';
  for (std::size_t d = 0; d < N; ++d) {
    text[at++] = static_cast<char>('a' + d);
    text[at++] = static_cast<char>('A' + d);
  }
  return axis_letters<sizeof(text)>(text);
}

/// An array or view of an operand's elements.
template <class X> auto with_elements(const X& x) {
  if constexpr (X::is_global)
    return elements_as_global_view(x);
  else
    return readable(x);
}

template <class A, class B>
concept any_is_global = global_operand<A> || global_operand<B>;

} // namespace detail

/// @name Products over ranks
/// As the local functions, of global arrays with each other and with local ones that every rank
/// has; what moves, and what must fit on every rank, is what `einsum` says. Collective.
/// @throws shape_error on all ranks when axes that are summed over differ in size.
/// @{

/// Sum over the last K axes of `a` and the first K of `b`.
template <std::size_t K, array_operand A, array_operand B>
requires detail::any_is_global<A, B>
auto tensordot(const A& a, const B& b) {
  return einsum<detail::tensordot_subscripts<A::ndim, B::ndim, K>()>(a, b);
}
/// Sum over the axes that are named, in pairs: `tensordot(u, b, axis(1, 0), axis(0, 1))`.
/// @throws argument_error on all ranks for axes that are not there or named twice.
template <array_operand A, array_operand B, std::size_t K>
requires detail::any_is_global<A, B>
auto tensordot(const A& a, const B& b, axis_list<K> of_a, axis_list<K> of_b) {
  const auto left = detail::with_elements(a);
  const auto right = detail::with_elements(b);
  axis_list<K> last;
  axis_list<K> first;
  for (std::size_t k = 0; k < K; ++k) {
    last.axes[k] = static_cast<index_t>(A::ndim - K + k);
    first.axes[k] = static_cast<index_t>(k);
  }
  return tensordot<K>(moveaxis(left, of_a, last), moveaxis(right, of_b, first));
}
/// All products of an element of `a` and one of `b`, both vectors.
template <array_operand A, array_operand B>
requires(detail::any_is_global<A, B>&& A::ndim == 1 && B::ndim == 1) auto outer(const A& a,
                                                                                const B& b) {
  return einsum<"i,j->ij">(a, b);
}
/// Kronecker product; the result is in equal blocks.
template <array_operand A, array_operand B>
requires(detail::any_is_global<A, B>&& A::ndim == B::ndim) auto kron(const A& a, const B& b) {
  constexpr std::size_t N = A::ndim;
  const auto products = einsum<detail::kron_subscripts<N>()>(a, b);
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d)
    shape[d] = products.shape()[2 * d] * products.shape()[2 * d + 1];
  return reshape(products, shape);
}
/// @}

} // namespace tessera

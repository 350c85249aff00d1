/// @file
/// Reductions along axes of global arrays, and where extrema are. Included by
/// <tessera/distributed/reduce.hpp>.
///
/// Its parts lie in reduce_axes.cpp, rank_sums.cpp and inexact_sums.cpp.
#pragma once

#include <tessera/core/memory/checked_vector.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/collectives.hpp>

#include <limits>
#include <vector>

namespace tessera::detail {

/// What this rank contributes to a reduction along axes: outputs of a box, from its part of what is
/// reduced.
struct output_share {
  output_share(const view_ref& result, const evaluation& run, const bool* reduced);
  /// The number among all outputs of this rank's output k.
  [[nodiscard]] index_t output_of(index_t k) const;
  [[nodiscard]] index_t count_of_all() const;

  std::size_t ndim = 0; ///< axes that are kept
  index_t lower[max_ndim]{};
  index_t shape[max_ndim]{};
  index_t whole[max_ndim]{}; ///< shape of all outputs
  index_t count = 1;         ///< outputs of the box
  bool is_divided = false;   ///< do several ranks contribute to one output?
  bool are_divided = false;  ///< may ranks that contribute any outputs not contribute all?
};

/// Makes outputs first, ..., first + n - 1 of the partial ones that several ranks brought.
using combine_function = void (*)(const std::byte* const* pieces, std::size_t ranks, index_t n,
                                  index_t first, void* results);

/// Brings the partial outputs of all ranks together, on all of them. Collective.
void combine_outputs(const communicator& comm, const output_share& mine, const void* elements,
                     index_t itemsize, combine_function combine, void* results);

/// Rounds sums once, after those of all ranks were added up. False, on all ranks, where `sum_parts`
/// did not hold all of them: those are left out. Collective.
bool combine_sums(const communicator& comm, const output_share& mine, const sum_parts* sums,
                  double* results);
bool combine_sums(const communicator& comm, const output_share& mine, const sum_parts* sums,
                  float* results);

/// Adds up the sums of all ranks in MPI's order. Collective.
void combine_fast_sums(const communicator& comm, const output_share& mine, const double* sums,
                       double* results);
void combine_fast_sums(const communicator& comm, const output_share& mine, const float* sums,
                       float* results);

/// The sums that `sum_parts` does not hold on some rank: they are added up in full. There are some.
class inexact_sums {
public:
  /// Finds them. Collective.
  inexact_sums(const communicator& comm, const output_share& mine, const sum_parts* sums);
  /// Add the elements of each line; `self` is this object.
  static void add_line(std::byte* doubles, index_t n, index_t output, void* self);
  static void add_line_of_float(std::byte* floats, index_t n, index_t output, void* self);
  /// Rounds them once, after those of all ranks were added up. Collective.
  void round(double* results);
  void round(float* results);

private:
  [[nodiscard]] exact_sum::state* state_of(index_t output) {
    const index_t place = places_[static_cast<std::size_t>(output)];
    return place < 0 ? nullptr : &states_[static_cast<std::size_t>(place)];
  }
  template <class R> void round_all(R* results);

  const communicator& comm_;
  checked_vector<index_t> outputs_; // their numbers, in order
  checked_vector<index_t> places_;  // of this rank's outputs in that list; -1: not there
  checked_vector<exact_sum::state> states_;
};

template <class R> R merged(sum_reduction, R a, R b) {
  return static_cast<R>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
template <class R> R merged(fast_sum_reduction, R a, R b) { return a + b; }
inline integer_total merged(sum_reduction, integer_total a, const integer_total& b) {
  a.add(b);
  return a;
}
template <class R> R merged(product_reduction, R a, R b) {
  if constexpr (std::is_integral_v<R>)
    return static_cast<R>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  else
    return a * b;
}
template <bool Largest, class R> R merged(extremum_reduction<Largest>, R a, R b) {
  if (a != a) return a;
  return b != b || (Largest ? a < b : b < a) ? b : a;
}

template <class Reduction, class R>
void combine_by(const std::byte* const* pieces, std::size_t ranks, index_t n, index_t first,
                void* results) {
  R* const to = static_cast<R*>(results) + first;
  for (index_t i = 0; i < n; ++i) {
    R value = reinterpret_cast<const R*>(pieces[0])[i];
    for (std::size_t k = 1; k < ranks; ++k)
      value = merged(Reduction{}, value, reinterpret_cast<const R*>(pieces[k])[i]);
    to[i] = value;
  }
}

template <class Reduction>
inline constexpr bool is_sum = std::is_base_of_v<sum_reduction, Reduction>;

/// An extremum along an axis, and where it is.
template <class T> struct placed_extremum {
  T value;
  index_t at;
};

template <bool Largest, class T>
void combine_positions(const std::byte* const* pieces, std::size_t ranks, index_t n, index_t first,
                       void* results) {
  const auto is_before = [](const placed_extremum<T>& a, const placed_extremum<T>& b) {
    const bool a_is_nan = a.value != a.value;
    const bool b_is_nan = b.value != b.value;
    if (a_is_nan != b_is_nan) return a_is_nan;
    if (a_is_nan || a.value == b.value) return a.at < b.at;
    return Largest ? b.value < a.value : a.value < b.value;
  };
  for (index_t i = 0; i < n; ++i) {
    auto best = reinterpret_cast<const placed_extremum<T>*>(pieces[0])[i];
    for (std::size_t k = 1; k < ranks; ++k) {
      const auto& other = reinterpret_cast<const placed_extremum<T>*>(pieces[k])[i];
      if (is_before(other, best)) best = other;
    }
    static_cast<index_t*>(results)[first + i] = best.at;
  }
}

/// Does any operand lie on an axis that is dealt out in turn? Then no rank has a box of the whole.
bool is_any_cyclic(const operand_ref* operands, std::size_t count);
template <class Node> bool is_any_cyclic(const Node& node) {
  const operand_refs<Node> operands(node);
  return is_any_cyclic(operands.data(), operands.size());
}

/// The elements of a node in an array of equal blocks.
template <class Node> auto in_blocks(const Node& node) {
  using T = typename Node::value_type;
  const auto elements = copied<T>(node);
  const auto from = as_node(elements);
  auto result = array_beside<T, Node::ndim>(from.ref(), node.shape());
  copy_between(as_node(result).ref(), from.ref());
  return result;
}

/// Must the elements be evaluated into blocks first? Also where functions of the user may throw:
/// so all ranks throw together.
template <class Node> bool must_be_copied(const Node& node) {
  return may_throw<Node> || is_any_cyclic(node);
}

/// This rank's part of a global node, in one piece.
template <class Node> class own_part {
public:
  explicit own_part(const Node& node)
      : operands_(node),
        layout_(operands_.data(), operands_.size(), node.shape().data(), Node::ndim),
        run_(layout_.ref(), false, operands_.data(), operands_.size(), number_of_types<Node>()) {
    run_.join();
    run_.next();
  }
  [[nodiscard]] auto of(const Node& node) const {
    part_maker make(run_, operands_.data());
    return make(node);
  }
  [[nodiscard]] const communicator& comm() const { return layout_.comm(); }
  [[nodiscard]] const evaluation& run() const { return run_; }
  [[nodiscard]] output_share share(const bool* reduced) const {
    return {layout_.ref(), run_, reduced};
  }
  /// @throws argument_error on all ranks for cyclic axes.
  [[nodiscard]] shape_t<Node::ndim> lower() const {
    run_.check_boxes();
    return copied(run_.lower());
  }
  [[nodiscard]] shape_t<Node::ndim> shape() const { return copied(run_.shape()); }

private:
  static shape_t<Node::ndim> copied(const index_t* from) {
    shape_t<Node::ndim> to;
    for (std::size_t d = 0; d < Node::ndim; ++d) to[d] = from[d];
    return to;
  }

  operand_refs<Node> operands_;
  result_layout layout_;
  evaluation run_;
};

/// Every rank reduces its part; then all get all results, the same bits under every distribution
/// (but for products of floating-point numbers, which are multiplied in the order of the ranks).
template <class Node>
requires Node::is_global struct axis_reducer<Node> {
  using T = typename Node::value_type;
  static constexpr std::size_t N = Node::ndim;

  template <class Reduction, class Axes, class R>
  static void run(const Node& node, const Axes& axes, R* results) {
    if (must_be_copied(node)) {
      const auto blocks = in_blocks(node);
      return axis_reducer<global_node<T, N>>::template run<Reduction>(as_node(blocks), axes,
                                                                      results);
    }
    const own_part<Node> own(node);
    const auto part = own.of(node);
    const output_share share = own.share(axes.reduced);
    if constexpr (is_sum<Reduction> && std::is_floating_point_v<T>)
      if (share.is_divided) return add_up(own.comm(), part, share, axes.reduced, results);
    ndarray<R, 1> mine(shape_t<1>{share.count});
    if (share.count > 0) {
      panel_source_of<N, std::remove_const_t<decltype(part)>> source(part, axes.reduced);
      Reduction::template along<T>(source.get(), mine.data());
    }
    if constexpr (std::is_same_v<Reduction, fast_sum_reduction>)
      if (share.is_divided) return combine_fast_sums(own.comm(), share, mine.data(), results);
    // Sums of floating-point numbers do not come here from several ranks.
    using merging = std::conditional_t<is_sum<Reduction>, sum_reduction, Reduction>;
    combine_outputs(own.comm(), share, mine.data(), sizeof(R), &combine_by<merging, R>, results);
  }

  /// The subscript in row-major order of the first smallest or largest element.
  template <bool Largest> static index_t position(const Node& node) {
    if (must_be_copied(node)) {
      const auto blocks = in_blocks(node);
      return axis_reducer<global_node<T, N>>::template position<Largest>(as_node(blocks));
    }
    const own_part<Node> own(node);
    const auto part = own.of(node);
    const shape_t<N> shape = own.shape();
    const shape_t<N> lower = own.lower();
    extremum_accumulator<T, Largest> mine;
    if (size_of(shape) > 0) accumulate(part, shape, mine);
    auto all = mine;
    merge(own.comm(), all);
    index_t at = (std::numeric_limits<index_t>::max)();
    if (size_of(shape) > 0 && mine.has_nan == all.has_nan && (all.has_nan || mine.best == all.best))
      at = global_place(
          axis_reducer<std::remove_const_t<decltype(part)>>::template position<Largest>(part),
          shape, lower, node.shape());
    return allreduce_min(own.comm(), at);
  }

  template <bool Largest, class Axes>
  static void positions(const Node& node, const Axes& axes, index_t* results) {
    if (must_be_copied(node)) {
      const auto blocks = in_blocks(node);
      return axis_reducer<global_node<T, N>>::template positions<Largest>(as_node(blocks), axes,
                                                                          results);
    }
    const own_part<Node> own(node);
    const auto part = own.of(node);
    const output_share share = own.share(axes.reduced);
    const shape_t<N> first = own.lower();
    ndarray<placed_extremum<T>, 1> mine(shape_t<1>{share.count});
    if (share.count > 0) {
      ndarray<index_t, 1> places(mine.shape());
      ndarray<T, 1> values(mine.shape());
      panel_source_of<N, std::remove_const_t<decltype(part)>> source(part, axes.reduced);
      extremum_position_panels<Largest>(source.get(), places.data(),
                                        reinterpret_cast<loop_type_of<T>*>(values.data()));
      index_t lower = 0;
      for (std::size_t d = 0; d < N; ++d) lower += axes.reduced[d] ? first[d] : 0;
      for (index_t i = 0; i < mine.size(); ++i) mine(i) = {values(i), places(i) + lower};
    }
    combine_outputs(own.comm(), share, mine.data(), sizeof(placed_extremum<T>),
                    &combine_positions<Largest, T>, results);
  }

private:
  template <class Part, class R>
  static void add_up(const communicator& comm, const Part& part, const output_share& share,
                     const bool* reduced, R* results) {
    ndarray<sum_parts, 1> mine(shape_t<1>{share.count});
    if (share.count > 0) {
      panel_source_of<N, Part> source(part, reduced);
      sum_panels<T>(source.get(), mine.data());
    }
    if (combine_sums(comm, share, mine.data(), results)) return;
    inexact_sums inexact(comm, share, mine.data());
    if (share.count > 0) {
      panel_source_of<N, Part> source(part, reduced);
      visit_lines(source.get(),
                  std::is_same_v<T, float> ? &inexact_sums::add_line_of_float
                                           : &inexact_sums::add_line,
                  &inexact);
    }
    inexact.round(results);
  }

  static index_t global_place(index_t place, const shape_t<N>& shape, const shape_t<N>& lower,
                              const shape_t<N>& whole) {
    shape_t<N> at;
    for (std::size_t d = N; d-- > 0; place /= shape[d]) at[d] = lower[d] + place % shape[d];
    index_t result = 0;
    for (std::size_t d = 0; d < N; ++d) result = result * whole[d] + at[d];
    return result;
  }
};

} // namespace tessera::detail

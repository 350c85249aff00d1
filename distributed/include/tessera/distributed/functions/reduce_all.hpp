/// @file
/// Several whole reductions over ranks in one message, also split in two.
///
/// The message itself is in reduction_message.hpp.
#pragma once

#include <tessera/distributed/functions/reduction_message.hpp>
#include <tessera/distributed/reduce.hpp>

#include <tuple>
#include <utility>

namespace tessera {

namespace detail {

/// A reduction that is asked for: of what, in what it adds up, and what is made of that.
template <class Accumulator, class Node, class Finish> struct lazy_reduction {
  static_assert(Node::is_global, "what is reduced is a global array, a view or an expression of "
                                 "such; of local arrays every rank has the result by itself");
  Node node;
  Finish finish;
  const char* name; // of those that need elements

  Accumulator own_part(communicator& comm) const {
    const auto shape = node.shape();
    if (name != nullptr && size_of(shape) == 0)
      throw_empty_reduction(name, shape.data(), Node::ndim);
    const operand_refs<Node> operands(node);
    const result_layout place(operands.data(), operands.size(), shape.data(), Node::ndim);
    take_ranks(comm, place.comm());
    return reducer<Node>::template own_part<Accumulator>(node, operands, place);
  }
};

/// A sum of which every rank has a part already.
struct lazy_parts {
  exact_sum part;
  struct finisher {
    double operator()(const sum_accumulator<double>& sum) const { return sum.value(); }
  } finish;

  sum_accumulator<double> own_part(communicator& /*comm*/) const {
    sum_accumulator<double> result;
    result.total = part;
    return result;
  }
};

struct value_of_sum {
  template <class Accumulator> auto operator()(const Accumulator& a) const { return a.value(); }
};
struct root_of_sum {
  template <class Accumulator> auto operator()(const Accumulator& a) const {
    return sqrt_of(a.value());
  }
};
struct mean_of_sum {
  index_t count;
  template <class Accumulator> auto operator()(const Accumulator& a) const { return a.mean(count); }
};

template <template <class> class Accumulator, class Node, class Finish>
auto make_lazy(Node node, Finish finish, const char* name = nullptr) {
  return lazy_reduction<Accumulator<typename Node::value_type>, Node, Finish>{std::move(node),
                                                                              finish, name};
}

template <class A, class B> auto product_to_sum(const A& a, const B& b) {
  using T = promoted<typename A::value_type, typename B::value_type>;
  if constexpr (std::is_integral_v<T>)
    return capture(elementwise(wide_product(), a, b));
  else
    return capture(a * b);
}

template <class T> using largest_accumulator = extremum_accumulator<T, true>;
template <class T> using smallest_accumulator = extremum_accumulator<T, false>;

} // namespace detail

/// Reductions of whole global arrays, to be made together by `reduce_all` or `start_reduce_all`:
/// each gives what the function of the same name outside gives. They hold what they reduce by
/// reference, so that arrays must outlive them. All are local: nothing is done until then.
namespace lazy {

/// The sum, exact for floating-point numbers. Local.
template <array_operand A> auto sum(const A& a) {
  return detail::make_lazy<detail::sum_accumulator>(detail::capture(a), detail::value_of_sum());
}
/// The sum, rounded as it is added up: quicker, and other bits on another number of ranks. Local.
template <array_operand A>
requires std::is_floating_point_v<typename A::value_type>
auto fast_sum(const A& a) {
  return detail::make_lazy<detail::fast_sum_accumulator>(detail::capture(a),
                                                         detail::value_of_sum());
}
/// The sum of products of corresponding elements, as `fast_sum` adds. Local.
template <array_operand A, array_operand B> auto fast_dot(const A& a, const B& b) {
  return fast_sum(a * b);
}
/// The sum of products of corresponding elements. Local.
template <array_operand A, array_operand B> auto dot(const A& a, const B& b) {
  return detail::make_lazy<detail::sum_accumulator>(detail::product_to_sum(a, b),
                                                    detail::value_of_sum());
}
/// The square root of the sum of squared magnitudes. Local.
template <array_operand A> auto norm(const A& a) {
  return detail::make_lazy<detail::sum_accumulator>(
      detail::capture(detail::elementwise(detail::square_of_magnitude(), a)),
      detail::root_of_sum());
}
/// The mean. Local.
/// @throws argument_error, when it is made, of an array without elements.
template <array_operand A> auto mean(const A& a) {
  const auto shape = detail::as_node(a).shape();
  return detail::make_lazy<detail::mean_accumulator>(detail::capture(a),
                                                     detail::mean_of_sum{size_of(shape)}, "mean");
}
/// The smallest element; a NaN is the result. Local.
/// @throws argument_error, when it is made, of an array without elements.
template <array_operand A> auto(min)(const A& a) {
  return detail::make_lazy<detail::smallest_accumulator>(detail::capture(a), detail::value_of_sum(),
                                                         "min");
}
/// The largest element; a NaN is the result. Local.
/// @throws argument_error, when it is made, of an array without elements.
template <array_operand A> auto(max)(const A& a) {
  return detail::make_lazy<detail::largest_accumulator>(detail::capture(a), detail::value_of_sum(),
                                                        "max");
}
/// Is any element other than zero? Local.
template <array_operand A> auto any(const A& a) {
  return detail::make_lazy<detail::largest_accumulator>(
      detail::capture(detail::elementwise(detail::is_true(), a)), detail::value_of_sum());
}
/// Are all elements other than zero? Local.
template <array_operand A> auto all(const A& a) {
  return detail::make_lazy<detail::smallest_accumulator>(
      detail::capture(detail::elementwise(detail::is_true(), a)), detail::value_of_sum());
}
/// The sum of what the ranks have added up themselves. Local.
inline detail::lazy_parts parts(const exact_sum& of_this_rank) { return {of_this_rank, {}}; }

} // namespace lazy

/// Reductions whose message is under way. `wait` gives the results, once; the destructor waits,
/// too. Move-only.
template <class... Lazy> class [[nodiscard]] pending_reductions {
public:
  /// For `start_reduce_all` and `reduce_all`. Collective.
  pending_reductions(communicator comm, bool in_background, const Lazy&... lazy)
      : finish_(lazy.finish...), found_(lazy.own_part(comm)...) {
    std::apply([this](const auto&... each) { (detail::put(message_, each), ...); }, found_);
    message_.send(comm, in_background);
  }

  /// The results, in the order in which they were asked for. Collective in effect: all ranks get
  /// the same.
  /// @throws communication_error when MPI fails.
  auto wait() {
    message_.wait();
    std::apply([this](auto&... each) { (detail::take(message_, each), ...); }, found_);
    return results(std::index_sequence_for<Lazy...>());
  }
  /// Have the results come? Never waits. Local.
  [[nodiscard]] bool test() { return message_.test(); }

private:
  template <std::size_t... I> auto results(std::index_sequence<I...>) const {
    return std::make_tuple(std::get<I>(finish_)(std::get<I>(found_))...);
  }

  std::tuple<decltype(std::declval<const Lazy&>().finish)...> finish_;
  std::tuple<decltype(std::declval<const Lazy&>().own_part(std::declval<communicator&>()))...>
      found_;
  detail::reduction_message message_;
};

/// Starts several whole reductions, whose results all come in one message. This rank's elements are
/// reduced at once; the arrays may be changed meanwhile.
///
///     auto pending = start_reduce_all(lazy::dot(r, r), lazy::max(abs(r)));
///     x += alpha * p;                       // while the message is under way
///     const auto [square, largest] = pending.wait();
///
/// Collective; one Allreduce in the background, of 568 bytes for each sum of floating-point numbers
/// and 8 for every other result; a pass over the elements of each. The results have the same bits
/// under every distribution and number of ranks.
/// @throws argument_error on all ranks as these reductions do alone, and for arrays over different
/// ranks.
template <class... Lazy>
requires(sizeof...(Lazy) > 0) auto start_reduce_all(const Lazy&... reductions) {
  return pending_reductions<Lazy...>(communicator(), true, reductions...);
}
/// The same over the ranks of a communicator, for `lazy::parts` alone. Collective.
template <class... Lazy>
auto start_reduce_all(const communicator& comm, const Lazy&... reductions) {
  return pending_reductions<Lazy...>(comm, true, reductions...);
}

/// Several whole reductions in one message: a tuple of the results.
///
///     const auto [energy, work, fastest] =
///         reduce_all(lazy::dot(u, u), lazy::dot(u, f), lazy::max(abs(u)));
///
/// Collective; costs and throws as `start_reduce_all`.
template <class... Lazy>
requires(sizeof...(Lazy) > 0) auto reduce_all(const Lazy&... reductions) {
  return pending_reductions<Lazy...>(communicator(), false, reductions...).wait();
}
/// The same over the ranks of a communicator, for `lazy::parts` alone. Collective.
template <class... Lazy> auto reduce_all(const communicator& comm, const Lazy&... reductions) {
  return pending_reductions<Lazy...>(comm, false, reductions...).wait();
}

} // namespace tessera

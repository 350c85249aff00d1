/// @file
/// Reductions of what ranks have: element by element, by any operation.
#pragma once

#include <tessera/distributed/collective/member_operations.hpp>
#include <tessera/distributed/collective/operations.hpp>
#include <tessera/distributed/collective/values.hpp>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

template <class F> struct commutative_operation { F f; };

/// Is it one of ours, of two numbers?
template <class F> inline constexpr bool is_of_numbers = false;
template <> inline constexpr bool is_of_numbers<op::plain_sum_t> = true;
template <> inline constexpr bool is_of_numbers<op::product_t> = true;
template <> inline constexpr bool is_of_numbers<op::min_t> = true;
template <> inline constexpr bool is_of_numbers<op::max_t> = true;
template <> inline constexpr bool is_of_numbers<op::all_t> = true;
template <> inline constexpr bool is_of_numbers<op::any_t> = true;

template <class F> inline constexpr bool is_commutative = is_of_numbers<F>;
template <class F> inline constexpr bool is_commutative<commutative_operation<F>> = true;

/// Not an array, which can be called with subscripts.
template <class Op, class T>
concept operation_on = !array_operand<Op> && (std::is_same_v<Op, op::sum_t> || is_commutative<Op> ||
                                              std::is_invocable_v<const Op&, T, T>);

/// Combines n elements with others of higher ranks, in place of these.
using combine_elements = void (*)(const void* lower, void* higher, index_t n, const void* context);

/// An operation without its type. Its function is not called after the call has ended, or the
/// request: a context must last as long.
struct rank_operation {
  combine_elements combine; // none for exact sums
  const void* context;      // none for function objects without a state
  bool commutative;
  bool is_plain_sum;                      // MPI's own will do
  const struct_layout* members = nullptr; // of an exact sum of structs
};

enum class reduce_kind { reduce, allreduce, scan, exscan, reduce_scatter };

/// Elements of `mine`, or those of `into` in place, are combined and put into `into`. Returns null
/// where the call is done.
operation* reduce_ranks(const communicator& comm, reduce_kind kind, const message_data& mine,
                        const message_data& into, const rank_operation& op, int root,
                        call_mode mode);

template <class F> struct operation_function {
  static const F& of(const F& f) { return f; }
};
template <class F> struct operation_function<commutative_operation<F>> {
  static const F& of(const commutative_operation<F>& f) { return f.f; }
};

/// Of structs whose members are named.
template <class T, class Op> rank_operation member_operation_of() {
  constexpr bool is_order = std::is_same_v<Op, op::min_t> || std::is_same_v<Op, op::max_t>;
  static_assert(is_order || !holds_text<T>(),
                "texts among the members have no sums: name an operation of your own for these "
                "structs, or reduce their members, as in field(a, &particle::x)");
  if constexpr (std::is_same_v<Op, op::sum_t>)
    return {nullptr, nullptr, true, false, &struct_layout_of<T>()};
  else
    return {&combine_structs<T, Op>, nullptr, true, false};
}

template <class T, class Op> rank_operation operation_of(const Op& op) {
  if constexpr (has_members<T> && (is_of_numbers<Op> || std::is_same_v<Op, op::sum_t>)) {
    return member_operation_of<T, Op>();
  } else if constexpr (std::is_same_v<Op, op::sum_t>) {
    if constexpr (!std::is_integral_v<T>) {
      static_assert(is_complex<T> || std::is_floating_point_v<T>, "sums are of numbers");
      return {nullptr, nullptr, true, false};
    } else {
      return operation_of<T>(op::plain_sum);
    }
  } else {
    using function = operation_function<Op>;
    const auto& f = function::of(op);
    using F = std::remove_cvref_t<decltype(f)>;
    constexpr bool has_state = !std::is_empty_v<F> || !std::is_default_constructible_v<F>;
    const auto combine = [](const void* lower, void* higher, index_t n, const void* context) {
      const auto* const a = static_cast<const T*>(lower);
      auto* const b = static_cast<T*>(higher);
      const auto run = [&](const F& g) {
        for (index_t i = 0; i < n; ++i) b[i] = static_cast<T>(g(a[i], b[i]));
      };
      if constexpr (has_state)
        run(*reinterpret_cast<const F*>(context));
      else
        run(F{});
    };
    const void* const context = has_state ? reinterpret_cast<const void*>(&f) : nullptr;
    // MPI's sums of narrow integers saturate or wrap by their place.
    constexpr bool by_mpi = std::is_same_v<Op, op::plain_sum_t> && std::is_arithmetic_v<T> &&
                            sizeof(T) >= 4 && !std::is_same_v<T, long double>;
    return {combine, context, is_commutative<Op>, by_mpi};
  }
}

template <class A>
using memory_element_of = std::remove_cvref_t<decltype(*std::declval<A&>().data())>;

/// A buffer of the shape of another.
template <class A> auto like(const A& a) {
  if constexpr (array_in_memory<A>)
    return ndarray<typename A::value_type, A::ndim>(a.shape());
  else
    return A(a);
}

template <class A> constexpr auto element_type_of() {
  if constexpr (lone_element<A>)
    return std::type_identity<A>{};
  else
    return std::type_identity<memory_element_of<A>>{};
}
template <class A> using reduced_element = typename decltype(element_type_of<A>())::type;

/// Is it a place for the result, not an operation?
template <class A, class B>
concept reduced_into =
    message_operand<B> && !std::is_const_v<std::remove_reference_t<B>> &&
    (std::is_same_v<A, in_place_t> || !operation_on<std::remove_cvref_t<B>, reduced_element<A>>);

/// As a new value, array or range.
template <class A, class Op>
auto reduce_to_new(const communicator& comm, reduce_kind kind, const A& mine, const Op& op,
                   int root) {
  auto result = like(mine);
  reduce_ranks(comm, kind, message_data_of(mine), message_data_of(result),
               operation_of<reduced_element<A>>(op), root, call_mode::blocking);
  return result;
}

template <class A, class B, class Op>
operation* reduce_into(const communicator& comm, reduce_kind kind, const A& mine, B& into,
                       const Op& op, int root, call_mode mode) {
  using T = reduced_element<std::remove_cvref_t<B>>;
  const rank_operation operation = operation_of<T>(op);
  return reduce_ranks(comm, kind, source_of(mine), target_of(into), operation, root, mode);
}

/// Is it combined as a whole, not element by element?
template <class A> inline constexpr bool is_combined_whole = !message_operand<A>;
template <class Char, class Traits, class Memory>
inline constexpr bool is_combined_whole<std::basic_string<Char, Traits, Memory>> = true;

/// Objects, one after another in the order of the ranks.
template <class T, class Op> T fold(const std::vector<T>& of_ranks, std::size_t count, Op&& op) {
  T result = of_ranks[0];
  for (std::size_t k = 1; k < count; ++k) result = op(result, of_ranks[k]);
  return result;
}

} // namespace detail

/// Says of an operation that the order of its operands is of no importance. Local.
template <class F> [[nodiscard]] auto commutative(F f) {
  return detail::commutative_operation<F>{std::move(f)};
}

/// @name Reductions of ranks
///
/// The elements that the ranks have at the same place are combined, in the order of the ranks: of
/// single values, arrays, views and ranges of elements; texts and objects as a whole. Where nothing
/// is said of the operation, it is `op::sum`. The result is new, or goes into an array of the same
/// size, which may be the one that is reduced: then `in_place` stands for what is reduced.
///
/// Collective: all ranks of the communicator call it, with the same operation, sizes and root.
/// Costs what MPI_Allreduce and its like cost; exact sums of more than two ranks twice as many
/// bytes as sent by these, and for `scan`, `exscan` and those in the background those of all ranks.
/// The forms with an `i` in front return at once, a request; buffers and the state of an operation
/// must last until it is done.
///
/// @throws argument_error, on the rank that sees it, for a root that is not there and for sizes or
/// types that differ; communication_error when MPI fails.
///
///     const double energy = allreduce(world, mine);           // exact
///     allreduce(world, in_place, histogram, op::plain_sum);
///     const particle corner = allreduce(world, last, op::max); // the largest of every member
///     const auto longest = reduce(world, words, [](const std::string& a, const std::string& b) {
///       return a.size() < b.size() ? b : a;
///     }, 0);
/// @{

/// On all ranks. Collective.
template <class A, class Op = op::sum_t>
requires(!detail::is_combined_whole<A> && detail::operation_on<Op, detail::reduced_element<A>>)
    [[nodiscard]] auto allreduce(const communicator& comm, const A& mine, const Op& op = {}) {
  return detail::reduce_to_new(comm, detail::reduce_kind::allreduce, mine, op, 0);
}
template <class A, detail::receive_operand B, class Op = op::sum_t>
requires detail::reduced_into<A, B>
void allreduce(const communicator& comm, const A& mine, B&& into, const Op& op = {}) {
  detail::reduce_into(comm, detail::reduce_kind::allreduce, mine, into, op, 0,
                      detail::call_mode::blocking);
}
template <class A, detail::receive_operand B, class Op = op::sum_t>
request iallreduce(const communicator& comm, A&& mine, B&& into, const Op& op = {}) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  return request(detail::reduce_into(comm, detail::reduce_kind::allreduce, mine, into, op, 0,
                                     detail::call_mode::started));
}

/// On `root`; elsewhere what the rank itself has. Collective.
template <class A, class Op>
requires(!detail::is_combined_whole<A>)
    [[nodiscard]] auto reduce(const communicator& comm, const A& mine, const Op& op, int root) {
  detail::check_root(comm, root, "reduce");
  return detail::reduce_to_new(comm, detail::reduce_kind::reduce, mine, op, root);
}
template <class A>
requires(!detail::is_combined_whole<A>)
    [[nodiscard]] auto reduce(const communicator& comm, const A& mine, int root) {
  return reduce(comm, mine, op::sum, root);
}
template <class A, detail::receive_operand B, class Op>
void reduce(const communicator& comm, const A& mine, B&& into, const Op& op, int root) {
  detail::check_root(comm, root, "reduce");
  detail::reduce_into(comm, detail::reduce_kind::reduce, mine, into, op, root,
                      detail::call_mode::blocking);
}
template <class A, detail::receive_operand B, class Op>
request ireduce(const communicator& comm, A&& mine, B&& into, const Op& op, int root) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  detail::check_root(comm, root, "ireduce");
  return request(detail::reduce_into(comm, detail::reduce_kind::reduce, mine, into, op, root,
                                     detail::call_mode::started));
}

/// Of the ranks up to this one, on each. Collective.
template <class A, class Op = op::sum_t>
requires(!detail::is_combined_whole<A> && detail::operation_on<Op, detail::reduced_element<A>>)
    [[nodiscard]] auto scan(const communicator& comm, const A& mine, const Op& op = {}) {
  return detail::reduce_to_new(comm, detail::reduce_kind::scan, mine, op, 0);
}
template <class A, detail::receive_operand B, class Op = op::sum_t>
requires detail::reduced_into<A, B>
void scan(const communicator& comm, const A& mine, B&& into, const Op& op = {}) {
  detail::reduce_into(comm, detail::reduce_kind::scan, mine, into, op, 0,
                      detail::call_mode::blocking);
}
template <class A, detail::receive_operand B, class Op = op::sum_t>
request iscan(const communicator& comm, A&& mine, B&& into, const Op& op = {}) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  return request(detail::reduce_into(comm, detail::reduce_kind::scan, mine, into, op, 0,
                                     detail::call_mode::started));
}
/// Of the ranks below this one, on each; on rank 0, elements of value zero. Collective.
template <class A, class Op = op::sum_t>
requires(!detail::is_combined_whole<A> && detail::operation_on<Op, detail::reduced_element<A>>)
    [[nodiscard]] auto exscan(const communicator& comm, const A& mine, const Op& op = {}) {
  return detail::reduce_to_new(comm, detail::reduce_kind::exscan, mine, op, 0);
}

template <class A, detail::receive_operand B, class Op = op::sum_t>
requires detail::reduced_into<A, B>
void exscan(const communicator& comm, const A& mine, B&& into, const Op& op = {}) {
  detail::reduce_into(comm, detail::reduce_kind::exscan, mine, into, op, 0,
                      detail::call_mode::blocking);
}
template <class A, detail::receive_operand B, class Op = op::sum_t>
request iexscan(const communicator& comm, A&& mine, B&& into, const Op& op = {}) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  return request(detail::reduce_into(comm, detail::reduce_kind::exscan, mine, into, op, 0,
                                     detail::call_mode::started));
}

/// A part of the result on each rank: `mine` holds one part for every rank, `part` gets this
/// rank's. Collective.
template <detail::message_operand A, detail::receive_operand B, class Op = op::sum_t>
void reduce_scatter(const communicator& comm, const A& mine, B&& part, const Op& op = {}) {
  detail::reduce_into(comm, detail::reduce_kind::reduce_scatter, mine, part, op, 0,
                      detail::call_mode::blocking);
}
template <detail::message_operand A, detail::receive_operand B, class Op = op::sum_t>
request ireduce_scatter(const communicator& comm, A&& mine, B&& part, const Op& op = {}) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  return request(detail::reduce_into(comm, detail::reduce_kind::reduce_scatter, mine, part, op, 0,
                                     detail::call_mode::started));
}

/// Of objects. Collective; every rank gets all of them.
template <class T, class Op>
requires detail::is_combined_whole<T>
[[nodiscard]] T allreduce(const communicator& comm, const T& mine, const Op& op) {
  const std::vector<T> of_ranks = allgather(comm, mine);
  return detail::fold(of_ranks, of_ranks.size(), op);
}
template <class T, class Op>
requires detail::is_combined_whole<T>
[[nodiscard]] T reduce(const communicator& comm, const T& mine, const Op& op, int root) {
  const std::vector<T> of_ranks = gather(comm, mine, root);
  return of_ranks.empty() ? mine : detail::fold(of_ranks, of_ranks.size(), op);
}
template <class T, class Op>
requires detail::is_combined_whole<T>
[[nodiscard]] T scan(const communicator& comm, const T& mine, const Op& op) {
  const std::vector<T> of_ranks = allgather(comm, mine);
  return detail::fold(of_ranks, static_cast<std::size_t>(comm.rank()) + 1, op);
}
/// @}

} // namespace tessera

/// @file
/// Elements of global arrays that lists of subscripts name, moved again and again.
#pragma once

#include <tessera/core/elements/where.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/distributed/subscripts/subscript_lists.hpp>

#include <tuple>
#include <type_traits>

namespace tessera {

namespace detail {

/// The later one of two.
struct take_later {
  template <class T> const T& operator()(const T&, const T& later) const { return later; }
};
struct add_value {
  template <class T> T operator()(const T& a, const T& b) const {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      return static_cast<T>(static_cast<std::uintmax_t>(a) + static_cast<std::uintmax_t>(b));
    else
      return static_cast<T>(a + b);
  }
};
/// Operands whose values are integers, along one axis: lists of subscripts.
template <class I>
concept subscript_list = local_operand<I> && std::remove_cvref_t<I>::ndim == 1 &&
                         is_integer<typename std::remove_cvref_t<I>::value_type>;

template <std::size_t N, subscript_list... I>
subscript_lists lists_from(const communicator& comm, const distribution<N>& who,
                           const halo<N>& width, const I&... given) {
  static_assert(sizeof...(I) == 1 || sizeof...(I) == N,
                "one list of flat subscripts, or one for each axis");
  const auto own = collectively(comm, [&] {
    return std::array<ndarray<index_t, 1>, sizeof...(I)>{ndarray<index_t, 1>(given)...};
  });
  const index_t* data[sizeof...(I)];
  index_t counts[sizeof...(I)];
  for (std::size_t d = 0; d < sizeof...(I); ++d) {
    data[d] = own[d].data();
    counts[d] = own[d].size();
  }
  return {comm, axes_of(who), halo_axes(width), {data, counts, sizeof...(I) == N ? N : 0}};
}

template <class T> ndarray<T, 1> values_for(const subscript_lists& lists) {
  return collectively(lists.comm(), [&] { return ndarray<T, 1>(shape_t<1>{lists.size()}); });
}

} // namespace detail

/// Who needs which elements of a global array, by lists of subscripts: what unstructured meshes,
/// sparse matrices and particles ask for, as PETSc's VecScatter does. Each rank gives the
/// subscripts that it wants, in any order, repeated or not, any number, also none; negative ones
/// count from the end. The plan is made once, and then gathers and scatters between arrays that lie
/// as the first one did, of any type, and this rank's values, in the order of its list.
///
/// Making one: the subscripts go to the owners of their elements, one message to each (see
/// `exchange`), and four Allreduces of a few bytes; 8 to 24 bytes of memory for every subscript.
/// Running it: one message to each rank that is concerned, in which an element is but once however
/// often the rank names it (`add` and `combine` send every value), and no memory from the second
/// time on; between ranks of a node no message, but shared memory. The blocking forms look at the
/// values first (an Allreduce of 16 bytes), those that start do not. All members but `size`,
/// `remote`, `wanted` and `messages` are collective.
///
///     const subscript_plan plan(u, ghosts);     // ndarray<index_t, 1>: what this rank lacks
///     const auto values = plan.gather(u);       // values(k) is u's element ghosts(k)
///     plan.add(forces, u);                      // u(ghosts(k)) += forces(k), of all ranks
template <std::size_t N> class subscript_plan {
public:
  subscript_plan() = default;
  /// For arrays that are distributed as `like` is, with such a halo, by flat subscripts (those of
  /// the elements counted row by row: a list of any integers) or one list for each axis.
  /// Collective.
  /// @throws index_error on all ranks, naming rank, position, subscript and shape; shape_error for
  /// lists of different lengths.
  template <class T, detail::subscript_list... I>
  explicit subscript_plan(const global_array<T, N>& like, const I&... lists)
      : lists_(detail::lists_from(like.comm(), like.distribution(), like.halo(), lists...)) {}
  /// For arrays without a halo under a distribution over the ranks of a grid.
  template <detail::subscript_list... I>
  subscript_plan(const process_grid<N>& grid, const distribution<N>& who, const I&... lists)
      : lists_(detail::lists_from(grid.comm(), who, halo<N>(), lists...)) {}

  /// How many subscripts this rank gave.
  [[nodiscard]] index_t size() const { return lists_.size(); }
  /// How many elements of other ranks are among those that it named, each counted once.
  [[nodiscard]] index_t remote() const { return lists_.remote(); }
  /// How many of this rank's elements the others named, counted once for each of them.
  [[nodiscard]] index_t wanted() const { return lists_.wanted(); }
  /// Messages that this rank sends and receives in one gather of any number of fields.
  [[nodiscard]] index_t messages() const { return lists_.messages(); }
  [[nodiscard]] const communicator& comm() const { return lists_.comm(); }

  /// @name Gather
  /// `values(k)` becomes the element that the k-th subscript of this rank names. Values are
  /// adjacent, and no part of `u`. Several fields at once share their messages:
  /// `plan.gather(std::tie(u, v), std::tie(of_u, of_v))`. Collective.
  /// @throws shape_error on all ranks unless there are as many values as subscripts; argument_error
  /// for an array that lies otherwise than that of which the plan was made.
  /// @{
  template <class T>
  void gather(const global_array<T, N>& u, const std::type_identity_t<view<T, 1>>& values) const {
    gather(std::tie(u), std::tie(values));
  }
  template <class T> [[nodiscard]] ndarray<T, 1> gather(const global_array<T, N>& u) const {
    ndarray<T, 1> values = detail::values_for<T>(lists_);
    start_gather(u, values).finish();
    return values;
  }
  template <class... U, class... V>
  requires(sizeof...(U) == sizeof...(V)) void gather(const std::tuple<U...>& arrays,
                                                     const std::tuple<V...>& values) const {
    run<detail::subscript_move::gather, detail::take_later>(arrays, values);
  }
  /// The same, split: neither may be written, nor `values` be read, until `finish`. Collective.
  template <class T>
  [[nodiscard]] transfer start_gather(const global_array<T, N>& u,
                                      const std::type_identity_t<view<T, 1>>& values) const {
    return start_gather(std::tie(u), std::tie(values));
  }
  template <class... U, class... V>
  requires(sizeof...(U) == sizeof...(V)) [[nodiscard]] transfer
      start_gather(const std::tuple<U...>& arrays, const std::tuple<V...>& values) const {
    const auto used = columns<detail::take_later>(arrays, values);
    return lists_.start(detail::subscript_move::gather, used.data(), used.size());
  }
  /// @}

  /// @name Scatter
  /// The element that the k-th subscript names becomes `values(k)`; of several that name the same
  /// one, the last in the order of ranks and lists counts, as in NumPy's `u[i] = x` of the lists
  /// one behind the other. Collective. Errors as of `gather`.
  /// @{
  template <class T>
  void scatter(const std::type_identity_t<view<const T, 1>>& values, global_array<T, N>& u) const {
    scatter(std::tie(values), std::tie(u));
  }
  template <class... U, class... V>
  requires(sizeof...(U) == sizeof...(V)) void scatter(const std::tuple<V...>& values,
                                                      const std::tuple<U...>& arrays) const {
    run<detail::subscript_move::replace, detail::take_later>(arrays, values);
  }
  template <class T>
  [[nodiscard]] transfer start_scatter(const std::type_identity_t<view<const T, 1>>& values,
                                       global_array<T, N>& u) const {
    return start<detail::subscript_move::replace, detail::take_later>(values, u);
  }
  /// @}

  /// @name Combinations
  /// The element that the k-th subscript names is combined with `values(k)`, one after another in
  /// the order of ranks and lists, as by `numpy.add.at` of the lists one behind the other: the same
  /// bits at every run, and on any number of ranks that give the same lists in this order. `f(a,
  /// b)` gives the new element of the old one and a value; it is an object without state. Integers
  /// wrap around; a NaN is the least and the greatest. Collective. Errors as of `gather`.
  /// @{
  template <class T>
  void add(const std::type_identity_t<view<const T, 1>>& values, global_array<T, N>& u) const {
    combine(values, u, detail::add_value());
  }
  template <class T>
  void min(const std::type_identity_t<view<const T, 1>>& values, global_array<T, N>& u) const {
    combine(values, u, detail::smaller());
  }
  template <class T>
  void max(const std::type_identity_t<view<const T, 1>>& values, global_array<T, N>& u) const {
    combine(values, u, detail::larger());
  }
  template <class T, class F>
  void combine(const std::type_identity_t<view<const T, 1>>& values, global_array<T, N>& u,
               const F& /*f*/) const {
    run<detail::subscript_move::combine, F>(std::tie(u), std::tie(values));
  }
  template <class T>
  [[nodiscard]] transfer start_add(const std::type_identity_t<view<const T, 1>>& values,
                                   global_array<T, N>& u) const {
    return start<detail::subscript_move::combine, detail::add_value>(values, u);
  }
  /// @}

  /// For compiled code.
  [[nodiscard]] const detail::subscript_lists& lists() const { return lists_; }

private:
  template <class F, class T>
  static detail::subscript_column column(const global_array<T, N>& u,
                                         const view<const T, 1>& values) {
    static_assert(
        std::is_empty_v<F> && std::is_default_constructible_v<F>,
        "what combines elements is an object without state, as a lambda without captures");
    // A gather writes values, the others the array: each was given as what may be written.
    return {detail::block_of(const_cast<global_array<T, N>&>(u)), const_cast<T*>(values.data()),
            values.size(), values.strides()[0], &detail::combine_row_by<T, F>};
  }
  template <class F, class... U, class... V>
  static auto columns(const std::tuple<U...>& arrays, const std::tuple<V...>& values) {
    return [&]<std::size_t... K>(std::index_sequence<K...>) {
      return std::array<detail::subscript_column, sizeof...(U)>{
          column<F, typename std::remove_cvref_t<U>::value_type>(std::get<K>(arrays),
                                                                 std::get<K>(values))...};
    }
    (std::index_sequence_for<U...>());
  }
  template <detail::subscript_move Move, class F, class Arrays, class Values>
  void run(const Arrays& arrays, const Values& values) const {
    const auto used = columns<F>(arrays, values);
    lists_.check(used.data(), used.size());
    lists_.start(Move, used.data(), used.size()).finish();
  }
  template <detail::subscript_move Move, class F, class T>
  transfer start(const view<const T, 1>& values, global_array<T, N>& u) const {
    const auto used = columns<F>(std::tie(u), std::tie(values));
    return lists_.start(Move, used.data(), used.size());
  }

  detail::subscript_lists lists_;
};

template <class T, std::size_t N, class... I>
subscript_plan(const global_array<T, N>&, const I&...) -> subscript_plan<N>;
template <std::size_t N, class... I>
subscript_plan(const process_grid<N>&, const distribution<N>&, const I&...) -> subscript_plan<N>;

} // namespace tessera

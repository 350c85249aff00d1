/// @file
/// Global arrays that are searched and searched for: `searchsorted`, `isin`.
#pragma once

#include <tessera/distributed/collective/exchange.hpp>
#include <tessera/distributed/sorting/sort.hpp>

namespace tessera {

namespace detail {

/// The last element of each rank that has any, in the order of the ranks.
template <class T> struct last_elements {
  last_elements(const communicator& comm, const view<const T, 1>& own) {
    own_ends<T> mine{};
    mine.count = own.size();
    if (mine.count > 0) mine.last = own.data()[mine.count - 1];
    const auto all = allgather(comm, mine);
    for (std::size_t r = 0; r < all.size(); ++r) {
      begins.push_back(total);
      total += all[r].count;
      if (all[r].count == 0) continue;
      ranks.push_back(static_cast<int>(r));
      values.push_back(all[r].last);
    }
  }
  /// The rank among whose elements x has its place; -1 when that is behind all.
  template <class C> [[nodiscard]] int rank_of(const C& x, side where_equal) const {
    const view<const T, 1> lasts(values.data(), shape_t<1>{static_cast<index_t>(values.size())});
    const index_t k = sorted_place(lasts, x, where_equal);
    return k < lasts.size() ? ranks[static_cast<std::size_t>(k)] : -1;
  }

  std::vector<T> values;
  std::vector<int> ranks;
  std::vector<index_t> begins; // of each rank's elements
  index_t total = 0;
};

/// Asks, for each of this rank's values, the rank where it has its place in a sorted array:
/// answer(own elements, value, place among them) there, `behind` where there is none. Collective.
template <class Answer, class T, class V, class F>
void ask_in_order(const communicator& comm, const view<const T, 1>& sorted, const V* values,
                  index_t n, side where_equal, const F& answer, Answer behind, Answer* answers) {
  using C = promoted<T, V>;
  const last_elements<T> lasts(comm, sorted);
  std::vector<std::vector<C>> asked(static_cast<std::size_t>(comm.size()));
  std::vector<int> ranks(static_cast<std::size_t>(n));
  for (index_t i = 0; i < n; ++i) {
    const C value = static_cast<C>(values[i]);
    const int r = lasts.rank_of(value, where_equal);
    ranks[static_cast<std::size_t>(i)] = r;
    if (r >= 0) asked[static_cast<std::size_t>(r)].push_back(value);
  }
  const auto questions = exchange_all(comm, asked);
  std::vector<std::vector<Answer>> found(questions.size());
  for (std::size_t r = 0; r < questions.size(); ++r)
    for (const C& x : questions[r])
      found[r].push_back(answer(x, sorted_place(sorted, x, where_equal)));
  const auto replies = exchange_all(comm, found);
  std::vector<std::size_t> next(replies.size());
  for (index_t i = 0; i < n; ++i) {
    const int r = ranks[static_cast<std::size_t>(i)];
    const auto at = static_cast<std::size_t>(r);
    answers[i] = r < 0 ? behind : replies[at][next[at]++];
  }
}

/// Calls f(own values, own results) for a copy of an operand, and gives the results, which lie as
/// it does.
template <class R, class A, class F> auto answered(const A& a, const F& f) {
  using T = typename A::value_type;
  const auto values = copy(a);
  global_array<R, A::ndim> result(values.grid(), values.distribution());
  const view<const T, A::ndim> own = values.owned();
  f(own, writable_part(result));
  return result;
}

/// Adds the counts of all ranks.
void add_places(const communicator& comm, index_t* places, index_t n);

} // namespace detail

/// @name Searching over ranks
/// NumPy's functions, collective. Values that are global go to the rank that has their place, and
/// their answers come back: two exchanges of what is searched for. Local values, which every rank
/// has, are searched for by all ranks in their own elements.
/// @{

/// Where values would be inserted into a sorted global array of one axis to keep it sorted: before
/// equal elements, or after them with `side::right`. Of global values, a global array that lies as
/// they do (see `copy`); of local ones, which every rank has, a local array.
///
///     const auto places = searchsorted(sort(u), v);
template <global_operand S, global_operand V>
requires(S::ndim == 1) auto searchsorted(const S& sorted, const V& values,
                                         side where_equal = side::left) {
  using T = typename S::value_type;
  return detail::with_own_in_order(sorted, [&](const auto& elements, const view<const T, 1>& own) {
    const communicator& comm = elements.comm();
    const index_t begin = detail::own_begin(comm, own.size());
    const index_t end = size_of(elements.shape());
    return detail::answered<index_t>(values, [&](const auto& mine, const auto& places) {
      detail::ask_in_order(
          comm, own, mine.data(), mine.size(), where_equal,
          [begin](const auto&, index_t place) { return begin + place; }, end, places.data());
    });
  });
}
/// The same of local values that every rank has.
template <global_operand S, local_operand V>
requires(S::ndim == 1) auto searchsorted(const S& sorted, const V& values,
                                         side where_equal = side::left) {
  using T = typename S::value_type;
  return detail::with_own_in_order(sorted, [&](const auto& elements, const view<const T, 1>& own) {
    ndarray<index_t, V::ndim> places = searchsorted(own, values, where_equal);
    detail::add_places(elements.comm(), places.data(), places.size());
    return places;
  });
}
/// The same of one value.
template <global_operand S, scalar_operand V>
requires(S::ndim == 1) index_t
    searchsorted(const S& sorted, const V& value, side where_equal = side::left) {
  return searchsorted(sorted, ndarray<V, 1>{value}, where_equal)(0);
}

/// Global values in a sorted array that every rank has: nothing travels.
template <local_operand S, global_operand V>
requires(S::ndim == 1) auto searchsorted(const S& sorted, const V& values,
                                         side where_equal = side::left) {
  return detail::answered<index_t>(values, [&](const auto& own, const auto& places) {
    places.assign(searchsorted(sorted, own, where_equal));
  });
}

/// Which elements are among others, which every rank has? NaN is not. Nothing travels.
template <global_operand A, local_operand B> auto isin(const A& a, const B& others) {
  return detail::answered<bool>(
      a, [&](const auto& own, const auto& results) { results.assign(isin(own, others)); });
}
/// The same of others that are global.
template <global_operand A, global_operand B> auto isin(const A& a, const B& others) {
  using T = typename B::value_type;
  const auto sorted = sort(detail::elements_in_order(others));
  const view<const T, 1> own = sorted.owned();
  return detail::answered<bool>(a, [&](const auto& mine, const auto& results) {
    ndarray<unsigned char, 1> found(shape_t<1>{mine.size()});
    detail::ask_in_order(
        sorted.comm(), own, mine.data(), mine.size(), side::left,
        [&own](const auto& x, index_t place) -> unsigned char {
          return static_cast<std::remove_cvref_t<decltype(x)>>(own.data()[place]) == x ? 1 : 0;
        },
        static_cast<unsigned char>(0), found.data());
    for (index_t i = 0; i < mine.size(); ++i) results.data()[i] = found.data()[i] != 0;
  });
}
/// @}

} // namespace tessera

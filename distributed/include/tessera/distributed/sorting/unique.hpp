/// @file
/// The different elements of global arrays, and sets of them: `unique`, `union1d` and their like.
#pragma once

#include <tessera/distributed/functions/join.hpp>
#include <tessera/distributed/sorting/search.hpp>

namespace tessera {

/// What `unique_all` of a global array gives; all arrays are in equal blocks.
template <class T> struct global_unique_elements {
  global_array<T, 1> values;        ///< sorted
  global_array<index_t, 1> indices; ///< where each is first, in row-major order
  global_array<index_t, 1> inverse; ///< which of the values each element is, in row-major order
  global_array<index_t, 1> counts;  ///< how often each is there
};

namespace detail {

/// One of the different elements.
template <class T> struct distinct_element {
  T value;
  index_t first; ///< the least place where it is
  index_t count;
};
struct distinct_order {
  template <class T>
  bool operator()(const distinct_element<T>& a, const distinct_element<T>& b) const noexcept {
    return sorts_before(a.value, b.value);
  }
};

/// Those of sorted elements, with the places of all where these are known.
template <class T>
std::vector<distinct_element<T>> distinct_of_sorted(const ndarray<T, 1>& sorted,
                                                    const index_t* places) {
  std::vector<distinct_element<T>> result;
  for (index_t i = 0; i < sorted.size(); ++i) {
    const T& x = sorted.data()[i];
    if (result.empty() || sorts_before(result.back().value, x))
      result.push_back({x, places == nullptr ? 0 : places[i], 0});
    ++result.back().count;
  }
  return result;
}

/// Those of this rank, whose elements begin at `begin` of all.
template <class T>
std::vector<distinct_element<T>> own_distinct(const view<const T, 1>& own, index_t begin,
                                              bool with_places) {
  std::vector<distinct_element<T>> result;
  distinct_places few;
  if (find_few<T>(own, false, few)) {
    for (index_t k = 0; k < few.firsts.size(); ++k)
      result.push_back(
          {own.data()[few.firsts.data()[k]], begin + few.firsts.data()[k], few.counts.data()[k]});
    return result;
  }
  if (!with_places) return distinct_of_sorted<T>(sort(own), nullptr);
  ndarray<index_t, 1> places = argsort(own);
  const ndarray<T, 1> sorted = take(own, places);
  places += begin;
  return distinct_of_sorted<T>(sorted, places.data());
}

/// Elements that each rank has some of, as they come, in the order of the ranks.
template <class T>
global_array<T, 1> array_of_lists(const communicator& comm, const T* mine, index_t count) {
  std::vector<index_t> boundaries{0};
  for (const index_t n : allgather(comm, count)) boundaries.push_back(boundaries.back() + n);
  global_array<T, 1> result(process_grid<1>::sharing(comm, {comm.size()}),
                            distribution<1>::explicit_boundaries({boundaries}));
  std::copy(mine, mine + count, writable_part(result).data());
  return result;
}
/// The same in equal blocks.
template <class T>
global_array<T, 1> balanced(const communicator& comm, const std::vector<T>& mine) {
  return in_blocks(as_node(array_of_lists(comm, mine.data(), static_cast<index_t>(mine.size()))));
}

/// The first of each sequence of equal elements among n sorted ones, put together; how many.
template <class T> index_t keep_different(T* sorted, index_t n) {
  const auto equal = [](const T& a, const T& b) { return !sorts_before(a, b); };
  return std::unique(sorted, sorted + n, equal) - sorted;
}

/// The different elements of this rank, sorted, in an array over the ranks.
template <class T>
global_array<T, 1> own_different(const communicator& comm, const view<const T, 1>& own) {
  ndarray<T, 1> mine;
  const index_t count = collectively(comm, [&] {
    distinct_places few;
    if (!find_few<T>(own, false, few)) {
      mine = sort(own);
      return keep_different(mine.data(), mine.size());
    }
    mine = take(own, few.firsts);
    return mine.size();
  });
  return array_of_lists(comm, mine.data(), count);
}

/// The first of this rank's n sorted elements that is not on a rank before it, 0 or 1.
template <class T> index_t first_of_own(const communicator& comm, const T* mine, index_t n) {
  struct end {
    T last;
    index_t count;
  };
  const auto all = allgather(comm, end{n > 0 ? mine[n - 1] : T{}, n});
  for (auto r = static_cast<std::size_t>(comm.rank()); r-- > 0;)
    if (all[r].count > 0) return n > 0 && !sorts_before(all[r].last, mine[0]) ? 1 : 0;
  return 0;
}

/// Makes one of those that several ranks have: the first of these keeps it.
template <class T>
void join_equal(const communicator& comm, std::vector<distinct_element<T>>& mine) {
  struct ends {
    distinct_element<T> first;
    T last;
    index_t count;
  };
  ends own{};
  own.count = static_cast<index_t>(mine.size());
  if (!mine.empty()) {
    own.first = mine.front();
    own.last = mine.back().value;
  }
  const auto all = allgather(comm, own);
  const auto me = static_cast<std::size_t>(comm.rank());
  if (mine.empty()) return;
  // What follows on later ranks, as far as it equals the last one here.
  for (std::size_t r = me + 1; r < all.size(); ++r) {
    if (all[r].count == 0) continue;
    if (sorts_before(own.last, all[r].first.value)) break;
    mine.back().count += all[r].first.count;
    if (all[r].count > 1) break;
  }
  for (std::size_t r = me; r-- > 0;) {
    if (all[r].count == 0) continue;
    if (!sorts_before(all[r].last, own.first.value)) mine.erase(mine.begin());
    break;
  }
}

/// The different elements of all ranks, sorted; each rank has some.
template <class T>
std::vector<distinct_element<T>> merged_distinct(const communicator& comm,
                                                 const std::vector<distinct_element<T>>& mine) {
  using record = distinct_element<T>;
  if (comm.size() == 1) return mine;
  order_by<record, distinct_order> order{distinct_order()};
  const auto count = static_cast<index_t>(mine.size());
  const auto all = merged(array_of_lists(comm, mine.data(), count), order.untyped());
  const view<const record, 1> own = all.owned();
  std::vector<record> result;
  for (index_t i = 0; i < own.size(); ++i) {
    const record& x = own.data()[i];
    if (!result.empty() && !sorts_before(result.back().value, x.value))
      result.back().count += x.count;
    else
      result.push_back(x);
  }
  join_equal(comm, result);
  return result;
}

/// One of the members of such elements, in equal blocks.
template <class T, class M>
global_array<M, 1> balanced_member(const communicator& comm,
                                   const std::vector<distinct_element<T>>& mine,
                                   M distinct_element<T>::*member) {
  std::vector<M> values;
  values.reserve(mine.size());
  for (const auto& each : mine) values.push_back(each.*member);
  return balanced(comm, values);
}

/// Which of the sorted values each of this rank's elements is.
template <class T>
void find_inverse(const global_array<T, 1>& values, const view<const T, 1>& own, index_t* inverse) {
  const communicator& comm = values.comm();
  const auto mine = collectively(comm, [&] { return unique_all(own); });
  const view<const T, 1> sorted = values.owned();
  const index_t begin = own_begin(comm, sorted.size());
  ndarray<index_t, 1> places(mine.values.shape());
  ask_in_order(
      comm, sorted, mine.values.data(), mine.values.size(), side::left,
      [begin](const auto&, index_t place) { return begin + place; }, index_t{0}, places.data());
  for (index_t i = 0; i < own.size(); ++i) inverse[i] = places.data()[mine.inverse.data()[i]];
}

} // namespace detail

/// @name Sets over ranks
/// NumPy's functions; results are sorted and in equal blocks. Every rank makes a list of its own
/// different elements (where they are few, without sorting), and these are merged: what travels is
/// the lists. Collective.
/// @throws memory_error on all ranks when one of them has not enough.
/// @{

/// The different elements, sorted. All NaN are one element, zeros of both signs another; the first
/// of them stands for all. Where nearly all differ, it needs room for five arrays beside argument
/// and result; where few do, for next to none.
template <global_operand A> auto unique(const A& a) {
  using T = typename A::value_type;
  return detail::with_own_in_order(a, [](const auto& elements, const view<const T, 1>& own) {
    const communicator& comm = elements.comm();
    auto sorted = detail::merged(detail::own_different(comm, own), detail::number_order<T>());
    const view<T, 1> mine = detail::writable_part(sorted);
    const index_t count = detail::keep_different(mine.data(), mine.size());
    const index_t first = detail::first_of_own(comm, mine.data(), count);
    return detail::in_blocks(
        detail::as_node(detail::array_of_lists(comm, mine.data() + first, count - first)));
  });
}

/// The different elements, sorted; where they are, and how many. `inverse` has as many elements as
/// the array, in its order.
///
///     const auto [values, indices, inverse, counts] = unique_all(labels);
template <global_operand A> auto unique_all(const A& a) {
  using T = typename A::value_type;
  using record = detail::distinct_element<T>;
  return detail::with_own_in_order(a, [](const auto& elements, const view<const T, 1>& own) {
    const communicator& comm = elements.comm();
    const index_t begin = detail::own_begin(comm, own.size());
    const auto mine = collectively(comm, [&] { return detail::own_distinct(own, begin, true); });
    const auto distinct = detail::merged_distinct(comm, mine);
    global_unique_elements<T> result;
    result.values = detail::balanced_member(comm, distinct, &record::value);
    result.indices = detail::balanced_member(comm, distinct, &record::first);
    result.counts = detail::balanced_member(comm, distinct, &record::count);
    std::vector<index_t> inverse(static_cast<std::size_t>(own.size()));
    detail::find_inverse(result.values, own, inverse.data());
    result.inverse = detail::balanced(comm, inverse);
    return result;
  });
}

/// The different elements of both.
template <global_operand A, global_operand B> auto union1d(const A& a, const B& b) {
  return unique(concatenate(unique(a), unique(b)));
}

namespace detail {

/// The elements of a sorted array that are among others, or those that are not.
template <class T, class B>
global_array<T, 1> chosen_among(const global_array<T, 1>& a, const B& others, bool are_in) {
  const auto mask = isin(a, others);
  const view<const T, 1> own = a.owned();
  const view<const bool, 1> found = mask.owned();
  std::vector<T> result;
  for (index_t i = 0; i < own.size(); ++i)
    if (found.data()[i] == are_in) result.push_back(own.data()[i]);
  return balanced(a.comm(), result);
}

} // namespace detail

/// The different elements that are in both; those of the second may be local, on every rank.
template <global_operand A, array_operand B> auto intersect1d(const A& a, const B& b) {
  using T = promoted<typename A::value_type, typename B::value_type>;
  const auto left = unique(a);
  const auto both = detail::chosen_among(left, b, true);
  auto result = global_array<T, 1>(both.grid(), both.distribution());
  result = both;
  return result;
}

/// The different elements that are in the first but not in the second, which may be local, on every
/// rank.
template <global_operand A, array_operand B> auto setdiff1d(const A& a, const B& b) {
  return detail::chosen_among(unique(a), b, false);
}

/// The different elements that are in one of both but not in the other.
template <global_operand A, global_operand B> auto setxor1d(const A& a, const B& b) {
  return union1d(setdiff1d(a, b), setdiff1d(b, a));
}
/// @}

} // namespace tessera

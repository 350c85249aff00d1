/// @file
/// Sorted global arrays: `sort`, `argsort`, `lexsort`, `is_sorted`. NaN comes last, as in NumPy.
/// All are collective.
#pragma once

#include <tessera/core/selection/sort_by.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/functions/reduce_axes.hpp>
#include <tessera/distributed/sorting/run_merge.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

/// Where the parts of the ranks begin in an array of one axis in blocks, and its end.
std::vector<index_t> boundaries_of(const axis_distribution& axis, int ranks);

/// The elements of an operand along one axis, in a new array of which every rank has those that
/// come after those of the ranks before it.
template <class A> auto elements_in_order(const A& a) {
  using T = typename A::value_type;
  if constexpr (A::ndim == 1) {
    const auto& node = as_node(a);
    return is_any_cyclic(node) ? in_blocks(node) : copied<T>(node);
  } else {
    return ravel(a);
  }
}

/// The sorted runs of the ranks as one array in equal blocks.
template <class T>
global_array<T, 1> merged(const global_array<T, 1>& runs, const element_order& order) {
  const communicator& comm = runs.comm();
  auto result = array_beside<T, 1>(runs.view().node().ref(), runs.shape());
  const view<const T, 1> mine = runs.owned();
  merge_runs(comm, {reinterpret_cast<const std::byte*>(mine.data()), mine.size()}, order,
             boundaries_of(result.distribution().axis(0), comm.size()),
             writable_part(result).data());
  return result;
}

/// Sorts each rank's elements by a function of them and their number, then all.
template <class T, class SortOwn>
global_array<T, 1> sorted_runs(global_array<T, 1> elements, const element_order& order,
                               const SortOwn& sort_own) {
  const view<T, 1> mine = writable_part(elements);
  collectively(elements.comm(), [&] { sort_own(mine); });
  if (elements.comm().size() == 1) return elements;
  return merged(elements, order);
}

struct placed_order {
  template <class T>
  bool operator()(const placed_element<T>& a, const placed_element<T>& b) const noexcept {
    return sorts_before(a.value, b.value);
  }
};

/// Elements with their places, sorted by value, in equal blocks.
template <class A> auto sorted_with_places(const A& a) {
  using T = typename A::value_type;
  using record = placed_element<T>;
  const auto values = elements_in_order(a);
  global_array<record, 1> records(values.grid(), values.distribution());
  const view<const T, 1> own = values.owned();
  const index_t first = own.size() > 0 ? values.block().lower[0] : 0;
  order_by<record, placed_order> order{placed_order()};
  return sorted_runs(std::move(records), order.untyped(), [&](const view<record, 1>& mine) {
    const ndarray<index_t, 1> places = argsort(own);
    for (index_t i = 0; i < mine.size(); ++i)
      mine.data()[i] = {own.data()[places.data()[i]], first + places.data()[i]};
  });
}

/// The number of elements on the ranks before this one. Collective.
index_t own_begin(const communicator& comm, index_t count);

/// Calls f(array, own elements) with an array of which each rank has the elements that come after
/// those of the ranks before it: the operand itself where it is one.
template <class A, class F> auto with_own_in_order(const A& a, const F& f) {
  using T = typename A::value_type;
  if constexpr (is_global_array<A>)
    if (A::ndim == 1 && !a.distribution().is_cyclic()) {
      const view<const T, A::ndim> own = a.owned();
      return f(a, view<const T, 1>(own.data(), shape_t<1>{own.size()}));
    }
  const global_array<T, 1> elements = elements_in_order(a);
  const view<const T, 1> own = elements.owned();
  return f(elements, own);
}

/// The first and last element of a rank.
template <class T> struct own_ends {
  T first;
  T last;
  index_t count;
  bool is_sorted;
};
template <class T> bool ends_are_sorted(const std::vector<own_ends<T>>& ranks) {
  const own_ends<T>* before = nullptr;
  for (const own_ends<T>& each : ranks) {
    if (!each.is_sorted) return false;
    if (each.count == 0) continue;
    if (before != nullptr && sorts_before(each.first, before->last)) return false;
    before = &each;
  }
  return true;
}

/// The places of sorted records, which lie where these do.
template <class Record> global_array<index_t, 1> places_of(const global_array<Record, 1>& records) {
  global_array<index_t, 1> result(records.grid(), records.distribution());
  const view<index_t, 1> to = writable_part(result);
  const view<const Record, 1> from = records.owned();
  for (index_t i = 0; i < to.size(); ++i) to.data()[i] = from.data()[i].place;
  return result;
}

/// An array in which each rank has whole lines along an axis, as far as there are lines.
template <class T, std::size_t N>
global_array<T, N> whole_line_array(const global_array<T, N>& like, std::size_t axis) {
  grid_dims<N> dims{};
  dims[axis] = 1;
  const shape_t<N> shape = like.shape();
  choose_grid(like.comm().size(), N, dims.data(), shape.data());
  return global_array<T, N>(process_grid<N>::sharing(like.comm(), dims), shape);
}

/// Calls treat(own elements, own results) where each rank has whole lines of `elements` along an
/// axis, and gives the results distributed as these are.
template <class R, class T, std::size_t N, class Treat>
global_array<R, N> by_whole_lines(const global_array<T, N>& elements, std::size_t axis,
                                  const Treat& treat) {
  const auto run = [&](const global_array<T, N>& from, global_array<R, N>& to) {
    const view<const T, N> own = from.owned();
    const view<R, N> results = writable_part(to);
    collectively(from.comm(), [&] { treat(own, results); });
  };
  global_array<R, N> result(elements.grid(), elements.distribution());
  if (elements.distribution().axis(axis).parts() == 1) {
    run(elements, result);
    return result;
  }
  global_array<T, N> lines = whole_line_array(elements, axis);
  redistribute(elements, lines);
  global_array<R, N> sorted(lines.grid(), lines.distribution());
  run(lines, sorted);
  redistribute(sorted, result);
  return result;
}

} // namespace detail

/// @name Sorting over ranks
///
/// New arrays; the bits of the local functions of the same names, which are those of NumPy's stable
/// sorts, on any number of ranks. Collective.
///
/// An array of one axis comes out in equal blocks (sizes differ by one) in the order of all,
/// whatever its elements are: all equal, few different, sorted before. Every rank sorts its own;
/// then the ranks find where to cut these runs, exactly, by small messages (two for each halving of
/// the number of elements, of 24 bytes for each two ranks), and each merges its block of the
/// result. Elements travel once, those of a node's ranks without messages. Beside the elements and
/// the result it takes the sorted runs, and with more than two ranks or with messages once more as
/// much.
///
/// Along an axis of several, lines that are divided between ranks are brought together and back
/// again, two redistributions.
/// @throws argument_error on all ranks for a wrong axis.
/// @{

/// A sorted copy, each line along an axis (the last unless named) on its own. To sort all elements:
/// `sort(ravel(u))`.
template <global_operand A> auto sort(const A& a, const axis_list<1>& along = {{-1}}) {
  using T = typename A::value_type;
  const std::size_t axis = detail::checked_axis(along.axes[0], A::ndim);
  if constexpr (A::ndim == 1) {
    return detail::sorted_runs(detail::elements_in_order(a), detail::number_order<T>(),
                               [](const view<T, 1>& mine) { sort_in_place(mine); });
  } else {
    return detail::by_whole_lines<T>(
        copy(a), axis, [axis](const auto& own, const view<T, A::ndim>& results) {
          results.assign(own);
          sort_in_place(results, axis_list<1>{{static_cast<index_t>(axis)}});
        });
  }
}

/// The subscripts that sort each line along an axis (the last unless named). Equal elements keep
/// their order.
template <global_operand A>
global_array<index_t, A::ndim> argsort(const A& a, const axis_list<1>& along = {{-1}}) {
  const std::size_t axis = detail::checked_axis(along.axes[0], A::ndim);
  if constexpr (A::ndim == 1)
    return detail::places_of(detail::sorted_with_places(a));
  else
    return detail::by_whole_lines<index_t>(
        copy(a), axis, [axis](const auto& own, const view<index_t, A::ndim>& results) {
          results.assign(argsort(own, axis_list<1>{{static_cast<index_t>(axis)}}));
        });
}

/// A copy of an array of structs sorted by one of their members, as `sort` sorts numbers; equal
/// ones keep their order.
///
///     const auto by_energy = sort(particles, &particle::energy);
template <global_operand A, class M, class S>
requires(A::ndim == 1 && std::is_base_of_v<S, typename A::value_type>) auto sort(const A& a,
                                                                                 M S::*key) {
  using T = typename A::value_type;
  const auto less = [key](const T& x, const T& y) noexcept {
    return detail::sorts_before(x.*key, y.*key);
  };
  detail::order_by<T, std::remove_const_t<decltype(less)>> order(less);
  return detail::sorted_runs(
      detail::elements_in_order(a), order.untyped(),
      [key](const view<T, 1>& mine) { detail::sort_by_member(mine.data(), mine.size(), key); });
}
/// The same in an order of one's own: less(a, b) tells whether a comes before b. What it throws is
/// thrown on all ranks.
/// @throws argument_error on all ranks where the order is seen to contradict itself.
template <global_operand A, detail::element_less<typename A::value_type> Less>
requires(A::ndim == 1) auto sort(const A& a, Less less) {
  using T = typename A::value_type;
  detail::order_by<T, Less> order(less);
  return detail::sorted_runs(detail::elements_in_order(a), order.untyped(),
                             [&less](const view<T, 1>& mine) {
                               std::stable_sort(mine.data(), mine.data() + mine.size(), less);
                             });
}

/// Is every element in its place, by the order of `sort`? All ranks get the answer; one Allgather
/// of two elements of each.
template <global_operand A>
requires(A::ndim == 1) bool is_sorted(const A& a) {
  using T = typename A::value_type;
  return detail::with_own_in_order(a, [](const auto& elements, const view<const T, 1>& own) {
    const index_t n = own.size();
    detail::own_ends<T> mine{};
    mine.count = n;
    mine.is_sorted = is_sorted(own);
    if (n > 0) {
      mine.first = own.data()[0];
      mine.last = own.data()[n - 1];
    }
    return detail::ends_are_sorted(allgather(elements.comm(), mine));
  });
}
/// @}

} // namespace tessera

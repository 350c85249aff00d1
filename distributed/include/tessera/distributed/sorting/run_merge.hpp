/// @file
/// Sorted runs, one on each rank, merged into one order over the ranks: what all sorting of global
/// arrays stands on.
///
/// Every rank sorts its own elements. Then the ranks find, for each end of a block of the result,
/// how many elements of each run lie before it: exactly, since ties are broken by rank and place in
/// the run (splitters.cpp). Each rank merges what belongs to its block, straight from the runs of
/// the ranks of its node, and from messages of the others (run_merge.cpp).
#pragma once

#include <tessera/core/selection/merge.hpp>
#include <tessera/core/selection/search.hpp>
#include <tessera/core/sums/adjacent_numbers.hpp>
#include <tessera/distributed/communicator.hpp>

#include <exception>
#include <utility>
#include <vector>

namespace tessera::detail {

/// An order of elements without their type.
struct element_order {
  index_t itemsize;
  /// Does the element at `a` come before that at `b`, in the order alone?
  bool (*is_before)(const void* context, const void* a, const void* b);
  /// The number of elements of a sorted sequence before x, or, with `after_equal`, not after it.
  index_t (*place_of)(const void* context, const void* sorted, index_t n, const void* x,
                      bool after_equal);
  /// Merges two sorted sequences; of equal elements, those of the first come first.
  void (*merge)(const void* context, const void* a, index_t na, const void* b, index_t nb,
                void* to);
  const void* context;
  /// The first exception that the order itself has thrown on this rank; null where it cannot.
  std::exception_ptr* failure;
};

/// The sorted elements of this rank.
struct sorted_run {
  const std::byte* data;
  index_t count;
};

/// How many elements of this rank's run come before each of some places in the order of all. What
/// is equal comes in the order of the ranks. Collective; two small messages for each halving of
/// what is left of the runs.
/// @throws argument_error on all ranks when the order contradicts itself; what it throws itself.
std::vector<index_t> split_run(const communicator& comm, const sorted_run& mine,
                               const element_order& order, const std::vector<index_t>& places);

/// Throws on all ranks what an order has thrown on any. Collective.
void throw_failure(const communicator& comm, const element_order& order);

/// Merges the runs of all ranks: rank r gets the elements boundaries[r] to boundaries[r + 1] of the
/// order of all. Runs lie in the memory of blocks, or anywhere. Collective; returns when no rank
/// reads this one's run any more.
void merge_runs(const communicator& comm, const sorted_run& mine, const element_order& order,
                const std::vector<index_t>& boundaries, void* to);

/// The order of a function object that tells whether one element comes before another. What it
/// throws is kept, and thrown on all ranks together.
template <class T, class Less> class order_by {
public:
  explicit order_by(Less less) : less_(std::move(less)) {}
  order_by(const order_by&) = delete;
  order_by& operator=(const order_by&) = delete;

  [[nodiscard]] element_order untyped() {
    return {sizeof(T), &is_before, &place_of, &merge, this, is_safe ? nullptr : &failure_};
  }

private:
  static constexpr bool is_safe =
      noexcept(std::declval<Less&>()(std::declval<const T&>(), std::declval<const T&>()));

  template <class F> void guarded(F f) const {
    if constexpr (is_safe) {
      f();
    } else {
      try {
        f();
      } catch (...) {
        if (!failure_) failure_ = std::current_exception();
      }
    }
  }
  static const order_by& self(const void* context) {
    return *static_cast<const order_by*>(context);
  }
  static bool is_before(const void* context, const void* a, const void* b) {
    bool result = false;
    const order_by& me = self(context);
    me.guarded([&] { result = me.less_(*static_cast<const T*>(a), *static_cast<const T*>(b)); });
    return result;
  }
  static index_t place_of(const void* context, const void* sorted, index_t n, const void* x,
                          bool after_equal) {
    const auto* const first = static_cast<const T*>(sorted);
    const T& value = *static_cast<const T*>(x);
    index_t result = 0;
    const order_by& me = self(context);
    me.guarded([&] {
      result = (after_equal ? std::upper_bound(first, first + n, value, me.less_)
                            : std::lower_bound(first, first + n, value, me.less_)) -
               first;
    });
    return result;
  }
  static void merge(const void* context, const void* a, index_t na, const void* b, index_t nb,
                    void* to) {
    const order_by& me = self(context);
    me.guarded([&] {
      merge_two(static_cast<const T*>(a), na, static_cast<const T*>(b), nb, static_cast<T*>(to),
                me.less_);
    });
  }

  mutable Less less_;
  mutable std::exception_ptr failure_;
};

/// The order of `sort`: NaN comes last.
struct sort_order {
  template <class T> bool operator()(const T& a, const T& b) const noexcept {
    return sorts_before(a, b);
  }
};

/// The same without a type, merged by compiled code.
template <class T> element_order number_order() {
  using known = order_by<T, sort_order>;
  static known order{sort_order()};
  element_order result = order.untyped();
  if constexpr (has_compiled_loops<T>)
    result.merge = [](const void*, const void* a, index_t na, const void* b, index_t nb, void* to) {
      using U = loop_type_of<T>;
      merge_adjacent(static_cast<const U*>(a), na, static_cast<const U*>(b), nb,
                     static_cast<U*>(to));
    };
  return result;
}

} // namespace tessera::detail

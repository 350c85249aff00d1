/// @file
/// What changes elements by what they were, for compiled code; elements that are read whole.
#pragma once

#include <tessera/core/types/operand.hpp>
#include <tessera/distributed/collective/reduce_ranks.hpp>
#include <tessera/distributed/one_sided/access.hpp>

#include <cstring>
#include <type_traits>

namespace tessera::detail {

/// Does the processor load and store it at once?
template <class T>
inline constexpr bool is_whole_word = sizeof(T) <= 8 && (sizeof(T) & (sizeof(T) - 1)) == 0 &&
                                      alignof(T) == sizeof(T);

/// Bytes for an element that is made from them.
template <class T> struct element_place { alignas(T) std::byte bytes[sizeof(T)]; };

template <class T> T loaded(const void* from) {
  element_place<T> place;
  if constexpr (is_whole_word<T>)
    __atomic_load(static_cast<const T*>(from), reinterpret_cast<T*>(&place), __ATOMIC_RELAXED);
  else
    std::memcpy(&place, from, sizeof(T));
  return *reinterpret_cast<const T*>(&place);
}

template <class T> void store_whole(std::byte* to, const T& value) {
  if constexpr (is_whole_word<T>)
    __atomic_store(reinterpret_cast<T*>(to), const_cast<T*>(&value), __ATOMIC_RELAXED);
  else
    std::memcpy(to, &value, sizeof(T));
}

/// An operation on rows of elements. It refers to the operation.
template <class T, class Op> class combination {
public:
  explicit combination(const Op& op) : op_(op) {}
  [[nodiscard]] element_change change() const {
    return {&combine, const_cast<void*>(static_cast<const void*>(&op_))};
  }

private:
  static void combine(void* context, std::byte* to, index_t to_step, const std::byte* from,
                      index_t from_step, index_t n) {
    const Op& op = *static_cast<const Op*>(context);
    constexpr auto adjacent = static_cast<index_t>(sizeof(T));
    if (to_step == adjacent && from_step == adjacent) {
      T* const target = reinterpret_cast<T*>(to);
      const T* const given = reinterpret_cast<const T*>(from);
#pragma omp simd
      for (index_t i = 0; i < n; ++i) target[i] = static_cast<T>(op(target[i], given[i]));
      return;
    }
    for (index_t i = 0; i < n; ++i, to += to_step, from += from_step) {
      T& target = *reinterpret_cast<T*>(to);
      target = static_cast<T>(op(target, *reinterpret_cast<const T*>(from)));
    }
  }
  const Op& op_;
};

/// The sum of integers, wrapping around.
struct wrapping_sum {
  template <class T> T operator()(const T& a, const T& b) const {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      return static_cast<T>(static_cast<std::uintmax_t>(a) + static_cast<std::uintmax_t>(b));
    else
      return static_cast<T>(a + b);
  }
};
inline constexpr wrapping_sum wrapping{};

template <class T, class Op> auto combining(const Op& op) {
  if constexpr (std::is_same_v<Op, op::sum_t>) {
    static_assert(std::is_integral_v<T>,
                  "op::sum is exact, and sums to which ranks add one after another are not: say "
                  "op::plain_sum");
    return combination<T, wrapping_sum>(wrapping);
  } else if constexpr (std::is_same_v<Op, op::plain_sum_t>) {
    return combination<T, wrapping_sum>(wrapping);
  } else {
    return combination<T, Op>(op);
  }
}

/// A function of one element.
template <class T, class F> class single_update {
public:
  explicit single_update(F& f) : f_(f) {}
  single_update(const single_update&) = delete;
  single_update& operator=(const single_update&) = delete;
  [[nodiscard]] element_change change() { return {&apply, this}; }
  [[nodiscard]] T before() const { return *reinterpret_cast<const T*>(&before_); }

private:
  static void apply(void* context, std::byte* to, index_t, const std::byte*, index_t, index_t) {
    auto& update = *static_cast<single_update*>(context);
    std::memcpy(&update.before_, to, sizeof(T));
    store_whole(to, static_cast<T>(update.f_(update.before())));
  }
  F& f_;
  element_place<T> before_;
};

} // namespace tessera::detail

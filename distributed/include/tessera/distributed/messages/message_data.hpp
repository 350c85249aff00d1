/// @file
/// What messages are made of: arrays, views, ranges of elements, single values.
#pragma once

#include <tessera/core/arrays/shared_view.hpp>
#include <tessera/core/expressions/leaves.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/types/operand.hpp>

#include <array>
#include <type_traits>

namespace tessera {

namespace detail {

/// What an element is, for MPI's types and for messages of errors: f, i, u, b, c or V, as in NumPy.
template <class T> constexpr char element_kind() {
  if constexpr (is_complex<T>)
    return 'c';
  else if constexpr (std::is_same_v<T, bool>)
    return 'b';
  else if constexpr (std::is_floating_point_v<T>)
    return 'f';
  else if constexpr (std::is_integral_v<T>)
    return std::is_signed_v<T> ? 'i' : 'u';
  else
    return 'V';
}

/// Elements without their type. Shape and strides belong to an array that lives longer; without
/// them, the elements follow each other.
struct message_data {
  std::byte* data;
  index_t count;
  index_t itemsize;
  char kind;
  bool is_contiguous;
  std::size_t ndim; // 0 for a single value
  const index_t* shape;
  const index_t* strides;
};

/// An array whose elements have addresses, not an expression.
template <class A>
concept array_in_memory = local_operand<A> && requires(const std::remove_cvref_t<A>& a) {
  a.data();
  a.strides();
};

/// std::vector, std::span, std::array, std::string, ...: elements one after another. A fixed array
/// is an element itself.
template <class A>
concept elements_in_memory = !array_operand<A> && !is_fixed<std::remove_cvref_t<A>> &&
                             requires(const std::remove_cvref_t<A>& a) {
  requires element<std::remove_cvref_t<decltype(*a.data())>>;
  a.size();
};

/// A single element that is no address.
template <class A>
concept lone_element =
    element<std::remove_cvref_t<A>> && !array_operand<A> && !elements_in_memory<A> &&
    !std::is_pointer_v<std::remove_cvref_t<A>> && !std::is_array_v<std::remove_reference_t<A>> &&
    !std::is_empty_v<std::remove_cvref_t<A>>;

/// What is sent and received as it lies in memory.
template <class A>
concept message_operand = array_in_memory<A> || elements_in_memory<A> || lone_element<A>;

/// Its elements go when it goes: one that is about to go is no buffer for a request.
template <class A> inline constexpr bool owns_elements = !std::is_trivially_copyable_v<A>;
template <class T, std::size_t N> inline constexpr bool owns_elements<std::array<T, N>> = true;
template <class T, std::size_t N> inline constexpr bool owns_elements<view<T, N>> = false;
template <class T, std::size_t N> inline constexpr bool owns_elements<shared_view<T, N>> = true;

template <message_operand A> message_data message_data_of(const A& a) {
  if constexpr (array_in_memory<A>) {
    using T = typename A::value_type;
    return {reinterpret_cast<std::byte*>(const_cast<T*>(a.data())),
            a.size(),
            sizeof(T),
            element_kind<T>(),
            a.is_contiguous(),
            A::ndim,
            a.shape().data(),
            a.strides().data()};
  } else if constexpr (elements_in_memory<A>) {
    using T = std::remove_cvref_t<decltype(*a.data())>;
    return {reinterpret_cast<std::byte*>(const_cast<T*>(a.data())),
            static_cast<index_t>(a.size()),
            sizeof(T),
            element_kind<T>(),
            true,
            1,
            nullptr,
            nullptr};
  } else {
    return {reinterpret_cast<std::byte*>(const_cast<A*>(&a)),
            1,
            sizeof(A),
            element_kind<A>(),
            true,
            0,
            nullptr,
            nullptr};
  }
}

} // namespace detail

} // namespace tessera

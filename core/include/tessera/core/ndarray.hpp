/// @file
/// A strided array that owns its elements.
#pragma once

#include <tessera/core/arrays/shared_view.hpp>
#include <tessera/core/expressions/expression.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/types/convert.hpp>
#include <tessera/core/types/promotion.hpp>
#include <tessera/core/view.hpp>

#include <cstring>
#include <initializer_list>
#include <utility>

namespace tessera {

namespace detail {

template <class T, std::size_t N> struct nested_list {
  using type = std::initializer_list<typename nested_list<T, N - 1>::type>;
};
template <class T> struct nested_list<T, 0> { using type = T; };

[[noreturn]] void throw_ragged(index_t expected, index_t found);
void check_room(std::size_t bytes, const index_t* shape, std::size_t ndim, index_t itemsize);

template <class I>
concept iterator = !std::is_arithmetic_v<I> && requires(I & i) {
  *i;
  ++i;
  i != i;
};
template <class I> using pointed_to = std::remove_cvref_t<decltype(*std::declval<I&>())>;

template <class R> inline constexpr bool is_shape = false;
template <std::size_t N> inline constexpr bool is_shape<shape_t<N>> = true;

/// What can be iterated over and is neither an array of ours nor a shape.
template <class R>
concept range = !array_operand<R> && !is_shape<std::remove_cvref_t<R>> && requires(const R& r) {
  { r.begin() } -> iterator;
  r.end();
};
template <class R> using element_of_range = pointed_to<decltype(std::declval<const R&>().begin())>;

/// Iterators whose distance is known without a step.
template <class I, class Last>
concept measurable = requires(const I& first, const Last& last) {
  static_cast<index_t>(last - first);
};

template <class T, std::size_t N, class List>
void measure_list(const List& list, shape_t<N>& shape, std::size_t axis = 0) {
  shape[axis] = static_cast<index_t>(list.size());
  if constexpr (!std::is_same_v<typename List::value_type, T>)
    if (list.size() > 0) measure_list<T>(*list.begin(), shape, axis + 1);
}

template <class T, std::size_t N, class List>
T* copy_list(const List& list, const shape_t<N>& shape, T* to, std::size_t axis = 0) {
  if (static_cast<index_t>(list.size()) != shape[axis])
    throw_ragged(shape[axis], static_cast<index_t>(list.size()));
  for (const auto& item : list) {
    if constexpr (std::is_same_v<typename List::value_type, T>)
      *to++ = item;
    else
      to = copy_list(item, shape, to, axis + 1);
  }
  return to;
}

} // namespace detail

/// An array of N axes, contiguous, the last axis fastest. Copying copies the elements, moving does
/// not. Assigning an expression of the same shape reuses the memory; another shape replaces it.
///
///     ndarray<double, 2> a{{1, 2, 3}, {4, 5, 6}};
///     ndarray b = 2.0 * a + 1.0;
///     b(0, all) = a(1, slice(none, none, -1));
template <class T, std::size_t N> class ndarray : public detail::operand_tag {
  static_assert(element<T> && !std::is_const_v<T>, "elements must be trivially copyable");

public:
  using value_type = T;
  static constexpr std::size_t ndim = N;
  static constexpr bool is_global = false;
  static constexpr bool is_assignable = true;

  ndarray() = default;

  /// An array of a given shape; its elements have no values yet (see `zeros`, `full`).
  /// @throws shape_error for a negative size or an overflow, memory_error when there is no room.
  explicit ndarray(const shape_t<N>& shape)
      : memory_(sizeof(T) *
                static_cast<std::size_t>(detail::checked_size(shape.data(), N, sizeof(T)))),
        elements_(reinterpret_cast<T*>(memory_.data()), shape, row_major_strides(shape)) {}

  /// An array with the same value everywhere.
  ndarray(const shape_t<N>& shape, const T& value) : ndarray(shape) { elements_.assign(value); }
  template <scalar_operand V>
  requires(!std::is_same_v<V, T> && std::is_convertible_v<V, T>)
      ndarray(const shape_t<N>& shape, const V& value)
      : ndarray(shape) {
    elements_.assign(value);
  }

  /// Takes over memory that holds the elements, without a copy (see `release`).
  /// @throws shape_error when the memory is smaller than the shape.
  ndarray(buffer&& memory, const shape_t<N>& shape)
      : memory_(std::move(memory)), elements_(reinterpret_cast<T*>(memory_.data()), shape) {
    detail::check_room(memory_.capacity(), shape.data(), N, sizeof(T));
  }

  /// Nested lists of values, as in `ndarray<int, 2> a{{1, 2}, {3, 4}}`.
  ///
  /// Beware of round brackets around a list: `ndarray<double, 1> a({3})` is a list of one element,
  /// 3.0. An array of three elements is `empty<double>(3)`, or `ndarray<double, 1>(shape_t<1>{3})`.
  /// @throws shape_error when the lists are ragged.
  ndarray(typename detail::nested_list<T, N>::type values) { // NOLINT: converts on purpose
    shape_t<N> shape{};
    detail::measure_list<T>(values, shape);
    *this = ndarray(shape);
    detail::copy_list<T>(values, shape, data());
  }

  /// The values between two iterators: `ndarray a(v.begin(), v.end())`.
  template <detail::iterator I, class Last>
  requires(N == 1 && std::is_convertible_v<detail::pointed_to<I>, T>) ndarray(I first, Last last) {
    if constexpr (detail::measurable<I, Last>) {
      *this = ndarray(shape_t<1>{static_cast<index_t>(last - first)});
      for (T* to = data(); first != last; ++first) *to++ = detail::kept<T>(*first);
    } else {
      take_one_by_one(first, last);
    }
  }

  /// The values of a std::vector, std::span, std::list, ... A std::array of index_t is a shape,
  /// never values.
  template <detail::range R>
  requires(N == 1 &&
           std::is_convertible_v<detail::element_of_range<R>, T>) explicit ndarray(const R& values)
      : ndarray(values.begin(), values.end()) {}

  /// Never called: without a constructor that names initializer_list, g++ 12 overlooks the
  /// deduction guides for lists.
  template <class X>
  requires(sizeof(X) == 0) ndarray(std::initializer_list<X>)
  = delete;

  /// Evaluates an expression, or copies a view.
  template <local_operand E>
  requires(!std::is_same_v<std::remove_cvref_t<E>, ndarray> && !selection_operand<E>)
      ndarray(E&& from) // NOLINT: converts on purpose
      : ndarray(detail::as_node(from).shape()) {
    elements_.assign(from);
  }

  /// A global array is not taken: say which ranks get its elements.
  template <global_operand E> ndarray(E&& /*from*/) { // NOLINT: as if it converted
    detail::refuse_global<E>();
  }

  /// Gathers chosen elements.
  template <selection_operand E>
  ndarray(const E& from) : ndarray(from.copy()) {} // NOLINT: converts on purpose

  ndarray(const ndarray& other) : ndarray(other.shape()) { copy_elements(other); }
  ndarray(ndarray&& other) noexcept
      : memory_(std::move(other.memory_)), elements_(other.data(), other.shape(), other.strides()) {
    other.forget();
  }
  ndarray& operator=(const ndarray& other) {
    if (this == &other) return *this;
    if (shape() != other.shape()) *this = ndarray(other.shape());
    copy_elements(other);
    return *this;
  }
  ndarray& operator=(ndarray&& other) noexcept {
    if (this == &other) return *this;
    memory_ = std::move(other.memory_);
    elements_.rebind(other.elements_);
    other.forget();
    return *this;
  }
  ~ndarray() = default;

  /// A scalar fills the array; an expression of another shape replaces it.
  template <class E>
  requires(array_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) ndarray&
  operator=(const E& from) {
    if constexpr (selection_operand<E>) {
      return *this = ndarray(from.copy());
    } else if constexpr (local_operand<E>) {
      if (detail::as_node(from).shape() != shape()) return *this = ndarray(from);
    }
    elements_ = from;
    return *this;
  }
  /// Assigns elements; the right-hand side broadcasts to this shape.
  template <class E> ndarray& assign(const E& from) {
    elements_.assign(from);
    return *this;
  }

  operator tessera::view<T, N>() TESSERA_LIFETIMEBOUND {
    return elements_;
  } // NOLINT: converts on purpose
  operator tessera::view<const T, N>() const TESSERA_LIFETIMEBOUND {
    return elements_;
  } // NOLINT: converts on purpose
  [[nodiscard]] tessera::view<T, N> view() TESSERA_LIFETIMEBOUND { return elements_; }
  [[nodiscard]] tessera::view<const T, N> view() const TESSERA_LIFETIMEBOUND { return elements_; }

  /// Element or view, see view::operator().
  template <class... S>
  requires(detail::is_subscript<S>&&...) decltype(auto) operator()(S... s) & TESSERA_LIFETIMEBOUND {
    return elements_(s...);
  }
  template <class... S>
  requires(detail::is_subscript<S>&&...) decltype(auto)
  operator()(S... s) const& TESSERA_LIFETIMEBOUND {
    return view()(s...);
  }
  /// Of a temporary: the element itself, or a shared_view that keeps the elements.
  template <class... S>
  requires(detail::is_subscript<S>&&...) auto operator()(S... s) && {
    return kept_part(std::move(*this), s...);
  }
  /// By a mask or by an array of subscripts, see view::operator(); of a temporary, the elements.
  template <local_operand S> auto operator()(S&& selector) & {
    return elements_(std::forward<S>(selector));
  }
  template <local_operand S> auto operator()(S&& selector) const& {
    return view()(std::forward<S>(selector));
  }
  template <local_operand S> auto operator()(S&& selector) && {
    return elements_(std::forward<S>(selector)).copy();
  }
  template <class... S>
  requires detail::picks_places<S...>
  auto operator()(const S&... subscripts) & { return elements_(subscripts...); }
  template <class... S>
  requires detail::picks_places<S...>
  auto operator()(const S&... subscripts) const& { return view()(subscripts...); }
  template <class... S>
  requires detail::picks_places<S...>
  auto operator()(const S&... subscripts) && { return elements_(subscripts...).copy(); }
  template <class... I> T& at(I... i) { return elements_.at(i...); }
  template <class... I> const T& at(I... i) const { return elements_.at(i...); }

  /// See view::begin. A range-based for keeps a temporary alive; otherwise iterators would dangle.
  [[nodiscard]] auto begin() & { return elements_.begin(); }
  [[nodiscard]] auto begin() const& { return view().begin(); }
  template <class Array = ndarray> axis_iterator<T, N> begin() && {
    static_assert(
        detail::never<Array>,
        "iterators of a temporary array would refer to what is gone: give the array a name first");
    return elements_.begin();
  }
  [[nodiscard]] auto end() & { return elements_.end(); }
  [[nodiscard]] auto end() const& { return view().end(); }
  template <class Array = ndarray> axis_iterator<T, N> end() && {
    static_assert(
        detail::never<Array>,
        "iterators of a temporary array would refer to what is gone: give the array a name first");
    return elements_.end();
  }

  [[nodiscard]] T* data() TESSERA_LIFETIMEBOUND { return elements_.data(); }
  [[nodiscard]] const T* data() const TESSERA_LIFETIMEBOUND { return elements_.data(); }
  [[nodiscard]] const shape_t<N>& shape() const { return elements_.shape(); }
  [[nodiscard]] index_t shape(std::size_t axis) const { return elements_.shape(axis); }
  [[nodiscard]] const shape_t<N>& strides() const { return elements_.strides(); }
  [[nodiscard]] index_t size() const { return elements_.size(); }
  [[nodiscard]] static constexpr index_t itemsize() { return sizeof(T); }
  [[nodiscard]] index_t nbytes() const { return size() * itemsize(); }
  [[nodiscard]] static constexpr bool is_contiguous() { return true; }
  [[nodiscard]] bool is_fortran_contiguous() const { return elements_.is_fortran_contiguous(); }
  [[nodiscard]] tessera::view<T, N> transpose() TESSERA_LIFETIMEBOUND {
    return elements_.transpose();
  }
  [[nodiscard]] tessera::view<const T, N> transpose() const TESSERA_LIFETIMEBOUND {
    return view().transpose();
  }
  [[nodiscard]] ndarray copy() const { return *this; }
  /// Gives up the memory; the array has no elements afterwards.
  [[nodiscard]] buffer release() {
    forget();
    return std::move(memory_);
  }

private:
  /// Iterators that can be passed but once, or whose distance would have to be counted.
  template <class I, class Last> void take_one_by_one(I& first, const Last& last) {
    index_t count = 0;
    for (; first != last; ++first) {
      if (count == size()) {
        ndarray larger(shape_t<1>{count < 8 ? 16 : 2 * count});
        larger(slice(0, count)) = *this;
        *this = std::move(larger);
      }
      data()[count++] = detail::kept<T>(*first);
    }
    *this = ndarray(elements_(slice(0, count)));
  }
  void copy_elements(const ndarray& other) {
    detail::copy_bytes(data(), other.data(), size() * index_t{sizeof(T)});
  }
  void forget() { elements_.rebind(tessera::view<T, N>()); }

  buffer memory_;
  tessera::view<T, N> elements_;
};

template <class T> ndarray(std::initializer_list<T>) -> ndarray<T, 1>;
template <class T> ndarray(std::initializer_list<std::initializer_list<T>>) -> ndarray<T, 2>;
template <class T>
ndarray(std::initializer_list<std::initializer_list<std::initializer_list<T>>>) -> ndarray<T, 3>;
template <class T>
ndarray(
    std::initializer_list<std::initializer_list<std::initializer_list<std::initializer_list<T>>>>)
    -> ndarray<T, 4>;
/// Numbers of several types, as in `ndarray{4, 6, 21.12}`: what holds them all, as in NumPy.
template <scalar_operand A, scalar_operand B, scalar_operand... Rest>
requires(!std::is_same_v<A, B> || (!std::is_same_v<A, Rest> || ...)) ndarray(A, B, Rest...)
->ndarray<detail::common_of<A, B, Rest...>, 1>;
template <detail::iterator I, class Last> ndarray(I, Last) -> ndarray<detail::pointed_to<I>, 1>;
template <detail::range R> ndarray(const R&) -> ndarray<detail::element_of_range<R>, 1>;
template <array_operand E>
ndarray(E&&) -> ndarray<typename std::remove_cvref_t<E>::value_type, std::remove_cvref_t<E>::ndim>;

} // namespace tessera

/// @file
/// A strided array that does not own its elements.
#pragma once

#include <tessera/core/errors/checks.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/core/types/operand.hpp>
#include <tessera/core/views/axis_iterator.hpp>
#include <tessera/core/views/subscript.hpp>

#include <type_traits>
#include <utility>

namespace tessera {

template <class T, std::size_t N> class ndarray;

namespace detail {

template <class T, std::size_t N, class E> void assign(const view<T, N>& to, const E& from);

/// Are these several subscripts of which one at least is an array?
template <class... S>
concept picks_places = sizeof...(S) > 1 && ((is_subscript<S> || local_operand<S>)&&...) &&
                       (local_operand<S> || ...);

/// `by` elements further on. An array without elements may have no memory to point into.
template <class T> T* further(T* p, index_t by) { return p == nullptr ? p : p + by; }

} // namespace detail

/// A strided array of N axes over memory that something else owns. Copying a view copies no
/// elements; **assigning to one does**, as `a[1:3] = b` does in NumPy. Constness is shallow, as
/// with a pointer: `view<const T, N>` is the read-only one.
///
///     double memory[12];
///     view<double, 2> a(memory, {3, 4});
///     a(all, slice(none, none, 2)) = 1.0;
template <class T, std::size_t N> class view : public detail::operand_tag {
  static_assert(N >= 1, "a view has at least one axis");
  static_assert(element<T>, "elements must be trivially copyable");

public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t ndim = N;
  static constexpr bool is_global = false;
  static constexpr bool is_assignable = !std::is_const_v<T>;

  view() = default;

  /// Wraps contiguous memory, last axis fastest.
  /// @throws shape_error for a negative size, or more bytes than can be counted.
  view(T* data, const shape_t<N>& shape) : data_(data), shape_(shape) {
    detail::checked_size(shape.data(), N, sizeof(T));
    strides_ = row_major_strides(shape);
  }

  /// Wraps strided memory; strides count elements and may be negative or zero.
  view(T* data, const shape_t<N>& shape, const shape_t<N>& strides)
      : data_(data), shape_(shape), strides_(strides) {}

  /// Number by number: copied as a block of bytes, a view that was just made would have to come
  /// back from memory, which takes longer than an expression over few elements.
  view(const view& other) noexcept : data_(other.data_) {
    for (std::size_t d = 0; d < N; ++d) shape_[d] = other.shape_[d];
    for (std::size_t d = 0; d < N; ++d) strides_[d] = other.strides_[d];
  }
  ~view() = default;

  /// A writable view is also a read-only one.
  operator view<const T, N>() const // NOLINT: converts on purpose
      requires(!std::is_const_v<T>) {
    return {data_, shape_, strides_};
  }

  /// Assigns elements. Right-hand sides broadcast, and may overlap this view's memory.
  /// @throws shape_error when the shape does not broadcast to this one's.
  const view& operator=(const view& other) const { return assign(other); }
  template <class E>
  requires(array_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) const view&
  operator=(const E& from) const {
    if constexpr (global_operand<E>)
      detail::refuse_global<E>();
    else
      assign(from);
    return *this;
  }
  template <class E> const view& assign(const E& from) const {
    static_assert(!std::is_const_v<T>, "this view is read-only");
    detail::assign(*this, from);
    return *this;
  }

  /// Makes this view refer to the elements of another one. No element is touched.
  void rebind(const view& other) {
    data_ = other.data_;
    shape_ = other.shape_;
    strides_ = other.strides_;
  }
  /// Swaps what two views refer to. No element is touched.
  friend void swap(view& a, view& b) noexcept {
    const view old(a);
    a.rebind(b);
    b.rebind(old);
  }

  /// With N integers: the element, unchecked (checked in debug builds). With slices, `all`,
  /// `newaxis` and integers mixed: a view; trailing axes left out are taken whole. There, integers
  /// are checked and negative ones count from the end.
  template <class... S>
  requires(detail::is_subscript<S>&&...) decltype(auto) operator()(S... s) const {
    constexpr std::size_t integers = (std::size_t{detail::is_integer<S>} + ... + 0);
    constexpr std::size_t axes = (std::size_t{!std::is_same_v<S, newaxis_t>} + ... + 0);
    static_assert(axes <= N, "more subscripts than axes");
    if constexpr (integers == N && sizeof...(S) == N) {
      return element_at(static_cast<index_t>(s)...);
    } else {
      constexpr std::size_t M = N - integers + sizeof...(S) - axes;
      shape_t<M> shape;
      shape_t<M> strides;
      detail::partial_selection part{shape_.data(), strides_.data(), N, shape.data(),
                                     strides.data()};
      (part.take(s), ...);
      for (std::size_t left = axes; left < N; ++left) part.take(all);
      return view<T, M>(detail::further(data_, part.first), shape, strides);
    }
  }

  /// The elements where a mask of bool is true, or those at an array of subscripts of the first
  /// axis: see mask.hpp and take.hpp, which must be included.
  template <local_operand S> auto operator()(S&& selector) const {
    return subscript_by(*this, std::forward<S>(selector));
  }

  /// The elements at several subscripts of which one at least is an array of integers or a mask, as
  /// in NumPy: see pick.hpp, which must be included.
  template <class... S>
  requires detail::picks_places<S...>
  auto operator()(const S&... subscripts) const { return subscript_by(*this, subscripts...); }

  /// The element at N integers, negative ones counted from the end.
  /// @throws index_error naming the subscript, the axis and the shape.
  template <class... I>
  requires(sizeof...(I) == N && (detail::is_integer<I> && ...)) T& at(I... i) const {
    std::size_t axis = 0;
    T* p = data_;
    ((p += detail::checked_index(static_cast<index_t>(i), axis, shape_.data(), N) * strides_[axis],
      ++axis),
     ...);
#ifdef TESSERA_CHECKED
    if (detail::is_marked_and_gone(p)) throw_gone(p);
#endif
    return *p;
  }

  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] const shape_t<N>& shape() const { return shape_; }
  [[nodiscard]] index_t shape(std::size_t axis) const { return shape_[axis]; }
  /// Steps from one element to the next along each axis, in elements.
  [[nodiscard]] const shape_t<N>& strides() const { return strides_; }
  [[nodiscard]] index_t size() const { return size_of(shape_); }
  /// Bytes of one element.
  [[nodiscard]] static constexpr index_t itemsize() { return sizeof(T); }
  /// Bytes of all elements.
  [[nodiscard]] index_t nbytes() const { return size() * itemsize(); }

  /// Do the elements follow each other in memory, the last axis fastest?
  [[nodiscard]] bool is_contiguous() const {
    if (size() == 0) return true;
    index_t step = 1;
    for (std::size_t d = N; d-- > 0;) {
      if (shape_[d] != 1 && strides_[d] != step) return false;
      step *= shape_[d];
    }
    return true;
  }

  /// Do the elements follow each other in memory, the first axis fastest?
  [[nodiscard]] bool is_fortran_contiguous() const { return transpose().is_contiguous(); }

  /// The same elements with the axes in reverse order; no copy.
  [[nodiscard]] view transpose() const {
    shape_t<N> shape{};
    shape_t<N> strides{};
    for (std::size_t d = 0; d < N; ++d) {
      shape[d] = shape_[N - 1 - d];
      strides[d] = strides_[N - 1 - d];
    }
    return {data_, shape, strides};
  }

  /// Iterates over the first axis: over the elements of one axis, which can be assigned to, over
  /// views of N - 1 axes where there are more.
  ///
  ///     for (double& x : line) x += 1.0;
  ///     for (auto row : matrix) row = 1.0;
  [[nodiscard]] axis_iterator<T, N> begin() const { return {*this, 0}; }
  [[nodiscard]] axis_iterator<T, N> end() const { return {*this, shape_[0]}; }

  /// An array of its own with the same elements.
  [[nodiscard]] ndarray<value_type, N> copy() const { return ndarray<value_type, N>(*this); }

private:
#ifdef TESSERA_CHECKED
  [[noreturn]] void throw_gone(const T* element) const {
    const shape_t<N> shape = shape_; // a copy, so that views stay in registers
    detail::throw_gone(element, shape.data(), N);
  }
#endif
  template <class... I> T& element_at(I... i) const {
#ifdef TESSERA_CHECKED
    std::size_t axis = 0;
    (
        [&](index_t s) {
          if (s < 0 || s >= shape_[axis]) detail::throw_index(s, axis, shape_.data(), N);
          ++axis;
        }(i),
        ...);
#endif
    std::size_t d = 0;
    index_t offset = 0;
    ((offset += i * strides_[d++]), ...);
#ifdef TESSERA_CHECKED
    if (detail::is_marked_and_gone(data_ + offset)) throw_gone(data_ + offset);
#endif
    return data_[offset];
  }

  T* data_ = nullptr;
  shape_t<N> shape_{};
  shape_t<N> strides_{};
};

} // namespace tessera

/// @file
/// Views that keep their memory, for functions that may or may not have to copy.
#pragma once

#include <tessera/core/expressions/expression.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/view.hpp>

#include <utility>

namespace tessera {

namespace detail {

/// Memory that several views keep; the last one frees it.
class shared_buffer {
public:
  shared_buffer() = default;
  explicit shared_buffer(buffer&& memory);
  shared_buffer(const shared_buffer& other) noexcept : block_(other.block_) { retain(); }
  shared_buffer(shared_buffer&& other) noexcept : block_(other.block_) { other.block_ = nullptr; }
  shared_buffer& operator=(shared_buffer other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~shared_buffer() {
    if (block_ != nullptr) release();
  }
  [[nodiscard]] explicit operator bool() const { return block_ != nullptr; }

private:
  struct block;
  void retain() noexcept;
  void release() noexcept;

  block* block_ = nullptr;
};

/// What subscripts give of a temporary.
template <class A, class... S> auto kept_part(A&& a, S... s);

} // namespace detail

/// A view whose elements are another array's, or a copy that was made for it and lives as long as
/// the last copy of this view. It is what `reshape` of a strided view gives, and what functions
/// that rearrange axes give for a temporary. It can be used wherever a view can.
///
///     auto flat = ravel(a.transpose());  // shared_view: transposed elements need a copy
///     flat.owns_memory();                // true
template <class T, std::size_t N> class shared_view : public view<T, N> {
public:
  /// Refers to elements that something else keeps.
  shared_view(const view<T, N>& elements) : view<T, N>(elements) {} // NOLINT: converts on purpose
  /// Refers to elements that lie in `memory`.
  shared_view(const view<T, N>& elements, detail::shared_buffer memory)
      : view<T, N>(elements), memory_(std::move(memory)) {}
  shared_view(const shared_view&) = default;
  shared_view(shared_view&&) noexcept = default;
  ~shared_view() = default;

  using view<T, N>::operator=;
  /// Assigns elements, as for every view.
  const shared_view& operator=(const shared_view& other) const {
    this->assign(other);
    return *this;
  }

  /// Element or view, see view::operator(); of a temporary, one that keeps the elements.
  template <class... S> decltype(auto) operator()(S&&... s) const& {
    return view<T, N>::operator()(std::forward<S>(s)...);
  }
  template <class... S>
  requires(detail::is_subscript<S>&&...) auto operator()(S... s) && {
    return detail::kept_part(std::move(*this), s...);
  }
  template <local_operand S> auto operator()(S&& selector) && {
    return view<T, N>::operator()(std::forward<S>(selector)).copy();
  }
  template <class... S>
  requires detail::picks_places<S...>
  auto operator()(const S&... subscripts) && {
    return view<T, N>::operator()(subscripts...).copy();
  }

  [[nodiscard]] auto begin() const& { return view<T, N>::begin(); }
  [[nodiscard]] auto end() const& { return view<T, N>::end(); }
  template <class Array = shared_view> axis_iterator<T, N> begin() && {
    static_assert(
        detail::never<Array>,
        "iterators of a temporary array would refer to what is gone: give the array a name first");
    return view<T, N>::begin();
  }
  template <class Array = shared_view> axis_iterator<T, N> end() && {
    static_assert(
        detail::never<Array>,
        "iterators of a temporary array would refer to what is gone: give the array a name first");
    return view<T, N>::end();
  }

  /// Do the elements lie in memory of this view's own? Otherwise they are another array's.
  [[nodiscard]] bool owns_memory() const { return static_cast<bool>(memory_); }
  [[nodiscard]] const detail::shared_buffer& memory() const { return memory_; }

private:
  detail::shared_buffer memory_;
};

namespace detail {

template <class T, std::size_t N> struct operand_traits<shared_view<T, N>> {
  static auto capture(const shared_view<T, N>& v) { return operand_traits<view<T, N>>::capture(v); }
  static auto capture(shared_view<T, N>&& v) {
    return owning_node<shared_view<T, N>>{std::move(v)};
  }
};

template <class A> inline constexpr bool is_ndarray = false;
template <class T, std::size_t N> inline constexpr bool is_ndarray<ndarray<T, N>> = true;
template <class A> inline constexpr bool is_view = false;
template <class T, std::size_t N> inline constexpr bool is_view<view<T, N>> = true;
template <class A> inline constexpr bool is_shared_view = false;
template <class T, std::size_t N> inline constexpr bool is_shared_view<shared_view<T, N>> = true;

/// An array that lives on after the call: an lvalue, or a view.
template <class A>
inline constexpr bool is_lasting = is_view<std::remove_cvref_t<A>> ||
                                   (is_ndarray<std::remove_cvref_t<A>> &&
                                    std::is_lvalue_reference_v<A>);

template <class T, std::size_t N> view<T, N> view_of(const view<T, N>& v) { return v; }
template <class T, std::size_t N> view<T, N> view_of(ndarray<T, N>& a) { return a.view(); }
template <class T, std::size_t N> view<const T, N> view_of(const ndarray<T, N>& a) {
  return a.view();
}

template <class E>
using evaluated =
    ndarray<typename std::remove_cvref_t<E>::value_type, std::remove_cvref_t<E>::ndim>;

template <class T, std::size_t N>
shared_view<T, N> keep(const view<T, N>& v, shared_buffer memory) {
  return {v, std::move(memory)};
}

/// A view as one that may keep its memory, and does if it did.
template <class T, std::size_t N> shared_view<T, N> as_shared(const view<T, N>& v) { return v; }
template <class T, std::size_t N> shared_view<T, N> as_shared(const shared_view<T, N>& v) {
  return v;
}

/// A contiguous copy that the view keeps.
template <class T, std::size_t N> shared_view<T, N> kept_copy(const view<T, N>& v) {
  ndarray<std::remove_const_t<T>, N> elements(v.shape());
  elements.assign(v);
  const view<T, N> result = elements.view();
  return {result, shared_buffer(elements.release())};
}

/// Something that `view_of` gives the elements of: a view, or what an expression evaluates to or a
/// selection gathers.
template <class A> auto elements_of(const A& a) {
  if constexpr (is_expression<A> || selection_operand<A>)
    return evaluated<A>(a);
  else
    return view_of(a);
}

/// f(view of `a`), which must be a view of the same elements. Where `a` is a temporary, the result
/// keeps its elements: nothing dangles.
template <class A, class F> auto rearranged(A&& a, F f) {
  if constexpr (is_lasting<A>) {
    return f(view_of(a));
  } else if constexpr (is_shared_view<std::remove_cvref_t<A>>) {
    return keep(f(view_of(a)), a.memory());
  } else {
    evaluated<A> elements(std::forward<A>(a));
    const auto result = f(elements.view());
    return keep(result, shared_buffer(elements.release()));
  }
}

template <class A, class... S> auto kept_part(A&& a, S... s) {
  using part = decltype(view_of(a)(s...));
  if constexpr (std::is_reference_v<part>)
    return std::remove_cvref_t<part>(view_of(a)(s...));
  else
    return rearranged(std::forward<A>(a), [&](const auto& elements) { return elements(s...); });
}

} // namespace detail

} // namespace tessera

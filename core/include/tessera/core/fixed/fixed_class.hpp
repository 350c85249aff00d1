/// @file
/// Small arrays of a shape known at compile time: what they hold and how it is named.
#pragma once

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/ndarray.hpp>

#include <utility>

namespace tessera {

namespace detail {

/// One of several parameters of the same type.
template <std::size_t, class Row> using same_for_each = Row;

/// The elements: `Row` is a number, or an array of one axis fewer.
template <class Row, class Places> class fixed_rows;
template <class Row, std::size_t... I> class fixed_rows<Row, std::index_sequence<I...>> {
public:
  fixed_rows() = default;
  /// Parameters that are no templates, so that each may be a list in braces.
  constexpr fixed_rows(const same_for_each<I, Row>&... rows) // NOLINT: converts on purpose
      : rows_{rows...} {}

protected:
  Row rows_[sizeof...(I)];
};

template <class A, class B>
inline constexpr bool have_same_shape =
    std::is_same_v<typename fixed_with<A, char>::type, typename fixed_with<B, char>::type>;

} // namespace detail

/// A small array of a shape known at compile time, whose elements lie in it, in row-major order: in
/// registers, on the stack, and as an element of arrays. `fixed_array<double, 3>` is a vector,
/// `fixed_array<double, 3, 3>` a matrix. It is copied as bytes, and without an initialiser has no
/// values, as a double has none; with `{}` it is zero. Everything but printing and `at` is
/// constexpr.
///
///     constexpr fixed_array<double, 3> up{0, 0, 1};
///     fixed_array m{{2.0, 1.0}, {1.0, 3.0}};         // fixed_array<double, 2, 2>
///     ndarray<fixed_array<double, 3>, 2> f({100, 100}, up);
///     f = 2.0 * f + up;
///
/// Operators are elementwise; `dot`, `cross`, `matmul`, `inv` and their like stand beside it. As
/// an element of files it is an array of HDF5's, and has axes of its own behind those of the array
/// in npy files.
template <class T, std::size_t N, std::size_t... Rest>
class fixed_array<T, N, Rest...>
    : public detail::fixed_rows<
          std::conditional_t<sizeof...(Rest) == 0, T, fixed_array<T, Rest...>>,
          std::make_index_sequence<N>> {
  static_assert(detail::is_number<T>, "a fixed_array is made of numbers");
  static_assert(N > 0 && ((Rest > 0) && ...), "a fixed_array has elements");

public:
  using value_type = T;
  /// What `[i]` gives: a number, or an array of one axis fewer.
  using row_type = std::conditional_t<sizeof...(Rest) == 0, T, fixed_array<T, Rest...>>;
  static constexpr std::size_t ndim = 1 + sizeof...(Rest);

  fixed_array() = default;
  using detail::fixed_rows<row_type, std::make_index_sequence<N>>::fixed_rows;

  /// All elements of a vector; numbers keep their kind, as in assignments to arrays.
  template <class... V>
  requires(ndim == 1 && N > 1 && sizeof...(V) == N &&
           (std::is_convertible_v<const V&, T> &&
            ...)) constexpr fixed_array(const V&... values) // NOLINT: converts on purpose
      : fixed_array::fixed_rows(detail::kept<T>(values)...) {}

  /// The same value everywhere.
  template <detail::number V> constexpr explicit fixed_array(const V& value) {
    for (std::size_t i = 0; i < N; ++i) this->rows_[i] = row_of(value);
  }

  /// Elements of another type; explicit where their kind would change.
  template <class U>
  requires(!std::is_same_v<U, T>) constexpr explicit(!detail::keeps_kind<T, U>)
      fixed_array(const fixed_array<U, N, Rest...>& other) { // NOLINT: converts on purpose
    for (std::size_t i = 0; i < N; ++i) this->rows_[i] = detail::convert<row_type>(other[i]);
  }

  /// The elements of a local array, view or expression, which broadcasts to this shape.
  /// @throws shape_error when it does not.
  template <local_operand E> explicit fixed_array(const E& elements) { view().assign(elements); }

  /// The element at `ndim` subscripts; unchecked (checked in debug builds).
  template <class... I>
  requires(sizeof...(I) == ndim && (detail::is_integer<I> && ...)) constexpr T& operator()(I... i) {
    return element(*this, static_cast<index_t>(i)...);
  }
  template <class... I>
  requires(sizeof...(I) == ndim && (detail::is_integer<I> && ...)) constexpr const T&
  operator()(I... i) const {
    return element(*this, static_cast<index_t>(i)...);
  }
  /// Element i of a vector, row i of a matrix; unchecked (checked in debug builds).
  template <class I>
  requires detail::is_integer<I>
  constexpr row_type& operator[](I i) { return this->rows_[checked(static_cast<index_t>(i))]; }
  template <class I>
  requires detail::is_integer<I>
  constexpr const row_type& operator[](I i) const {
    return this->rows_[checked(static_cast<index_t>(i))];
  }
  /// The element at `ndim` subscripts, negative ones counted from the end.
  /// @throws index_error naming the subscript, the axis and the shape.
  template <class... I> T& at(I... i) { return view().at(i...); }
  template <class... I> const T& at(I... i) const { return view().at(i...); }

  /// The elements in row-major order.
  [[nodiscard]] constexpr T* data() { return first(this->rows_); }
  [[nodiscard]] constexpr const T* data() const { return first(this->rows_); }
  /// Number of elements.
  [[nodiscard]] static constexpr index_t size() { return static_cast<index_t>((N * ... * Rest)); }
  [[nodiscard]] static constexpr shape_t<ndim> shape() {
    return {static_cast<index_t>(N), static_cast<index_t>(Rest)...};
  }
  /// Over elements of a vector, rows of a matrix.
  [[nodiscard]] constexpr row_type* begin() { return this->rows_; }
  [[nodiscard]] constexpr const row_type* begin() const { return this->rows_; }
  [[nodiscard]] constexpr row_type* end() { return this->rows_ + N; }
  [[nodiscard]] constexpr const row_type* end() const { return this->rows_ + N; }

  /// As an array, for what takes arrays.
  [[nodiscard]] tessera::view<T, ndim> view() TESSERA_LIFETIMEBOUND { return {data(), shape()}; }
  [[nodiscard]] tessera::view<const T, ndim> view() const TESSERA_LIFETIMEBOUND {
    return {data(), shape()};
  }

  /// The identity matrix.
  [[nodiscard]] static constexpr fixed_array identity() requires(ndim == 2 &&
                                                                 ((N == Rest) && ...)) {
    fixed_array result{};
    for (std::size_t i = 0; i < N; ++i) result.rows_[i][i] = static_cast<T>(1);
    return result;
  }

  /// Are all elements equal?
  friend constexpr bool operator==(const fixed_array& a, const fixed_array& b) {
    bool equal = true;
    for (std::size_t i = 0; i < N; ++i) equal = equal & (a.rows_[i] == b.rows_[i]);
    return equal;
  }

  /// For structured bindings: `auto [x, y, z] = v;`
  template <std::size_t I> [[nodiscard]] constexpr row_type& get() & { return this->rows_[I]; }
  template <std::size_t I> [[nodiscard]] constexpr const row_type& get() const& {
    return this->rows_[I];
  }
  template <std::size_t I> [[nodiscard]] constexpr row_type get() && { return this->rows_[I]; }

private:
  template <class V> static constexpr row_type row_of(const V& value) {
    if constexpr (ndim == 1)
      return detail::fitted<T>(value);
    else
      return row_type(value);
  }
  static constexpr index_t checked(index_t i) {
#ifdef TESSERA_CHECKED
    const shape_t<ndim> sizes = shape();
    if (i < 0 || i >= sizes[0]) detail::throw_index(i, 0, sizes.data(), ndim);
#endif
    return i;
  }
  template <class Array, class... I>
  static constexpr auto& element(Array& a, index_t i, I... inner) {
    if constexpr (sizeof...(I) == 0)
      return a[i];
    else
      return a[i](inner...);
  }
  template <class Row> static constexpr auto first(Row* rows) {
    if constexpr (ndim == 1)
      return rows;
    else
      return rows[0].data();
  }
};

template <detail::number A, detail::number... B>
fixed_array(A, B...) -> fixed_array<detail::common_of<A, B...>, 1 + sizeof...(B)>;
template <class T, std::size_t M, std::size_t... Others>
requires((M == Others) && ...) fixed_array(const T (&)[M], const T (&... rows)[Others])
->fixed_array<T, 1 + sizeof...(Others), M>;

} // namespace tessera

// Doxygen 1.9 does not find the scope of these.
/// @cond
template <class T, std::size_t N, std::size_t... Rest>
struct std::tuple_size<tessera::fixed_array<T, N, Rest...>>
    : std::integral_constant<std::size_t, N> {};
template <std::size_t I, class T, std::size_t N, std::size_t... Rest>
struct std::tuple_element<I, tessera::fixed_array<T, N, Rest...>> {
  using type = typename tessera::fixed_array<T, N, Rest...>::row_type;
};
/// @endcond

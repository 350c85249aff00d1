/// @file
/// The nodes of lazy elementwise expressions: trees whose leaves are arrays.
#pragma once

#include <tessera/core/expressions/node_list.hpp>
#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/types/operand.hpp>
#include <tessera/core/view.hpp>

#include <utility>

namespace tessera {

template <class F, class... Args> class expression;

namespace detail {

template <class X> inline constexpr bool is_expression = false;
template <class F, class... Args>
inline constexpr bool is_expression<expression<F, Args...>> = true;

/// A function may have a simpler form for some values of its parameters, such as a square in place
/// of a power. Loops are compiled for both, and whether all functions of an expression may take
/// theirs is found out once, before the loop. Specialised with
///     type, static type of(const F&), static bool possible(const F&)
template <class F> struct simple_form {
  using type = F;
  static const F& of(const F& f) { return f; }
  static constexpr bool possible(const F&) { return true; }
};

template <class Node> inline constexpr bool has_simple_form = false;
template <class F, class... Args>
inline constexpr bool has_simple_form<expression<F, Args...>> =
    !std::is_same_v<typename simple_form<F>::type, F> || (has_simple_form<Args> || ...);

/// An unsigned integer of the size of a number.
template <class T>
using bits_of = std::conditional_t<
    sizeof(T) == 8, std::uint64_t,
    std::conditional_t<sizeof(T) == 4, std::uint32_t,
                       std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint8_t>>>;

/// What a leaf becomes inside the loop: adjacent elements of one row.
template <class T> struct row_reader {
  const T* elements;
  T operator()(index_t i) const { return elements[i]; }
};
template <class T> row_reader<T> reader_of(std::byte* row) {
  return {reinterpret_cast<const T*>(row)};
}

/// The same, or one value for all of the row, without a branch: one of both is zero.
template <class T> struct source_reader {
  const T* elements;
  bits_of<T> repeated;
  T operator()(index_t i) const {
    using bits = bits_of<T>;
    return __builtin_bit_cast(T,
                              static_cast<bits>(__builtin_bit_cast(bits, elements[i]) | repeated));
  }
};
template <class T> source_reader<T> reader_of(const row_source& row) {
  return {reinterpret_cast<const T*>(row.elements),
          __builtin_bit_cast(bits_of<T>, *reinterpret_cast<const T*>(row.value))};
}

/// Can all leaves of a node be read from a `row_source`?
template <class Node> inline constexpr bool reads_numbers = false;
template <class T>
inline constexpr bool is_plain_number = std::is_arithmetic_v<T> && sizeof(T) <= 8;

/// What an inner node becomes inside the loop.
template <class F, class... Args> struct row_function_of {
  [[no_unique_address]] F f;
  node_list<Args...> args;

  auto operator()(index_t i) const { return args.call(f, i); }
};

/// A scalar in an expression: the same value everywhere, no axes.
template <class T> struct scalar_node {
  using value_type = T;
  static constexpr std::size_t ndim = 0;
  static constexpr std::size_t leaves = 0;
  static constexpr bool is_global = false;

  T value;

  [[nodiscard]] static constexpr shape_t<0> shape() { return {}; }
  template <class Visit> void visit(Visit&&) const {}
  template <std::size_t, bool, class Rows> auto bind(const Rows*) const { return *this; }
  T operator()(index_t) const { return value; }
};

/// An array in an expression, referred to.
template <class T, std::size_t N> struct array_node {
  using value_type = T;
  static constexpr std::size_t ndim = N;
  static constexpr std::size_t leaves = 1;
  static constexpr bool is_global = false;

  view<const T, N> elements;

  [[nodiscard]] const shape_t<N>& shape() const { return elements.shape(); }
  template <class Visit> void visit(Visit&& see) const { see(*this); }
  template <std::size_t First, bool, class Rows> auto bind(const Rows* rows) const {
    return reader_of<T>(rows[First]);
  }
};

/// An array that was a temporary: the expression keeps it.
template <class Array> struct owning_node {
  using value_type = typename Array::value_type;
  static constexpr std::size_t ndim = Array::ndim;
  static constexpr std::size_t leaves = 1;
  static constexpr bool is_global = false;

  /// What is seen of it.
  struct leaf {
    using value_type = typename Array::value_type;
    static constexpr std::size_t ndim = Array::ndim;
    static constexpr bool is_global = false;
    const Array& elements;
  };

  Array array;

  [[nodiscard]] const shape_t<ndim>& shape() const { return array.shape(); }
  template <class Visit> void visit(Visit&& see) const { see(leaf{array}); }
  template <std::size_t First, bool, class Rows> auto bind(const Rows* rows) const {
    return reader_of<value_type>(rows[First]);
  }
};

template <class T> inline constexpr bool reads_numbers<scalar_node<T>> = true;
template <class T, std::size_t N>
inline constexpr bool reads_numbers<array_node<T, N>> = is_plain_number<T>;
template <class Array>
inline constexpr bool reads_numbers<owning_node<Array>> =
    is_plain_number<typename Array::value_type>;
template <class F, class... Args>
inline constexpr bool reads_numbers<expression<F, Args...>> = (reads_numbers<Args> && ...);

constexpr std::size_t largest(std::initializer_list<std::size_t> values) {
  std::size_t result = 0;
  for (const std::size_t v : values) result = v > result ? v : result;
  return result;
}

} // namespace detail

/// A function of elements applied to arrays, not yet evaluated. It has a shape and can be used
/// wherever an array can; assigning it to one evaluates it.
///
/// Arrays that were lvalues are referred to and must outlive the expression; temporaries are moved
/// into it.
template <class F, class... Args> class expression : public detail::operand_tag {
public:
  using value_type =
      std::remove_cvref_t<std::invoke_result_t<const F&, typename Args::value_type...>>;
  static constexpr std::size_t ndim = detail::largest({Args::ndim...});
  static constexpr std::size_t leaves = (Args::leaves + ...);
  static constexpr bool is_assignable = false;
  static constexpr bool is_global = (Args::is_global || ...);

  /// @throws shape_error when the arguments do not broadcast against each other.
  template <class... Nodes>
  requires(sizeof...(Nodes) == sizeof...(Args)) explicit expression(F f, Nodes&&... args)
      : f_(std::move(f)), args_{std::forward<Nodes>(args)...} {
    bool begun = false;
    args_.each([&](const auto& arg) { add_shape(arg.shape(), begun); });
  }

  [[nodiscard]] const shape_t<ndim>& shape() const { return shape_; }
  [[nodiscard]] index_t size() const { return size_of(shape_); }

  /// Calls `see` with each leaf, from left to right.
  template <class Visit> void visit(Visit&& see) const {
    args_.each([&](const auto& arg) { arg.visit(see); });
  }

  /// The same function of other arguments: of f(argument) for each, from left to right.
  template <class G> auto replace(G&& g) const {
    return args_.map(g, [this](auto... args) {
      return expression<F, decltype(args)...>(f_, std::move(args)...);
    });
  }

  /// The function of one row; `rows[First...]` are the leaves' rows, from left to right. With
  /// Simple, functions take their simple forms, which must be possible.
  template <std::size_t First, bool Simple, class Rows> auto bind(const Rows* rows) const {
    // Without a variable in between, which would be copied by way of memory.
    if constexpr (Simple)
      return detail::row_function_of{detail::simple_form<F>::of(f_),
                                     args_.template bind<First, Simple>(rows)};
    else
      return detail::row_function_of{f_, args_.template bind<First, Simple>(rows)};
  }

  /// May all functions take their simple forms?
  [[nodiscard]] bool is_simple() const {
    bool simple = detail::simple_form<F>::possible(f_);
    args_.each([&](const auto& arg) { simple = simple && is_simple(arg); });
    return simple;
  }

private:
  static constexpr shape_t<ndim> ones() {
    shape_t<ndim> shape{};
    for (index_t& n : shape) n = 1;
    return shape;
  }

  /// The first array's shape is taken as it is, most others equal it.
  template <std::size_t M> void add_shape(const shape_t<M>& shape, bool& begun) {
    if constexpr (M == ndim) {
      if (!begun) shape_ = shape;
      if (!std::exchange(begun, true) || detail::are_equal(shape, shape_)) return;
    }
    if constexpr (M > 0) {
      // Copies, so that the address of this expression goes nowhere, and it stays in registers.
      shape_t<ndim> onto = shape_;
      const shape_t<M> from = shape;
      detail::broadcast_onto(onto.data(), ndim, from.data(), M);
      shape_ = onto;
      begun = true;
    }
  }

  template <class Arg> static bool is_simple(const Arg& arg) {
    if constexpr (detail::is_expression<Arg>)
      return arg.is_simple();
    else
      return true;
  }

  [[no_unique_address]] F f_;
  detail::node_list<Args...> args_;
  shape_t<ndim> shape_ = ones();
};

namespace detail {

template <class F, class... Args>
row_function_of(F, node_list<Args...>) -> row_function_of<F, Args...>;

template <class T, std::size_t N> struct operand_traits<view<T, N>> {
  static auto capture(const view<T, N>& v) { return array_node<std::remove_const_t<T>, N>{v}; }
};

template <class T, std::size_t N> struct operand_traits<ndarray<T, N>> {
  static auto capture(const ndarray<T, N>& a) { return array_node<T, N>{a}; }
  static auto capture(ndarray<T, N>&& a) { return owning_node<ndarray<T, N>>{std::move(a)}; }
};

template <class F, class... Args> struct operand_traits<expression<F, Args...>> {
  // By reference: each copy of a large expression is code to compile.
  template <class E> static E&& capture(E&& e) { return std::forward<E>(e); }
};

/// May evaluating an element throw? Only functions of the user may, see map.
template <class Node> inline constexpr bool may_throw = false;
template <class F, class... Args>
inline constexpr bool may_throw<expression<F, Args...>> = may_throw<F> || (may_throw<Args> || ...);
template <class F, class... Args>
inline constexpr bool may_throw<row_function_of<F, Args...>> = may_throw<F> ||
                                                               (may_throw<Args> || ...);

/// The node of an expression tree that stands for `x`; an expression is its own.
template <class X> decltype(auto) capture(X&& x) {
  using bare = std::remove_cvref_t<X>;
  if constexpr (array_operand<X>)
    return operand_traits<bare>::capture(std::forward<X>(x));
  else
    return scalar_node<bare>{x};
}

/// The same for the duration of a call: an expression is not copied.
template <class X> decltype(auto) as_node(const X& x) {
  if constexpr (is_expression<X>)
    return (x);
  else
    return capture(x);
}

} // namespace detail

} // namespace tessera

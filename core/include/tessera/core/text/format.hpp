/// @file
/// Arrays as text, as NumPy prints them.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/core/text/text_ref.hpp>
#include <tessera/core/types/dtype.hpp>

#include <iosfwd>

namespace tessera {

/// How arrays are printed; the meaning and the defaults are those of NumPy's `set_printoptions`.
///
///     format(a, {.precision = 3, .suppress = true})
struct print_options {
  index_t precision = 8;    ///< digits behind the point at most
  index_t threshold = 1000; ///< larger arrays are summarised with `...`
  index_t edgeitems = 3;    ///< what a summary shows at both ends of each axis
  index_t linewidth = 75;   ///< characters of a line
  bool suppress = false;    ///< no exponents for small numbers
  text_ref separator = " "; ///< between elements
};

namespace detail {

enum class text_kind {
  boolean,
  signed_integer,
  unsigned_integer,
  real,
  complex,
  bytes,
  structure,
  other
};

/// An array as the printing functions see it.
struct printed_array {
  const std::byte* data;
  text_kind kind;
  index_t itemsize;
  std::size_t ndim;
  const index_t* shape;
  const index_t* strides;                             ///< in elements
  const struct_layout* members = nullptr;             ///< of kind `structure`
  std::string (*element)(const std::byte*) = nullptr; ///< of kind `other`
};

std::string format_array(const printed_array& a, const print_options& options);
/// Elements by a format of their own.
/// @throws argument_error when it cannot be understood, or does not fit the kind.
std::string format_array(const printed_array& a, text_ref spec, const print_options& options);
void write_text(std::ostream& out, const std::string& text);
void print_line(const std::string& text);

/// Is there a function that prints a T?
template <class T>
concept has_text = requires(const T& element) {
  to_string(element);
};

template <class T> constexpr text_kind kind_of() {
  if constexpr (std::is_same_v<T, bool>)
    return text_kind::boolean;
  else if constexpr (std::is_same_v<T, char> || is_text<T>)
    return text_kind::bytes;
  else if constexpr (std::is_integral_v<T>)
    return std::is_signed_v<T> ? text_kind::signed_integer : text_kind::unsigned_integer;
  else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, float>)
    return text_kind::real;
  else if constexpr (is_complex<T>)
    return text_kind::complex;
  else if constexpr (has_members<T> && !has_text<T>)
    return text_kind::structure;
  else
    return text_kind::other;
}

template <class T, class String = std::string> String element_text(const std::byte* element) {
  return to_string(*reinterpret_cast<const T*>(element));
}

/// f(what the printing functions see of `a`)
template <class A, class F> auto as_printed(const A& a, F f) {
  using T = typename A::value_type;
  const auto held = elements_of(a);
  const view<const T, A::ndim> v = view_of(held);
  if constexpr (is_fixed<T>) {
    return as_printed(components(v), f);
  } else {
    printed_array printed{reinterpret_cast<const std::byte*>(v.data()),
                          kind_of<T>(),
                          sizeof(T),
                          A::ndim,
                          v.shape().data(),
                          v.strides().data()};
    if constexpr (kind_of<T>() == text_kind::structure) printed.members = &struct_layout_of<T>();
    if constexpr (kind_of<T>() == text_kind::other) printed.element = &element_text<T, std::string>;
    return f(printed);
  }
}

} // namespace detail

/// An array as text, character by character what NumPy 1.24's `str` gives: elements aligned in as
/// few digits as tell them apart, at most `precision` behind the point; lines wrapped; large arrays
/// summarised. Characters and fixed strings are printed as Python's bytes are: `b'text'`. Elements
/// of a structure's type S are printed by a function `std::string to_string(const S&)` beside S, or
/// member by member where these are named (<tessera/core/members.hpp>). Fixed arrays are printed as
/// further axes.
/// @throws argument_error for options that are negative.
template <local_operand A, class String = std::string>
String format(const A& a, const print_options& options = {}) {
  return detail::as_printed(
      a, [&](const auto& printed) { return detail::format_array(printed, options); });
}

/// The same with the elements in a format of std::format's kind, `[[fill]align][sign][#][0][width]
/// [.precision][type]` with or without `{:` and `}` around it: `format(a, ".3f")`,
/// `format(a, "{:>8x}")`.
/// @throws argument_error when the format cannot be understood, or does not fit the elements.
template <local_operand A, class String = std::string>
String format(const A& a, text_ref element, const print_options& options = {}) {
  return detail::as_printed(
      a, [&](const auto& printed) { return detail::format_array(printed, element, options); });
}

/// `format` with the usual options.
template <local_operand A, class String = std::string> String to_string(const A& a) {
  return format(a);
}

/// Prints an array on a stream, as `format` writes it.
template <local_operand A> std::ostream& operator<<(std::ostream& out, const A& a) {
  detail::write_text(out, format(a));
  return out;
}

/// Prints an array and a line's end on the standard output. Local: in a program of several ranks,
/// each that calls it prints.
///
///     print(a);
///     print(2.0 * a, {.precision = 3});
///
/// @throws argument_error for options that are negative.
template <local_operand A> void print(const A& a, const print_options& options = {}) {
  detail::print_line(format(a, options));
}

/// Prints a shape as NumPy does: `std::cout << a.shape()` writes "(4, 5)". Shapes are std::array:
/// found with `using namespace tessera`, or as `tessera::to_string(a.shape())`.
template <std::size_t N> std::ostream& operator<<(std::ostream& out, const shape_t<N>& shape) {
  detail::write_text(out, to_string(shape));
  return out;
}

} // namespace tessera

/// @file
/// The subscripts of `einsum`, read by the compiler.
#pragma once

#include <tessera/core/loops/loop_nest.hpp>

#include <cstddef>

namespace tessera {

/// A text as a template argument: `einsum<"ij,jk->ik">(a, b)`.
template <std::size_t Size> struct axis_letters {
  char text[Size]{};
  // NOLINTNEXTLINE(google-explicit-constructor): it is what a literal becomes
  consteval axis_letters(const char (&from)[Size]) {
    for (std::size_t i = 0; i < Size; ++i) text[i] = from[i];
  }
};

namespace detail {

/// The name of an axis: a letter, or, of the axes that `...` stands for, their number from the last
/// plus `first_unnamed`.
using axis_label = unsigned char;
inline constexpr axis_label first_unnamed = 128;

/// The names of an array's axes.
struct axis_labels {
  std::size_t ndim = 0;
  axis_label names[2 * max_ndim]{};

  constexpr void add(axis_label name) { names[ndim++] = name; }
  [[nodiscard]] constexpr std::size_t count(axis_label name) const {
    std::size_t found = 0;
    for (std::size_t d = 0; d < ndim; ++d) found += names[d] == name ? 1 : 0;
    return found;
  }
};

/// What is wrong with subscripts.
enum class subscript_mistake {
  none,
  character, ///< neither a letter, nor a comma, an arrow or three dots
  operands,  ///< other than arrays are given
  axes,      ///< other than one of the arrays has
  result     ///< names an axis twice, or one that no array has
};

/// The names of the axes of `Count` arrays and of the result.
template <std::size_t Count> struct einsum_axes {
  subscript_mistake mistake = subscript_mistake::none;
  axis_labels operands[Count];
  axis_labels result;
};

/// Reads names up to a comma, an arrow or the end; returns where that is. `unnamed` axes stand
/// where three dots are; -1: as many as `ndim` leaves.
constexpr std::size_t read_labels(const char* text, std::size_t at, std::ptrdiff_t unnamed,
                                  std::size_t ndim, axis_labels& labels, bool& valid) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto ends = [](char c) { return c == '\0' || c == ',' || c == '-'; };
  if (unnamed < 0) {
    unnamed = static_cast<std::ptrdiff_t>(ndim);
    for (std::size_t k = at; !ends(text[k]); ++k) unnamed -= is_letter(text[k]) ? 1 : 0;
  }
  bool has_dots = false;
  for (; !ends(text[at]); ++at) {
    if (is_letter(text[at])) {
      if (labels.ndim < max_ndim) labels.add(static_cast<axis_label>(text[at]));
    } else if (text[at] == '.' && text[at + 1] == '.' && text[at + 2] == '.' && !has_dots) {
      has_dots = true;
      at += 2;
      for (std::ptrdiff_t k = unnamed; k-- > 0;)
        labels.add(static_cast<axis_label>(first_unnamed + k));
    } else if (text[at] != ' ') {
      valid = false;
    }
  }
  return at;
}

/// Without an arrow: the unnamed axes, then what is named once, in the alphabet's order.
template <std::size_t Count>
constexpr void find_result(einsum_axes<Count>& axes, std::ptrdiff_t unnamed) {
  for (std::ptrdiff_t k = unnamed; k-- > 0;)
    axes.result.add(static_cast<axis_label>(first_unnamed + k));
  for (axis_label name = 'A'; name <= 'z'; ++name) {
    std::size_t found = 0;
    for (const axis_labels& operand : axes.operands) found += operand.count(name);
    if (found == 1) axes.result.add(name);
  }
}

template <std::size_t Count> constexpr bool has_result(const einsum_axes<Count>& axes) {
  for (std::size_t d = 0; d < axes.result.ndim; ++d) {
    std::size_t found = 0;
    for (const axis_labels& operand : axes.operands) found += operand.count(axes.result.names[d]);
    if (found == 0 || axes.result.count(axes.result.names[d]) > 1) return false;
  }
  return true;
}

/// Reads the subscripts of arrays with so many axes.
template <std::size_t Count>
constexpr einsum_axes<Count> read_subscripts(const char* text, const std::size_t (&ndim)[Count]) {
  einsum_axes<Count> axes;
  std::size_t at = 0;
  std::ptrdiff_t unnamed = 0;
  bool valid = true;
  const auto fail = [&](subscript_mistake mistake) { return axes.mistake = mistake, axes; };
  for (std::size_t k = 0; k < Count; ++k) {
    at = read_labels(text, at, -1, ndim[k], axes.operands[k], valid);
    for (std::size_t d = 0; d < axes.operands[k].ndim; ++d)
      if (axes.operands[k].names[d] >= first_unnamed + unnamed)
        unnamed = axes.operands[k].names[d] - first_unnamed + 1;
    if (k + 1 < Count && text[at++] != ',') return fail(subscript_mistake::operands);
  }
  if (text[at] == ',') return fail(subscript_mistake::operands);
  if (text[at] == '-' && text[at + 1] == '>') {
    at = read_labels(text, at + 2, unnamed, 0, axes.result, valid);
    valid = valid && text[at] == '\0';
  } else {
    valid = valid && text[at] == '\0';
    find_result(axes, unnamed);
  }
  if (!valid) return fail(subscript_mistake::character);
  for (std::size_t k = 0; k < Count; ++k)
    if (axes.operands[k].ndim != ndim[k]) return fail(subscript_mistake::axes);
  return has_result(axes) ? axes : fail(subscript_mistake::result);
}

/// The names of the axes of arrays of so many axes, or an error of the compiler.
template <axis_letters Text, std::size_t... Ndim> constexpr auto labels_of() {
  constexpr auto axes = read_subscripts<sizeof...(Ndim)>(Text.text, {Ndim...});
  static_assert(axes.mistake != subscript_mistake::character,
                "einsum: subscripts are letters, commas between arrays, '...', and '->'");
  static_assert(axes.mistake != subscript_mistake::operands,
                "einsum: the subscripts are those of more arrays, or fewer, than are given");
  static_assert(axes.mistake != subscript_mistake::axes,
                "einsum: there must be a letter for every axis of each array");
  static_assert(axes.mistake != subscript_mistake::result,
                "einsum: letters behind '->' are those of axes, each once");
  return axes;
}

} // namespace detail

} // namespace tessera

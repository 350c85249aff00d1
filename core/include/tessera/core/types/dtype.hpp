/// @file
/// Types of elements as values.
#pragma once

#include <tessera/core/types/operand.hpp>

#include <iosfwd>
#include <type_traits>

namespace tessera {

namespace detail {

struct no_members {};
struct struct_layout;

} // namespace detail

/// The members of a struct: see <tessera/core/members.hpp>.
template <class T> inline constexpr detail::no_members members_of{};

namespace detail {

template <class T>
inline constexpr bool has_members = !std::is_same_v<decltype(members_of<T>), const no_members>;
/// They are described as a struct with a single member, which has no name: an array.
template <class T, std::size_t... N> inline constexpr bool has_members<fixed_array<T, N...>> = true;

/// A type of elements: NumPy's letter for its kind ('b' bool, 'i' signed and 'u' unsigned
/// integers, 'f' floating point, 'c' complex, 'S' text of a fixed width, 'U' the same in UTF-32,
/// 'T' std::string, 'V' struct) and its size in bytes. 'U' and 'T' are types of what is written as
/// text alone.
struct dtype {
  char kind;
  int size;
  const struct_layout* members = nullptr; ///< of a struct or fixed_array; the same for the same
  friend constexpr bool operator==(const dtype&, const dtype&) = default;
  /// NumPy's name: "float64", "int8", "bool"; "S16" for text, "{x: float64, n: int32}" for structs.
  friend std::string to_string(dtype type);
};

/// Where the members of a struct lie; defined in <tessera/core/members.hpp>.
template <class T> const struct_layout& struct_layout_of();
/// Calls `f(pointer)` with a pointer to each member; there, too.
template <class T, class F> void for_members(F&& f);
/// Is one of its members a text, or a member of these? There, too.
template <class T> constexpr bool holds_text();

template <class T> constexpr dtype dtype_of() {
  static_assert(!(is_complex<T> && sizeof(T) > 2 * sizeof(double)),
                "files hold complex numbers of float and double, not of long double");
  static_assert(is_complex<T> || is_text<T> || has_members<T> ||
                    (std::is_arithmetic_v<T> && !std::is_same_v<T, long double>),
                "files and structs with named members hold bool, integers, float, double, complex "
                "numbers of these (include <tessera/core/complex.hpp>), fixed_string, and structs "
                "whose members are named (see <tessera/core/members.hpp>)");
  constexpr int size = static_cast<int>(sizeof(T));
  if constexpr (has_members<T>)
    return {'V', size, &struct_layout_of<T>()};
  else if constexpr (is_text<T>)
    return {'S', size};
  else if constexpr (is_complex<T>)
    return {'c', size};
  else if constexpr (std::is_same_v<T, bool>)
    return {'b', size};
  else if constexpr (std::is_floating_point_v<T>)
    return {'f', size};
  else
    return {std::is_signed_v<T> ? 'i' : 'u', size};
}

} // namespace detail

} // namespace tessera

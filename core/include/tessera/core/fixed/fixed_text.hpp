/// @file
/// Fixed arrays as text.
#pragma once

#include <tessera/core/fixed/fixed_class.hpp>
#include <tessera/core/text/format.hpp>

#include <string>

namespace tessera {

/// As NumPy prints an array of these elements.
template <class T, std::size_t... N>
std::string format(const fixed_array<T, N...>& a, const print_options& options = {}) {
  return format(a.view(), options);
}
/// `format` with the usual options.
template <class T, std::size_t... N> std::string to_string(const fixed_array<T, N...>& a) {
  return format(a.view());
}
/// Prints it on a stream, as `format` writes it.
template <class T, std::size_t... N>
std::ostream& operator<<(std::ostream& out, const fixed_array<T, N...>& a) {
  detail::write_text(out, format(a.view()));
  return out;
}
/// Prints it and a line's end on the standard output.
template <class T, std::size_t... N>
void print(const fixed_array<T, N...>& a, const print_options& options = {}) {
  print(a.view(), options);
}

} // namespace tessera

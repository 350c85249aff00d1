/// @file
/// Pictures of fields.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/io/colormap.hpp>

#include <string>

namespace tessera {

/// How imsave turns numbers into colours.
struct image_options {
  colormap colors = colormap::thermal;
  /// The values of the first and the last colour; those beyond get these, too. NaN: the field's
  /// smallest and largest.
  double low = __builtin_nan("");
  double high = __builtin_nan("");
};

namespace detail {

/// Maps a value to its place in a palette: colours first, then the one for NaN.
struct palette_index {
  double low = 0;
  double high = 0;
  double per_unit = 0; // places per half a unit of value: whole differences may overflow

  /// @throws argument_error unless low <= high.
  palette_index(double low_value, double high_value);

  template <class T> std::uint8_t operator()(T value) const {
    const double x = static_cast<double>(value);
    constexpr double most = colors_in_map - 1;
    return static_cast<std::uint8_t>(x != x      ? colors_in_map
                                     : x <= low  ? 0
                                     : x >= high ? most
                                                 : (0.5 * x - 0.5 * low) * per_unit + 0.5);
  }
};

/// Smallest and largest finite value of a field; of none, zero and one.
template <class A> auto finite_or(const A& field, double instead) {
  const auto finite = [instead](double x) { return x - x == 0 ? x : instead; };
  return elementwise([finite](auto x) { return finite(static_cast<double>(x)); }, field);
}

/// The value range of a picture. Collective for a global field.
template <class A> palette_index palette_of(const A& field, const image_options& options) {
  constexpr double infinity = __builtin_huge_val();
  const bool finds_low = options.low != options.low;
  const bool finds_high = options.high != options.high;
  double low = finds_low ? min(finite_or(field, infinity)) : options.low;
  double high = finds_high ? max(finite_or(field, -infinity)) : options.high;
  // A limit that was given may lie beyond all values.
  if (finds_high && high < low) high = low;
  if (finds_low && low > high) low = high;
  return palette_index(low, high);
}

void check_image(const shape_t<2>& shape);
/// Writes a PNG of contiguous palette indices, row 0 on top.
void write_png(const std::string& path, const shape_t<2>& shape, const std::uint8_t* indices,
               colormap map);
/// The same of what rank 0 has, which writes; its errors are thrown on all ranks. Collective.
void write_png(const communicator& comm, const std::string& path,
               const ndarray<std::uint8_t, 2>& indices, colormap map);

} // namespace detail

/// Writes a picture of an array of rows and columns as PNG: one pixel per element, row 0 on top,
/// dark for the smallest value. NaN is shown in grey-blue. Local.
///
/// The file appears when it is complete; until then an older one of that name stays.
///
///     imsave("field.png", a, {.low = 0.0, .high = 100.0});
///
/// @throws shape_error for an empty array or one too large for PNG, argument_error for low > high,
/// file_error when it cannot be written.
template <local_operand A>
void imsave(const std::string& path, const A& array, const image_options& options = {}) {
  static_assert(A::ndim == 2, "a picture has rows and columns");
  const auto& node = detail::as_node(array);
  const shape_t<2> shape = node.shape();
  detail::check_image(shape);
  const ndarray<std::uint8_t, 2> indices =
      detail::elementwise(detail::palette_of(array, options), array);
  detail::write_png(path, shape, indices.data(), options.colors);
}

/// The same of a global array. Every rank colours its part; one byte per element is gathered on
/// rank 0, which writes. Collective; errors on all ranks.
template <class T>
void imsave(const std::string& path, const global_array<T, 2>& array,
            const image_options& options = {}) {
  detail::check_image(array.shape());
  global_array<std::uint8_t, 2> indices(array.grid(), array.distribution());
  const detail::palette_index palette = detail::palette_of(array, options);
  indices.owned() = detail::elementwise(palette, array.owned());
  const ndarray<std::uint8_t, 2> whole = indices.gather(0);
  detail::write_png(array.comm(), path, whole, options.colors);
}

// The usual types are compiled once, in the library.
extern template void imsave(const std::string&, const global_array<double, 2>&,
                            const image_options&);
extern template void imsave(const std::string&, const global_array<float, 2>&,
                            const image_options&);

} // namespace tessera

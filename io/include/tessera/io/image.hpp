/// @file
/// Pictures of fields.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/io/drawing/colormap.hpp>
#include <tessera/io/images/pixel_sums.hpp>
#include <tessera/io/parts/local_array.hpp>
#include <tessera/io/pending_save.hpp>

#include <string>

namespace tessera {

/// How imsave turns numbers into colours, and elements into pixels.
struct image_options {
  colormap colors = colormap::thermal;
  /// The values of the first and the last colour; those beyond get these, too. NaN: the field's
  /// smallest and largest.
  double low = __builtin_nan("");
  double high = __builtin_nan("");
  rgb nan_color = {110, 125, 140};
  /// Of a field that is larger along one side, squares of elements are averaged to pixels, so many
  /// that the longer side has no more pixels than this. 0: every element is seen.
  index_t max_pixels = 0;
  /// An element becomes a square of so many pixels along each side. 0: one; beside a colour bar or
  /// under a title, as many as make a small field readable.
  index_t scale = 0;
  /// Beside the field, the colours with their values.
  bool color_bar = false;
  /// Beside the colour bar: what the values are, and their unit. UTF-8; letters that the built-in
  /// font lacks are shown as question marks.
  std::string label = {};
  /// Above the field.
  std::string title = {};
};

namespace detail {

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
  double low = finds_low ? (min)(finite_or(field, infinity)) : options.low;
  double high = finds_high ? (max)(finite_or(field, -infinity)) : options.high;
  if (finds_low && finds_high && low > high) return palette_index(0, 1); // no number is finite
  // A limit that was given may lie beyond all values.
  if (finds_high && high < low) high = low;
  if (finds_low && low > high) low = high;
  return palette_index(low, high);
}

/// @throws shape_error when no picture can be made of a field of this shape, argument_error for
/// options that make no sense.
void check_image(const shape_t<2>& shape, const image_options& options);
/// How many elements along each side become one pixel.
index_t elements_per_pixel(const shape_t<2>& shape, const image_options& options);

/// Writes contiguous palette indices, one a pixel of the field, row 0 on top.
void write_picture(const std::string& path, const ndarray<std::uint8_t, 2>& indices,
                   const palette_index& range, const image_options& options);
/// The same of what rank 0 has, which writes; its errors are thrown on all ranks. Collective.
void write_picture(const communicator& comm, const std::string& path,
                   const ndarray<std::uint8_t, 2>& indices, const palette_index& range,
                   const image_options& options);

/// The same behind the program. Collective.
pending_save start_picture(const communicator& comm, const std::string& path,
                           const ndarray<std::uint8_t, 2>& indices, const palette_index& range,
                           const image_options& options);

/// The pixels of a field, on rank 0. Collective.
template <class T>
ndarray<std::uint8_t, 2> gather_pixels(const global_array<T, 2>& field, const palette_index& range,
                                       index_t per_pixel) {
  if (per_pixel == 1) {
    global_array<std::uint8_t, 2> indices(field.grid(), field.distribution());
    indices.owned() = elementwise(range, field.owned());
    return indices.gather(0);
  }
  if (field.distribution().is_cyclic()) {
    global_array<T, 2> blocks(process_grid<2>(field.comm()), field.shape());
    redistribute(field, blocks);
    return gather_pixels(blocks, range, per_pixel);
  }
  pixel_sums mine(field.shape(), per_pixel, field.block());
  const view<const T, 2> owned = field.owned();
  add_to(mine, owned, range);
  return mine.gather(field.comm());
}

} // namespace detail

/// Writes a picture of an array of rows and columns as PNG: row 0 on top, one pixel per element
/// unless the options say otherwise, dark for the smallest value. Local.
///
/// The file appears when it is complete; until then an older one of that name stays. The same
/// field gives the same bytes, on any machine and any number of ranks.
///
///     imsave("field.png", a, {.low = 0.0, .high = 100.0});
///     imsave("u.png", u, {.colors = colormap::viridis, .max_pixels = 1000, .color_bar = true,
///                         .label = "temperature [°C]"});
///
/// @throws shape_error for an empty array or one too large for PNG, argument_error for low > high
/// or negative sizes, file_error when it cannot be written.
template <local_operand A>
void imsave(const std::string& path, const A& array, const image_options& options = {}) {
  static_assert(A::ndim == 2, "a picture has rows and columns");
  const auto& node = detail::as_node(array);
  const shape_t<2> shape = node.shape();
  detail::check_image(shape, options);
  const detail::palette_index range = detail::palette_of(array, options);
  const index_t per_pixel = detail::elements_per_pixel(shape, options);
  if (per_pixel == 1) {
    const ndarray<std::uint8_t, 2> indices = detail::elementwise(range, array);
    return detail::write_picture(path, indices, range, options);
  }
  detail::pixel_sums sums(shape, per_pixel, {{0, 0}, shape});
  const auto& elements = detail::readable(array);
  const auto readable = detail::readable(elements);
  detail::add_to(sums, readable, range);
  detail::write_picture(path, sums.indices(), range, options);
}

/// The same of a global array. Every rank colours its part; one byte per element is gathered on
/// rank 0, which writes. With `max_pixels`, every rank averages its part, and 16 bytes per pixel
/// are gathered, however large the field. Collective; errors on all ranks.
template <class T>
void imsave(const std::string& path, const global_array<T, 2>& array,
            const image_options& options = {}) {
  detail::check_image(array.shape(), options);
  const detail::palette_index range = detail::palette_of(array, options);
  const ndarray<std::uint8_t, 2> pixels =
      detail::gather_pixels(array, range, detail::elements_per_pixel(array.shape(), options));
  detail::write_picture(array.comm(), path, pixels, range, options);
}

/// The same of an expression of global arrays or a slice of one, which is evaluated first: that
/// takes the memory of an array. Collective.
template <global_operand A>
void imsave(const std::string& path, const A& field, const image_options& options = {}) {
  static_assert(A::ndim == 2, "a picture has rows and columns");
  imsave(path, copy(field), options);
}

/// @name Behind the program
/// As `imsave`: the pixels are gathered, and rank 0 draws, packs and writes them on a thread beside
/// the program. Collective; what goes wrong there is thrown on all ranks by `wait`, or else by
/// `run` at its end.
///
///     const pending_save pending = start_imsave("u.png", u);
/// @{
template <class T>
pending_save start_imsave(const std::string& path, const global_array<T, 2>& array,
                          const image_options& options = {}) {
  detail::check_image(array.shape(), options);
  const detail::palette_index range = detail::palette_of(array, options);
  const ndarray<std::uint8_t, 2> pixels =
      detail::gather_pixels(array, range, detail::elements_per_pixel(array.shape(), options));
  return detail::start_picture(array.comm(), path, pixels, range, options);
}
template <global_operand A>
pending_save start_imsave(const std::string& path, const A& field,
                          const image_options& options = {}) {
  static_assert(A::ndim == 2, "a picture has rows and columns");
  return start_imsave(path, copy(field), options);
}
/// @}

// The usual types are compiled once, in the library.
extern template void imsave(const std::string&, const global_array<double, 2>&,
                            const image_options&);
extern template void imsave(const std::string&, const global_array<float, 2>&,
                            const image_options&);

} // namespace tessera

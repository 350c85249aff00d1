#include "behind/write_behind.hpp"
#include "drawing/png_file.hpp"
#include "files/from_root.hpp"
#include "images/field_picture.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/io/image.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

// libpng's own limit; the format's is higher.
constexpr index_t most_pixels = 1000000;

std::vector<rgb> palette_of(const image_options& options) {
  const auto& map = colors(options.colors);
  std::vector<rgb> palette(map.begin(), map.end());
  palette.push_back(options.nan_color);
  return palette;
}

/// Every index `scale` times along both sides.
ndarray<std::uint8_t, 2> magnified(const ndarray<std::uint8_t, 2>& indices, index_t scale) {
  const auto [rows, columns] = indices.shape();
  ndarray<std::uint8_t, 2> result({rows * scale, columns * scale});
  std::uint8_t* next = result.data();
  for (index_t i = 0; i < rows * scale; ++i)
    for (index_t j = 0; j < columns; ++j) next = std::fill_n(next, scale, indices(i / scale, j));
  return result;
}

} // namespace

index_t elements_per_pixel(const shape_t<2>& shape, const image_options& options) {
  const index_t longest = std::max(shape[0], shape[1]);
  return options.max_pixels > 0 ? (longest - 1) / options.max_pixels + 1 : 1;
}

void check_image(const shape_t<2>& shape, const image_options& options) {
  if (options.max_pixels < 0 || options.scale < 0)
    throw argument_error(
        fmt::format("a picture cannot have max_pixels {} and scale {}; neither may be negative",
                    options.max_pixels, options.scale));
  const index_t longest = std::max(shape[0], shape[1]);
  const index_t least = std::min(shape[0], shape[1]);
  const index_t pixels = least < 1 ? 0 : (longest - 1) / elements_per_pixel(shape, options) + 1;
  if (pixels < 1 || pixels > most_pixels / std::max<index_t>(options.scale, 1))
    throw shape_error(fmt::format("no PNG can be made of shape {}, scale {}; 1 to {} rows and "
                                  "columns of pixels can (.max_pixels makes fewer)",
                                  to_string(shape), std::max<index_t>(options.scale, 1),
                                  most_pixels));
}

void write_picture(const std::string& path, const ndarray<std::uint8_t, 2>& indices,
                   const palette_index& range, const image_options& options) {
  const std::vector<rgb> palette = palette_of(options);
  if (options.color_bar || !options.title.empty()) {
    write_png(path, draw_field({indices, palette, range.low, range.high}, options));
  } else if (options.scale > 1) {
    const ndarray<std::uint8_t, 2> large = magnified(indices, options.scale);
    write_png(path, large.shape(), large.data(), palette);
  } else {
    write_png(path, indices.shape(), indices.data(), palette);
  }
}

void write_picture(const communicator& comm, const std::string& path,
                   const ndarray<std::uint8_t, 2>& indices, const palette_index& range,
                   const image_options& options) {
  agree(comm, "the name of a picture", path);
  text_from_root(comm, [&] {
    write_picture(path, indices, range, options);
    return std::string();
  });
}

pending_save start_picture(const communicator& comm, const std::string& path,
                           const ndarray<std::uint8_t, 2>& indices, const palette_index& range,
                           const image_options& options) {
  agree(comm, "the name of a picture", path);
  return run_on_root_behind(comm, [=] { write_picture(path, indices, range, options); });
}

} // namespace tessera::detail

namespace tessera {

template void imsave(const std::string&, const global_array<double, 2>&, const image_options&);
template void imsave(const std::string&, const global_array<float, 2>&, const image_options&);

} // namespace tessera

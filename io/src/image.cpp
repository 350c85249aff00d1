#include "from_root.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/image.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <png.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

constexpr rgb color_of_nan{110, 125, 140};
constexpr int palette_size = colors_in_map + 1;

std::vector<png_byte> palette_bytes(colormap map) {
  std::vector<png_byte> bytes;
  const auto add = [&](const rgb& c) { bytes.insert(bytes.end(), {c.red, c.green, c.blue}); };
  for (const rgb& c : colors(map)) add(c);
  add(color_of_nan);
  return bytes;
}

/// Frees what libpng keeps for an image.
class png_image_owner {
public:
  png_image_owner(const shape_t<2>& shape) {
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(shape[1]);
    image.height = static_cast<png_uint_32>(shape[0]);
    image.format = PNG_FORMAT_RGB_COLORMAP;
    image.colormap_entries = palette_size;
  }
  png_image_owner(const png_image_owner&) = delete;
  png_image_owner& operator=(const png_image_owner&) = delete;
  ~png_image_owner() { png_image_free(&image); }

  png_image image{};
};

} // namespace

palette_index::palette_index(double low_value, double high_value)
    : low(low_value), high(high_value) {
  if (!(low <= high))
    throw argument_error("a picture's colours cannot go from low " + std::to_string(low) +
                         " to high " + std::to_string(high) + "; low must not be above high");
  // Of a constant field everything gets the first colour.
  if (low < high) per_unit = (colors_in_map - 1) / (0.5 * high - 0.5 * low);
}

void check_image(const shape_t<2>& shape) {
  // libpng's own limit; the format's is higher.
  constexpr index_t most = 1000000;
  for (const index_t n : shape)
    if (n < 1 || n > most)
      throw shape_error("no PNG can be made of shape " + to_string(shape) + "; 1 to " +
                        std::to_string(most) + " rows and columns can");
}

void write_png(const std::string& path, const shape_t<2>& shape, const std::uint8_t* indices,
               colormap map) {
  output_file file = output_file::create(path);
  const std::vector<png_byte> palette = palette_bytes(map);
  png_image_owner png(shape);
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(png.image);
  std::vector<png_byte> encoded(bytes);
  const auto pitch = static_cast<png_int_32>(shape[1]);
  if (png_image_write_to_memory(&png.image, encoded.data(), &bytes, 0, indices, pitch,
                                palette.data()) == 0)
    throw file_error("cannot write '" + path + "': " + png.image.message);
  file.write_at(0, encoded.data(), static_cast<index_t>(bytes));
  file.commit();
}

void write_png(const communicator& comm, const std::string& path,
               const ndarray<std::uint8_t, 2>& indices, colormap map) {
  text_from_root(comm, [&] {
    write_png(path, indices.shape(), indices.data(), map);
    return std::string();
  });
}

} // namespace tessera::detail

namespace tessera {

template void imsave(const std::string&, const global_array<double, 2>&, const image_options&);
template void imsave(const std::string&, const global_array<float, 2>&, const image_options&);

} // namespace tessera

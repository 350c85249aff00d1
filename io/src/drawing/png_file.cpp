#include "drawing/png_file.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/core/memory/checked_vector.hpp>

#include <fmt/core.h>
#include <png.h>

namespace tessera::detail {

namespace {

/// Frees what libpng keeps for an image.
class png_writer {
public:
  png_writer(index_t width, index_t height, unsigned format) {
    image_.version = PNG_IMAGE_VERSION;
    image_.width = static_cast<png_uint_32>(width);
    image_.height = static_cast<png_uint_32>(height);
    image_.format = format;
  }
  png_writer(const png_writer&) = delete;
  png_writer& operator=(const png_writer&) = delete;
  ~png_writer() { png_image_free(&image_); }

  void write(const std::string& path, const std::uint8_t* pixels,
             const std::vector<std::uint8_t>& palette) {
    output_file file = output_file::create(path);
    image_.colormap_entries = static_cast<png_uint_32>(palette.size() / 3);
    png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image_);
    checked_vector<png_byte> encoded(bytes);
    const auto pitch = static_cast<png_int_32>(PNG_IMAGE_ROW_STRIDE(image_));
    if (png_image_write_to_memory(&image_, encoded.data(), &bytes, 0, pixels, pitch,
                                  palette.data()) == 0)
      throw file_error(fmt::format("cannot write '{}': {}", path, image_.message));
    file.write_at(0, encoded.data(), static_cast<index_t>(bytes));
    file.commit();
  }

private:
  png_image image_{};
};

} // namespace

void write_png(const std::string& path, const shape_t<2>& shape, const std::uint8_t* indices,
               const std::vector<rgb>& palette) {
  std::vector<std::uint8_t> bytes;
  for (const rgb& c : palette) bytes.insert(bytes.end(), {c.red, c.green, c.blue});
  png_writer(shape[1], shape[0], PNG_FORMAT_RGB_COLORMAP).write(path, indices, bytes);
}

void write_png(const std::string& path, const canvas& picture) {
  png_writer(picture.width(), picture.height(), PNG_FORMAT_RGB).write(path, picture.bytes(), {});
}

} // namespace tessera::detail

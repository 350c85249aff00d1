#include "png_writer.hpp"
#include "posix.hpp"

#include <tessera/core/error.hpp>

#include <csetjmp>
#include <exception>
#include <png.h>

namespace tessera::detail {

namespace {

// Fields are smooth: higher levels take several times as long for a few per cent.
constexpr int compression_level = 4;

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  static_cast<png_writer*>(png_get_error_ptr(png))->note(message);
  png_longjmp(png, 1);
}

void on_warning(png_structp /*png*/, png_const_charp /*message*/) {}

void on_bytes(png_structp png, png_bytep data, png_size_t bytes) {
  if (!static_cast<png_writer*>(png_get_io_ptr(png))->append(data, bytes))
    png_error(png, "it could not be written");
}

void on_flush(png_structp /*png*/) {}

void set_header(png_structp png, png_infop info, index_t width, index_t height,
                const std::array<rgb, 256>& colors) {
  png_color entries[256];
  for (std::size_t k = 0; k < colors.size(); ++k)
    entries[k] = {colors[k].red, colors[k].green, colors[k].blue};
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), 8,
               PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_set_PLTE(png, info, entries, static_cast<int>(colors.size()));
  png_set_sRGB(png, info, PNG_sRGB_INTENT_RELATIVE);
  png_set_compression_level(png, compression_level);
}

} // namespace

png_writer::png_writer(const std::string& path, index_t width, index_t height,
                       const std::array<rgb, 256>& colors)
    : width_(width), height_(height), colors_(colors), file_(output_file::create(path)) {}

bool png_writer::append(const unsigned char* data, std::size_t bytes) noexcept {
  try {
    file_.write_at(position_, data, static_cast<index_t>(bytes));
    position_ += static_cast<index_t>(bytes);
    return true;
  } catch (const std::exception& e) {
    note(e.what());
    return false;
  }
}

void png_writer::note(const char* message) noexcept {
  try {
    if (failure_.empty()) failure_ = message;
  } catch (...) { // no memory for a reason
  }
}

bool png_writer::encode(const std::uint8_t* pixels) noexcept {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
  if (png == nullptr) return false;
  png_infop info = png_create_info_struct(png);
  if (info == nullptr || setjmp(png_jmpbuf(png)) != 0) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, this, on_bytes, on_flush);
  set_header(png, info, width_, height_, colors_);
  png_write_info(png, info);
  for (index_t row = 0; row < height_; ++row) png_write_row(png, pixels + row * width_);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

void png_writer::write(const std::uint8_t* pixels) {
  if (!encode(pixels)) {
    if (failure_.rfind("cannot write", 0) == 0) throw file_error(failure_);
    throw_file_error("write", file_.path(), failure_.empty() ? "no memory for libpng" : failure_);
  }
  file_.commit();
}

} // namespace tessera::detail

/// @file
/// PNG files with a palette, through libpng.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/colormap.hpp>
#include <tessera/io/output_file.hpp>

#include <array>
#include <string>

namespace tessera::detail {

/// One picture to be written. libpng reports errors by a long jump, over which no destructor may
/// be skipped: so all that has one is a member here.
class png_writer {
public:
  /// @throws file_error when the file cannot be made.
  png_writer(const std::string& path, index_t width, index_t height,
             const std::array<rgb, 256>& colors);

  /// Writes all pixels, one byte each, rows from top to bottom, and commits the file.
  /// @throws file_error.
  void write(const std::uint8_t* pixels);

  /// For libpng: appends bytes to the file; false after a failure, which is kept. Never throws.
  bool append(const unsigned char* data, std::size_t bytes) noexcept;
  /// For libpng: keeps what it says.
  void note(const char* message) noexcept;

private:
  bool encode(const std::uint8_t* pixels) noexcept;

  index_t width_;
  index_t height_;
  const std::array<rgb, 256>& colors_;
  output_file file_;
  index_t position_ = 0;
  std::string failure_;
};

} // namespace tessera::detail

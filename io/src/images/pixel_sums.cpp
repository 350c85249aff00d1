#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/io/images/pixel_sums.hpp>

#include <fmt/core.h>

#include <cstring>
#include <string>

namespace tessera::detail {

palette_index::palette_index(double low_value, double high_value)
    : low(low_value), high(high_value) {
  if (!(low <= high) || low - low != 0 || high - high != 0)
    throw argument_error(fmt::format("a picture's colours cannot go from low {:f} to high {:f}; "
                                     "both must be finite, and low must not be above high",
                                     low, high));
  // Of a constant field everything gets the first colour.
  if (!(low < high)) return;
  constexpr double places = colors_in_map - 1;
  per_unit = places / (scale * high - scale * low);
  if (per_unit - per_unit == 0) return;
  scale = 0x1p100; // numbers so near to each other are small
  per_unit = places / (scale * high - scale * low);
}

pixel_sums::pixel_sums(const shape_t<2>& shape, index_t per_pixel, const box<2>& block)
    : shape_(shape), per_pixel_(per_pixel), block_(block) {
  if (block.empty()) return;
  for (std::size_t d = 0; d < 2; ++d) {
    pixels_.lower[d] = block.lower[d] / per_pixel;
    pixels_.upper[d] = (block.upper[d] - 1) / per_pixel + 1;
  }
  sums_.resize(static_cast<std::size_t>(pixels_.size()));
}

void pixel_sums::add(index_t first, const ndarray<std::int32_t, 2>& places) {
  const auto [rows, columns] = places.shape();
  if (columns == 0) return;
  const index_t width = pixels_.upper[1] - pixels_.lower[1];
  const std::int32_t* next = places.data();
  for (index_t i = 0; i < rows; ++i) {
    const index_t row = (block_.lower[0] + first + i) / per_pixel_ - pixels_.lower[0];
    sum* into = sums_.data() + row * width;
    index_t until = per_pixel_ - block_.lower[1] % per_pixel_; // the square's last column is taken
    for (index_t j = 0; j < columns; ++j, ++next, --until) {
      if (until == 0) {
        ++into;
        until = per_pixel_;
      }
      into->total += *next >= 0 ? *next : 0;
      into->count += *next >= 0 ? 1 : 0;
    }
  }
}

void pixel_sums::merge(const box<2>& pixels, const sum* from) {
  const index_t width = pixels_.upper[1] - pixels_.lower[1];
  for (index_t i = pixels.lower[0]; i < pixels.upper[0]; ++i) {
    sum* into = sums_.data() + (i - pixels_.lower[0]) * width - pixels_.lower[1];
    for (index_t j = pixels.lower[1]; j < pixels.upper[1]; ++j, ++from) {
      into[j].total += from->total;
      into[j].count += from->count;
    }
  }
}

ndarray<std::uint8_t, 2> pixel_sums::indices() const {
  ndarray<std::uint8_t, 2> result(pixels_.shape());
  std::uint8_t* next = result.data();
  for (const sum& s : sums_) {
    const std::int64_t whole = s.count * parts_per_place;
    *next++ =
        static_cast<std::uint8_t>(s.count == 0 ? colors_in_map : (s.total + whole / 2) / whole);
  }
  return result;
}

ndarray<std::uint8_t, 2> pixel_sums::gather(const communicator& comm) const {
  // A box of pixels, and their sums.
  std::string mine(reinterpret_cast<const char*>(&pixels_), sizeof pixels_);
  mine.append(reinterpret_cast<const char*>(sums_.data()), sums_.size() * sizeof(sum));
  const std::string all = tessera::gather_text(comm, mine, 0);
  if (comm.rank() != 0) return {};
  pixel_sums whole(shape_, per_pixel_, {{0, 0}, shape_});
  checked_vector<sum> sums;
  for (const char* next = all.data(); next != all.data() + all.size();) {
    box<2> pixels;
    std::memcpy(&pixels, next, sizeof pixels);
    next += sizeof pixels;
    sums.resize(pixels.empty() ? 0 : static_cast<std::size_t>(pixels.size()));
    const std::size_t bytes = sums.size() * sizeof(sum);
    if (bytes > 0) std::memcpy(sums.data(), next, bytes);
    next += bytes;
    whole.merge(pixels, sums.data());
  }
  return whole.indices();
}

} // namespace tessera::detail

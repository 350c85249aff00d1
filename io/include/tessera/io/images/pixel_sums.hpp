/// @file
/// Fields made smaller: the mean colour of squares of elements.
#pragma once

#include <tessera/core/expressions/elementwise.hpp>
#include <tessera/core/expressions/expression.hpp>
#include <tessera/core/memory/checked_vector.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/distribution/box.hpp>
#include <tessera/io/drawing/colormap.hpp>

namespace tessera::detail {

/// Maps a value to its place in a palette: colours first, then the one for NaN.
struct palette_index {
  double low = 0;
  double high = 0;
  double scale = 0.5;  // of values, whose whole differences may overflow
  double per_unit = 0; // places per unit of what is scaled

  /// @throws argument_error unless both are finite and low <= high.
  palette_index(double low_value, double high_value);

  /// 0 to the number of colours less one; NaN for NaN.
  [[nodiscard]] double place(double x) const {
    constexpr double most = colors_in_map - 1;
    return x <= low ? 0 : x >= high ? most : (scale * x - scale * low) * per_unit;
  }
  template <class T> std::uint8_t operator()(T value) const {
    const double found = place(static_cast<double>(value));
    return static_cast<std::uint8_t>(found != found ? colors_in_map : found + 0.5);
  }
};

/// Parts of a place in the palette that are told apart when means are taken. They are whole, so
/// that their sums are exact: the same for any order of elements and any number of ranks.
inline constexpr std::int32_t parts_per_place = 1 << 16;

/// The place of a value in these parts, rounded down, or -1 for NaN.
struct fine_place {
  const palette_index& range;
  template <class T> std::int32_t operator()(T value) const {
    const double found = range.place(static_cast<double>(value));
    return found != found ? -1 : static_cast<std::int32_t>(found * parts_per_place);
  }
};

/// Sums over squares of elements, for the pixels that a block of a field touches. Local, but for
/// `gather`.
class pixel_sums {
public:
  /// @param shape of the whole field. @param per_pixel elements along each side of a square.
  pixel_sums(const shape_t<2>& shape, index_t per_pixel, const box<2>& block);

  /// Adds contiguous rows of the block, from its row `first` on.
  void add(index_t first, const ndarray<std::int32_t, 2>& places);
  /// The mean of every pixel, as palette indices: of its numbers, or the one for NaN where it has
  /// none. The block must be the whole field.
  [[nodiscard]] ndarray<std::uint8_t, 2> indices() const;
  /// The same of all ranks' blocks, on rank 0; empty elsewhere. Collective.
  [[nodiscard]] ndarray<std::uint8_t, 2> gather(const communicator& comm) const;

private:
  struct sum {
    std::int64_t total = 0;
    std::int64_t count = 0;
  };
  void merge(const box<2>& pixels, const sum* from);

  shape_t<2> shape_;
  index_t per_pixel_;
  box<2> block_;
  box<2> pixels_; // that it touches
  checked_vector<sum> sums_;
};

/// Adds the elements of a block, few rows at a time.
template <class T>
void add_to(pixel_sums& sums, const view<const T, 2>& block, const palette_index& range) {
  constexpr index_t at_once = index_t{1} << 16U;
  const index_t columns = block.shape()[1];
  const index_t rows = columns > 0 && columns < at_once ? at_once / columns : 1;
  for (index_t i = 0; i < block.shape()[0]; i += rows) {
    const auto strip = block(slice(i, i + rows), all);
    sums.add(i, ndarray<std::int32_t, 2>(elementwise(fine_place{range}, strip)));
  }
}

} // namespace tessera::detail

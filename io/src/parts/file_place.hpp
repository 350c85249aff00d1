/// @file
/// Where in a dataset the elements of an array belong.
#pragma once

#include <tessera/io/parts/file_part.hpp>
#include <tessera/io/parts/file_subscript.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace tessera::detail {

/// Along one axis of a dataset: an index, or elements first, first + step, ... that are an axis of
/// the array.
struct file_place_axis {
  index_t first = 0;
  index_t count = 1;
  index_t step = 1; ///< may be negative
  int axis = -1;    ///< of the array; -1: an index
};

/// Which elements of a dataset an array is.
struct file_place {
  std::vector<index_t> dataset; ///< its shape
  std::vector<file_place_axis> axes;

  /// All of it.
  static file_place whole(const std::vector<index_t>& dataset);
  /// Its first element.
  static file_place first(const std::vector<index_t>& dataset);
  /// Index k along its first axis.
  static file_place frame(const std::vector<index_t>& dataset, index_t k);
  /// What subscripts select. @throws index_error naming the shape.
  static file_place select(const std::vector<index_t>& dataset,
                           std::initializer_list<file_subscript> subscripts,
                           const std::string& action);

  /// The shape of the array.
  [[nodiscard]] std::vector<index_t> shape() const;
  [[nodiscard]] index_t size() const;
  /// Do all axes run forward without gaps?
  [[nodiscard]] bool is_box() const;
  /// Do all axes run without gaps, forward or backward?
  [[nodiscard]] bool is_dense() const;
  /// A part of the array, as a part of the dataset.
  [[nodiscard]] file_part part(const file_part& of_array) const;
};

/// "[0:10:2, 3]"
std::string to_string(const file_place& place);

} // namespace tessera::detail

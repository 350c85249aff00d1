#include "vtkhdf/vtkhdf_grid.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tessera::detail {

namespace {

// That of the file, for attributes.
constexpr char root[] = "VTKHDF";

/// Of the axes of arrays, as VTK has them: x, y, z.
template <class T> std::vector<T> in_space(std::vector<T> values, T across) {
  std::reverse(values.begin(), values.end());
  if (values.size() == 2) values.push_back(across);
  return values;
}

template <class T> ndarray<T, 1> as_array(const std::vector<T>& values) {
  return ndarray<T, 1>(values.begin(), values.end());
}

template <class T> std::vector<T> as_list(const ndarray<T, 1>& values) {
  return {values.data(), values.data() + values.size()};
}

/// The way back, of a grid of so many axes.
template <class T> std::vector<T> of_axes(std::vector<T> values, std::size_t ndim) {
  values.resize(ndim);
  std::reverse(values.begin(), values.end());
  return values;
}

const char* kind_text(vtkhdf_data of) { return of == vtkhdf_data::cells ? "cells" : "points"; }

void check_axes(const std::vector<double>& values, std::size_t ndim, const std::string& field) {
  if (!values.empty() && values.size() != ndim)
    throw shape_error(fmt::format(
        "the grid of a VTKHDF file has an origin and spacing along {} axes; '{}' has {}",
        values.size(), field, ndim));
}

} // namespace

void vtkhdf_grid::check() const {
  for (const double h : spacing)
    if (!(h > 0) || !std::isfinite(h))
      throw argument_error(fmt::format(
          "the points of a VTKHDF grid are {} apart; that must be a number above zero", h));
  for (const double x : origin)
    if (!std::isfinite(x))
      throw argument_error(fmt::format("the origin of a VTKHDF grid is at {}", x));
  if (!origin.empty() && !spacing.empty() && origin.size() != spacing.size())
    throw argument_error(
        fmt::format("a VTKHDF grid has an origin of {} coordinates, and spacing along {} axes",
                    origin.size(), spacing.size()));
}

void vtkhdf_grid::place(const vtkhdf_field& of, const std::vector<index_t>& shape) {
  std::vector<index_t> needed = shape;
  if (of.of() == vtkhdf_data::cells)
    for (index_t& n : needed) ++n;
  const bool is_flat = std::any_of(needed.begin(), needed.end(), [](index_t n) { return n < 2; });
  if ((shape.size() != 2 && shape.size() != 3) || is_flat)
    throw shape_error(fmt::format("'{}' has shape {}, of {}; a VTKHDF grid has 2 or 3 axes and at "
                                  "least 2 points along each",
                                  of.name(), shape_text(shape), kind_text(of.of())));
  check_axes(origin, shape.size(), of.name());
  check_axes(spacing, shape.size(), of.name());
  if (points.empty()) {
    points = needed;
    field = of.name();
  }
  if (points != needed)
    throw shape_error(fmt::format(
        "'{}' has shape {}, of {}: that is a grid of {} points, but '{}' is on one of {}",
        of.name(), shape_text(shape), kind_text(of.of()), shape_text(needed), field,
        shape_text(points)));
}

void write_vtkhdf_grid(hdf5_file& file, const vtkhdf_grid& grid, index_t version) {
  const std::size_t ndim = grid.points.size();
  const std::vector<double> origin =
      grid.origin.empty() ? std::vector<double>(ndim, 0.0) : grid.origin;
  const std::vector<double> spacing =
      grid.spacing.empty() ? std::vector<double>(ndim, 1.0) : grid.spacing;
  std::vector<index_t> extent;
  for (const index_t n : in_space(grid.points, index_t{1})) {
    extent.push_back(0);
    extent.push_back(n - 1);
  }
  const double thickness = *std::min_element(spacing.begin(), spacing.end());
  file.set_attribute(root, "Version", ndarray<index_t, 1>{version, 0});
  file.set_attribute(root, "Type", ascii_text{"ImageData"});
  file.set_attribute(root, "WholeExtent", as_array(extent));
  file.set_attribute(root, "Origin", as_array(in_space(origin, 0.0)));
  file.set_attribute(root, "Spacing", as_array(in_space(spacing, thickness)));
  file.set_attribute(root, "Direction", ndarray<double, 1>{1, 0, 0, 0, 1, 0, 0, 0, 1});
}

vtkhdf_grid read_vtkhdf_grid(hdf5_file& file) {
  if (!file.has(root)) throw_format_error(file.path(), "it has no group 'VTKHDF'");
  const auto type = file.attribute<std::string>(root, "Type");
  if (type != "ImageData")
    throw_format_error(file.path(), fmt::format("its type in VTK is {}, not ImageData", type));
  const auto extent = as_list(file.attribute<ndarray<index_t, 1>>(root, "WholeExtent"));
  const auto origin = as_list(file.attribute<ndarray<double, 1>>(root, "Origin"));
  const auto spacing = as_list(file.attribute<ndarray<double, 1>>(root, "Spacing"));
  if (extent.size() != 6 || origin.size() != 3 || spacing.size() != 3)
    throw_format_error(file.path(), "its extent, origin or spacing is not one of 3 axes");
  const std::size_t ndim = extent[5] == extent[4] ? 2 : 3;
  std::vector<index_t> points;
  for (std::size_t d = 0; d < 3; ++d) points.push_back(extent[2 * d + 1] + 1);
  vtkhdf_grid grid{of_axes(origin, ndim), of_axes(spacing, ndim), of_axes(points, ndim),
                   "the file"};
  const bool is_whole = extent[0] == 0 && extent[2] == 0 && extent[4] == 0 &&
                        *std::min_element(grid.points.begin(), grid.points.end()) > 1;
  if (!is_whole) throw_format_error(file.path(), "its extent does not begin at 0, or has no cells");
  return grid;
}

} // namespace tessera::detail

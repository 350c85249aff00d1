/// @file
/// Discrete Fourier transforms of all lines along one axis, as compiled code sees them.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// What a line is before and after.
enum class line_kind {
  complex_to_complex,
  real_to_complex, ///< the result's first n / 2 + 1 numbers
  complex_to_real, ///< from the first n / 2 + 1 numbers; the others are their conjugates
};

/// Elements along the axis, and the steps to the next one along each axis, in elements.
struct strided_lines {
  index_t length;
  const index_t* strides;
};

/// The transforms of the lines of an array along one axis.
struct axis_transform {
  line_kind kind;
  bool is_inverse;    ///< e^(+2 pi i j k / n); from half a spectrum always so
  bool is_conjugated; ///< half spectra are conjugates: as of the transform in the other direction
  bool has_real;      ///< complex_to_complex of real elements
  index_t n;          ///< the length of the transform
  double scale;       ///< what results are multiplied by
  std::size_t ndim;
  std::size_t axis;
  const index_t* shape; ///< along the other axes
  strided_lines from;   ///< cropped, or zeros added, where it is longer or shorter than a line
  strided_lines to;
};

/// Makes what a length needs, most of the memory that transforms take beside arrays, and keeps it
/// for some time.
/// @throws std::bad_alloc
template <class T> void prepare_transform(line_kind kind, index_t n);

/// Runs it from one array to another, or in place if both are the same; T is a part of a complex
/// number. It computes each line by itself, by operations that depend on n alone.
/// @throws memory_error
template <class T> void run_transform(const axis_transform& what, const void* from, void* to);

} // namespace tessera::detail

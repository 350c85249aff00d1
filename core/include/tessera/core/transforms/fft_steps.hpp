/// @file
/// What transforms are asked for, and the one-dimensional ones that they consist of.
#pragma once

#include <tessera/core/transforms/axis_transform.hpp>
#include <tessera/core/views/axis.hpp>

namespace tessera {

/// Where the factor 1/n of a transform of n points goes: to the inverse one, half of it to both
/// (its square root), or to the forward one.
enum class fft_norm { backward, ortho, forward };

/// The length along an axis that it has already.
inline constexpr index_t as_it_is = -1;

/// How a transform along one axis is made.
struct fft_options {
  /// Points: the line is cut off there, or zeros are added. Of `irfft` and `hfft`, those of the
  /// result.
  index_t n = as_it_is;
  fft_norm norm = fft_norm::backward;
};

namespace detail {

template <std::size_t K> constexpr shape_t<K> sizes_as_they_are() {
  shape_t<K> result{};
  for (index_t& n : result) n = as_it_is;
  return result;
}

} // namespace detail

/// The same along K axes.
template <std::size_t K> struct fftn_options {
  shape_t<K> shape = detail::sizes_as_they_are<K>(); ///< points along each of them
  fft_norm norm = fft_norm::backward;
};

namespace detail {

enum class fft_kind { complex, from_real, to_real };

/// A transform as its function was called.
struct fft_request {
  const char* name;
  fft_kind kind;
  bool is_inverse;
  bool is_conjugated; ///< of half a spectrum: as if the direction were the other one
  fft_norm norm;
};

/// One axis of it.
struct fft_step {
  line_kind kind;
  bool is_inverse;
  bool is_conjugated;
  std::size_t axis;
  index_t n;
  index_t result; ///< the size of the axis after it
  double scale;
};

/// Fills one step for each axis, in the order in which they are taken: the last axis first, of
/// inverse transforms the first axis. So a transform over ranks can go back as it came.
/// @throws argument_error for axes that are not there or named twice, and for lengths below 1.
void plan_fft(const fft_request& request, const index_t* axes, const index_t* sizes,
              std::size_t count, const index_t* shape, std::size_t ndim, fft_step* steps);

/// One step between the elements of arrays, whose first ones are given.
template <class Part>
void run_fft_step(const fft_step& step, bool has_real, std::size_t ndim, const index_t* from_shape,
                  const index_t* from_strides, const void* from, const index_t* to_strides,
                  void* to);

/// @throws argument_error
void check_frequencies(const char* name, index_t n);

} // namespace detail

} // namespace tessera

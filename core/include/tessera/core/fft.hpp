/// @file
/// Discrete Fourier transforms, as in numpy.fft. Results are complex, so this header is not part of
/// <tessera/core.hpp>: `<complex>` costs half a second to compile.
///
/// Any length and any axes; arrays, views with any strides, and expressions. Of float and
/// complex<float> in single precision (as NumPy 2 and SciPy), of all other numbers in double. A
/// transform of n points takes of the order of n log n operations, also where n is prime, and its
/// relative error is some rounding errors times sqrt(log n). Each line is computed by itself, by
/// operations that its length alone decides: the bits depend neither on the other axes nor on
/// strides, processors and ranks (on the order of the axes they do).
///
/// What a length needs is computed once and kept for the next calls; any thread may call. Memory
/// beside the result: some lines.
#pragma once

#include <tessera/core/algebra/matrix_stack.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/reductions/reduce_options.hpp>
#include <tessera/core/shapes/repeat.hpp>
#include <tessera/core/transforms/fft_steps.hpp>

namespace tessera {

namespace detail {

/// The type of the parts of a spectrum.
template <class T>
using spectrum_part = std::conditional_t<std::is_same_v<real_of<T>, float>, float, double>;

template <class T>
inline constexpr bool has_spectrum = std::is_same_v<T, std::complex<float>> ||
                                     std::is_same_v<T, std::complex<double>> ||
                                     (std::is_arithmetic_v<T> && !std::is_same_v<T, long double>);

/// Numbers of which there are transforms.
template <class A>
concept fft_operand = local_operand<A> && has_spectrum<typename A::value_type>;
template <class A>
concept real_fft_operand = fft_operand<A> && !is_complex<typename A::value_type>;

/// The type in which elements are read.
template <class T>
using fft_element =
    std::conditional_t<is_complex<T>, std::complex<spectrum_part<T>>, spectrum_part<T>>;

template <class From, class To, std::size_t N>
void run_fft_step(const fft_step& step, const view<const From, N>& from, const view<To, N>& to) {
  run_fft_step<real_of<To>>(step, !is_complex<From>, N, from.shape().data(), from.strides().data(),
                            from.data(), to.strides().data(), to.data());
}

/// A new array of the result of one step.
template <class To, class From, std::size_t N>
ndarray<To, N> after_fft_step(const fft_step& step, const view<const From, N>& from) {
  shape_t<N> shape = from.shape();
  shape[step.axis] = step.result;
  ndarray<To, N> result(shape);
  run_fft_step(step, from, result.view());
  return result;
}

/// Runs steps between complex numbers, in place where the size stays.
template <class C, std::size_t N>
void continue_fft(ndarray<C, N>& a, const fft_step* step, const fft_step* end) {
  for (; step < end; ++step) {
    if (step->result == a.shape(step->axis))
      run_fft_step(*step, view<const C, N>(a.view()), a.view());
    else
      a = after_fft_step<C>(*step, view<const C, N>(a.view()));
  }
}

template <std::size_t K, local_operand A>
auto transformed(const fft_request& request, const A& a, const axis_list<K>& axes,
                 const shape_t<K>& sizes) {
  constexpr std::size_t N = A::ndim;
  static_assert(K >= 1 && K <= N, "a transform goes along some of the axes, each once");
  using Part = spectrum_part<typename A::value_type>;
  using C = std::complex<Part>;
  using From = fft_element<typename A::value_type>;
  const auto held = in_memory<From>(a);
  const view<const From, N> from = held;
  fft_step steps[K];
  plan_fft(request, axes.axes, sizes.data(), K, from.shape().data(), N, steps);
  auto result = after_fft_step<C>(steps[0], from);
  continue_fft(result, steps + 1, steps + K);
  return result;
}

/// To real numbers, by the last step.
template <std::size_t K, local_operand A>
auto transformed_to_real(const fft_request& request, const A& a, const axis_list<K>& axes,
                         const shape_t<K>& sizes) {
  constexpr std::size_t N = A::ndim;
  static_assert(K >= 1 && K <= N, "a transform goes along some of the axes, each once");
  using Part = spectrum_part<typename A::value_type>;
  using C = std::complex<Part>;
  const auto held = in_memory<C>(a);
  const view<const C, N> from = held;
  fft_step steps[K];
  plan_fft(request, axes.axes, sizes.data(), K, from.shape().data(), N, steps);
  if constexpr (K == 1) {
    return after_fft_step<Part>(steps[0], from);
  } else {
    auto spectrum = after_fft_step<C>(steps[0], from);
    continue_fft(spectrum, steps + 1, steps + K - 1);
    return after_fft_step<Part>(steps[K - 1], view<const C, N>(spectrum.view()));
  }
}

/// Complex numbers that can be replaced.
template <class A>
concept fft_target = local_operand<A> && std::remove_cvref_t<A>::is_assignable &&
    is_complex<typename std::remove_cvref_t<A>::value_type> && requires(A& a) {
  a.data();
  a.strides();
};

template <std::size_t K, class A>
void transform_in_place(const fft_request& request, A& a, const axis_list<K>& axes) {
  using C = typename A::value_type;
  constexpr std::size_t N = A::ndim;
  static_assert(K >= 1 && K <= N, "a transform goes along some of the axes, each once");
  const view<C, N> elements(a.data(), a.shape(), a.strides());
  fft_step steps[K];
  plan_fft(request, axes.axes, sizes_as_they_are<K>().data(), K, elements.shape().data(), N, steps);
  for (const fft_step& step : steps) run_fft_step(step, view<const C, N>(elements), elements);
}

} // namespace detail

// Transforms along one axis.
// Result k is the sum of a(j) e^(-2 pi i j k / n) over j = 0 ... n - 1, along the last axis unless
// one is named; `n` points, or as many as there are. New arrays.
//
//     ndarray spectrum = fft(a);
//     ndarray longer = fft(a, axis(0), {.n = 1000, .norm = fft_norm::ortho});
//
// @throws argument_error for an axis that is not there, and for a length below 1.

/// The transform of real or complex numbers.
template <detail::fft_operand A>
auto fft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed<1>({"fft", detail::fft_kind::complex, false, false, options.norm}, a,
                                along, {options.n});
}
template <detail::fft_operand A> auto fft(const A& a, const fft_options& options = {}) {
  return fft(a, axis(-1), options);
}
/// The inverse: `ifft(fft(a))` is `a` but for rounding, times e^(+2 pi i j k / n) / n.
template <detail::fft_operand A>
auto ifft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed<1>({"ifft", detail::fft_kind::complex, true, false, options.norm}, a,
                                along, {options.n});
}
template <detail::fft_operand A> auto ifft(const A& a, const fft_options& options = {}) {
  return ifft(a, axis(-1), options);
}
/// Of real numbers the results k = 0 ... n / 2, of which the others are the conjugates: half the
/// work where n is even.
template <detail::real_fft_operand A>
auto rfft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed<1>({"rfft", detail::fft_kind::from_real, false, false, options.norm},
                                a, along, {options.n});
}
template <detail::real_fft_operand A> auto rfft(const A& a, const fft_options& options = {}) {
  return rfft(a, axis(-1), options);
}
/// The inverse of rfft: n real numbers, 2 (m - 1) of m ones unless `n` says otherwise. Where n was
/// odd, it must. The imaginary parts of numbers 0 and, where n is even, n / 2 count for nothing.
template <detail::fft_operand A>
auto irfft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed_to_real<1>(
      {"irfft", detail::fft_kind::to_real, true, false, options.norm}, a, along, {options.n});
}
template <detail::fft_operand A> auto irfft(const A& a, const fft_options& options = {}) {
  return irfft(a, axis(-1), options);
}
/// The real transform of n numbers, of which element n - j is the conjugate of element j, and the
/// first n / 2 + 1 are given.
template <detail::fft_operand A>
auto hfft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed_to_real<1>(
      {"hfft", detail::fft_kind::to_real, false, true, options.norm}, a, along, {options.n});
}
template <detail::fft_operand A> auto hfft(const A& a, const fft_options& options = {}) {
  return hfft(a, axis(-1), options);
}
/// The inverse of hfft.
template <detail::real_fft_operand A>
auto ihfft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed<1>({"ihfft", detail::fft_kind::from_real, true, true, options.norm}, a,
                                along, {options.n});
}
template <detail::real_fft_operand A> auto ihfft(const A& a, const fft_options& options = {}) {
  return ihfft(a, axis(-1), options);
}

// Transforms along several axes.
// One after another along each of the axes: all of them, the last two (`fft2` and its like), or
// those that are named; `shape` are the points along each.
//
//     ndarray spectrum = fftn(a);
//     ndarray padded = fft2(a, {.shape = {256, 256}});
//     ndarray planes = fftn(a, axis(0, 2));
//
// @throws argument_error for axes that are not there or named twice, and for lengths below 1.

/// Of real or complex numbers.
template <detail::fft_operand A, std::size_t K>
auto fftn(const A& a, const axis_list<K>& axes, const fftn_options<K>& options = {}) {
  return detail::transformed<K>({"fftn", detail::fft_kind::complex, false, false, options.norm}, a,
                                axes, options.shape);
}
template <detail::fft_operand A> auto fftn(const A& a, const fftn_options<A::ndim>& options = {}) {
  return fftn(a, detail::all_axes<A::ndim>(), options);
}
/// The inverse of fftn.
template <detail::fft_operand A, std::size_t K>
auto ifftn(const A& a, const axis_list<K>& axes, const fftn_options<K>& options = {}) {
  return detail::transformed<K>({"ifftn", detail::fft_kind::complex, true, false, options.norm}, a,
                                axes, options.shape);
}
template <detail::fft_operand A> auto ifftn(const A& a, const fftn_options<A::ndim>& options = {}) {
  return ifftn(a, detail::all_axes<A::ndim>(), options);
}
/// Of real numbers: half of the spectrum along the last of the axes.
template <detail::real_fft_operand A, std::size_t K>
auto rfftn(const A& a, const axis_list<K>& axes, const fftn_options<K>& options = {}) {
  return detail::transformed<K>({"rfftn", detail::fft_kind::from_real, false, false, options.norm},
                                a, axes, options.shape);
}
template <detail::real_fft_operand A>
auto rfftn(const A& a, const fftn_options<A::ndim>& options = {}) {
  return rfftn(a, detail::all_axes<A::ndim>(), options);
}
/// The inverse of rfftn, as irfft along the last of the axes.
template <detail::fft_operand A, std::size_t K>
auto irfftn(const A& a, const axis_list<K>& axes, const fftn_options<K>& options = {}) {
  return detail::transformed_to_real<K>(
      {"irfftn", detail::fft_kind::to_real, true, false, options.norm}, a, axes, options.shape);
}
template <detail::fft_operand A>
auto irfftn(const A& a, const fftn_options<A::ndim>& options = {}) {
  return irfftn(a, detail::all_axes<A::ndim>(), options);
}

/// fftn along the last two axes.
template <detail::fft_operand A> auto fft2(const A& a, const fftn_options<2>& options = {}) {
  return fftn(a, axis(-2, -1), options);
}
/// ifftn along the last two axes.
template <detail::fft_operand A> auto ifft2(const A& a, const fftn_options<2>& options = {}) {
  return ifftn(a, axis(-2, -1), options);
}
/// rfftn along the last two axes.
template <detail::real_fft_operand A> auto rfft2(const A& a, const fftn_options<2>& options = {}) {
  return rfftn(a, axis(-2, -1), options);
}
/// irfftn along the last two axes.
template <detail::fft_operand A> auto irfft2(const A& a, const fftn_options<2>& options = {}) {
  return irfftn(a, axis(-2, -1), options);
}

// Transforms in place.
// Complex numbers are replaced by their transform, with the bits of the functions that give new
// arrays. Of arrays and views.
//
//     fft_in_place(a, axis(0));
//     ifftn_in_place(a(all, slice(0, 64)));
//
// @throws argument_error as those.

/// As fft, along the last axis unless one is named.
template <detail::fft_target A>
void fft_in_place(A&& a, const axis_list<1>& along = {{-1}}, fft_norm norm = fft_norm::backward) {
  detail::transform_in_place({"fft_in_place", detail::fft_kind::complex, false, false, norm}, a,
                             along);
}
/// As ifft.
template <detail::fft_target A>
void ifft_in_place(A&& a, const axis_list<1>& along = {{-1}}, fft_norm norm = fft_norm::backward) {
  detail::transform_in_place({"ifft_in_place", detail::fft_kind::complex, true, false, norm}, a,
                             along);
}
/// As fftn, along the axes named.
template <detail::fft_target A, std::size_t K>
void fftn_in_place(A&& a, const axis_list<K>& axes, fft_norm norm = fft_norm::backward) {
  detail::transform_in_place({"fftn_in_place", detail::fft_kind::complex, false, false, norm}, a,
                             axes);
}
/// The same along all axes.
template <detail::fft_target A> void fftn_in_place(A&& a, fft_norm norm = fft_norm::backward) {
  fftn_in_place(a, detail::all_axes<std::remove_cvref_t<A>::ndim>(), norm);
}
/// As ifftn, along the axes named.
template <detail::fft_target A, std::size_t K>
void ifftn_in_place(A&& a, const axis_list<K>& axes, fft_norm norm = fft_norm::backward) {
  detail::transform_in_place({"ifftn_in_place", detail::fft_kind::complex, true, false, norm}, a,
                             axes);
}
/// The same along all axes.
template <detail::fft_target A> void ifftn_in_place(A&& a, fft_norm norm = fft_norm::backward) {
  ifftn_in_place(a, detail::all_axes<std::remove_cvref_t<A>::ndim>(), norm);
}

// Frequencies.

/// The frequencies of the results of fft of n points that are `d` apart: 0, 1, ... over n d, and in
/// the second half those less than zero.
/// @throws argument_error for n < 1.
inline ndarray<double, 1> fftfreq(index_t n, double d = 1.0) {
  detail::check_frequencies("fftfreq", n);
  ndarray<double, 1> result(shape_t<1>{n});
  const double unit = 1.0 / (static_cast<double>(n) * d);
  for (index_t k = 0; k < n; ++k)
    result.data()[k] = static_cast<double>(k < (n + 1) / 2 ? k : k - n) * unit;
  return result;
}
/// The same of rfft: none is less than zero.
inline ndarray<double, 1> rfftfreq(index_t n, double d = 1.0) {
  detail::check_frequencies("rfftfreq", n);
  ndarray<double, 1> result(shape_t<1>{n / 2 + 1});
  const double unit = 1.0 / (static_cast<double>(n) * d);
  for (index_t k = 0; k <= n / 2; ++k) result.data()[k] = static_cast<double>(k) * unit;
  return result;
}

/// Moves the number of frequency zero to the middle of the axes: of all of them, or of those named.
/// @throws argument_error for an axis that is not there.
template <local_operand A, std::size_t K> auto fftshift(const A& a, const axis_list<K>& axes) {
  ndarray<typename A::value_type, A::ndim> result(a);
  for (const index_t along : axes.axes)
    result = roll(result, result.shape(detail::checked_axis(along, A::ndim)) / 2, axis(along));
  return result;
}
template <local_operand A> auto fftshift(const A& a) {
  return fftshift(a, detail::all_axes<A::ndim>());
}
/// The inverse of fftshift, which differs from it where a size is odd.
template <local_operand A, std::size_t K> auto ifftshift(const A& a, const axis_list<K>& axes) {
  ndarray<typename A::value_type, A::ndim> result(a);
  for (const index_t along : axes.axes)
    result = roll(result, -(result.shape(detail::checked_axis(along, A::ndim)) / 2), axis(along));
  return result;
}
template <local_operand A> auto ifftshift(const A& a) {
  return ifftshift(a, detail::all_axes<A::ndim>());
}

} // namespace tessera

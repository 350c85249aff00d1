/// @file
/// Discrete Fourier transforms of global arrays, as the functions of <tessera/core/fft.hpp>: with
/// their arguments, and the same bits on any number of ranks. Results are complex, so this header
/// is not part of <tessera/distributed.hpp>: `<complex>` costs half a second to compile. All are
/// collective.
#pragma once

#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/transforms/fft_plan.hpp>

namespace tessera {

namespace detail {

template <class A>
concept global_fft_operand = global_operand<A> && has_spectrum<typename A::value_type>;
template <class A>
concept real_global_fft_operand = global_fft_operand<A> && !is_complex<typename A::value_type>;

/// Elements in the type in which they are transformed: the array itself, or a copy.
template <class To, class T, std::size_t N>
decltype(auto) fft_elements(const global_array<T, N>& u) {
  if constexpr (std::is_same_v<T, To>) {
    return (u);
  } else {
    global_array<To, N> result(u.grid(), u.distribution());
    result = u;
    return result;
  }
}
template <class To, global_operand A> auto fft_elements(const A& a) {
  auto elements = copy(a);
  if constexpr (std::is_same_v<typename A::value_type, To>)
    return elements;
  else
    return fft_elements<To>(elements);
}

/// An array for a result of other sizes along some axes: where the elements are, as far as that can
/// be said.
template <class To, class T, std::size_t N>
global_array<To, N> fft_result(const global_array<T, N>& u, const shape_t<N>& shape) {
  auto axes = u.distribution().axes();
  for (std::size_t d = 0; d < N; ++d)
    if (shape[d] != axes[d].size()) axes[d] = axis_distribution(shape[d], axes[d].parts());
  return {u.grid(), distribution<N>(axes)};
}

template <class From, class To, std::size_t K, class A>
auto transformed_between(const fft_request& request, const A& a, const axis_list<K>& axes,
                         const shape_t<K>& sizes) {
  constexpr std::size_t N = A::ndim;
  static_assert(K >= 1 && K <= N, "a transform goes along some of the axes, each once");
  const auto& u = fft_elements<From>(a);
  shape_t<N> shape = u.shape();
  fft_step steps[K];
  plan_fft(request, axes.axes, sizes.data(), K, shape.data(), N, steps);
  for (const fft_step& step : steps) shape[step.axis] = step.result;
  auto result = fft_result<To>(u, shape);
  const fft_plan<From, To, N> plan(u, result, steps, K);
  plan.run(u, result);
  return result;
}

/// Of complex numbers, as which real ones are taken.
template <std::size_t K, class A>
auto transformed_over_ranks(const fft_request& request, const A& a, const axis_list<K>& axes,
                            const shape_t<K>& sizes) {
  using C = std::complex<spectrum_part<typename A::value_type>>;
  return transformed_between<C, C>(request, a, axes, sizes);
}
template <std::size_t K, class A>
auto transformed_from_real_over_ranks(const fft_request& request, const A& a,
                                      const axis_list<K>& axes, const shape_t<K>& sizes) {
  using Part = spectrum_part<typename A::value_type>;
  return transformed_between<Part, std::complex<Part>>(request, a, axes, sizes);
}
template <std::size_t K, class A>
auto transformed_to_real_over_ranks(const fft_request& request, const A& a,
                                    const axis_list<K>& axes, const shape_t<K>& sizes) {
  using Part = spectrum_part<typename A::value_type>;
  return transformed_between<std::complex<Part>, Part>(request, a, axes, sizes);
}

template <class C, std::size_t N, std::size_t K>
requires is_complex<C>
void transform_in_place_over_ranks(const fft_request& request, global_array<C, N>& u,
                                   const axis_list<K>& axes) {
  fft_step steps[K];
  const shape_t<N> shape = u.shape();
  plan_fft(request, axes.axes, sizes_as_they_are<K>().data(), K, shape.data(), N, steps);
  const fft_plan<C, C, N> plan(u, u, steps, K);
  plan.run(u, u);
}

} // namespace detail

/// @name Transforms over ranks along one axis
/// As the local functions. New arrays, distributed as their argument, in equal blocks along axes
/// whose size changes. All are collective. Where the axis is divided, elements travel to whole
/// lines and back, one message between two ranks each time; see fft_plan, which spares the way back
/// and keeps its memory.
///
///     auto spectrum = fft(u, axis(0));
///
/// @throws argument_error for an axis that is not there, and for a length below 1; memory_error; on
/// all ranks.
/// @{

/// The transform of real or complex numbers.
template <detail::global_fft_operand A>
auto fft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed_over_ranks<1>(
      {"fft", detail::fft_kind::complex, false, false, options.norm}, a, along, {options.n});
}
template <detail::global_fft_operand A> auto fft(const A& a, const fft_options& options = {}) {
  return fft(a, axis(-1), options);
}
/// The inverse: `ifft(fft(a))` is `a` but for rounding, times e^(+2 pi i j k / n) / n.
template <detail::global_fft_operand A>
auto ifft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed_over_ranks<1>(
      {"ifft", detail::fft_kind::complex, true, false, options.norm}, a, along, {options.n});
}
template <detail::global_fft_operand A> auto ifft(const A& a, const fft_options& options = {}) {
  return ifft(a, axis(-1), options);
}
/// Of real numbers the results k = 0 ... n / 2, of which the others are the conjugates: half the
/// work where n is even.
template <detail::real_global_fft_operand A>
auto rfft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed_from_real_over_ranks<1>(
      {"rfft", detail::fft_kind::from_real, false, false, options.norm}, a, along, {options.n});
}
template <detail::real_global_fft_operand A>
auto rfft(const A& a, const fft_options& options = {}) {
  return rfft(a, axis(-1), options);
}
/// The inverse of rfft: n real numbers, 2 (m - 1) of m ones unless `n` says otherwise. Where n was
/// odd, it must. The imaginary parts of numbers 0 and, where n is even, n / 2 count for nothing.
template <detail::global_fft_operand A>
auto irfft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed_to_real_over_ranks<1>(
      {"irfft", detail::fft_kind::to_real, true, false, options.norm}, a, along, {options.n});
}
template <detail::global_fft_operand A> auto irfft(const A& a, const fft_options& options = {}) {
  return irfft(a, axis(-1), options);
}
/// The real transform of n numbers, of which element n - j is the conjugate of element j, and the
/// first n / 2 + 1 are given.
template <detail::global_fft_operand A>
auto hfft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed_to_real_over_ranks<1>(
      {"hfft", detail::fft_kind::to_real, false, true, options.norm}, a, along, {options.n});
}
template <detail::global_fft_operand A> auto hfft(const A& a, const fft_options& options = {}) {
  return hfft(a, axis(-1), options);
}
/// The inverse of hfft.
template <detail::real_global_fft_operand A>
auto ihfft(const A& a, const axis_list<1>& along, const fft_options& options = {}) {
  return detail::transformed_from_real_over_ranks<1>(
      {"ihfft", detail::fft_kind::from_real, true, true, options.norm}, a, along, {options.n});
}
template <detail::real_global_fft_operand A>
auto ihfft(const A& a, const fft_options& options = {}) {
  return ihfft(a, axis(-1), options);
}
/// @}

/// @name Transforms over ranks along several axes
/// As the local functions; see fft_plan for what travels. All are collective.
///
///     auto spectrum = fftn(u);
///     auto planes = rfft2(u, {.shape = {256, 256}});
///
/// @throws argument_error for axes that are not there or named twice, and for lengths below 1;
/// memory_error; on all ranks.
/// @{

/// Of real or complex numbers.
template <detail::global_fft_operand A, std::size_t K>
auto fftn(const A& a, const axis_list<K>& axes, const fftn_options<K>& options = {}) {
  return detail::transformed_over_ranks<K>(
      {"fftn", detail::fft_kind::complex, false, false, options.norm}, a, axes, options.shape);
}
template <detail::global_fft_operand A>
auto fftn(const A& a, const fftn_options<A::ndim>& options = {}) {
  return fftn(a, detail::all_axes<A::ndim>(), options);
}
/// The inverse of fftn.
template <detail::global_fft_operand A, std::size_t K>
auto ifftn(const A& a, const axis_list<K>& axes, const fftn_options<K>& options = {}) {
  return detail::transformed_over_ranks<K>(
      {"ifftn", detail::fft_kind::complex, true, false, options.norm}, a, axes, options.shape);
}
template <detail::global_fft_operand A>
auto ifftn(const A& a, const fftn_options<A::ndim>& options = {}) {
  return ifftn(a, detail::all_axes<A::ndim>(), options);
}
/// Of real numbers: half of the spectrum along the last of the axes.
template <detail::real_global_fft_operand A, std::size_t K>
auto rfftn(const A& a, const axis_list<K>& axes, const fftn_options<K>& options = {}) {
  return detail::transformed_from_real_over_ranks<K>(
      {"rfftn", detail::fft_kind::from_real, false, false, options.norm}, a, axes, options.shape);
}
template <detail::real_global_fft_operand A>
auto rfftn(const A& a, const fftn_options<A::ndim>& options = {}) {
  return rfftn(a, detail::all_axes<A::ndim>(), options);
}
/// The inverse of rfftn, as irfft along the last of the axes.
template <detail::global_fft_operand A, std::size_t K>
auto irfftn(const A& a, const axis_list<K>& axes, const fftn_options<K>& options = {}) {
  return detail::transformed_to_real_over_ranks<K>(
      {"irfftn", detail::fft_kind::to_real, true, false, options.norm}, a, axes, options.shape);
}
template <detail::global_fft_operand A>
auto irfftn(const A& a, const fftn_options<A::ndim>& options = {}) {
  return irfftn(a, detail::all_axes<A::ndim>(), options);
}

/// fftn along the last two axes.
template <detail::global_fft_operand A> auto fft2(const A& a, const fftn_options<2>& options = {}) {
  return fftn(a, axis(-2, -1), options);
}
/// ifftn along the last two axes.
template <detail::global_fft_operand A>
auto ifft2(const A& a, const fftn_options<2>& options = {}) {
  return ifftn(a, axis(-2, -1), options);
}
/// rfftn along the last two axes.
template <detail::real_global_fft_operand A>
auto rfft2(const A& a, const fftn_options<2>& options = {}) {
  return rfftn(a, axis(-2, -1), options);
}
/// irfftn along the last two axes.
template <detail::global_fft_operand A>
auto irfft2(const A& a, const fftn_options<2>& options = {}) {
  return irfftn(a, axis(-2, -1), options);
}
/// @}

/// @name Transforms over ranks in place
/// The elements of an array of complex numbers are replaced by their transform. All are collective.
/// @throws argument_error, memory_error as those that give new arrays, on all ranks.
/// @{

/// As fft, along the last axis unless one is named.
template <class C, std::size_t N>
void fft_in_place(global_array<C, N>& u, const axis_list<1>& along = {{-1}},
                  fft_norm norm = fft_norm::backward) {
  detail::transform_in_place_over_ranks(
      {"fft_in_place", detail::fft_kind::complex, false, false, norm}, u, along);
}
/// As ifft.
template <class C, std::size_t N>
void ifft_in_place(global_array<C, N>& u, const axis_list<1>& along = {{-1}},
                   fft_norm norm = fft_norm::backward) {
  detail::transform_in_place_over_ranks(
      {"ifft_in_place", detail::fft_kind::complex, true, false, norm}, u, along);
}
/// As fftn, along the axes named.
template <class C, std::size_t N, std::size_t K>
void fftn_in_place(global_array<C, N>& u, const axis_list<K>& axes,
                   fft_norm norm = fft_norm::backward) {
  detail::transform_in_place_over_ranks(
      {"fftn_in_place", detail::fft_kind::complex, false, false, norm}, u, axes);
}
/// The same along all axes.
template <class C, std::size_t N>
void fftn_in_place(global_array<C, N>& u, fft_norm norm = fft_norm::backward) {
  fftn_in_place(u, detail::all_axes<N>(), norm);
}
/// As ifftn, along the axes named.
template <class C, std::size_t N, std::size_t K>
void ifftn_in_place(global_array<C, N>& u, const axis_list<K>& axes,
                    fft_norm norm = fft_norm::backward) {
  detail::transform_in_place_over_ranks(
      {"ifftn_in_place", detail::fft_kind::complex, true, false, norm}, u, axes);
}
/// The same along all axes.
template <class C, std::size_t N>
void ifftn_in_place(global_array<C, N>& u, fft_norm norm = fft_norm::backward) {
  ifftn_in_place(u, detail::all_axes<N>(), norm);
}
/// @}

/// @name Frequencies over ranks
/// As the local functions: new arrays in equal blocks. All are collective.
/// @throws argument_error for an axis that is not there, on all ranks.
/// @{

/// Moves the number of frequency zero to the middle of the axes: of all of them, or of those named.
template <global_operand A, std::size_t K> auto fftshift(const A& a, const axis_list<K>& axes) {
  index_t shifts[K];
  for (std::size_t k = 0; k < K; ++k)
    shifts[k] = a.shape()[detail::checked_axis(axes.axes[k], A::ndim)] / 2;
  return roll(a, shifts, axes);
}
template <global_operand A> auto fftshift(const A& a) {
  return fftshift(a, detail::all_axes<A::ndim>());
}
/// The inverse of fftshift, which differs from it where a size is odd.
template <global_operand A, std::size_t K> auto ifftshift(const A& a, const axis_list<K>& axes) {
  index_t shifts[K];
  for (std::size_t k = 0; k < K; ++k)
    shifts[k] = -(a.shape()[detail::checked_axis(axes.axes[k], A::ndim)] / 2);
  return roll(a, shifts, axes);
}
template <global_operand A> auto ifftshift(const A& a) {
  return ifftshift(a, detail::all_axes<A::ndim>());
}
/// @}

} // namespace tessera

// Powers of eight doubles or sixteen floats: exp(y log x), the logarithm in two parts.
#pragma once

#include "vectors/avx512_exponential.hpp"
#include "vectors/avx512_logarithm.hpp"

namespace {

struct two_parts {
  __m512d high;
  __m512d low;
};

/// a + b where a is zero or not smaller: exactly.
[[gnu::always_inline]] inline two_parts sum_of(__m512d a, __m512d b) {
  const __m512d sum = a + b;
  return {sum, (a - sum) + b};
}

/// log x of normal numbers x > 0, with 70 bits: what one table leaves of the mantissa is looked up
/// in a second one, and the rest is smaller than 1/240.
[[gnu::always_inline]] inline two_parts log_in_two_parts(__m512d x) {
  const split_number s = split(x);
  const __m512d coarse = chosen(reciprocals, s.place);
  const __m512d anchored = _mm512_fmsub_pd(s.m, coarse, all(1.0)) + all(0x1.8p45); // in 128ths
  const __m512i place = _mm512_castpd_si512(anchored);
  const __m512d reciprocal = coarse * chosen(fine_reciprocals, place); // exact
  const __m512d near_one = s.m * reciprocal;
  const __m512d lost = _mm512_fmsub_pd(s.m, reciprocal, near_one);
  const __m512d r = near_one - all(1.0);
  // Multiples of 2^-42: exact.
  const __m512d whole = _mm512_fmadd_pd(s.k, all(ln2_42), chosen(logarithms_high, s.place)) +
                        chosen(fine_logarithms_high, place);
  const __m512d whole_low =
      _mm512_fmadd_pd(s.k, all(ln2_after_42), chosen(logarithms_low, s.place)) +
      chosen(fine_logarithms_low, place);
  const __m512d half = r * all(-0.5);
  const __m512d square = r * half;
  const __m512d square_low = _mm512_fmsub_pd(r, half, square);
  const two_parts first = sum_of(whole, r);
  const two_parts second = sum_of(first.high, square);
  const __m512d r2 = r * r;
  const __m512d c01 = _mm512_fmadd_pd(all(-0.25), r, all(0x1.5555555555556p-2));
  const __m512d c23 = _mm512_fmadd_pd(all(-0x1.55555554d8a28p-3), r, all(0x1.999999990f0bdp-3));
  const __m512d c45 = _mm512_fmadd_pd(all(-0x1.00013f9d9a606p-3), r, all(0x1.2493ac457067fp-3));
  const __m512d c05 = _mm512_fmadd_pd(_mm512_fmadd_pd(c45, r2, c23), r2, c01);
  // lost / (1 + r)
  const __m512d of_lost = _mm512_fmadd_pd(lost, _mm512_fmsub_pd(r, r, r), lost);
  const __m512d low = (first.low + second.low) + (square_low + (whole_low + of_lost));
  return sum_of(second.high, _mm512_fmadd_pd(c05, r2 * r, low));
}

/// exp(x), to half a unit of the last place and little more; |x| is at most 708.
[[gnu::always_inline]] inline __m512d exp_of(const two_parts& x) {
  const sixteenths s = sixteenths_of(_mm512_fmadd_pd(x.high, all(per_ln2), all(0x1.8p48)));
  const __m512d rest =
      _mm512_fnmadd_pd(s.n, all(ln2_36), x.high) + _mm512_fnmadd_pd(s.n, all(ln2_after_36), x.low);
  const __m512d power = chosen(powers_of_two_high, s.places);
  const __m512d lacks = chosen(powers_of_two_low, s.places);
  return _mm512_scalef_pd(power + _mm512_fmadd_pd(power, small_expm1(rest), lacks), s.n);
}

/// The general one does what is special: bases that are not positive and normal, and results near
/// the ends of the range of double.
using power_function = __m512d (*)(__m512d, __m512d);
[[gnu::always_inline]] inline __m512d own_pow(__m512d x, __m512d y, power_function general) {
  const two_parts logarithm = log_in_two_parts(x);
  const __m512d high = y * logarithm.high;
  const __m512d low = _mm512_fmadd_pd(y, logarithm.low, _mm512_fmsub_pd(y, logarithm.high, high));
  const __mmask8 usual = _mm512_cmp_pd_mask(x, all(0x1p-1022), _CMP_GE_OQ) &
                         _mm512_cmp_pd_mask(_mm512_abs_pd(high), all(708.0), _CMP_LE_OQ) &
                         _mm512_cmp_pd_mask(x, all(__builtin_inf()), _CMP_LT_OQ);
  const __m512d result = exp_of({high, low});
  if (usual == 0xff) [[likely]]
    return result;
  return _mm512_mask_mov_pd(general(x, y), usual, result);
}

/// log x of positive numbers, to 2.5e-12: as `own_log`, with less of everything.
[[gnu::always_inline]] inline __m512d log_for_float(__m512d x) {
  const split_number s = split(x);
  const __m512d r = _mm512_fmsub_pd(s.m, chosen(reciprocals, s.place), all(1.0));
  const __m512d whole = _mm512_fmadd_pd(s.k, all(ln2_42), chosen(logarithms_high, s.place));
  const __m512d r2 = r * r;
  const __m512d c01 = _mm512_fmadd_pd(all(0x1.555555057690ep-2), r, all(-0x1.ffffffffb415cp-2));
  const __m512d c23 = _mm512_fmadd_pd(all(0x1.99a18240b45d2p-3), r, all(-0x1.0000092794bd6p-2));
  const __m512d c45 = _mm512_fmadd_pd(all(0x1.0e5e27b615f25p-3), r, all(-0x1.554634ab195e2p-3));
  const __m512d c05 = _mm512_fmadd_pd(_mm512_fmadd_pd(c45, r2, c23), r2, c01);
  return whole + _mm512_fmadd_pd(c05, r2, r);
}

/// exp x, to 1e-11: as `own_exp`.
[[gnu::always_inline]] inline __m512d exp_for_float(__m512d argument) {
  const __m512d x = bounded(argument, -1000.0, 1000.0);
  const sixteenths s = sixteenths_of(_mm512_fmadd_pd(x, all(per_ln2), all(0x1.8p48)));
  const __m512d r = _mm512_fnmadd_pd(s.n, all(0x1.62e42fefa39efp-1), x);
  const __m512d power = chosen(powers_of_two_high, s.places);
  const __m512d c12 = _mm512_fmadd_pd(all(0x1.55565c405e5ebp-5), r, all(0x1.5556dfb619224p-3));
  const __m512d rest = _mm512_fmadd_pd(_mm512_fmadd_pd(c12, r, all(0.5)), r * r, r);
  return _mm512_scalef_pd(_mm512_fmadd_pd(power, rest, power), s.n);
}

/// In double, half of the vector at a time.
[[gnu::always_inline]] inline __m256 own_powf_of_half(__m512d x, __m512d y) {
  return _mm512_cvtpd_ps(exp_for_float(y * log_for_float(x)));
}

using powerf_function = __m512 (*)(__m512, __m512);
[[gnu::always_inline]] inline __m512 own_powf(__m512 x, __m512 y, powerf_function general) {
  const auto half = [](__m512 v, int k) __attribute__((always_inline)) {
    const __m512d pairs = _mm512_castps_pd(v);
    return _mm512_cvtps_pd(_mm256_castpd_ps(k == 0 ? _mm512_extractf64x4_pd(pairs, 0)
                                                   : _mm512_extractf64x4_pd(pairs, 1)));
  };
  const __m256 low = own_powf_of_half(half(x, 0), half(y, 0));
  const __m256 high = own_powf_of_half(half(x, 1), half(y, 1));
  const __m512 result = _mm512_castpd_ps(
      _mm512_insertf64x4(_mm512_castps_pd(_mm512_castps256_ps512(low)), _mm256_castps_pd(high), 1));
  const __mmask16 usual = _mm512_cmp_ps_mask(x, all(0.0F), _CMP_GT_OQ) &
                          _mm512_cmp_ps_mask(x, all(__builtin_inff()), _CMP_LT_OQ) &
                          _mm512_cmp_ps_mask(_mm512_abs_ps(y), all(0x1p60F), _CMP_LE_OQ);
  if (usual == 0xffff) [[likely]]
    return result;
  return _mm512_mask_mov_ps(general(x, y), usual, result);
}

} // namespace

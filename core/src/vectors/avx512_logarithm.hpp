// Logarithms of eight doubles.
#pragma once

#include "vectors/avx512_tables.hpp"

namespace {

/// x = 2^k m, where m lies in [0.75, 1.5), and its place in the tables.
struct split_number {
  __m512d k;
  __m512d m;
  __m512i place;
};
[[gnu::always_inline]] inline split_number split(__m512d x) {
  const __m512d m = _mm512_getmant_pd(x, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
  return {_mm512_getexp_pd(x) - _mm512_getexp_pd(m), m,
          _mm512_srli_epi64(_mm512_castpd_si512(m), 48)};
}

/// log(1 + r) - r of r in [-1/32, 1/16], to 2.2e-17 r.
[[gnu::always_inline]] inline __m512d small_log1p_after_r(__m512d r) {
  const __m512d r2 = r * r;
  const __m512d r4 = r2 * r2;
  const __m512d c01 = _mm512_fmadd_pd(all(0x1.5555555555a3ap-2), r, all(-0.5));
  const __m512d c23 = _mm512_fmadd_pd(all(0x1.999999898ca88p-3), r, all(-0x1.000000000419p-2));
  const __m512d c45 = _mm512_fmadd_pd(all(0x1.2492b09e0fc2dp-3), r, all(-0x1.55555443d9487p-3));
  const __m512d c67 = _mm512_fmadd_pd(all(0x1.c5ea4752e2c4ep-4), r, all(-0x1.0009a59a92b8ep-3));
  const __m512d c678 = _mm512_fmadd_pd(all(-0x1.6a3df3a2d0318p-4), r2, c67);
  const __m512d c03 = _mm512_fmadd_pd(c23, r2, c01);
  const __m512d c48 = _mm512_fmadd_pd(c678, r2, c45);
  return _mm512_fmadd_pd(c48, r4, c03) * r2;
}

/// Zero gives minus infinity, negative numbers NaN: so do their exponent and mantissa.
[[gnu::always_inline]] inline __m512d own_log(__m512d x) {
  const split_number s = split(x);
  const __m512d r = _mm512_fmsub_pd(s.m, chosen(reciprocals, s.place), all(1.0));
  const __m512d high = _mm512_fmadd_pd(s.k, all(ln2_42), chosen(logarithms_high, s.place));
  const __m512d low = _mm512_fmadd_pd(s.k, all(ln2_after_42), chosen(logarithms_low, s.place));
  return high + (r + (small_log1p_after_r(r) + low));
}

} // namespace

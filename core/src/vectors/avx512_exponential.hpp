// Exponentials of eight doubles or sixteen floats. They come out alike on every processor: each
// operation rounds as IEEE 754 says.
#pragma once

#include "vectors/avx512_tables.hpp"

namespace {

/// x = n ln 2 + rest, where n is a multiple of 1/16 and the rest at most ln 2 / 32.
struct sixteenths {
  __m512d n;
  __m512i places; // of the fraction of n in a table
};
/// The nearest multiple of 1/16: that of this anchor's last place.
[[gnu::always_inline]] inline sixteenths sixteenths_of(__m512d anchored) {
  return {anchored - all(0x1.8p48), _mm512_castpd_si512(anchored)};
}

/// exp(r) - 1 of |r| <= ln 2 / 32, to 2.8e-17.
[[gnu::always_inline]] inline __m512d small_expm1(__m512d r) {
  const __m512d r2 = r * r;
  const __m512d low = _mm512_fmadd_pd(all(0x1.55555554dcc9bp-3), r, all(0.5));
  __m512d high = _mm512_fmadd_pd(all(0x1.11120b77051e7p-7), r, all(0x1.55555555190f9p-5));
  high = _mm512_fmadd_pd(all(0x1.6c17bbd1f560ap-10), r2, high);
  return _mm512_fmadd_pd(_mm512_fmadd_pd(high, r2, low), r2, r);
}

/// The same of r in [0, ln 2 / 16], to 3.6e-18 r.
[[gnu::always_inline]] inline __m512d positive_expm1(__m512d r) {
  const __m512d r2 = r * r;
  const __m512d low = _mm512_fmadd_pd(all(0x1.555555555686dp-3), r, all(0.5));
  const __m512d middle = _mm512_fmadd_pd(all(0x1.111118c508905p-7), r, all(0x1.5555555051b32p-5));
  __m512d high = _mm512_fmadd_pd(all(0x1.a6ee01f241444p-13), r, all(0x1.6c0c10910760fp-10));
  high = _mm512_fmadd_pd(high, r2, middle);
  return _mm512_fmadd_pd(_mm512_fmadd_pd(high, r2, low), r2, r);
}

/// Between both bounds; NaN stays.
[[gnu::always_inline]] inline __m512d bounded(__m512d x, double low, double high) {
  return _mm512_max_pd(all(low), _mm512_min_pd(all(high), x));
}

[[gnu::always_inline]] inline __m512d own_exp(__m512d argument) {
  const __m512d x = bounded(argument, -1000.0, 1000.0);
  const sixteenths s = sixteenths_of(_mm512_fmadd_pd(x, all(per_ln2), all(0x1.8p48)));
  const __m512d rest =
      _mm512_fnmadd_pd(s.n, all(ln2_after_36), _mm512_fnmadd_pd(s.n, all(ln2_36), x));
  const __m512d power = chosen(powers_of_two_high, s.places);
  return _mm512_scalef_pd(_mm512_fmadd_pd(power, small_expm1(rest), power), s.n);
}

[[gnu::always_inline]] inline __m512d own_exp2(__m512d argument) {
  const __m512d x = bounded(argument, -2000.0, 2000.0);
  const sixteenths s = sixteenths_of(x + all(0x1.8p48));
  const __m512d power = chosen(powers_of_two_high, s.places);
  const __m512d rest = (x - s.n) * all(0x1.62e42fefa39efp-1);
  return _mm512_scalef_pd(_mm512_fmadd_pd(power, small_expm1(rest), power), s.n);
}

/// By exp(2|x|) - 1, all parts of which are positive: n is rounded down.
[[gnu::always_inline]] inline __m512d own_tanh(__m512d x) {
  const __m512d magnitude = _mm512_min_pd(all(20.0), _mm512_abs_pd(x));
  const __m512d twice = magnitude + magnitude;
  const sixteenths s = sixteenths_of(_mm512_fmadd_round_pd(
      twice, all(per_ln2), all(0x1.8p48), _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC));
  const __m512d rest =
      _mm512_fnmadd_pd(s.n, all(ln2_after_36), _mm512_fnmadd_pd(s.n, all(ln2_36), twice));
  const __m512d power = _mm512_scalef_pd(chosen(powers_of_two_high, s.places), s.n);
  const __m512d lacks = _mm512_scalef_pd(chosen(powers_of_two_low, s.places), s.n);
  const __m512d whole = power - all(1.0);
  const __m512d part = _mm512_fmadd_pd(power, positive_expm1(rest), lacks);
  const __m512d grown = whole + part;
  const __m512d divisor = grown + all(2.0);
  const __m512d quotient = grown / divisor;
  // What rounding has taken from both, to first order; 1 / divisor is near half of what the
  // quotient lacks to one.
  const __m512d grown_low = (whole - grown) + part;
  const __m512d divisor_low =
      (_mm512_max_pd(grown, all(2.0)) - divisor) + _mm512_min_pd(grown, all(2.0));
  const __m512d to_one = all(1.0) - quotient;
  const __m512d taken = _mm512_fnmadd_pd(quotient, divisor_low, grown_low * to_one);
  const __m512d result = _mm512_fmadd_pd(taken, to_one * all(0.5), quotient);
  const __m512i sign = _mm512_castpd_si512(all(-0.0));
  return _mm512_castsi512_pd(
      _mm512_ternarylogic_epi64(sign, _mm512_castpd_si512(x), _mm512_castpd_si512(result), 0xca));
}

/// exp(r) - 1 of |r| <= ln 2 / 2, to 7.8e-9.
[[gnu::always_inline]] inline __m512 small_expm1f(__m512 r) {
  const __m512 r2 = r * r;
  const __m512 low = _mm512_fmadd_ps(all(0x1.5554ep-3F), r, all(0.5F));
  __m512 high = _mm512_fmadd_ps(all(0x1.120bep-7F), r, all(0x1.555518p-5F));
  high = _mm512_fmadd_ps(all(0x1.6d117cp-10F), r2, high);
  return _mm512_fmadd_ps(_mm512_fmadd_ps(high, r2, low), r2, r);
}

[[gnu::always_inline]] inline __m512 bounded(__m512 x, float low, float high) {
  return _mm512_max_ps(all(low), _mm512_min_ps(all(high), x));
}

[[gnu::always_inline]] inline __m512 own_expf(__m512 argument) {
  const __m512 x = bounded(argument, -200.0F, 200.0F);
  const __m512 n = _mm512_fmadd_ps(x, all(0x1.715476p0F), all(0x1.8p23F)) - all(0x1.8p23F);
  const __m512 rest =
      _mm512_fnmadd_ps(n, all(0x1.7f7d1cp-20F), _mm512_fnmadd_ps(n, all(0x1.62e4p-1F), x));
  return _mm512_scalef_ps(small_expm1f(rest) + all(1.0F), n);
}

[[gnu::always_inline]] inline __m512 own_exp2f(__m512 argument) {
  const __m512 x = bounded(argument, -300.0F, 300.0F);
  const __m512 n = (x + all(0x1.8p23F)) - all(0x1.8p23F);
  const __m512 rest = (x - n) * all(0x1.62e43p-1F);
  return _mm512_scalef_ps(small_expm1f(rest) + all(1.0F), n);
}

} // namespace

// Sines and cosines of eight doubles.
#pragma once

#include "vectors/avx512_tables.hpp"

namespace {

/// x - n pi, |x| being at most `largest_reduced`: the first difference is exact, and pi in three
/// parts has so many bits that what is left is right where x is next to a multiple.
[[gnu::always_inline]] inline __m512d without_multiples_of_pi(__m512d x, __m512d n) {
  const __m512d first = _mm512_fnmadd_pd(n, all(0x1.921fb54442d18p+1), x);
  const __m512d second = _mm512_fnmadd_pd(n, all(0x1.1a62633145c07p-53), first);
  return _mm512_fnmadd_pd(n, all(-0x1.f1976b7ed8fbcp-109), second);
}
constexpr double largest_reduced = 0x1p20;

/// sin r of |r| <= pi/2, to 1.3e-18.
[[gnu::always_inline]] inline __m512d small_sin(__m512d r) {
  const __m512d s = r * r;
  const __m512d s2 = s * s;
  const __m512d s4 = s2 * s2;
  const __m512d c01 = _mm512_fmadd_pd(all(0x1.1111111111107p-7), s, all(-0x1.5555555555555p-3));
  const __m512d c23 = _mm512_fmadd_pd(all(0x1.71de3a54564dfp-19), s, all(-0x1.a01a01a018aaap-13));
  const __m512d c45 = _mm512_fmadd_pd(all(0x1.612401540ed0fp-33), s, all(-0x1.ae6455a1c0795p-26));
  const __m512d c67 = _mm512_fmadd_pd(all(0x1.89a43bea5b135p-49), s, all(-0x1.ae51366b753a9p-41));
  const __m512d c03 = _mm512_fmadd_pd(c23, s2, c01);
  const __m512d c47 = _mm512_fmadd_pd(c67, s2, c45);
  return _mm512_fmadd_pd(_mm512_fmadd_pd(c47, s4, c03), s * r, r);
}

/// r with its sign changed where an integer is odd, which was added to 1.5 * 2^52.
[[gnu::always_inline]] inline __m512d negated_if_odd(__m512d r, __m512d anchored) {
  const __m512i sign = _mm512_slli_epi64(_mm512_castpd_si512(anchored), 63);
  return _mm512_castsi512_pd(_mm512_xor_si512(_mm512_castpd_si512(r), sign));
}

/// The general one does what is too large, and what is no number.
using function_of_one = __m512d (*)(__m512d);
[[gnu::always_inline]] inline __m512d unless_large(__m512d x, __m512d result,
                                                   function_of_one general) {
  const __mmask8 usual = _mm512_cmp_pd_mask(_mm512_abs_pd(x), all(largest_reduced), _CMP_LE_OQ);
  if (usual == 0xff) [[likely]]
    return result;
  return _mm512_mask_mov_pd(general(x), usual, result);
}

constexpr double per_pi = 0x1.45f306dc9c883p-2;

/// Of |x|, with the sign of x, which of a zero would be lost.
[[gnu::always_inline]] inline __m512d own_sin(__m512d x, function_of_one general) {
  const __m512d magnitude = _mm512_abs_pd(x);
  const __m512d anchored = _mm512_fmadd_pd(magnitude, all(per_pi), all(0x1.8p52));
  const __m512d r = without_multiples_of_pi(magnitude, anchored - all(0x1.8p52));
  const __m512d result = small_sin(negated_if_odd(r, anchored));
  const __m512i with_sign = _mm512_ternarylogic_epi64(
      _mm512_castpd_si512(result), _mm512_castpd_si512(x), _mm512_castpd_si512(all(-0.0)), 0x78);
  return unless_large(x, _mm512_castsi512_pd(with_sign), general);
}

/// sin(x + pi/2): from x, an odd number of halves of pi is taken.
[[gnu::always_inline]] inline __m512d own_cos(__m512d x, function_of_one general) {
  const __m512d anchored = _mm512_fmadd_pd(x, all(per_pi), all(0.5)) + all(0x1.8p52);
  const __m512d r = without_multiples_of_pi(x, (anchored - all(0x1.8p52)) - all(0.5));
  return unless_large(x, small_sin(negated_if_odd(r, anchored)), general);
}

} // namespace

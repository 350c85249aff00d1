// What the kernels of exponentials and logarithms look up: sixteen numbers, which a permutation of
// two registers chooses from.
#pragma once

#include <immintrin.h>

namespace {

/// Eight elements of a table: those that the last four bits of `places` say.
[[gnu::always_inline]] inline __m512d chosen(const double* table, __m512i places) {
  return _mm512_permutex2var_pd(_mm512_load_pd(table), places, _mm512_load_pd(table + 8));
}

[[gnu::always_inline]] inline __m512d all(double x) { return _mm512_set1_pd(x); }
[[gnu::always_inline]] inline __m512 all(float x) { return _mm512_set1_ps(x); }

// ln 2, as a number of 36 or 42 bits, which multiples of are exact, and the rest.
constexpr double per_ln2 = 0x1.71547652b82fep+0;
constexpr double ln2_36 = 0x1.62e42fefap-1;
constexpr double ln2_after_36 = 0x1.cf79abc9e3b3ap-40;
constexpr double ln2_42 = 0x1.62e42fefa38p-1;
constexpr double ln2_after_42 = 0x1.ef35793c7673p-45;

// clang-format off
/// 2^(j/16), and what that lacks.
alignas(64) constexpr double powers_of_two_high[16] = {
    0x1p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f09p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};
alignas(64) constexpr double powers_of_two_low[16] = {
    0x0p+0, 0x1.8a62e4adc610bp-54, -0x1.19041b9d78a76p-55, 0x1.9b07eb6c70573p-54,
    0x1.6f46ad23182e4p-55, 0x1.ada0911f09ebcp-55, 0x1.d4397afec42e2p-56, 0x1.6324c054647adp-54,
    -0x1.bdd3413b26456p-54, -0x1.41577ee04992fp-55, 0x1.6e9f156864b27p-54, 0x1.c7c46b071f2bep-56,
    0x1.7a1cd345dcc81p-54, 0x1.11065895048ddp-55, 0x1.2ed02d75b3707p-55, -0x1.e9c23179c2893p-54};

/// About 1/m, in 8 bits, of m between 1 + j/16 and 1 + (j+1)/16 or, from j = 8 on, of half as much;
/// 1 beside 1.
alignas(64) constexpr double reciprocals[16] = {
    0x1p+0, 0x1.d4p-1, 0x1.bap-1, 0x1.a4p-1,
    0x1.9p-1, 0x1.7ep-1, 0x1.6cp-1, 0x1.5cp-1,
    0x1.4ep+0, 0x1.41p+0, 0x1.35p+0, 0x1.2ap+0,
    0x1.1fp+0, 0x1.16p+0, 0x1.0dp+0, 0x1p+0};
/// Their negative logarithms, in 42 bits, and the rest.
alignas(64) constexpr double logarithms_high[16] = {
    0x0p+0, 0x1.700d30aeacp-4, 0x1.2d1610c868p-3, 0x1.95a5adcf7p-3,
    0x1.f991c6cb3cp-3, 0x1.2bef07cdc9p-2, 0x1.5d5bddf596p-2, 0x1.8b639a88b3p-2,
    -0x1.1058bf9ae5p-2, -0x1.cf6354e09cp-3, -0x1.815c0a1436p-3, -0x1.371fc201e8p-3,
    -0x1.d4313d66ccp-4, -0x1.51b073f06p-4, -0x1.95c830ec9p-5, 0x0p+0};
alignas(64) constexpr double logarithms_low[16] = {
    0x0p+0, 0x1.c1e8da99ded32p-49, 0x1.39d6ccb81b4a1p-47, 0x1.7f22858a0ff6fp-47,
    -0x1.90d04cd7cc834p-44, 0x1.a9cfa4a5004f4p-45, -0x1.a0b2a08a465dcp-47, -0x1.05ae1e5e7047p-45,
    0x1.4ab9d817d52cdp-44, -0x1.771239a07d55bp-45, 0x1.02a52f9201ce8p-44, -0x1.ee8779b2d8abcp-44,
    0x1.9454379135713p-45, -0x1.83f69278e686ap-44, 0x1.c148297c5feb8p-45, 0x0p+0};

/// About 1/(1 + j/128), in 11 bits, and from j = 9 on 1/(1 + (j-16)/128).
alignas(64) constexpr double fine_reciprocals[16] = {
    0x1p+0, 0x1.fcp-1, 0x1.f8p-1, 0x1.f44p-1,
    0x1.f08p-1, 0x1.eccp-1, 0x1.e9p-1, 0x1.e58p-1,
    0x1.e2p-1, 0x1.0ecp+0, 0x1.0cap+0, 0x1.0a6p+0,
    0x1.084p+0, 0x1.062p+0, 0x1.042p+0, 0x1.02p+0};
alignas(64) constexpr double fine_logarithms_high[16] = {
    0x0p+0, 0x1.010157588p-7, 0x1.020565893p-6, 0x1.7c61b1cf6p-6,
    0x1.f7a9b1678p-6, 0x1.39f07ba0e8p-5, 0x1.788595a358p-5, 0x1.b35dd9b588p-5,
    0x1.eea31c0068p-5, -0x1.cae72fb96p-5, -0x1.8a5a9cc618p-5, -0x1.4572e981c8p-5,
    -0x1.03d5d85e7p-5, -0x1.83624fba8p-6, -0x1.05e547827p-6, -0x1.fe02a6b1p-8};
alignas(64) constexpr double fine_logarithms_low[16] = {
    0x0p+0, 0x1.bce251998b506p-44, 0x1.611d27c8e8417p-44, -0x1.08fc8f849a447p-45,
    0x1.42ad9271be7d7p-45, 0x1.eb129d642e577p-44, -0x1.08b0d083b3a4cp-46, 0x1.d5674d6cf558ep-44,
    0x1.c3dd83606d891p-44, 0x1.efabf2025b1bep-44, 0x1.9ae2900180e9ap-44, -0x1.6c7eaf9b37d75p-44,
    -0x1.f778960ed29cfp-44, -0x1.deb9c96b40046p-45, 0x1.0dbde21f5e1f8p-44, -0x1.9e23f0dda40e4p-46};
// clang-format on

} // namespace

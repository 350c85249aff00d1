// What the kernels of exponentials and logarithms look up: sixteen numbers, which a permutation of
// two registers chooses from.
#pragma once

#include <immintrin.h>

namespace {

/// Of eight tables' elements those that the last four bits of `places` say.
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

/// 2^(j/16), and what that lacks.
alignas(64) constexpr double powers_of_two_high[16] = {0x1p+0,
                                                       0x1.0b5586cf9890fp+0,
                                                       0x1.172b83c7d517bp+0,
                                                       0x1.2387a6e756238p+0,
                                                       0x1.306fe0a31b715p+0,
                                                       0x1.3dea64c123422p+0,
                                                       0x1.4bfdad5362a27p+0,
                                                       0x1.5ab07dd485429p+0,
                                                       0x1.6a09e667f3bcdp+0,
                                                       0x1.7a11473eb0187p+0,
                                                       0x1.8ace5422aa0dbp+0,
                                                       0x1.9c49182a3f090p+0,
                                                       0x1.ae89f995ad3adp+0,
                                                       0x1.c199bdd85529cp+0,
                                                       0x1.d5818dcfba487p+0,
                                                       0x1.ea4afa2a490dap+0};
alignas(64) constexpr double powers_of_two_low[16] = {0x0.0p+0,
                                                      0x1.8a62e4adc610bp-54,
                                                      -0x1.19041b9d78a76p-55,
                                                      0x1.9b07eb6c70573p-54,
                                                      0x1.6f46ad23182e4p-55,
                                                      0x1.ada0911f09ebcp-55,
                                                      0x1.d4397afec42e2p-56,
                                                      0x1.6324c054647adp-54,
                                                      -0x1.bdd3413b26456p-54,
                                                      -0x1.41577ee04992fp-55,
                                                      0x1.6e9f156864b27p-54,
                                                      0x1.c7c46b071f2bep-56,
                                                      0x1.7a1cd345dcc81p-54,
                                                      0x1.11065895048ddp-55,
                                                      0x1.2ed02d75b3707p-55,
                                                      -0x1.e9c23179c2893p-54};

/// About 1/m, in 8 bits, of m between 1 + j/16 and 1 + (j+1)/16 or, from j = 8 on, of half as much;
/// 1 beside 1.
alignas(64) constexpr double reciprocals[16] = {0x1p+0,
                                                0x1.d400000000000p-1,
                                                0x1.ba00000000000p-1,
                                                0x1.a400000000000p-1,
                                                0x1.9000000000000p-1,
                                                0x1.7e00000000000p-1,
                                                0x1.6c00000000000p-1,
                                                0x1.5c00000000000p-1,
                                                0x1.4e00000000000p+0,
                                                0x1.4100000000000p+0,
                                                0x1.3500000000000p+0,
                                                0x1.2a00000000000p+0,
                                                0x1.1f00000000000p+0,
                                                0x1.1600000000000p+0,
                                                0x1.0d00000000000p+0,
                                                0x1p+0};
/// Their negative logarithms, in 42 bits, and the rest.
alignas(64) constexpr double logarithms_high[16] = {0x0.0p+0,
                                                    0x1.700d30aeac000p-4,
                                                    0x1.2d1610c868000p-3,
                                                    0x1.95a5adcf70000p-3,
                                                    0x1.f991c6cb3c000p-3,
                                                    0x1.2bef07cdc9000p-2,
                                                    0x1.5d5bddf596000p-2,
                                                    0x1.8b639a88b3000p-2,
                                                    -0x1.1058bf9ae5000p-2,
                                                    -0x1.cf6354e09c000p-3,
                                                    -0x1.815c0a1436000p-3,
                                                    -0x1.371fc201e8000p-3,
                                                    -0x1.d4313d66cc000p-4,
                                                    -0x1.51b073f060000p-4,
                                                    -0x1.95c830ec90000p-5,
                                                    0x0.0p+0};
alignas(64) constexpr double logarithms_low[16] = {0x0.0p+0,
                                                   0x1.c1e8da99ded32p-49,
                                                   0x1.39d6ccb81b4a1p-47,
                                                   0x1.7f22858a0ff6fp-47,
                                                   -0x1.90d04cd7cc834p-44,
                                                   0x1.a9cfa4a5004f4p-45,
                                                   -0x1.a0b2a08a465dcp-47,
                                                   -0x1.05ae1e5e70470p-45,
                                                   0x1.4ab9d817d52cdp-44,
                                                   -0x1.771239a07d55bp-45,
                                                   0x1.02a52f9201ce8p-44,
                                                   -0x1.ee8779b2d8abcp-44,
                                                   0x1.9454379135713p-45,
                                                   -0x1.83f69278e686ap-44,
                                                   0x1.c148297c5feb8p-45,
                                                   0x0.0p+0};

/// About 1/(1 + j/128), in 11 bits, and from j = 9 on 1/(1 + (j-16)/128).
alignas(64) constexpr double fine_reciprocals[16] = {0x1p+0,
                                                     0x1.fc00000000000p-1,
                                                     0x1.f800000000000p-1,
                                                     0x1.f440000000000p-1,
                                                     0x1.f080000000000p-1,
                                                     0x1.ecc0000000000p-1,
                                                     0x1.e900000000000p-1,
                                                     0x1.e580000000000p-1,
                                                     0x1.e200000000000p-1,
                                                     0x1.0ec0000000000p+0,
                                                     0x1.0ca0000000000p+0,
                                                     0x1.0a60000000000p+0,
                                                     0x1.0840000000000p+0,
                                                     0x1.0620000000000p+0,
                                                     0x1.0420000000000p+0,
                                                     0x1.0200000000000p+0};
alignas(64) constexpr double fine_logarithms_high[16] = {0x0.0p+0,
                                                         0x1.0101575880000p-7,
                                                         0x1.0205658930000p-6,
                                                         0x1.7c61b1cf60000p-6,
                                                         0x1.f7a9b16780000p-6,
                                                         0x1.39f07ba0e8000p-5,
                                                         0x1.788595a358000p-5,
                                                         0x1.b35dd9b588000p-5,
                                                         0x1.eea31c0068000p-5,
                                                         -0x1.cae72fb960000p-5,
                                                         -0x1.8a5a9cc618000p-5,
                                                         -0x1.4572e981c8000p-5,
                                                         -0x1.03d5d85e70000p-5,
                                                         -0x1.83624fba80000p-6,
                                                         -0x1.05e5478270000p-6,
                                                         -0x1.fe02a6b100000p-8};
alignas(64) constexpr double fine_logarithms_low[16] = {0x0.0p+0,
                                                        0x1.bce251998b506p-44,
                                                        0x1.611d27c8e8417p-44,
                                                        -0x1.08fc8f849a447p-45,
                                                        0x1.42ad9271be7d7p-45,
                                                        0x1.eb129d642e577p-44,
                                                        -0x1.08b0d083b3a4cp-46,
                                                        0x1.d5674d6cf558ep-44,
                                                        0x1.c3dd83606d891p-44,
                                                        0x1.efabf2025b1bep-44,
                                                        0x1.9ae2900180e9ap-44,
                                                        -0x1.6c7eaf9b37d75p-44,
                                                        -0x1.f778960ed29cfp-44,
                                                        -0x1.deb9c96b40046p-45,
                                                        0x1.0dbde21f5e1f8p-44,
                                                        -0x1.9e23f0dda40e4p-46};

} // namespace

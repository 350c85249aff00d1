#!/bin/bash
# gcc fuses the products of complex numbers although it was told not to.
#
# Program:   gcc 12.2.0 (Debian 12: gcc-12 12.2.0-14)
# Behaviour: where it vectorises products of complex numbers, with -mfma, it makes vfmaddsub of a multiplication and
#            the additions and subtractions that follow, in spite of -ffp-contract=off: one rounding where the source
#            has two. Loops that it does not vectorise, and what is left over at their ends, round twice.
# Expected:  the imaginary part of z times its conjugate, x (-y) + y x, is 0 for every z at -O2 as at -O1.
# Seen:      0 at -O1, another number at -O2.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"

cat >"$folder/multiply.c" <<'P'
#include <stdio.h>

__attribute__((noinline)) void multiply(double *restrict a, const double *restrict b, long n) {
  for (long i = 0; i < n; i += 2) {
    const double re = a[i] * b[i] - a[i + 1] * b[i + 1];
    const double im = a[i] * b[i + 1] + a[i + 1] * b[i];
    a[i] = re;
    a[i + 1] = im;
  }
}

int main(void) {
  double z[] = {0.1, 0.3, 0.1, 0.3}, conjugates[] = {0.1, -0.3, 0.1, -0.3};
  multiply(z, conjugates, 4);
  puts(z[1] == 0 && z[3] == 0 ? "0" : "another number");
}
P
for level in -O1 -O2; do
  gcc "$level" -mavx2 -mfma -ffp-contract=off "$folder/multiply.c" -o "$folder/multiply$level"
done
expect "the imaginary part at -O1" "$("$folder/multiply-O1")" "0"
expect "the imaginary part at -O2" "$("$folder/multiply-O2")" "another number"

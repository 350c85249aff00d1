#!/bin/bash
# Highway's vqsort gives back other numbers than it was given, where some are infinite.
#
# Program:   Highway 1.0.3 (Debian 12: libhwy1 1.0.3-3+deb12u1), hwy::Sorter of double and float
# Behaviour: of ten numbers, two of them +infinity, hwy::Sorter leaves fewer infinite: the largest finite number
#            stands in their place, which fills short vectors up. So it is for up to 700 numbers and more.
# Expected:  the same numbers in another order, as of std::sort; nothing says that infinity is excluded.
# Seen:      0 of 2 are left; of the same bits sorted as integers, 2.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack libhwy-dev=1.0.3-3+deb12u1 libhwy1=1.0.3-3+deb12u1

cat >"$folder/sort.cpp" <<'C'
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <hwy/contrib/sort/vqsort.h>
#include <vector>
int main() {
  std::vector<double> numbers{3, INFINITY, 1, 2, 9, 8, INFINITY, 7, 5, 4};
  std::vector<std::int64_t> bits(numbers.size()); // in the same order, since none is negative
  std::memcpy(bits.data(), numbers.data(), sizeof(double) * numbers.size());
  const hwy::Sorter sort;
  sort(numbers.data(), numbers.size(), hwy::SortAscending());
  sort(bits.data(), bits.size(), hwy::SortAscending());
  std::vector<double> by_bits(bits.size());
  std::memcpy(by_bits.data(), bits.data(), sizeof(double) * bits.size());
  std::printf("%td %td\n", std::count(numbers.begin(), numbers.end(), INFINITY),
              std::count(by_bits.begin(), by_bits.end(), INFINITY));
}
C
g++ -std=c++17 -O1 "$folder/sort.cpp" -o "$folder/sort" -I "$folder/root/usr/include" \
  -L "$folder/root/usr/lib/$(gcc -print-multiarch)" -lhwy_contrib -lhwy
expect "infinities of two that are left among ten numbers, and when their bits are sorted as integers" \
  "$("$folder/sort")" "0 2"

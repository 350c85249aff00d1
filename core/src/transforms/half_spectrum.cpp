#include "transforms/half_spectrum.hpp"

namespace tessera::detail {

template <class T>
void spectrum_of_pairs(const split_lines<T>& from, index_t h, index_t lines, const T* turns,
                       const split_lines<T>& to) {
  for (index_t k = 0; k <= h; ++k) {
    const index_t a = k % h * lines;
    const index_t b = (h - k) % h * lines;
    const T c = turns[2 * k];
    const T s = turns[2 * k + 1];
    for (index_t l = 0; l < lines; ++l) {
      const T even_re = T(0.5) * (from.re[a + l] + from.re[b + l]);
      const T even_im = T(0.5) * (from.im[a + l] - from.im[b + l]);
      const T odd_re = T(0.5) * (from.im[a + l] + from.im[b + l]);
      const T odd_im = T(0.5) * (from.re[b + l] - from.re[a + l]);
      to.re[k * lines + l] = even_re + (c * odd_re - s * odd_im);
      to.im[k * lines + l] = even_im + (c * odd_im + s * odd_re);
    }
  }
}

template <class T>
void pairs_of_spectrum(const split_lines<T>& from, index_t h, const T* turns,
                       const split_lines<T>& to, const buffer_order<T>& order) {
  const index_t lines = order.lines;
  for (index_t k = 0; k < h; ++k) {
    const index_t a = k * lines;
    const index_t b = (h - k) * lines;
    const T c = turns[2 * k];
    const T s = -turns[2 * k + 1];
    const T has_imaginary = k == 0 ? T(0) : T(1);
    const index_t place = order.place(k);
    for (index_t l = 0; l < lines; ++l) {
      const T a_im = has_imaginary != T(0) ? from.im[a + l] : T(0);
      const T b_im = has_imaginary != T(0) ? from.im[b + l] : T(0);
      const T even_re = from.re[a + l] + from.re[b + l];
      const T even_im = a_im - b_im;
      const T odd_re = from.re[a + l] - from.re[b + l];
      const T odd_im = a_im + b_im;
      // i times the turned odd ones
      to.re[place + l] = even_re - (c * odd_im + s * odd_re);
      to.im[place + l] = even_im + (c * odd_re - s * odd_im);
    }
  }
}

template <class T>
void complete_spectrum(const split_lines<T>& from, index_t n, const split_lines<T>& to,
                       const buffer_order<T>& order) {
  const index_t lines = order.lines;
  for (index_t k = 0; k < n; ++k) {
    const bool second = 2 * k > n;
    const index_t source = (second ? n - k : k) * lines;
    const index_t place = order.place(k);
    for (index_t l = 0; l < lines; ++l) {
      to.re[place + l] = from.re[source + l];
      to.im[place + l] = k == 0 ? T(0) : second ? -from.im[source + l] : from.im[source + l];
    }
  }
}

#define TESSERA_SPECTRUM(T)                                                                        \
  template void spectrum_of_pairs(const split_lines<T>&, index_t, index_t, const T*,               \
                                  const split_lines<T>&);                                          \
  template void pairs_of_spectrum(const split_lines<T>&, index_t, const T*, const split_lines<T>&, \
                                  const buffer_order<T>&);                                         \
  template void complete_spectrum(const split_lines<T>&, index_t, const split_lines<T>&,           \
                                  const buffer_order<T>&);
TESSERA_SPECTRUM(float)
TESSERA_SPECTRUM(double)
#undef TESSERA_SPECTRUM

} // namespace tessera::detail

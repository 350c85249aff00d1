#include "transforms/passes.hpp"

#include "transforms/pass_ports.hpp"

namespace tessera::detail {

namespace {

template <class V, int Radix, class T>
TESSERA_INLINE void transform_points(complex_vector<V>* a, const stockham_pass<T>& pass) {
  if constexpr (Radix == 0)
    odd_butterfly::run(a, pass.radix, pass.roots);
  else
    butterfly<Radix>::run(a);
}

/// One p of a pass, of lines first ... last - 1, as many at a time as a vector holds.
template <int Radix, class T, class From, class To> struct points {
  const stockham_pass<T>& pass;
  const From& from;
  const To& to;
  index_t p;
  index_t width; ///< s: elements of a row of the split buffer
  index_t row;   ///< where the result begins, in rows of `to_width`
  index_t to_step;
  index_t to_width;
  index_t to_part;

  template <class V> TESSERA_INLINE index_t run(index_t q, index_t last, index_t read_shift) const {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): V may be T
    constexpr index_t lanes = sizeof(V) / sizeof(T);
    const int radix = Radix == 0 ? pass.radix : Radix;
    const T* const w = pass.twiddles + p * 2 * (radix - 1);
    for (; q + lanes <= last; q += lanes) {
      complex_vector<V> a[std::size_t{Radix == 0 ? largest_radix : Radix}];
      a[0] = read<V>(from, p, 0, q + read_shift, width);
      for (int k = 1; k < radix; ++k)
        a[k] = read<V>(from, p + pass.parts * k, k, q + read_shift, width);
      transform_points<V, Radix>(a, pass);
      if (p > 0)
        for (int j = 1; j < radix; ++j) a[j] = times(a[j], w[2 * j - 2], w[2 * j - 1]);
      for (int j = 0; j < radix; ++j) write<V>(to, row + to_step * j, to_part, q, to_width, a[j]);
    }
    return q;
  }
};

/// All lines of one p from q on: in vectors, what is left in shorter ones, and at last one by one.
template <int Radix, std::size_t Bytes, class T, class From, class To>
TESSERA_INLINE void run_points(const points<Radix, T, From, To>& at, index_t q, index_t last,
                               index_t read_shift) {
  q = at.template run<register_of<T, Bytes>>(q, last, read_shift);
  if constexpr (Bytes > 16)
    if (q < last) q = at.template run<register_of<T, 16>>(q, last, read_shift);
  if (q < last) at.template run<T>(q, last, read_shift);
}

/// Rows of the caller's memory lie far apart, so that the processor does not foresee which it will
/// need.
template <class T>
TESSERA_INLINE void fetch_rows(const complex_lines<T>& from, index_t p,
                               const stockham_pass<T>& pass, index_t lines) {
  constexpr index_t line = 64 / static_cast<index_t>(sizeof(T));
  if (lines == 1 || p >= pass.parts) return;
  for (index_t k = 0; k < pass.radix; ++k)
    for (index_t at = 0; at < 2 * lines; at += line)
      __builtin_prefetch(from.data + (p + pass.parts * k) * from.row + at);
}
template <class T>
TESSERA_INLINE void fetch_rows(const split_lines<T>& /*from*/, index_t /*p*/,
                               const stockham_pass<T>& /*pass*/, index_t /*lines*/) {}
constexpr index_t ahead = 2;

/// A pass whose result goes to a buffer, in which each p has its own stretch.
template <int Radix, class T, class From, class To> struct pass_kernel {
  template <std::size_t Bytes>
  TESSERA_INLINE static void run(const stockham_pass<T>* given, index_t lines, const From* from,
                                 const To* to) {
    const stockham_pass<T> pass = *given;
    const index_t width = pass.before * lines;
    const index_t stretch =
        pass.parts / pass.next_radix; // of p that the next pass reads as one part
    index_t part = 0;
    index_t left = stretch;
    for (index_t p = 0; p < pass.parts; ++p, --left) {
      fetch_rows(*from, p + ahead, pass, lines);
      if (left == 0) {
        ++part;
        left = stretch;
      }
      run_points<Radix, Bytes>(
          points<Radix, T, From, To>{pass, *from, *to, p, width, p * pass.radix, 1, width, part}, 0,
          width, 0);
    }
  }
};

/// The last pass, when its result goes to the caller's memory: row by row.
template <int Radix, class T, class From> struct pass_kernel<Radix, T, From, complex_lines<T>> {
  template <std::size_t Bytes>
  TESSERA_INLINE static void run(const stockham_pass<T>* given, index_t lines, const From* from,
                                 const complex_lines<T>* to) {
    const stockham_pass<T> pass = *given;
    const index_t width = pass.before * lines;
    // The elements of one line lie side by side there, too.
    const index_t rows = lines == 1 ? 1 : pass.before;
    const index_t each = width / rows;
    complex_lines<T> target = *to;
    if (lines == 1) target.row *= pass.before;
    const index_t step = lines == 1 ? 1 : pass.before;
    for (index_t row = 0; row < rows; ++row)
      run_points<Radix, Bytes>(points<Radix, T, From, complex_lines<T>>{pass, *from, target, 0,
                                                                        width, row, step, each, 0},
                               0, each, row * each);
  }
};

/// Vectors of as many elements as the radix has, or fewer: columns of squares that are transposed
/// when they are written.
template <int Radix, class T, class From> struct first_pass_kernel {
  template <std::size_t Bytes>
  TESSERA_INLINE static void run(const stockham_pass<T>* given, const From* from,
                                 const split_lines<T>* to) {
    constexpr std::size_t most = Radix * sizeof(T);
    using V = register_of<T, (Bytes < most ? Bytes : most)>;
    constexpr index_t lanes = sizeof(V) / sizeof(T);
    const stockham_pass<T> pass = *given;
    const index_t stretch = pass.parts / pass.next_radix;
    index_t p = 0;
    for (; p + lanes <= pass.parts; p += lanes) {
      complex_vector<V> a[std::size_t{Radix}];
      for (int k = 0; k < Radix; ++k) a[k] = read<V>(*from, p + pass.parts * k, k, 0, 1);
      butterfly<Radix>::run(a);
      const T* w = pass.across + p;
      for (int j = 1; j < Radix; ++j, w += 2 * pass.parts)
        a[j] = times(a[j], load_vector<V>(w), load_vector<V>(w + pass.parts));
      for (int first = 0; first < Radix; first += lanes)
        write_square(a + first, *to, p, first, stretch);
    }
    // Element 0 is multiplied by nothing, so that this makes no difference to the pass of many
    // lines.
    one(pass, *from, *to, 0, stretch);
    for (; p < pass.parts; ++p) one(pass, *from, *to, p, stretch);
  }

private:
  template <class V>
  TESSERA_INLINE static void write_square(const complex_vector<V>* a, const split_lines<T>& to,
                                          index_t p, index_t first, index_t stretch) {
    constexpr index_t lanes = sizeof(V) / sizeof(T);
    V re[std::size_t{lanes}];
    V im[std::size_t{lanes}];
    for (int j = 0; j < lanes; ++j) {
      re[j] = a[j].re;
      im[j] = a[j].im;
    }
    transpose_square<lanes / 2>(re);
    transpose_square<lanes / 2>(im);
    for (index_t l = 0; l < lanes; ++l) {
      const index_t at = (p + l) * Radix + first + (p + l) / stretch * part_gap<T>;
      store_vector<V>(to.re + at, re[l]);
      store_vector<V>(to.im + at, im[l]);
    }
  }
  TESSERA_INLINE static void one(const stockham_pass<T>& pass, const From& from,
                                 const split_lines<T>& to, index_t p, index_t stretch) {
    points<Radix, T, From, split_lines<T>>{pass, from, to, p, 1, p * Radix, 1, 1, p / stretch}
        .template run<T>(0, 1, 0);
  }
};

/// Longer vectors than AVX2's would make all of this half as large again.
template <class Kernel, class... Args> void run_wide(Args... args) {
  if (this_vector_level() == vector_level::baseline)
    Kernel::template run<16>(args...);
  else
    run_avx2<Kernel>(args...);
}

template <class T, class From, class To>
void dispatch(const stockham_pass<T>& pass, index_t lines, const From& from, const To& to) {
  switch (pass.radix) {
  case 2: return run_wide<pass_kernel<2, T, From, To>>(&pass, lines, &from, &to);
  case 3: return run_wide<pass_kernel<3, T, From, To>>(&pass, lines, &from, &to);
  case 4: return run_wide<pass_kernel<4, T, From, To>>(&pass, lines, &from, &to);
  case 5: return run_wide<pass_kernel<5, T, From, To>>(&pass, lines, &from, &to);
  case 8: return run_wide<pass_kernel<8, T, From, To>>(&pass, lines, &from, &to);
  default: return run_wide<pass_kernel<0, T, From, To>>(&pass, lines, &from, &to);
  }
}

} // namespace

template <class T, class From, class To>
void run_pass(const stockham_pass<T>& pass, index_t lines, const From& from, const To& to) {
  dispatch(pass, lines, from, to);
}

template <class T, class From>
void run_first_pass(const stockham_pass<T>& pass, const From& from, const split_lines<T>& to) {
  if (pass.radix == 8)
    run_wide<first_pass_kernel<8, T, From>>(&pass, &from, &to);
  else
    run_wide<first_pass_kernel<4, T, From>>(&pass, &from, &to);
}

#define TESSERA_PASS(T, From, To)                                                                  \
  template void run_pass(const stockham_pass<T>&, index_t, const From<T>&, const To<T>&);
#define TESSERA_PASSES(T)                                                                          \
  TESSERA_PASS(T, split_lines, split_lines)                                                        \
  TESSERA_PASS(T, split_lines, complex_lines)                                                      \
  TESSERA_PASS(T, complex_lines, split_lines)                                                      \
  template void run_first_pass(const stockham_pass<T>&, const split_lines<T>&,                     \
                               const split_lines<T>&);                                             \
  template void run_first_pass(const stockham_pass<T>&, const complex_lines<T>&,                   \
                               const split_lines<T>&);
TESSERA_PASSES(float)
TESSERA_PASSES(double)
#undef TESSERA_PASSES
#undef TESSERA_PASS

} // namespace tessera::detail

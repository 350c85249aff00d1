#include "transforms/line_run.hpp"

#include <algorithm>

namespace tessera::detail {

template <class T> index_t buffer_size(const line_plan<T>& plan, index_t lines) {
  const line_plan<T>& widest = plan.by_chirp() != nullptr ? *plan.by_chirp()->inner : plan;
  index_t most = 1;
  for (const stockham_pass<T>& pass : widest.passes()) most = std::max<index_t>(most, pass.radix);
  // Half of an even line of real numbers has one element more.
  constexpr index_t per_line = 64 / static_cast<index_t>(sizeof(T));
  const index_t size = (widest.length() + 1) * lines + most * part_gap<T>;
  return (size + 2 * per_line) / per_line * per_line + 5 * per_line;
}

namespace {

template <class T>
void run_passes(const line_plan<T>& plan, index_t lines, line_buffers<T>& buffers,
                const complex_lines<T>* from, const complex_lines<T>* to) {
  const auto& passes = plan.passes();
  const bool across = lines == 1 && plan.takes_single_lines();
  for (std::size_t i = 0; i < passes.size(); ++i) {
    const bool reads = i == 0 && from != nullptr;
    const bool writes = i + 1 == passes.size() && to != nullptr;
    if (i == 0 && across)
      reads ? run_first_pass(passes[i], *from, buffers.other())
            : run_first_pass(passes[i], buffers.lines(), buffers.other());
    else if (writes)
      run_pass(passes[i], lines, buffers.lines(), *to);
    else
      reads ? run_pass(passes[i], lines, *from, buffers.other())
            : run_pass(passes[i], lines, buffers.lines(), buffers.other());
    buffers.swap();
  }
}

/// Element i of every line, times number i; from the one buffer to the other, or in it. Numbers
/// from `count` on are zero. `stretch` elements lie without a gap, where they are read and where
/// they go.
template <class T> struct scaling {
  const T* numbers;
  index_t count;
  index_t lines;

  void run(const split_lines<T>& from, index_t from_stretch, const split_lines<T>& to,
           index_t to_stretch, index_t length) const {
    for (index_t i = 0; i < length; ++i) {
      const index_t source = i * lines + i / from_stretch * part_gap<T>;
      const index_t target = i * lines + i / to_stretch * part_gap<T>;
      if (i >= count) {
        std::fill_n(to.re + target, lines, T(0));
        std::fill_n(to.im + target, lines, T(0));
        continue;
      }
      const T re = numbers[2 * i];
      const T im = numbers[2 * i + 1];
      for (index_t l = 0; l < lines; ++l) {
        const T x = from.re[source + l];
        const T y = from.im[source + l];
        to.re[target + l] = x * re - y * im;
        to.im[target + l] = x * im + y * re;
      }
    }
  }
};

/// The transform as a convolution with a chirp.
template <class T>
void run_chirp(const line_plan<T>& plan, index_t lines, line_buffers<T>& buffers) {
  const chirp<T>& by = *plan.by_chirp();
  const line_plan<T>& inner = *by.inner;
  const index_t n = plan.length();
  const index_t longer = inner.length();
  const index_t stretch = inner.first_stretch();
  const auto exchanged = [](const split_lines<T>& x) { return split_lines<T>{x.im, x.re}; };
  scaling<T>{by.turns.data(), n, lines}.run(buffers.lines(), n, buffers.other(), stretch, longer);
  buffers.swap();
  run_passes<T>(inner, lines, buffers, nullptr, nullptr);
  // With both parts exchanged, the transform goes backwards.
  scaling<T>{by.spectrum.data(), longer, lines}.run(buffers.lines(), longer, buffers.other(),
                                                    stretch, longer);
  buffers.swap();
  for (split_lines<T>& x : buffers.at) x = exchanged(x);
  run_passes<T>(inner, lines, buffers, nullptr, nullptr);
  for (split_lines<T>& x : buffers.at) x = exchanged(x);
  scaling<T>{by.turns.data(), n, lines}.run(buffers.lines(), longer, buffers.other(), n, n);
  buffers.swap();
}

} // namespace

template <class T>
void run_lines(const line_plan<T>& plan, index_t lines, line_buffers<T>& buffers,
               const complex_lines<T>* from, const complex_lines<T>* to) {
  if (plan.by_chirp() != nullptr)
    run_chirp(plan, lines, buffers);
  else
    run_passes(plan, lines, buffers, from, to);
}

#define TESSERA_LINES(T)                                                                           \
  template index_t buffer_size(const line_plan<T>&, index_t);                                      \
  template void run_lines(const line_plan<T>&, index_t, line_buffers<T>&, const complex_lines<T>*, \
                          const complex_lines<T>*);
TESSERA_LINES(float)
TESSERA_LINES(double)
#undef TESSERA_LINES

} // namespace tessera::detail

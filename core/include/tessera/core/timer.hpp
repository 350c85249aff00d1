/// @file
/// Clocks, and `timeit` for small pieces of code.
#pragma once

#include <tessera/core/shape.hpp>

#include <iosfwd>
#include <type_traits>

namespace tessera {

/// Seconds of a clock that never goes back, from an arbitrary start; other processes' time counts.
/// Python's `time.perf_counter`.
double perf_counter();

/// Seconds of processor time that this process has used. Python's `time.process_time`.
double process_time();

/// Measures the time since it was made, in seconds.
///
///     const timer t;
///     heavy_calculation();
///     std::cout << "Time spent in heavy calculation: " << t.elapsed() << '\n';
class timer {
public:
  [[nodiscard]] double elapsed() const { return perf_counter() - start_; }
  /// Starts again from zero; returns what had elapsed.
  double restart() {
    const double now = perf_counter();
    const double elapsed = now - start_;
    start_ = now;
    return elapsed;
  }

private:
  double start_ = perf_counter();
};

/// Seconds as people read them, in the units of Python's timeit: "433 msec", "2.61 usec".
std::string time_text(double seconds);

/// How `timeit` measures.
struct timeit_options {
  int repeat = 5;     ///< samples, of which the best counts
  index_t number = 0; ///< calls in a sample; 0: as many as take 0.2 seconds
};

/// What `timeit` found, in seconds for one call.
struct timing {
  double best = 0;
  double median = 0;
  double worst = 0;
  int repeat = 0;
  index_t number = 0;
};

/// "10 loops, best of 5: 433 msec per loop", and a warning when the samples differ by so much that
/// something else was running.
std::string to_string(const timing& t);
std::ostream& operator<<(std::ostream& out, const timing& t);

namespace detail {

/// Seconds that `number` calls take.
using timed_loop = double (*)(void* function, index_t number);
timing measure(timed_loop loop, void* function, const timeit_options& options);

/// Makes the compiler believe that a value is used.
template <class T> void keep(const T& value) { asm volatile("" : : "g"(&value) : "memory"); }

template <class F> double run_timed(void* function, index_t number) {
  F& f = **static_cast<F**>(function);
  const timer t;
  for (index_t i = 0; i < number; ++i) {
    if constexpr (requires { keep(f()); })
      keep(f());
    else
      f();
    asm volatile("" : : : "memory");
  }
  return t.elapsed();
}

} // namespace detail

/// Measures one call of `f`. The number of calls in a sample is chosen as Python's timeit does (1,
/// 2, 5, 10, 20, ... until they take 0.2 seconds), and the best sample is the answer: the others
/// were disturbed. What `f` returns counts as used, and memory as read, so that the compiler
/// cannot leave the work out. A lazy expression that `f` returns is *not* evaluated.
///
///     std::cout << timeit([&] { c = 2.0 * a - 4.5 * b; }) << '\n';
///     // 100 loops, best of 5: 2.61 msec per loop
///
/// @throws argument_error for fewer than one sample or a negative number of calls.
template <class F> timing timeit(F&& f, const timeit_options& options = {}) {
  using function = std::remove_reference_t<F>;
  function* pointer = &f;
  return detail::measure(&detail::run_timed<function>, &pointer, options);
}

} // namespace tessera

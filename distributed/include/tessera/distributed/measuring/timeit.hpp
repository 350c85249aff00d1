/// @file
/// `timeit` for what several ranks do together.
#pragma once

#include <tessera/core/timer.hpp>
#include <tessera/distributed/parallel_profile.hpp>

#include <iosfwd>
#include <type_traits>

namespace tessera {

/// How `timeit` of ranks measures.
struct parallel_timeit_options {
  int repeat = 15;    ///< samples; from 6 on, they give a confidence interval of 95 %
  index_t number = 0; ///< calls in a sample; 0: as many as take 0.02 seconds
};

/// What `timeit` of ranks found, in seconds for one call. A sample is the time of the rank that
/// took longest in it. The same on all ranks.
struct parallel_timing {
  double best = 0;
  double median = 0;
  double worst = 0;
  double low = 0;         ///< confidence interval of the median
  double high = 0;        ///< its upper end
  double confidence = 0;  ///< with which the median lies in it, if samples are independent
  rank_spread of_ranks{}; ///< each rank's own mean
  int repeat = 0;
  index_t number = 0;
};

/// @name As text
/// Local. "10 loops, median of 15: 433 msec per loop, 95 % in 431 msec to 440 msec; ranks: 400
/// msec (0) to 431 msec (2)"
/// @{
std::string to_string(const parallel_timing& t);
std::ostream& operator<<(std::ostream& out, const parallel_timing& t);
/// @}

namespace detail {
parallel_timing measure(const communicator& comm, timed_loop loop, void* function,
                        const parallel_timeit_options& options);
} // namespace detail

/// Measures one call of `f`, which all ranks make together. Each sample begins when all ranks are
/// there. The confidence interval is that of order statistics: it takes nothing for granted about
/// how times are distributed. Collective.
///
///     std::cout << timeit(world, [&] { u.update_halo(); }) << '\n'; // on each rank
///
/// @throws argument_error for fewer than one sample or a negative number of calls.
template <class F>
parallel_timing timeit(const communicator& comm, F&& f,
                       const parallel_timeit_options& options = {}) {
  using function = std::remove_reference_t<F>;
  function* pointer = &f;
  return detail::measure(comm, &detail::run_timed<function>, &pointer, options);
}

} // namespace tessera

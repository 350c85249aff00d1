// Normally distributed elements under random distributions, and the same gathered.
#pragma once

#include "gathered.hpp"

#include <tessera/core/math.hpp>
#include <tessera/distributed/functions/random.hpp>

namespace tessera_test {

/// The same elements, or NaN in both.
template <class A, class B> bool same(const A& found, const B& expected) {
  if constexpr (array_operand<A>)
    return found.shape() == expected.shape() &&
           all((found == expected) || (found != found && expected != expected));
  else
    return found == expected || (found != found && expected != expected);
}

/// Calls check(array, the same gathered) for arrays with elements, distributed in all ways.
template <class Check> void on_random_arrays(const Check& check) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 15; ++trial) {
    gathered_case c(random, {random.between(1, 9), random.between(1, 9)});
    generator(static_cast<std::uint64_t>(trial)).normal(0.0, 1.0, c.u);
    c.whole = c.u.gather_all();
    SCOPED_TRACE(c.what);
    check(c.u, c.whole);
  }
}

} // namespace tessera_test

// The cases of `tessera-bench core`, and those who compute them.
#pragma once

#include "measure.hpp"

#include <memory>
#include <string>
#include <vector>

namespace bench {

/// What is computed:
///
///     linear      c = 2 a - 4.5 b
///     square      c = a^2
///     difference  c = a[1:] - a[:-1]
///     strided     c = a[::2] - b[::2]
///     mixed       c = (2 a - 4.5 b) + 1.1 (sin a + cos b)
///     exp, log, sin, tanh, pow    c = exp a, log a, sin a, tanh a, a^b
///     outer       c = a[:rows, None] * b[:columns]
///     transposed  c = a.T + b, of rows x columns
///     pairwise    c = sqrt(((a[:, None, :] - a)^2).sum(-1)), of rows points in 3 dimensions
///     sum, dot, argmax   of a; a and b
///     matmul      c = a b, of rows x rows
///     sort        c = sort(a)
///     random      c = uniform random numbers
enum class core_case {
  linear,
  square,
  difference,
  strided,
  mixed,
  exp,
  log,
  sin,
  tanh,
  pow,
  outer,
  transposed,
  pairwise,
  sum,
  dot,
  argmax,
  matmul,
  sort,
  random
};

inline const std::vector<std::string> core_case_names = {
    "linear", "square", "difference", "strided", "mixed",      "exp",      "log",
    "sin",    "tanh",   "pow",        "outer",   "transposed", "pairwise", "sum",
    "dot",    "argmax", "matmul",     "sort",    "random"};

/// One case of one size: its arrays, which all contenders share. Sizes of a, b and c are counts of
/// doubles; c holds the result, or its first element does.
struct core_problem {
  core_case what;
  long n;    ///< elements of the result
  long rows; ///< of the two-dimensional cases
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> c;
  std::string description; ///< "2D 4000 x 4000"
};

/// A library that computes the cases in its own way.
class core_library {
public:
  core_library() = default;
  core_library(const core_library&) = delete;
  core_library& operator=(const core_library&) = delete;
  virtual ~core_library() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Its ways to compute a problem; none where it has none. The problem outlives them.
  virtual std::vector<candidate> make(core_problem& problem) = 0;
};

std::unique_ptr<core_library> make_hand_core();
std::unique_ptr<core_library> make_tessera_core();
/// Other libraries that were found when the benchmark was built.
std::vector<std::unique_ptr<core_library>> make_core_peers();

} // namespace bench

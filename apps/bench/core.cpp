#include "core.hpp"

#include "core_library.hpp"
#include "triad.hpp"

#include <tessera/core/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>

namespace bench {

namespace {

using libraries = std::vector<std::unique_ptr<core_library>>;

/// Sizes of the operands by what is computed.
core_problem problem_of(core_case what, long n) {
  core_problem p{what, n, 1, {}, {}, {}, std::to_string(n)};
  const auto square_of = [&](long rows) {
    p.rows = rows;
    p.n = rows * rows;
    p.description = std::to_string(rows) + "x" + std::to_string(rows);
  };
  const bool is_matrix = what == core_case::outer || what == core_case::transposed ||
                         what == core_case::matmul || what == core_case::pairwise;
  if (is_matrix) square_of(n);
  long size = p.n;
  if (what == core_case::difference) size = n + 1;
  if (what == core_case::strided) size = 2 * n;
  if (what == core_case::pairwise) size = 3 * n;
  p.a.resize(static_cast<std::size_t>(size));
  p.b.resize(static_cast<std::size_t>(size));
  p.c.resize(static_cast<std::size_t>(p.n));
  std::mt19937_64 engine(1);
  std::uniform_real_distribution<double> uniform(0.1, 3.0);
  for (double& x : p.a) x = uniform(engine);
  for (double& x : p.b) x = uniform(engine);
  return p;
}

std::vector<long> sizes_of(core_case what, bool large) {
  switch (what) {
  case core_case::outer:
  case core_case::transposed: return {8, 90, 4000};
  case core_case::pairwise: return {1000};
  case core_case::strided: return {8, 64, 8192, long{1} << 24U};
  case core_case::matmul:
    return large ? std::vector<long>{100, 1000, 4000} : std::vector<long>{100, 1000};
  default: break;
  }
  std::vector<long> sizes = {64, 8192, long{1} << 24U};
  const bool is_course_example = what == core_case::linear || what == core_case::mixed;
  if (large && is_course_example) sizes.push_back(1024L * 1024 * 50);
  return sizes;
}

/// Do all compute the same? Random numbers and the rounding of sums differ.
void check(core_problem& p, const candidate& c, double expected) {
  if (p.what == core_case::random || c.run_elsewhere) return;
  double found = 0;
  for (const double x : p.c) found += x;
  if (std::abs(found - expected) > 1e-9 * std::abs(expected))
    throw tessera::argument_error(c.name + " computes something else: " + std::to_string(found) +
                                  ", not " + std::to_string(expected));
}

double checksum_after(core_problem& p, const candidate& c) {
  std::fill(p.c.begin(), p.c.end(), 0.0);
  c.run();
  double sum = 0;
  for (const double x : p.c) sum += x;
  return sum;
}

void print_row(const std::string& name, const core_problem& p,
               const std::vector<candidate>& candidates, const std::vector<double>& seconds) {
  double best = INFINITY;
  for (std::size_t k = 0; k < candidates.size(); ++k)
    if (candidates[k].name != "tessera" && candidates[k].name != "exact")
      best = std::min(best, seconds[k]);
  std::printf("%-11s %10s", name.c_str(), p.description.c_str());
  for (std::size_t k = 0; k < candidates.size(); ++k)
    std::printf("  %s %.4g us", candidates[k].name.c_str(), seconds[k] * 1e6);
  for (std::size_t k = 0; k < candidates.size(); ++k)
    if (candidates[k].name == "tessera" || candidates[k].name == "exact")
      std::printf("  | %s/best %.3f", candidates[k].name.c_str(), best / seconds[k]);
  std::printf("\n");
  std::fflush(stdout);
}

void measure(const std::string& name, core_problem p, const libraries& all, long repetitions) {
  std::vector<candidate> candidates;
  for (const auto& library : all)
    for (candidate& c : library->make(p)) candidates.push_back(std::move(c));
  if (candidates.empty()) return;
  const double expected = checksum_after(p, candidates.front());
  for (const candidate& c : candidates) {
    if (!c.run_elsewhere) checksum_after(p, c);
    check(p, c, expected);
  }
  calibrate(MPI_COMM_SELF, candidates);
  print_row(name, p, candidates, median_seconds(MPI_COMM_SELF, candidates, repetitions));
}

void print_triad(long repetitions) {
  triad t;
  const auto seconds = median_seconds(MPI_COMM_SELF, {{"triad", [&] { t.run(); }}}, repetitions);
  std::printf("triad %.2f GB/s\n", t.bytes() / seconds[0] * 1e-9);
}

} // namespace

void run_core(const core_options& options) {
  libraries all;
  all.push_back(make_tessera_core());
  all.push_back(make_hand_core());
  for (auto& peer : make_core_peers()) all.push_back(std::move(peer));
  if (options.only.empty()) print_triad(options.repetitions);
  for (std::size_t k = 0; k < core_case_names.size(); ++k) {
    const std::string& name = core_case_names[k];
    if (!options.only.empty() && options.only != name) continue;
    const auto what = static_cast<core_case>(k);
    for (const long n : sizes_of(what, options.large))
      measure(name, problem_of(what, n), all, options.repetitions);
  }
}

} // namespace bench

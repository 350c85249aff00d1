// Variances, quantiles, averages, histograms, and reductions that leave out NaN.
#include "reduce_modes.hpp"

#include <tessera/core/statistics/histogram.hpp>
#include <tessera/core/statistics/statistics.hpp>

using namespace tessera;

namespace {

/// Whole, along an axis, with keepdims; with ddof.
const add_function call_var("var", [](arguments& in, results& out) {
  const index_t ddof = in.integer();
  const index_t axis_of = in.integer();
  in.array_of<2, double, float, short, std::complex<double>>([&](const auto& a) {
    out(var(a, {.ddof = ddof}));
    out(var(a, axis(axis_of), {.ddof = ddof}));
    out(tessera::std(a, axis(axis_of), keepdims, {.ddof = ddof}));
    out(tessera::std(a));
  });
});

const add_function call_var_masked("var_masked", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  const auto a = in.array<double, 2>();
  const auto mask = in.array<bool, 2>();
  out(var(a.elements, masked(mask.elements)));
  out(tessera::std(a.elements, axis(axis_of), masked(mask.elements)));
});

const add_function call_average("average", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  const auto a = in.array<double, 2>();
  const auto weights = in.array<double, 2>();
  out(average(a.elements, weights.elements));
  out(average(a.elements, weights.elements, axis(axis_of)));
});

const add_function call_quantile("quantile", [](arguments& in, results& out) {
  const double q = in.number();
  const index_t axis_of = in.integer();
  in.array_of<3, double, float, short>([&](const auto& a) {
    out(quantile(a, q));
    out(percentile(a, 100.0 * q, axis(axis_of), keepdims));
    out(median(a, axis(axis_of)));
    out(median(a, axis(0, -1)));
  });
});

/// Several q.
const add_function call_quantiles("quantiles", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  const auto q = in.array<double, 1>();
  in.array_of<2, double, float>([&](const auto& a) {
    out(quantile(a, q.elements, axis(axis_of)));
    out(percentile(a, {25, 50, 75}));
    out(percentile(a, {0, 97.5}, axis(axis_of)));
    out(quantile(a, {0.3}, axis(axis_of), keepdims));
    out(percentile(a, 100.0 * q.elements));
  });
});

const add_function call_nan("nan_functions", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  const auto a = in.array<double, 2>();
  out(nansum(a.elements, axis(axis_of)));
  out(nanmean(a.elements, axis(axis_of)));
  out(nanmin(a.elements, axis(axis_of)));
  out(nanmax(a.elements, axis(axis_of)));
  out(nanstd(a.elements, axis(axis_of)));
  out(nanmax(a.elements));
});

const add_function call_histogram("histogram", [](arguments& in, results& out) {
  const index_t bins = in.integer();
  in.array_of<2, double, short>([&](const auto& a) {
    const histogram_result found = histogram(a, bins);
    out(found.counts);
    out(found.edges);
    out(histogram(a, bins, -3.0, 2.5).counts);
  });
});

const add_function call_histogram_edges("histogram_edges", [](arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  const auto edges = in.array<double, 1>();
  out(histogram(a.elements, edges.elements).counts);
});

const add_function call_digitize("digitize", [](arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  const auto edges = in.array<double, 1>();
  out(digitize(a.elements, edges.elements));
  out(digitize(a.elements, edges.elements, side::left));
});

const add_function call_bincount("bincount", [](arguments& in, results& out) {
  const index_t at_least = in.integer();
  const auto a = in.array<short, 1>();
  out(bincount(a.elements, at_least));
});

const add_function call_bincount_weights("bincount_weights", [](arguments& in, results& out) {
  const index_t at_least = in.integer();
  const auto a = in.array<short, 1>();
  const auto weights = in.array<double, 1>();
  out(bincount(a.elements, weights.elements, at_least));
});

} // namespace

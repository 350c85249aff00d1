// Reductions of whole arrays and along axes.
#include "reduce_modes.hpp"

#include <tessera/core/reductions/cumulative.hpp>

using namespace tessera;

namespace {

#define TESSERA_REDUCTION(name)                                                                    \
  [](const auto& a, const auto&... options) { return name(a, options...); }

const add_function call_sum("sum", [](arguments& in, results& out) {
  reduce_in_all_modes<double, float, short, bool>(in, out, TESSERA_REDUCTION(sum));
});
const add_function call_prod("prod", [](arguments& in, results& out) {
  reduce_in_all_modes<double>(in, out, TESSERA_REDUCTION(prod));
});
const add_function call_min("min", [](arguments& in, results& out) {
  reduce_in_all_modes<double, short>(in, out, TESSERA_REDUCTION(min));
});
const add_function call_max("max", [](arguments& in, results& out) {
  reduce_in_all_modes<double, bool>(in, out, TESSERA_REDUCTION(max));
});
const add_function call_any("any", [](arguments& in, results& out) {
  reduce_in_all_modes<double>(in, out, TESSERA_REDUCTION(any));
});
const add_function call_all("all", [](arguments& in, results& out) {
  reduce_in_all_modes<bool>(in, out, TESSERA_REDUCTION(all));
});
const add_function call_mean("mean", [](arguments& in, results& out) {
  reduce_in_all_modes<float, short>(in, out, TESSERA_REDUCTION(mean));
});
const add_function call_count("count_nonzero", [](arguments& in, results& out) {
  reduce_unmasked<short>(in, out, TESSERA_REDUCTION(count_nonzero));
});
const add_function call_ptp("ptp", [](arguments& in, results& out) {
  reduce_unmasked<double>(in, out, TESSERA_REDUCTION(ptp));
});
const add_function call_argmin("argmin", [](arguments& in, results& out) {
  reduce_one_axis<double>(in, out, TESSERA_REDUCTION(argmin));
});
const add_function call_argmax("argmax", [](arguments& in, results& out) {
  reduce_one_axis<std::uint64_t>(in, out, TESSERA_REDUCTION(argmax));
});
const add_function call_positions_masked("positions_masked", [](arguments& in, results& out) {
  const index_t along = in.integer();
  const auto a = in.array<double, 2>();
  const auto mask = in.array<bool, 2>();
  const auto chosen = masked(mask.elements);
  out(argmax(a.elements, chosen, axis(along)));
  out(argmin(a.elements, chosen));
  out(argmin(-a.elements, chosen, axis(along), keepdims));
});

// Expressions, with operands that broadcast.
const add_function call_sum_of_products("sum_of_products", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  const auto a = in.array<double, 3>();
  const auto b = in.array<double, 2>();
  out(sum(a.elements * b.elements, axis(axis_of)));
  out(sum(a.elements * b.elements));
  out(max(a.elements + b.elements, axis(axis_of), keepdims));
});

const add_function call_fast("fast", [](arguments& in, results& out) {
  in.any_array<double>([&](const auto& a) {
    out(fast_sum(a));
    out(fast_dot(a, a));
    out(norm(a));
  });
});

const add_function call_sum_complex("sum_complex", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  const auto a = in.array<std::complex<double>, 2>();
  out(sum(a.elements));
  out(sum(a.elements, axis(axis_of)));
  out(prod(a.elements));
});

const add_function call_cumulative("cumulative", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  const index_t order = in.integer();
  in.array_of<2, double, short>([&](const auto& a) {
    out(diff(a, order, axis(axis_of)));
    out(cumsum(a));
    out(cumsum(a, axis(axis_of)));
    out(cumprod(a, axis(axis_of)));
  });
});

const add_function call_gradient("gradient", [](arguments& in, results& out) {
  const double step = in.number();
  const index_t axis_of = in.integer();
  const auto a = in.array<double, 2>();
  out(gradient(a.elements, step, axis(axis_of)));
});

const add_function call_trapz("trapz", [](arguments& in, results& out) {
  const auto y = in.array<double, 1>();
  const auto x = in.array<double, 1>();
  out(trapz(y.elements, 0.5));
  out(trapz(y.elements, x.elements));
});

} // namespace

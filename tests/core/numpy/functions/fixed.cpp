// Fixed arrays, a stack of them at a time.
#include "function.hpp"

#include <tessera/core/expressions/map.hpp>
#include <tessera/core/fixed_array.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <complex>

using namespace tessera;

namespace {

using complex = std::complex<double>;

/// Calls f with a stack of matrices of N rows, of any type.
template <std::size_t N, class F> void matrices_of(arguments& in, F f) {
  in.array_of<3, double, float, complex>([&](const auto& a) {
    const auto held = ndarray(a);
    f(as_fixed<N, N>(held));
  });
}

template <std::size_t N> void call_matrices(arguments& in, results& out) {
  matrices_of<N>(in, [&](const auto& a) {
    using matrix = typename std::remove_cvref_t<decltype(a)>::value_type;
    using T = typename matrix::value_type;
    const auto b = ndarray(in.array<T, 2>().elements);
    const auto x = as_fixed<N>(b);
    out(components(map([](const auto& m) { return inv(m); }, a)));
    out(ndarray(map([](const auto& m) { return det(m); }, a)));
    out(components(map([](const auto& m, const auto& v) { return solve(m, v); }, a, x)));
    out(components(map([](const auto& m, const auto& v) { return matmul(m, v); }, a, x)));
    out(components(map([](const auto& m) { return matmul(m, transpose(m)); }, a)));
    out(ndarray(map([](const auto& v) { return norm(v); }, x)));
    out(ndarray(map([](const auto& m) { return norm(m); }, a)));
  });
}
const add_function matrices_2("fixed_matrices2", call_matrices<2>);
const add_function matrices_3("fixed_matrices3", call_matrices<3>);
const add_function matrices_4("fixed_matrices4", call_matrices<4>);

const add_function vectors("fixed_vectors", [](arguments& in, results& out) {
  const auto a = ndarray(in.array<double, 2>().elements);
  const auto b = ndarray(in.array<double, 2>().elements);
  const auto x = as_fixed<3>(a);
  const auto y = as_fixed<3>(b);
  out(components(map([](const auto& p, const auto& q) { return cross(p, q); }, x, y)));
  out(components(map([](const auto& p, const auto& q) { return outer(p, q); }, x, y)));
  out(components(2.0 * x - y / 3.0 + x * y));
  out(ndarray<double, 1>((min)(x)));
  out(ndarray<double, 1>((max)(x)));
  out.text(to_string(ndarray(x)));
});

} // namespace

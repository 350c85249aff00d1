// Products.
#include "function.hpp"

#include <tessera/core/algebra/products.hpp>

using namespace tessera;

namespace {

using complex = std::complex<double>;

/// Calls f with two arrays of one of the types, with A and B axes.
template <std::size_t A, std::size_t B, class... Types, class F> void pair_of(arguments& in, F f) {
  in.array_of<A, Types...>([&](const auto& a) {
    using T = typename std::remove_cvref_t<decltype(a)>::value_type;
    const auto b = in.array<T, B>();
    f(a, view<const T, B>(b.elements));
  });
}

template <std::size_t A, std::size_t B, class... Types>
void call_matmul(arguments& in, results& out) {
  pair_of<A, B, Types...>(in, [&](const auto& a, const auto& b) { out(matmul(a, b)); });
}

const add_function matmul_11("matmul11", call_matmul<1, 1, double, int>);
const add_function matmul_12("matmul12", call_matmul<1, 2, double, complex>);
const add_function matmul_21("matmul21", call_matmul<2, 1, double, complex>);
const add_function matmul_22("matmul22",
                             call_matmul<2, 2, double, float, complex, std::complex<float>,
                                         std::int8_t, int, std::uint64_t, bool>);
const add_function matmul_23("matmul23", call_matmul<2, 3, double>);
const add_function matmul_31("matmul31", call_matmul<3, 1, double>);
const add_function matmul_32("matmul32", call_matmul<3, 2, double>);
const add_function matmul_33("matmul33", call_matmul<3, 3, double, int>);
const add_function matmul_42("matmul42", call_matmul<4, 2, double>);

// Into a strided target, whose old elements must not show.
const add_function matmul_out("matmul_out", [](arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  const auto b = in.array<double, 2>();
  const auto c = in.array<double, 2>();
  matmul(a.elements, b.elements, c.elements);
  out(c.elements);
});
// a = a b for parts of one array.
const add_function matmul_overlap("matmul_overlap", [](arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  const auto part = a.elements(slice(1, none), slice(none, none, -1));
  const auto square = part(all, slice(0, part.shape(0)));
  matmul(square, square, square.transpose());
  out(a.elements);
});
const add_function mixed("matmul_mixed", [](arguments& in, results& out) {
  const auto a = in.array<int, 2>();
  const auto b = in.array<float, 2>();
  out(matmul(a.elements, 2.0F * b.elements));
});
const add_function dot_22("dot22", [](arguments& in, results& out) {
  pair_of<2, 2, double>(in, [&](const auto& a, const auto& b) { out(dot(a, b)); });
});
const add_function vdot_2("vdot", [](arguments& in, results& out) {
  pair_of<2, 2, double, complex>(in, [&](const auto& a, const auto& b) { out(vdot(a, b)); });
});
const add_function inner_22("inner", [](arguments& in, results& out) {
  pair_of<2, 2, double>(in, [&](const auto& a, const auto& b) { out(inner(a, b)); });
});
const add_function outer_11("outer", [](arguments& in, results& out) {
  pair_of<1, 1, double, int>(in, [&](const auto& a, const auto& b) { out(outer(a, b)); });
});
const add_function kron_22("kron", [](arguments& in, results& out) {
  pair_of<2, 2, int>(in, [&](const auto& a, const auto& b) { out(kron(a, b)); });
});
const add_function cross_21("cross", [](arguments& in, results& out) {
  pair_of<2, 1, int>(in, [&](const auto& a, const auto& b) { out(cross(a, b)); });
});
const add_function tensordot_32("tensordot", [](arguments& in, results& out) {
  pair_of<3, 2, int>(in, [&](const auto& a, const auto& b) {
    out(tensordot<1>(a, b));
    out(tensordot<2>(a, b.transpose()));
  });
});
const add_function trace_2("trace", [](arguments& in, results& out) {
  const auto a = in.array<std::int64_t, 2>();
  out(trace(a.elements, in.integer()));
});

} // namespace

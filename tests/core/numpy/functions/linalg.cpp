// numpy.linalg.
#include "function.hpp"

#include <tessera/core/eig.hpp>
#include <tessera/core/linalg.hpp>

#include <string>

using namespace tessera;

namespace {

using complex = std::complex<double>;

/// Calls f with a matrix of any type that LAPACK knows.
template <class F> void matrix_of(arguments& in, F f) {
  in.array_of<2, double, float, complex, std::complex<float>>(f);
}

template <std::size_t A, std::size_t B> void call_solve(arguments& in, results& out) {
  const auto a = in.array<double, A>();
  const auto b = in.array<double, B>();
  out(linalg::solve(a.elements, b.elements));
}
const add_function solve_21("solve21", call_solve<2, 1>);
const add_function solve_32("solve32", call_solve<3, 2>);
const add_function solve_31("solve31", call_solve<3, 1>);
const add_function solve_22("solve22", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) {
    using T = typename std::remove_cvref_t<decltype(a)>::value_type;
    const auto b = in.array<T, 2>();
    out(linalg::solve(a, b.elements));
  });
});
const add_function inverse("inv", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) { out(linalg::inv(a)); });
});
const add_function determinant("det", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) {
    out(linalg::det(a));
    const auto [sign, logarithm] = linalg::slogdet(a);
    out(sign);
    out(logarithm);
  });
});
const add_function cholesky_2("cholesky", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) { out(linalg::cholesky(a)); });
});
const add_function qr_2("qr", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) {
    const auto mode = in.integer() != 0 ? linalg::qr_mode::complete : linalg::qr_mode::reduced;
    const auto [q, r] = linalg::qr(a, mode);
    out(q);
    out(r);
  });
});
const add_function svd_2("svd", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) {
    const auto [u, s, vh] = linalg::svd(a, {.full_matrices = in.integer() != 0});
    out(u);
    out(s);
    out(vh);
    out(linalg::svdvals(a));
  });
});
const add_function eigh_2("eigh", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) {
    const auto used = in.integer() != 0 ? linalg::triangle::upper : linalg::triangle::lower;
    const auto [values, vectors] = linalg::eigh(a, used);
    out(values);
    out(vectors);
    out(linalg::eigvalsh(a, used));
  });
});
const add_function eig_2("eig", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) {
    const auto [values, vectors] = linalg::eig(a);
    out(values);
    out(vectors);
    out(linalg::eigvals(a));
  });
});
const add_function pinv_2("pinv", [](arguments& in, results& out) {
  matrix_of(in, [&](const auto& a) { out(linalg::pinv(a)); });
});

template <std::size_t B> void call_lstsq(arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  const auto b = in.array<double, B>();
  const auto [x, residuals, rank, s] = linalg::lstsq(a.elements, b.elements, in.number());
  out(x);
  out(residuals);
  out(rank);
  out(s);
}
const add_function lstsq_21("lstsq21", call_lstsq<1>);
const add_function lstsq_22("lstsq22", call_lstsq<2>);

const add_function norm_2("norm", [](arguments& in, results& out) {
  in.any_array<double, complex>([&](const auto& a) {
    using array = std::remove_cvref_t<decltype(a)>;
    const std::string name = in.text();
    const linalg::norm_order order = name == "fro"   ? linalg::fro
                                     : name == "nuc" ? linalg::nuc
                                                     : linalg::norm_order(std::stod(name));
    if constexpr (array::ndim <= 2)
      out(linalg::norm(a, order));
    else
      out(linalg::norm(a, order, axis(in.integer())));
  });
});
const add_function norm_axes("norm_axes", [](arguments& in, results& out) {
  const auto a = in.array<double, 3>();
  const index_t first = in.integer();
  const index_t second = in.integer();
  out(linalg::norm(a.elements, linalg::inf, axis(first, second)));
  out(linalg::norm(a.elements, 1, axis(first, second)));
  out(linalg::norm(a.elements));
});
const add_function cond_2("cond", [](arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  out(linalg::cond(a.elements));
  out(linalg::cond(a.elements, 1));
  out(linalg::cond(a.elements, linalg::fro));
  out(linalg::cond(a.elements, -2));
  out(linalg::matrix_rank(a.elements));
  out(linalg::matrix_rank(a.elements, 0.5));
});
const add_function power("matrix_power", [](arguments& in, results& out) {
  in.array_of<2, double, int>([&](const auto& a) { out(linalg::matrix_power(a, in.integer())); });
});
// Stacks of everything that takes them.
const add_function stacks("linalg_stack", [](arguments& in, results& out) {
  const auto held = in.array<double, 3>();
  const auto& a = held.elements;
  out(linalg::inv(a));
  out(linalg::det(a));
  out(linalg::slogdet(a).logabsdet);
  out(linalg::svdvals(a));
  out(linalg::eigvalsh(a));
  out(linalg::pinv(a));
  out(linalg::cond(a));
  out(linalg::matrix_rank(a));
  const auto [q, r] = linalg::qr(a);
  out(matmul(q, r));
  const auto [u, s, vh] = linalg::svd(a, {.full_matrices = false});
  out(matmul(u * s(all, newaxis, all), vh));
  out(linalg::matrix_power(a, 3));
});

} // namespace

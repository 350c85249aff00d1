// Polynomials.
#include "function.hpp"

#include <tessera/core/algebra/polyfit.hpp>
#include <tessera/core/roots.hpp>

using namespace tessera;

namespace {

template <class F> void call_pair(arguments& in, results& out, F f) {
  in.array_of<1, double, int>([&](const auto& a) {
    using T = typename std::remove_cvref_t<decltype(a)>::value_type;
    const auto b = in.array<T, 1>();
    out(f(a, view<const T, 1>(b.elements)));
  });
}

const add_function add_two("polyadd", [](arguments& in, results& out) {
  call_pair(in, out, [](const auto& a, const auto& b) { return polyadd(a, b); });
});
const add_function subtract_two("polysub", [](arguments& in, results& out) {
  call_pair(in, out, [](const auto& a, const auto& b) { return polysub(a, b); });
});
const add_function multiply_two("polymul", [](arguments& in, results& out) {
  call_pair(in, out, [](const auto& a, const auto& b) { return polymul(a, b); });
});
const add_function divide_two("polydiv", [](arguments& in, results& out) {
  const auto a = in.array<double, 1>();
  const auto b = in.array<double, 1>();
  const auto [quotient, remainder] = polydiv(a.elements, b.elements);
  out(quotient);
  out(remainder);
});
const add_function derivative("polyder", [](arguments& in, results& out) {
  in.array_of<1, double, int>([&](const auto& p) { out(polyder(p, in.integer())); });
});
const add_function integral("polyint", [](arguments& in, results& out) {
  in.array_of<1, double, int>([&](const auto& p) {
    const index_t m = in.integer();
    out(polyint(p, m, in.number()));
  });
});
const add_function from_roots("poly", [](arguments& in, results& out) {
  in.array_of<1, double, std::complex<double>>([&](const auto& r) { out(poly(r)); });
});
const add_function values("polyval", [](arguments& in, results& out) {
  const auto p = in.array<double, 1>();
  in.array_of<2, double, int>([&](const auto& x) { out(polyval(p.elements, x)); });
});
const add_function integer_values("polyval_int", [](arguments& in, results& out) {
  const auto p = in.array<int, 1>();
  const auto x = in.array<int, 2>();
  out(polyval(p.elements, x.elements));
  out(polyval(p.elements, 2.5));
});
const add_function roots_1("roots", [](arguments& in, results& out) {
  in.array_of<1, double, std::complex<double>>([&](const auto& p) { out(roots(p)); });
});
template <std::size_t N> void call_fit(arguments& in, results& out) {
  const auto x = in.array<double, 1>();
  const auto y = in.array<double, N>();
  const index_t degree = in.integer();
  const double rcond = in.number();
  out(polyfit(x.elements, y.elements, degree));
  const auto fit = polyfit_full(x.elements, y.elements, degree, {.rcond = rcond});
  out(fit.residuals);
  out(fit.rank);
  out(fit.singular_values);
  out(fit.covariance);
}
const add_function fit_1("polyfit1", call_fit<1>);
const add_function fit_2("polyfit2", call_fit<2>);
const add_function weighted("polyfit_weighted", [](arguments& in, results& out) {
  const auto x = in.array<double, 1>();
  const auto y = in.array<double, 1>();
  const auto w = in.array<double, 1>();
  const index_t degree = in.integer();
  out(polyfit(x.elements, y.elements, degree, w.elements));
  out(polyfit_full(x.elements, y.elements, degree, w.elements, {.unscaled_covariance = true})
          .covariance);
});

} // namespace

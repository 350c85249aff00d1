// Mathematical functions of floating-point numbers, by type: "sin_d", "sin_f".
#include "function.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>

using namespace tessera;

namespace {

// An array of one axis: long rows, strided ones, and all remainders.
#define OF_ONE(name)                                                                               \
  const add_function name##_d(#name "_d", [](arguments& in, results& out) {                        \
    const auto a = in.array<double, 1>();                                                          \
    out(tessera::name(a.elements));                                                                \
  });                                                                                              \
  const add_function name##_f(#name "_f", [](arguments& in, results& out) {                        \
    const auto a = in.array<float, 1>();                                                           \
    out(tessera::name(a.elements));                                                                \
  });
#define OF_TWO(name)                                                                               \
  const add_function name##_d(#name "_d", [](arguments& in, results& out) {                        \
    const auto a = in.array<double, 1>();                                                          \
    const auto b = in.array<double, 1>();                                                          \
    out(tessera::name(a.elements, b.elements));                                                    \
  });                                                                                              \
  const add_function name##_f(#name "_f", [](arguments& in, results& out) {                        \
    const auto a = in.array<float, 1>();                                                           \
    const auto b = in.array<float, 1>();                                                           \
    out(tessera::name(a.elements, b.elements));                                                    \
  });

// clang-format off
TESSERA_FOR_EACH_VECTOR_FUNCTION(OF_ONE, OF_TWO)
OF_ONE(sqrt) OF_ONE(lgamma) OF_ONE(tgamma) OF_ONE(square) OF_ONE(reciprocal)
OF_ONE(degrees) OF_ONE(radians) OF_ONE(floor) OF_ONE(ceil) OF_ONE(trunc) OF_ONE(rint)
OF_ONE(abs) OF_ONE(sign) OF_ONE(signbit) OF_ONE(isnan) OF_ONE(isinf) OF_ONE(isfinite)
OF_TWO(copysign) OF_TWO(nextafter) OF_TWO(logaddexp) OF_TWO(fmod) OF_TWO(remainder)
OF_TWO(floor_divide) OF_TWO(minimum) OF_TWO(maximum) OF_TWO(fmin) OF_TWO(fmax)
    // clang-format on

    // Powers with one exponent for all.
    template <class T>
    void power_of_scalar(arguments& in, results& out) {
  const auto a = in.array<T, 1>();
  const double exponent = in.number();
  out(pow(a.elements, exponent));
}
const add_function power_d("power_of_scalar_d", power_of_scalar<double>);
const add_function power_f("power_of_scalar_f", power_of_scalar<float>);

template <class T> void round_to(arguments& in, results& out) {
  const auto a = in.array<T, 1>();
  out(round(a.elements, static_cast<int>(in.integer())));
}
const add_function round_d("round_d", round_to<double>);
const add_function round_f("round_f", round_to<float>);
const add_function round_i("round_i", round_to<std::int32_t>);

// The same elements at every place of a vector, in rows of every length, and in other loops.
template <class T> void places(arguments& in, results& out) {
  const auto a = in.array<T, 1>();
  const auto& x = a.elements;
  const ndarray whole = sin(x) + exp(x) * log(x);
  index_t different = 0;
  const auto compare = [&](const auto& part, const auto& of_whole) {
    const ndarray<T, 1> found = sin(part) + exp(part) * log(part);
    different += sum(!(found == of_whole) && (found == found));
  };
  for (index_t first = 0; first < 20; ++first)
    for (index_t last = first + 1; last < x.size(); last += 1 + last / 16)
      compare(x(slice(first, last)), whole(slice(first, last)));
  for (index_t step = 2; step < 5; ++step)
    compare(x(slice(none, none, -step)), whole(slice(none, none, -step)));
  out(different);
  // Beside a condition, and where single elements are asked for.
  const ndarray<T, 1> chosen = where(x > T{0}, log(x), T{0});
  const ndarray<T, 1> logarithm = log(x);
  out(index_t{sum(!(chosen == where(x > T{0}, logarithm, T{0})))});
}
const add_function places_d("places_d", places<double>);
const add_function places_f("places_f", places<float>);

} // namespace

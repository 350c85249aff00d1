// Creation.
#include "function.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/creation/grids.hpp>

using namespace tessera;

namespace {

const add_function zeros_2("zeros", [](arguments& in, results& out) {
  const index_t rows = in.integer();
  out(zeros<double>(rows, in.integer()));
});

template <class T> void arange_of(arguments& in, results& out) {
  T values[3];
  for (T& x : values)
    if constexpr (std::is_integral_v<T>)
      x = static_cast<T>(in.integer());
    else
      x = static_cast<T>(in.number());
  out(arange(values[0], values[1], values[2]));
}
const add_function arange_double("arange_d", &arange_of<double>);
const add_function arange_float("arange_f", &arange_of<float>);
const add_function arange_integer("arange_l", &arange_of<std::int64_t>);
const add_function arange_unsigned("arange_L", &arange_of<std::uint64_t>);

const add_function arange_types("arange_types", [](arguments& in, results& out) {
  const auto n = static_cast<int>(in.integer());
  out(arange(n));
  out(arange(1, n));
  out(arange(0.5, n));
  out(arange(1, n, 0.25));
  out(arange<std::int16_t>(n));
  out(arange<float>(0, n, 0.3));
  out(arange(1, n, 0.5F));
});

const add_function linspace_any("linspace", [](arguments& in, results& out) {
  const double start = in.number();
  const double stop = in.number();
  const index_t num = in.integer();
  const bool endpoint = in.integer() != 0;
  out(linspace(start, stop, num, {.endpoint = endpoint}));
  out(linspace<float>(start, stop, num, {.endpoint = endpoint}));
});
const add_function linspace_integer("linspace_h", [](arguments& in, results& out) {
  const double start = in.number();
  const double stop = in.number();
  out(linspace<std::int16_t>(start, stop, in.integer()));
});
const add_function linspace_complex("linspace_D", [](arguments& in, results& out) {
  const double x = in.number();
  const double y = in.number();
  out(linspace(std::complex(x, y), std::complex(y, -x), in.integer()));
});

const add_function logspace_any("logspace", [](arguments& in, results& out) {
  const double start = in.number();
  const double stop = in.number();
  const index_t num = in.integer();
  const double base = in.number();
  out(logspace(start, stop, num, {.base = base, .endpoint = in.integer() != 0}));
});
const add_function geomspace_any("geomspace", [](arguments& in, results& out) {
  const double start = in.number();
  const double stop = in.number();
  const index_t num = in.integer();
  out(geomspace(start, stop, num, {.endpoint = in.integer() != 0}));
});

const add_function meshgrid_both("meshgrid", [](arguments& in, results& out) {
  in.array_of<1, double>([&](const auto& x) {
    in.array_of<1, std::int32_t>([&](const auto& y) {
      const auto [x2, y2] = meshgrid(x, y);
      out(x2);
      out(y2);
      const auto [x3, y3, z3] = meshgrid(x, y, ndarray(x), indexing::ij);
      out(x3);
      out(y3);
      out(z3);
    });
  });
});

const add_function indices_3("indices", [](arguments& in, results& out) {
  shape_t<3> shape{};
  for (index_t& n : shape) n = in.integer();
  out(indices(shape));
  out(fromfunction([](index_t i, index_t j, index_t k) { return 100 * i + 10 * j - k; }, shape));
});

} // namespace

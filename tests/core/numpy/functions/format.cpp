// Arrays as text.
#include "function.hpp"

#include <tessera/core/members.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/core/text/text.hpp>

#include <string>

using namespace tessera;

namespace {

struct reading {
  std::complex<float> z;
  bool good;
};

struct probe {
  std::int32_t id;
  double x;
  float table[2][3];
  fixed_string<5> name;
  std::array<reading, 2> readings;
};

struct lone {
  std::uint8_t number;
};

} // namespace

TESSERA_MEMBERS(reading, z, good);
TESSERA_MEMBERS(probe, id, x, table, name, readings);
TESSERA_MEMBERS(lone, number);

namespace {

template <class F> void any_printed(arguments& in, F f) {
  in.any_array<bool, std::int8_t, std::uint16_t, std::int32_t, std::int64_t, std::uint64_t, float,
               double, std::complex<float>, std::complex<double>, char, fixed_string<5>>(f);
}

const add_function format_any("format", [](arguments& in, results& out) {
  any_printed(in, [&](const auto& a) {
    print_options options;
    options.precision = in.integer();
    options.threshold = in.integer();
    options.edgeitems = in.integer();
    options.linewidth = in.integer();
    options.suppress = in.integer() != 0;
    const std::string separator = in.text();
    options.separator = separator;
    out.text(format(a, options));
  });
});

const add_function format_structs("format_structs", [](arguments& in, results& out) {
  const auto id = in.array<std::int32_t, 2>();
  const auto x = in.array<double, 2>();
  const auto table = in.array<float, 4>();
  const auto name = in.array<fixed_string<5>, 2>();
  const auto z = in.array<std::complex<float>, 3>();
  const auto good = in.array<bool, 3>();
  ndarray<probe, 2> all(id.elements.shape());
  ndarray<lone, 2> alone(id.elements.shape());
  for (index_t i = 0; i < id.elements.shape()[0]; ++i)
    for (index_t j = 0; j < id.elements.shape()[1]; ++j) {
      probe p{id.elements(i, j), x.elements(i, j), {}, name.elements(i, j), {}};
      for (index_t k = 0; k < 6; ++k) p.table[k / 3][k % 3] = table.elements(i, j, k / 3, k % 3);
      for (std::size_t k = 0; k < 2; ++k)
        p.readings[k] = {z.elements(i, j, k), good.elements(i, j, k)};
      all(i, j) = p;
      alone(i, j).number = static_cast<std::uint8_t>(id.elements(i, j));
    }
  out.text(format(all, {.threshold = in.integer()}));
  out.text(format(alone));
});

const add_function format_spec("format_spec", [](arguments& in, results& out) {
  any_printed(in, [&](const auto& a) { out.text(format(a, in.text())); });
});

} // namespace

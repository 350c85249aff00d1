/// @file
/// A struct as an element of files, with what a struct can hold.
#pragma once

#include <tessera/core/complex.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/distributed/global_array.hpp>

#include <array>
#include <string>

namespace tessera_test {

struct site {
  float latitude;
  bool sea;
};

/// With gaps between its members, and one of each kind.
struct particle {
  std::int8_t kind;
  double x[3];
  tessera::fixed_string<5> name;
  std::complex<float> charge;
  std::array<std::array<std::int16_t, 2>, 3> table;
  site home;
  bool alive;
};

} // namespace tessera_test

template <>
inline constexpr auto tessera::members_of<tessera_test::site> = members(
    member("latitude", &tessera_test::site::latitude), member("sea", &tessera_test::site::sea));
template <>
inline constexpr auto tessera::members_of<tessera_test::particle> = members(
    member("kind", &tessera_test::particle::kind), member("x", &tessera_test::particle::x),
    member("name", &tessera_test::particle::name),
    member("charge", &tessera_test::particle::charge),
    member("table", &tessera_test::particle::table), member("home", &tessera_test::particle::home),
    member("alive", &tessera_test::particle::alive));

namespace tessera_test {

inline particle particle_at(tessera::index_t i, tessera::index_t j) {
  const tessera::index_t k = 10 * i + j;
  particle p{};
  p.kind = static_cast<std::int8_t>(k);
  for (int d = 0; d < 3; ++d) p.x[d] = static_cast<double>(k) + 0.25 * d;
  p.name = "n" + std::to_string(k);
  p.charge = {static_cast<float>(k), -1};
  for (std::size_t d = 0; d < 6; ++d) p.table[d / 2][d % 2] = static_cast<std::int16_t>(k - 100);
  p.home = {0.5F * static_cast<float>(k), k % 2 == 0};
  p.alive = k % 3 == 0;
  return p;
}

inline bool same(const particle& a, const particle& b) {
  return a.kind == b.kind && a.x[0] == b.x[0] && a.x[1] == b.x[1] && a.x[2] == b.x[2] &&
         a.name == b.name && a.charge == b.charge && a.table == b.table &&
         a.home.latitude == b.home.latitude && a.home.sea == b.home.sea && a.alive == b.alive;
}

/// How many of this rank's elements are not those of `particle_at`.
inline tessera::index_t wrong(const tessera::global_array<particle, 2>& u) {
  const tessera::ndarray<particle, 2> mine(u.owned());
  tessera::index_t count = 0;
  for (tessera::index_t i = 0; i < mine.shape()[0]; ++i)
    for (tessera::index_t j = 0; j < mine.shape()[1]; ++j)
      count +=
          same(mine(i, j), particle_at(u.block().lower[0] + i, u.block().lower[1] + j)) ? 0 : 1;
  return count;
}

inline tessera::global_array<particle, 2> particles(const tessera::process_grid<2>& grid,
                                                    const tessera::shape_t<2>& shape) {
  tessera::global_array<particle, 2> u(grid, shape, tessera::halo<2>(1));
  u.fill(particle_at);
  return u;
}

} // namespace tessera_test

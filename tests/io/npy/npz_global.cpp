/// @file
/// npz files that all ranks save: the bytes of those that one process saves of the whole arrays.

#include "support/numbered.hpp"
#include "support/particle.hpp"
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/fixed_array.hpp>
#include <tessera/io/npz.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::number;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// Pieces that go through rank 0 are this small while it lives.
class small_npz_pieces {
public:
  explicit small_npz_pieces(index_t bytes) { detail::set_npz_piece_bytes(bytes); }
  small_npz_pieces(const small_npz_pieces&) = delete;
  small_npz_pieces& operator=(const small_npz_pieces&) = delete;
  ~small_npz_pieces() { detail::set_npz_piece_bytes(index_t{8} << 20U); }
};

/// Both saved, plain and packed; rank 0's local file is what counts.
void expect_same_npz(const scratch& folder, const std::vector<npz_array>& global,
                     const std::vector<npz_array>& whole) {
  for (const bool compressed : {false, true}) {
    save_npz(world(), folder / "global.npz", global, {.compressed = compressed});
    if (world().rank() == 0) save_npz(folder / "local.npz", whole, {.compressed = compressed});
    world().barrier();
    const std::string expected = content_of(folder / "local.npz");
    EXPECT_EQ(expected.size(), content_of(folder / "global.npz").size());
    EXPECT_TRUE(expected == content_of(folder / "global.npz")) << compressed;
    world().barrier();
  }
}

template <class T, std::size_t N>
global_array<T, N> numbered_npz(const process_grid<N>& grid, const shape_t<N>& shape) {
  global_array<T, N> u(grid, shape, halo<N>(1));
  number(u);
  return u;
}

} // namespace

TEST(npz_global, has_the_bytes_of_local_ones) {
  const scratch folder;
  const auto u = numbered_npz<double, 2>(process_grid<2>(world()), {17, 9});
  const auto z = numbered_npz<std::complex<float>, 3>(process_grid<3>(world()), {3, 4, 5});
  const auto b = numbered_npz<bool, 1>(process_grid<1>(world()), {5});
  const auto none_of_it = numbered_npz<std::int16_t, 2>(process_grid<2>(world()), {0, 7});
  const ndarray<float, 1> local{1, 2, 3};
  const auto all_u = u.gather_all();
  const auto all_z = z.gather_all();
  const auto all_b = b.gather_all();
  const auto all_none = none_of_it.gather_all();
  for (const index_t bytes : {index_t{1}, index_t{100}, index_t{8} << 20U}) {
    const small_npz_pieces small(bytes);
    expect_same_npz(
        folder, {{"u", u}, {"local", local}, {"z", z}, {"dt", 0.5}, {"b", b}, {"e", none_of_it}},
        {{"u", all_u}, {"local", local}, {"z", all_z}, {"dt", 0.5}, {"b", all_b}, {"e", all_none}});
  }
}

TEST(npz_global, takes_parts_expressions_and_any_distribution) {
  const scratch folder;
  const auto u = numbered_npz<double, 2>(grid_along<2>(world(), 1), {8, 13});
  const process_grid<1> line(world());
  global_array<index_t, 1> dealt(
      line, distribution<1>({axis_distribution::cyclic(20, world().size(), 3)}));
  number(dealt);
  const auto all_u = u.gather_all();
  const auto all_dealt = dealt.gather_all();
  const small_npz_pieces small(64);
  expect_same_npz(folder,
                  {{"part", u(slice(1, -1), slice(none, none, -2))},
                   {"row", u(3)},
                   {"twice", 2.0 * u},
                   {"dealt", dealt}},
                  {{"part", all_u(slice(1, -1), slice(none, none, -2))},
                   {"row", all_u(3)},
                   {"twice", 2.0 * all_u},
                   {"dealt", all_dealt}});
}

TEST(npz_global, takes_structs_and_vectors) {
  const scratch folder;
  const auto p = tessera_test::particles(process_grid<2>(world()), {4, 5});
  global_array<fixed_array<double, 3>, 1> v(process_grid<1>(world()), {6});
  v.fill([](index_t i) {
    const auto x = static_cast<double>(i);
    return fixed_array<double, 3>{x, -x, 0.5};
  });
  const auto all_p = p.gather_all();
  const auto all_v = v.gather_all();
  expect_same_npz(folder, {{"p", p}, {"v", v}}, {{"p", all_p}, {"v", all_v}});
}

/// More than the blocks that are packed at once.
TEST(npz_global, packs_long_arrays_in_the_same_blocks) {
  const scratch folder;
  const auto u = numbered_npz<double, 2>(process_grid<2>(world()), {1100, 600});
  const auto all_u = u.gather_all();
  const small_npz_pieces small(300000);
  expect_same_npz(folder, {{"u", u}}, {{"u", all_u}});
}

TEST(npz_global, says_what_cannot_be) {
  const scratch folder;
  const std::string path = folder.file("a.npz", "old");
  const auto u = numbered_npz<double, 1>(process_grid<1>(world()), {3000});
  const auto on_all = [&](const auto& call) {
    const std::string message = message_of(call);
    EXPECT_EQ(message, broadcast(world(), message, 0));
    return message;
  };
  EXPECT_EQ(on_all([&] {
              save_npz(path, {{"u", u}});
            }),
            "argument: 'u' is a global array: save_npz(comm, path, ...) writes it, on all ranks");
  EXPECT_EQ(on_all([&] {
              save_npz(world(), path, {{"u", u}, {"u", u}});
            }),
            "argument: two arrays of one npz file are called 'u'");
  EXPECT_NE(on_all([&] {
              save_npz(world(), folder / "absent/a.npz", {{"u", u}});
            }).find("absent/a.npz"),
            std::string::npos);
  for (const bool compressed : {false, true}) {
    const tessera_test::file_size_limit limit(100);
    EXPECT_EQ(on_all([&] {
                save_npz(world(), path, {{"u", u}}, {.compressed = compressed});
              }),
              "file: cannot write '" + path + "': File too large");
  }
  EXPECT_EQ(content_of(path), "old");
  if (world().size() == 1) return;
  const std::string mine = world().rank() == 0 ? "u" : "v";
  EXPECT_NE(on_all([&] {
              save_npz(world(), path, {{mine, u}});
            }).find("'v' of float64 over ranks"),
            std::string::npos);
  const communicator self(MPI_COMM_SELF);
  const auto alone = numbered_npz<double, 1>(process_grid<1>(self), {5});
  EXPECT_NE(on_all([&] {
              save_npz(world(), path, {{"u", alone}});
            }).find("different ranks"),
            std::string::npos);
}

/// @file
/// Stores that are written and read again: random arrays, chunks, shards, codecs, distributions.

#include "random_dims.hpp"
#include "with_threads.hpp"
#include "zarr_check.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/creation/create.hpp>

#include <gtest/gtest.h>

#include <complex>
#include <cstring>
#include <string>

using namespace tessera;
using tessera_test::distribution_of_any_kind;
using tessera_test::files_of;
using tessera_test::random_grid;
using tessera_test::scratch;
using tessera_test::small_zarr_buffers;
using tessera_test::world;

namespace {

template <class T, std::size_t N>
bool zarr_same_bits(const ndarray<T, N>& a, const ndarray<T, N>& b) {
  return a.shape() == b.shape() &&
         (a.size() == 0 ||
          std::memcmp(a.data(), b.data(), sizeof(T) * static_cast<std::size_t>(a.size())) == 0);
}

/// Bytes at random, but for bool; some parts all zero.
template <class T, std::size_t N>
ndarray<T, N> random_elements(random_source& random, const shape_t<N>& shape) {
  ndarray<T, N> array(shape);
  auto* bytes = reinterpret_cast<unsigned char*>(array.data());
  const index_t most = std::is_same_v<T, bool> ? 1 : 255;
  for (index_t i = 0; i < array.size() * array.itemsize(); ++i)
    bytes[i] = static_cast<unsigned char>(random.between(0, most));
  return array;
}

template <std::size_t N>
zarr_layout random_zarr_layout(random_source& random, const shape_t<N>& shape) {
  zarr_layout layout;
  if (random.one_in(6)) return layout;
  for (const index_t n : shape)
    layout.chunk.push_back(random.between(1, std::max<index_t>(n + 2, 2)));
  if (random.one_in(2))
    for (const index_t n : layout.chunk) layout.shard.push_back(n * random.between(1, 3));
  layout.codec = std::string(random.one_in(3) ? "gzip" : random.one_in(2) ? "zstd" : "");
  if (!layout.codec.empty()) layout.level = static_cast<int>(random.between(1, 6));
  layout.crc32c = random.one_in(3);
  if (random.one_in(3)) layout.fill_value = 1;
  return layout;
}

template <std::size_t N> slice random_slice(random_source& random, index_t n) {
  const index_t step = random.one_in(2) ? 1 : random.between(1, 3) * (random.one_in(3) ? -1 : 1);
  const index_t a = random.between(-1, n + 1);
  const index_t b = random.between(-1, n + 1);
  return random.one_in(3) ? slice(none, none, step) : slice(a, b, step);
}

template <class T, std::size_t N>
void check_parts(random_source& random, zarr_store& saved, const ndarray<T, N>& whole) {
  const slice s = random_slice<N>(random, whole.shape()[0]);
  EXPECT_TRUE(zarr_same_bits(saved.read<T, N>("a/u", s), ndarray<T, N>(whole(s))));
  if constexpr (N > 1) {
    const slice t = random_slice<N>(random, whole.shape()[1]);
    const ndarray<T, N> expected(whole(s, t));
    EXPECT_TRUE(zarr_same_bits(saved.read<T, N>("a/u", s, t), expected));
    global_array<T, N> part(process_grid<N>(world()), expected.shape(), halo<N>(1));
    saved.read("a/u", part, s, t);
    EXPECT_TRUE(zarr_same_bits(part.gather_all(), expected));
    if (whole.shape()[0] == 0) return;
    const index_t k = random.between(-whole.shape()[0], whole.shape()[0] - 1);
    EXPECT_TRUE(zarr_same_bits(saved.read<T, N - 1>("a/u", k), ndarray<T, N - 1>(whole(k))));
  }
}

/// Writes an array under a random distribution; the files are those of one process.
template <class T, std::size_t N>
void check_round_trip(const scratch& folder, random_source& random) {
  const shape_t<N> shape = tessera_test::random_shape_of<N>(random, N == 1 ? 50 : 12);
  const ndarray<T, N> whole = random_elements<T, N>(random, shape);
  const zarr_layout layout = random_zarr_layout(random, shape);
  const process_grid<N> grid = random_grid<N>(random, world());
  const distribution<N> d = distribution_of_any_kind(random, shape, grid.dims());
  SCOPED_TRACE(to_string(shape) + detail::layout_text(layout) + "; " + to_string(d));
  global_array<T, N> u(grid, d);
  u.scatter(whole);
  const small_zarr_buffers small(random.one_in(2) ? 200 : 100000);
  const with_threads threads(random.one_in(2) ? 3 : 1);
  zarr_store store = zarr_store::create(world(), folder / "u.zarr");
  store.write("a/u", u, layout);
  store.commit();
  zarr_store alone = zarr_store::create(world(), folder / "alone.zarr");
  alone.write("a/u", whole, layout);
  alone.commit();
  world().barrier();
  EXPECT_EQ(files_of(folder / "u.zarr"), files_of(folder / "alone.zarr")) << "ranks must not show";
  zarr_store saved = zarr_store::open(world(), folder / "u.zarr");
  EXPECT_TRUE(zarr_same_bits(saved.read<T, N>("a/u"), whole));
  global_array<T, N> again(process_grid<N>(world()), shape, halo<N>(1));
  saved.read("a/u", again);
  EXPECT_TRUE(zarr_same_bits(again.gather_all(), whole));
  check_parts(random, saved, whole);
  world().barrier();
}

} // namespace

TEST(zarr_store, reads_what_it_writes) {
  const scratch folder;
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 3; ++round) {
    check_round_trip<double, 1>(folder, random);
    check_round_trip<double, 2>(folder, random);
    check_round_trip<float, 3>(folder, random);
    check_round_trip<std::complex<double>, 2>(folder, random);
    check_round_trip<std::int8_t, 2>(folder, random);
    check_round_trip<bool, 2>(folder, random);
    check_round_trip<std::uint16_t, 3>(folder, random);
  }
  EXPECT_EQ(folder.entries(), 2);
}

TEST(zarr_store, writes_views_expressions_and_local_arrays) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {9, 7});
  tessera_test::number(u);
  const ndarray<double, 2> whole = u.gather_all();
  zarr_store store = zarr_store::create(world(), folder / "u.zarr");
  store.write("row", u(3, all), {.chunk = {2}});
  store.write("some", u(slice(none, none, -2), slice(1, 6)), {.chunk = {2, 3}, .shard = {4, 3}});
  store.write("twice", 2.0 * u, {.chunk = {4, 4}});
  store.write("transposed", u.transpose());
  store.write("local", whole(all, slice(none, none, 3)));
  store.write("number", 0.25);
  store.write("yes", true);
  store.commit();
  zarr_store saved = zarr_store::open(world(), folder / "u.zarr");
  EXPECT_TRUE(array_equal(saved.read<double, 1>("row"), whole(3, all)));
  EXPECT_TRUE(
      array_equal(saved.read<double, 2>("some"), whole(slice(none, none, -2), slice(1, 6))));
  EXPECT_TRUE(array_equal(saved.read<double, 2>("twice"), 2.0 * whole));
  EXPECT_TRUE(array_equal(saved.read<double, 2>("transposed"), whole.transpose()));
  EXPECT_TRUE(array_equal(saved.read<double, 2>("local"), whole(all, slice(none, none, 3))));
  EXPECT_EQ(saved.read<double>("number"), 0.25);
  EXPECT_EQ(saved.read<std::complex<double>>("number"), 0.25);
  EXPECT_TRUE(saved.read<bool>("yes"));
  EXPECT_EQ(saved.read<double>("twice", 2, -1), 2.0 * whole(2, 6));
  EXPECT_EQ(saved.arrays(), (std::vector<std::string>{"local", "number", "row", "some",
                                                      "transposed", "twice", "yes"}));
}

TEST(zarr_store, is_one_array) {
  const scratch folder;
  global_array<float, 2> u(process_grid<2>(world()), {6, 5}, halo<2>(1));
  tessera_test::number(u);
  save_zarr(folder / "u.zarr", u, {.chunk = {4, 2}, .codec = "zstd"});
  const auto v = load_zarr<double, 2>(world(), folder / "u.zarr", halo<2>(1));
  EXPECT_EQ(tessera_test::misnumbered(v), 0);
  EXPECT_TRUE(array_equal(
      load_zarr<float>(process_grid<2>(world()), folder / "u.zarr").gather_all(), u.gather_all()));
  save_zarr(folder / "twice.zarr", 2.0F * u);
  EXPECT_TRUE(array_equal(load_zarr<float, 2>(folder / "twice.zarr"), 2.0F * u.gather_all()));
  const std::string mine = folder / ("local" + std::to_string(world().rank()) + ".zarr");
  save_zarr(mine, u.gather_all()(0, all));
  EXPECT_TRUE(array_equal(load_zarr<float, 1>(mine), u.gather_all()(0, all)));
}

TEST(zarr_store, appends_frames_and_numbers) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {5, 6});
  tessera_test::number(u);
  zarr_store store = zarr_store::create(world(), folder / "run.zarr");
  const zarr_layout layout{
      .chunk = {2, 3}, .shard = {4, 6}, .codec = "gzip", .dimensions = {"time", "y", "x"}};
  for (int k = 0; k < 3; ++k) {
    store.append("frames", u + 100.0 * k, layout);
    store.append("time", 0.5 * k);
  }
  EXPECT_EQ(store.shape("frames"), (std::vector<index_t>{3, 5, 6}));
  store.commit();
  zarr_store saved = zarr_store::open(world(), folder / "run.zarr");
  EXPECT_EQ(saved.shape("frames"), (std::vector<index_t>{3, 5, 6}));
  EXPECT_TRUE(array_equal(saved.read<double, 1>("time"), ndarray<double, 1>{0.0, 0.5, 1.0}));
  global_array<double, 2> frame(process_grid<2>(world()), {5, 6});
  saved.read_frame("frames", 2, frame);
  EXPECT_TRUE(array_equal(frame.gather_all(), u.gather_all() + 200.0));
  EXPECT_TRUE(array_equal(saved.read<double, 2>("frames", 1), u.gather_all() + 100.0));
  EXPECT_EQ(saved.entries().front().dimensions, layout.dimensions);
}

TEST(zarr_store, keeps_attributes_and_groups) {
  const scratch folder;
  zarr_store store = zarr_store::create(world(), folder / "a.zarr");
  store.write("results/u", full(shape_t<2>{2, 3}, 1.0), {.fill_value = NAN});
  store.create_group("empty/inside");
  store.set_attribute("/", "title", "a run");
  store.set_attribute("results", "step", 12);
  store.set_attribute("results/u", "dt", 0.1);
  store.set_attribute("results/u", "ok", true);
  store.set_attribute("results/u", "spacing", ndarray<float, 1>{0.5F, INFINITY});
  store.set_attribute("results/u", "names", std::vector<std::string>{"x", "ß"});
  store.describe("results/u", {.units = "K", .long_name = "heat", .dimensions = {"y", "x"}});
  store.commit();
  zarr_store saved = zarr_store::open(world(), folder / "a.zarr");
  EXPECT_EQ(saved.attribute<std::string>("/", "title"), "a run");
  EXPECT_EQ(saved.attribute<int>("results", "step"), 12);
  EXPECT_EQ(saved.attribute<double>("results", "step"), 12.0);
  EXPECT_EQ(saved.attribute<double>("results/u", "dt"), 0.1);
  EXPECT_TRUE(saved.attribute<bool>("results/u", "ok"));
  const auto spacing = saved.attribute<ndarray<double, 1>>("results/u", "spacing");
  EXPECT_TRUE(array_equal(spacing, ndarray<double, 1>{0.5, INFINITY}));
  EXPECT_EQ(saved.attribute<std::vector<std::string>>("results/u", "names"),
            (std::vector<std::string>{"x", "ß"}));
  EXPECT_EQ(saved.attribute_text("results/u", "names"), "['x', 'ß']");
  EXPECT_EQ(saved.attribute<std::string>("results/u", "units"), "K");
  EXPECT_EQ(saved.attributes("results"), std::vector<std::string>{"step"});
  const std::vector<zarr_entry> entries = saved.entries();
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries[1].path, "empty/inside");
  EXPECT_EQ(entries[3].path, "results/u");
  EXPECT_EQ(entries[3].fill_value, "NaN");
  EXPECT_EQ(entries[3].dimensions, (std::vector<std::string>{"y", "x"}));
  EXPECT_EQ(entries[3].stored_bytes, 48);
  EXPECT_TRUE(saved.has("results") && saved.has("results/u") && !saved.has("u"));
}

TEST(zarr_store, scans_all_elements) {
  const scratch folder;
  global_array<double, 3> u(process_grid<3>(world()), {5, 6, 7});
  tessera_test::number(u);
  save_zarr(folder / "u.zarr", u, {.chunk = {2, 3, 4}, .shard = {4, 3, 8}, .codec = "zstd"});
  zarr_store saved = zarr_store::open(world(), folder / "u.zarr");
  double sum = 0;
  saved.scan("/", [&](const void* elements, index_t count) {
    for (index_t i = 0; i < count; ++i) sum += static_cast<const double*>(elements)[i];
  });
  EXPECT_EQ(allreduce_sum(world(), sum), 210.0 * 211.0 / 2);
}

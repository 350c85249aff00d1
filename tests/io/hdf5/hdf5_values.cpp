/// @file
/// Scalars, complex numbers under other names, packed numbers, expressions, and datasets of which
/// little was written.

#include "hdf5_check.hpp"
#include "world.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/creation/create.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <string>
#include <vector>

using namespace tessera;
using tessera_test::expect_message;
using tessera_test::scratch;
using tessera_test::world;

namespace {

using complex = std::complex<double>;

} // namespace

TEST(hdf5_values, scalars_are_written_and_read) {
  const scratch folder;
  const int rank = world().rank();
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("dt", checks_arguments() ? 0.1 : 0.1 + rank); // rank 0's counts
  file.write("group/steps", std::int64_t{1} << 40U);
  file.write("flag", true);
  file.write("z", complex(1, -2), {.complex_names = {"real", "imag"}});
  file.write("name", fixed_string<5>("abc"));
  file.write("title", "Wärme");
  file.write("one", ones<double>(1, 1));
  file.write("two", ones<double>(2));
  file.write_into("two", 7.5, 1);
  file.set_attribute("/", "dt", 0.25 + rank);
  file.set_attribute("/", "author", rank == 0 ? "first" : "others");
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  EXPECT_EQ(saved.read<double>("dt"), 0.1);
  EXPECT_EQ(saved.read<std::int64_t>("group/steps"), std::int64_t{1} << 40U);
  EXPECT_TRUE(saved.read<bool>("flag"));
  EXPECT_EQ(saved.read<complex>("z"), complex(1, -2));
  EXPECT_EQ(saved.read<fixed_string<8>>("name"), "abc");
  EXPECT_EQ(saved.read<std::string>("title"), "Wärme");
  EXPECT_EQ(saved.read<double>("one"), 1.0); // the only element
  EXPECT_EQ(saved.read<double>("two", 1), 7.5);
  EXPECT_TRUE(saved.shape("dt").empty());
  EXPECT_EQ(saved.attribute<double>("/", "dt"), 0.25);
  EXPECT_EQ(saved.attribute<std::string>("/", "author"), "first");
  for (const hdf5_entry& e : saved.entries())
    EXPECT_TRUE(e.path != "dt" || e.value == "0.1") << e.value;
  expect_message([&] { static_cast<void>(saved.read<double>("two")); },
                 {"'two'", "(2,)", "one element was asked for"});
  expect_message([&] { static_cast<void>(saved.read<int>("dt")); }, {"float64", "int32"});
}

TEST(hdf5_values, complex_numbers_have_the_names_that_are_asked_for) {
  const scratch folder;
  global_array<complex, 2> u(process_grid<2>(world()), {4, 6});
  u.fill([](index_t i, index_t j) { return complex(double(i), -double(j)); });
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("u", u, {.complex_names = {"real", "imag"}});
  file.write("packed", u, {.chunk = {3, 4}, .deflate = 1, .complex_names = {"Real", "Imaginary"}});
  file.append("frames", u, {.complex_names = {"real", "imag"}});
  file.append("frames", u);
  file.write_into("packed", u(slice(0, 1), all), slice(0, 1)); // through HDF5
  global_array<double, 3> pairs(process_grid<3>(world()), {4, 6, 2});
  pairs.fill([](index_t i, index_t j, index_t k) { return k == 0 ? double(i) : -double(j); });
  file.write("pairs", pairs); // as PETSc writes
  expect_message(
      [&] {
        file.write("v", u, {.complex_names = {"x", "y"}});
      },
      {"{'x', 'y'}", "{'real', 'imag'}"});
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  for (const char* const name : {"u", "packed", "pairs"}) {
    global_array<complex, 2> v(process_grid<2>(world()), {4, 6}, halo<2>(1));
    saved.read(name, v);
    EXPECT_EQ(count_nonzero(v != u), 0) << name;
    EXPECT_EQ((saved.read<complex, 2>(name))(3, 5), complex(3, -5)) << name;
    EXPECT_EQ((saved.read<complex, 1>(name, 2))(4), complex(2, -4)) << name;
    EXPECT_EQ(saved.read<complex>(name, 1, 2), complex(1, -2)) << name;
  }
  EXPECT_EQ((saved.read<complex, 3>("frames"))(1, 3, 2), complex(3, -2));
  EXPECT_EQ(saved.dtype("u"), "complex128");
}

TEST(hdf5_values, packed_numbers_stand_for_others_on_request) {
  const scratch folder;
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("t", ndarray<std::int16_t, 2>{{0, 100, -32767}, {-5, 7, 9}}, {.chunk = {1, 2}});
  file.set_attribute("t", "scale_factor", 0.01);
  file.set_attribute("t", "add_offset", 273.15);
  file.set_attribute("t", "_FillValue", std::int16_t{-32767});
  file.set_attribute("t", "missing_value", ndarray<double, 1>{7.0, 9.0, 0.5});
  file.write("bytes", ndarray<std::int8_t, 1>{-1, 1, -2});
  file.set_attribute("bytes", "_Unsigned", "true");
  file.set_attribute("bytes", "_FillValue", std::int8_t{-2});
  file.write("plain", ndarray<float, 1>{1.5F});
  file.commit();
  hdf5_file raw = hdf5_file::open(world(), folder / "a.h5");
  EXPECT_EQ((raw.read<double, 2>("t"))(0, 2), -32767.0);
  for (const hdf5_entry& e : raw.entries())
    EXPECT_TRUE(e.path != "t" || e.packing == "scale_factor 0.01, add_offset 273.15, _FillValue "
                                              "-32767, missing_value [7, 9, 0.5]")
        << e.packing;
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5", {.mask_and_scale = true});
  const ndarray<double, 2> expected{{0 * 0.01 + 273.15, 100 * 0.01 + 273.15, nan},
                                    {-5 * 0.01 + 273.15, nan, nan}};
  const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  const auto whole = saved.read<double, 2>("t");
  global_array<double, 2> shared(process_grid<2>(world()), {2, 3});
  saved.read("t", shared);
  const auto gathered = shared.gather_all();
  for (index_t i = 0; i < 2; ++i)
    for (index_t j = 0; j < 3; ++j) {
      EXPECT_TRUE(same(whole(i, j), expected(i, j))) << i << ' ' << j << ' ' << whole(i, j);
      EXPECT_TRUE(same(gathered(i, j), expected(i, j))) << i << ' ' << j;
    }
  EXPECT_EQ(saved.read<double>("t", 1, 0), expected(1, 0));
  EXPECT_TRUE(same((saved.read<double, 1>("t", 0, slice(none, none, -2)))(0), nan));
  const auto bytes = saved.read<double, 1>("bytes");
  EXPECT_EQ(bytes(0), 255.0);
  EXPECT_TRUE(std::isnan(bytes(2)));
  EXPECT_EQ((saved.read<float, 1>("plain"))(0), 1.5F);
  expect_message([&] { static_cast<void>(saved.read<float, 2>("t")); },
                 {"scale_factor 0.01", "read as float64"});
}

TEST(hdf5_values, of_what_was_hardly_written_a_part_is_read) {
  const scratch folder;
  const index_t many = index_t{1} << 40U;
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.create_dataset<double, 2>("u", {many, 100}, {.chunk = {10, 10}});
  file.write_into("u", full<double, 2>({2, 3}, 2.5), slice(many - 5, many - 3), slice(0, 3));
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  const auto part = saved.read<double, 2>("u", slice(-6, none), slice(0, 4));
  EXPECT_EQ(count_nonzero(part == 2.5), 6);
  EXPECT_EQ(count_nonzero(part == 0.0), part.size() - 6);
  global_array<double, 2> shared(process_grid<2>(world()), {6, 4});
  saved.read("u", shared, slice(-6, none), slice(0, 4));
  EXPECT_EQ(sum(shared), 15.0);
  EXPECT_EQ(saved.read<double>("u", -4, 2), 2.5);
  expect_message([&] { static_cast<void>(saved.read<double, 2>("u")); }, {"'u'", "can hold"});
  expect_message([&] { saved.scan("u", [](const void*, index_t) {}); }, {"'u'", "can hold"});
}

TEST(hdf5_values, expressions_and_slices_of_global_arrays_are_written) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {7, 9});
  u.fill([](index_t i, index_t j) { return double(10 * i + j); });
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write("sum", 2.0 * u + 1.0);
  file.write("slice", u(slice(none, none, 2), slice(1, -1)), {.chunk = {2, 3}, .deflate = 1});
  file.append("frames", u * u);
  file.append("frames", u(all, slice(none, none, -1)));
  file.append("rows", u(3, all));
  file.write_into("sum", -u(slice(0, 2), all), slice(0, 2));
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  const auto total = saved.read<double, 2>("sum");
  EXPECT_EQ(total(6, 8), 137.0);
  EXPECT_EQ(total(1, 8), -18.0);
  EXPECT_EQ((saved.read<double, 2>("slice"))(3, 6), 67.0);
  EXPECT_EQ((saved.read<double, 3>("frames"))(0, 2, 3), 529.0);
  EXPECT_EQ((saved.read<double, 3>("frames"))(1, 2, 3), 25.0);
  EXPECT_EQ((saved.read<double, 2>("rows"))(0, 8), 38.0);
}

TEST(hdf5_values, a_list_says_where_it_stops) {
  const scratch folder;
  const std::string name(100, 'g');
  std::string path = name;
  for (int level = 1; level < 12; ++level) path += "/" + name;
  hdf5_file file = hdf5_file::create(world(), folder / "a.h5");
  file.write(path + "/u", 1.0);
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), folder / "a.h5");
  const std::vector<hdf5_entry> entries = saved.entries();
  EXPECT_EQ(entries.size(), 11U); // paths of more than 1024 bytes are not followed
  std::size_t stops = 0;
  for (const hdf5_entry& e : entries)
    if (e.refused.find("not listed") != std::string::npos) ++stops;
  EXPECT_EQ(stops, 1U);
  EXPECT_EQ(saved.read<double>(path + "/u"), 1.0);
}

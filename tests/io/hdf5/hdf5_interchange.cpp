/// @file
/// Files of others: types that differ, and what hdf5_h5py.py made or wants to have.

#include "hdf5_check.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <string>
#include <tuple>

using namespace tessera;
using tessera_test::h5py_folder;
using tessera_test::message_of;
using tessera_test::number;
using tessera_test::scratch;
using tessera_test::world;

namespace {

using element_types = std::tuple<double, float, bool, std::int8_t, std::int16_t, std::int32_t,
                                 std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t,
                                 std::uint64_t, std::complex<float>, std::complex<double>>;

template <class F, class... T> void for_types(std::tuple<T...> /*types*/, F&& f) { (f(T{}), ...); }

template <class T, std::size_t N>
void write(hdf5_file& file, const std::string& group, const shape_t<N>& shape) {
  global_array<T, N> u(process_grid<N>(world()), shape, halo<N>(1));
  number(u);
  file.write(group + to_string(detail::dtype_of<T>()), u);
}

template <class T, std::size_t N>
void expect_numbers(hdf5_file& file, const std::string& name, const shape_t<N>& shape) {
  SCOPED_TRACE(name);
  global_array<T, N> u(process_grid<N>(world()), shape, halo<N>(1));
  EXPECT_EQ(message_of([&] { file.read(name, u); }), "");
  EXPECT_EQ(tessera_test::misnumbered(u), 0);
}

} // namespace

TEST(hdf5_interchange, reads_into_wider_types_only) {
  const scratch place;
  hdf5_file file = hdf5_file::create(world(), place / "a.h5");
  for_types(element_types(), [&](auto value) {
    file.write(to_string(detail::dtype_of<decltype(value)>()), full(shape_t<1>{2}, value));
  });
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), place / "a.h5");
  const auto readable = [&]<class T>(T) {
    std::string names;
    for (const std::string& name : saved.datasets())
      if (message_of([&] { static_cast<void>(saved.read<T, 1>(name)); }).empty())
        names += name + " ";
    return names;
  };
  EXPECT_EQ(readable(double{}), "bool float32 float64 int16 int32 int8 uint16 uint32 uint8 ");
  EXPECT_EQ(readable(float{}), "bool float32 int16 int8 uint16 uint8 ");
  EXPECT_EQ(readable(std::int32_t{}), "bool int16 int32 int8 uint16 uint8 ");
  EXPECT_EQ(readable(std::uint64_t{}), "bool uint16 uint32 uint64 uint8 ");
  EXPECT_EQ(readable(bool{}), "bool ");
  EXPECT_EQ(readable(std::complex<double>{}),
            "bool complex128 complex64 float32 float64 int16 int32 int8 uint16 uint32 uint8 ");
}

TEST(hdf5_interchange, DISABLED_write) {
  hdf5_file file = hdf5_file::create(world(), h5py_folder() + "ours.h5");
  for_types(element_types(), [&]<class T>(T) {
    write<T, 1>(file, "one/", {13});
    write<T, 2>(file, "two/", {6, 7});
    write<T, 3>(file, "deep/three/", {3, 4, 5});
    write<T, 2>(file, "none/", {0, 4});
    file.set_attribute("two", to_string(detail::dtype_of<T>()), T{1});
    file.set_attribute("one", to_string(detail::dtype_of<T>()), ndarray<T, 1>{T{0}, T{1}});
  });
  file.set_attribute("/", "title", "Wärme");
  file.set_attribute("/", "nothing", "");
  global_array<double, 2> u(process_grid<2>(world()), {5, 600});
  number(u);
  file.create_series("frames", 2, u);
  file.write_frame("frames", 1, u);
  file.commit();
}

TEST(hdf5_interchange, DISABLED_read) {
  hdf5_file file = hdf5_file::open(world(), h5py_folder() + "theirs.h5");
  for_types(element_types(), [&]<class T>(T) {
    const std::string name = to_string(detail::dtype_of<T>());
    expect_numbers<T, 2>(file, "plain/" + name, {6, 7});
    expect_numbers<T, 2>(file, "packed/" + name, {6, 7});
    if (detail::dtype_of<T>().kind != 'b') expect_numbers<T, 2>(file, "swapped/" + name, {6, 7});
  });
  expect_numbers<float, 2>(file, "half", {6, 7});
  expect_numbers<double, 2>(file, "soft", {6, 7});
  expect_numbers<double, 2>(file, "resizable", {6, 7});
  EXPECT_EQ(file.dtype("half"), "float16");
  EXPECT_EQ(file.dtype("text"), "string");
  EXPECT_TRUE(file.shape("scalar").empty());
  EXPECT_EQ(file.attribute<std::string>("/", "text"), "Wärme");
  EXPECT_EQ(file.attribute<std::string>("/", "bytes"), "fixed");
  EXPECT_EQ(file.attribute<double>("/", "number"), 0.5);
  EXPECT_EQ(file.attribute<index_t>("/", "integer"), 7);
  EXPECT_TRUE(file.attribute<bool>("/", "flag"));
  EXPECT_EQ((file.attribute<ndarray<double, 1>>("/", "list").size()), 3);
  EXPECT_NE(message_of([&] { static_cast<void>(file.read<double, 1>("text")); }).find("string"),
            std::string::npos);
}

TEST(hdf5_interchange, DISABLED_refuse) {
  hdf5_file file = hdf5_file::open(world(), h5py_folder() + "hostile.h5");
  const auto message_of_read = [&](const std::string& name) {
    const std::string text = message_of([&] { static_cast<void>(file.read<double, 1>(name)); });
    EXPECT_EQ(text, broadcast(world(), text, 0));
    return text;
  };
  const auto message = [&](const std::string& name) {
    const std::string text = message_of_read(name);
    EXPECT_EQ(text, message_of([&] { static_cast<void>(file.shape(name)); }));
    return text;
  };
  EXPECT_NE(message("external_storage").find("external storage"), std::string::npos);
  EXPECT_NE(message("external_link").find("link to another file"), std::string::npos);
  EXPECT_NE(message("group_elsewhere/u").find("link to another file"), std::string::npos);
  EXPECT_NE(message("soft_to_external").find("link to another file"), std::string::npos);
  EXPECT_NE(message("virtual").find("virtual dataset"), std::string::npos);
  EXPECT_NE(message_of_read("huge").find("more than a file"), std::string::npos);
  EXPECT_NE(message_of_read("huge_chunked").find("more than a file"), std::string::npos);
  EXPECT_NE(message("dangling").find("there is no such"), std::string::npos);
  EXPECT_NE(message("null").find("without a shape"), std::string::npos);
  EXPECT_EQ(file.datasets().size(), 6U);
}

/// @file
/// Datasets of fixed text, of structs, and of texts of any length.

#include "support/particle.hpp"
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::particle;
using tessera_test::particle_at;
using tessera_test::particles;
using tessera_test::same;
using tessera_test::scratch;
using tessera_test::site;
using tessera_test::world;
using tessera_test::wrong;

namespace {

struct mass_alone {
  double x[3];
  bool alive;
};

struct with_unknown {
  double x[3];
  float mass;
};

struct of_other_shape {
  double x[2];
};

struct of_smaller_type {
  float x[3];
};

} // namespace

template <>
inline constexpr auto tessera::members_of<mass_alone> = members(member("alive", &mass_alone::alive),
                                                                member("x", &mass_alone::x));
template <>
inline constexpr auto tessera::members_of<with_unknown> =
    members(member("x", &with_unknown::x), member("mass", &with_unknown::mass));
template <>
inline constexpr auto tessera::members_of<of_other_shape> = members(member("x",
                                                                           &of_other_shape::x));
template <>
inline constexpr auto tessera::members_of<of_smaller_type> = members(member("x",
                                                                            &of_smaller_type::x));

namespace {

using texts = std::vector<std::string>;
using name = fixed_string<5>;

std::string folder() { return std::string(std::getenv("TESSERA_H5PY")) + "/"; }

name name_at(index_t i) { return "n" + std::to_string(i * i); }

void write_all(hdf5_file& file) {
  const int n = world().size();
  file.write("rows", particles(process_grid<2>(world(), {n, 1}), {5, 7}));
  file.write("columns", particles(process_grid<2>(world(), {1, n}), {5, 7}));
  file.write("none", particles(process_grid<2>(world()), {0, 7}));
  file.write("one", ndarray<particle, 1>{particle_at(1, 2)});
  global_array<name, 1> names(process_grid<1>(world()), {9});
  names.fill(name_at);
  file.write("names", names);
  file.write("texts", texts{"a", "", "Wärme", std::string(70000, 'x')});
  file.write("deep/no_texts", texts{});
  file.set_attribute("rows", "first", particle_at(0, 1));
  file.set_attribute("rows", "some", ndarray<site, 1>{{1.5F, true}, {2.5F, false}});
}

void expect_all(hdf5_file& file) {
  const int n = world().size();
  for (const char* const from : {"rows", "columns"})
    for (const grid_dims<2> dims : {grid_dims<2>{n, 1}, grid_dims<2>{1, n}}) {
      global_array<particle, 2> u(process_grid<2>(world(), dims), {5, 7}, halo<2>(2));
      file.read(from, u);
      EXPECT_EQ(wrong(u), 0) << from;
    }
  EXPECT_TRUE(same((file.read<particle, 1>("one"))(0), particle_at(1, 2)));
  const auto names = file.read<name, 1>("names");
  for (index_t i = 0; i < 9; ++i) EXPECT_EQ(names(i), name_at(i));
  EXPECT_EQ((file.read<fixed_string<20>, 1>("names"))(8), name_at(8));
  EXPECT_EQ(file.read_text("texts"), (texts{"a", "", "Wärme", std::string(70000, 'x')}));
  EXPECT_EQ(file.read_text("names")[3], "n9");
  EXPECT_TRUE(file.read_text("deep/no_texts").empty());
  EXPECT_TRUE(same(file.attribute<particle>("rows", "first"), particle_at(0, 1)));
  EXPECT_EQ((file.attribute<ndarray<site, 1>>("rows", "some"))(1).latitude, 2.5F);
}

} // namespace

TEST(hdf5_types, that_were_written_are_read) {
  const scratch space;
  hdf5_file file = hdf5_file::create(world(), space / "a.h5");
  write_all(file);
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), space / "a.h5");
  expect_all(saved);
  EXPECT_EQ(saved.dtype("names"), "S5");
  EXPECT_EQ(saved.dtype("texts"), "string");
  EXPECT_EQ(saved.dtype("rows"), to_string(detail::dtype_of<particle>()));
  EXPECT_EQ(saved.dtype("rows"),
            "{kind: int8, x: float64[3], name: S5, charge: complex64, table: int16[3, 2], "
            "home: {latitude: float32, sea: bool}, alive: bool}");
}

TEST(hdf5_types, members_are_found_by_their_names) {
  const scratch space;
  hdf5_file file = hdf5_file::create(world(), space / "a.h5");
  file.write("u", particles(process_grid<2>(world()), {5, 7}));
  file.write("x", ones<double>(5));
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), space / "a.h5");
  const auto some = saved.read<mass_alone, 2>("u");
  for (index_t i = 0; i < 5; ++i) {
    EXPECT_EQ(some(i, 6).x[2], particle_at(i, 6).x[2]);
    EXPECT_EQ(some(i, 6).alive, particle_at(i, 6).alive);
  }
  const auto message = [&]<class T>(const char* dataset, T*) {
    const std::string text = message_of([&] { static_cast<void>(saved.read<T, 2>(dataset)); });
    EXPECT_EQ(text, broadcast(world(), text, 0));
    return text;
  };
  EXPECT_NE(message("u", static_cast<with_unknown*>(nullptr))
                .find("no member 'mass'; there are 'kind', 'x', 'name'"),
            std::string::npos);
  EXPECT_NE(message("u", static_cast<of_other_shape*>(nullptr))
                .find("member 'x' is of type float64[3], not float64[2]"),
            std::string::npos);
  EXPECT_NE(message("u", static_cast<of_smaller_type*>(nullptr)).find("member 'x': "),
            std::string::npos);
  EXPECT_NE(message("u", static_cast<double*>(nullptr)).find("{kind: int8"), std::string::npos);
  EXPECT_NE(message_of([&] {
              static_cast<void>(saved.read<site, 1>("x"));
            }).find("float64, which cannot be read as {latitude: float32, sea: bool}"),
            std::string::npos);
}

TEST(hdf5_types, texts_that_do_not_fit) {
  const scratch space;
  hdf5_file file = hdf5_file::create(world(), space / "a.h5");
  EXPECT_NE(message_of([&] { file.write("t", texts{std::string("a\0b", 3)}); }).find("zero byte"),
            std::string::npos);
  file.write("t", texts{"a"});
  file.write("x", ones<double>(5));
  file.write("s", ndarray<name, 1>{"a"});
  EXPECT_NE(message_of([&] { file.write("t", texts{"b"}); }).find("has a 't' already"),
            std::string::npos);
  file.commit();
  hdf5_file saved = hdf5_file::open(world(), space / "a.h5");
  EXPECT_NE(message_of([&] { static_cast<void>(saved.read<name, 1>("t")); }).find("read_text"),
            std::string::npos);
  EXPECT_NE(message_of([&] { static_cast<void>(saved.read_text("x")); }).find("float64, not text"),
            std::string::npos);
  EXPECT_NE(message_of([&] { static_cast<void>(saved.read<fixed_string<4>, 1>("s")); }).find("S5"),
            std::string::npos);
}

TEST(hdf5_types, errors_that_a_caller_may_tell_apart) {
  const scratch space;
  hdf5_file file = hdf5_file::create(world(), space / "a.h5");
  file.write("x", ones<double>(5));
  file.set_attribute("x", "t", "text");
  file.commit();
  const auto open = [](const std::string& path) {
    static_cast<void>(hdf5_file::open(world(), path));
  };
  EXPECT_THROW(open(space / "none.h5"), file_not_found_error);
  EXPECT_THROW(open(space.file("text.h5", "1 2")), format_error);
  const std::string all = tessera_test::content_of(space / "a.h5");
  EXPECT_THROW(open(space.file("cut.h5", all.substr(0, all.size() / 2))), format_error);
  hdf5_file saved = hdf5_file::open(world(), space / "a.h5");
  EXPECT_THROW(static_cast<void>(saved.read<double, 1>("y")), dataset_not_found_error);
  EXPECT_THROW(static_cast<void>(saved.attribute<int>("x", "y")), dataset_not_found_error);
  EXPECT_THROW(static_cast<void>(saved.read<float, 1>("x")), element_type_error);
  EXPECT_THROW(static_cast<void>(saved.attribute<int>("x", "t")), element_type_error);
  EXPECT_THROW(static_cast<void>(saved.read<double, 2>("x")), shape_error);
  const tessera_test::file_size_limit limit(3000);
  const auto fill = [&] {
    hdf5_file full = hdf5_file::create(world(), space / "b.h5");
    full.write("x", particles(process_grid<2>(world()), {50, 70}));
    full.commit();
  };
  EXPECT_THROW(fill(), disk_full_error);
}

/// What hdf5_types.py checks.
TEST(hdf5_types, DISABLED_write) {
  hdf5_file file = hdf5_file::create(world(), folder() + "ours.h5");
  write_all(file);
  file.commit();
}

/// What hdf5_types.py wrote.
TEST(hdf5_types, DISABLED_read) {
  hdf5_file file = hdf5_file::open(world(), folder() + "theirs.h5");
  for (const char* const from : {"packed", "swapped", "aligned", "more", "chunked"}) {
    global_array<particle, 2> u(process_grid<2>(world()), {5, 7}, halo<2>(1));
    EXPECT_EQ(message_of([&] { file.read(from, u); }), "");
    EXPECT_EQ(wrong(u), 0) << from;
  }
  EXPECT_EQ((file.read<name, 1>("ascii"))(1), "cd");
  EXPECT_EQ((file.read<fixed_string<6>, 1>("utf8"))(0), "Wärme");
  EXPECT_EQ(file.read_text("texts"), (texts{"a", "", "Wärme", "b"}));
  EXPECT_EQ(file.read_text("ascii"), (texts{"ab", "cd"}));
  EXPECT_EQ(file.read_text("scalar"), texts{"alone"});
  EXPECT_EQ(file.read_text("packed_texts"), texts(1000, "text"));
  // Each of many references to one long text.
  const std::string message = message_of([&] { static_cast<void>(file.read_text("bomb")); });
  EXPECT_NE(message.find("file: cannot read 'bomb'"), std::string::npos) << message;
  // A byte that is no bool.
  const auto flags = file.read<bool, 1>("flags");
  for (index_t k = 0; k < 3; ++k) EXPECT_EQ(static_cast<int>(flags(k)), k == 0 ? 0 : 1);
}

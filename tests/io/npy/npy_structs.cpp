/// @file
/// npy files of structs.

#include "support/particle.hpp"
#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/npz.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::particle;
using tessera_test::particles;
using tessera_test::scratch;
using tessera_test::site;
using tessera_test::world;
using tessera_test::wrong;

namespace {

std::string folder() { return std::string(std::getenv("TESSERA_H5PY")) + "/"; }

std::string error_of_reading(const std::string& path) {
  const std::string text =
      message_of([&] { static_cast<void>(load_npy<particle, 2>(world(), path)); });
  EXPECT_EQ(text, broadcast(world(), text, 0));
  return text;
}

/// A file of version 1 with a description and so many bytes behind it.
std::string npy(const std::string& descr, const std::string& shape, std::size_t bytes) {
  std::string text = "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }\n";
  std::string head = "\x93NUMPY";
  head += {'\1', '\0', static_cast<char>(text.size()), '\0'};
  return head + text + std::string(bytes, '\0');
}

} // namespace

TEST(npy_structs, come_back) {
  const scratch space;
  const int n = world().size();
  save_npy(space / "u.npy", particles(process_grid<2>(world(), {1, n}), {5, 7}));
  const auto rows = load_npy<particle, 2>(world(), space / "u.npy");
  EXPECT_EQ(rows.shape(), (shape_t<2>{5, 7}));
  EXPECT_EQ(wrong(rows), 0);
  EXPECT_EQ(wrong(load_npy<particle>(process_grid<2>(world()), space / "u.npy", halo<2>(1))), 0);
  EXPECT_EQ((load_npy<particle, 2>(space / "u.npy"))(4, 6).x[1], 46.25);
  save_npy(space / "none.npy", particles(process_grid<2>(world()), {0, 7}));
  EXPECT_EQ((load_npy<particle, 2>(world(), space / "none.npy")).shape(), (shape_t<2>{0, 7}));
}

TEST(npy_structs, that_do_not_fit) {
  const scratch space;
  const auto error = [&](const std::string& descr, const std::string& shape, std::size_t bytes) {
    return error_of_reading(space.file("u.npy", npy(descr, shape, bytes)));
  };
  EXPECT_NE(error("[('x', '<f8', (3,)), ('n', '<i4')]", "(1, 1)", 28)
                .find("no member 'kind'; there are 'x', 'n'"),
            std::string::npos);
  EXPECT_NE(error("[('kind', '<i2')]", "(1, 1)", 2).find("member 'kind' is not of type int8"),
            std::string::npos);
  EXPECT_NE(error("[('kind', '|i1'), ('x', '<f8', (2,))]", "(1, 1)", 17)
                .find("member 'x' is not of type float64[3]"),
            std::string::npos);
  EXPECT_NE(error("[('kind', '|i1')]", "(1, 1)", 2).find("the file holds 2"), std::string::npos);
  EXPECT_NE(error("'<f8'", "(1, 1)", 8).find("'<f8', not {kind: int8"), std::string::npos);
  for (const char* const damaged :
       {"[", "[(", "[]", "[('kind')]", "[('kind', '|i1', (3)]", "[('kind', '|O')]",
        "[('kind', '|V0')]", "[('kind', '|V99999999999')]",
        "[('kind', '<f8', (4611686018427387904, 4))]", "[('kind', [])]", "[('kind', '|i1'] )",
        "[[[[[[[[[[[[]]]]]]]]]]]]",
        "[('a', [('a', [('a', [('a', [('a', [('a', [('a', [('a', [('a', [('a', "
        "'|i1')])])])])])])])])])]"}) {
    const std::string text = error(damaged, "(1, 1)", 1);
    EXPECT_NE(text.find("file: cannot read"), std::string::npos) << damaged << " " << text;
  }
  save_npy(space / "v.npy", particles(process_grid<2>(world()), {5, 7}));
  EXPECT_NE(message_of([&] {
              static_cast<void>(load_npy<double, 2>(space / "v.npy"));
            }).find("not float64"),
            std::string::npos);
}

/// What npy_structs.py checks.
TEST(npy_structs, DISABLED_write) {
  save_npy(folder() + "ours.npy", particles(process_grid<2>(world()), {5, 7}));
}

/// What npy_structs.py wrote.
TEST(npy_structs, DISABLED_read) {
  for (const char* const name : {"packed", "swapped", "aligned", "more", "fortran"}) {
    const std::string path = folder() + name + ".npy";
    EXPECT_EQ(error_of_reading(path), "");
    EXPECT_EQ(wrong(load_npy<particle, 2>(world(), path)), 0) << name;
  }
  EXPECT_NE(error_of_reading(folder() + "objects.npy").find("('o', '|O')"), std::string::npos);
  EXPECT_EQ((npz_file(folder() + "all.npz").load<particle, 2>("packed"))(4, 6).x[1], 46.25);
}

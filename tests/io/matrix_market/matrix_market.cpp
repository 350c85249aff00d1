#include "support/scratch.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/sparse.hpp>
#include <tessera/io/matrix_market/read_matrix_market.hpp>

#include <gtest/gtest.h>

#include <complex>
#include <string>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

/// All elements of a sparse matrix, on all ranks: its columns are its products with unit vectors.
template <class T> ndarray<T, 2> whole(const sparse_matrix<T>& a) {
  const process_grid<1> grid(communicator::world());
  ndarray<T, 2> result(a.shape());
  for (index_t j = 0; j < a.shape()[1]; ++j) {
    global_array<T, 1> unit(grid, shape_t<1>{a.shape()[1]});
    unit.fill([j](index_t i) { return T(i == j ? 1 : 0); });
    result(all, j) = matmul(a, unit).gather_all();
  }
  return result;
}

template <class T> ndarray<T, 2> read(const std::string& path) {
  return whole(read_matrix_market<T>(process_grid<1>(communicator::world()), path));
}

} // namespace

TEST(matrix_market, entries_of_real_numbers) {
  const scratch folder;
  const std::string path = folder.file("a.mtx", "%%MatrixMarket matrix coordinate real general\n"
                                                "% a comment\n\n"
                                                "  3 4 5\n"
                                                "1 1 1.5\n"
                                                "3 4 -2e-1\n"
                                                "2 1 7\n"
                                                "3 4 1\n" // of the same place
                                                "1 3 4\n");
  EXPECT_TRUE(array_equal(read<double>(path),
                          ndarray<double, 2>{{1.5, 0, 4, 0}, {7, 0, 0, 0}, {0, 0, 0, -0.2 + 1}}));
}

TEST(matrix_market, the_other_half_of_symmetric_matrices) {
  const scratch folder;
  const auto file = [&](const std::string& kind, const std::string& entries) {
    return folder.file("a.mtx", "%%MatrixMarket matrix coordinate " + kind + "\n3 3 2\n" + entries);
  };
  EXPECT_TRUE(array_equal(read<double>(file("integer symmetric", "2 1 5\n3 3 4\n")),
                          ndarray<double, 2>{{0, 5, 0}, {5, 0, 0}, {0, 0, 4}}));
  EXPECT_TRUE(array_equal(read<float>(file("real skew-symmetric", "2 1 5\n3 1 4\n")),
                          ndarray<float, 2>{{0, -5, -4}, {5, 0, 0}, {4, 0, 0}}));
  EXPECT_TRUE(array_equal(read<double>(file("pattern general", "2 1\n3 3\n")),
                          ndarray<double, 2>{{0, 0, 0}, {1, 0, 0}, {0, 0, 1}}));
  using complex = std::complex<double>;
  EXPECT_TRUE(
      array_equal(read<complex>(file("complex Hermitian", "2 1 5 1\n3 3 4 0\n")),
                  ndarray<complex, 2>{{0, complex(5, -1), 0}, {complex(5, 1), 0, 0}, {0, 0, 4}}));
}

TEST(matrix_market, matrices_without_entries) {
  const scratch folder;
  const std::string path =
      folder.file("a.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 0\n");
  EXPECT_TRUE(array_equal(read<double>(path), ndarray<double, 2>{{0, 0}, {0, 0}}));
}

TEST(matrix_market, mistakes_are_named_with_their_lines) {
  const scratch folder;
  const auto said = [&](const std::string& text) {
    const std::string path = folder.file("a.mtx", text);
    std::string message = message_of([&] { read<double>(path); });
    const auto at = message.find("a.mtx");
    return at == std::string::npos ? message : message.substr(at);
  };
  const std::string head = "%%MatrixMarket matrix coordinate real general\n";
  EXPECT_EQ(said("1 2 3\n"), "a.mtx' line 1: it does not begin as a Matrix Market file does: "
                             "%%MatrixMarket matrix coordinate real general, or the like");
  EXPECT_EQ(said("%%MatrixMarket matrix array real general\n"),
            "a.mtx' line 1: its matrix is 'array', not sparse (coordinate); loadtxt reads numbers "
            "in lines");
  EXPECT_EQ(said(head), "a.mtx' line 2: the file ends before the numbers of rows, columns and "
                        "entries");
  EXPECT_EQ(said(head + "3 x 2\n"), "a.mtx' line 2: 'x' is no number of rows, columns or entries");
  EXPECT_EQ(said(head + "3 3 2\n1 1 1\n"), "a.mtx' line 2: 2 entries are announced, and 1 follow");
  EXPECT_EQ(said(head + "3 3 2\n1 1\n2 2\n"),
            "a.mtx' line 3: entries of 2 numbers, where its head announces 3");
  EXPECT_NE(said(head + "3 3 2\n1 1 1\n4 1 1\n")
                .find("a.mtx': entry 2 behind line 2 is at (4, 1), outside rows 1 to 3 and columns "
                      "1 to 3"),
            std::string::npos);
  EXPECT_NE(said(head + "3 3 2\n1 1 1\n2 1 zero\n").find("a.mtx' line 4, column 3"),
            std::string::npos);
  EXPECT_NE(said("%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 1 1\n")
                .find("its elements are complex"),
            std::string::npos);
}

#include "random_source.hpp"
#include "support/scratch.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/npy.hpp>

#include <gtest/gtest.h>

#include <complex>
#include <cstring>
#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

template <class T, std::size_t N> bool same_bits(const ndarray<T, N>& a, const ndarray<T, N>& b) {
  return a.shape() == b.shape() &&
         (a.size() == 0 ||
          std::memcmp(a.data(), b.data(), sizeof(T) * static_cast<std::size_t>(a.size())) == 0);
}

/// Bytes at random, but for bool.
template <class T, std::size_t N> ndarray<T, N> random_array(random_source& random) {
  shape_t<N> shape;
  for (index_t& n : shape) n = random.one_in(12) ? 0 : random.between(1, 9);
  ndarray<T, N> array(shape);
  auto* bytes = reinterpret_cast<unsigned char*>(array.data());
  const index_t most = std::is_same_v<T, bool> ? 1 : 255;
  for (index_t i = 0; i < array.size() * array.itemsize(); ++i)
    bytes[i] = static_cast<unsigned char>(random.between(0, most));
  return array;
}

/// A file of version 1.0.
std::string npy_bytes(const std::string& dictionary, const std::string& data) {
  const std::string start("\x93NUMPY\1\0", 8);
  return start + static_cast<char>(dictionary.size()) + '\0' + dictionary + data;
}

std::string dictionary(const std::string& descr, const std::string& order,
                       const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

/// What load_npy says about a file, locally and over all ranks; both must agree.
template <class T, std::size_t N> std::string load_error(const std::string& path) {
  const std::string local = message_of([&] { load_npy<T, N>(path); });
  EXPECT_EQ((message_of([&] { load_npy<T, N>(communicator::world(), path); })), local);
  return local;
}

/// The same without "file: cannot read '<path>': ".
template <class T, std::size_t N>
std::string read_error(const scratch& folder, const std::string& bytes) {
  const std::string path = folder.file("bad.npy", bytes);
  const std::string message = load_error<T, N>(path);
  const std::string start = "file: cannot read '" + path + "': ";
  EXPECT_EQ(message.substr(0, start.size()), start);
  return message.substr(std::min(message.size(), start.size()));
}

template <class T, std::size_t N>
void check_round_trip(const scratch& folder, random_source& random) {
  const communicator world = communicator::world();
  const ndarray<T, N> whole = random_array<T, N>(random);
  SCOPED_TRACE(to_string(whole.shape()));
  const std::string path = folder / "a.npy";
  const std::string mine = folder / ("local" + std::to_string(world.rank()));
  // The same numbers on all ranks, from the same seed.
  const process_grid<N> grid(world);
  global_array<T, N> u(grid, whole.shape(), halo<N>(random.between(0, 1)));
  u.scatter(whole);
  save_npy(path, u);
  save_npy(mine, whole);
  EXPECT_EQ(content_of(path), content_of(mine)) << "the ranks must not show";
  EXPECT_TRUE(same_bits(load_npy<T, N>(path), whole));
  EXPECT_TRUE(same_bits(load_npy<T, N>(world, path).gather_all(), whole));
  EXPECT_TRUE(same_bits(load_npy<T>(grid, path, halo<N>(2)).gather_all(), whole));
  world.barrier();
}

} // namespace

TEST(npy, writes_what_it_reads) {
  const scratch folder;
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 8; ++round) {
    check_round_trip<double, 1>(folder, random);
    check_round_trip<double, 2>(folder, random);
    check_round_trip<float, 3>(folder, random);
    check_round_trip<std::complex<double>, 2>(folder, random);
    check_round_trip<std::int8_t, 4>(folder, random);
    check_round_trip<unsigned long long, 2>(folder, random);
    check_round_trip<bool, 2>(folder, random);
  }
}

TEST(npy, has_the_bytes_of_numpy) {
  const scratch folder;
  const std::string path = folder / ("a" + std::to_string(communicator::world().rank()));
  save_npy(path, ndarray<std::int16_t, 1>{1, -2});
  std::string expected = dictionary("<i2", "False", "(2,)");
  expected.back() = ' ';
  expected.resize(117, ' ');
  EXPECT_EQ(content_of(path), npy_bytes(expected + "\n", std::string("\1\0\xfe\xff", 4)));
}

TEST(npy, writes_views_and_expressions) {
  const scratch folder;
  const std::string path = folder / ("a" + std::to_string(communicator::world().rank()));
  ndarray<int, 3> a({50, 40, 30});
  for (index_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<int>(i);
  const auto odd = a(slice(none, none, -3), all, slice(1, none, 2));
  save_npy(path, odd);
  EXPECT_TRUE(array_equal(load_npy<int, 3>(path), odd));
  save_npy(path, a.transpose());
  EXPECT_TRUE(array_equal(load_npy<int, 3>(path), a.transpose()));
  save_npy(path, a + 1);
  EXPECT_TRUE(array_equal(load_npy<int, 3>(path), a + 1));
  // Rows of 64 KiB and more are written without a copy.
  ndarray<double, 2> wide({3, 20000}, 1.5);
  save_npy(path, wide(all, slice(1, -1)));
  EXPECT_TRUE(array_equal(load_npy<double, 2>(path), wide(all, slice(1, -1))));
}

TEST(npy, writes_global_expressions_and_slices) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(communicator::world()), {9, 7});
  u.fill([](index_t i, index_t j) { return static_cast<double>(10 * i + j); });
  const auto whole = u.gather_all();
  save_npy(folder / "a.npy", 2.0 * u);
  EXPECT_TRUE(array_equal(load_npy<double, 2>(folder / "a.npy"), 2.0 * whole));
  save_npy(folder / "b.npy", u(slice(none, none, -2), 3));
  EXPECT_TRUE(array_equal(load_npy<double, 1>(folder / "b.npy"), whole(slice(none, none, -2), 3)));
}

TEST(npy, reads_both_orders) {
  const scratch folder;
  const communicator world = communicator::world();
  const std::string big("\0\1\0\2\0\3\0\4\0\5\0\6", 12);
  const ndarray<std::int16_t, 2> rows{{1, 2, 3}, {4, 5, 6}};
  const ndarray<std::int16_t, 2> columns{{1, 3, 5}, {2, 4, 6}};
  std::string path = folder.file("c.npy", npy_bytes(dictionary(">i2", "False", "(2, 3)"), big));
  EXPECT_TRUE(same_bits(load_npy<std::int16_t, 2>(path), rows));
  EXPECT_TRUE(same_bits(load_npy<std::int16_t, 2>(world, path).gather_all(), rows));
  path = folder.file("f.npy", npy_bytes(dictionary(">i2", "True", "(2, 3)"), big));
  EXPECT_TRUE(same_bits(load_npy<std::int16_t, 2>(path), columns));
  EXPECT_TRUE(same_bits(load_npy<std::int16_t, 2>(world, path).gather_all(), columns));
  const npy_header header = read_npy_header(path);
  EXPECT_EQ(header.descr, ">i2");
  EXPECT_TRUE(header.fortran_order);
  EXPECT_EQ(header.shape, (std::vector<index_t>{2, 3}));
}

TEST(npy, reads_any_byte_as_bool) {
  const scratch folder;
  const std::string path = folder.file(
      "b.npy", npy_bytes(dictionary("|b1", "False", "(3,)"), std::string("\0\1\xff", 3)));
  EXPECT_TRUE(same_bits(load_npy<bool, 1>(path), ndarray<bool, 1>{false, true, true}));
}

TEST(npy, names_what_does_not_fit) {
  const scratch folder;
  const std::string data(24, '\0');
  const std::string doubles = npy_bytes(dictionary("<f8", "False", "(3,)"), data);
  EXPECT_EQ((read_error<float, 1>(folder, doubles)),
            "its elements are float64, which cannot be read as float32 without loss; read it as "
            "float64, and assign that to an array of float32");
  EXPECT_EQ((read_error<double, 2>(folder, doubles)),
            "its shape is (3,), which has 1 dimensions, not 2");
  EXPECT_EQ(
      (read_error<double, 1>(folder, npy_bytes(dictionary("|O", "False", "(3,)"), data))),
      "its elements are of type '|O', which is none of bool, integer, float, complex, strings "
      "(S8 and, as fixed_string, U8) and structs of these; in NumPy, a.astype() makes one of "
      "these");
  EXPECT_EQ((read_error<double, 1>(folder, doubles + "x")),
            "shape (3,) of '<f8' takes 24 bytes, and the file holds 25 behind its header; it is "
            "truncated or damaged");
  EXPECT_EQ((read_error<double, 2>(
                folder, npy_bytes(dictionary("<f8", "False", "(4000000000, 4000000000)"), data))),
            "shape (4000000000, 4000000000) of '<f8' takes more bytes than can be counted, and the "
            "file holds 24 behind its header; it is truncated or damaged");
  EXPECT_EQ((read_error<double, 1>(folder, "1 2 3\n")), "it is not an npy file");
  EXPECT_EQ((load_error<double, 1>(folder / "none")),
            "file: cannot read '" + (folder / "none") + "': No such file or directory");
}

TEST(npy, survives_damaged_headers) {
  const scratch folder;
  random_source random;
  SCOPED_TRACE(random.trace());
  const std::string good = npy_bytes(dictionary("<f8", "False", "(3,)"), std::string(24, '\0'));
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = good;
    for (index_t k = random.between(1, 3); k > 0; --k)
      bytes[static_cast<std::size_t>(random.between(0, static_cast<index_t>(bytes.size()) - 1))] =
          static_cast<char>(random.between(0, 255));
    if (random.one_in(4))
      bytes.resize(static_cast<std::size_t>(random.between(0, static_cast<index_t>(bytes.size()))));
    if (communicator::world().rank() > 0) continue;
    std::ofstream(folder / "m.npy", std::ios::binary) << bytes;
    const std::string message = message_of([&] { load_npy<double, 1>(folder / "m.npy"); });
    EXPECT_TRUE(message.empty() || message.starts_with("file: ")) << message;
  }
}

TEST(npy, keeps_the_old_file_on_a_full_disk) {
  const scratch folder;
  const std::string path = folder.file("a.npy", "old");
  global_array<double, 2> u(process_grid<2>(communicator::world()), {100, 100});
  u = 1.0;
  for (const rlim_t bytes : {50U, 30000U, 80100U}) {
    const tessera_test::file_size_limit limit(bytes);
    const std::string message = message_of([&] { save_npy(path, u); });
    EXPECT_NE(message.find("cannot write '" + path + "': File too large"), std::string::npos)
        << message;
  }
  EXPECT_EQ(content_of(path), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(npy, scalars) {
  const scratch folder;
  const communicator world = communicator::world();
  // The bytes of numpy.save("s.npy", np.float32(3)).
  const std::string path = folder.file(
      "s.npy", npy_bytes(dictionary("<f4", "False", "()"), std::string("\0\0\x40\x40", 4)));
  EXPECT_EQ(load_npy<float>(path), 3.0F);
  EXPECT_EQ(load_npy<float>(world, path), 3.0F);
  EXPECT_EQ(read_npy_header(path).shape, std::vector<index_t>());
  const std::string why = "file: cannot read '" + path + "': ";
  EXPECT_EQ((load_error<float, 1>(path)),
            why + "its shape is (), which has 0 dimensions, not 1; load_npy<T> reads a scalar");
  EXPECT_EQ(load_npy<double>(path), 3.0);
  EXPECT_EQ(message_of([&] { load_npy<int>(path); }).find(why + "its elements are float32"), 0U);
  const std::string own = folder / ("own" + std::to_string(world.rank()));
  save_npy(own, 0.1);
  EXPECT_EQ(load_npy<double>(own), 0.1);
  save_npy(own, std::complex<double>(1, -2));
  EXPECT_EQ(load_npy<std::complex<double>>(own), std::complex<double>(1, -2));
  save_npy(own, ndarray<int, 1>{1});
  EXPECT_EQ(
      message_of([&] { load_npy<int>(own); }),
      "file: cannot read '" + own +
          "': its shape is (1,), which has 1 dimensions, not 0; load_npy<T, N> reads an array");
}

TEST(npy, the_first_of_several_arrays) {
  const scratch folder;
  const std::string first =
      npy_bytes(dictionary("<i4", "False", "(2,)"), std::string("\1\0\0\0\2\0\0\0", 8));
  const std::string second = npy_bytes(dictionary("<f8", "False", "()"), std::string(8, '\0'));
  const std::string path = folder.file("two.npy", first + second);
  EXPECT_TRUE(same_bits(load_npy<int, 1>(path), ndarray<int, 1>{1, 2}));
  EXPECT_TRUE(
      same_bits(load_npy<int, 1>(communicator::world(), path).gather_all(), ndarray<int, 1>{1, 2}));
  // Bytes that are no array are not passed over.
  EXPECT_NE((load_error<int, 1>(folder.file("more.npy", first + "else"))).find("12 behind"),
            std::string::npos);
}

TEST(npy, names_of_types) {
  const auto name = [](const std::string& descr) {
    return npy_type_name({descr, false, {}, 0}) + ' ' +
           std::to_string(npy_itemsize({descr, false, {}, 0}));
  };
  EXPECT_EQ(name("<f8"), "float64 8");
  EXPECT_EQ(name(">f2"), "float16 2");
  EXPECT_EQ(name("|b1"), "bool 1");
  EXPECT_EQ(name("|u1"), "uint8 1");
  EXPECT_EQ(name("<c16"), "complex128 16");
  EXPECT_EQ(name("|S2"), "S2 2");
  EXPECT_EQ(name("<U3"), "U3 12");
  EXPECT_EQ(name("<M8[s]"), "datetime64[s] 8");
  EXPECT_EQ(name("|O"), "object 0");
  // No element is that large.
  EXPECT_EQ(name(">u8999999999999999999"), ">u8999999999999999999 0");
  EXPECT_EQ(name("<U4000000000"), "<U4000000000 0");
  EXPECT_EQ(name("[('x', '<f8'), ('n', '<i4', (2, 3)), ('', '|V4'), ('s', '|S2')]"),
            "{x: float64, n: int32[2, 3], s: S2} 38");
  EXPECT_EQ(name("[('p', [('x', '<f4')]), (('title', 'k'), '<i2')]"),
            "{p: {x: float32}, k: int16} 6");
}

/// @file
/// NumPy's texts of UTF-32, which npy_texts.py writes.

#include "support/scratch.hpp"
#include "world.hpp"

#include <tessera/core.hpp>
#include <tessera/core/members.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/npz.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

using namespace tessera;
using tessera_test::message_of;
using tessera_test::world;

namespace {

struct tagged {
  fixed_string<10> city;
  double value;
  fixed_string<4> tags[2];
};

using word = fixed_string<8>;

std::string texts_folder() { return std::string(std::getenv("TESSERA_H5PY")) + "/"; }

ndarray<word, 2> expected_words() {
  return {{"", "a", "north"},
          {"Größe", "€uro", "\U0001f600"},
          {std::string("a\0b", 3), "12345678", "éèêë"}};
}

template <class T> index_t wrong_words(const ndarray<T, 2>& found) {
  const ndarray<word, 2> expected = expected_words();
  EXPECT_EQ(found.shape(), expected.shape());
  index_t count = 0;
  for (index_t i = 0; i < 3; ++i)
    for (index_t j = 0; j < 3; ++j) count += found(i, j) == expected(i, j) ? 0 : 1;
  return count;
}

/// A file of two texts of two characters: "ab", and the character of this number.
std::string npy_of_texts(char order, std::uint32_t character) {
  std::string head =
      std::string("{'descr': '") + order + "U2', 'fortran_order': False, 'shape': (2,), }";
  head.resize(118 - 1, ' ');
  head += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += {'\1', '\0', static_cast<char>(head.size()), '\0'};
  bytes += head;
  for (const std::uint32_t c :
       {std::uint32_t{'a'}, std::uint32_t{'b'}, character, std::uint32_t{0}})
    for (int k = 0; k < 4; ++k)
      bytes += static_cast<char>(c >> (order == '<' ? 8 * k : 24 - 8 * k));
  return bytes;
}

} // namespace

TESSERA_MEMBERS(tagged, city, value, tags);

TEST(npy_texts, are_utf8_where_they_fit) {
  const tessera_test::scratch folder;
  for (const char order : {'<', '>'}) {
    const std::string path = folder.file(std::string("u") + order, npy_of_texts(order, 0x20ac));
    const auto found = load_npy<fixed_string<3>, 1>(world(), path).gather_all();
    EXPECT_EQ(found(0), "ab");
    EXPECT_EQ(found(1), "€");
    EXPECT_NE(message_of([&] {
                static_cast<void>(load_npy<fixed_string<2>, 1>(world(), path));
              }).find("the text '€' is of 3 bytes in UTF-8, and what it is read into holds 2"),
              std::string::npos);
    for (const std::uint32_t none : {0xdfffU, 0x110000U})
      EXPECT_NE(message_of([&] {
                  static_cast<void>(load_npy<word, 1>(
                      folder.file(std::to_string(none) + order, npy_of_texts(order, none))));
                }).find("stands for no character"),
                std::string::npos);
  }
}

TEST(npy_texts, DISABLED_read) {
  const std::string folder = texts_folder();
  for (const std::string order : {"<", ">"}) {
    for (const std::string kind : {"words", "fortran", "wide"}) {
      const std::string path = folder + kind + order + ".npy";
      SCOPED_TRACE(path);
      EXPECT_EQ(wrong_words(load_npy<word, 2>(path)), 0);
      EXPECT_EQ(wrong_words(load_npy<fixed_string<21>, 2>(path)), 0);
      EXPECT_EQ(wrong_words(load_npy<word, 2>(world(), path).gather_all()), 0);
      EXPECT_EQ(
          wrong_words(load_npy<word>(process_grid<2>(world()), path, halo<2>(1)).gather_all()), 0);
    }
    const npz_file archive(folder + "all" + order + ".npz");
    EXPECT_EQ(wrong_words(archive.load<word, 2>("words")), 0);
    EXPECT_EQ(archive.load<word>("one"), "Größe");
    const auto records =
        load_npy<tagged, 1>(world(), folder + "records" + order + ".npy").gather_all();
    ASSERT_EQ(records.size(), 2);
    EXPECT_EQ(records(0).value, 1.5);
    EXPECT_EQ(records(0).city, "Köln");
    EXPECT_EQ(records(0).tags[1], "yz");
    EXPECT_EQ(records(1).city, "");
    EXPECT_EQ(records(1).tags[0], "ÿ");
  }
  EXPECT_EQ((load_npy<word, 2>(world(), folder + "none.npy").shape()), (shape_t<2>{0, 3}));
  const auto error_of = [&](const std::string& name) {
    const std::string text =
        message_of([&] { static_cast<void>(load_npy<word, 1>(world(), folder + name)); });
    EXPECT_EQ(text, broadcast(world(), text, 0));
    EXPECT_NE(text.find("file: "), std::string::npos) << text;
    EXPECT_NE(text.find("cannot read '" + folder + name + "': "), std::string::npos) << text;
    return text;
  };
  EXPECT_NE(error_of("long.npy")
                .find("the text 'Größen-Ö' is of 11 bytes in UTF-8, and what it is "
                      "read into holds 8"),
            std::string::npos);
  EXPECT_NE(error_of("surrogate.npy").find("0xd800, which stands for no character"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              static_cast<void>(load_npy<double, 2>(folder + "words<.npy"));
            }).find("'<U8', which is none of"),
            std::string::npos);
}

// Numbers to text and back, against the C library, which knows every digit.
#include "random_source.hpp"
#include "support/scratch.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io/text.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::scratch;

namespace {

/// Numbers where rounding is hard: any bits, short decimals, ties, powers and their neighbours.
std::vector<double> hard_numbers() {
  random_source random;
  const auto bits = [&] { return static_cast<std::uint64_t>(random.engine()()); };
  std::vector<double> numbers{0.0, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308};
  for (int k = 0; k < 500; ++k) {
    const auto small = static_cast<double>(bits() % 1000000);
    numbers.insert(numbers.end(), {std::bit_cast<double>(bits()), small, -small / 1000, small / 64,
                                   std::ldexp(small, static_cast<int>(bits() % 200) - 100)});
  }
  for (int e = -323; e <= 308; ++e) {
    const double power = std::strtod(("1e" + std::to_string(e)).c_str(), nullptr);
    numbers.insert(numbers.end(),
                   {power, std::nextafter(power, 0.0), std::nextafter(power, HUGE_VAL),
                    std::strtod(("9.5e" + std::to_string(e)).c_str(), nullptr)});
  }
  std::erase_if(numbers, [](double x) { return !std::isfinite(x); });
  return numbers;
}

std::string printed(const char* format, double x) {
  char text[400];
  std::snprintf(text, sizeof text, format, x);
  return text;
}

void expect_printed(const scratch& folder, const std::vector<double>& numbers,
                    const std::string& format) {
  const std::string path = folder / ("out" + std::to_string(communicator::world().rank()));
  std::string expected;
  for (const double x : numbers) expected += printed(format.c_str(), x) + "\n";
  savetxt(path, view<const double, 1>(numbers.data(), {static_cast<index_t>(numbers.size())}),
          {.fmt = format});
  EXPECT_TRUE(content_of(path) == expected) << format;
}

/// Texts of numbers: many digits and few, leading and trailing zeros, with and without exponents.
/// A number just between two of as many bits, with a few digits behind the point.
std::string tie(std::uint64_t any, int precision, int fraction_bits) {
  const std::uint64_t leading = std::uint64_t{1} << static_cast<unsigned>(precision);
  std::uint64_t whole = (any % leading) | leading | 1U;
  std::string behind;
  const std::uint64_t below_one = (std::uint64_t{1} << static_cast<unsigned>(fraction_bits)) - 1;
  std::uint64_t rest = whole & below_one;
  whole >>= static_cast<unsigned>(fraction_bits);
  for (; rest != 0; rest &= below_one) {
    rest *= 10;
    behind += static_cast<char>('0' + (rest >> static_cast<unsigned>(fraction_bits)));
  }
  return std::to_string(whole) + (behind.empty() ? "" : "." + behind);
}

std::vector<std::string> hard_texts() {
  random_source random;
  const auto below = [&](std::uint64_t n) {
    return static_cast<int>(static_cast<std::uint64_t>(random.engine()()) % n);
  };
  const auto digits = [&](int count, int zeros) {
    std::string text(static_cast<std::size_t>(zeros), '0');
    for (int k = 0; k < count; ++k) text += static_cast<char>('0' + below(10));
    return text;
  };
  std::vector<std::string> texts{"0",
                                 "-0",
                                 "0.0",
                                 "1e308",
                                 "1e-400",
                                 "1e999",
                                 "0e400",
                                 "1.",
                                 ".5",
                                 "+7",
                                 "9007199254740993",
                                 "1e23",
                                 "8.5e-324",
                                 "00000000000000000000001.5",
                                 "0.000000000000000000000000125",
                                 "179769313486231580793728971405303415079934132710037826936173",
                                 "2.2250738585072012e-308",
                                 "6.5e00000002"};
  for (int k = 0; k < 20000; ++k) {
    static constexpr const char* signs[] = {"", "-", "+"};
    std::string text = signs[below(3)] + digits(1 + below(20), below(5) / 4 * below(20));
    if (below(4) > 0) text += "." + digits(below(25), below(5) / 4 * below(20));
    if (below(3) > 0)
      text += (below(2) > 0 ? "e" : "E") + std::string(signs[below(3)]) +
              std::to_string(below(below(4) > 0 ? 30 : 340));
    texts.push_back(text);
  }
  for (const int precision : {24, 53})
    for (int k = 0; k < 2000; ++k)
      texts.push_back(tie(static_cast<std::uint64_t>(random.engine()()), precision, below(5)));
  return texts;
}

template <class T> T number_of(const std::string& text) {
  if constexpr (sizeof(T) == 4)
    return std::strtof(text.c_str(), nullptr);
  else
    return std::strtod(text.c_str(), nullptr);
}

template <class T>
void expect_parsed(const std::string& path, const std::vector<std::string>& texts) {
  const ndarray<T, 1> parsed = loadtxt<T, 1>(path);
  ASSERT_EQ(parsed.size(), static_cast<index_t>(texts.size()));
  int wrong = 0;
  for (std::size_t k = 0; k < texts.size(); ++k) {
    const T expected = number_of<T>(texts[k]);
    const T found = parsed(static_cast<index_t>(k));
    if (found == expected && std::signbit(found) == std::signbit(expected)) continue;
    if (++wrong < 10) ADD_FAILURE() << texts[k] << " is read as " << found << ", not " << expected;
  }
}

TEST(text_numbers, are_printed_as_by_printf) {
  const scratch folder;
  const std::vector<double> numbers = hard_numbers();
  for (const char* conversion : {"e", "f"})
    for (const int precision : {0, 1, 2, 5, 9, 10, 16, 17, 18, 19})
      expect_printed(folder, numbers, "%." + std::to_string(precision) + conversion);
  expect_printed(folder, numbers, "%+24.7E");
  expect_printed(folder, numbers, "%g");
}

TEST(text_numbers, are_parsed_as_by_strtod) {
  const scratch folder;
  const std::vector<std::string> texts = hard_texts();
  std::string lines;
  for (const std::string& text : texts) lines += text + "\n";
  const std::string path = folder.file("in", lines);
  expect_parsed<double>(path, texts);
  expect_parsed<float>(path, texts);
}

TEST(text_numbers, come_back_with_the_same_bits) {
  const scratch folder;
  const std::string path = folder / ("out" + std::to_string(communicator::world().rank()));
  const std::vector<double> numbers = hard_numbers();
  const auto count = static_cast<index_t>(numbers.size());
  for (const char* format : {"%.16e", "%.18e", "%.17g", "%s"}) {
    savetxt(path, view<const double, 1>(numbers.data(), {count}), {.fmt = format});
    const ndarray<double, 1> back = loadtxt<double, 1>(path);
    for (index_t k = 0; k < count; ++k)
      ASSERT_EQ(std::bit_cast<std::uint64_t>(back(k)),
                std::bit_cast<std::uint64_t>(numbers[static_cast<std::size_t>(k)]))
          << format << ' ' << numbers[static_cast<std::size_t>(k)];
  }
}

/// What stands behind the last number is not read as a part of it, wherever the file ends.
TEST(text_numbers, end_where_the_text_ends) {
  const scratch folder;
  const auto open = loadtxt<double>(folder.file("a", "1 2\n3 4#5\n6 7"));
  const auto closed = loadtxt<double>(folder.file("b", "1 2\n3 4\n6 7\n"));
  EXPECT_TRUE(array_equal(open, closed));
  EXPECT_EQ((loadtxt<double, 1>(folder.file("c", "12e5"), {.comments = "e"}))(0), 12);
}

} // namespace

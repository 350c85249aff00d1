#include "files/from_root.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/io/matrix_market/read_matrix_market.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

[[noreturn]] void throw_in_line(const std::string& path, index_t line, const std::string& why) {
  throw parse_error(fmt::format("'{}' line {}: {}", path, line, why));
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream text(line);
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

std::string lower_case(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

/// The letter that stands for a word, or 0.
char letter_of(const std::string& word, const std::vector<std::pair<const char*, char>>& known) {
  for (const auto& [name, letter] : known)
    if (word == name) return letter;
  return 0;
}

void parse_banner(const std::string& path, const std::string& line, matrix_market_head& head) {
  std::vector<std::string> words = words_of(line);
  std::transform(words.begin(), words.end(), words.begin(), lower_case);
  if (words.size() != 5 || words[0] != "%%matrixmarket" || words[1] != "matrix")
    throw_in_line(path, 1,
                  "it does not begin as a Matrix Market file does: %%MatrixMarket matrix "
                  "coordinate real general, or the like");
  if (words[2] != "coordinate")
    throw_in_line(path, 1,
                  fmt::format("its matrix is '{}', not sparse (coordinate); loadtxt reads "
                              "numbers in lines",
                              words[2]));
  head.field = letter_of(
      words[3],
      {{"real", 'r'}, {"integer", 'r'}, {"double", 'r'}, {"complex", 'c'}, {"pattern", 'p'}});
  head.symmetry = letter_of(
      words[4],
      {{"general", 'g'}, {"symmetric", 's'}, {"skew-symmetric", 'k'}, {"hermitian", 'h'}});
  if (head.field == 0)
    throw_in_line(path, 1,
                  fmt::format("'{}' is neither real, integer, complex nor pattern", words[3]));
  if (head.symmetry == 0)
    throw_in_line(path, 1,
                  fmt::format("'{}' is neither general, symmetric, skew-symmetric nor "
                              "Hermitian",
                              words[4]));
}

index_t count_of(const std::string& path, index_t line, const std::string& word) {
  index_t value = -1;
  const char* const end = word.data() + word.size();
  const auto [last, failure] = std::from_chars(word.data(), end, value);
  if (failure != std::errc() || last != end || value < 0)
    throw_in_line(path, line, fmt::format("'{}' is no number of rows, columns or entries", word));
  return value;
}

void parse_sizes(const std::string& path, const std::string& line, matrix_market_head& head) {
  const std::vector<std::string> words = words_of(line);
  if (words.size() != 3)
    throw_in_line(
        path, head.lines,
        fmt::format("rows, columns and entries are three numbers, and it has {}", words.size()));
  head.shape[0] = count_of(path, head.lines, words[0]);
  head.shape[1] = count_of(path, head.lines, words[1]);
  head.entries = count_of(path, head.lines, words[2]);
  if (head.symmetry != 'g' && head.shape[0] != head.shape[1])
    throw_in_line(
        path, head.lines,
        fmt::format("a symmetric matrix of shape ({}, {})", head.shape[0], head.shape[1]));
}

matrix_market_head read_head(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw_file_error("read", path, errno);
  matrix_market_head head{};
  std::string line;
  while (std::getline(file, line)) {
    if (++head.lines == 1)
      parse_banner(path, line, head);
    else if (!words_of(line).empty() && line[0] != '%') {
      parse_sizes(path, line, head);
      return head;
    }
  }
  throw_in_line(path, head.lines + 1,
                "the file ends before the numbers of rows, columns and "
                "entries");
}

} // namespace

matrix_market_head read_matrix_market_head(const communicator& comm, const std::string& path) {
  const std::string bytes = text_from_root(comm, [&] {
    const matrix_market_head head = read_head(path);
    return std::string(reinterpret_cast<const char*>(&head), sizeof head);
  });
  matrix_market_head head{};
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(&head));
  return head;
}

index_t columns_of(const matrix_market_head& head) {
  return head.field == 'p' ? 2 : head.field == 'r' ? 3 : 4;
}

void check_matrix_market(const std::string& path, const matrix_market_head& head, index_t rows,
                         index_t columns) {
  if (columns != columns_of(head))
    throw parse_error(
        fmt::format("'{}' line {}: entries of {} numbers, where its head announces {}", path,
                    head.lines + 1, columns, columns_of(head)));
  if (rows != head.entries)
    throw parse_error(fmt::format("'{}' line {}: {} entries are announced, and {} follow", path,
                                  head.lines, head.entries, rows));
}

sparse_place place_of_entry(const std::string& path, const matrix_market_head& head, index_t number,
                            double row, double column) {
  const auto is_in = [](double i, index_t n) {
    return i >= 1 && i <= static_cast<double>(n) && i == std::floor(i);
  };
  if (!is_in(row, head.shape[0]) || !is_in(column, head.shape[1]))
    throw parse_error(fmt::format("'{}': entry {} behind line {} is at ({}, {}), outside rows 1 to "
                                  "{} and columns 1 to {}",
                                  path, number + 1, head.lines, row, column, head.shape[0],
                                  head.shape[1]));
  return {static_cast<index_t>(row) - 1, static_cast<index_t>(column) - 1};
}

void refuse_complex(const std::string& path) {
  throw element_type_error(
      fmt::format("cannot read '{}': its elements are complex, those of the matrix real", path));
}

} // namespace tessera::detail

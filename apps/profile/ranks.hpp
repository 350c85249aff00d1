// Profiles of many ranks, and of one, as the program shows them.
#pragma once

#include <string>

namespace profiles {

/// What the command line asks for.
struct wishes {
  std::string input;
  std::string before;
  std::string sort = "cumulative";
  std::string name;
  std::string matrix;
  long limit = 0;
  bool callers = false;
  bool callees = false;
  bool strip_dirs = false;
  bool json = false;
};

/// Is it a profile of ranks? @throws tessera::file_error
bool is_of_ranks(const std::string& path);
std::string shown_of_ranks(const wishes& w);
/// Writes the matrix of bytes as npy or PNG, by its name.
void write_matrix(const wishes& w);

/// A profile as one line of JSON.
std::string json_of(const std::string& path);
std::string json_of_ranks(const std::string& path);

} // namespace profiles

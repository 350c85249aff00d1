// A program in which one rank does something else than the others, in the way its first argument
// names; the second is that rank. For mistakes.py, which finds the lines of the odd rank and of the
// rest by the marks in the comments.
#pragma once

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <map>
#include <string>

/// What every case finds.
struct setting {
  tessera::communicator& world;
  int odd_rank;
  bool odd = world.rank() == odd_rank;
  int code = 0; ///< that is returned
  tessera::process_grid<2> rows{world, {0, 1}};
  tessera::process_grid<2> columns{world, {1, 0}};
  tessera::global_array<double, 2> u{rows, {24, 36}, tessera::halo<2>(1)};
  tessera::global_array<double, 2> w{rows, {24, 36}, tessera::halo<2>(1)};
  tessera::global_array<double, 2> t{columns, {24, 36}};
  tessera::global_array<double, 2> small{rows, {12, 36}, tessera::halo<2>(1)};
  tessera::global_array<float, 2> f{rows, {24, 36}, tessera::halo<2>(1)};
};

using mistakes = std::map<std::string, void (*)(setting&)>;

mistakes mistakes_of_calls();
mistakes mistakes_of_operands();
mistakes mistakes_of_files();
mistakes mistakes_of_endings();
mistakes mistakes_of_messages();
mistakes mistakes_of_slow();

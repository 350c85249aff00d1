// What tessera-savetxt reads.
#pragma once

#include "../support/file_kind.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/io/savetxt.hpp>

#include <string>
#include <vector>

namespace savetxt_app {

using tessera::index_t;

/// One array of a file.
struct source {
  std::string path;
  apps::file_kind kind;
  std::string name; // of a dataset, or of an array in an npz file
  std::string type; // NumPy's name
  std::vector<index_t> shape;
};

/// Finds the array of that name, or the only one there is. Collective.
/// @throws tessera::usage_error where one has to be chosen.
source open_source(const tessera::communicator& world, const std::string& path,
                   const std::string& name);

/// Writes real or complex numbers, all ranks their rows. Collective.
void write_numbers(const tessera::communicator& world, const source& from, const std::string& to,
                   const tessera::savetxt_options& options);

/// Are the elements texts?
bool holds_text(const source& from);
/// Writes texts as they are, between delimiters; rank 0 does. Collective.
void write_texts(const tessera::communicator& world, const source& from, const std::string& to,
                 const tessera::savetxt_options& options);

} // namespace savetxt_app

// What tessera-savetxt reads.
#pragma once

#include "../support/file_kind.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/io/text/savetxt.hpp>

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

/// How it is to be written.
struct wishes {
  std::vector<std::string> formats; // none, where none is asked for
  tessera::savetxt_options options; // but the formats
};

/// Are the elements real or complex numbers?
bool holds_numbers(const source& from);
/// Writes these, all ranks their rows. Collective.
void write_numbers(const tessera::communicator& world, const source& from, const std::string& to,
                   const wishes& w);

/// Writes texts of a fixed width, or structs, a column for each member; all ranks their rows.
/// Collective. @throws tessera::element_type_error for other types.
void write_rows(const tessera::communicator& world, const source& from, const std::string& to,
                const wishes& w);

/// Writes HDF5's texts of any length, which rank 0 reads. Collective.
void write_texts(const tessera::communicator& world, const source& from, const std::string& to,
                 const wishes& w);

} // namespace savetxt_app

/// @file
/// What the parts of a save are: names, the data file, the manifest.
#pragma once

#include "checkpoint/checkpoint_manifest.hpp"
#include "hdf5/wrappers/hdf5_handle.hpp"

#include <tessera/core/files/output_file.hpp>
#include <tessera/io/checkpoint.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace tessera::detail {

/// The names of values, as "'u', 'rng'".
template <class Value> std::string names_of(std::initializer_list<Value> values) {
  std::string text;
  for (const Value& v : values) text += (text.empty() ? "'" : ", '") + v.name() + "'";
  return text;
}

/// @throws argument_error for two values of one name, and for names that could not be restored.
void check_saved_names(std::initializer_list<saved_value> values);

/// The arrays of a file that is being written. Local, on rank 0.
std::vector<stored_array> arrays_of(hid_t file, const std::string& action);

/// The folder may be from a script, or from a program that was killed, and these did not wait until
/// its name was on the medium. Who may not read the folder above has to leave that to them. Local.
void sync_name_of(const std::string& folder);

/// Fills in what the manifest says of a data file that is written, under its temporary name. Local.
void look_at_data(checkpoint_manifest& head, const output_file& data);

/// With its manifest, a generation whose data have their name comes into being; without, they go.
/// Local, on rank 0; without MPI and HDF5. @throws file_error
void finish_generation(const std::string& folder, const checkpoint_manifest& head,
                       const std::string& pieces);

} // namespace tessera::detail

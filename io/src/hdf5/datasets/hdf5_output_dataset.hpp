/// @file
/// A dataset of a file that is being written, as all ranks know it.
#pragma once

#include "hdf5/wrappers/hdf5_handle.hpp"

#include <tessera/io/hdf5/datasets/hdf5_layout.hpp>
#include <tessera/io/parts/file_part.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

/// What there is to know about a dataset in order to write to it.
struct hdf5_output_dataset {
  std::string name;
  std::string type_name;
  std::vector<index_t> shape;
  bool is_growable = false;     ///< along its first axis
  bool is_direct = false;       ///< can ranks write to it past HDF5?
  index_t offset = 0;           ///< of the elements in the file, where there are no chunks
  std::vector<index_t> chunk{}; ///< empty where there are none
  std::string filters{};        ///< creation properties, where chunks are filtered
  std::string fill{};           ///< bytes of an element of a chunk that was never written
  std::string refusal{};        ///< why nothing can be written to its type

  [[nodiscard]] index_t chunk_elements() const {
    index_t elements = 1;
    for (const index_t n : chunk) elements *= n;
    return elements;
  }
  [[nodiscard]] std::string packed() const;
  static hdf5_output_dataset unpacked(const std::string& bytes);
};

/// How a new dataset is made.
struct hdf5_plan {
  std::string name;
  dtype type;
  std::vector<index_t> shape;
  std::vector<index_t> chunk; ///< empty: none
  hdf5_layout layout{};
  bool is_growable = false;
};

/// Makes axes of what elements are made of, where the layout asks for that.
void store_last_axes(hdf5_plan& plan);
/// In which form elements of a type are stored in a dataset: as they are, or as numbers along last
/// axes, which `inner` names then.
struct hdf5_stored_form {
  dtype type;
  std::vector<index_t> inner{};

  /// A shape of such elements, as the dataset has it.
  [[nodiscard]] std::vector<index_t> shape(std::vector<index_t> of_elements) const;
  /// The same of a part.
  [[nodiscard]] file_part part(const file_part& of_elements) const;
};
hdf5_stored_form stored_form(const hdf5_output_dataset& target, dtype type);

/// Looks at a dataset to which elements of a type are to be written; if it is not given, of any
/// type but structs. Local, on rank 0. @throws file_error that begins with `action`.
hdf5_output_dataset hdf5_target_of(hid_t file, const std::string& name,
                                   const std::optional<dtype>& in_memory,
                                   const std::string& action);
hdf5_output_dataset hdf5_target_of(const hdf5_handle& dataset, const std::string& name,
                                   const std::optional<dtype>& in_memory,
                                   const std::string& action);

/// Makes a dataset. Local, on rank 0. @throws file_error that begins with `action`.
hdf5_handle make_hdf5_dataset(hid_t file, const hdf5_plan& plan, const std::string& action);

} // namespace tessera::detail

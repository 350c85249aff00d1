/// @file
/// Parts of datasets to and from memory.
#pragma once

#include "hdf5/datasets/hdf5_chunk_read.hpp"
#include "hdf5/wrappers/hdf5_handle.hpp"
#include "types/number_convert.hpp"

#include <tessera/io/input_file.hpp>
#include <tessera/io/parts/file_part.hpp>

#include <optional>
#include <string>

namespace tessera::detail {

/// How the elements of a dataset of a file that is read come to memory: where their place in the
/// file is known, past HDF5; else HDF5 reads them as they are stored. They are converted here. What
/// was never written is the fill value. Local.
class dataset_reader {
public:
  /// `type`: as HDF5 is asked for elements (`type_to_read`). What is given must outlive it, but the
  /// conversion. @throws file_error that begins with `action`.
  dataset_reader(const hdf5_handle& dataset, const input_file& bytes, hdf5_handle type,
                 const element_conversion& conversion, const std::string& action);

  void read(const file_part& part, std::byte* data) const;
  /// The shape of chunks that are read here, one by one; empty where there are none.
  [[nodiscard]] std::vector<index_t> chunk() const {
    return chunks_ && !is_elsewhere_ ? chunks_->chunk() : std::vector<index_t>();
  }

private:
  void look_at_place();
  void fill(const file_part& part, std::byte* data) const;
  void read_through_hdf5(const file_part& part, std::byte* data) const;

  const hdf5_handle& dataset_;
  const input_file& bytes_;
  hdf5_handle type_;
  element_conversion conversion_;
  std::string action_;
  std::string fill_; // as it is stored; empty where members are elsewhere
  std::optional<chunk_reader> chunks_;
  bool is_unwritten_ = false;
  bool is_elsewhere_ = false; // partly
  index_t offset_ = -1;       // of elements that lie in one piece
};

/// Reads a rank's part; `unpacks`: as what netCDF's attributes say that it stands for. Local.
/// @throws file_error that begins with `action`, also when the elements do not fit the type.
void read_hyperslab(const hdf5_handle& dataset, const input_file& bytes, const file_part& part,
                    bool unpacks, const std::string& action, std::byte* data);
/// Writes a part through HDF5, in pieces; elements that are not adjacent in memory go through a
/// buffer.
void write_hyperslab(const hdf5_handle& dataset, const file_part& part, const std::string& action,
                     const std::byte* data);

} // namespace tessera::detail

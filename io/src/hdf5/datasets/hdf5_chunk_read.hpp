/// @file
/// Datasets in chunks, read past HDF5.
#pragma once

#include "hdf5/datasets/chunk_decoder.hpp"
#include "hdf5/wrappers/hdf5_handle.hpp"
#include "hdf5/wrappers/hdf5_input_driver.hpp"
#include "types/number_convert.hpp"

#include <tessera/io/input_file.hpp>
#include <tessera/io/parts/file_part.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// The chunks of a dataset of a file that is read: HDF5 tells where they are, and they are read,
/// checked and unpacked here, by the threads of the process. What was never written is the fill
/// value. Local.
class chunk_reader {
public:
  /// All but the conversion must outlive it.
  chunk_reader(const hdf5_handle& dataset, const input_file& bytes,
               const element_conversion& conversion, const std::string& action);

  [[nodiscard]] const std::vector<index_t>& chunk() const { return chunk_; }

  /// Reads a part; every chunk that has some of it once.
  /// @throws format_error for chunks that are damaged.
  void read(const file_part& part, std::byte* data) const;
  /// Only looks whether the chunks of a part have their sizes, as HDF5 expects: for elements that
  /// are partly elsewhere, which HDF5 has to read.
  void check(const file_part& part) const;

private:
  struct piece; // what a part and a chunk have in common

  template <class F> void for_chunks(const file_part& part, F&& f) const;
  void read_piece(const piece& p, dtype type, std::byte* data) const;
  void check_piece(const piece& p) const;
  void check_stored_size(const piece& p, index_t bytes) const;
  void fill(const piece& p, std::byte* data) const;
  void read_stored(const piece& p, index_t offset, dtype type, std::byte* data) const;
  [[nodiscard]] std::vector<std::byte> unpacked(const piece& p, const chunk_place& place,
                                                unsigned left_out) const;
  [[nodiscard]] bool is_filtered(const piece& p) const;
  [[noreturn]] void throw_damaged(const piece& p, const std::string& why) const;

  const hdf5_handle& dataset_;
  const input_file& bytes_;
  element_conversion conversion_;
  std::string action_;
  std::vector<index_t> chunk_;
  std::vector<index_t> shape_; // of the dataset
  bool filters_edges_ = true;
  index_t chunk_bytes_;
  chunk_decoder decoder_;
  std::vector<std::byte> fill_; // as in memory
};

} // namespace tessera::detail

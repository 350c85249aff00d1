/// @file
/// Parts of arrays, written to the files of their chunks.
#pragma once

#include "parts/chunk_pieces.hpp"
#include "zarr/chunks/chunk_file.hpp"
#include "zarr/chunks/shard_index.hpp"
#include "zarr/metadata/array_metadata.hpp"

#include <tessera/io/parts/file_part.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Writes the files of an array, each as a whole: chunks one after another or, where each is a
/// file, at once, on the threads of the process. Where elements are stored as they are, they go
/// from memory to the file. Local.
class array_writer {
public:
  /// Into a folder, which errors call `shown`; `first` is what the places of all chunks begin with.
  /// The array must outlive it.
  array_writer(std::string folder, std::string shown, const array_metadata& array,
               std::vector<index_t> first = {});

  /// Writes all files of which a part of the array has elements: it has all that the array has of
  /// each. @throws file_error, memory_error
  void write(const file_part& part, const std::byte* data) const;

private:
  void write_file(const chunk_piece& p, const std::byte* data) const;
  void write_shard(const chunk_piece& p, const chunk_file& file, const std::byte* data) const;
  /// The chunks of a shard, which are noted in its index; returns where they end.
  index_t write_plain_chunks(const std::vector<chunk_piece>& inner, const chunk_file& file,
                             shard_index& index, const std::byte* data) const;
  index_t write_packed_chunks(const std::vector<chunk_piece>& inner, const chunk_file& file,
                              shard_index& index, const std::byte* data) const;
  void write_plain(const chunk_piece& p, const std::vector<index_t>& chunk, const chunk_file& file,
                   index_t offset, const std::byte* data) const;
  [[nodiscard]] std::string packed_chunk(const chunk_piece& p, const std::vector<index_t>& chunk,
                                         const std::vector<zarr_packing>& packings,
                                         const std::byte* data) const;
  [[nodiscard]] index_t bytes_of(const std::vector<index_t>& chunk) const;

  std::string folder_;
  std::string shown_;
  const array_metadata& array_;
  std::vector<index_t> first_;
  bool is_zero_filled_;
};

} // namespace tessera::detail

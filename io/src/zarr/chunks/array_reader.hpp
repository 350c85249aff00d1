/// @file
/// Parts of arrays, read from the files of their chunks.
#pragma once

#include "parts/chunk_pieces.hpp"
#include "types/number_convert.hpp"
#include "zarr/chunks/chunk_decode.hpp"
#include "zarr/chunks/shard_index.hpp"
#include "zarr/folders/store_folder.hpp"
#include "zarr/metadata/array_metadata.hpp"

#include <tessera/io/input_file.hpp>
#include <tessera/io/parts/file_part.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Throws element_type_error that names both types.
[[noreturn]] void throw_cannot_be_read_as(dtype stored, dtype wanted, const std::string& action);

/// Reads parts of an array, converted by the one rule of files. Elements that are stored as they
/// are are read straight from their place; of what is packed, every chunk that has some of a part
/// once, by the threads of the process. Chunks that are not there are the fill value. Local.
class array_reader {
public:
  /// What is given must outlive it.
  /// @throws element_type_error that begins with `action` where not every value has its place in
  /// the wanted type.
  array_reader(const store_folder& folder, const array_metadata& array, dtype wanted,
               const std::string& action);

  /// @throws format_error for what is damaged.
  void read(const file_part& part, std::byte* data) const;

private:
  /// Bytes of a chunk in a file.
  struct stored_place {
    const input_file& file;
    index_t offset;
    index_t bytes;
  };
  void read_file(const chunk_piece& p, std::byte* data) const;
  void read_shard(const chunk_piece& p, const input_file& file, std::byte* data) const;
  void read_chunk(const zarr_codecs& codecs, const std::vector<index_t>& chunk,
                  const chunk_piece& p, const stored_place& from, std::byte* data) const;
  [[nodiscard]] std::string decoded(const zarr_codecs& codecs, const std::vector<index_t>& chunk,
                                    const stored_place& from) const;
  void fill(const region& memory, std::byte* data) const;
  [[nodiscard]] std::vector<index_t> grid_place(const std::vector<index_t>& origin) const;

  const store_folder& folder_;
  const array_metadata& array_;
  dtype wanted_;
  std::string action_;
  element_conversion conversion_;
  stored_elements elements_;
  std::vector<std::byte> fill_; // as in memory
};

} // namespace tessera::detail

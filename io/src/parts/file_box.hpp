/// @file
/// Boxes of arrays to and from the bytes of a file.
#pragma once

#include "files/piece_hash.hpp"

#include <tessera/io/parts/file_part.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tessera::detail {

/// Moves bytes between a place in a file and memory.
using write_function = std::function<void(index_t, const void*, index_t)>;
using read_function = std::function<void(index_t, void*, index_t)>;

/// Writes a box of a row-major array that begins at byte `offset` of a file: straight from memory
/// where its elements are adjacent there and in the file, else through a small buffer. `data` is
/// the base of the part's region of memory. Local.
void write_box(const write_function& write, const file_part& part, index_t offset,
               const std::byte* data);

inline void write_box(const shared_output_file& output, const file_part& part, index_t offset,
                      const std::byte* data) {
  write_box([&](index_t at, const void* from, index_t bytes) { output.write_at(at, from, bytes); },
            part, offset, data);
}

/// The way back.
void read_box(const read_function& read, const file_part& part, index_t offset, std::byte* data);

/// Writes a box in pieces, whose checksums are noted, and has the system put them on the medium
/// meanwhile. Threads of the process write several of them at once.
void write_hashed_pieces(const shared_output_file& output, const std::string& name,
                         const file_part& part, index_t offset, const std::byte* data,
                         std::vector<hashed_piece>& hashed);
/// Bytes of such a piece, at most; 32 MiB unless a test wants less.
void set_hashed_piece_bytes(index_t bytes);

} // namespace tessera::detail

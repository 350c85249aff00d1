/// @file
/// Boxes of arrays to and from the bytes of a file.
#pragma once

#include <tessera/io/parts/file_part.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <cstdint>
#include <functional>

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

/// Writes a piece as `write_box`, and has the system put it on the medium meanwhile. Returns the
/// checksum of its elements in row-major order.
std::uint64_t write_hashed_piece(const output_file& output, const file_part& piece, index_t offset,
                                 const std::byte* data);
/// Bytes of such a piece, at most; 32 MiB unless a test wants less.
[[nodiscard]] index_t hashed_piece_bytes();
void set_hashed_piece_bytes(index_t bytes);

} // namespace tessera::detail

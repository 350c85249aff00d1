/// @file
/// From the bytes of a chunk to its elements.
#pragma once

#include "zarr/metadata/codecs.hpp"

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// What the chunks of an array have in common, as they are stored.
struct stored_elements {
  index_t size;     ///< bytes of one
  std::string fill; ///< of one that was never written, in the order of bytes of the file
};

/// More bytes than these are not stored of a chunk of a shape, whoever packs it. Local.
index_t most_bytes_of_chunk(const zarr_codecs& codecs, const std::vector<index_t>& shape,
                            index_t itemsize);

/// Turns the stored bytes of a chunk into its elements, in row-major order; numbers keep their
/// order of bytes. Returns why it cannot be; nothing when it worked. Local; any thread may call it.
std::string decode_chunk(const zarr_codecs& codecs, const std::vector<index_t>& shape,
                         const stored_elements& elements, std::string& bytes);

} // namespace tessera::detail

/// @file
/// What a Zarr array says of itself.
///
/// Its parts lie in array_metadata.cpp and plan_array.cpp.
#pragma once

#include "zarr/metadata/codecs.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>
#include <tessera/io/zarr/metadata/zarr_layout.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// How the names of chunks are made of their places in the grid: "c/0/1", "c.0.1", or "0.1" as in
/// version 2.
struct chunk_names {
  bool is_v2 = false;
  char separator = '/';

  [[nodiscard]] std::string name(const std::vector<index_t>& place) const;
};

/// The metadata of an array: what stands in its zarr.json.
struct array_metadata {
  std::vector<index_t> shape;
  dtype type;                 ///< as it is stored; {'f', 2} is half precision
  std::vector<index_t> chunk; ///< of the grid: a file each
  chunk_names names;
  zarr_codecs codecs;
  std::string fill; ///< bytes of an element that was never written, in this machine's order
  std::vector<std::string> dimensions{}; ///< empty, or a name for each axis, which may be empty
  json attributes = json::object();

  /// The shape of what is packed as one.
  [[nodiscard]] const std::vector<index_t>& inner_chunk() const {
    return codecs.shards ? codecs.shards->chunk : chunk;
  }
  /// Bytes of a chunk of the grid, not packed.
  [[nodiscard]] index_t chunk_bytes() const;
};

/// NumPy's name of a stored type: "float16" of half precision.
std::string stored_name(dtype type);

/// @throws format_error that begins with `action`, file_error naming what is not known here: a
/// codec, a type of elements, an extension that must be understood.
array_metadata parse_array(const json& metadata, const std::string& action);
json array_json(const array_metadata& metadata);

/// The attributes of a group. @throws as parse_array.
json parse_group(const json& metadata, const std::string& action);
json group_json(const json& attributes);

/// Is it that of an array? @throws format_error unless it is of a node of version 3.
bool is_array(const json& metadata, const std::string& action);

/// Metadata of a new array. @throws argument_error naming what cannot be.
array_metadata plan_array(const std::vector<index_t>& shape, dtype type, const zarr_layout& layout);

} // namespace tessera::detail

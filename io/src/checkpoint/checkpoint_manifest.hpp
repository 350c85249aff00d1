/// @file
/// The manifest of a checkpoint: what it holds, where, and the checksums that tell whether it is
/// whole.
#pragma once

#include "files/piece_hash.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tessera::detail {

/// An array in the data file, in row-major order from a byte on.
struct stored_array {
  std::string name;
  std::string type;
  int itemsize = 0;
  index_t offset = 0;
  std::vector<index_t> shape;

  [[nodiscard]] index_t bytes() const;
};

/// One generation of a checkpoint.
struct checkpoint_manifest {
  index_t generation = -1; ///< its number; -1 in manifests of before these had one
  index_t step = 0;
  index_t file_bytes = 0;      ///< size of the data file
  std::uint64_t rest_hash = 0; ///< of all its bytes that belong to no array
  /// Do the pieces say where they are? Otherwise they are at their places in the file's arrays.
  bool is_tiled = false;
  std::vector<stored_array> arrays;
  std::vector<hashed_piece> pieces;

  /// The generations whose files have pieces of this one, without itself; in ascending order.
  [[nodiscard]] std::vector<index_t> references() const;
};

/// The line about a piece. Its length does not depend on the checksum, and is at most
/// `longest_place` more where there is a place.
std::string piece_line(const hashed_piece& piece);
inline constexpr index_t longest_place = 80;
/// Those about several.
std::string piece_lines(const std::vector<hashed_piece>& pieces);
/// The manifest as lines of text: what `head` says of arrays and file, then the pieces, as from
/// `piece_lines`, and the checksum of all before it.
std::string manifest_text(const checkpoint_manifest& head, const std::string& pieces);

/// The way back, for any text at all.
/// @throws file_error that says what is wrong, without the file's name.
checkpoint_manifest parse_manifest(const std::string& text);

} // namespace tessera::detail

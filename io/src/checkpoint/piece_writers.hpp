/// @file
/// How checkpoints write pieces of arrays: at their places, or as tiles.
#pragma once

#include "checkpoint/tile_history.hpp"
#include "parts/file_box.hpp"
#include "parts/piece_sink.hpp"

#include <tessera/core/files/output_file.hpp>
#include <tessera/io/checkpoint_options.hpp>

#include <map>
#include <memory>
#include <string>

namespace tessera::detail {

/// At their places in the arrays of an ordinary file.
class plain_pieces : public piece_writer {
public:
  explicit plain_pieces(const output_file& output) : output_(output) {}

  [[nodiscard]] index_t piece_bytes() const override { return hashed_piece_bytes(); }
  void write(const file_part& piece, index_t offset, const std::byte* data,
             hashed_piece& noted) const override {
    noted.hash = write_hashed_piece(output_, piece, offset, data);
  }

private:
  const output_file& output_;
};

/// What is common to the tiles of a generation.
struct tile_settings {
  index_t generation = 0;
  std::shared_ptr<const tile_history> before;      ///< tiles that may be referred to
  std::map<std::string, tile_compression> packing; ///< of arrays, by their paths
};

/// Tiles that may be packed, and need not be written where they are those of an earlier generation.
/// Each has a place of its own size in the file, wherever its elements' places are: those of other
/// ranks need not be known.
class tile_pieces : public piece_writer {
public:
  tile_pieces(const output_file& output, tile_settings settings)
      : output_(output), settings_(std::move(settings)) {}

  [[nodiscard]] index_t piece_bytes() const override { return tile_bytes(); }
  void prepare(hashed_piece& noted, const file_part& piece, const file_part& part,
               index_t offset) override;
  void write(const file_part& piece, index_t offset, const std::byte* data,
             hashed_piece& noted) const override;

private:
  const output_file& output_;
  tile_settings settings_;
};

} // namespace tessera::detail

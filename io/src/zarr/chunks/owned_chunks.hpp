/// @file
/// Which rank writes which chunks.
#pragma once

#include "parts/chunk_rounds.hpp"

#include <tessera/io/parts/file_part.hpp>

#include <vector>

namespace tessera::detail {

/// The chunks (or shards) of an array that is to be written: those that lie in one rank's block as
/// a whole are written by that rank from where they are; those that are divided between ranks are
/// in `divided`, boxes of chunks that are first brought to ranks which share them. Every chunk is
/// in one of these, so it has one owner. The same on all ranks. Local.
class owned_chunks {
public:
  owned_chunks(const file_source& from, const std::vector<index_t>& chunk);

  /// What a rank has of whole chunks, of what it has of the array.
  [[nodiscard]] file_part whole(const file_part& held) const;
  [[nodiscard]] const std::vector<chunked_box>& divided() const { return divided_; }

private:
  /// Elements lower <= i < upper of an axis, at boundaries of chunks.
  struct stretch {
    index_t lower;
    index_t upper;
  };
  using stretches = std::vector<stretch>;

  [[nodiscard]] stretches whole_along(const view_ref& view, std::size_t axis) const;
  [[nodiscard]] stretches between(const stretches& whole, std::size_t axis) const;
  void divide_all();
  void add_boxes(const std::vector<stretches>& whole, std::size_t axis);

  std::vector<index_t> shape_;
  std::vector<index_t> chunk_;
  bool has_whole_ = true; // does any rank have whole chunks?
  std::vector<chunked_box> divided_;
};

} // namespace tessera::detail

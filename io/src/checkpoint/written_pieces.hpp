/// @file
/// Elements that are written at once, with checksums of their pieces.
#pragma once

#include "parts/file_box.hpp"
#include "parts/piece_sink.hpp"

#include <tessera/core/threads/tasks.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Threads of the process write several pieces at once. Local.
class written_pieces : public piece_sink {
public:
  explicit written_pieces(const output_file& output) : output_(output) {}

  void add(const std::string& name, const file_part& part, index_t offset,
           part_in_memory&& elements) override {
    const std::vector<file_part> all = hashed_pieces_of(part);
    std::vector<hashed_piece*> noted;
    for (const file_part& piece : all) noted.push_back(&note(name, piece));
    for_tasks(static_cast<index_t>(all.size()), part.memory.size() * part.type.size,
              [&](index_t k) {
                const auto at = static_cast<std::size_t>(k);
                noted[at]->hash = write_hashed_piece(output_, all[at], offset, elements.data);
              });
  }

private:
  const output_file& output_;
};

} // namespace tessera::detail

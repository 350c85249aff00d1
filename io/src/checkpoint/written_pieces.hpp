/// @file
/// Elements that are written at once, with checksums of their pieces.
#pragma once

#include "parts/piece_sink.hpp"

#include <tessera/core/threads/tasks.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Threads of the process write several pieces at once. Local.
class written_pieces : public piece_sink {
public:
  using piece_sink::piece_sink;

  void add(const std::string& name, const file_part& part, index_t offset,
           part_in_memory&& elements) override {
    const std::vector<file_part> all = pieces_of(part);
    std::vector<hashed_piece*> noted;
    noted.reserve(all.size());
    for (const file_part& piece : all) noted.push_back(&note(name, piece, part, offset));
    for_tasks(static_cast<index_t>(all.size()), part.memory.size() * part.type.size,
              [&](index_t k) {
                const auto at = static_cast<std::size_t>(k);
                writer().write(all[at], offset, elements.data, *noted[at]);
              });
  }
};

} // namespace tessera::detail

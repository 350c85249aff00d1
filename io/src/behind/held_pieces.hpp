/// @file
/// Elements that are copied now and written behind the program.
#pragma once

#include "behind/held_memory.hpp"
#include "parts/piece_sink.hpp"

#include <tessera/core/threads/background.hpp>

#include <memory>
#include <string>
#include <utility>

namespace tessera::detail {

/// Writes pieces of arrays in the background, and takes their checksums, which are there when the
/// work is done. What is held is a copy of the elements, given up piece by piece as these are
/// written. Local; for one thread.
class held_pieces : public piece_sink {
public:
  /// Pieces for which there will never be memory are written at once.
  held_pieces(std::shared_ptr<background_work> work, std::shared_ptr<piece_writer> writer,
              std::shared_ptr<held_memory> memory)
      : piece_sink(*writer), work_(std::move(work)), shared_writer_(std::move(writer)),
        memory_(std::move(memory)) {}

  /// Elements that were brought here for this are not copied again.
  void add(const std::string& name, const file_part& part, index_t offset,
           part_in_memory&& from) override;

private:
  class elements;
  void write_behind(const file_part& piece, index_t offset, std::shared_ptr<const elements> from,
                    hashed_piece& noted);
  bool write_behind_a_copy(file_part& piece, index_t offset, const std::byte* data,
                           hashed_piece& noted);

  std::shared_ptr<background_work> work_;
  std::shared_ptr<const piece_writer> shared_writer_;
  std::shared_ptr<held_memory> memory_;
};

} // namespace tessera::detail

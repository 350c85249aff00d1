#include "behind/held_pieces.hpp"

#include <utility>

namespace tessera::detail {

/// What is to be written, until it is.
class held_pieces::elements {
public:
  enum class origin { copied, brought };

  elements(buffer memory, index_t bytes, origin from, std::shared_ptr<held_memory> of)
      : memory_(std::move(memory)), bytes_(bytes), origin_(from), of_(std::move(of)) {}
  elements(const elements&) = delete;
  elements& operator=(const elements&) = delete;
  ~elements() {
    if (origin_ == origin::copied) {
      of_->give(std::move(memory_), bytes_);
    } else {
      memory_ = buffer();
      of_->uncount(bytes_);
    }
  }
  [[nodiscard]] std::byte* data() const { return memory_.data(); }

private:
  buffer memory_;
  index_t bytes_;
  origin origin_;
  std::shared_ptr<held_memory> of_;
};

void held_pieces::write_behind(const file_part& piece, index_t offset,
                               std::shared_ptr<const elements> from, hashed_piece& noted) {
  work_->add([writer = shared_writer_, piece, offset, from = std::move(from), to = &noted] {
    writer->write(piece, offset, from->data(), *to);
  });
}

/// False where there is no memory for it.
bool held_pieces::write_behind_a_copy(file_part& piece, index_t offset, const std::byte* data,
                                      hashed_piece& noted) {
  const index_t bytes = piece.memory.size() * piece.type.size;
  if (!memory_->has_room(bytes)) work_->release();
  std::optional<buffer> memory = memory_->take(bytes);
  if (!memory) return false;
  const auto copied =
      std::make_shared<elements>(std::move(*memory), bytes, elements::origin::copied, memory_);
  const region in_copy = packed(piece.memory.shape, 0);
  strided_copy(in_copy, piece.memory, piece.type.size).run(copied->data(), data);
  piece.memory = in_copy;
  write_behind(piece, offset, copied, noted);
  return true;
}

void held_pieces::add(const std::string& name, const file_part& part, index_t offset,
                      part_in_memory&& from) {
  const index_t bytes = part.memory.size() * part.type.size;
  if (!memory_->has_room(bytes)) work_->release();
  std::shared_ptr<const elements> brought;
  if (from.memory.data() != nullptr && memory_->count(bytes))
    brought = std::make_shared<elements>(std::move(from.memory), bytes, elements::origin::brought,
                                         memory_);
  for (file_part& piece : pieces_of(part)) {
    hashed_piece& noted = note(name, piece, part, offset);
    if (brought != nullptr)
      write_behind(piece, offset, brought, noted);
    else if (!write_behind_a_copy(piece, offset, from.data, noted))
      writer().write(piece, offset, from.data, noted);
  }
}

} // namespace tessera::detail

/// @file
/// Where the elements of a file go that is written in pieces of which checksums are wanted.
#pragma once

#include "files/piece_hash.hpp"
#include "parts/part_in_memory.hpp"

#include <deque>
#include <string>

namespace tessera::detail {

/// How pieces of arrays are written, and in pieces of which size. Local.
class piece_writer {
public:
  piece_writer() = default;
  piece_writer(const piece_writer&) = delete;
  piece_writer& operator=(const piece_writer&) = delete;
  virtual ~piece_writer() = default;

  /// Bytes of a piece, at most.
  [[nodiscard]] virtual index_t piece_bytes() const = 0;
  /// Notes what is known of a piece of `part` before it is written.
  virtual void prepare(hashed_piece& noted, const file_part& piece, const file_part& part,
                       index_t offset) {
    static_cast<void>(noted), static_cast<void>(piece);
    static_cast<void>(part), static_cast<void>(offset);
  }
  /// Writes a piece of the array that begins at byte `offset` of the file, and notes its checksum.
  /// For any threads at once. @throws file_error
  virtual void write(const file_part& piece, index_t offset, const std::byte* data,
                     hashed_piece& noted) const = 0;
};

/// Takes what a rank writes of arrays by itself. Local.
class piece_sink {
public:
  explicit piece_sink(piece_writer& writer) : writer_(writer) {}
  piece_sink(const piece_sink&) = delete;
  piece_sink& operator=(const piece_sink&) = delete;
  virtual ~piece_sink() = default;

  /// Takes `part` of an array that begins at byte `offset` of the file, from `elements`.
  /// @throws file_error
  virtual void add(const std::string& name, const file_part& part, index_t offset,
                   part_in_memory&& elements) = 0;

  /// The pieces so far; each stays where it is.
  [[nodiscard]] std::deque<hashed_piece>& pieces() { return pieces_; }

protected:
  [[nodiscard]] const piece_writer& writer() const { return writer_; }
  [[nodiscard]] std::vector<file_part> pieces_of(const file_part& part) const;
  /// Notes a piece of a part, by the array's plain path.
  hashed_piece& note(const std::string& name, const file_part& piece, const file_part& part,
                     index_t offset);

private:
  piece_writer& writer_;
  std::deque<hashed_piece> pieces_;
};

} // namespace tessera::detail

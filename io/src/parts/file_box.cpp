#include "parts/file_box.hpp"

#include "files/piece_hash.hpp"
#include "parts/box_pieces.hpp"
#include "parts/file_stretches.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/core/types/padding.hpp>

#include <algorithm>
#include <limits>

namespace tessera::detail {

namespace {

constexpr index_t buffer_bytes = index_t{1} << 20U;
constexpr index_t direct_from = index_t{1} << 16U; // what is adjacent in memory is moved by itself

/// The axes of a stretch, with its first element at 0.
region stretch_in_memory(const file_part& part, std::size_t axis) {
  const auto from = static_cast<std::ptrdiff_t>(axis);
  return {0,
          {part.memory.shape.begin() + from, part.memory.shape.end()},
          {part.memory.strides.begin() + from, part.memory.strides.end()}};
}

/// Elements of the last axes that follow each other in memory.
index_t adjacent_elements(const region& r) {
  index_t count = 1;
  for (std::size_t d = r.shape.size(); d-- > 0 && (r.shape[d] == 1 || r.strides[d] == count);)
    count *= r.shape[d];
  return count;
}

/// Do elements go to the file as they lie in memory, or by a buffer?
enum class piece_way { as_it_is, buffered };

index_t piece_limit(const region& r, index_t itemsize, piece_way way) {
  if (way == piece_way::buffered) return buffer_bytes;
  const index_t adjacent = adjacent_elements(r);
  if (adjacent == r.size()) return std::numeric_limits<index_t>::max();
  return adjacent * itemsize >= direct_from ? adjacent * itemsize : buffer_bytes;
}

/// Piece k of a stretch.
region piece_of(const region& stretch, const pieces& cut, index_t k) {
  region piece = stretch;
  std::vector<index_t> lower;
  cut.get(k, lower, piece.shape);
  for (std::size_t d = 0; d < lower.size(); ++d) piece.offset += lower[d] * stretch.strides[d];
  return piece;
}

/// Calls `move(offset in the file, region of memory)` for pieces that follow each other in the
/// file, and in memory, too, or fit into the buffer, which all do where they go that way.
template <class F>
void for_each_piece(const file_part& part, index_t offset, piece_way way, F&& move) {
  if (part.memory.size() == 0) return;
  const index_t itemsize = part.type.size;
  if (part.dataset.empty()) return move(offset, part.memory);
  file_stretches stretch(part.dataset, part.lower, part.memory.shape);
  region in_memory = stretch_in_memory(part, stretch.axis());
  const pieces cut(in_memory.shape, itemsize, piece_limit(in_memory, itemsize, way));
  do {
    index_t at = offset + stretch.in_file() * itemsize;
    in_memory.offset = stretch.in_memory(part.memory);
    if (cut.count() == 1) {
      move(at, in_memory);
      continue;
    }
    for (index_t k = 0; k < cut.count(); ++k) {
      const region piece = piece_of(in_memory, cut, k);
      move(at, piece);
      at += piece.size() * itemsize;
    }
  } while (stretch.advance());
}

/// Memory for pieces with gaps; had when the first one comes.
class piece_buffer {
public:
  explicit piece_buffer(index_t itemsize) : bytes_(std::max(buffer_bytes, itemsize)) {}
  std::byte* get() {
    if (memory_.data() == nullptr) memory_ = buffer(static_cast<std::size_t>(bytes_));
    return memory_.data();
  }

private:
  index_t bytes_;
  buffer memory_;
};

} // namespace

void write_box(const write_function& write, const file_part& part, index_t offset,
               const std::byte* data) {
  const index_t itemsize = part.type.size;
  const piece_way way = has_padding(part.type) ? piece_way::buffered : piece_way::as_it_is;
  piece_buffer between(itemsize);
  for_each_piece(part, offset, way, [&](index_t at, const region& piece) {
    const index_t bytes = piece.size() * itemsize;
    if (way == piece_way::as_it_is && piece.is_contiguous())
      return write(at, data + piece.offset * itemsize, bytes);
    strided_copy(packed(piece.shape, 0), piece, itemsize).run(between.get(), data);
    zero_padding(between.get(), part.type, piece.size());
    write(at, between.get(), bytes);
  });
}

void read_box(const read_function& read, const file_part& part, index_t offset, std::byte* data) {
  const index_t itemsize = part.type.size;
  piece_buffer between(itemsize);
  for_each_piece(part, offset, piece_way::as_it_is, [&](index_t at, const region& piece) {
    const index_t bytes = piece.size() * itemsize;
    if (piece.is_contiguous()) return read(at, data + piece.offset * itemsize, bytes);
    read(at, between.get(), bytes);
    strided_copy(piece, packed(piece.shape, 0), itemsize).run(data, between.get());
  });
}

namespace {

// Large enough that few are listed, small enough that all ranks can share in checking them.
index_t most_hashed_bytes = index_t{32} << 20U;
// What was just written is still in the cache when its checksum is taken.
constexpr index_t cached_bytes = index_t{1} << 18U;
// Few calls, and the medium soon has something to do.
constexpr index_t started_bytes = index_t{8} << 20U;

/// Writes pieces one after another and takes their checksum.
class hashed_writer {
public:
  explicit hashed_writer(const output_file& output) : output_(output) {}
  hashed_writer(const hashed_writer&) = delete;
  hashed_writer& operator=(const hashed_writer&) = delete;
  ~hashed_writer() { start_sync(); }

  void write(index_t at, const void* from, index_t bytes) {
    const auto* next = static_cast<const std::byte*>(from);
    for (const index_t end = at + bytes; at < end; at += cached_bytes, next += cached_bytes) {
      const index_t piece = std::min(cached_bytes, end - at);
      output_.write_at(at, next, piece);
      hash_.add(next, piece);
      note(at, piece);
    }
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }

private:
  void note(index_t at, index_t bytes) {
    if (first_ < 0) first_ = at;
    last_ = at + bytes;
    if (last_ - first_ >= started_bytes) start_sync();
  }
  void start_sync() {
    if (first_ >= 0) output_.start_sync(first_, last_ - first_);
    first_ = -1;
  }

  const output_file& output_;
  piece_hash hash_;
  index_t first_ = -1; // of what the system was not asked to put on the medium yet
  index_t last_ = 0;
};

} // namespace

index_t hashed_piece_bytes() { return most_hashed_bytes; }
void set_hashed_piece_bytes(index_t bytes) { most_hashed_bytes = bytes; }

std::uint64_t write_hashed_piece(const output_file& output, const file_part& piece, index_t offset,
                                 const std::byte* data) {
  hashed_writer writer(output);
  write_box([&](index_t at, const void* from, index_t bytes) { writer.write(at, from, bytes); },
            piece, offset, data);
  return writer.hash();
}

} // namespace tessera::detail

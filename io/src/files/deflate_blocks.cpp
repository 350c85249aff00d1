#include "files/deflate_blocks.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads.hpp>
#include <tessera/core/threads/tasks.hpp>

#include <algorithm>
#include <utility>
#include <zlib.h>

namespace tessera::detail {

namespace {

constexpr index_t block_bytes = index_t{1} << 20U;
constexpr index_t window_bytes = index_t{1} << 15U; // that a block may refer to
constexpr index_t blocks_of_thread = 4;             // in memory at once

/// zlib's state, which packs one block.
class block_packer {
public:
  explicit block_packer(int level) {
    constexpr int usual_memory = 8;
    if (::deflateInit2(&stream_, level, Z_DEFLATED, -MAX_WBITS, usual_memory, Z_DEFAULT_STRATEGY) !=
        Z_OK)
      throw memory_error("no memory to pack bytes");
  }
  block_packer(const block_packer&) = delete;
  block_packer& operator=(const block_packer&) = delete;
  ~block_packer() { ::deflateEnd(&stream_); }

  /// Behind bytes that were packed before it.
  std::string run(std::string_view before, std::string_view bytes, bool is_last) {
    if (!before.empty())
      ::deflateSetDictionary(&stream_, as_bytes(before), static_cast<uInt>(before.size()));
    constexpr uLong mark = 16; // what ends a block that is not the last
    std::string packed(::deflateBound(&stream_, static_cast<uLong>(bytes.size())) + mark, '\0');
    stream_.next_in = const_cast<Bytef*>(as_bytes(bytes)); // NOLINT: it is only read
    stream_.avail_in = static_cast<uInt>(bytes.size());
    stream_.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream_.avail_out = static_cast<uInt>(packed.size());
    const int code = ::deflate(&stream_, is_last ? Z_FINISH : Z_SYNC_FLUSH);
    check_internal(code == (is_last ? Z_STREAM_END : Z_OK) && stream_.avail_in == 0);
    packed.resize(packed.size() - stream_.avail_out);
    return packed;
  }

  static const Bytef* as_bytes(std::string_view text) {
    return reinterpret_cast<const Bytef*>(text.data());
  }

private:
  static void check_internal(bool holds) {
    if (!holds) throw memory_error("zlib could not pack bytes");
  }

  z_stream stream_{};
};

} // namespace

struct deflate_blocks::block {
  std::string packed;
  index_t bytes = 0; // that it holds
  std::uint32_t crc = 0;
};

deflate_blocks::deflate_blocks(std::vector<std::string_view> pieces, int level)
    : pieces_(std::move(pieces)), level_(level) {
  for (const std::string_view piece : pieces_) size_ += static_cast<index_t>(piece.size());
  count_ = std::max<index_t>((size_ + block_bytes - 1) / block_bytes, 1);
}

deflate_blocks::deflate_blocks(std::function<void(char*, index_t)> read, index_t size, int level)
    : read_(std::move(read)), level_(level), size_(size),
      count_(std::max<index_t>((size + block_bytes - 1) / block_bytes, 1)) {}

/// Of what was read before, a window stays.
void deflate_blocks::read_until(index_t end) {
  const index_t known_end = known_begin_ + static_cast<index_t>(known_.size());
  const index_t first = std::max(known_begin_, known_end - window_bytes);
  known_.erase(0, static_cast<std::size_t>(first - known_begin_));
  known_begin_ = first;
  known_.resize(static_cast<std::size_t>(end - first));
  read_(known_.data() + (known_end - first), end - known_end);
}

std::string deflate_blocks::copied(index_t begin, index_t end) const {
  if (read_)
    return known_.substr(static_cast<std::size_t>(begin - known_begin_),
                         static_cast<std::size_t>(end - begin));
  std::string result;
  result.reserve(static_cast<std::size_t>(end - begin));
  for (const std::string_view piece : pieces_) {
    const auto bytes = static_cast<index_t>(piece.size());
    const index_t from = std::clamp<index_t>(begin, 0, bytes);
    const index_t to = std::clamp<index_t>(end, 0, bytes);
    result += piece.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
    begin -= bytes;
    end -= bytes;
  }
  return result;
}

deflate_blocks::block deflate_blocks::packed(index_t number) const {
  const index_t begin = number * block_bytes;
  const index_t end = std::min(size_, begin + block_bytes);
  const index_t known = std::max<index_t>(begin - window_bytes, 0);
  const std::string all = copied(known, end);
  const auto before = static_cast<std::size_t>(begin - known);
  const std::string_view text = std::string_view(all).substr(before);
  block result;
  result.packed =
      block_packer(level_).run(std::string_view(all).substr(0, before), text, number + 1 == count_);
  result.bytes = end - begin;
  result.crc = static_cast<std::uint32_t>(
      ::crc32(0, block_packer::as_bytes(text), static_cast<uInt>(text.size())));
  return result;
}

std::string_view deflate_blocks::next() {
  stream_.clear();
  if (done_ == count_) stream_.shrink_to_fit();
  const index_t count = std::min(count_ - done_, blocks_of_thread * threads());
  if (read_ && count > 0) read_until(std::min(size_, (done_ + count) * block_bytes));
  std::vector<block> blocks(static_cast<std::size_t>(count));
  for_tasks(count, count * block_bytes,
            [&](index_t k) { blocks[static_cast<std::size_t>(k)] = packed(done_ + k); });
  done_ += count;
  for (const block& each : blocks) {
    stream_ += each.packed;
    crc_ = static_cast<std::uint32_t>(::crc32_combine(crc_, each.crc, each.bytes));
  }
  return stream_;
}

} // namespace tessera::detail

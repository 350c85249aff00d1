#include "files/byte_stream.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <bzlib.h>
#include <cstring>
#include <lzma.h>
#include <string_view>
#include <utility>
#include <vector>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace tessera::detail {

namespace {

/// Packed bytes, some of which are in memory.
class packed_bytes {
public:
  explicit packed_bytes(stream_ptr from) : from_(std::move(from)), piece_(piece_bytes) {}

  /// Reads more behind those that are left; false at the end.
  bool more() {
    const std::size_t kept = rest().size();
    std::memmove(piece_.data(), piece_.data() + begin_, kept);
    const index_t got = from_->read(piece_.data() + kept, static_cast<index_t>(piece_bytes - kept));
    begin_ = 0;
    end_ = kept + static_cast<std::size_t>(got);
    return got > 0;
  }
  [[nodiscard]] std::string_view rest() const { return {piece_.data() + begin_, end_ - begin_}; }
  void use(std::size_t bytes) {
    begin_ += bytes;
    passed_ += bytes;
  }
  /// How many were used.
  [[nodiscard]] std::size_t passed() const { return passed_; }
  [[nodiscard]] const std::string& path() const { return from_->path(); }

private:
  static constexpr std::size_t piece_bytes = std::size_t{1} << 16U;

  stream_ptr from_;
  std::vector<char> piece_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t passed_ = 0;
};

/// What one call of an unpacker did.
struct unpack_step {
  std::size_t used;
  std::size_t made;
  enum { going_on, ended, damaged, too_much_memory } state;
};

/// These libraries do not write to their input, and take no more at once than they can count.
char* input_of(std::string_view packed) { return const_cast<char*>(packed.data()); } // NOLINT
unsigned piece_of(std::size_t bytes) {
  return static_cast<unsigned>(std::min<std::size_t>(bytes, std::size_t{1} << 30U));
}

struct gzip_unpacker {
  static bool begins(std::string_view start) { return start.starts_with("\x1f\x8b"); }
  gzip_unpacker() {
    constexpr int gzip_only = 16;
    if (inflateInit2(&stream, MAX_WBITS + gzip_only) != Z_OK)
      throw memory_error("no memory to unpack gzip");
  }
  gzip_unpacker(const gzip_unpacker&) = delete;
  gzip_unpacker& operator=(const gzip_unpacker&) = delete;
  ~gzip_unpacker() { inflateEnd(&stream); }

  unpack_step step(std::string_view packed, char* to, std::size_t bytes) {
    const unsigned given = stream.avail_in = piece_of(packed.size());
    const unsigned room = stream.avail_out = piece_of(bytes);
    stream.next_in = reinterpret_cast<Bytef*>(input_of(packed));
    stream.next_out = reinterpret_cast<Bytef*>(to);
    const int code = inflate(&stream, Z_NO_FLUSH);
    const auto state = code == Z_STREAM_END                  ? unpack_step::ended
                       : code == Z_MEM_ERROR                 ? unpack_step::too_much_memory
                       : code == Z_OK || code == Z_BUF_ERROR ? unpack_step::going_on
                                                             : unpack_step::damaged;
    return {given - stream.avail_in, room - stream.avail_out, state};
  }

  z_stream stream{};
};

struct bzip2_unpacker {
  static bool begins(std::string_view start) { return start.starts_with("BZh"); }
  bzip2_unpacker() {
    if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK)
      throw memory_error("no memory to unpack bzip2");
  }
  bzip2_unpacker(const bzip2_unpacker&) = delete;
  bzip2_unpacker& operator=(const bzip2_unpacker&) = delete;
  ~bzip2_unpacker() { BZ2_bzDecompressEnd(&stream); }

  unpack_step step(std::string_view packed, char* to, std::size_t bytes) {
    const unsigned given = stream.avail_in = piece_of(packed.size());
    const unsigned room = stream.avail_out = piece_of(bytes);
    stream.next_in = input_of(packed);
    stream.next_out = to;
    const int code = BZ2_bzDecompress(&stream);
    const auto state = code == BZ_STREAM_END  ? unpack_step::ended
                       : code == BZ_MEM_ERROR ? unpack_step::too_much_memory
                       : code == BZ_OK        ? unpack_step::going_on
                                              : unpack_step::damaged;
    return {given - stream.avail_in, room - stream.avail_out, state};
  }

  bz_stream stream{};
};

struct xz_unpacker {
  static bool begins(std::string_view start) {
    return start.starts_with(std::string_view("\xfd"
                                              "7zXZ\0",
                                              6));
  }
  /// What `xz -9` needs is 65 MiB; a file may ask for 4 GiB.
  static constexpr std::uint64_t most_memory = std::uint64_t{1} << 29U;
  xz_unpacker() {
    if (lzma_stream_decoder(&stream, most_memory, 0) != LZMA_OK)
      throw memory_error("no memory to unpack xz");
  }
  xz_unpacker(const xz_unpacker&) = delete;
  xz_unpacker& operator=(const xz_unpacker&) = delete;
  ~xz_unpacker() { lzma_end(&stream); }

  unpack_step step(std::string_view packed, char* to, std::size_t bytes) {
    stream.next_in = reinterpret_cast<const std::uint8_t*>(packed.data());
    stream.avail_in = packed.size();
    stream.next_out = reinterpret_cast<std::uint8_t*>(to);
    stream.avail_out = bytes;
    const lzma_ret code = lzma_code(&stream, LZMA_RUN);
    const bool memory = code == LZMA_MEM_ERROR || code == LZMA_MEMLIMIT_ERROR;
    const auto state = code == LZMA_STREAM_END                     ? unpack_step::ended
                       : memory                                    ? unpack_step::too_much_memory
                       : code == LZMA_OK || code == LZMA_BUF_ERROR ? unpack_step::going_on
                                                                   : unpack_step::damaged;
    return {packed.size() - stream.avail_in, bytes - stream.avail_out, state};
  }

  lzma_stream stream = LZMA_STREAM_INIT;
};

struct zstd_unpacker {
  /// A frame, or one that is to be passed over, with which pzstd begins.
  static bool begins(std::string_view start) {
    const bool passes_over = start.size() > 3 && (start[0] & '\xf0') == '\x50';
    return start.starts_with("\x28\xb5\x2f\xfd") ||
           (passes_over && start.substr(1).starts_with("\x2a\x4d\x18"));
  }
  /// What the strongest compression needs is 128 MiB; a file may ask for 2 GiB.
  static constexpr int most_memory = 29; // as a power of two
  zstd_unpacker() : stream(ZSTD_createDStream()) {
    if (stream == nullptr) throw memory_error("no memory to unpack zstd");
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, most_memory);
  }
  zstd_unpacker(const zstd_unpacker&) = delete;
  zstd_unpacker& operator=(const zstd_unpacker&) = delete;
  ~zstd_unpacker() { ZSTD_freeDStream(stream); }

  unpack_step step(std::string_view packed, char* to, std::size_t bytes) const {
    ZSTD_inBuffer given{packed.data(), packed.size(), 0};
    ZSTD_outBuffer room{to, bytes, 0};
    const std::size_t left = ZSTD_decompressStream(stream, &room, &given);
    const ZSTD_ErrorCode code = ZSTD_getErrorCode(left);
    const bool memory =
        code == ZSTD_error_memory_allocation || code == ZSTD_error_frameParameter_windowTooLarge;
    const auto state = left == 0                     ? unpack_step::ended
                       : memory                      ? unpack_step::too_much_memory
                       : code == ZSTD_error_no_error ? unpack_step::going_on
                                                     : unpack_step::damaged;
    return {given.pos, room.pos, state};
  }

  ZSTD_DStream* stream;
};

/// Unpacks one or several members.
template <class Unpacker> class unpacked_stream final : public byte_stream {
public:
  explicit unpacked_stream(stream_ptr from)
      : packed_(std::move(from)), unpacker_(std::make_unique<Unpacker>()) {}

  index_t read(char* to, index_t most) override {
    while (unpacker_ != nullptr) {
      const bool all_given = packed_.rest().empty() && !packed_.more();
      const unpack_step done = unpacker_->step(packed_.rest(), to, static_cast<std::size_t>(most));
      packed_.use(done.used);
      if (done.state == unpack_step::damaged) fail("the compressed data are damaged");
      if (done.state == unpack_step::too_much_memory)
        throw memory_error(fmt::format("cannot read '{}': no memory to unpack it", path()));
      if (done.state == unpack_step::ended) begin_member();
      if (done.made > 0) return static_cast<index_t>(done.made);
      if (all_given && done.state == unpack_step::going_on)
        fail("the compressed data end too early");
    }
    return 0;
  }
  [[nodiscard]] const std::string& path() const override { return packed_.path(); }

private:
  [[noreturn]] void fail(const std::string& why) { throw_file_error("read", path(), why); }

  /// What follows a member is the next one or nothing; zeros, to which tapes are filled, are passed
  /// over, as by Python's gzip.
  void begin_member() {
    unpacker_.reset();
    do {
      packed_.use(std::min(packed_.rest().find_first_not_of('\0'), packed_.rest().size()));
    } while (packed_.rest().empty() && packed_.more());
    while (packed_.rest().size() < std::size_t{stream_start} && packed_.more()) {
    }
    if (packed_.rest().empty()) return;
    if (!Unpacker::begins(packed_.rest()))
      fail(fmt::format("from byte {} on, something else follows the compressed data",
                       packed_.passed()));
    unpacker_ = std::make_unique<Unpacker>();
  }

  packed_bytes packed_;
  std::unique_ptr<Unpacker> unpacker_; // null at the end
};

} // namespace

bool is_packed(std::string_view start) {
  return gzip_unpacker::begins(start) || bzip2_unpacker::begins(start) ||
         xz_unpacker::begins(start) || zstd_unpacker::begins(start);
}

stream_ptr unpacked(std::string_view start, stream_ptr from) {
  if (gzip_unpacker::begins(start))
    return std::make_unique<unpacked_stream<gzip_unpacker>>(std::move(from));
  if (bzip2_unpacker::begins(start))
    return std::make_unique<unpacked_stream<bzip2_unpacker>>(std::move(from));
  if (xz_unpacker::begins(start))
    return std::make_unique<unpacked_stream<xz_unpacker>>(std::move(from));
  if (zstd_unpacker::begins(start))
    return std::make_unique<unpacked_stream<zstd_unpacker>>(std::move(from));
  return from;
}

} // namespace tessera::detail

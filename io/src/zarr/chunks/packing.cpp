#include "zarr/chunks/packing.hpp"

#include <tessera/core/error.hpp>

#include <boost/crc.hpp>
#include <fmt/core.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

constexpr int with_gzip_head = 16 + MAX_WBITS;
constexpr std::size_t crc_bytes = 4;

const Bytef* as_bytes(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }

/// zlib counts what is in memory in 32 bits.
uInt piece_of(std::size_t bytes) {
  constexpr std::size_t most = std::size_t{1} << 30U;
  return static_cast<uInt>(std::min(bytes, most));
}

std::string deflated(std::string_view bytes, int level) {
  constexpr int usual_memory = 8;
  z_stream stream{};
  if (::deflateInit2(&stream, level, Z_DEFLATED, with_gzip_head, usual_memory,
                     Z_DEFAULT_STRATEGY) != Z_OK)
    throw memory_error("no memory to pack bytes");
  std::string packed(::deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = const_cast<Bytef*>(as_bytes(bytes)); // NOLINT: it is only read
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  std::size_t taken = 0;
  std::size_t made = 0;
  int code = Z_OK;
  while (code == Z_OK) {
    const uInt in = piece_of(bytes.size() - taken);
    const uInt out = piece_of(packed.size() - made);
    stream.avail_in = in;
    stream.avail_out = out;
    code = ::deflate(&stream, taken + in == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    taken += in - stream.avail_in;
    made += out - stream.avail_out;
  }
  ::deflateEnd(&stream);
  if (code != Z_STREAM_END) throw memory_error("zlib could not pack bytes");
  packed.resize(made);
  return packed;
}

/// zlib's state, which unpacks the members of a gzip file.
class gzip_members {
public:
  explicit gzip_members(std::string_view packed) : packed_(packed) {
    is_open_ = ::inflateInit2(&stream_, with_gzip_head) == Z_OK;
  }
  gzip_members(const gzip_members&) = delete;
  gzip_members& operator=(const gzip_members&) = delete;
  ~gzip_members() {
    if (is_open_) ::inflateEnd(&stream_);
  }

  /// Fills `to`, and cuts it to what there is.
  std::string run(std::string& to) {
    if (!is_open_) return "there is no memory to unpack it";
    int code = Z_OK;
    while (code == Z_OK && made_ < to.size()) {
      code = step(to);
      if (code != Z_STREAM_END || taken_ == packed_.size()) continue;
      code = ::inflateReset(&stream_);
    }
    if (code != Z_STREAM_END || taken_ != packed_.size())
      return "it cannot be unpacked (inflate() failed)";
    to.resize(made_);
    return {};
  }

private:
  int step(std::string& to) {
    const uInt in = piece_of(packed_.size() - taken_);
    const uInt out = piece_of(to.size() - made_);
    stream_.next_in = const_cast<Bytef*>(as_bytes(packed_.substr(taken_))); // NOLINT: only read
    stream_.avail_in = in;
    stream_.next_out = reinterpret_cast<Bytef*>(to.data() + made_);
    stream_.avail_out = out;
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    taken_ += in - stream_.avail_in;
    made_ += out - stream_.avail_out;
    return code;
  }

  std::string_view packed_;
  z_stream stream_{};
  bool is_open_ = false;
  std::size_t taken_ = 0;
  std::size_t made_ = 0;
};

/// Memory for what packed bytes may become: one byte more than fits, to notice; but none that
/// `largest_compression` cannot give.
std::string room_for(std::size_t most, std::size_t packed, std::size_t largest_compression) {
  const std::size_t possible = packed > most / largest_compression
                                   ? most
                                   : std::min(most, (packed + 1) * largest_compression);
  return std::string(possible + 1, '\0');
}

std::string gunzip(std::string& bytes, std::size_t most) {
  constexpr std::size_t largest_compression = 1032; // of deflate
  std::string whole = room_for(most, bytes.size(), largest_compression);
  std::string problem = gzip_members(bytes).run(whole);
  if (problem.empty()) bytes.swap(whole);
  return problem;
}

std::string compressed(std::string_view bytes, const zarr_packing& packing) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  if (context == nullptr) throw memory_error("no memory to pack bytes");
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, packing.level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, packing.has_checksum ? 1 : 0);
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context, packed.data(), packed.size(), bytes.data(), bytes.size());
  ZSTD_freeCCtx(context);
  if (ZSTD_isError(size) != 0)
    throw memory_error(fmt::format("zstd could not pack bytes: {}", ZSTD_getErrorName(size)));
  packed.resize(size);
  return packed;
}

std::string decompress(std::string& bytes, std::size_t most) {
  constexpr std::size_t largest_compression = std::size_t{1}
                                              << 15U; // a block of one byte, repeated
  std::string whole = room_for(most, bytes.size(), largest_compression);
  const std::size_t size = ZSTD_decompress(whole.data(), whole.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0)
    return fmt::format("it cannot be unpacked (zstd: {})", ZSTD_getErrorName(size));
  whole.resize(size);
  bytes.swap(whole);
  return {};
}

std::string checked(std::string_view bytes) {
  std::string all(bytes);
  std::uint32_t sum = crc32c(bytes);
  for (std::size_t k = 0; k < crc_bytes; ++k, sum >>= 8U)
    all += static_cast<char>(static_cast<unsigned char>(sum & 0xffU));
  return all;
}

std::string check(std::string& bytes) {
  if (bytes.size() < crc_bytes) return "it is shorter than its checksum";
  const std::size_t size = bytes.size() - crc_bytes;
  std::uint32_t stored = 0;
  for (std::size_t k = crc_bytes; k-- > 0;)
    stored = stored << 8U | static_cast<unsigned char>(bytes[size + k]);
  bytes.resize(size);
  return stored == crc32c(bytes) ? "" : "it does not fit its CRC-32C checksum";
}

} // namespace

std::uint32_t crc32c(std::string_view bytes) {
  constexpr std::uint32_t ones = 0xffffffffU;
  boost::crc_optimal<32, 0x1edc6f41U, ones, ones, true, true> sum;
  sum.process_bytes(bytes.data(), bytes.size());
  return sum.checksum();
}

std::string pack(const zarr_packing& packing, std::string_view bytes) {
  switch (packing.codec) {
  case zarr_packing::kind::gzip: return deflated(bytes, packing.level);
  case zarr_packing::kind::zstd: return compressed(bytes, packing);
  default: return checked(bytes);
  }
}

std::string pack(const std::vector<zarr_packing>& packings, std::string_view bytes) {
  std::string packed = pack(packings.front(), bytes);
  for (std::size_t k = 1; k < packings.size(); ++k) packed = pack(packings[k], packed);
  packed.shrink_to_fit(); // it is kept until others are packed, too
  return packed;
}

std::string unpack(const std::vector<zarr_packing>& packings, std::size_t most,
                   std::string& bytes) {
  for (std::size_t k = packings.size(); k-- > 0;) {
    // What was packed before may have become longer by that.
    const auto length = static_cast<std::size_t>(
        most_stored_bytes({packings.begin(), packings.begin() + static_cast<std::ptrdiff_t>(k)},
                          static_cast<index_t>(most)));
    std::string problem;
    switch (packings[k].codec) {
    case zarr_packing::kind::gzip: problem = gunzip(bytes, length); break;
    case zarr_packing::kind::zstd: problem = decompress(bytes, length); break;
    default: problem = check(bytes);
    }
    if (!problem.empty()) return problem;
  }
  return {};
}

index_t most_stored_bytes(const std::vector<zarr_packing>& packings, index_t bytes) {
  constexpr index_t some = index_t{1} << 16U; // heads of files, many blocks
  constexpr index_t most = index_t{1} << 61U; // so that it can be counted with
  for (const zarr_packing& each : packings)
    bytes += each.codec == zarr_packing::kind::crc32c ? index_t{crc_bytes} : bytes / 8 + some;
  return std::min(bytes, most);
}

} // namespace tessera::detail

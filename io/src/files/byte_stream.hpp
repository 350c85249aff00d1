/// @file
/// Bytes that come one after another, of unknown number.
///
/// Its parts lie in byte_stream.cpp, unpack.cpp and text/text_encoding.cpp.
#pragma once

#include <tessera/io/input_file.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tessera::detail {

/// Where bytes come from that are read once, from the first to the last. Move it by its pointer.
class byte_stream {
public:
  byte_stream() = default;
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;
  virtual ~byte_stream() = default;

  /// Reads at least one byte and `most` at most, which is above zero; returns how many. 0: there
  /// are no more.
  /// @throws file_error naming the path and the reason.
  virtual index_t read(char* to, index_t most) = 0;
  /// What errors call it.
  [[nodiscard]] virtual const std::string& path() const = 0;
};

using stream_ptr = std::unique_ptr<byte_stream>;

/// The standard input, which is called "-".
stream_ptr standard_input();
/// A file, from its first byte.
stream_ptr stream_of(input_file file);

/// Reads up to `bytes` bytes; fewer at the end only.
index_t read_fully(byte_stream& from, char* to, index_t bytes);
/// Takes up to `bytes` bytes off the stream into `start`, and returns a stream that has them still.
stream_ptr look_ahead(stream_ptr from, std::string& start, index_t bytes);

/// What gzip, bzip2, xz or zstd made, by its first bytes, is unpacked while it is read, in the
/// memory of a piece; several members one behind the other are one text. Other streams come back as
/// they are.
stream_ptr unpacked(std::string_view start, stream_ptr from);
/// UTF-16 and UTF-32 with a byte order mark become UTF-8; the mark of UTF-8 is passed over. Other
/// streams come back as they are.
stream_ptr decoded(std::string_view start, stream_ptr from);

/// Bytes that tell all of these apart.
inline constexpr index_t stream_start = 6;
bool is_packed(std::string_view start);
bool has_wide_mark(std::string_view start);

} // namespace tessera::detail

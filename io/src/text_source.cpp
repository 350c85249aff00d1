#include "text_source.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/file_errors.hpp>
#include <tessera/io/text_work.hpp>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <unistd.h>
#include <vector>
#include <zlib.h>

namespace tessera::detail {

namespace {

constexpr std::size_t step_bytes = std::size_t{1} << 20U;

/// Adds what `fill(to, bytes)` brings, until it brings nothing.
template <class F> std::vector<char> read_all(F&& fill) {
  std::vector<char> text;
  for (std::size_t used = 0;;) {
    text.resize(used + std::max(step_bytes, used / 2));
    const std::size_t got = fill(text.data() + used, text.size() - used);
    used += got;
    if (got == 0) {
      text.resize(used);
      return text;
    }
  }
}

std::vector<char> standard_input() {
  return read_all([](char* to, std::size_t bytes) {
    ssize_t got = 0;
    do {
      got = ::read(STDIN_FILENO, to, bytes);
    } while (got < 0 && errno == EINTR);
    if (got < 0) throw_file_error("read", "-", errno);
    note_bytes_read(got);
    return static_cast<std::size_t>(got);
  });
}

bool is_compressed(const unsigned char* start, index_t bytes) {
  return bytes >= 2 && start[0] == 0x1f && start[1] == 0x8b;
}

/// A zlib stream that ends with its scope.
struct inflater {
  inflater() {
    constexpr int gzip_only = 16;
    if (inflateInit2(&stream, MAX_WBITS + gzip_only) != Z_OK) throw std::bad_alloc();
  }
  inflater(const inflater&) = delete;
  inflater& operator=(const inflater&) = delete;
  ~inflater() { inflateEnd(&stream); }

  z_stream stream{};
};

/// Unpacks a gzip file of one or several members from memory.
class unpacker {
public:
  unpacker(const std::string& path, const std::vector<char>& packed)
      : path_(path), packed_(packed) {}

  std::size_t operator()(char* to, std::size_t bytes) {
    z_stream& s = inflater_.stream;
    s.next_out = reinterpret_cast<Bytef*>(to);
    s.avail_out = static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
    const uInt room = s.avail_out;
    while (s.avail_out == room && !done_) step(s);
    return room - s.avail_out;
  }

private:
  void step(z_stream& s) {
    if (s.avail_in == 0) {
      const std::size_t piece = std::min(packed_.size() - used_, step_bytes);
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): zlib does not write there
      s.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data() + used_));
      s.avail_in = static_cast<uInt>(piece);
      used_ += piece;
    }
    const bool all_given = s.avail_in == 0;
    const int code = inflate(&s, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      done_ = used_ == packed_.size() && s.avail_in == 0;
      if (!done_) inflateReset(&s);
    } else if (code != Z_OK || all_given) {
      throw_file_error("read", path_,
                       all_given ? "the compressed data end too early"
                                 : std::string("the compressed data are damaged"));
    }
  }

  const std::string& path_;
  const std::vector<char>& packed_;
  std::size_t used_ = 0;
  bool done_ = false;
  inflater inflater_;
};

} // namespace

bool is_shareable(const std::string& path) {
  if (path == "-") return false;
  const input_file file(path);
  unsigned char start[2] = {};
  file.read_at(0, start, std::min<index_t>(file.size(), 2));
  return !is_compressed(start, file.size());
}

input_file open_text(const std::string& path) {
  const bool is_stdin = path == "-";
  if (!is_stdin && is_shareable(path)) return input_file(path);
  std::vector<char> bytes;
  if (is_stdin) {
    bytes = standard_input();
  } else {
    const input_file file(path);
    bytes.resize(static_cast<std::size_t>(file.size()));
    file.read_at(0, bytes.data(), file.size());
  }
  const auto* const start = reinterpret_cast<const unsigned char*>(bytes.data());
  if (is_compressed(start, static_cast<index_t>(bytes.size())))
    bytes = read_all(unpacker(path, bytes));
  return {path, std::move(bytes)};
}

} // namespace tessera::detail

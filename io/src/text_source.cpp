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

bool is_compressed(const char* first, const char* last) {
  return last - first >= 2 && first[0] == '\x1f' && first[1] == '\x8b';
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
      begin_member(s, used_ - s.avail_in);
    } else if (code != Z_OK || all_given) {
      throw_file_error("read", path_,
                       all_given ? "the compressed data end too early"
                                 : std::string("the compressed data are damaged"));
    }
  }

  /// What follows a member is the next one or nothing; zeros, to which tapes are filled, are passed
  /// over, as by Python's gzip.
  void begin_member(z_stream& s, std::size_t at) {
    while (at < packed_.size() && packed_[at] == '\0') ++at;
    done_ = at == packed_.size();
    if (done_) return;
    if (!is_compressed(packed_.data() + at, packed_.data() + packed_.size()))
      throw_file_error("read", path_,
                       "from byte " + std::to_string(at) +
                           " on, something else follows the compressed data");
    used_ = at;
    s.avail_in = 0;
    inflateReset(&s);
  }

  const std::string& path_;
  const std::vector<char>& packed_;
  std::size_t used_ = 0;
  bool done_ = false;
  inflater inflater_;
};

} // namespace

text_source open_text(const std::string& path) {
  if (path != "-") return open_text(input_file(path));
  text_source source = open_text(input_file(path, standard_input()));
  source.is_shareable = false;
  return source;
}

text_source open_text(input_file file) {
  char start[2] = {};
  file.read_at(0, start, std::min<index_t>(file.size(), 2));
  if (!is_compressed(start, start + std::min<index_t>(file.size(), 2)))
    return {std::move(file), true};
  std::vector<char> packed(static_cast<std::size_t>(file.size()));
  file.read_at(0, packed.data(), file.size());
  return {{file.path(), read_all(unpacker(file.path(), packed))}, false};
}

} // namespace tessera::detail

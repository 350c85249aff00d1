#include "files/byte_stream.hpp"

#include <tessera/core/files/file_errors.hpp>
#include <tessera/io/files/text_progress.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace tessera::detail {

namespace {

class input_stream final : public byte_stream {
public:
  index_t read(char* to, index_t most) override {
    ssize_t got = 0;
    do {
      got = ::read(STDIN_FILENO, to, static_cast<std::size_t>(std::min(most, largest_transfer)));
    } while (got < 0 && errno == EINTR);
    if (got < 0) throw_file_error("read", path_, errno);
    note_bytes_read(got);
    return got;
  }
  [[nodiscard]] const std::string& path() const override { return path_; }

private:
  std::string path_ = "-";
};

class file_stream final : public byte_stream {
public:
  explicit file_stream(input_file file) : file_(std::move(file)) {}

  index_t read(char* to, index_t most) override {
    const index_t count = std::min(most, file_.size() - at_);
    file_.read_at(at_, to, count);
    at_ += count;
    return count;
  }
  [[nodiscard]] const std::string& path() const override { return file_.path(); }

private:
  input_file file_;
  index_t at_ = 0;
};

/// A stream behind bytes that were taken off it.
class resumed_stream final : public byte_stream {
public:
  resumed_stream(std::string start, stream_ptr rest)
      : start_(std::move(start)), rest_(std::move(rest)) {}

  index_t read(char* to, index_t most) override {
    const auto count = std::min(static_cast<std::size_t>(most), start_.size() - used_);
    if (count == 0) return rest_->read(to, most);
    std::memcpy(to, start_.data() + used_, count);
    used_ += count;
    return static_cast<index_t>(count);
  }
  [[nodiscard]] const std::string& path() const override { return rest_->path(); }

private:
  std::string start_;
  std::size_t used_ = 0;
  stream_ptr rest_;
};

} // namespace

stream_ptr standard_input() { return std::make_unique<input_stream>(); }

stream_ptr stream_of(input_file file) { return std::make_unique<file_stream>(std::move(file)); }

index_t read_fully(byte_stream& from, char* to, index_t bytes) {
  index_t used = 0;
  while (used < bytes) {
    const index_t got = from.read(to + used, bytes - used);
    if (got == 0) break;
    used += got;
  }
  return used;
}

stream_ptr look_ahead(stream_ptr from, std::string& start, index_t bytes) {
  start.resize(static_cast<std::size_t>(bytes));
  start.resize(static_cast<std::size_t>(read_fully(*from, start.data(), bytes)));
  return std::make_unique<resumed_stream>(start, std::move(from));
}

} // namespace tessera::detail

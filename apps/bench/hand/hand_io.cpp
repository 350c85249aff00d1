#include "hand/hand_io.hpp"

#include <tessera/core/error.hpp>

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bench {

namespace {

constexpr long columns = 10;
constexpr long most_at_once = 1L << 30U;

class descriptor {
public:
  descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags, 0666)) {
    if (number_ < 0) throw tessera::file_error("cannot open '" + path + "'");
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { ::close(number_); }
  [[nodiscard]] int get() const { return number_; }

private:
  int number_;
};

void write_all(int file, const std::byte* data, long bytes, long offset) {
  while (bytes > 0) {
    const auto piece = static_cast<std::size_t>(std::min(bytes, most_at_once));
    const ssize_t put = ::pwrite(file, data, piece, offset);
    if (put <= 0) throw tessera::file_error("pwrite failed");
    data += put;
    offset += put;
    bytes -= put;
  }
}

void read_all(int file, std::byte* data, long bytes, long offset) {
  while (bytes > 0) {
    const auto piece = static_cast<std::size_t>(std::min(bytes, most_at_once));
    const ssize_t got = ::pread(file, data, piece, offset);
    if (got <= 0) throw tessera::file_error("pread failed");
    data += got;
    offset += got;
    bytes -= got;
  }
}

const char* line_at_or_after(const char* text, const char* p, const char* last) {
  if (p == text || p >= last) return p;
  const char* const end = std::find(p - 1, last, '\n');
  return end == last ? last : end + 1;
}

std::vector<double> parse(const char* p, const char* last) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>((last - p) / 24));
  while (p < last) {
    double value = 0;
    const auto [end, code] = std::from_chars(p, last, value);
    if (code != std::errc()) throw tessera::parse_error("not a number");
    values.push_back(value);
    p = end + 1;
  }
  return values;
}

} // namespace

std::vector<double> parse_by_hand(const tessera::communicator& world, const std::string& path) {
  const descriptor file(path, O_RDONLY);
  struct stat status {};
  ::fstat(file.get(), &status);
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) throw tessera::file_error("mmap failed");
  const char* const text = static_cast<const char*>(mapped);
  const auto cut = [&](int rank) {
    const char* const p = text + status.st_size / world.size() * rank;
    return rank == world.size() ? text + size : line_at_or_after(text, p, text + size);
  };
  std::vector<double> values = parse(cut(world.rank()), cut(world.rank() + 1));
  ::munmap(mapped, size);
  return values;
}

void format_by_hand(const tessera::communicator& world, const std::string& path,
                    const double* values, long rows) {
  std::vector<char> text(static_cast<std::size_t>(rows * columns * 28));
  char* to = text.data();
  for (long k = 0; k < rows * columns; ++k) {
    to = std::to_chars(to, to + 27, values[k], std::chars_format::scientific, 18).ptr;
    *to++ = k % columns == columns - 1 ? '\n' : ' ';
  }
  const long mine = to - text.data();
  long before = 0;
  MPI_Exscan(&mine, &before, 1, MPI_LONG, MPI_SUM, world.native());
  if (world.rank() == 0) descriptor(path, O_WRONLY | O_CREAT | O_TRUNC);
  world.barrier();
  const descriptor file(path, O_WRONLY);
  write_all(file.get(), reinterpret_cast<const std::byte*>(text.data()), mine,
            world.rank() == 0 ? 0 : before);
}

void write_by_hand(const tessera::communicator& world, const std::string& path,
                   const std::byte* data, const file_pieces& mine, bool durable) {
  if (world.rank() == 0) descriptor(path, O_WRONLY | O_CREAT | O_TRUNC);
  world.barrier();
  const descriptor file(path, O_WRONLY);
  for (long k = 0; k < mine.count; ++k)
    write_all(file.get(), data + k * mine.bytes, mine.bytes, mine.first + k * mine.step);
  if (durable && ::fsync(file.get()) != 0) throw tessera::file_error("fsync failed");
}

void read_by_hand(const std::string& path, std::byte* data, const file_pieces& mine) {
  const descriptor file(path, O_RDONLY);
  for (long k = 0; k < mine.count; ++k)
    read_all(file.get(), data + k * mine.bytes, mine.bytes, mine.first + k * mine.step);
}

} // namespace bench

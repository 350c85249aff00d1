#include "hdf5/wrappers/hdf5_input_driver.hpp"
#include "hdf5/wrappers/hdf5_file_driver.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace tessera::detail {

namespace {

struct input : hdf5_driver_file {
  haddr_t size = 0;
  std::size_t lengths = 8; // bytes that a size takes in this file
};

input& self(H5FD_t* file) { return driver_file_of<input>(file); }
const input& self(const H5FD_t* file) { return driver_file_of<input>(file); }

herr_t refuse(const char* why) {
  H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_VFL, H5E_READERROR, "%s",
           why);
  return -1;
}

H5FD_t* open_file(const char* name, unsigned /*flags*/, hid_t /*access*/, haddr_t /*largest*/) {
  auto* const file = new (std::nothrow) input;
  if (file == nullptr) return nullptr;
  struct stat status {};
  file->descriptor = ::open(name, O_RDONLY | O_CLOEXEC);
  if (file->descriptor >= 0 && ::fstat(file->descriptor, &status) == 0) {
    file->size = static_cast<haddr_t>(status.st_size);
    return &file->known;
  }
  refuse(std::strerror(errno));
  if (file->descriptor >= 0) ::close(file->descriptor);
  delete file;
  return nullptr;
}

herr_t close_file(H5FD_t* known) {
  ::close(self(known).descriptor);
  delete &self(known);
  return 0;
}

/// Without an accumulator of metadata: that of HDF5 1.10 crashes at addresses near the largest.
herr_t query(const H5FD_t* /*file*/, unsigned long* features) {
  *features = H5FD_FEAT_DATA_SIEVE;
  return 0;
}

haddr_t get_end_of_file(const H5FD_t* file, H5FD_mem_t /*type*/) { return self(file).size; }

std::uint64_t little_endian(const unsigned char* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t k = count; k-- > 0;) value = value * 256 + bytes[k];
  return value;
}

/// Notes how long sizes are, where a superblock begins.
void look_at_superblock(input& file, const unsigned char* block, std::size_t bytes) {
  if (bytes < 16 || std::memcmp(block, "\x89HDF\r\n\x1a\n", 8) != 0) return;
  const unsigned char stated = block[block[8] < 2 ? 14 : 10];
  file.lengths = stated == 2 || stated == 4 ? stated : 8;
}

/// Do the objects of a global heap follow each other up to its end? (HDF5 file format 3.0, III.E.)
/// HDF5 1.10 takes them at their word, and never ends where free space has no size.
bool is_walkable(const std::vector<unsigned char>& heap, std::size_t lengths) {
  constexpr std::size_t head = 16; // of the heap, and of each object
  for (std::size_t at = head; heap.size() - at >= head;) {
    const std::size_t left = heap.size() - at;
    const bool is_free = little_endian(heap.data() + at, 2) == 0;
    const std::uint64_t object = little_endian(heap.data() + at + 8, lengths);
    if (object > left || (is_free && object < head)) return false;
    const std::size_t step = is_free ? object : head + (object + 7) / 8 * 8;
    if (step > left) return false;
    at += step;
  }
  return true;
}

bool read_exactly(const input& file, haddr_t address, std::size_t bytes, void* to) {
  if (address > file.size || bytes > file.size - address) return false;
  return read_driver_bytes(file, address, bytes, to) == bytes;
}

/// HDF5 reads the start of a heap to learn its size, and then the rest; it says that these are
/// elements.
bool heap_is_good(const input& file, haddr_t address, const unsigned char* start,
                  std::size_t bytes) {
  if (bytes < 16 || std::memcmp(start, "GCOL\1\0\0", 8) != 0) return true;
  const std::uint64_t size = little_endian(start + 8, file.lengths);
  if (size < 16 || address + size > file.size) return false;
  std::vector<unsigned char> heap(size);
  return read_exactly(file, address, heap.size(), heap.data()) && is_walkable(heap, file.lengths);
}

/// While set, elements are not read: it is noted where they are.
thread_local chunk_place* wanted_place = nullptr;

herr_t read_bytes(H5FD_t* known, H5FD_mem_t type, hid_t /*mode*/, haddr_t address,
                  std::size_t bytes, void* to) try {
  input& file = self(known);
  if (type == H5FD_MEM_DRAW && wanted_place != nullptr) {
    wanted_place->offset = static_cast<index_t>(address);
    wanted_place->bytes = static_cast<index_t>(bytes);
    return 0;
  }
  if (!read_exactly(file, address, bytes, to)) return refuse("it refers to bytes behind its end");
  const auto* const start = static_cast<const unsigned char*>(to);
  if (type == H5FD_MEM_SUPER) look_at_superblock(file, start, bytes);
  if (type == H5FD_MEM_DRAW && !heap_is_good(file, address, start, bytes))
    return refuse("the objects of a heap do not follow each other");
  return 0;
} catch (const std::bad_alloc&) {
  return refuse("no memory for a heap");
}

herr_t write_nothing(H5FD_t* /*file*/, H5FD_mem_t /*type*/, hid_t /*mode*/, haddr_t /*address*/,
                     std::size_t /*bytes*/, const void* /*from*/) {
  return refuse("it is open for reading");
}

/// As HDF5's own driver does: a file that some program writes through HDF5 is not read meanwhile.
herr_t lock(H5FD_t* known, hbool_t exclusive) {
  if (::flock(self(known).descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0) return 0;
  if (errno == EWOULDBLOCK) return refuse("some program has it open for writing");
  return 0; // file systems without locks
}

herr_t unlock(H5FD_t* known) {
  ::flock(self(known).descriptor, LOCK_UN);
  return 0;
}

hid_t register_driver() {
  constexpr H5FD_mem_t kinds[] = H5FD_FLMAP_SINGLE;
  static H5FD_class_t driver = hdf5_driver_class("tessera_input", 601, kinds);
  driver.open = open_file;
  driver.close = close_file;
  driver.query = query;
  driver.get_eof = get_end_of_file;
  driver.read = read_bytes;
  driver.write = write_nothing;
  driver.lock = lock;
  driver.unlock = unlock;
  return H5FDregister(&driver);
}

constexpr std::size_t chunk_cache = std::size_t{32} << 20U;
constexpr std::size_t chunk_slots = 12421; // a prime number, as HDF5 wants it
constexpr double chunk_priority = 0.75;    // HDF5's own

} // namespace

hdf5_handle open_hdf5_input(const std::string& path) {
  const std::string action = fmt::format("cannot read '{}'", path);
  const hdf5_lock lock; // before the one of what is static
  static const hid_t driver = check_hdf5(register_driver(), action);
  const hdf5_handle access = own_hdf5(H5Pcreate(H5P_FILE_ACCESS), action);
  check_hdf5(H5Pset_driver(access.get(), driver, nullptr), action);
  check_hdf5(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), action);
  // A chunk of which several pieces are read is unpacked once.
  check_hdf5(H5Pset_cache(access.get(), 0, chunk_slots, chunk_cache, chunk_priority), action);
  hdf5_handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (!file.is_open()) throw_format_error(path, hdf5_reason());
  return file;
}

std::optional<chunk_place> find_chunk(const hdf5_handle& dataset,
                                      const std::vector<index_t>& origin,
                                      const std::string& action) {
  const std::vector<hsize_t> first = hdf5_sizes(origin);
  hsize_t stored = 0;
  const herr_t found = H5Dget_chunk_storage_size(dataset.get(), first.data(), &stored);
  // HDF5 1.10 fails for what was never written, by itself; else something below it failed.
  constexpr ssize_t by_itself = 2;
  if (found < 0 && H5Eget_num(H5E_DEFAULT) <= by_itself) return std::nullopt;
  check_hdf5(found, action);
  if (stored == 0) return std::nullopt;
  chunk_place place;
  std::byte never_written{};
  wanted_place = &place;
  const herr_t code =
      H5Dread_chunk(dataset.get(), H5P_DEFAULT, first.data(), &place.left_out, &never_written);
  wanted_place = nullptr;
  check_hdf5(code, action);
  return place;
}

} // namespace tessera::detail

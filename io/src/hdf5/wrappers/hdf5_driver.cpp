#include "hdf5/wrappers/hdf5_driver.hpp"
#include "hdf5/wrappers/hdf5_file_driver.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace tessera::detail {

namespace {

struct driver_file : hdf5_driver_file {
  hdf5_device* device = nullptr;
};

driver_file& self(H5FD_t* file) { return driver_file_of<driver_file>(file); }
const driver_file& self(const H5FD_t* file) { return driver_file_of<driver_file>(file); }

bool works(const driver_file& file) { return file.device->error == 0 && !file.device->is_lost; }

H5FD_t* open_file(const char* name, unsigned /*flags*/, hid_t access, haddr_t /*largest*/) {
  const void* const info = H5Pget_driver_info(access);
  auto* const file = new (std::nothrow) driver_file;
  if (info == nullptr || file == nullptr) {
    delete file;
    return nullptr;
  }
  file->device = *static_cast<hdf5_device* const*>(info);
  // A file that is made is empty already. Were it truncated, ext4 would put all of its data on the
  // medium when it is closed, as for an older file that is replaced: it takes twice the time.
  file->descriptor = ::open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (file->descriptor >= 0) return &file->known;
  file->device->error = errno;
  delete file;
  return nullptr;
}

herr_t close_file(H5FD_t* known) {
  driver_file& file = self(known);
  if (::close(file.descriptor) != 0 && errno != EINTR && works(file)) file.device->error = errno;
  delete &file;
  return 0;
}

herr_t query(const H5FD_t* /*file*/, unsigned long* features) {
  *features = 0;
  return 0;
}

herr_t raise_end_of_addresses(H5FD_t* file, H5FD_mem_t /*type*/, haddr_t address) {
  self(file).end_of_addresses = address;
  index_t& highest = self(file).device->highest;
  highest = std::max(highest, static_cast<index_t>(address));
  return 0;
}

haddr_t get_end_of_file(const H5FD_t* file, H5FD_mem_t /*type*/) {
  struct stat status {};
  if (::fstat(self(file).descriptor, &status) != 0) return 0;
  return static_cast<haddr_t>(status.st_size);
}

herr_t read_bytes(H5FD_t* known, H5FD_mem_t /*type*/, hid_t /*mode*/, haddr_t address,
                  std::size_t bytes, void* to) {
  const std::size_t got = read_driver_bytes(self(known), address, bytes, to);
  std::memset(static_cast<char*>(to) + got, 0, bytes - got); // beyond the end of the file
  return 0;
}

herr_t write_bytes(H5FD_t* known, H5FD_mem_t type, hid_t /*mode*/, haddr_t address,
                   std::size_t bytes, const void* from) {
  driver_file& file = self(known);
  if (type == H5FD_MEM_DRAW && file.device->places != nullptr) {
    file.device->places->push_back(static_cast<index_t>(address));
    return 0;
  }
  const auto* next = static_cast<const char*>(from);
  while (bytes > 0 && works(file)) {
    const ssize_t put = ::pwrite(file.descriptor, next, bytes, static_cast<off_t>(address));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) {
      file.device->error = put < 0 ? errno : ENOSPC;
      break;
    }
    next += put;
    address += static_cast<haddr_t>(put);
    bytes -= static_cast<std::size_t>(put);
  }
  return 0;
}

herr_t set_size(H5FD_t* known, hid_t /*mode*/, hbool_t /*closing*/) {
  driver_file& file = self(known);
  if (!works(file) || get_end_of_file(known, H5FD_MEM_DEFAULT) == file.end_of_addresses) return 0;
  if (::ftruncate(file.descriptor, static_cast<off_t>(file.end_of_addresses)) != 0)
    file.device->error = errno;
  return 0;
}

hid_t register_driver() {
  constexpr H5FD_mem_t kinds[] = H5FD_FLMAP_DICHOTOMY;
  static H5FD_class_t driver = hdf5_driver_class("tessera", 600, kinds);
  driver.fapl_size = sizeof(void*); // a pointer to the device
  driver.open = open_file;
  driver.close = close_file;
  driver.query = query;
  driver.set_eoa = raise_end_of_addresses;
  driver.get_eof = get_end_of_file;
  driver.read = read_bytes;
  driver.write = write_bytes;
  driver.truncate = set_size;
  return H5FDregister(&driver);
}

/// Larger datasets begin at a page of the file.
constexpr hsize_t large = hsize_t{1} << 20U;
constexpr hsize_t page = 4096;

hdf5_handle access_through(hdf5_device& device, const std::string& action) {
  const hdf5_lock lock; // before the one of what is static
  static const hid_t driver = check_hdf5(register_driver(), action);
  const hdf5_device* const info = &device;
  hdf5_handle access = own_hdf5(H5Pcreate(H5P_FILE_ACCESS), action);
  check_hdf5(H5Pset_driver(access.get(), driver, &info), action);
  check_hdf5(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), action);
  // The form of HDF5 1.8 has checksums of all that is not data, and attributes of any size.
  check_hdf5(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_LATEST), action);
  check_hdf5(H5Pset_alignment(access.get(), large, page), action);
  return access;
}

} // namespace

hdf5_handle make_hdf5_file(const std::string& existing, hdf5_device& device,
                           const std::string& action) {
  const hdf5_handle access = access_through(device, action);
  // Without the time of day in the root: the same content gives the same bytes.
  const hdf5_handle creation = own_hdf5(H5Pcreate(H5P_FILE_CREATE), action);
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), action);
  return own_hdf5(H5Fcreate(existing.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), action);
}

hdf5_handle continue_hdf5_file(const std::string& existing, hdf5_device& device,
                               const std::string& action) {
  const hdf5_handle access = access_through(device, action);
  return own_hdf5(H5Fopen(existing.c_str(), H5F_ACC_RDWR, access.get()), action);
}

} // namespace tessera::detail

#include "file_kind.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/input_file.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace apps {

using tessera::index_t;
using tessera::input_file;

namespace {

using namespace std::string_view_literals;

/// A format that is not read here, by its first bytes, and what to do with it.
struct foreign_format {
  std::string_view magic;
  const char* name;
  const char* advice;
};

constexpr const char* unpack_first = "unpack it first";
constexpr foreign_format foreign[] = {
    {"CDF\1"sv, "a netCDF-3 file", "convert it with nccopy -k nc4"},
    {"CDF\2"sv, "a netCDF-3 file", "convert it with nccopy -k nc4"},
    {"CDF\5"sv, "a netCDF-3 file", "convert it with nccopy -k nc4"},
    {"MATLAB 5.0 MAT-file"sv, "a MATLAB 5 file", "save it with save -v7.3, which makes HDF5"},
    {"Octave-1-"sv, "a binary file of Octave", "save it with save -hdf5"},
    {"\x0e\x03\x13\x01"sv, "an HDF4 file", "convert it with h4toh5"},
    {"\x89PNG"sv, "a PNG picture", "convert it to npy, as by numpy.save of what Pillow reads"},
    {"\xff\xd8\xff"sv, "a JPEG picture",
     "convert it to npy, as by numpy.save of what Pillow reads"},
    {"SIMPLE  ="sv, "a FITS file", "convert it to npy, as by numpy.save of what astropy reads"},
    {"PAR1"sv, "a Parquet file", "convert it to HDF5 or text, as by pandas"},
    {"RDX3\n"sv, "a file of R's save", "write text or HDF5 from R"},
    {"%PDF"sv, "a PDF file", "it holds no numbers"},
    {"\x28\xb5\x2f\xfd"sv, "a file packed by zstd", unpack_first},
    {"\x1f\x8b"sv, "a file packed by gzip", unpack_first},
    {"BZh"sv, "a file packed by bzip2", unpack_first},
    {"\xfd"
     "7zXZ\0"sv,
     "a file packed by xz", unpack_first}};

bool begins_with(const input_file& file, index_t at, std::string_view bytes) {
  std::string found(bytes.size(), '\0');
  if (file.size() < at + static_cast<index_t>(bytes.size())) return false;
  file.read_at(at, found.data(), static_cast<index_t>(found.size()));
  return found == bytes;
}

/// HDF5 files may begin with other bytes, of a power of two.
bool is_hdf5(const input_file& file) {
  constexpr std::string_view signature("\x89HDF\r\n\x1a\n", 8);
  if (begins_with(file, 0, signature)) return true;
  for (index_t at = 512; at < file.size(); at *= 2)
    if (begins_with(file, at, signature)) return true;
  return false;
}

} // namespace

bool ends_with(const std::string& path, const std::string& ending) {
  return path.size() >= ending.size() &&
         path.compare(path.size() - ending.size(), ending.size(), ending) == 0;
}

index_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : 0;
}

file_kind kind_of_input(const std::string& path) {
  const input_file file(path);
  if (is_hdf5(file)) return file_kind::hdf5;
  if (begins_with(file, 0, "\x93NUMPY")) return file_kind::npy;
  if (begins_with(file, 0, "PK\x03\x04") || begins_with(file, 0, "PK\x05\x06"))
    return file_kind::npz;
  if (begins_with(file, 0, "tessera checkpoint")) return file_kind::checkpoint;
  for (const foreign_format& format : foreign)
    if (begins_with(file, 0, format.magic))
      throw tessera::format_error(fmt::format("'{}' is {}: {}", path, format.name, format.advice));
  if (file.size() == 0) throw tessera::format_error(fmt::format("'{}' is empty", path));
  return file_kind::text;
}

file_kind kind_of_output(const std::string& path) {
  if (ends_with(path, ".npy")) return file_kind::npy;
  for (const char* ending : {".h5", ".hdf5", ".hdf", ".he5", ".nc"})
    if (ends_with(path, ending)) return file_kind::hdf5;
  throw tessera::usage_error(fmt::format(
      "'{}' is no name of a binary file; use .h5, .hdf5 or .npy (.hdf, .he5 and .nc are HDF5, too)",
      path));
}

} // namespace apps

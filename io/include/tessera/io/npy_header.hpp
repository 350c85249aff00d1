/// @file
/// What an npy file says about itself.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/dtype.hpp>

#include <string>
#include <vector>

namespace tessera {

class input_file;

/// The header of an npy file (NumPy's format for one array).
struct npy_header {
  std::string descr;          ///< NumPy's type string: byte order, kind, bytes; "<f8" for double
  bool fortran_order = false; ///< the first axis runs fastest in the file
  std::vector<index_t> shape; ///< number of elements along each axis
  index_t data_offset = 0;    ///< where the elements start in the file, in bytes
};

/// Reads the header of an npy file, for programs that choose the type at run time. Versions 1 to
/// 3. Local.
///
///     const npy_header header = read_npy_header("a.npy");
///     if (header.descr == "<f8" && header.shape.size() == 2) ...
///
/// @throws file_error when it cannot be read, or is not an npy file as NumPy writes it, or has more
/// or fewer bytes than its header says.
npy_header read_npy_header(const std::string& path);

namespace detail {

/// The type of the elements, and whether their bytes must be swapped here.
struct npy_type {
  dtype type;
  bool swapped;
};

/// The bytes before the data, from which all ranks learn about the file, and the file's size.
std::string read_npy_head(const std::string& path);
std::string read_npy_head(const input_file& file);
/// @throws file_error as read_npy_header does.
npy_header parse_npy_head(const std::string& path, const std::string& head);
/// @throws file_error when the type or the number of axes is not the wanted one.
npy_type check_npy(const std::string& path, const npy_header& header, dtype wanted,
                   std::size_t ndim);
/// The bytes that numpy.save writes before the data of a C-contiguous array.
std::string npy_head(dtype type, const index_t* shape, std::size_t ndim);

} // namespace detail

} // namespace tessera

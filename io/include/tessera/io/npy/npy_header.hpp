/// @file
/// What an npy file says about itself.
///
/// Its parts lie in npy_header.cpp and npy_type_names.cpp.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>

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

/// Reads the header of an npy file, for programs that choose the type at run time. The
/// versions of the format are 1 to 3. Local.
///
///     const npy_header header = read_npy_header("a.npy");
///     if (header.descr == "<f8" && header.shape.size() == 2) ...
///
/// Of several arrays that numpy.save wrote one behind the other, the first, as numpy.load does.
///
/// @throws file_error when it cannot be read, or is not an npy file as NumPy writes it, or has more
/// or fewer bytes than its header says.
npy_header read_npy_header(const std::string& path);

/// The name of a header's type: "float64", "complex128", "S2", "U4", "datetime64[s]"; of a struct
/// "{x: float64, n: int32[3]}". Local.
std::string npy_type_name(const npy_header& header);
/// Bytes of an element in the file; 0 where they are not known, as of Python's objects. Local.
index_t npy_itemsize(const npy_header& header);

namespace detail {

/// A member of a struct in a file.
struct npy_member {
  std::string name{};
  index_t offset = 0; ///< in the file's struct, in bytes
  dtype type{'V', 0}; ///< of its elements, if it is an array
  bool swapped = false;
  std::vector<index_t> shape{};
  std::vector<npy_member> members{};
};

/// `count` numbers of a type that go from an element of the file to one in memory, of another type
/// perhaps.
struct npy_member_copy {
  index_t from;
  index_t to;
  dtype stored;
  dtype type;
  index_t count;
  bool swapped;
};

/// The type of the elements, and whether their bytes must be swapped here. That of a struct comes
/// from the file with its members; to be read it needs the copies that make one of memory, as do
/// elements that are converted.
struct npy_type {
  dtype type;
  bool swapped;
  std::vector<npy_member> members{};
  std::vector<npy_member_copy> copies{};
  index_t record_size = 0; ///< of a struct, or of an element that is converted, in the file

  /// Bytes of an element in the file.
  [[nodiscard]] index_t stored_size() const { return record_size > 0 ? record_size : type.size; }
};

/// NumPy's types are those of files (`dtype_of`), but for text: char is S1, `fixed_string<8>` S8.
template <class T> constexpr dtype npy_dtype_of() {
  if constexpr (std::is_same_v<T, char> || is_text<T>)
    return {'S', static_cast<int>(sizeof(T))};
  else
    return dtype_of<T>();
}

/// So many bytes at the start of a file tell how long its header is.
inline constexpr std::size_t npy_head_start = 12;
/// How many bytes of a file of `file_size` lie before the data, by its first `npy_head_start` bytes
/// (or all, if there are fewer).
/// @throws file_error as read_npy_header does.
index_t npy_head_size(const std::string& path, const std::string& start, index_t file_size);
/// The bytes before the data, from which all ranks learn about the file, behind the file's size.
std::string read_npy_head(const std::string& path);
std::string read_npy_head(const input_file& file);
/// @throws file_error as read_npy_header does.
npy_header parse_npy_head(const std::string& path, const std::string& head);
npy_header parse_npy_head(const std::string& path, const std::string& bytes, index_t file_size);
/// @throws file_error when not every value has its place in the wanted type (`holds_all_values`),
/// or the number of axes is another one.
npy_type check_npy(const std::string& path, const npy_header& header, dtype wanted,
                   std::size_t ndim);
/// The bytes that numpy.save writes before the data of a C-contiguous array.
std::string npy_head(dtype type, const index_t* shape, std::size_t ndim);

} // namespace detail

} // namespace tessera

/// @file
/// Arrays from and to npy files, NumPy's format for one array.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/io/files/file_memory.hpp>
#include <tessera/io/npy/npy_header.hpp>
#include <tessera/io/parts/file_part.hpp>
#include <tessera/io/parts/local_array.hpp>
#include <tessera/io/pending_save.hpp>
#include <tessera/io/types/dtype.hpp>

#include <string>

namespace tessera {

namespace detail {

/// A header that was found to fit, and how its elements are stored.
struct npy_source {
  npy_header header;
  npy_type type;
};

npy_source open_npy(const std::string& path, dtype wanted, std::size_t ndim);
/// Rank 0 reads the header for all. Collective.
npy_source open_npy(const communicator& comm, const std::string& path, dtype wanted,
                    std::size_t ndim);

/// Reads `count` elements behind the first `before` ones. Local.
void read_npy_elements(const std::string& path, const npy_source& source, index_t before, void* to,
                       index_t count);

/// Reads the elements of a global array's view, which has the file's shape. Collective.
void read_npy(const std::string& path, const npy_source& source, const file_source& into);

/// The same with the type that it has in npy files.
template <class T> file_source npy_source_of(file_source from) {
  from.type = npy_dtype_of<T>();
  return from;
}

void write_npy(const std::string& path, const file_source& from);
void write_npy_scalar(const std::string& path, dtype type, const void* value);
/// Writes a view of a global array. Collective.
void write_npy(const communicator& comm, const std::string& path, const file_source& from);
/// The same behind the program. Collective.
pending_save start_write_npy(const communicator& comm, const std::string& path,
                             const file_source& from);

template <std::size_t N> shape_t<N> npy_shape(const npy_header& header) {
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d) shape[d] = header.shape[d];
  return shape;
}

template <std::size_t N> shape_t<N> reversed(const shape_t<N>& shape) {
  shape_t<N> result{};
  for (std::size_t d = 0; d < N; ++d) result[d] = shape[N - 1 - d];
  return result;
}

/// The array that the header of a file describes; `read(to, count)` gets its elements in the file's
/// order.
template <class T, std::size_t N, class Read>
ndarray<T, N> npy_array(const std::string& path, const npy_header& header, Read&& read) {
  const shape_t<N> shape = npy_shape<N>(header);
  auto array = with_memory_for(
      path, [&] { return ndarray<T, N>(header.fortran_order ? reversed(shape) : shape); });
  read(array.data(), array.size());
  if (header.fortran_order && N > 1) return ndarray<T, N>(array.transpose());
  return array;
}

} // namespace detail

/// Reads an npy file that holds N axes of elements of type T: bool, integers, float, double,
/// complex numbers (include <tessera/core/complex.hpp>), char (NumPy's S1), `fixed_string<8>` (S8,
/// and the texts of U8 and others that have 8 bytes at most in UTF-8; include
/// <tessera/core/text/text.hpp>) or `fixed_array<double, 3>` (whose axes are the last of
/// the file's and none of the N; include <tessera/core/fixed_array.hpp>). Both byte orders and both
/// orders of axes. Local.
///
///     const ndarray<double, 3> a = load_npy<double, 3>("a.npy");
///
/// @throws file_error when it cannot be read, is damaged, or holds another type or number of axes;
/// `read_npy_header` tells beforehand.
template <class T, std::size_t N> ndarray<T, N> load_npy(const std::string& path) {
  const detail::npy_source source = detail::open_npy(path, detail::npy_dtype_of<T>(), N);
  return detail::npy_array<T, N>(path, source.header, [&](T* to, index_t count) {
    detail::read_npy_elements(path, source, 0, to, count);
  });
}

/// Reads the one element of an npy file without axes, as numpy.save writes a scalar. It throws as
/// `load_npy` of arrays. Local.
///
///     const auto dt = load_npy<double>("dt.npy");
template <class T> T load_npy(const std::string& path) {
  T value{};
  detail::read_npy_elements(path, detail::open_npy(path, detail::npy_dtype_of<T>(), 0), 0, &value,
                            1);
  return value;
}
/// The same for all ranks. Collective; errors on all ranks.
template <class T> T load_npy(const communicator& comm, const std::string& path) {
  const detail::npy_source source = detail::open_npy(comm, path, detail::npy_dtype_of<T>(), 0);
  T value{};
  collectively(comm, [&] { detail::read_npy_elements(path, source, 0, &value, 1); });
  return value;
}

/// Reads an npy file into an array over the ranks of `grid`, in equal blocks. Every rank reads the
/// elements of its block; where they lie in pieces of less than a page in the file, the ranks read
/// whole rows, which are then redistributed. Collective; errors on all ranks.
///
///     const auto u = load_npy<double>(process_grid<2>(world), "u.npy", halo<2>(1));
template <class T, std::size_t N>
global_array<T, N> load_npy(const process_grid<N>& grid, const std::string& path,
                            const halo<N>& width = {}) {
  const detail::npy_source source =
      detail::open_npy(grid.comm(), path, detail::npy_dtype_of<T>(), N);
  global_array<T, N> result(grid, detail::npy_shape<N>(source.header), width);
  // In a file in Fortran's order, the axes are those of the transposed array.
  const global_view<T, N> whole = source.header.fortran_order ? result.transpose() : result.view();
  const detail::view_ref into = whole.node().ref();
  detail::read_npy(path, source, {detail::npy_dtype_of<T>(), {into.shape, into.shape + N}, &into});
  return result;
}

/// The same with whole rows on every rank. Collective.
template <class T, std::size_t N>
global_array<T, N> load_npy(const communicator& comm, const std::string& path,
                            const halo<N>& width = {}) {
  return load_npy<T, N>(grid_along<N>(comm, 0), path, width);
}

/// Writes an array, a view or an expression to an npy file. The bytes are those of numpy.save for a
/// C-contiguous array. Local.
///
/// The file appears when it is complete; until then an older one of that name stays.
///
///     save_npy("a.npy", a(all, slice(none, none, 2)));
///
/// @throws file_error when it cannot be written.
template <local_operand A> void save_npy(const std::string& path, const A& array) {
  const auto& elements = detail::readable(array);
  const auto readable = detail::readable(elements);
  using element = std::remove_cv_t<typename decltype(readable)::value_type>;
  detail::write_npy(path, detail::npy_source_of<element>(detail::file_source_of(readable)));
}
/// The same of a scalar, which has no axes: shape (). Local.
///
///     save_npy("dt.npy", 0.1);
template <class T>
requires(detail::is_number<T> || detail::is_fixed<T>) void save_npy(const std::string& path,
                                                                    const T& value) {
  detail::write_npy_scalar(path, detail::npy_dtype_of<T>(), &value);
}

/// Writes a global array, or a view of one, to one npy file. Every rank writes the elements of its
/// block; where they lie in pieces of less than a page in the file, they are brought into whole
/// rows first, which takes their memory once more. Collective; errors on all ranks.
///
///     save_npy("u.npy", u);
///     save_npy("plane.npy", u(3, slice(1, -1), all));
template <class T, std::size_t N>
void save_npy(const std::string& path, const global_view<T, N>& array) {
  using element = std::remove_const_t<T>;
  const detail::view_ref from = array.node().ref();
  detail::write_npy(array.comm(), path,
                    detail::npy_source_of<element>(detail::file_source_of<element>(from)));
}
/// The same of a whole array. Collective.
template <class T, std::size_t N>
void save_npy(const std::string& path, const global_array<T, N>& array) {
  save_npy(path, array.view());
}

/// The same of an expression of global arrays or a slice of one, which is evaluated first: that
/// takes the memory of an array. Collective.
///
///     save_npy("coarse.npy", u(slice(none, none, 4), slice(none, none, 4)));
template <global_operand A> void save_npy(const std::string& path, const A& array) {
  save_npy(path, copy(array));
}

/// @name Behind the program
/// As `save_npy`: the elements are copied, and a thread of each rank writes them while the program
/// goes on. The file takes its name when all have. Several saves are done one after another; each
/// takes the memory of its copy until then. Collective; what goes wrong later is thrown on all
/// ranks by `wait`, or else by `run` at its end.
///
///     save_npy(numbered("u.npy", step), u);                                // waits for the disk
///     const pending_save pending = start_save_npy(numbered("u.npy", step), u);
/// @{
template <class T, std::size_t N>
pending_save start_save_npy(const std::string& path, const global_view<T, N>& array) {
  using element = std::remove_const_t<T>;
  const detail::view_ref from = array.node().ref();
  return detail::start_write_npy(
      array.comm(), path, detail::npy_source_of<element>(detail::file_source_of<element>(from)));
}
template <class T, std::size_t N>
pending_save start_save_npy(const std::string& path, const global_array<T, N>& array) {
  return start_save_npy(path, array.view());
}
template <global_operand A> pending_save start_save_npy(const std::string& path, const A& array) {
  return start_save_npy(path, copy(array));
}
/// @}

} // namespace tessera

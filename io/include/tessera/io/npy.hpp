/// @file
/// Arrays from and to npy files, NumPy's format for one array.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/io/dtype.hpp>
#include <tessera/io/local_array.hpp>
#include <tessera/io/npy_header.hpp>
#include <tessera/io/row_blocks.hpp>

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

/// Elements of any strides (which count elements), to be written in the order of their subscripts.
struct npy_elements {
  const void* data;
  dtype type;
  std::size_t ndim;
  const index_t* shape;
  const index_t* strides;
};

void write_npy(const std::string& path, const npy_elements& elements);
/// Every rank writes its block behind the first `before` elements of an array of `shape`.
/// Collective.
void write_npy(const communicator& comm, const std::string& path, const npy_elements& block,
               const index_t* shape, index_t before);

template <class T, std::size_t N> npy_elements npy_elements_of(const view<const T, N>& v) {
  return {v.data(), npy_dtype_of<T>(), N, v.shape().data(), v.strides().data()};
}

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

/// The array that a header describes; `read(to, count)` gets its elements in the file's order.
template <class T, std::size_t N, class Read>
ndarray<T, N> npy_array(const npy_header& header, Read&& read) {
  const shape_t<N> shape = npy_shape<N>(header);
  ndarray<T, N> array(header.fortran_order ? reversed(shape) : shape);
  read(array.data(), array.size());
  if (header.fortran_order && N > 1) return ndarray<T, N>(array.transpose());
  return array;
}

/// Reads this rank's block, which is one piece of the file. Local.
template <class T, std::size_t N>
void read_npy_block(const std::string& path, const npy_source& source, global_array<T, N>& blocks) {
  const view<T, N> to = blocks.owned();
  const shape_t<N> shape = blocks.shape();
  if (source.header.fortran_order) {
    const index_t row = shape[N - 1] > 0 ? size_of(shape) / shape[N - 1] : 0;
    ndarray<T, N> mine(reversed(to.shape()));
    read_npy_elements(path, source, blocks.block().lower[N - 1] * row, mine.data(), mine.size());
    to.assign(mine.transpose());
    return;
  }
  const index_t before = elements_before(blocks.block(), shape);
  if (to.is_contiguous()) return read_npy_elements(path, source, before, to.data(), to.size());
  ndarray<T, N> mine(to.shape());
  read_npy_elements(path, source, before, mine.data(), mine.size());
  to.assign(mine);
}

/// Reads an array whose blocks are one piece of the file each. Collective.
template <class T, std::size_t N>
void read_npy_blocks(const std::string& path, const npy_source& source,
                     global_array<T, N>& blocks) {
  collectively(blocks.comm(), [&] { read_npy_block(path, source, blocks); });
}

} // namespace detail

/// Reads an npy file that holds N axes of elements of type T: bool, integers, float, double,
/// complex numbers (include <tessera/core/complex.hpp>), char (NumPy's S1) or `fixed_string<8>`
/// (S8; include <tessera/core/text.hpp>). Both byte orders and both orders of axes. Local.
///
///     const ndarray<double, 3> a = load_npy<double, 3>("a.npy");
///
/// @throws file_error when it cannot be read, is damaged, or holds another type or number of axes;
/// `read_npy_header` tells beforehand.
template <class T, std::size_t N> ndarray<T, N> load_npy(const std::string& path) {
  const detail::npy_source source = detail::open_npy(path, detail::npy_dtype_of<T>(), N);
  return detail::npy_array<T, N>(source.header, [&](T* to, index_t count) {
    detail::read_npy_elements(path, source, 0, to, count);
  });
}

/// Reads an npy file into an array over the ranks of `grid`, in equal blocks. Every rank reads one
/// piece of the file; then the elements are redistributed. Collective; errors on all ranks.
///
///     const auto u = load_npy<double>(process_grid<2>(world), "u.npy", halo<2>(1));
template <class T, std::size_t N>
global_array<T, N> load_npy(const process_grid<N>& grid, const std::string& path,
                            const halo<N>& width = {}) {
  const detail::npy_source source =
      detail::open_npy(grid.comm(), path, detail::npy_dtype_of<T>(), N);
  const std::size_t slowest = source.header.fortran_order ? N - 1 : 0;
  global_array<T, N> result(grid, detail::npy_shape<N>(source.header), width);
  if (grid.dims()[slowest] == grid.comm().size()) {
    detail::read_npy_blocks(path, source, result);
  } else {
    global_array<T, N> blocks(grid_along<N>(grid.comm(), slowest), result.shape());
    detail::read_npy_blocks(path, source, blocks);
    redistribute(blocks, result);
  }
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
  detail::write_npy(path, detail::npy_elements_of(readable));
}

/// Writes a global array to one npy file. Every rank writes one piece of it, after a redistribution
/// where its block is not one. Collective; errors on all ranks.
///
///     save_npy("u.npy", u);
template <class T, std::size_t N>
void save_npy(const std::string& path, const global_array<T, N>& array) {
  if (!detail::has_contiguous_blocks(array.distribution()))
    return save_npy(path, to_row_blocks(array));
  const shape_t<N> shape = array.shape();
  const view<const T, N> mine = array.owned();
  detail::write_npy(array.comm(), path, detail::npy_elements_of(mine), shape.data(),
                    detail::elements_before(array.block(), shape));
}

} // namespace tessera

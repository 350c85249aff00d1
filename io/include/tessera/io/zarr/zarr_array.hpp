/// @file
/// A Zarr store that is one array, in one call.
#pragma once

#include <tessera/io/zarr/zarr_store_members.hpp>

namespace tessera {

/// Writes a global array, a view of one or an expression of such as a Zarr store that holds nothing
/// else. Collective; see `zarr_store::write`.
///
///     save_zarr("u.zarr", u, {.chunk = {256, 256}, .codec = "zstd"});
///
/// @throws as zarr_store: file_error when it cannot be written, or would replace what is no store.
template <global_operand A>
void save_zarr(const std::string& path, const A& array, const zarr_layout& layout = {}) {
  if constexpr (!detail::global_elements<A>) {
    save_zarr(path, copy(array), layout);
  } else {
    zarr_store store = zarr_store::create(array.comm(), path);
    store.write("/", array, layout);
    store.commit();
  }
}
/// The same of a local array, a view or an expression. Local, in a program of MPI.
template <local_operand A>
void save_zarr(const std::string& path, const A& array, const zarr_layout& layout = {}) {
  zarr_store store = zarr_store::create(communicator(MPI_COMM_SELF), path);
  store.write("/", array, layout);
  store.commit();
}

/// Reads such a store into an array over the ranks of `grid`, in equal blocks. Collective; errors
/// on all ranks.
///
///     const auto u = load_zarr<double>(process_grid<2>(world), "u.zarr", halo<2>(1));
template <class T, std::size_t N>
global_array<T, N> load_zarr(const process_grid<N>& grid, const std::string& path,
                             const halo<N>& width = {}) {
  zarr_store store = zarr_store::open(grid.comm(), path);
  global_array<T, N> result(grid, store.shape_of<T, N>("/"), width);
  store.read("/", result);
  return result;
}
/// The same with whole rows on every rank. Collective.
///
///     const auto u = load_zarr<double, 2>(world, "u.zarr");
template <class T, std::size_t N>
global_array<T, N> load_zarr(const communicator& comm, const std::string& path,
                             const halo<N>& width = {}) {
  return load_zarr<T, N>(grid_along<N>(comm, 0), path, width);
}
/// The same as a local array. Local, in a program of MPI.
template <class T, std::size_t N> ndarray<T, N> load_zarr(const std::string& path) {
  return zarr_store::open(communicator(MPI_COMM_SELF), path).template read<T, N>("/");
}

} // namespace tessera

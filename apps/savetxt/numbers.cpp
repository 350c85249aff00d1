#include "../support/element_type.hpp"
#include "../support/progress.hpp"
#include "formats.hpp"
#include "source.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/io/files/text_progress.hpp>
#include <tessera/tessera.hpp>

#include <cstring>

namespace savetxt_app {

using namespace tessera;

namespace {

/// Calls `f` for the type of that name, real or complex; false when there is none.
template <class F> bool with_number_type(const std::string& name, F&& f) {
  if (name == "complex128") return f(std::type_identity<std::complex<double>>()), true;
  if (name == "complex64") return f(std::type_identity<std::complex<float>>()), true;
  return apps::with_element_type(name, f);
}

/// Rank 0's array, scattered.
template <class T, std::size_t N, class Load>
global_array<T, N> from_rank_0(const communicator& world, const shape_t<N>& shape, Load&& load) {
  const auto whole =
      collectively(world, [&] { return world.rank() == 0 ? load() : ndarray<T, N>(); });
  global_array<T, N> parts(grid_along<N>(world, 0), shape);
  parts.scatter(whole.view());
  return parts;
}

/// The element of an array without axes.
template <class T> T scalar_of(const communicator& world, const source& from) {
  if (from.kind != apps::file_kind::hdf5)
    return collectively(world, [&] {
      return from.kind == apps::file_kind::npy ? load_npy<T>(from.path)
                                               : npz_file(from.path).load<T>(from.name);
    });
  T value{};
  hdf5_file::open(world, from.path).scan(from.name, [&](const void* element, index_t) {
    value = *static_cast<const T*>(element);
  });
  detail::broadcast_bytes(world, &value, sizeof value, 0);
  return value;
}

template <class T, std::size_t N>
global_array<T, N> array_of(const communicator& world, const source& from) {
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d) shape[d] = from.shape[d];
  if (from.kind == apps::file_kind::npy) return load_npy<T, N>(world, from.path);
  if (from.kind == apps::file_kind::npz)
    return from_rank_0<T, N>(world, shape,
                             [&] { return npz_file(from.path).load<T, N>(from.name); });
  global_array<T, N> array(grid_along<N>(world, 0), shape);
  hdf5_file::open(world, from.path).read(from.name, array);
  return array;
}

/// Real and imaginary parts as columns of their own. Collective.
template <class T, std::size_t N>
global_array<T, 2> parts_of(const global_array<std::complex<T>, N>& array) {
  const index_t rows = array.shape()[0];
  const index_t columns = array.size() == 0 ? 1 : array.size() / rows;
  global_array<T, 2> parts(grid_along<2>(array.comm(), 0), {rows, 2 * columns});
  const auto from = array.owned();
  auto to = parts.owned();
  if (from.size() > 0)
    std::memcpy(to.data(), from.data(), sizeof(T) * static_cast<std::size_t>(to.size()));
  return parts;
}

template <class T, std::size_t N>
void write_array(const global_array<T, N>& array, const std::string& to, const wishes& w) {
  const communicator& world = array.comm();
  const apps::watched_progress bar(array.size() / world.size(), world.rank() == 0, "number",
                                   detail::elements_formatted);
  if constexpr (detail::is_complex<T>) {
    const auto parts = parts_of(array);
    savetxt_options options = w.options;
    options.fmt = row_formats({{0, detail::dtype_of<T>()}}, parts.shape()[1] / 2, w.formats,
                              options.delimiter);
    savetxt(to, parts, options);
  } else {
    savetxt_options options = w.options;
    if (!w.formats.empty()) options.fmt = text_list(w.formats);
    savetxt(to, array, options);
  }
}

template <class T>
void write_typed(const communicator& world, const source& from, const std::string& to,
                 const wishes& w) {
  switch (from.shape.size()) {
  case 0: {
    const T value = scalar_of<T>(world, from);
    global_array<T, 1> one(process_grid<1>(world), {1});
    auto mine = one.owned();
    for (index_t k = 0; k < mine.size(); ++k) mine(k) = value;
    return write_array(one, to, w);
  }
  case 1: return write_array(array_of<T, 1>(world, from), to, w);
  default: return write_array(array_of<T, 2>(world, from), to, w);
  }
}

} // namespace

bool holds_numbers(const source& from) {
  return with_number_type(from.type, [](auto) {});
}

void write_numbers(const communicator& world, const source& from, const std::string& to,
                   const wishes& w) {
  with_number_type(from.type,
                   [&]<class T>(std::type_identity<T>) { write_typed<T>(world, from, to, w); });
}

} // namespace savetxt_app

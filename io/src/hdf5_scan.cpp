#include "hdf5_state.hpp"
#include "pieces.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>

namespace tessera {

namespace detail {

namespace {

constexpr index_t scanned_bytes = index_t{8} << 20U;

/// The type as elements have it in memory here.
hdf5_handle memory_type(const hdf5_handle& dataset, const std::string& action) {
  const hdf5_handle stored = own_hdf5(H5Dget_type(dataset.get()), action);
  return own_hdf5(H5Tget_native_type(stored.get(), H5T_DIR_ASCEND), action);
}

/// Do elements hold pointers to what they are?
bool is_elsewhere(const hdf5_handle& type) {
  return H5Tdetect_class(type.get(), H5T_VLEN) > 0 ||
         H5Tdetect_class(type.get(), H5T_REFERENCE) > 0 || H5Tis_variable_str(type.get()) > 0 ||
         (H5Tget_class(type.get()) == H5T_COMPOUND && H5Tdetect_class(type.get(), H5T_STRING) > 0);
}

void read_piece(const hdf5_handle& dataset, const hdf5_handle& type,
                const std::vector<index_t>& lower, const std::vector<index_t>& shape,
                const std::string& action, std::byte* data) {
  const std::vector<hsize_t> start(lower.begin(), lower.end());
  const std::vector<hsize_t> count(shape.begin(), shape.end());
  const hdf5_handle file = own_hdf5(H5Dget_space(dataset.get()), action);
  hdf5_handle memory = own_hdf5(H5Screate(H5S_SCALAR), action);
  if (!start.empty()) {
    memory =
        own_hdf5(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), action);
    check_hdf5(H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(),
                                   nullptr),
               action);
  }
  check_hdf5(H5Dread(dataset.get(), type.get(), memory.get(), file.get(), H5P_DEFAULT, data),
             action);
}

} // namespace

} // namespace detail

using namespace detail;

bool hdf5_file::scan_pieces(const std::string& name, piece_taker take, void* context) {
  state& s = *state_;
  s.check_readable();
  s.check_same("read '" + name + "'");
  const std::string action = s.failure(name);
  const std::vector<index_t> shape = this->shape(name);
  return collectively(s.comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(s.file.get(), name, s.file_bytes, action);
    const hdf5_handle type = memory_type(dataset, action);
    if (is_elsewhere(type)) return false;
    const auto itemsize = static_cast<index_t>(H5Tget_size(type.get()));
    const bool is_scalar = shape.empty();
    const pieces cut(is_scalar ? std::vector<index_t>{1} : shape, itemsize, scanned_bytes);
    const buffer between(static_cast<std::size_t>(cut.largest() * itemsize));
    for (index_t k = s.comm.rank(); k < cut.count(); k += s.comm.size()) {
      std::vector<index_t> lower;
      std::vector<index_t> count;
      cut.get(k, lower, count);
      index_t elements = 1;
      for (const index_t n : count) elements *= n;
      if (is_scalar) lower.clear();
      read_piece(dataset, type, lower, count, action, between.data());
      take(context, between.data(), elements);
    }
    return true;
  });
}

} // namespace tessera

#include "from_root.hpp"
#include "hdf5_pieces.hpp"
#include "hdf5_state.hpp"
#include "hdf5_types.hpp"
#include "swap_bytes.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/collectives.hpp>

#include <string>

namespace tessera {

namespace detail {

namespace {

/// The type of the elements in memory, if those in the file can be read as such.
hdf5_handle memory_type(const hdf5_handle& dataset, dtype wanted, const std::string& action) {
  const hdf5_handle stored = own_hdf5(H5Dget_type(dataset.get()), action);
  const std::string problem = why_not_readable(stored.get(), wanted);
  if (!problem.empty()) throw element_type_error(action + ": " + problem);
  return hdf5_type(wanted, stored.get());
}

// Larger pieces are no faster through a buffer.
index_t buffer_bytes = index_t{32} << 20U;

/// Reads one box of a dataset to adjacent memory.
void read_box(const hdf5_handle& dataset, const hdf5_handle& type,
              const std::vector<hsize_t>& lower, const std::vector<hsize_t>& shape,
              const std::string& action, std::byte* data) {
  const hdf5_handle file = own_hdf5(H5Dget_space(dataset.get()), action);
  const hdf5_handle memory =
      own_hdf5(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), action);
  check_hdf5(
      H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, lower.data(), nullptr, shape.data(), nullptr),
      action);
  check_hdf5(H5Dread(dataset.get(), type.get(), memory.get(), file.get(), H5P_DEFAULT, data),
             action);
}

/// Reads to memory with gaps, piece by piece through a buffer.
void read_strided(const hdf5_handle& dataset, const hdf5_handle& type, const hdf5_part& part,
                  const std::string& action, std::byte* data) {
  const pieces cut(part.memory.shape, part.type.size, buffer_bytes);
  const buffer between(static_cast<std::size_t>(cut.largest() * part.type.size));
  for (index_t k = 0; k < cut.count(); ++k) {
    const hdf5_part piece = piece_of(part, cut, k);
    const std::vector<index_t>& shape = piece.memory.shape;
    read_box(dataset, type, {piece.lower.begin(), piece.lower.end()}, {shape.begin(), shape.end()},
             action, between.data());
    normalize_bools(between.data(), part.type, piece.memory.size());
    strided_copy(piece.memory, packed(shape, 0), part.type.size).run(data, between.data());
  }
}

/// Reads a rank's part. Local.
void read_elements(const hdf5_handle& dataset, const hdf5_part& part, const std::string& action,
                   std::byte* data) {
  const hdf5_handle type = memory_type(dataset, part.type, action);
  if (part.memory.size() == 0) return;
  if (!part.memory.is_contiguous()) return read_strided(dataset, type, part, action, data);
  read_box(dataset, type, {part.lower.begin(), part.lower.end()},
           {part.memory.shape.begin(), part.memory.shape.end()}, action, data);
  normalize_bools(data, part.type, part.memory.size());
}

} // namespace

void set_hdf5_buffer_bytes(index_t bytes) { buffer_bytes = bytes; }

void check_hdf5_frame(const std::string& name, index_t k, const hdf5_part& part,
                      const hdf5_dataset_info& info) {
  std::vector<index_t> expected = part.dataset;
  const bool is_series = !info.shape.empty();
  expected.insert(expected.begin(), is_series ? info.shape.front() : 0);
  if (!is_series || expected != info.shape)
    throw shape_error("'" + name + "' has shape " + shape_text(info.shape) +
                      ", and frames of shape " + shape_text(part.dataset) + " do not fit");
  if (k < 0 || k >= info.shape.front())
    throw index_error("'" + name + "' has " + std::to_string(info.shape.front()) +
                      " frames, counted from 0, and none of number " + std::to_string(k));
}

} // namespace detail

using namespace detail;

void hdf5_file::read_into(const std::string& name, const hdf5_part& part, std::byte* data) {
  state& s = *state_;
  const std::string action = s.failure(name);
  collectively(s.comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(s.file.get(), name, s.file_bytes, action);
    read_elements(dataset, part, action, data);
  });
}

void hdf5_file::read_part(const std::string& name, const hdf5_part& part, std::byte* data) {
  state& s = *state_;
  const std::string action = s.failure(name);
  s.check_readable();
  s.check_same("read '" + name + "' as " + to_string(part.type));
  const hdf5_dataset_info info = hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, action);
  if (info.shape != part.dataset)
    throw shape_error(action + ": its shape is " + shape_text(info.shape) + ", that of the array " +
                      shape_text(part.dataset));
  read_into(name, part, data);
}

void hdf5_file::read_from_series(const std::string& name, index_t k, const hdf5_part& part,
                                 std::byte* data) {
  state& s = *state_;
  s.check_readable();
  s.check_same("read frame " + std::to_string(k) + " of '" + name + "'");
  const hdf5_dataset_info info =
      hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, s.failure(name));
  check_hdf5_frame(name, k, part, info);
  read_into(name, hdf5_frame(part, k, info.shape.front()), data);
}

std::vector<index_t> hdf5_file::checked_shape(const std::string& name, std::size_t ndim) {
  state& s = *state_;
  s.check_readable();
  const std::string action = s.failure(name);
  s.check_same("read '" + name + "'");
  const hdf5_dataset_info info = hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, action);
  if (info.shape.size() != ndim)
    throw shape_error(action + ": its shape is " + shape_text(info.shape) + ", and an array of " +
                      std::to_string(ndim) + (ndim == 1 ? " axis" : " axes") + " was asked for");
  return info.shape;
}

void hdf5_file::read_whole(const std::string& name, const hdf5_part& part, std::byte* data) {
  state& s = *state_;
  const std::string action = s.failure(name);
  text_from_root(s.comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(s.file.get(), name, s.file_bytes, action);
    read_elements(dataset, part, action, data);
    return std::string();
  });
  broadcast(s.comm, data, part.memory.size() * part.type.size, 0);
}

std::vector<index_t> hdf5_file::shape(const std::string& name) {
  state& s = *state_;
  return hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, s.failure(name)).shape;
}

std::string hdf5_file::dtype(const std::string& name) {
  state& s = *state_;
  return hdf5_inspect(s.comm, s.file.get(), name, s.file_bytes, s.failure(name)).type_name;
}

bool hdf5_file::has(const std::string& name) {
  state& s = *state_;
  return text_from_root(s.comm, [&] { return hdf5_has(s.file.get(), name) ? "y" : "n"; }) == "y";
}

std::vector<std::string> hdf5_file::datasets() {
  state& s = *state_;
  // Paths hold no NUL, so it can part them.
  std::string text = text_from_root(s.comm, [&] {
    std::string joined;
    for (const std::string& name : hdf5_dataset_names(s.file.get())) joined += name + '\0';
    return joined;
  });
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size(); at += names.back().size() + 1)
    names.emplace_back(text.c_str() + at);
  return names;
}

} // namespace tessera
